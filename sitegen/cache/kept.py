"""The cache of one project, opened for one build."""

import os
import tempfile
from pathlib import Path
from typing import TypeVar

from sitegen.cache.digests import digest
from sitegen.cache.finished import Told, keep_finished, list_source
from sitegen.cache.made import MadePages
from sitegen.cache.place import find_folder, name_output
from sitegen.cache.program import digest_program
from sitegen.cache.results import Results, Shelf
from sitegen.cache.seen import Seen

T = TypeVar("T")


class Cache:
    """What earlier builds of the project in `root` found out; kept in it, unless another `folder` is named.

    Nothing in it raises: what can't be read is as if it were not there, and what can't be written is not kept. Two
    builds at once each keep what they found; whoever is done last stays. Deleting the folder is always fine.
    """

    def __init__(self, root: Path, folder: Path | None = None) -> None:
        self._root = root
        self._folder = folder or find_folder(root) or Path(os.devnull)
        self._began = _tick(self._folder)
        self._source = list_source(root)
        self.seen = Seen(self._folder / "seen", self._began)
        self.program = digest_program(self.seen)
        self._results: Results | None = None
        self._made: MadePages | None = None

    def results(self, settings: bytes) -> Results:
        """The results that follow from files, in so far as they were found by this program under these settings."""
        self._results = Results(self._folder / "results", digest(self.program, settings))
        return self._results

    def shelf(self, name: str, kind: type[T]) -> Shelf[T]:
        """One of the shelves of the results, which were asked for when the project was read."""
        assert self._results is not None
        return self._results.shelf(name, kind)

    def made(self, out: Path) -> MadePages:
        """The pages in that output folder."""
        self._made = MadePages(self._folder / f"made-{name_output(self._root, out)}")
        return self._made

    def save(self) -> None:
        """Keep all of it for the next build; to be called when the build has succeeded."""
        for part in (self._results, self._made, self.seen):
            if part is not None:
                part.save()

    def finish(self, out: Path, told: Told) -> None:
        """Keep what the build told, unless a file is so young that it may have changed since without a trace."""
        if self._source.newest < self._began:
            keep_finished(self._root, self._source, out, told)


def _tick(folder: Path) -> int:
    """Now (ns), by the clock of the file system that holds the project; 0, and all is read, where it has none."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / ".gitignore").write_text("*\n")
        with tempfile.TemporaryFile(dir=folder) as file:
            return os.fstat(file.fileno()).st_mtime_ns
    except OSError:
        return 0
