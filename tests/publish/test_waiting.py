"""Live before told: what posts wait for, and what they do not wait for. The five minutes pass in no time here."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sitegen import project
from sitegen.cache import Cache
from sitegen.cli.publishing import OUT, Publication, Wanted, publish
from tests.browser.hosting import Host
from tests.cli.running import sitegen
from tests.projects import MOMENT
from tests.publish.hosts import BranchHost
from tests.repositories import git
from tests.simulators.twitter import TwitterSimulator

ID = "2026-11-23-card-payments"
PAGES = "pages: {kind: branch, branch: gh-pages}"

Settle = Callable[..., None]
Start = Callable[..., Callable[[], Publication]]


class Hurry:
    """Real time from MOMENT on, in which sleeping takes none."""

    def __init__(self) -> None:
        self.slept = timedelta()
        self._offset = MOMENT - datetime.now(UTC)

    def now(self) -> datetime:
        return datetime.now(UTC) + self._offset + self.slept

    def sleep(self, time: timedelta) -> None:
        self.slept += time


@pytest.fixture
def clock() -> Hurry:
    return Hurry()


@pytest.fixture
def start(root: Path, x: TwitterSimulator, settle: Settle, monkeypatch: pytest.MonkeyPatch) -> Start:
    """Settles targets and connects X; gives the publication of them all."""

    def prepare(url: str, *targets: str, clock: Hurry) -> Callable[[], Publication]:
        settle(url, *targets, x=x)
        for name, value in x.environment().items():
            monkeypatch.setenv(name, value)
        sitegen(root, "mirror", "connect", "twitter", "--tell-open")
        cache = Cache(root)
        content = project.read(root, cache)
        assert content.project is not None
        wanted = Wanted(targets=content.project.settings.targets, out=root / OUT)
        return lambda: publish(content, cache, wanted, clock)

    return prepare


def test_posts_follow_with_a_warning_where_the_host_goes_on_showing_an_older_page(
    start: Start,
    root: Path,
    pages: BranchHost,
    x: TwitterSimulator,
    clock: Hurry,
    capfd: pytest.CaptureFixture[str],
) -> None:
    run = start(pages.url, PAGES, clock=clock)
    sitegen(root, "publish", "--no-mirror", at=MOMENT - timedelta(hours=1))
    pages.branch = git(root, "rev-parse", "origin/gh-pages")
    assert run().needs_a_person
    assert timedelta(minutes=3) < clock.slept <= timedelta(minutes=5)
    told = capfd.readouterr()
    assert f"pages: {pages.url}/ does not show yet what was built" in told.err
    assert f"{pages.url}/incidents/{ID}.html does not show yet" in told.err
    assert "live at" not in told.out
    assert len(x.accepted) == 1


def test_posts_follow_with_a_warning_where_nothing_could_be_deployed(
    start: Start,
    pages: BranchHost,
    x: TwitterSimulator,
    clock: Hurry,
    capfd: pytest.CaptureFixture[str],
) -> None:
    run = start(pages.url, "pages: {kind: command, run: 'exit 3'}", clock=clock)
    assert run().needs_a_person
    told = capfd.readouterr().err
    assert f"Nothing was published to {pages.url}" in told
    assert "is not live yet; posting all the same" in told
    assert timedelta(minutes=3) < clock.slept <= timedelta(minutes=5)
    assert len(x.accepted) == 1


def test_posts_wait_for_the_page_that_somebody_else_brings_to_the_sites_address(
    start: Start,
    served: Host,
    root: Path,
    x: TwitterSimulator,
    clock: Hurry,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:
    backup = f"backup: {{kind: folder, folder: '{tmp_path}/www', url: 'http://127.0.0.1:9'}}"
    run = start(served.url, backup, clock=clock)
    sitegen(root, "build", "--out", str(served.folder), at=MOMENT - timedelta(hours=1))
    assert run().needs_a_person
    told = capfd.readouterr().err
    assert "Nothing was published to" in told
    assert "is not live yet" not in told
    assert len(x.accepted) == 1
    assert "backup: http://127.0.0.1:9/ does not show yet what was built" in told


def test_a_backup_that_hangs_holds_up_no_post(
    start: Start,
    pages: BranchHost,
    x: TwitterSimulator,
    clock: Hurry,
    tmp_path: Path,
) -> None:
    gate = tmp_path / "gate"
    hang = f"until [ -e '{gate}' ]; do sleep 0.1; done"
    backup = f'backup: {{kind: command, run: "{hang}", url: "http://127.0.0.1:9"}}'
    run = start(pages.url, backup, PAGES, clock=clock)
    thread = threading.Thread(target=run)
    thread.start()
    while not x.accepted:
        assert thread.is_alive()
        threading.Event().wait(0.1)
    gate.touch()
    thread.join(60)
    assert not thread.is_alive()
