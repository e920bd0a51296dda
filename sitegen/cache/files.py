"""One file of the cache: written whole or not at all, and believed only where every byte of it is as it was written."""

import contextlib
import os
import tempfile
from hashlib import blake2b
from pathlib import Path
from typing import TypeVar

import msgspec

from sitegen.cache.coding import ENCODER, decoder

T = TypeVar("T")
# The number goes up when the form of what is kept changes.
_MAGIC = b"sitegen cache 1\n"
_CHECK = 16


def load(place: Path, kind: type[T]) -> T | None:
    """What was saved at the place; None where there is nothing, or where it is damaged or of another version."""
    try:
        content = place.read_bytes()
    except OSError:
        return None
    head, body = content[: len(_MAGIC) + _CHECK], memoryview(content)[len(_MAGIC) + _CHECK :]
    if head != _MAGIC + _check(body):
        return None
    try:
        return decoder(kind).decode(body)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None


def save(place: Path, value: object) -> bool:
    """Keep the value at the place for the next build; False where that can't be done, which harms nobody."""
    try:
        body = ENCODER.encode(value)
    except UnicodeEncodeError:  # a file's name is no text
        return False
    try:
        number, name = tempfile.mkstemp(dir=place.parent, prefix=f"{place.name}.")
    except OSError:
        return False
    try:
        with open(number, "wb") as part:  # noqa: PTH123 - it is open already
            part.write(_MAGIC + _check(body))
            part.write(body)
        os.replace(name, place)  # noqa: PTH105 - a name, not a Path
    except OSError:
        with contextlib.suppress(OSError):
            os.unlink(name)  # noqa: PTH108
        return False
    return True


def _check(body: bytes | memoryview) -> bytes:
    return blake2b(body, digest_size=_CHECK).digest()
