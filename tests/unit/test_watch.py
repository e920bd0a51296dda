"""Watching: what counts as a change, and when it is told. Real files, real notifications."""

import ctypes
import errno
import queue
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

import pytest

from sitegen.watch import WatchError, watch
from tests.repositories import git, isolate_git

SOON = 30.0  # seconds: far more than it takes
NAMES = (PurePosixPath("sitegen.yaml"), PurePosixPath("incidents"), PurePosixPath("templates"))


class Changes:
    """What was told so far."""

    def __init__(self) -> None:
        self._told: queue.Queue[None] = queue.Queue()

    def tell(self) -> None:
        self._told.put(None)

    def expect_one(self, seconds: float = SOON) -> None:
        self._told.get(timeout=seconds)

    def expect_none(self, seconds: float = 0.7) -> None:
        with pytest.raises(queue.Empty):
            self._told.get(timeout=seconds)

    def settle(self) -> None:
        """Takes the change that is told and all that trail behind it."""
        self.expect_one()
        while True:
            try:
                self._told.get(timeout=0.4)
            except queue.Empty:
                return


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "incidents").mkdir()
    (tmp_path / "sitegen.yaml").write_text("site: {name: A}\n")
    (tmp_path / "incidents" / "one.yaml").write_text("title: One\n")
    return tmp_path


@contextmanager
def watched(folder: Path, *, poll: bool = False, quiet: float = 0.05) -> Iterator[Changes]:
    changes = Changes()
    with watch(folder, NAMES, changes.tell, poll=poll, quiet=quiet):
        yield changes


def rename_over(place: Path) -> None:
    """Saves as editors do."""
    aside = place.with_name(f".{place.name}.swp")
    aside.write_text("title: Saved\n")
    aside.replace(place)


SAVES: Mapping[str, Callable[[Path], object]] = {
    "settings": lambda folder: (folder / "sitegen.yaml").write_text("site: {name: B}\n"),
    "settings, by renaming": lambda folder: rename_over(folder / "sitegen.yaml"),
    "incident": lambda folder: (folder / "incidents/one.yaml").write_text("title: Another\n"),
    "incident, by renaming": lambda folder: rename_over(folder / "incidents/one.yaml"),
    "new file": lambda folder: (folder / "incidents/two.yaml").write_text("title: Two\n"),
    "new name": lambda folder: (folder / "incidents/one.yaml").rename(folder / "incidents/three.yaml"),
    "moved away": lambda folder: (folder / "incidents/one.yaml").rename(folder / "gone.yaml"),
    "removed": lambda folder: (folder / "incidents/one.yaml").unlink(),
    "new folder": lambda folder: (folder / "templates").mkdir(),
    "removed folder": lambda folder: shutil.rmtree(folder / "incidents"),
}


@pytest.mark.parametrize("way", SAVES)
def test_every_way_to_save_is_a_change(project: Path, way: str) -> None:
    with watched(project) as changes:
        SAVES[way](project)
        changes.expect_one()


def save_as_vim(place: Path) -> None:
    """It tries the folder, puts the old file aside, writes the new one, and drops the old."""
    trial, aside = place.with_name("4913"), place.with_name(f"{place.name}~")
    trial.touch()
    trial.unlink()
    place.rename(aside)
    place.write_text("title: Saved\n")
    place.chmod(0o644)
    aside.unlink()


SAVED_WHOLE: Mapping[str, Callable[[Path], object]] = {
    "written": lambda place: place.write_text("title: Saved\n"),
    "renamed": rename_over,
    "vim": save_as_vim,
    "sed -i": lambda place: subprocess.run(("sed", "-i", "s/One/Saved/", place), check=True),
}


@pytest.mark.parametrize("way", SAVED_WHOLE)
def test_one_file_saved_whole_is_told_once_and_long_before_a_burst_would_be(project: Path, way: str) -> None:
    with watched(project, quiet=8.0) as changes:
        SAVED_WHOLE[way](project / "incidents/one.yaml")
        changes.expect_one(5.0)
        changes.expect_none(2.0)


def test_a_file_that_somebody_still_writes_to_is_not_told_yet(project: Path) -> None:
    with watched(project, quiet=2.0) as changes, (project / "incidents/one.yaml").open("w") as file:
        file.write("title: Begun")
        file.flush()
        changes.expect_none(1.0)
        changes.expect_one()


