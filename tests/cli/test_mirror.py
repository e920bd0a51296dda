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


def test_no_secret_is_printed_written_or_recorded(folder: Path, x: TwitterSimulator) -> None:
    mirror(folder, x, "connect", "twitter", "--tell-open")
    runs = [mirror(folder, x, word, SITEGEN_DEBUG="1") for word in ("plan", "--no-wait", "log")]
    git(folder, "fetch", "--quiet", "origin", "sitegen-ledger")
    ledger = git(folder, "log", "-p", "FETCH_HEAD")
    said = ledger + "".join(run.stdout + run.stderr for run in runs)
    assert not [name for name, value in x.environment().items() if value in said]
