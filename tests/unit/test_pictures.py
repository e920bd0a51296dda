"""Pictures: which files may go to the site (SECURITY.md, row 10), and that their size is the one browsers show."""

import struct
import time
from base64 import b64decode, b64encode
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sitegen.model import Picture
from sitegen.pictures import MAX_BYTES, MAX_SIDE, SUFFIXES, inspect, is_name, tells_place

if TYPE_CHECKING:
    from playwright.sync_api import Page

# Whole files of 3 × 2 pixels, as an encoder writes them.
PNG = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAMAAAACCAIAAAASFvFNAAAAFUlEQVR4nGPUiFrAwMDAwMDAxAADABQoASbJCS/tAAAAAElFTkSuQmCC"
)
JPEG = b64decode(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAFA3PEY8MlBGQUZaVVBfeMiCeG5uePWvuZHI////////////////////////////////////////"
    "////////////2wBDAVVaWnhpeOuCguv/////////////////////////////////////////////////////////////////////////wAAR"
    "CAACAAMDAREAAhEBAxEB/8QAFAABAAAAAAAAAAAAAAAAAAAAA//EABQQAQAAAAAAAAAAAAAAAAAAAAD/xAAVAQEBAAAAAAAAAAAAAAAAAAAC"
    "A//EABQRAQAAAAAAAAAAAAAAAAAAAAD/2gAMAwEAAhEDEQA/ACUB/9k="
)
WEBP = b64decode("UklGRi4AAABXRUJQVlA4ICIAAABwAQCdASoDAAIADMDOJaACdAFAAAD+2iaVerzKbSIIAAAA")
WEBP_LOSSLESS = b64decode("UklGRh4AAABXRUJQVlA4TBEAAAAvAkAAAAdQraIUtP+BiOh/AAA=")
AVIF_TURNED = b64decode(
    "AAAAIGZ0eXBhdmlmAAAAAGF2aWZtaWYxbWlhZk1BMUIAAAD1bWV0YQAAAAAAAAAhaGRscgAAAAAAAAAAcGljdAAAAAAAAAAAAAAAAAAAAAAO"
    "cGl0bQAAAAAAAQAAAB5pbG9jAAAAAEQAAAEAAQAAAAEAAAEdAAAAIgAAAChpaW5mAAAAAAABAAAAGmluZmUCAAAAAAEAAGF2MDFDb2xvcgAA"
    "AAB0aXBycAAAAFRpcGNvAAAAFGlzcGUAAAAAAAAAAwAAAAIAAAAQcGl4aQAAAAADCAgIAAAADGF2MUOBAAwAAAAAE2NvbHJuY2x4AAEADQAG"
    "gAAAAAlpcm90AwAAABhpcG1hAAAAAAAAAAEAAQUBAoMEhQAAACptZGF0EgAKCBgEK0QENBoQMhQf94eFFd///+LAAACQNY47+aCAgA=="
)
AVIF = AVIF_TURNED.replace(b"irot\x03", b"irot\x02")
GIF = b64decode("R0lGODdhAwACAIEAAChaoAAAAAAAAAAAACwAAAAAAwACAAAIBgABCBwYEAA7")


def webp_extended(width: int, height: int) -> bytes:
    extent = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    chunks = b"VP8X" + struct.pack("<IBxxx", 10, 0) + extent + WEBP_LOSSLESS[12:]
    return b"RIFF" + struct.pack("<I", len(chunks) + 4) + b"WEBP" + chunks


def png(width: int, height: int) -> bytes:
    return PNG[:16] + struct.pack(">II", width, height) + PNG[24:]


def exif(order: str, tag: int, kind: int, value: bytes) -> bytes:
    head = b"II*\0" if order == "<" else b"MM\0*"
    return head + struct.pack(f"{order}IHHHI", 8, 1, tag, kind, 1) + value.ljust(4, b"\0") + b"\0\0\0\0"


def jpeg_with(metadata: bytes) -> bytes:
    return JPEG[:2] + b"\xff\xe1" + struct.pack(">H", len(metadata) + 2) + metadata + JPEG[2:]


def turned_jpeg(orientation: int, order: str) -> bytes:
    return jpeg_with(b"Exif\0\0" + exif(order, 0x0112, 3, struct.pack(f"{order}H", orientation)))


