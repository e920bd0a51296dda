"""`sitegen publish --watch`: one publication after another, at changes and at due moments, until somebody stops it."""

import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from sitegen import project
from sitegen.publish import find_next_moment
from tests.browser.hosting import Host
from tests.cli.running import COMMAND, environment, sitegen
from tests.projects import INCIDENT, MOMENT, make_project
from tests.simulators.twitter import TwitterSimulator
from tests.simulators.twitter_requests import Window

ID = "2026-11-23-card-payments"
PATIENCE = 60.0

Settle = Callable[..., None]


class Watcher:
    """A running `publish --watch`, and what it has said so far."""

    def __init__(self, root: Path, log: Path, at: datetime, variables: dict[str, Any]) -> None:
        self._log = log
        with log.open("wb") as stream:
            self.run = subprocess.Popen(
                (*COMMAND, "publish", "--watch"),
                cwd=root,
                env=environment(at, variables),
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=subprocess.STDOUT,
            )

    @property
    def said(self) -> str:
        return self._log.read_text(errors="replace")

    def expect(self, text: str, times: int = 1) -> None:
        """Waits until it has said the text so many times."""
        deadline = time.monotonic() + PATIENCE
        while self.said.count(text) < times:
            assert time.monotonic() < deadline, f"{text!r} does not come {times} times: {self.said}"
            assert self.run.poll() is None, self.said
            time.sleep(0.05)

    def stop(self, how: signal.Signals = signal.SIGINT) -> int:
        self.run.send_signal(how)
        return self.run.wait(PATIENCE)


@contextmanager
def watching(root: Path, log: Path, at: datetime = MOMENT, x: TwitterSimulator | None = None) -> Iterator[Watcher]:
    watcher = Watcher(root, log, at, dict(x.environment()) if x else {})
    try:
        yield watcher
    finally:
        watcher.run.kill()
        watcher.run.wait()


def folder(served: Host) -> str:
    return f"here: {{kind: folder, folder: '{served.folder}'}}"


def home(served: Host) -> str:
    return (served.folder / "index.html").read_text()


@pytest.mark.slow
def test_a_change_is_published_and_a_mistake_ends_nothing(
    root: Path, served: Host, settle: Settle, tmp_path: Path
) -> None:
    settle(served.url, folder(served))
    entry, settings = root / f"incidents/{ID}.yaml", (root / "sitegen.yaml").read_text()
    with watching(root, tmp_path / "log") as watcher:
        watcher.expect("here: live at")
        entry.write_text(INCIDENT.replace("Card payments fail", "Payments by card fail"))
        watcher.expect("here: live at", 2)
        assert "Payments by card fail" in home(served)
        (root / "sitegen.yaml").write_text("site: {}\n")
        watcher.expect("can't be used")
        (root / "sitegen.yaml").write_text(settings)
        watcher.expect("here: live at", 3)
        assert watcher.stop() == 0
    assert watcher.said.rstrip().endswith("Stopped.")
    assert "Traceback" not in watcher.said


@pytest.mark.slow
def test_a_burst_of_changes_is_one_round_and_files_that_say_the_same_are_none(
    root: Path, served: Host, settle: Settle, tmp_path: Path
) -> None:
    settle(served.url, folder(served))
    entry, built = root / f"incidents/{ID}.yaml", " files in "
    with watching(root, tmp_path / "log") as watcher:
        watcher.expect("here: live at")
        for number in range(20):
            (root / f"incidents/2026-11-0{1 + number % 9}-more-{number}.yaml").write_text(
                INCIDENT.replace("2026-11-23", f"2026-11-0{1 + number % 9}")
            )
        watcher.expect("here: live at", 2)
        entry.touch()
        entry.write_text(entry.read_text())
        time.sleep(4)  # longer than a change takes to be noticed
        assert watcher.said.count(built) == 2
        entry.write_text(INCIDENT.replace("Card payments fail", "Payments by card fail"))
        watcher.expect("here: live at", 3)
        assert watcher.said.count(built) == 3
        assert watcher.stop() == 0


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_cleanly_in_the_middle_of_a_round(
    how: signal.Signals, root: Path, settle: Settle, tmp_path: Path
) -> None:
    settle("http://127.0.0.1:9", f"slow: {{kind: command, run: 'touch {tmp_path}/begun; sleep 60'}}")
    with watching(root, tmp_path / "log") as watcher:
        deadline = time.monotonic() + PATIENCE
        while not (tmp_path / "begun").exists():
            assert time.monotonic() < deadline, watcher.said
            time.sleep(0.05)
        assert watcher.stop(how) == 0
    assert "Stopped." in watcher.said
    assert "Traceback" not in watcher.said


