"""A folder as the system tells of it: whether anything in it was touched, without opening a file."""

import os
import stat
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from operator import attrgetter
from pathlib import Path

import msgspec

from sitegen.cache.coding import ENCODER
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
        for lines in _list_place(str(place)):
            hashed.update(ENCODER.encode(lines))
            for line in lines:
                newest = max(newest, line[3], line[4])
    return Listing(hashed.digest(), newest)


# A name, its mode and size, both its times, its inode.
_Line = tuple[bytes, int, int, int, int, int]


def _list_place(place: str) -> Iterator[list[_Line]]:
    try:
        found = os.lstat(place)
    except OSError as error:
        yield [(os.fsencode(place), error.errno or 0, 0, 0, 0, 0)]
        return
    yield [_tell(place, found)]
    if os.path.isdir(place) and not os.path.islink(place):  # noqa: PTH112, PTH114 - a name is all that is needed
        yield from _list_folder(place)


def _list_folder(folder: str) -> Iterator[list[_Line]]:
    """The folder's own entries, sorted by name, then those of the folders among them."""
    try:
        with os.scandir(folder) as scanned:
            entries = sorted((one for one in scanned if one.name not in _SKIPPED), key=attrgetter("name"))
        yield [_tell(one.name, one.stat(follow_symlinks=False)) for one in entries]
    except OSError as error:
        yield [(os.fsencode(folder), error.errno or 0, 0, 0, 0, 0)]
        return
    for one in entries:
        if one.is_dir(follow_symlinks=False):
            yield from _list_folder(one.path)


def _tell(name: str, found: os.stat_result) -> _Line:
    own = name.encode("utf-8", "surrogateescape")
    touched = _ANY_TIME if stat.S_ISLNK(found.st_mode) else found.st_ctime_ns
    return (own, found.st_mode, found.st_size, found.st_mtime_ns, touched, found.st_ino)
