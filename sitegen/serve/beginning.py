"""The first look at a project, which may have a long history: what builds left is borrowed, and the rest shared out."""

import multiprocessing
import os
import shutil
import signal
from contextlib import suppress
from multiprocessing.context import ForkProcess
from pathlib import Path
from types import TracebackType
from typing import Self

from sitegen import project
from sitegen.cache import Cache
from sitegen.cache.place import find_folder
from sitegen.workers import may_fork


class Beginning:
    """Reads the project into a cache in `folder`, from entering to leaving the context, and nobody has to wait for it.

    It has a process of its own, for only one without threads may share its work with others (see workers); where there
    can't be one it does nothing.
    """

    def __init__(self, root: Path, folder: Path) -> None:
        self._root = root
        self._folder = folder
        self._process: ForkProcess | None = None

    def __enter__(self) -> Self:
        borrow(self._root, self._folder)
        if may_fork():
            self._process = multiprocessing.get_context("fork").Process(target=_read, args=(self._root, self._folder))
            self._process.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def wait(self) -> None:
        """Until it is done or was stopped."""
        if self._process is not None:
            self._process.join()

    def stop(self) -> None:
        """What it has not found out by now is found out by whoever needs it."""
        if self._process is not None:
            self._process.kill()
            self._process.join()


def borrow(root: Path, folder: Path) -> None:
    """Copy what builds of the project have found out and left in it."""
    source = find_folder(root)
    with suppress(OSError):
        for entry in os.scandir(source) if source is not None else ():
            if entry.is_file(follow_symlinks=False):
                shutil.copyfile(entry.path, folder / entry.name)


def _read(root: Path, folder: Path) -> None:
    """What goes wrong here goes wrong once more where it can be shown."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # it ends with the preview
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    with suppress(Exception):
        cache = Cache(root, folder)
        if project.read(root, cache).project is not None:
            cache.save()