@pytest.mark.slow
def test_what_becomes_due_is_published_and_said_by_itself(
    root: Path, served: Host, x: TwitterSimulator, settle: Settle, tmp_path: Path
) -> None:
    settle(served.url, folder(served), x=x)
    (root / f"incidents/{ID}.yaml").unlink()
    (root / "incidents/2026-11-23-upgrade.yaml").write_text(
        "title: Database upgrade\ntype: maintenance\ncomponents: {checkout: under_maintenance}\n"
        "window: {start: 2026-11-23 14:00:08, end: 2026-11-23 16:00}\n"
        "updates:\n  - {at: 2026-11-23 12:30, message: Paying may take up to a minute longer.}\n"
    )
    variables: dict[str, Any] = dict(x.environment())
    sitegen(root, "mirror", "connect", "twitter", at=MOMENT, **variables)
    with watching(root, tmp_path / "log", x=x) as watcher:
        watcher.expect("here: live at")
        assert not x.accepted
        watcher.expect("reminder-1h: https://x.com/")
        assert watcher.stop() == 0
    (post,) = x.accepted
    assert "Database upgrade" in post.text


@pytest.mark.slow
def test_what_has_to_wait_is_said_at_its_time(
    root: Path, served: Host, x: TwitterSimulator, settle: Settle, tmp_path: Path
) -> None:
    settle(served.url, folder(served), x=x)
    variables: dict[str, Any] = dict(x.environment())
    sitegen(root, "mirror", "connect", "twitter", "--tell-open", at=datetime.now(UTC), **variables)
    spent = datetime.now(UTC).replace(microsecond=0)
    x.quarter_limit = Window("x-rate-limit", 1, timedelta(seconds=25), [spent])
    with watching(root, tmp_path / "log", at=datetime.now(UTC), x=x) as watcher:
        watcher.expect("waiting")
        assert not x.accepted
        watcher.expect("https://x.com/")
        assert watcher.stop() == 0
    assert len(x.accepted) == 1


# When the next round is


def next_moment(root: Path, moment: datetime) -> datetime:
    content = project.read(root).project
    assert content is not None
    return find_next_moment(content.incidents, content.settings, moment)


def test_the_moments_of_a_maintenance_are_due(tmp_path: Path) -> None:
    entry = (
        "title: Database upgrade\ntype: maintenance\ncomponents: {checkout: under_maintenance}\n"
        "window: {start: 2026-11-25 22:00, end: 2026-11-25 23:00}\n"
        "updates:\n  - {at: 2026-11-23 12:30, message: Paying may take up to a minute longer.}\n"
    )
    root = make_project(tmp_path / "status", incidents={"2026-11-23-upgrade": entry})
    start = datetime(2026, 11, 25, 21, 0, tzinfo=UTC)
    midnights = {datetime(2026, 11, day, 23, 0, tzinfo=UTC) for day in (23, 24, 25)}
    found, moment = [], MOMENT
    while moment < datetime(2026, 11, 26, tzinfo=UTC):
        moment = next_moment(root, moment)
        found += [moment] if moment not in midnights else []
    assert {start - timedelta(days=1), start - timedelta(hours=1), start, start + timedelta(hours=1)} <= set(found)


def test_an_update_a_post_mortem_and_midnight_are_due(tmp_path: Path) -> None:
    entry = INCIDENT + "  - {at: 2026-11-23 13:02, status: resolved, message: All card payments work again.}\n"
    account = "---\npublished: 2026-11-23 15:00\n---\nA certificate expired.\n"
    root = make_project(tmp_path / "status", incidents={ID: entry, f"{ID}.md": account})
    later = datetime(2026, 11, 23, 12, 2, tzinfo=UTC)
    assert next_moment(root, MOMENT) == later
    assert next_moment(root, later + timedelta(hours=1)) == datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
    assert next_moment(root, later + timedelta(hours=4)) == datetime(2026, 11, 23, 23, 0, tzinfo=UTC)
