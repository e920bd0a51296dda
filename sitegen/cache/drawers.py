"""Values too large to be held all at once: in files of the cache, each of which is loaded and replaced as a whole."""

from collections.abc import Mapping
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Generic, TypeVar

import msgspec

from sitegen.cache import files
from sitegen.cache.coding import ENCODER, decoder

T = TypeVar("T")
# What is looked at together lies together, in one drawer or in two neighbours.
_OPEN = 3
_PREFIX = "entries-"


class Kept(msgspec.Struct, frozen=True, array_like=True):
    """A value, not decoded yet, and the digest of what it was made of."""

    state: bytes
    value: msgspec.Raw


class Drawers(Generic[T]):
    """Values of one type by drawer and name, each true only for the state that it was kept with."""

    def __init__(self, folder: Path, kind: type[T]) -> None:
        self._folder = folder
        self._decoder = decoder(kind)
        self._open = lru_cache(_OPEN)(self.open)

    def find(self, drawer: str, name: str, state: bytes) -> T | None:
        """The value; None where there is none of that state. A drawer that lacks it is thrown away: it is damaged."""
        kept = self._open(drawer).get(name)
        value = self.read(kept) if kept is not None and kept.state == state else None
        if value is None:
            self.drop(drawer)
        return value

    def read(self, kept: Kept) -> T | None:
        """What was kept; None where that can't be known any more."""
        try:
            return self._decoder.decode(kept.value)
        except (msgspec.MsgspecError, ValueError, RecursionError):
            return None

    def open(self, drawer: str) -> Mapping[str, Kept]:
        """All that lies in the drawer."""
        return files.load(self._place(drawer), dict[str, Kept]) or {}

    def fill(self, drawer: str, kept: Mapping[str, Kept]) -> None:
        """Put exactly these values into the drawer; one that can't be written stays as it is."""
        files.save(self._place(drawer), kept)

    def drop(self, drawer: str) -> None:
        """Throw the drawer away."""
        with suppress(OSError):
            self._place(drawer).unlink()

    def list(self) -> frozenset[str]:
        """The drawers that there are."""
        return frozenset(place.name.removeprefix(_PREFIX) for place in self._folder.glob(f"{_PREFIX}*"))

    def _place(self, drawer: str) -> Path:
        return self._folder / f"{_PREFIX}{drawer}"


def keep(state: bytes, value: object) -> Kept | None:
    """The value as it is kept; None for one that holds text which is none (a file's name can)."""
    try:
        return Kept(state, msgspec.Raw(ENCODER.encode(value)))
    except UnicodeEncodeError:
        return None
