"""What is too much to read: refused before the parser, which would take seconds or run out of stack."""

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

import msgspec

from sitegen.markup.lines import Arranged
from sitegen.markup.rendered import Concern

MAX_LENGTH = 100_000
MAX_CELLS = 20_000
MAX_NESTING = 20
# Each bracket may be searched for its end through its whole block, several times over.
MAX_BRACKET_STEPS = 1_000_000
# Deeper trees than the nesting at the start of a line allows come from emphasis within emphasis only.
MAX_TREE_DEPTH = 60

_SHOWN = "The text is shown as it was written; shorten it or split it up."
_NESTED = re.compile(rf"^(?! *(?:[-*] *)+$)(?: *(?:>|[-+*] |\d{{1,9}}\. )){{{MAX_NESTING + 1}}}", re.MULTILINE)

UNREADABLE = Concern(0, "The brackets, quotes, lists or emphasis in this text can't be told apart.", _SHOWN)


class _Cap(msgspec.Struct, frozen=True):
    """How many of some characters a block and a whole text may have."""

    name: str
    characters: str
    in_block: int
    in_text: int


# Measured with 100,000 characters of each construct: what these let through takes about half a second at most.
_CAPS = (
    _Cap("opening brackets", "[", 100, 2_000),
    _Cap("asterisks and underscores", "*_", 1_000, 10_000),
    _Cap("backticks", "`", 1_000, 5_000),
    _Cap("angle brackets", "<", 1_000, 5_000),
    _Cap("backslashes", "\\", 1_000, 5_000),
    _Cap("lines", "\n", 1_000, 5_000),
)


def find_excess(text: str, arranged: Arranged) -> Concern | None:
    """The first reason, in the order of the text, why it is too much for the parser; None if it is not."""
    if len(text) > MAX_LENGTH:
        return Concern(0, f"The text has {len(text):,} characters; at most {MAX_LENGTH:,} are read.", _SHOWN)
    totals, steps, cells = dict.fromkeys(_CAPS, 0), 0, 0
    for line, block in _split_blocks(arranged):
        nested = _NESTED.search(block)
        if nested:
            what = f"More than {MAX_NESTING} quotes and lists are nested in each other here."
            return Concern(line + block.count("\n", 0, nested.start()), what, _SHOWN)
        for cap in _CAPS:
            count = sum(map(block.count, cap.characters))
            totals[cap] += count
            if count > cap.in_block:
                return _too_many(line, cap.name, cap.in_block, "block of lines")
            if totals[cap] > cap.in_text:
                return _too_many(line, cap.name, cap.in_text, "text")
        steps += block.count("[") * len(block)
        cells += _count_cells(block)
        if steps > MAX_BRACKET_STEPS:
            return Concern(line, "There are too many opening brackets in such long blocks of lines.", _SHOWN)
        if cells > MAX_CELLS:
            return _too_many(line, "cells of tables", MAX_CELLS, "text")
    return None


def is_too_deep(tree: Element) -> bool:
    """Whether elements stand in each other deeper than the writers can follow whatever the stack they start from."""
    level = [tree]
    for _ in range(MAX_TREE_DEPTH):
        level = [child for element in level for child in element]
        if not level:
            return False
    return True


def _split_blocks(arranged: Arranged) -> Iterator[tuple[int, str]]:
    """The blocks as the parser sees them, each line with its end, and the number of the first one in the text."""
    start = 0
    for index, line in enumerate((*arranged.lines, "")):
        if not line:
            if index > start:
                yield arranged.origin[start], "\n".join((*arranged.lines[start:index], ""))
            start = index + 1


def _count_cells(block: str) -> int:
    """How many cells the block makes if it is a table: each row has as many as the first, written or not."""
    if "|" not in block:
        return 0
    return (block.partition("\n")[0].count("|") + 1) * block.count("\n")


def _too_many(line: int, name: str, most: int, where: str) -> Concern:
    return Concern(line, f"There are more than {most:,} {name} in one {where}.", _SHOWN)
