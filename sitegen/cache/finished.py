"""The last build into a folder: what it told, true as long as nothing was touched and the moment is the same."""

from datetime import datetime
from pathlib import Path

import msgspec

from sitegen.cache import files
from sitegen.cache.digests import digest
from sitegen.cache.listing import Listing, list_places
from sitegen.cache.made import MadePages
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
    """What was told, the digest of what it was made from, and that of the list of pages that stood there then."""

    told: Told
    source: bytes
    pages: bytes


def list_source(root: Path) -> Listing:
    """Everything that a build of the project reads, the program's own files among it."""
    found = list_places((*(root / name for name in ("sitegen.yaml", "incidents", "templates")), *PLACES))
    return Listing(digest(found.digest, *list_libraries()), found.newest)


def find_finished(root: Path, source: Listing, out: Path) -> Told | None:
    """What the last build of the project into the folder told, if this is its source still; no file is opened.

    Every page has to stand in the folder as that build left it.
    """
    folder, name = find_folder(root), name_output(root, out)
    known = None if folder is None else files.load(folder / f"finished-{name}", Finished)
    if folder is None or known is None or known.source != source.digest:
        return None
    pages = MadePages(folder / f"made-{name}")
    return known.told if pages.digest == known.pages and pages.stand(out) else None


def keep_finished(root: Path, source: Listing, pages: MadePages, out: Path, told: Told) -> None:
    """Keep what a build of the project told that was made from this source; these pages stand in the folder now."""
    folder = find_folder(root)
    if folder is not None and len(pages) == told.total:
        finished = Finished(told, source.digest, pages.digest)
        files.save(folder / f"finished-{name_output(root, out)}", finished)
