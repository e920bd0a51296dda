"""Files into the output folder: writes only what changed, removes only what is ours, never leaves half a site."""

import os
import re
import shutil
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

import msgspec

from sitegen.cache import MadePages, digest
from sitegen.pages import Page
from sitegen.workers import spread

MANIFEST = PurePosixPath(".sitegen-files")
STAGE = PurePosixPath(".sitegen-stage")
# No path below the folder, or another way to write one.
_ODD = re.compile(r"(?:\A|/)\.{0,2}(?:/|\Z)|\0")


class OutputError(Exception):
    """The output folder can't be used: why, and what to do, in a sentence."""


class Written(msgspec.Struct, frozen=True):
    """What one build did to the folder."""

    changed: tuple[PurePosixPath, ...]
    removed: tuple[PurePosixPath, ...]
    total: int


def write(folder: Path, pages: Iterable[Page], made: MadePages | None = None, *, jobs: int | None = None) -> Written:
    """Put the pages into the folder, in their order, so that it is whole at every moment.

    All are rendered to files aside first; when the last has succeeded they are renamed into place, and what earlier
    builds wrote and this one did not is removed last. Killed in between, every file is old or new, and the next build
    completes it. Raises OutputError for a folder that is not ours, before anything is touched. Pages that stand there
    already, as `made` knows, are not rendered. `jobs` is the most processes that render (None: see workers).
    """
    try:
        ours = _claim(folder)
        stage = _Stage(folder, ours, made)
        for page in pages:
            stage.add(page)
        stage.render(jobs)
        names, changed = stage.names, tuple(stage.changed)
        _note(folder, ours | names)  # what is about to appear is ours before it appears
        # New files before those that will link to them.
        for name in sorted(changed, key=lambda name: (folder / name).exists()):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / STAGE / name).replace(folder / name)
        stage.keep()
        removed = tuple(_remove(folder, ours - names))
        _note(folder, names)
    except OSError as error:
        raise OutputError(f"Writing to {folder} failed: {error.strerror or error}.") from error
    finally:
        _clear_stage(folder)
    return Written(tuple(map(PurePosixPath, changed)), tuple(map(PurePosixPath, removed)), len(names))


class _Stage:
    """The pages of one build on their way into the folder; what stands at a place of theirs must be ours.

    Names are paths as text: most pages are only looked for, and a Path costs more than that.
    """

    def __init__(self, folder: Path, ours: set[str], made: MadePages | None) -> None:
        self.names: set[str] = set()
        self.changed: list[str] = []
        self._folder = folder
        self._ours = ours
        self._made = made
        self._due: list[Page] = []
        self._digests: list[tuple[Page, bytes]] = []
        self._checked: set[str] = set()

    def add(self, page: Page) -> None:
        """One more page, to be rendered unless what stands at its place is the same already."""
        name = page.name
        if not _is_inside(name):
            raise OutputError(f"{name} would lie outside the output folder.")
        self.names.add(name)
        self._check_parent(name)
        if self._made is None or not self._made.stands(name, page.key, f"{self._folder}/{name}"):
            self._due.append(page)

    def render(self, jobs: int | None) -> None:
        """Render aside what was added and does not stand there."""
        for page, (content, differs) in zip(self._due, spread(self._due, self._put, jobs), strict=True):
            self._digests.append((page, content))
            if differs:
                self.changed.append(page.name)

    def _put(self, page: Page) -> tuple[bytes, bool]:
        """Render the page aside; the digest of its bytes, and whether they differ from what stands there."""
        place = self._folder / page.name
        _check_place(place)
        content = page.render()
        if _has(place, content):
            return digest(content), False
        if page.name not in self._ours and os.path.lexists(place):
            raise OutputError(f"{place} is in the way: sitegen did not write it. Remove it, or keep it elsewhere.")
        staged = self._folder / STAGE / page.name
        staged.parent.mkdir(parents=True, exist_ok=True)
        staged.write_bytes(content)
        return digest(content), True

    def keep(self) -> None:
        """Note what stands at its place now."""
        if self._made is not None:
            for page, content in self._digests:
                self._made.keep(page.name, page.key, f"{self._folder}/{page.name}", content)

    def _check_parent(self, name: str) -> None:
        parent = name.rpartition("/")[0]
        if parent not in self._checked:
            _check_parents(self._folder, PurePosixPath(name))
            self._checked.add(parent)


def _clear_stage(folder: Path) -> None:
    if (folder / STAGE).is_dir() and not (folder / STAGE).is_symlink():
        shutil.rmtree(folder / STAGE, ignore_errors=True)


def _claim(folder: Path) -> set[str]:
    """The files that earlier builds wrote; refuses a folder with other people's files, or a link to one."""
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise OutputError(f"{folder} is not a folder of its own. Choose another with --out.")
    folder.mkdir(parents=True, exist_ok=True)
    if (folder / STAGE).is_symlink():
        raise OutputError(f"{folder / STAGE} is a link, and links are not followed. Remove it.")
    manifest = folder / MANIFEST
    if not manifest.is_file() or manifest.is_symlink():
        if any(entry.name not in (".git", str(STAGE)) for entry in folder.iterdir()):
            raise OutputError(
                f"{folder} holds files that sitegen did not write. Empty it, or choose another folder with --out."
            )
        _note(folder, ())
    _clear_stage(folder)
    return set(filter(_is_inside, manifest.read_text("utf-8", errors="replace").splitlines()))


def _is_inside(name: str) -> bool:
    return _ODD.search(name) is None


def _check_parents(folder: Path, path: PurePosixPath) -> None:
    """A link in the way could lead the write out of the folder."""
    for parent in path.parents[:-1]:
        if (folder / parent).is_symlink():
            raise OutputError(f"{folder / parent} is a link, and links are not followed. Remove it.")
        if (folder / parent).exists() and not (folder / parent).is_dir():
            raise OutputError(f"{folder / parent} is a file where a folder belongs. Remove it.")


def _check_place(place: Path) -> None:
    if place.is_dir() and not place.is_symlink():
        raise OutputError(f"{place} is a folder where a file belongs. Remove it.")


def _has(place: Path, content: bytes) -> bool:
    try:
        found = place.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    return stat.S_ISREG(found.st_mode) and found.st_size == len(content) and place.read_bytes() == content


def _note(folder: Path, names: Iterable[str]) -> None:
    """Record what is ours; the record is replaced whole."""
    content = "".join(f"{name}\n" for name in sorted(names)).encode()
    if not _has(folder / MANIFEST, content):
        part = folder / STAGE / MANIFEST
        part.parent.mkdir(exist_ok=True)
        part.write_bytes(content)
        part.replace(folder / MANIFEST)


def _remove(folder: Path, names: Iterable[str]) -> Iterator[str]:
    """Remove files of earlier builds and the folders that this empties."""
    for name in sorted(names):
        path = PurePosixPath(name)
        place = folder / path
        if any((folder / parent).is_symlink() for parent in path.parents):
            continue
        if place.is_symlink() or place.is_file():
            place.unlink()
            yield name
        _prune(folder, path)


def _prune(folder: Path, path: PurePosixPath) -> None:
    """Remove the folders that are empty now, also those that a killed build left."""
    for parent in path.parents[:-1]:
        try:
            os.rmdir(folder / parent)  # noqa: PTH106 - fails, as wanted, on a folder that is not empty
        except FileNotFoundError:
            continue
        except OSError:
            return