SAMPLES = {
    "a.png": (PNG, (3, 2)),
    "a.jpg": (JPEG, (3, 2)),
    "a.jpeg": (turned_jpeg(6, ">"), (2, 3)),
    "lossy.webp": (WEBP, (3, 2)),
    "lossless.webp": (WEBP_LOSSLESS, (3, 2)),
    "extended.webp": (webp_extended(3, 2), (3, 2)),
    "a.avif": (AVIF, (3, 2)),
    "turned.avif": (AVIF_TURNED, (2, 3)),
}
STARTS = (PNG[:16], JPEG[:3], b"\xff\xd8\xff\xe1", WEBP[:16], WEBP_LOSSLESS[:16], webp_extended(3, 2)[:20], AVIF[:44])


def box(kind: bytes, *parts: bytes) -> bytes:
    payload = b"".join(parts)
    return struct.pack(">I4s", len(payload) + 8, kind) + payload


@pytest.mark.parametrize("name", SAMPLES)
def test_each_format_is_taken_whole_with_its_size(name: str) -> None:
    content, (width, height) = SAMPLES[name]
    assert inspect(name, content) == Picture(name, content, width, height)


@pytest.mark.browser
@pytest.mark.parametrize("name", SAMPLES)
def test_the_size_is_the_one_that_a_browser_shows(name: str, page: "Page") -> None:
    content, size = SAMPLES[name]
    kind = name.partition(".")[2].replace("jpg", "jpeg")
    address = f"data:image/{kind};base64,{b64encode(content).decode()}"
    shown = page.evaluate(
        "async address => { const i = new Image(); i.src = address; await i.decode();"
        " return [i.naturalWidth, i.naturalHeight] }",
        address,
    )
    assert tuple(shown) == size


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("orientation", range(10))
def test_a_photograph_lying_on_its_side_is_measured_upright(orientation: int, order: str) -> None:
    picture = inspect("a.jpg", turned_jpeg(orientation, order))
    assert isinstance(picture, Picture)
    assert (picture.width, picture.height) == ((2, 3) if orientation in (5, 6, 7, 8) else (3, 2))


def test_every_sample_has_a_suffix_that_is_announced() -> None:
    assert {name[name.rindex(".") :] for name in SAMPLES} == set(SUFFIXES)


@pytest.mark.parametrize(
    "content",
    [
        GIF,
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<!doctype html><script>alert(1)</script>",
        b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + AVIF[32:],
        b"RIFF\0\0\0\0WAVE" + WEBP[12:],
        b"II*\0" + PNG,
        b" " + PNG,
        b"",
    ],
)
@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.webp", "a.avif"])
def test_the_first_bytes_decide_and_not_the_suffix(name: str, content: bytes) -> None:
    reason = inspect(name, content)
    assert isinstance(reason, str)
    assert "none of PNG, JPEG, WebP, AVIF" in reason


def test_a_suffix_that_belongs_to_another_format_is_refused_with_the_right_one() -> None:
    assert inspect("a.png", JPEG) == "This file is a picture in the format JPEG. Let its name end in `.jpg`."
    assert isinstance(inspect("a.jpg", AVIF), str)


@pytest.mark.parametrize(
    "name",
    [
        *("../a.png", "/a.png", "b/a.png", "b\\a.png", "..png", "a..png", ".png", "-a.png", ".a.png"),
        *("A.png", "a.PNG", "ä.png", "a b.png", "a.png\n", "a.png\0", "a\0.png", "a\u200d.png", "а.png"),
        *("a.svg", "a.gif", "a.png.svg", "a.png ", "apng", "", "a" * 97 + ".png", "a%2e.png", "a.png?x"),
    ],
)
def test_a_name_that_is_more_than_a_plain_one_is_refused(name: str) -> None:
    assert not is_name(name)
    assert isinstance(inspect(name, PNG), str)


@pytest.mark.parametrize("name", ["a.png", "0.png", "2026-11-23_check.out.png", "a" * 96 + ".png"])
def test_plain_names_are_taken(name: str) -> None:
    assert is_name(name)
    assert isinstance(inspect(name, PNG), Picture)


def test_a_picture_may_be_as_large_as_the_cap_and_no_larger() -> None:
    assert isinstance(inspect("a.png", PNG.ljust(MAX_BYTES, b"\0")), Picture)
    assert "more than 2 MiB" in str(inspect("a.png", PNG.ljust(MAX_BYTES + 1, b"\0")))