def test_a_checkout_of_git_is_one_change(project: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    isolate_git(monkeypatch, tmp_path / "home")
    git(project, "init", "--quiet")
    for branch, word in (("one", "One"), ("two", "Two")):
        git(project, "switch", "--quiet", "--create", branch)
        for number in range(200):
            (project / f"incidents/entry-{number}.yaml").write_text(f"title: {word}\n")
        git(project, "add", "incidents")
        git(project, "commit", "--quiet", "--message", word)
    with watched(project, quiet=2.0) as changes:
        git(project, "switch", "--quiet", "one")
        changes.expect_one()
        changes.expect_none(3.0)


def test_polling_finds_the_same_changes(project: Path) -> None:
    with watched(project, poll=True) as changes:
        (project / "incidents/one.yaml").write_text("title: Another one\n")
        changes.settle()
        (project / "templates").mkdir()
        changes.settle()
        (project / "templates/home.html").write_text("<p>\n")
        changes.expect_one()


def test_folders_that_come_later_are_followed(project: Path) -> None:
    with watched(project) as changes:
        for folder in ("templates", "incidents/2026", "incidents/2026/november"):
            (project / folder).mkdir()
            changes.settle()
            (project / folder / "new.yaml").write_text("title: New\n")
            changes.settle()


def test_a_folder_that_returns_is_followed_again(project: Path) -> None:
    with watched(project) as changes:
        shutil.rmtree(project / "incidents")
        changes.settle()
        (project / "incidents").mkdir()
        changes.settle()
        (project / "incidents/one.yaml").write_text("title: Back\n")
        changes.settle()


def test_a_folder_moved_away_is_no_longer_followed(project: Path) -> None:
    with watched(project) as changes:
        (project / "incidents").rename(project / "attic")
        changes.settle()
        (project / "attic/one.yaml").write_text("title: Old\n")
        changes.expect_none()


NOT_CONTENT = (
    *("site/index.html", ".git/index", ".venv/lib/x.py", "README.md", "other/incidents/one.yaml", ".sitegen.yaml"),
    *("incidents/.one.yaml.swp", "incidents/one.yaml~", "incidents/#one.yaml#", "incidents/.git/index"),
)


def test_what_is_not_content_is_no_change(project: Path) -> None:
    for name in NOT_CONTENT:
        (project / name).parent.mkdir(parents=True, exist_ok=True)
    with watched(project) as changes:
        for name in NOT_CONTENT:
            (project / name).write_text("x\n")
        changes.expect_none()


def test_reading_is_no_change(project: Path) -> None:
    with watched(project) as changes:
        (project / "incidents/one.yaml").read_text()
        (project / "sitegen.yaml").read_text()
        list((project / "incidents").iterdir())
        changes.expect_none()


def test_a_burst_of_saves_is_one_change(project: Path) -> None:
    with watched(project, quiet=1.0) as changes:
        for number in range(30):
            (project / f"incidents/burst-{number}.yaml").write_text("title: Burst\n")
        changes.expect_one()
        changes.expect_none(2.0)


def test_saves_that_never_pause_are_told_all_the_same(project: Path) -> None:
    stop = threading.Event()

    def save_for_ever() -> None:
        while not stop.wait(0.02):
            (project / "incidents/one.yaml").write_text(f"title: {time.monotonic()}\n")

    saving = threading.Thread(target=save_for_ever)
    with watched(project, quiet=0.2) as changes:
        saving.start()
        try:
            changes.expect_one()
        finally:
            stop.set()
            saving.join()


def test_nothing_is_told_and_no_thread_is_left_after_the_end(project: Path) -> None:
    before = set(threading.enumerate())
    with watched(project) as changes:
        (project / "sitegen.yaml").write_text("site: {name: C}\n")
        changes.settle()
    assert set(threading.enumerate()) <= before
    (project / "sitegen.yaml").write_text("site: {name: D}\n")
    changes.expect_none()


# Where the system can't tell


def fail_with(number: int) -> Callable[..., int]:
    """A call of the system that fails."""

    def call(*words: object) -> int:
        ctypes.set_errno(number)
        return -1

    return call


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has these limits")
@pytest.mark.parametrize(
    ("call", "number"),
    [("inotify_init", errno.EMFILE), ("inotify_add_watch", errno.ENOSPC)],
    ids=["instances", "watches"],
)
def test_where_a_limit_of_the_system_is_reached_it_says_so_once_and_looks_every_second(
    project: Path, monkeypatch: pytest.MonkeyPatch, call: str, number: int
) -> None:
    monkeypatch.setattr(f"watchdog.observers.inotify_c.{call}", fail_with(number))
    before, changes, said = set(threading.enumerate()), Changes(), list[str]()
    with watch(project, NAMES, changes.tell, warn=said.append):
        (project / "incidents/one.yaml").write_text("title: Another one\n")
        changes.settle()
        (project / "incidents/two.yaml").write_text("title: Two\n")
        changes.expect_one()
    assert len(said) == 1
    assert str(project) in said[0]
    assert "every second" in said[0]
    assert set(threading.enumerate()) <= before


def test_a_folder_that_nobody_can_see_is_refused_in_words(tmp_path: Path) -> None:
    said: list[str] = []
    with (
        pytest.raises(WatchError, match="can't be watched"),
        watch(tmp_path / "nowhere", NAMES, lambda: None, poll=True, warn=said.append),
    ):
        pass
    assert said == []
