"""Whether it is still the same program that asks: its own code, and its libraries with the rules of time zones."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

from sitegen.cache.digests import digest
from sitegen.cache.seen import Seen
from sitegen.cache.stamps import make_stamp

_PACKAGE = Path(__file__).parents[1]
# In a checkout the default theme lies beside the package.
PLACES = (_PACKAGE, _PACKAGE.parent / "templates")


def digest_program(seen: Seen) -> bytes:
    """The digest of all that what a build makes of a file depends on, beside the files of its project."""
    return digest(*list_libraries(), digest_folder(_PACKAGE, seen))


def digest_folder(folder: Path, seen: Seen) -> bytes:
    """The digest of all files below a folder of ours, by name and content."""
    places = sorted(_list_files(folder))
    return digest(*(part for place in places for part in (place[len(str(folder)) :], _digest_file(place, seen))))


def list_libraries() -> tuple[str, ...]:
    """The version of Python and, by the names of their folders, those of all installed distributions."""
    return (sys.version, *sorted(_find_distributions()))


def _find_distributions() -> Iterator[str]:
    for folder in sys.path:
        try:
            names = os.listdir(folder or ".")  # noqa: PTH208 - a name is all that is needed
        except OSError:
            continue
        yield from (name for name in names if name.endswith((".dist-info", ".egg-info")))


def _list_files(folder: Path) -> Iterator[str]:
    for entry in os.scandir(folder):
        if entry.is_dir():
            if entry.name != "__pycache__":
                yield from _list_files(Path(entry.path))
        elif not entry.name.endswith(".pyc"):
            yield entry.path


def _digest_file(place: str, seen: Seen) -> bytes:
    stamp = make_stamp(os.stat(place))  # noqa: PTH116 - a link to a file of ours is as good
    known = None if stamp is None else seen.recall(place, stamp)
    if known is not None or stamp is None:
        return known or b""
    return seen.keep(place, stamp, Path(place).read_bytes())