def test_dimensions_have_a_least_and_a_most() -> None:
    assert isinstance(inspect("a.png", png(MAX_SIDE, 1)), Picture)
    assert "10001 × 1 pixels" in str(inspect("a.png", png(MAX_SIDE + 1, 1)))
    assert isinstance(inspect("a.webp", webp_extended(1, MAX_SIDE + 1)), str)
    for width, height in ((0, 1), (1, 0), (0, 0)):
        assert "can't be read" in str(inspect("a.png", png(width, height)))


@pytest.mark.parametrize("name", SAMPLES)
def test_a_file_cut_off_anywhere_is_refused_or_keeps_its_size(name: str) -> None:
    content, size = SAMPLES[name]
    found = [inspect(name, content[:length]) for length in range(len(content))]
    assert {(picture.width, picture.height) for picture in found if isinstance(picture, Picture)} <= {size}
    assert isinstance(found[20], str)


@given(st.sampled_from(STARTS) | st.just(b""), st.binary(max_size=300), st.sampled_from(SUFFIXES))
@example(b"\xff\xd8\xff", b"\xff" * 300, ".jpg")
@example(AVIF[:32], struct.pack(">I4sQ", 1, b"meta", 2**64 - 1), ".avif")
def test_random_bytes_never_raise(start: bytes, rest: bytes, suffix: str) -> None:
    match inspect(f"a{suffix}", start + rest):
        case Picture() as picture:
            assert picture.content == start + rest
            assert 1 <= picture.width <= MAX_SIDE
            assert 1 <= picture.height <= MAX_SIDE
        case reason:
            assert reason.endswith(".")


@given(st.sampled_from(sorted(SAMPLES)), st.lists(st.tuples(st.integers(0, 600), st.integers(0, 255)), max_size=8))
def test_damaged_pictures_never_raise(name: str, damage: list[tuple[int, int]]) -> None:
    content = bytearray(SAMPLES[name][0])
    for place, value in damage:
        content[place % len(content)] = value
    assert isinstance(inspect(name, bytes(content)), Picture | str)


HOSTILE = {
    "fill.jpg": JPEG[:3] + b"\xff" * 2_000_000,
    "segments.jpg": JPEG[:2] + b"\xff\xe1\0\2" * 500_000,
    "exif.jpg": JPEG[:2] + (b"\xff\xe1\0\x1cExif\0\0MM\0*\0\0\0\x08\xff\xff" + bytes(10)) * 60_000,
    "boxes.avif": AVIF[:32] + box(b"free") * 250_000,
    "metas.avif": AVIF[:32] + box(b"meta", bytes(8)) * 120_000,
    "zeros.avif": AVIF[:32] + bytes(2_000_000),
    "owners.avif": AVIF[:32] + box(b"meta", bytes(4), box(b"iprp", box(b"ipma", bytes(8), b"\0\1\0" * 650_000))),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_without_delay(name: str) -> None:
    assert len(HOSTILE[name]) <= MAX_BYTES
    begun = time.monotonic()
    assert "can't be read" in str(inspect(name, HOSTILE[name]))
    assert time.monotonic() - begun < 10  # each takes under a second; a reader that goes back takes minutes


@pytest.mark.parametrize("order", ["<", ">"])
def test_a_picture_that_tells_where_it_was_taken_is_found_out(order: str) -> None:
    position = exif(order, 0x8825, 4, struct.pack(f"{order}I", 26))
    told = (
        inspect("a.jpg", jpeg_with(b"Exif\0\0" + position)),
        inspect("a.png", PNG[:33] + struct.pack(">I", len(position)) + b"eXIf" + position + b"\0\0\0\0" + PNG[33:]),
        inspect("a.webp", webp_extended(3, 2) + b"EXIF" + struct.pack("<I", len(position)) + position),
        inspect("a.avif", AVIF + b"\0\0\0\0" + position),
        inspect("a.jpg", jpeg_with(b'http://ns.adobe.com/xap/1.0/\0<rdf exif:GPSLatitude="52,13.0N"/>')),
    )
    for picture in told:
        assert isinstance(picture, Picture)
        assert tells_place(picture)


@pytest.mark.parametrize("name", SAMPLES)
def test_a_picture_without_a_position_tells_none(name: str) -> None:
    picture = inspect(name, SAMPLES[name][0])
    assert isinstance(picture, Picture)
    assert not tells_place(picture)
