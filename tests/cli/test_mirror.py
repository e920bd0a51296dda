"""`mirror`: when it refuses, kindly, and that nothing was recorded or said then."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from tests.cli.running import sitegen
from tests.projects import INCIDENT, SETTINGS
from tests.repositories import clone, git, make_remote
from tests.simulators.twitter import TwitterSimulator

CHANNEL = "channels:\n  twitter: {{account: {}, api_url: '{}'}}\n"
PULL_REQUESTS = (
    {"GITHUB_EVENT_NAME": "pull_request"},
    {"GITHUB_EVENT_NAME": "pull_request_target"},
    {"GITHUB_EVENT_NAME": "pull_request_review"},
    {"CI_MERGE_REQUEST_IID": "7"},
)


@pytest.fixture
def x() -> Iterator[TwitterSimulator]:
    with TwitterSimulator(lambda: datetime.now(UTC)) as simulator:
        yield simulator


@pytest.fixture
def folder(x: TwitterSimulator, tmp_path: Path) -> Path:
    settings = SETTINGS + CHANNEL.format(x.account, x.url)
    remote = make_remote(tmp_path / "remote.git", {"sitegen.yaml": settings, "incidents/2026-11-23-a.yaml": INCIDENT})
    return clone(remote, tmp_path / "clone")


def mirror(folder: Path, x: TwitterSimulator, *words: str, code: int = 0, **more: str) -> CompletedProcess[str]:
    """A run of `mirror` that has the secrets."""
    variables: dict[str, Any] = {**x.environment(), **more}
    return sitegen(folder, "mirror", *words, code=code, **variables)


@pytest.mark.parametrize("event", PULL_REQUESTS, ids=lambda event: next(iter(event.values())))
def test_promise_2_nothing_is_posted_from_a_pull_request(
    event: dict[str, str], folder: Path, x: TwitterSimulator
) -> None:
    mirror(folder, x, "connect", "twitter", "--tell-open")
    for words in (("--no-wait",), ("connect", "twitter")):
        assert "pull request" in mirror(folder, x, *words, code=4, **event).stderr
    assert len(x.accepted) == 0
    mirror(folder, x, "--no-wait")
    assert len(x.accepted) == 1


def test_a_channel_that_is_not_connected_says_nothing_and_how_to_connect_it(folder: Path, x: TwitterSimulator) -> None:
    assert "mirror connect twitter" in mirror(folder, x, "--no-wait", code=1).stderr
    assert len(x.accepted) == 0


def test_missing_secrets_are_named_and_nothing_is_recorded(folder: Path) -> None:
    assert "SITEGEN_TWITTER_API_KEY" in sitegen(folder, "mirror", "connect", "twitter", code=4).stderr
    assert git(folder, "ls-remote", "origin", "sitegen-ledger") == ""


def test_another_account_is_refused(folder: Path, x: TwitterSimulator) -> None:
    settings = folder / "sitegen.yaml"
    settings.write_text(settings.read_text().replace(x.account, "somebodyelse"))
    told = mirror(folder, x, "connect", "twitter", code=4).stderr
    assert "somebodyelse" in told
    assert git(folder, "ls-remote", "origin", "sitegen-ledger") == ""


def test_what_is_open_stays_untold_where_nobody_can_be_asked(folder: Path, x: TwitterSimulator) -> None:
    mirror(folder, x, "connect", "twitter")
    mirror(folder, x, "--no-wait")
    assert len(x.accepted) == 0


def test_a_ledger_that_was_deleted_is_noticed(folder: Path, x: TwitterSimulator) -> None:
    mirror(folder, x, "connect", "twitter", "--tell-open")
    git(folder, "push", "--quiet", "origin", ":sitegen-ledger")
    told = mirror(folder, x, "--no-wait", code=4).stderr
    assert "sitegen-ledger" in told
    assert "made a mistake" not in told
    assert len(x.accepted) == 0


def test_an_operator_posts_while_the_git_host_is_down_and_the_next_run_merges(
    folder: Path, x: TwitterSimulator, tmp_path: Path
) -> None:
    mirror(folder, x, "connect", "twitter", "--tell-open")
    git(folder, "fetch", "--quiet")
    address = git(folder, "remote", "get-url", "origin")
    git(folder, "remote", "set-url", "origin", str(tmp_path / "nowhere.git"))
    assert "ledger" in mirror(folder, x, "--no-wait", code=4).stderr
    assert len(x.accepted) == 0
    assert "https://x.com/" in mirror(folder, x, "--ledger", "local", "--no-wait").stdout
    assert "https://x.com/" not in mirror(folder, x, "--ledger", "local", "--no-wait").stdout
    git(folder, "remote", "set-url", "origin", address)
    told = mirror(folder, x, "--no-wait")
    assert "What was recorded here while origin was down is in the ledger there now." in told.stderr
    assert "posted" in mirror(folder, x, "log").stdout
    assert "while origin was down" not in mirror(folder, x, "--no-wait").stderr
    assert len(x.accepted) == 1


def test_a_local_ledger_needs_what_was_known_of_the_remote_one(
    folder: Path, x: TwitterSimulator, tmp_path: Path
) -> None:
    mirror(folder, x, "connect", "twitter", "--tell-open")
    remote = Path(git(folder, "remote", "get-url", "origin").removeprefix("file://"))
    ignorant = clone(remote, tmp_path / "ignorant", "--single-branch")
    assert "fetch the ledger's branch" in mirror(ignorant, x, "--ledger", "local", "--no-wait", code=4).stderr
    assert len(x.accepted) == 0


def test_the_same_post_through_both_ledgers_is_told_to_a_person(
    folder: Path, x: TwitterSimulator, tmp_path: Path
) -> None:
    mirror(folder, x, "connect", "twitter", "--tell-open")
    git(folder, "commit", "--quiet", "--all", "--message", "Connected")
    git(folder, "push", "--quiet")
    git(folder, "fetch", "--quiet")
    other = clone(Path(git(folder, "remote", "get-url", "origin").removeprefix("file://")), tmp_path / "other")
    mirror(folder, x, "--ledger", "local", "--no-wait")
    x.remove_by_hand(x.accepted[0].remote_id)
    mirror(other, x, "--no-wait")
    assert "both ledgers say that it was posted" in mirror(folder, x, "--no-wait", code=1).stderr


def test_a_copy_of_the_ledger_that_a_person_looks_at_stays(folder: Path, x: TwitterSimulator) -> None:
    mirror(folder, x, "connect", "twitter", "--tell-open")
    git(folder, "fetch", "--quiet")
    git(folder, "branch", "sitegen-ledger", "origin/sitegen-ledger")
    assert "while origin was down" not in mirror(folder, x, "--no-wait").stderr
    assert git(folder, "branch", "--list", "sitegen-ledger")


def test_no_secret_is_printed_written_or_recorded(folder: Path, x: TwitterSimulator) -> None:
    mirror(folder, x, "connect", "twitter", "--tell-open")
    runs = [mirror(folder, x, word, SITEGEN_DEBUG="1") for word in ("plan", "--no-wait", "log")]
    git(folder, "fetch", "--quiet", "origin", "sitegen-ledger")
    ledger = git(folder, "log", "-p", "FETCH_HEAD")
    said = ledger + "".join(run.stdout + run.stderr for run in runs)
    assert not [name for name, value in x.environment().items() if value in said]
