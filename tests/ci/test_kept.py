"""What one run keeps for the next: the site that follows is the same, and made with hardly any work."""

import re
from datetime import UTC, datetime
from pathlib import Path

from tests.ci.caches import Caches
from tests.ci.hosts import NEW, Host, entry
from tests.ci.pipeline import Pipeline, replay_pipeline
from tests.ci.replay import Event, Run
from tests.cli.running import sitegen
from tests.repositories import clone, commit_file, git
from tests.simulators.pages_host import PagesHost

DAYS = range(1, 25)
LATER = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
FETCH, KEEP = "Fetch what the last run kept", "Keep it for the next run"


def push_history(root: Path) -> None:
    """Entries of a month, all over."""
    (root / "incidents").mkdir(exist_ok=True)
    for day in DAYS:
        at = f"2026-10-{day:02}"
        end = f"  - at: {at} 13:00\n    status: resolved\n    message: It works again.\n"
        (root / f"incidents/{at}-a.yaml").write_text(entry(f"{at} 12:00") + end)
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", "A history")
    git(root, "push", "--quiet", "origin", "main")


def push_entry(root: Path, name: str) -> None:
    commit_file(root, f"incidents/{name}.yaml", entry(f"{name[:10]} 12:00"))
    git(root, "push", "--quiet", "origin", "main")


def publish(host: Host, pages: PagesHost, code: int = 0) -> Run:
    run = host.run("status-publish", "publish", Event(name="push", machine=pages.environment()))
    assert run.code == code, run.output
    return run


def build_pages(root: Path, folder: Path, programs: Path) -> str:
    """What the job `pages` of one pipeline printed."""
    steps = replay_pipeline(root / ".gitlab-ci.yml", Pipeline(), root.parent / "remote.git", folder, programs)
    (built,) = (step for step in steps if step.name == "pages")
    assert built.code == 0, built.output
    return built.output


def said(run: Run, name: str) -> str:
    (output,) = (step.output for step in run.steps if step.name == name)
    return output


def count(output: str) -> tuple[int, int]:
    """How many files the site has, and how many of them were written."""
    found = re.search(r"(\d+) files in .* \((\d+) written", output)
    assert found, output
    return int(found[1]), int(found[2])


def look(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def break_off(caches: Caches, folder: Path) -> None:
    """Make the newest archive one of which the first part comes: pages, but not the list of them."""
    assert caches.fetch(("main",), "", "sitegen-", folder)
    (folder / "site/.sitegen-files").unlink()
    caches.keep("main", "sitegen-broken", folder, (".sitegen/cache", "site"))
    caches.newest.write_bytes(caches.newest.read_bytes() + b"broken off")


def test_a_run_goes_on_from_the_one_before(host: Host, pages: PagesHost) -> None:
    push_history(host.root)
    first = publish(host, pages)
    assert (said(first, FETCH), said(first, KEEP)) == ("not found", "kept as sitegen-1-1")
    push_entry(host.root, "2026-11-20-b")
    second = publish(host, pages)
    assert said(second, FETCH) == "restored from sitegen-1-1"
    (total, made), (_, written) = count(first.output), count(second.output)
    assert made == total
    assert written < total / 2
    olds = [f"site/incidents/2026-10-{day:02}-a.html" for day in DAYS]
    times = [[(run.workspace / old).stat().st_mtime for old in olds] for run in (first, second)]
    assert times[0] == times[1], "what has not changed was not written"


def test_the_site_that_follows_is_that_of_a_clean_build(host: Host, pages: PagesHost, tmp_path: Path) -> None:
    push_history(host.root)
    publish(host, pages)
    push_entry(host.root, "2026-11-20-b")
    run = publish(host, pages)
    for name, content in look(run.workspace / "site").items():
        assert pages.find(name) == content, name
    clean = clone(host.remote, tmp_path / "clean", "--depth=1")
    for root in (run.workspace, clean):
        sitegen(root, "build", at=LATER)
    assert look(run.workspace / "site") == look(clean / "site")


def test_the_form_and_the_publication_go_on_from_each_other(host: Host, pages: PagesHost) -> None:
    publish(host, pages)
    form = Event(name="workflow_dispatch", inputs=NEW, machine=pages.environment())
    assert said(host.run("status-incident", "incident", form), FETCH) == "restored from sitegen-1-1"
    assert said(publish(host, pages), FETCH) == "restored from sitegen-2-1"


def test_a_red_run_keeps_what_it_published(host: Host, pages: PagesHost) -> None:
    commit_file(host.root, "incidents/2026-11-20-a.yaml", "title: [x")
    git(host.root, "push", "--quiet", "origin", "main")
    assert said(publish(host, pages, code=1), KEEP) == "kept as sitegen-1-1"
    assert said(publish(host, pages, code=1), FETCH) == "restored from sitegen-1-1"


def test_a_fetch_that_breaks_off_is_as_good_as_none(host: Host, pages: PagesHost, tmp_path: Path) -> None:
    publish(host, pages)
    break_off(host.caches, tmp_path)
    run = publish(host, pages)
    assert said(run, FETCH) == "not found"
    total, written = count(run.output)
    assert total == written


def test_a_pipeline_goes_on_from_the_one_before(gitlab: Path, programs: Path, tmp_path: Path) -> None:
    push_history(gitlab)
    total, made = count(build_pages(gitlab, tmp_path / "first", programs))
    push_entry(gitlab, "2026-11-20-b")
    _, written = count(build_pages(gitlab, tmp_path / "second", programs))
    assert made == total
    assert written < total / 2
    assert len(list((tmp_path / "second/pages/.sitegen/cache").glob("made-*"))) == 1, "the site is known by its place"
