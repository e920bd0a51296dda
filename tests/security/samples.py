"""Pictures and payloads for the tests of safety."""

import struct
import zlib
from pathlib import Path

PAYLOADS = {
    file.stem: tuple(file.read_text("utf-8").splitlines())
    for file in sorted((Path(__file__).parent / "payloads").glob("*.txt"))
}


def png(width: int, height: int) -> bytes:
    """A whole black picture."""
    pixels = zlib.compress((b"\0" + b"\0" * width) * height)
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", pixels) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
