"""Values to bytes and back: typed MessagePack, which makes nothing but the declared types, whatever the bytes say."""

from functools import cache
from pathlib import PurePosixPath
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")


def _flatten(value: object) -> object:
    if isinstance(value, PurePosixPath):
        return str(value)
    raise NotImplementedError(f"a {type(value).__name__} can't be kept")


def _revive(kind: type[Any], value: Any) -> Any:
    if kind is PurePosixPath:
        return _path(value)
    raise NotImplementedError(f"a {kind.__name__} can't be kept")


@cache
def _path(text: str) -> PurePosixPath:
    """All updates of a file stand in the same one."""
    return PurePosixPath(text)


ENCODER = msgspec.msgpack.Encoder(enc_hook=_flatten)


def decoder(kind: type[T]) -> msgspec.msgpack.Decoder[T]:
    """What reads values of the type."""
    return msgspec.msgpack.Decoder(kind, dec_hook=_revive)
