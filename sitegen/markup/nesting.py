"""Lists in lists: people indent by two spaces, by the width of the mark or by four; the parser knows four."""

import re
from enum import StrEnum

import msgspec

STEP = 4
# What indents less than this against an item stands beside it, not in it.
_INSIDE = 2
# Nobody reads lists that are deeper; moving them to the right would only make more for the parser to wade through.
_DEEPEST = 20
MARK = re.compile(r" *(?:[-+*]|(\d{1,9})\.) +\S")


class Marks(StrEnum):
    """What the items of a list begin with."""

    BULLETS = "bullets"
    NUMBERS = "numbers"


class _Item(msgspec.Struct, frozen=True):
    """An item that is open: how far its mark is indented, and what it is."""

    indent: int
    marks: Marks


class Nesting:
    """The items that are open at a line, the outermost first."""

    def __init__(self) -> None:
        self.items: list[_Item] = []

    @property
    def has_numbers(self) -> bool:
        """Whether a numbered list is open."""
        return any(item.marks is Marks.NUMBERS for item in self.items)

    def close(self) -> None:
        """No item is open any more."""
        self.items.clear()

    def place_item(self, line: str, marks: Marks) -> str:
        """The line of an item, at the step of its level; one too far to the right or too deep stays where it is."""
        indent = self._leave(line)
        level = len(self.items)
        if indent >= STEP * (level + 1) or level > _DEEPEST:
            return line
        self.items.append(_Item(indent, marks))
        return " " * STEP * level + line.lstrip() if level else line

    def place_block(self, line: str) -> str:
        """The first line of a block that stands apart: at the step of the item in which it is, if any."""
        indent = self._leave(line)
        step = STEP * len(self.items)
        return " " * step + line.lstrip() if indent < step else line

    def _leave(self, line: str) -> int:
        """Closes the items that the line is not in; how far it is indented."""
        indent = len(line) - len(line.lstrip(" "))
        while self.items and indent < self.items[-1].indent + _INSIDE:
            self.items.pop()
        return indent
