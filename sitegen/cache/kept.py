"""The cache of one project, opened for one build."""

import os
import tempfile
from pathlib import Path
from typing import TypeVar

from sitegen.cache import files
from sitegen.cache.drawers import Drawers
from sitegen.cache.finished import Told, keep_finished, list_source
from sitegen.cache.listing import Listing
from sitegen.cache.made import MadePages
from sitegen.cache.place import find_folder, name_output
from sitegen.cache.program import digest_program
from sitegen.cache.seen import Seen

T = TypeVar("T")


class Cache:
    """What earlier builds of the project in `root` found out; kept in it, unless another `folder` is named.

    `source` is how the project was listed, if it was already.
    Nothing in it raises: what can't be read is as if it were not there, and what can't be written is not kept. Two
    builds at once each keep what they found; whoever is done last stays. Deleting the folder is always fine.
    """

    def __init__(self, root: Path, folder: Path | None = None, source: Listing | None = None) -> None:
        self._root = root
        self._folder = folder or find_folder(root) or Path(os.devnull)
        self._began = _tick(self._folder)
        self._source = source or list_source(root)
        self.seen = Seen(self._folder / "seen", self._began)
        self.program = digest_program(self.seen)
        self._fetched: dict[str, object] = {}
        self._due: dict[str, object] = {}
        self._made: MadePages | None = None

    def fetch(self, name: str, kind: type[T]) -> None:
        """Load the value that was kept under that name before it is asked for."""
        self._fetched[name] = files.load(self._folder / name, kind)

    def recall(self, name: str, kind: type[T]) -> T | None:
        """The value that was kept under that name."""
        found = self._fetched.get(name)
        return found if isinstance(found, kind) else files.load(self._folder / name, kind)

    def keep(self, name: str, value: object) -> None:
        """Keep the value under that name, once the build has succeeded."""
        self._due[name] = value

    def drawers(self, kind: type[T]) -> Drawers[T]:
        """Where large values lie, which are kept at once: each says itself what it was made of."""
        return Drawers(self._folder, kind)

    def made(self, out: Path) -> MadePages:
        """The pages in that output folder."""
        self._made = MadePages(self._folder / f"made-{name_output(self._root, out)}")
        return self._made

    def save(self) -> None:
        """Keep all of it for the next build; to be called when the build has succeeded."""
        for name, value in self._due.items():
            files.save(self._folder / name, value)
        self.seen.save()
        if self._made is not None:
            self._made.save()

    def finish(self, out: Path, told: Told) -> None:
        """Keep what the build told, unless a file is so young that it may have changed since without a trace."""
        if self._source.newest < self._began and self._made is not None:
            keep_finished(self._root, self._source, self._made, out, told)


def _tick(folder: Path) -> int:
    """Now (ns), by the clock of the file system that holds the project; 0, and all is read, where it has none."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / ".gitignore").write_text("*\n")
        with tempfile.TemporaryFile(dir=folder) as file:
            return os.fstat(file.fileno()).st_mtime_ns
    except OSError:
        return 0
