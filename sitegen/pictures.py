"""Pictures beside the incidents: which files may go to the site, and how large they are in pixels."""

import re
from collections.abc import Callable, Iterator
from typing import Literal

import msgspec

from sitegen.model import Picture

# The readers below cut slices and make numbers of them, which never raises, whatever the bytes: a missing one reads 0.
# No library for this: imagesize 2.0.1 refuses every rotated AVIF file, and a hostile one keeps it busy for hours.
MAX_BYTES = 2 * 1024 * 1024
MAX_SIDE = 10_000
MAX_NAME = 100
_NAME = re.compile(r"(?!.*\.\.)[a-z0-9][a-z0-9._-]*\.(?:png|jpg|jpeg|webp|avif)\Z", re.ASCII)
# The entries of Exif that point to a position (tag 0x8825, one LONG; either byte order), and its property in XMP.
_PLACES = (b"\x25\x88\x04\x00\x01\x00\x00\x00", b"\x88\x25\x00\x04\x00\x00\x00\x01", b"GPSLatitude")
# Markers of JPEG that a length follows, and those of them that begin a frame.
_MARKER = re.compile(rb"\xff([\x02-\xcf\xd9-\xfe])")
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_APP1, _SCAN = 0xE1, 0xDA
_ORIENTATION = 0x0112
_UNKNOWN = (0, 0)
_Size = tuple[int, int]
_Order = Literal["big", "little"]


def is_name(text: str) -> bool:
    """Whether the text may be the name of a picture: an ASCII file name in small letters, never a path."""
    return len(text) <= MAX_NAME and _NAME.match(text) is not None


def inspect(name: str, content: bytes) -> Picture | str:
    """The picture, or in whole sentences why it is none: SECURITY.md, row 10. Never raises.

    The first bytes decide what the file is; its suffix must agree. Size and dimensions are capped. The dimensions are
    those that browsers show, with the rotation that JPEG and AVIF files ask for.
    """
    if not is_name(name):
        return f"A picture's name has at most {MAX_NAME} small letters, digits, `-`, `_` and single `.`. Rename it."
    if len(content) > MAX_BYTES:
        return f"The picture has more than {MAX_BYTES // 1024**2} MiB. Make it smaller, or save it as WebP."
    form = next((form for form in _FORMATS if form.start.match(content)), None)
    if form is None:
        return f"This file is none of {', '.join(form.name for form in _FORMATS)}. Save the picture as one of them."
    if not name.endswith(form.suffixes):
        return f"This file is a picture in the format {form.name}. Let its name end in `{form.suffixes[0]}`."
    width, height = form.measure(content)
    if min(width, height) < 1:
        return f"The picture's width and height can't be read from this {form.name} file. Save it again."
    if max(width, height) > MAX_SIDE:
        return f"The picture is {width} × {height} pixels; {MAX_SIDE} are allowed on each side. Make it smaller."
    return Picture(name, content, width, height)


def tells_place(picture: Picture) -> bool:
    """Whether the file's metadata hold the position where the picture was taken, which readers could extract."""
    return any(mark in picture.content for mark in _PLACES)


def _number(content: bytes, start: int, length: int, order: _Order = "big") -> int:
    return int.from_bytes(content[start : start + length], order)


def _measure_png(content: bytes) -> _Size:
    if content[12:16] != b"IHDR":
        return _UNKNOWN
    return _number(content, 16, 4), _number(content, 20, 4)


def _measure_webp(content: bytes) -> _Size:
    match content[12:16]:
        case b"VP8 ":
            return _number(content, 26, 2, "little") & 0x3FFF, _number(content, 28, 2, "little") & 0x3FFF
        case b"VP8L" if len(content) >= 25:
            bits = _number(content, 21, 4, "little")
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        case b"VP8X" if len(content) >= 30:
            return _number(content, 24, 3, "little") + 1, _number(content, 27, 3, "little") + 1
        case _:
            return _UNKNOWN


