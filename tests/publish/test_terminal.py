"""`new`, `update` and `resolve` with a person at the terminal, where there is somewhere to publish: one question."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.browser.hosting import Host
from tests.cli.running import Terminal, sitegen
from tests.projects import INCIDENT, MOMENT, URL
from tests.publish.hosts import BranchHost
from tests.repositories import clone, git
from tests.simulators.twitter import TwitterSimulator

ID = "2026-11-23-card-payments"
PATH = f"incidents/{ID}.yaml"
PAGES = "pages: {kind: branch, branch: gh-pages}"
WORDS = "Half of the payments work again."
LATER = MOMENT + timedelta(minutes=1)

Settle = Callable[..., None]


@pytest.fixture
def secrets(x: TwitterSimulator) -> dict[str, Any]:
    return dict(x.environment())


@pytest.fixture
def published(root: Path, pages: BranchHost, x: TwitterSimulator, settle: Settle, secrets: dict[str, Any]) -> Path:
    """The project with a pages branch and X, up to date."""
    settle(pages.url, PAGES, x=x)
    sitegen(root, "mirror", "connect", "twitter", "--tell-open", **secrets)
    git(root, "commit", "--quiet", "--all", "--message", "Say it on X")
    git(root, "push", "--quiet")
    sitegen(root, "publish", **secrets)
    return root


def on_remote(remote: Path, path: str = PATH) -> str:
    return git(remote, "show", f"main:{path}") + "\n"


def posts(x: TwitterSimulator) -> list[str]:
    return [post.text for post in x.accepted]


def test_an_update_shows_its_posts_asks_once_and_is_pushed_published_and_said(
    published: Path, remote: Path, pages: BranchHost, x: TwitterSimulator, secrets: dict[str, Any]
) -> None:
    with Terminal(published, "update", "-m", WORDS, at=LATER, **secrets) as person:
        person.expect("Update 2").expect(WORDS).expect("twitter · ").expect("/270, $0.015").expect("│ Update: ").expect(
            WORDS
        )
        assert len(posts(x)) == 1
        person.answer("Publish? [Y/n]: ")
        person.expect("Pushed to main as ").expect(f"pages: live at {pages.url}/ since ").expect("https://x.com/")
        assert person.finish() == 0
    assert person.shown.count("[Y/n]") == 1
    assert WORDS in on_remote(remote)
    assert WORDS in (pages.find(f"/incidents/{ID}.html") or b"").decode()
    assert WORDS in posts(x)[1]
    assert git(published, "status", "--porcelain") == ""


def test_the_cost_of_a_link_is_shown(published: Path, pages: BranchHost, secrets: dict[str, Any]) -> None:
    settings = published / "sitegen.yaml"
    settings.write_text(settings.read_text().replace(pages.url, URL))
    with Terminal(published, "resolve", "-m", "All card payments work. No order was lost.", **secrets) as person:
        person.expect("Resolved").expect("/270, $0.20").answer("Publish? [Y/n]: ", "n")
        assert person.finish() == 0


def test_a_no_leaves_the_file_written_and_says_what_is_next(
    published: Path, remote: Path, pages: BranchHost, x: TwitterSimulator, secrets: dict[str, Any]
) -> None:
    before = on_remote(remote), pages.find("/")
    with Terminal(published, "update", "-m", WORDS, "--push", at=LATER, **secrets) as person:
        person.answer("Publish? [Y/n]: ", "n").expect("nothing is published").expect("`sitegen publish`")
        assert person.finish() == 0
    assert WORDS in (published / PATH).read_text()
    assert (on_remote(remote), pages.find("/")) == before
    assert len(posts(x)) == 1


@pytest.mark.parametrize("key", ["\x03", "\x04"])
def test_whoever_leaves_at_the_question_writes_nothing(
    key: str, published: Path, x: TwitterSimulator, secrets: dict[str, Any]
) -> None:
    with Terminal(published, "update", "-m", WORDS, at=LATER, **secrets) as person:
        person.expect("Publish? [Y/n]: ").leave(key)
        assert person.finish() == 4
    assert (published / PATH).read_text() == INCIDENT
    assert len(posts(x)) == 1


def test_a_first_notice_is_published_too(
    published: Path, remote: Path, pages: BranchHost, secrets: dict[str, Any], x: TwitterSimulator
) -> None:
    words = ("new", "Search is slow", "-c", "website=partial_outage", "-m", "Results take long.")
    with Terminal(published, *words, **secrets) as person:
        person.expect("│ Search is slow").answer("Publish? [Y/n]: ", "y")
        person.expect("live at").expect("https://x.com/")
        assert person.finish() == 0
    assert "Results take long." in on_remote(remote, "incidents/2026-11-23-search-is-slow.yaml")
    assert b"Search is slow" in (pages.find("/") or b"")
    assert "Search is slow" in posts(x)[1]


def test_why_a_channel_says_nothing_is_shown(published: Path, secrets: dict[str, Any]) -> None:
    words = ("new", "Search is slow", "--impact", "none", "-m", "Results take long.")
    with Terminal(published, *words, **secrets) as person:
        person.expect("twitter: nothing to post of this (impact none is below minor)").answer("Publish? [Y/n]: ", "n")
        assert person.finish() == 0


def test_a_channel_whose_secrets_are_elsewhere_is_named_before_the_question(published: Path) -> None:
    with Terminal(published, "update", "-m", WORDS, at=LATER) as person:
        person.expect("twitter: not from here: ").expect("SITEGEN_TWITTER_API_KEY").answer("Publish? [Y/n]: ", "n")
        assert person.finish() == 0


def test_a_draft_is_not_offered(published: Path, secrets: dict[str, Any]) -> None:
    with Terminal(published, "new", "Search is slow", "--draft", "-m", "Results take long.", **secrets) as person:
        assert person.finish() == 0
    assert "Publish?" not in person.shown


def test_without_a_terminal_nothing_is_asked_and_nothing_published(
    published: Path, pages: BranchHost, x: TwitterSimulator, secrets: dict[str, Any]
) -> None:
    before = pages.find("/")
    told = sitegen(published, "update", "-m", WORDS, at=LATER, **secrets)
    assert "Publish?" not in told.stderr
    assert pages.find("/") == before
    assert len(posts(x)) == 1


def test_where_the_git_host_is_down_it_is_written_here_and_told(
    published: Path, x: TwitterSimulator, secrets: dict[str, Any], tmp_path: Path
) -> None:
    git(published, "remote", "set-url", "origin", str(tmp_path / "nowhere.git"))
    with Terminal(published, "update", "-m", WORDS, at=LATER, **secrets) as person:
        person.expect("The posts can't be shown: ").answer("Publish? [Y/n]: ")
        person.expect("Not pushed: ").expect("nothing is published")
        assert person.finish() == 1
    assert WORDS in (published / PATH).read_text()
    assert len(posts(x)) == 1


def test_an_entry_that_was_never_pushed_is_written_here_and_told(
    published: Path, remote: Path, secrets: dict[str, Any]
) -> None:
    (published / "incidents/2026-11-23-search.yaml").write_text(INCIDENT.replace("Card payments", "Searches"))
    with Terminal(published, "update", "search", "-m", WORDS, at=LATER, **secrets) as person:
        person.answer("Publish? [Y/n]: ").expect("push it first")
        assert person.finish() == 1
    assert WORDS in (published / "incidents/2026-11-23-search.yaml").read_text()


def test_what_reached_the_remote_only_is_not_published_from_here(
    published: Path, remote: Path, pages: BranchHost, x: TwitterSimulator, secrets: dict[str, Any]
) -> None:
    (published / PATH).write_text(INCIDENT + "cause: certificate\n")
    before = pages.find("/")
    with Terminal(published, "update", "-m", WORDS, at=LATER, **secrets) as person:
        person.answer("Publish? [Y/n]: ").expect("Pushed to main").expect(
            "`git pull` brings it; then `sitegen publish`"
        )
        assert person.finish() == 1
    assert WORDS in on_remote(remote)
    assert pages.find("/") == before
    assert len(posts(x)) == 1


def test_a_target_that_fails_leaves_it_to_a_person(root: Path, settle: Settle, served: Host, remote: Path) -> None:
    settle(served.url, f"here: {{kind: folder, folder: '{served.folder}'}}", "backup: {kind: command, run: 'exit 5'}")
    with Terminal(root, "update", "-m", WORDS, at=LATER) as person:
        person.answer("Publish? [Y/n]: ").expect("backup: failed: The command ended with 5")
        assert person.finish() == 1
    assert WORDS in on_remote(remote)
    assert WORDS in (served.folder / f"incidents/{ID}.html").read_text()


def test_a_project_that_is_no_repository_publishes_what_it_has(tmp_path: Path, served: Host, root: Path) -> None:
    alone = clone(root, tmp_path / "alone")
    git(alone, "remote", "remove", "origin")
    settings = (alone / "sitegen.yaml").read_text().replace("https://status.example.com", served.url.rstrip("/"))
    (alone / "sitegen.yaml").write_text(settings + f"publish:\n  here: {{kind: folder, folder: '{served.folder}'}}\n")
    with Terminal(alone, "update", "-m", WORDS, at=LATER) as person:
        person.answer("Publish? [Y/n]: ").expect("here: live at")
        assert person.finish() == 0
    assert WORDS in (alone / PATH).read_text()


def test_where_there_is_a_channel_but_no_target_the_posts_wait_for_the_page_of_others(
    root: Path, served: Host, x: TwitterSimulator, settle: Settle, secrets: dict[str, Any]
) -> None:
    settle(served.url, x=x)
    sitegen(root, "mirror", "connect", "twitter", **secrets)
    with Terminal(root, "update", "-m", WORDS, at=LATER, **secrets) as person:
        person.answer("Publish? [Y/n]: ").expect("Waiting until the page is live")
        assert not posts(x)
        sitegen(root, "build", "--out", str(served.folder), at=LATER)
        person.expect("https://x.com/")
        assert person.finish() == 0
    assert len(posts(x)) == 1
