"""`sitegen publish`: real targets, real web servers, real git, and X; what is shown, said and told, in that order."""

from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from tests.browser.hosting import Host
from tests.cli.running import sitegen
from tests.projects import INCIDENT
from tests.publish.hosts import BranchHost
from tests.repositories import git
from tests.simulators.twitter import TwitterSimulator

ID = "2026-11-23-card-payments"
PAGES = "pages: {kind: branch, branch: gh-pages}"

Settle = Callable[..., None]


def publish(
    root: Path, *words: str, code: int = 0, x: TwitterSimulator | None = None, **more: str
) -> CompletedProcess[str]:
    variables: dict[str, Any] = {**(x.environment() if x else {}), **more}
    return sitegen(root, "publish", *words, code=code, **variables)


def connect(root: Path, x: TwitterSimulator) -> None:
    variables: dict[str, Any] = dict(x.environment())
    sitegen(root, "mirror", "connect", "twitter", "--tell-open", **variables)


def test_it_builds_deploys_waits_and_says_it(
    root: Path, pages: BranchHost, x: TwitterSimulator, settle: Settle
) -> None:
    settle(pages.url, PAGES, x=x)
    connect(root, x)
    told = publish(root, x=x).stdout.splitlines()
    assert told[0].endswith("removed)")
    assert told[1].startswith("pages: gh-pages at ")
    assert told[2].startswith(f"pages: live at {pages.url}/ since ")
    assert told[3].startswith(f"twitter: {ID} · 20261123T0209Z: https://x.com/")
    assert pages.find("/") == (root / "site/index.html").read_bytes()
    (post,) = x.accepted
    assert f"{pages.url}/incidents/{ID}.html?u=" in post.text
    # What the post links to was looked at as well as the home page.
    assert {path.partition("?")[0] for path in pages.asked} == {"/", f"/incidents/{ID}.html"}


def test_doing_it_again_changes_and_says_nothing(
    root: Path, pages: BranchHost, x: TwitterSimulator, settle: Settle
) -> None:
    settle(pages.url, PAGES, x=x)
    connect(root, x)
    publish(root, x=x)
    tip = git(pages.repository, "rev-parse", "gh-pages")
    assert "as before" in publish(root, x=x).stdout
    assert git(pages.repository, "rev-parse", "gh-pages") == tip
    assert len(x.accepted) == 1


def test_several_targets_get_it_and_one_that_fails_holds_up_nothing(
    root: Path, pages: BranchHost, served: Host, x: TwitterSimulator, settle: Settle
) -> None:
    settle(
        pages.url,
        "broken: {kind: command, run: 'echo no such host >&2; exit 12', url: 'https://backup.example.net'}",
        PAGES,
        f"backup: {{kind: command, run: 'cp -r {{site}}/. {served.folder}', url: '{served.url}'}}",
        x=x,
    )
    connect(root, x)
    told = publish(root, code=1, x=x)
    assert "no such host" in told.stderr
    assert "broken: failed: The command ended with 12" in told.stderr
    assert f"backup: live at {served.url} since" in told.stdout
    assert (served.folder / "index.html").read_bytes() == pages.find("/")
    assert any(f"/incidents/{ID}.html?live=" in path for path in served.asked)
    assert len(x.accepted) == 1


def test_only_the_targets_that_are_named_get_it(root: Path, served: Host, settle: Settle) -> None:
    folder = served.folder / "site"
    settle(served.url + "site", f"one: {{kind: folder, folder: '{folder}'}}", "two: {kind: command, run: 'exit 1'}")
    assert "one: live" in publish(root, "--target", "one").stdout
    assert "two: failed" in publish(root, "--target", "two", "--target", "one", code=1).stderr
    told = publish(root, "--target", "three", code=2).stderr
    assert "no target `three`; it has: one, two" in told


def test_nothing_is_posted_where_nobody_wants_that(
    root: Path, pages: BranchHost, x: TwitterSimulator, settle: Settle
) -> None:
    settle(pages.url, PAGES, x=x)
    connect(root, x)
    publish(root, "--no-mirror", x=x)
    assert not x.accepted


def test_without_a_target_it_says_how_to_add_one(root: Path, settle: Settle) -> None:
    settle("https://status.example.com")
    assert "pages: {kind: branch, branch: gh-pages}" in publish(root, code=2).stderr
    assert not (root / "site").exists()


