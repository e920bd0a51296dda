"""What a build reads, renders and writes, counted where it happens: at the system's own calls and files."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from time import sleep

import msgspec
import pytest

from tests.projects import MOMENT, SETTINGS, make_project

COUNT = 1_000
OLD = "incidents/2026-03-05-entry-500.yaml"
PROGRAM = """\
import json, sys
opened = []
sys.addaudithook(lambda event, words: opened.append(str(words[0])) if event == "open" else None)
from sitegen.cli import main
try:
    main()
finally:
    print(json.dumps({"opened": opened, "modules": sorted(sys.modules)}), file=sys.stderr)
"""
ENTRY = """\
title: Entry {number} fails
components: {{{component}: major_outage}}
updates:
  - at: {day} 03:09
    message: Most requests of {number} are failing.
  - at: {day} 04:00
    status: resolved
    message: All of {number} works again.
"""


class Seen(msgspec.Struct, frozen=True):
    """What one run did: the project's files and the templates that it opened, all modules, the pages it wrote."""

    opened: tuple[str, ...]
    templates: tuple[str, ...]
    modules: tuple[str, ...]
    written: tuple[str, ...]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with 1,000 old entries, built, and so old that its files' times are to be trusted."""
    components = ("checkout", "api", "website")
    entries = {}
    for number in range(COUNT):
        day = f"{MOMENT - timedelta(days=12 + number // 4):%Y-%m-%d}"
        name = OLD.removeprefix("incidents/") if number == 500 else f"{day}-entry-{number}.yaml"
        day = name[:10]
        entries[name] = ENTRY.format(number=number, day=day, component=components[number % 3])
    folder = make_project(tmp_path_factory.mktemp("counters"), SETTINGS, entries)
    sleep(0.05)  # longer than any clock of a file system that this runs on
    run(folder)
    return folder


def run(root: Path, *words: str) -> Seen:
    """Build in a process of its own, at the same moment each time."""
    before = dict(_stamps(root / "site"))
    command: tuple[str | Path, ...] = (
        sys.executable,
        "-c",
        PROGRAM,
        "-C",
        root,
        "build",
        "--as-of",
        "2026-11-23T12:00Z",
        *words,
    )
    finished = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert finished.returncode == 0, finished.stderr
    told = json.loads(finished.stderr.splitlines()[-1])
    inside = (Path(name) for name in told["opened"] if name.startswith(str(root)))
    after = dict(_stamps(root / "site"))
    return Seen(
        opened=tuple(str(path.relative_to(root)) for path in inside),
        templates=tuple(name for name in told["opened"] if name.endswith(".html") and "/templates/" in name),
        modules=tuple(told["modules"]),
        written=tuple(sorted(name for name in after if after[name] != before.get(name))),
    )


def _stamps(folder: Path) -> Iterator[tuple[str, tuple[int, int]]]:
    for path in folder.rglob("*"):
        if path.is_file():
            yield str(path.relative_to(folder)), (path.stat().st_mtime_ns, path.stat().st_ino)


def test_where_nothing_changed_no_file_of_the_project_and_no_page_is_opened(root: Path) -> None:
    seen = run(root)
    assert [name for name in seen.opened if not name.startswith(".sitegen/cache/")] == []
    assert seen.written == ()
    heavy = {"yaml", "jinja2", "markdown", "babel", "nh3", "icalendar"}
    assert heavy & set(seen.modules) == set()


def test_one_edit_reads_one_entry_and_writes_only_the_pages_that_show_it(root: Path) -> None:
    place = root / OLD
    place.write_text(place.read_text().replace("Entry 500 fails", "Entry 500 failed for many"))
    seen = run(root)
    assert [name for name in seen.opened if name.startswith("incidents/")] == [OLD]
    component = "website"  # 500 % 3
    shown = {"history/2026/website.html", f"incidents/{place.stem}.html", "history/2026-03.html"}
    assert component in place.read_text()
    assert set(seen.written) == shown | {f"pl/{name}" for name in shown}


def test_one_edit_opens_only_the_pages_that_may_show_it(root: Path) -> None:
    place = root / OLD
    place.write_text(place.read_text().replace("failed for many", "failed for some"))
    seen = run(root)
    looked_at = {name for name in seen.opened if name.startswith("site/") and "sitegen-stage" not in name}
    assert len([name for name in looked_at if name.startswith("site/incidents/")]) == 1
    past = {name for name in looked_at if name.startswith("site/history/2")}
    assert past == {"site/history/2026-03.html", "site/history/2026/website.html"}
    assert len(looked_at) <= 45


def test_one_edit_loads_only_the_entries_of_months_that_a_changed_page_shows(root: Path) -> None:
    place = root / OLD
    place.write_text(place.read_text().replace("failed for some", "failed for a while"))
    seen = run(root)
    loaded = {name.rpartition("entries-")[2][:7] for name in seen.opened if "/entries-" in name}
    months = sorted({path.name[:7] for path in (root / "incidents").iterdir()})
    assert len(months) == 9
    assert loaded <= {OLD.removeprefix("incidents/")[:7], *months[-2:]}


def test_a_file_that_was_only_touched_is_read_and_nothing_else(root: Path) -> None:
    (root / OLD).touch()
    seen = run(root)
    assert [name for name in seen.opened if name.startswith("incidents/")] == [OLD]
    assert seen.written == ()


def test_a_copy_of_the_whole_project_renders_nothing_anew(root: Path, tmp_path: Path) -> None:
    """A CI that restores the cache and the site has other inodes and times: contents are compared instead."""
    copy = tmp_path / "copy"
    shutil.copytree(root, copy)
    seen = run(copy)
    assert (seen.templates, seen.written) == ((), ())
    assert len([name for name in seen.opened if name.startswith("incidents/")]) == COUNT


def test_a_build_loads_neither_the_channels_nor_the_watcher(root: Path) -> None:
    (root / OLD).write_text((root / OLD).read_text() + "\n")
    assert {"tweepy", "requests", "watchdog"} & set(run(root).modules) == set()


def test_a_minute_later_no_page_of_a_year_or_month_is_made_again(root: Path) -> None:
    seen = run(root, "--as-of", "2026-11-23T12:01Z")
    made = {Path(name).name for name in seen.templates}
    assert {"home.html", "component.html", "maintenance.html"} <= made
    assert {"year.html", "month.html", "incident.html"} & made == set()
    run(root)
