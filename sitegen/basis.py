"""Whether a project is as it was: what its pages are made from, told by digests."""

import msgspec

from sitegen.cache import Cache
from sitegen.problems import Problem
from sitegen.project import Content
from sitegen.surroundings import survey


class Basis(msgspec.Struct, frozen=True):
    """What the pages show beside the moment: digests of what stands around the entries and of the entries themselves.

    The problems stand for files that gave nothing to show.
    """

    surroundings: bytes
    entries: bytes
    problems: tuple[Problem, ...]


def find_basis(content: Content, cache: Cache) -> Basis | None:
    """The basis of the pages of what was read with the cache; None where a part of it is not known."""
    found = content.project
    if found is None or found.entries is None:
        return None
    around = survey(found, cache, drafts=True)
    return None if around is None else Basis(around.digest, found.entries.state, content.problems)
