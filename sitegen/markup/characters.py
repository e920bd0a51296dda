"""The characters of a text: what can't be shown or would deceive is taken out before anything else reads it."""

import html
import re
import unicodedata

from sitegen.markup.rendered import Concern

# Control characters of both sets but tab and newline, the two noncharacters XML forbids, lone surrogates, and
# the byte order mark: they mean nothing to a reader, and a feed with one of them can't be parsed.
UNPRINTABLE = "\x00-\x08\x0b-\x1f\x7f-\x9f\ufeff\ufffe\uffff\ud800-\udfff"
# They make a text read differently from what it is. The single marks U+200E, U+200F and U+061C do not, and
# right-to-left prose needs them; like all that is invisible they are refused in links.
DIRECTION = "\u202a-\u202e\u2066-\u2069"

_UNWANTED = re.compile(f"[{UNPRINTABLE}{DIRECTION}]")
_DIRECTION = re.compile(f"[{DIRECTION}]")
_INVISIBLE = re.compile(
    f"[{DIRECTION}\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2060-\u2064\u206a-\u206f\u3164\ufeff\uffa0"
    "\U000e0000-\U000e007f]"
)
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")


def clean(text: str) -> tuple[str, tuple[Concern, ...]]:
    """The text with `\\n` line ends and without unwanted characters, and a concern a line with a bidi control."""
    text = text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
    if not _UNWANTED.search(text):
        return text, ()
    return _UNWANTED.sub("", text), tuple(
        _direction_concern(number, found.group())
        for number, line in enumerate(text.split("\n"))
        if (found := _DIRECTION.search(line))
    )


def _direction_concern(line: int, character: str) -> Concern:
    name = f"U+{ord(character):04X} ({unicodedata.name(character)})"
    return Concern(
        line, f"The invisible character {name} was taken out.", "Delete it: it changes the order of what is read."
    )


def has_invisible(text: str) -> bool:
    """Whether the text has a character that takes no room (zero-width, a joiner, a direction mark)."""
    return bool(_INVISIBLE.search(text))


def without_invisible(text: str) -> str:
    """The text as it looks: without characters that take no room."""
    return _INVISIBLE.sub("", text)


def decode_entities(text: str) -> str:
    """The text with `&name;` and `&#number;` read as HTML does, but for those of unwanted characters: they stay."""
    return _ENTITY.sub(_decode, text) if "&" in text else text


def _decode(entity: re.Match[str]) -> str:
    character = html.unescape(entity.group())
    return entity.group() if _UNWANTED.search(character) else character
