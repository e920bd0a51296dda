"""What followed from files: results of pure functions by the digest of all that they were made from."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Generic, TypeVar

import msgspec

from sitegen.cache import files
from sitegen.cache.coding import ENCODER, decoder

T = TypeVar("T")
Kept = Mapping[str, tuple[bytes, msgspec.Raw]]


class Shelf(Generic[T]):
    """Results of one kind by name, each true only for the key it was kept with."""

    def __init__(self, kind: type[T], old: Kept) -> None:
        self._decoder = decoder(kind)
        self._old = old
        self.new: dict[str, tuple[bytes, msgspec.Raw]] = {}

    def has(self, name: str, key: bytes) -> bool:
        """Whether there is a result for the key."""
        known = self._old.get(name)
        return known is not None and known[0] == key

    def recall(self, name: str, key: bytes | None) -> T | None:
        """The result; None where it has to be found anew."""
        known = self._old.get(name)
        if known is None or known[0] != key:
            return None
        try:
            result = self._decoder.decode(known[1])
        except (msgspec.MsgspecError, ValueError):
            return None
        self.new[name] = known
        return result

    def keep(self, name: str, key: bytes | None, result: T) -> T:
        """The result itself; without a key it is not kept."""
        if key is not None:
            self.new[name] = (key, msgspec.Raw(ENCODER.encode(result)))
        return result

    @property
    def changed(self) -> bool:
        """Whether there is more or less than before."""
        if self.new.keys() != self._old.keys():
            return True
        return any(found is not self._old[name] for name, found in self.new.items())


class Stored(msgspec.Struct, frozen=True, array_like=True):
    """The shelves as they are saved; `origin` is the digest of what all results depend on."""

    origin: bytes = b""
    shelves: Mapping[str, dict[str, tuple[bytes, msgspec.Raw]]] = {}


class Results:
    """The shelves of one project; what was not asked for in this build is forgotten."""

    def __init__(self, place: Path, origin: bytes) -> None:
        self._place = place
        self._origin = origin
        found = files.load(place, Stored) or Stored()
        self._old = found.shelves if found.origin == origin else {}
        self._shelves: dict[str, Shelf[Any]] = {}

    def shelf(self, name: str, kind: type[T]) -> Shelf[T]:
        """The shelf of that name, which is for results of one type."""
        shelf: Shelf[T] = self._shelves.setdefault(name, Shelf(kind, self._old.get(name, {})))
        return shelf

    def save(self) -> None:
        """Keep it for the next build, unless that would change nothing."""
        if any(shelf.changed for shelf in self._shelves.values()):
            shelves = {name: shelf.new for name, shelf in self._shelves.items()}
            files.save(self._place, Stored(self._origin, shelves))
