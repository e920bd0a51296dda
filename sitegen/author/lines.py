"""Values as lines of YAML, in the style of files that people write."""

import json
import re
from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from sitegen.fields import Field

# A value: what stands behind its key or dash, then the lines below, indented against the key.
Lines = tuple[str, ...]
# YAML can't hold these but as an escape, or takes them for the end of a line.
_TO_ESCAPE = re.compile("[^\t\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
# Other YAML readers, an editor's among them, take these words for something else than text.
_NOT_TEXT_ELSEWHERE = frozenset({"true", "false", "yes", "no", "on", "off", "y", "n", "null"})


def line(text: str) -> Lines:
    """A text on one line: plain where every reader of YAML takes it for text, otherwise in double quotes."""
    return (text,) if _is_plain(text) else (_quote(text),)


def prose(text: str) -> Lines:
    """A text of any number of lines: plain, otherwise a literal, which is easy to go on writing in."""
    if _is_plain(text):
        return (text,)
    return (_quote(text),) if _TO_ESCAPE.search(text) else ("|", *indent(text.split("\n")))


def word(text: StrEnum | None) -> Lines | None:
    """A member of an enumeration, which never needs quotes."""
    return None if text is None else (text.value,)


def texts(values: Iterable[str]) -> Lines | None:
    """A list of texts that stand on one line each."""
    lines = [written for value in values for written in item(line(value), 2)]
    return below(lines) if lines else None


def fields(*pairs: tuple[Field[Any] | str, Lines | None]) -> Lines:
    """The lines of a map with those of the pairs that have a value; a name is a Field or a text."""
    lines: list[str] = []
    for field, value in pairs:
        if value is not None:
            name = field.name if isinstance(field, Field) else line(field)[0]
            lines += (f"{name}: {value[0]}" if value[0] else f"{name}:", *value[1:])
    return tuple(lines)


def item(lines: Lines, offset: int) -> Lines:
    """The lines as an item of a list whose text begins `offset` characters behind the dash."""
    return ("-".ljust(offset) + lines[0], *indent(lines[1:], offset))


def below(lines: Iterable[str]) -> Lines:
    """The lines as a value that begins below its key."""
    return ("", *indent(lines))


def indent(lines: Iterable[str], by: int = 2) -> Lines:
    """The lines moved to the right; empty ones stay empty."""
    return tuple(" " * by + text if text else "" for text in lines)


def _is_plain(text: str) -> bool:
    return (
        text[:1].isalpha()
        and text.casefold() not in _NOT_TEXT_ELSEWHERE
        and not re.search(r"[\t\n]|: | #|:$", text)
        and not _TO_ESCAPE.search(text)
    )


def _quote(text: str) -> str:
    # JSON's texts are YAML's, but for the characters that YAML forbids.
    return _TO_ESCAPE.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(text, ensure_ascii=False))
