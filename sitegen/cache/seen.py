"""Which content a file had when it was last read, by its stamp: what has not been touched is not read again."""

from collections.abc import Mapping
from pathlib import Path

import msgspec

from sitegen.cache import files
from sitegen.cache.digests import digest
from sitegen.cache.stamps import Stamp


class Sighting(msgspec.Struct, frozen=True, array_like=True):
    """A file's stamp, taken before it was read, and the digest of what was read."""

    stamp: Stamp
    digest: bytes


class Sightings(msgspec.Struct, frozen=True, array_like=True):
    """All files that a build read, by name, and when (ns, by the clock of their file system) it began to."""

    began: int = 0
    by_name: Mapping[str, Sighting] = {}


class Seen:
    """The digests of files by their names; what was not asked for in this build is forgotten.

    A file that was changed in the same instant as the build began, or later, may have been changed once more without
    a trace in its stamp (git calls that racy): its stamp is not believed.
    """

    def __init__(self, place: Path, began: int) -> None:
        self._place = place
        self._old = files.load(place, Sightings) or Sightings()
        self._began = began
        self._new: dict[str, Sighting] = {}
        self._news = False

    def recall(self, name: str, stamp: Stamp) -> bytes | None:
        """The digest of the file's content; None where the file has to be read."""
        known = self._old.by_name.get(name)
        if known is None or known.stamp != stamp or stamp.newest >= self._old.began:
            return None
        self._new[name] = known
        return known.digest

    def keep(self, name: str, stamp: Stamp, content: bytes) -> bytes:
        """The digest of the content that was read after the stamp was taken."""
        known = self._new[name] = Sighting(stamp, digest(content))
        self._news = True
        return known.digest

    def save(self) -> None:
        """Keep it for the next build, unless that would change nothing."""
        if self._news or self._new.keys() != self._old.by_name.keys():
            files.save(self._place, Sightings(self._began, self._new))