def test_without_an_address_it_says_so(root: Path) -> None:
    settings = root / "sitegen.yaml"
    settings.write_text("site: {name: A}\ncomponents:\n  - {key: a, name: A}\npublish:\n  " + PAGES + "\n")
    assert "`site.url`" in publish(root, code=4).stderr


@pytest.mark.parametrize(
    "event", [{"GITHUB_EVENT_NAME": "pull_request"}, {"CI_MERGE_REQUEST_IID": "7"}], ids=lambda one: next(iter(one))
)
def test_nothing_is_published_and_no_command_runs_for_a_pull_request(
    event: dict[str, Any], root: Path, settle: Settle, tmp_path: Path
) -> None:
    settle("https://status.example.com", f"host: {{kind: command, run: 'touch {tmp_path}/ran'}}")
    assert "pull request" in publish(root, code=4, **event).stderr
    assert not (tmp_path / "ran").exists()
    assert not (root / "site").exists()


def test_a_bad_file_stops_neither_the_site_nor_the_posts(
    root: Path, pages: BranchHost, x: TwitterSimulator, settle: Settle
) -> None:
    settle(pages.url, PAGES, x=x)
    connect(root, x)
    (root / "incidents/2026-11-22-broken.yaml").write_text("title: [\n")
    told = publish(root, code=1, x=x)
    assert "2026-11-22-broken.yaml" in told.stderr
    assert "pages: live" in told.stdout
    assert len(x.accepted) == 1


def test_a_channel_in_trouble_is_named_when_the_site_is_live(
    root: Path, pages: BranchHost, x: TwitterSimulator, settle: Settle
) -> None:
    settle(pages.url, PAGES, x=x)
    told = publish(root, code=1, x=x)
    assert "pages: live" in told.stdout
    assert "mirror connect twitter" in told.stderr


def test_the_site_is_published_where_the_ledger_cannot_be_reached(
    root: Path, served: Host, x: TwitterSimulator, settle: Settle, tmp_path: Path
) -> None:
    settle(served.url, f"here: {{kind: folder, folder: '{served.folder}'}}", x=x)
    connect(root, x)
    git(root, "remote", "set-url", "origin", str(tmp_path / "nowhere.git"))
    told = publish(root, code=1, x=x)
    assert "here: live" in told.stdout
    assert "ledger" in told.stderr
    assert not x.accepted


def test_promise_8_a_laptop_publishes_and_says_it_while_the_git_host_is_down(
    root: Path, served: Host, x: TwitterSimulator, settle: Settle, tmp_path: Path
) -> None:
    settle(served.url, f"here: {{kind: folder, folder: '{served.folder}'}}", x=x)
    connect(root, x)
    address = git(root, "remote", "get-url", "origin")
    git(root, "fetch", "--quiet")
    git(root, "remote", "set-url", "origin", str(tmp_path / "nowhere.git"))
    assert "here: live" in publish(root, "--ledger", "local", x=x).stdout
    assert len(x.accepted) == 1
    git(root, "remote", "set-url", "origin", address)
    told = publish(root, x=x)
    assert "What was recorded here while origin was down is in the ledger there now." in told.stderr
    assert len(x.accepted) == 1


def test_a_page_of_the_users_own_output_folder_is_built_where_it_is_wanted(
    root: Path, served: Host, settle: Settle, tmp_path: Path
) -> None:
    settle(served.url, f"here: {{kind: folder, folder: '{served.folder}'}}")
    publish(root, "--out", str(tmp_path / "elsewhere"))
    assert (tmp_path / "elsewhere/index.html").exists()
    assert not (root / "site").exists()


def test_two_incidents_are_posted_after_both_pages_are_live(
    root: Path, pages: BranchHost, x: TwitterSimulator, settle: Settle
) -> None:
    settle(pages.url, PAGES, x=x)
    connect(root, x)
    (root / "incidents/2026-11-23-another.yaml").write_text(INCIDENT.replace("Card payments", "All payments"))
    publish(root, x=x)
    assert {path.partition("?")[0] for path in pages.asked} == {
        "/",
        f"/incidents/{ID}.html",
        "/incidents/2026-11-23-another.html",
    }
