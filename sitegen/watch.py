"""Changes of a project's files, told when they have settled: the only watchdog."""

import os
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath
from time import monotonic
from types import TracebackType
from typing import Self

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver, ObservedWatch
from watchdog.observers.polling import PollingObserver

QUIET = 0.05
MOST = 10  # times the quiet: a stream of changes that never pauses is told as well
_TO_FOLDERS = frozenset({"created", "deleted", "moved"})
_TO_FILES = _TO_FOLDERS | {"modified", "closed", "attrib"}
_LITTER = ("~", ".swp", ".tmp", ".bak", ".orig")


class WatchError(Exception):
    """The system can't watch the folder: why, and what to do, in a sentence."""


@contextmanager
def watch(
    folder: Path,
    names: Iterable[PurePosixPath],
    on_change: Callable[[], None],
    *,
    poll: bool = False,
    quiet: float = QUIET,
) -> Iterator[None]:
    """Call `on_change`, in a thread, after each change to the files and folders of these names in the folder.

    A burst is one change: it is told after `quiet` seconds without another, at the latest after ten times that. Hidden
    files and what editors leave behind do not count; folders may come, go and return. `poll` looks every second instead
    of being told by the system. Raises WatchError where the system can't tell.
    """
    observer = PollingObserver() if poll else Observer()
    with _Settling(on_change, quiet) as settling, _Watcher(folder.resolve(), names, settling.stir, observer):
        yield


class _Settling:
    """Turns a burst of stirs into one call."""

    def __init__(self, on_change: Callable[[], None], quiet: float) -> None:
        self._on_change = on_change
        self._quiet = quiet
        self._turn = threading.Condition()
        self._first: float | None = None
        self._last = 0.0
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

    def stir(self) -> None:
        """Something has changed, and more may follow."""
        with self._turn:
            self._last = monotonic()
            self._first = self._last if self._first is None else self._first
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
                    return True
                self._turn.wait(rest)
        return False

    def _rest(self) -> float | None:
        """The seconds until the burst counts as over; None when nothing has stirred."""
        if self._first is None:
            return None
        return min(self._last + self._quiet, self._first + MOST * self._quiet) - monotonic()


class _Watcher(FileSystemEventHandler):
    """Follows the named entries of one folder, each folder among them with all below it.

    The folder itself is not watched with all below it: what else lies there may be large.
    """

    def __init__(
        self, folder: Path, names: Iterable[PurePosixPath], stir: Callable[[], None], observer: BaseObserver
    ) -> None:
        self._folder = folder
        self._names = frozenset(map(str, names))
        self._stir = stir
        self._observer = observer
        self._followed: dict[str, ObservedWatch] = {}

    def __enter__(self) -> Self:
        self._observer.schedule(self, str(self._folder))
        for name in self._names:
            self._follow(name)
        try:
            self._observer.start()
        except OSError as error:
            self._observer.unschedule_all()
            what = f"{self._folder} can't be watched: {error.strerror or error}."
            raise WatchError(f"{what} With --poll it is looked at every second instead.") from error
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._observer.stop()
        self._observer.join()

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Reading is no change, nor is the date of a folder: what is in it speaks for itself."""
        if event.event_type not in (_TO_FOLDERS if event.is_directory else _TO_FILES):
            return
        places = [parts for path in (event.src_path, event.dest_path) if (parts := self._find(os.fsdecode(path)))]
        for parts in places:
            if len(parts) == 1:
                self._follow(parts[0])
        if places:
            self._stir()

    def _find(self, path: str) -> tuple[str, ...]:
        """The path from the folder, empty where it is not ours."""
        parts = Path(path).relative_to(self._folder).parts if path.startswith(f"{self._folder}{os.sep}") else ()
        is_ours = bool(parts) and parts[0] in self._names and not any(map(_is_litter, parts))
        return parts if is_ours else ()

    def _follow(self, name: str) -> None:
        """Watch the folder that stands at the name now; an earlier one may have gone."""
        if (earlier := self._followed.pop(name, None)) is not None:
            self._observer.unschedule(earlier)
        if (self._folder / name).is_dir():
            with suppress(OSError):  # it has gone already, and that is an event too
                self._followed[name] = self._observer.schedule(self, str(self._folder / name), recursive=True)


def _is_litter(name: str) -> bool:
    return name.startswith((".", "#")) or name.endswith(_LITTER)
