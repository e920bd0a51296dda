"""Changes of a project's files, told when they have settled: the only watchdog."""

import os
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from enum import Enum, auto
from pathlib import Path, PurePosixPath
from time import monotonic
from types import TracebackType
from typing import Self

from watchdog.events import (
    DirModifiedEvent,
    FileClosedNoWriteEvent,
    FileOpenedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
    FileSystemMovedEvent,
)
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver, ObservedWatch
from watchdog.observers.polling import PollingObserver

from sitegen.scan import is_litter

QUIET = 0.1
HASTE = 0.1  # of the quiet: where one file was saved whole, hardly anything follows
MOST = 10  # times the quiet: a stream of changes that never pauses is told as well
_TO_FOLDERS = frozenset({"created", "deleted", "moved"})
_TO_FILES = _TO_FOLDERS | {"modified", "closed", "attrib"}
# Reading is no change, nor is the date of a folder: what is in it speaks for itself. A build reads very many files.
_UNHEARD = frozenset({DirModifiedEvent, FileClosedNoWriteEvent, FileOpenedEvent, FileSystemMovedEvent})
_HEARD = [
    kind for kind in (*FileSystemEvent.__subclasses__(), *FileSystemMovedEvent.__subclasses__()) if kind not in _UNHEARD
]


class WatchError(Exception):
    """The folder can't be watched in any way: why, in a sentence."""


@contextmanager
def watch(
    folder: Path,
    names: Iterable[PurePosixPath],
    on_change: Callable[[], None],
    *,
    poll: bool = False,
    quiet: float = QUIET,
    warn: Callable[[str], None] = lambda text: None,
) -> Iterator[None]:
    """Call `on_change`, in a thread, after each change to the files and folders of these names in the folder.

    A burst is one change: it is told after `quiet` seconds without another, at the latest after ten times that; a
    single file that was saved whole after a tenth. Hidden files and what editors leave behind do not count; folders
    may come, go and return. `poll` looks every second instead of being told by the system; where the system can't tell,
    that is done without being asked for, and `warn` hears why. Raises WatchError where nothing can be seen.
    """
    with _Settling(on_change, quiet) as settling:
        watcher = _begin(folder.resolve(), tuple(names), settling.stir, poll, warn)
        try:
            yield
        finally:
            watcher.stop()


def _begin(
    folder: Path, names: Iterable[PurePosixPath], stir: "_Stir", poll: bool, warn: Callable[[str], None]
) -> "_Watcher":
    """Watching, in the way that the system allows."""
    try:
        return _Watcher(folder, names, stir, PollingObserver() if poll else Observer())
    except OSError as error:
        what = f"{folder} can't be watched ({error.strerror or error})"
        if poll:
            raise WatchError(f"{what}.") from error
        warn(f"{what}: it is looked at every second instead.")
        return _begin(folder, names, stir, True, warn)


class _Change(Enum):
    """What became of a path: it is new, somebody writes to it, it was saved to its end, or nothing is there now."""

    BORN = auto()
    PART = auto()
    WHOLE = auto()
    GONE = auto()


_Stir = Callable[[str, _Change], None]


class _Settling:
    """Turns a burst of stirs into one call."""

    def __init__(self, on_change: Callable[[], None], quiet: float) -> None:
        self._on_change = on_change
        self._quiet = quiet
        self._turn = threading.Condition()
        self._first: float | None = None
        self._last = 0.0
        self._changed: set[str] = set()
        self._born: set[str] = set()
        self._newest = _Change.PART
        self._stopped = False
        self._thread = threading.Thread(target=self._run, name="settling")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        with self._turn:
            self._stopped = True
            self._turn.notify()
        self._thread.join()

    def stir(self, path: str, change: _Change) -> None:
        """Something has changed at the path, and more may follow; what comes and goes is only in the way of saving."""
        with self._turn:
            self._last = monotonic()
            self._first = self._last if self._first is None else self._first
            if change is _Change.BORN and path not in self._changed:
                self._born.add(path)
            if change is _Change.GONE and path in self._born:
                self._changed.discard(path)
            else:
                self._changed.add(path)
                self._newest = change
            self._turn.notify()

    def _run(self) -> None:
        while self._has_settled():
            self._on_change()

    def _has_settled(self) -> bool:
        """Waits for a burst and its end; False when there is nothing more to wait for."""
        with self._turn:
            while not self._stopped:
                rest = self._rest()
                if rest is not None and rest <= 0:
                    self._first = None
                    self._changed.clear()
                    self._born.clear()
                    return True
                self._turn.wait(rest)
        return False

    def _rest(self) -> float | None:
        """The seconds until the burst counts as over; None when nothing has stirred."""
        if self._first is None:
            return None
        is_one = len(self._changed) == 1 and self._newest is _Change.WHOLE
        quiet = self._quiet * HASTE if is_one else self._quiet
        return min(self._last + quiet, self._first + MOST * self._quiet) - monotonic()


class _Watcher(FileSystemEventHandler):
    """Follows the named entries of one folder, each folder among them with all below it, until it is stopped.

    The folder itself is not watched with all below it: what else lies there may be large. Raises OSError where the
    observer can't tell of changes.
    """

    def __init__(self, folder: Path, names: Iterable[PurePosixPath], stir: _Stir, observer: BaseObserver) -> None:
        self._folder = folder
        self._names = frozenset(map(str, names))
        self._stir = stir
        self._observer = observer
        self._followed: dict[str, ObservedWatch] = {}
        try:
            observer.schedule(self, str(folder), event_filter=_HEARD)
            for name in self._names:
                self._follow(name)
            observer.start()
        except OSError:
            observer.stop()
            raise

    def stop(self) -> None:
        """Follow nothing more."""
        self._observer.stop()
        self._observer.join()

    def on_any_event(self, event: FileSystemEvent) -> None:
        """A change to a file, or a folder that comes or goes."""
        if event.event_type not in (_TO_FOLDERS if event.is_directory else _TO_FILES):
            return
        for place in (event.src_path, event.dest_path):
            parts = self._find(os.fsdecode(place))
            if len(parts) == 1:
                self._follow(parts[0])
            if parts:
                self._stir("/".join(parts), _tell(event, place))

    def _find(self, path: str) -> tuple[str, ...]:
        """The path from the folder, empty where it is not ours."""
        parts = Path(path).relative_to(self._folder).parts if path.startswith(f"{self._folder}{os.sep}") else ()
        is_ours = bool(parts) and parts[0] in self._names and not any(map(is_litter, parts))
        return parts if is_ours else ()

    def _follow(self, name: str) -> None:
        """Watch the folder that stands at the name now; an earlier one may have gone."""
        if (earlier := self._followed.pop(name, None)) is not None:
            self._observer.unschedule(earlier)
        if (self._folder / name).is_dir():
            with suppress(OSError):  # it has gone already, and that is an event too
                self._followed[name] = self._observer.schedule(
                    self, str(self._folder / name), recursive=True, event_filter=_HEARD
                )


def _tell(event: FileSystemEvent, place: bytes | str) -> _Change:
    """What became of the place."""
    if event.event_type in ("deleted", "moved") and place == event.src_path:
        return _Change.GONE
    if event.is_directory or event.event_type == "created":
        return _Change.BORN
    return _Change.PART if event.event_type == "modified" else _Change.WHOLE
