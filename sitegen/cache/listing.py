"""A folder as the system tells of it: whether anything in it was touched, without opening a file."""

import os
import stat
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from pathlib import Path

import msgspec

from sitegen.cache.digests import SIZE

# What stands behind a link may change at any time without a trace here.
_ANY_TIME = 2**62
_SKIPPED = frozenset({"__pycache__", ".git"})


class Listing(msgspec.Struct, frozen=True):
    """The digest of all names and stamps below some places, and the newest time (ns) among these."""

    digest: bytes
    newest: int


def list_places(places: Iterable[str | Path]) -> Listing:
    """The listing of files, and of folders with all that is below them; links are listed, and not followed."""
    hashed, newest = blake2b(digest_size=SIZE), 0
    for place in places:
        for line, changed in _list_place(str(place)):
            hashed.update(line)
            newest = max(newest, changed)
    return Listing(hashed.digest(), newest)


def _list_place(place: str) -> Iterator[tuple[bytes, int]]:
    try:
        found = os.lstat(place)
    except OSError as error:
        yield f"{place!r} {error.errno}\n".encode(), 0
        return
    yield _tell(place, found)
    if os.path.isdir(place) and not os.path.islink(place):  # noqa: PTH112, PTH114 - a name is all that is needed
        yield from _list_folder(place)


def _list_folder(folder: str) -> Iterator[tuple[bytes, int]]:
    try:
        with os.scandir(folder) as scanned:
            entries = sorted(scanned, key=lambda entry: entry.name)
        for entry in entries:
            if entry.name in _SKIPPED:
                continue
            yield _tell(entry.name, entry.stat(follow_symlinks=False))
            if entry.is_dir(follow_symlinks=False):
                yield from _list_folder(entry.path)
                yield b"end\n", 0
    except OSError as error:
        yield f"{folder!r} {error.errno}\n".encode(), 0


def _tell(name: str, found: os.stat_result) -> tuple[bytes, int]:
    changed, touched = found.st_mtime_ns, found.st_ctime_ns
    if stat.S_ISLNK(found.st_mode):
        touched = _ANY_TIME
    line = f"{name!r} {found.st_mode} {found.st_size} {changed} {touched} {found.st_ino}\n"
    return line.encode("utf-8", "surrogateescape"), max(changed, touched)
