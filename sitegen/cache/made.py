"""Which pages stand in an output folder, and what each of them was made from."""

from collections.abc import Mapping
from pathlib import Path

import msgspec

from sitegen.cache import files
from sitegen.cache.coding import ENCODER
from sitegen.cache.digests import digest
from sitegen.cache.stamps import Stamp, find_stamp


class Made(msgspec.Struct, frozen=True, array_like=True):
    """A file of the site: the key of what it shows, its stamp once it was in place, and the digest of its bytes."""

    key: bytes
    stamp: Stamp
    content: bytes


class MadePages:
    """The pages of one output folder by path; those that a build did not name are forgotten."""

    def __init__(self, place: Path) -> None:
        self._place = place
        self._old: Mapping[str, Made] = files.load(place, dict[str, Made]) or {}
        self._new: dict[str, Made] = {}

    def __len__(self) -> int:
        return len(self._new or self._old)

    @property
    def digest(self) -> bytes:
        """The digest of the list."""
        return digest(ENCODER.encode(self._new or self._old))

    def stand(self, folder: Path) -> bool:
        """Whether every page that was kept stands in the folder, untouched."""
        return all(find_stamp(f"{folder}/{name}") == made.stamp for name, made in self._old.items())

    def stands(self, path: str, key: bytes | None, place: str) -> bool:
        """Whether the page of that key stands at the place, byte for byte.

        A file with another stamp (a folder that was copied or restored has only those) is compared by its content.
        """
        known = self._old.get(path)
        if known is None or known.key != key:
            return False
        stamp = find_stamp(place)
        if stamp == known.stamp:
            self._new[path] = known
            return True
        if stamp is None or stamp.size != known.stamp.size or _read(place) != known.content:
            return False
        self._new[path] = Made(known.key, stamp, known.content)
        return True

    def keep(self, path: str, key: bytes | None, place: str, content: bytes) -> None:
        """That the page of that key stands at the place now; `content` is the digest of its bytes."""
        stamp = find_stamp(place)
        if key is not None and stamp is not None:
            self._new[path] = Made(key, stamp, content)

    def save(self) -> None:
        """Keep it for the next build, unless that would change nothing."""
        if self._new != self._old:
            files.save(self._place, self._new)


def _read(place: str) -> bytes | None:
    try:
        return digest(Path(place).read_bytes())
    except OSError:
        return None
