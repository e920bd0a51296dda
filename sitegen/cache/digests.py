"""Short names of long things: equal where, and only where, these are equal."""

from collections.abc import Iterable
from hashlib import blake2b

SIZE = 16


def digest(*parts: bytes | str | int) -> bytes:
    """The digest of these parts in their order; where one ends and the next begins counts."""
    contents = [part if type(part) is bytes else str(part).encode("utf-8", "surrogateescape") for part in parts]
    lengths = b"%d:" * len(parts) % tuple(map(len, contents))
    return blake2b(b"".join((lengths, *contents)), digest_size=SIZE).digest()


def digest_all(digests: Iterable[bytes]) -> bytes:
    """The digest of many digests in their order."""
    return blake2b(b"".join(digests), digest_size=SIZE).digest()
