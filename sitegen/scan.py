"""The files below a project's folder: regular ones only; links, pipes and devices are told of and never followed."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

import msgspec

from sitegen import pictures, source
from sitegen.cache import Seen, make_stamp
from sitegen.problems import Location, Problem, Severity

MAX_FILE = max(source.MAX_BYTES, pictures.MAX_BYTES)
INCIDENTS = (".yaml", ".yml")
_KNOWN = (*INCIDENTS, ".md", *pictures.SUFFIXES)
# Bytes of contents; of a longer history the rest is read again where it is needed, if its digest is known.
_MOST_HELD = 32 * 2**20
_LITTER = ("~", ".swp", ".tmp", ".bak", ".orig")


def is_litter(name: str) -> bool:
    """Whether a file or folder is hidden, or one that editors leave behind."""
    return name.startswith((".", "#")) or name.endswith(_LITTER)


class Files(msgspec.Struct, frozen=True):
    """The bytes of regular files by path relative to the project; what can't be read is in `lost`.

    Paths are plain text with slashes: a Path costs more than a look at the file, and there are very many. `digests`
    are there where it was asked what is known; contents that are known are read when they are looked at.
    """

    contents: Mapping[str, bytes]
    lost: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    digests: Mapping[str, bytes] = {}


def scan_file(root: Path, name: str) -> Files:
    """That one file."""
    scanner = _Scanner(root, None)
    scanner.read(name, f"{root}/{name}")
    return scanner.found()


def scan_folder(root: Path, name: str, seen: Seen | None = None) -> Files:
    """All texts and pictures below the folder; those that were seen as they are now are not read."""
    scanner = _Scanner(root, seen)
    scanner.look_into(name, f"{root}/{name}")
    return scanner.found()


class _Contents(Mapping[str, bytes]):
    """The bytes of files by path; what is known already is read only where somebody asks for it."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._read: dict[str, bytes | None] = {}

    def add(self, name: str, content: bytes | None) -> None:
        """One more file; without its content it is read when it is asked for."""
        self._read[name] = content

    def __getitem__(self, name: str) -> bytes:
        content = self._read[name]
        if content is None:  # it may have vanished, or become something else, since it was listed
            content = scan_file(self._root, name).contents.get(name, b"")
        return content

    def __contains__(self, name: object) -> bool:
        return name in self._read  # without a look inside

    def __iter__(self) -> Iterator[str]:
        return iter(self._read)

    def __len__(self) -> int:
        return len(self._read)


class _Scanner:
    """Reads regular files only; notes every other one, and never waits for a pipe."""

    def __init__(self, root: Path, seen: Seen | None) -> None:
        self.contents = _Contents(root)
        self.digests: dict[str, bytes] = {}
        self.lost: list[str] = []
        self.problems: list[Problem] = []
        self._root = root
        self._seen = seen
        self._held = 0

    def found(self) -> Files:
        """What was found so far."""
        return Files(self.contents, tuple(self.lost), tuple(self.problems), self.digests)

    def look_into(self, folder: str, place: str) -> None:
        """All below the folder; hidden files and what editors leave behind excepted."""
        for entry in self._list(folder, place):
            if is_litter(entry.name):
                continue
            name = f"{folder}/{entry.name}"
            if entry.is_dir():
                self.look_into(name, entry.path)
            elif entry.name.lower().endswith(_KNOWN) or not entry.is_file(follow_symlinks=False):
                self.read(name, entry.path)
            else:
                self._refuse(name)

    def _refuse(self, name: str) -> None:
        path = PurePosixPath(name)
        what = f"Files that end in `{path.suffix}` are not read."
        hint = "Incidents end in `.yaml`, post-mortems in `.md`."
        self.problems.append(Problem(Location(path), what, hint, Severity.WARNING))

    def read(self, name: str, place: str) -> None:
        """One file, at most one byte more than allowed; not at all where it is as it was."""
        try:
            stamp = make_stamp(os.lstat(place))
            if stamp is None:
                self._lose(name, "This is no regular file.", "Links, pipes and devices are not read.")
                return
            known = None if self._seen is None else self._seen.recall(name, stamp)
            if known is not None:
                self.digests[name] = known
                self.contents.add(name, None)
                return
            with open(place, "rb") as file:  # noqa: PTH123
                content = file.read(MAX_FILE + 1)
        except OSError as error:
            self._lose(name, f"This file can't be read: {error.strerror}.", "")
            return
        if self._seen is not None:
            self.digests[name] = self._seen.keep(name, stamp, content)
            self._held += len(content)
        self.contents.add(name, content if self._held <= _MOST_HELD else None)

    def _list(self, folder: str, place: str) -> list[os.DirEntry[str]]:
        if os.path.islink(place):  # noqa: PTH114
            self._lose(folder, "This is a link.", "Links are not followed: put the folder itself here.")
            return []
        try:
            with os.scandir(place) as entries:
                return sorted(entries, key=lambda entry: entry.name)
        except FileNotFoundError:
            return []
        except OSError as error:
            self._lose(folder, f"This folder can't be read: {error.strerror}.", "")
            return []

    def _lose(self, name: str, what: str, hint: str) -> None:
        self.lost.append(name)
        self.problems.append(Problem(Location(PurePosixPath(name)), what, hint))
