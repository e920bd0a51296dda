"""The last build into a folder: what it told, true as long as nothing was touched and the moment is the same."""

from datetime import datetime
from pathlib import Path

import msgspec

from sitegen.cache import files
from sitegen.cache.digests import digest
from sitegen.cache.listing import Listing, list_places
from sitegen.cache.place import find_folder, name_output
from sitegen.cache.program import PLACES, list_libraries
from sitegen.problems import Problem


class Told(msgspec.Struct, frozen=True, array_like=True):
    """What a build at a moment (UTC) told: all problems, and how many files the site has; `zone` is the site's."""

    moment: datetime
    zone: str
    problems: tuple[Problem, ...]
    total: int


class Finished(msgspec.Struct, frozen=True, array_like=True):
    """What was told, and the digests of what it was made from and of what stood in the folder when it was done."""

    told: Told
    source: bytes
    site: bytes


def list_source(root: Path) -> Listing:
    """Everything that a build of the project reads, the program's own files among it."""
    found = list_places((*(root / name for name in ("sitegen.yaml", "incidents", "templates")), *PLACES))
    return Listing(digest(found.digest, *list_libraries()), found.newest)


def find_finished(root: Path, out: Path) -> Told | None:
    """What the last build of the project into the folder told, if nothing was touched since; no file is opened."""
    folder = find_folder(root)
    known = None if folder is None else files.load(folder / f"finished-{name_output(root, out)}", Finished)
    if known is None or known.site != list_places((out,)).digest or known.source != list_source(root).digest:
        return None
    return known.told


def keep_finished(root: Path, source: Listing, out: Path, told: Told) -> None:
    """Keep what a build of the project told that was made from this source; it stands in the folder now."""
    folder = find_folder(root)
    if folder is not None:
        finished = Finished(told, source.digest, list_places((out,)).digest)
        files.save(folder / f"finished-{name_output(root, out)}", finished)