def _measure_jpeg(content: bytes) -> _Size:
    turned = False
    for marker, segment in _segments(content):
        if marker == _APP1 and segment.startswith(b"Exif\0\0"):
            turned = turned or _is_turned(segment[6:])
        if marker in _FRAMES:
            return _turn(_number(segment, 3, 2), _number(segment, 1, 2), turned)
    return _UNKNOWN


def _segments(content: bytes) -> Iterator[tuple[int, bytes]]:
    """The marker and payload of each JPEG segment before the pixels."""
    position = 2
    while (found := _MARKER.search(content, position)) and found[1][0] != _SCAN:
        length = max(2, _number(content, found.end(), 2))
        position = found.end() + length
        yield found[1][0], content[found.end() + 2 : position]


def _is_turned(tiff: bytes) -> bool:
    """Whether Exif asks for a quarter turn: an orientation of 5 to 8."""
    order: _Order = "little" if tiff.startswith(b"II") else "big"
    start = _number(tiff, 4, 4, order)
    end = start + 2 + 12 * _number(tiff, start, 2, order)
    for entry in range(start + 2, min(end, len(tiff)), 12):
        if _number(tiff, entry, 2, order) == _ORIENTATION:
            return _number(tiff, entry + 8, 2, order) in range(5, 9)
    return False


def _turn(width: int, height: int, turned: bool) -> _Size:
    return (height, width) if turned else (width, height)


def _measure_avif(content: bytes) -> _Size:
    meta = dict(_boxes(dict(_boxes(content)).get(b"meta", b"")[4:]))
    primary = meta.get(b"pitm", b"")
    item = _number(primary, 4, 2 if primary[:1] == b"\0" else 4)
    properties = dict(_boxes(meta.get(b"iprp", b"")))
    declared = list(_boxes(properties.get(b"ipco", b"")))
    chosen = (index - 1 for index in _find_properties(properties.get(b"ipma", b""), item) if 0 < index <= len(declared))
    found = dict(declared[index] for index in chosen)
    extent, rotation = found.get(b"ispe", b""), found.get(b"irot", b"")
    return _turn(_number(extent, 4, 4), _number(extent, 8, 4), _number(rotation, 0, 1) % 2 == 1)


def _boxes(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The kind and payload of each whole box of an AVIF file, or of those in a box."""
    position = 0
    while position + 8 <= len(content):
        head, size = 8, _number(content, position, 4)
        if size == 1:
            head, size = 16, _number(content, position + 8, 8)
        end = len(content) if size == 0 else position + size
        if not position + head <= end <= len(content):
            return
        yield content[position + 4 : position + 8], content[position + head : end]
        position = end


def _find_properties(associations: bytes, item: int) -> tuple[int, ...]:
    """The numbers (from 1) of the properties that the box `ipma` gives to the item."""
    id_size = 2 if associations[:1] == b"\0" else 4
    size = 2 if _number(associations, 3, 1) & 1 else 1
    essential = 1 << 8 * size - 1
    position = 8
    while position < len(associations):
        start = position + id_size + 1
        end = start + size * _number(associations, start - 1, 1)
        if _number(associations, position, id_size) == item:
            return tuple(_number(associations, at, size) & ~essential for at in range(start, end, size))
        position = end
    return ()


class _Format(msgspec.Struct, frozen=True):
    """A format that every browser shows and that holds no scripts; `start` is how its bytes begin."""

    name: str
    suffixes: tuple[str, ...]
    start: re.Pattern[bytes]
    measure: Callable[[bytes], _Size]


_FORMATS = (
    _Format("PNG", (".png",), re.compile(rb"\x89PNG\r\n\x1a\n"), _measure_png),
    _Format("JPEG", (".jpg", ".jpeg"), re.compile(rb"\xff\xd8\xff"), _measure_jpeg),
    _Format("WebP", (".webp",), re.compile(rb"(?s:RIFF....WEBP)"), _measure_webp),
    _Format("AVIF", (".avif",), re.compile(rb"(?s:....ftyp(?:avif|.{8}(?:.{4}){0,15}?avif))"), _measure_avif),
)
SUFFIXES = tuple(suffix for form in _FORMATS for suffix in form.suffixes)
