"""The XML of a feed to elements that know their line; nothing in it is ever fetched or expanded."""

from collections.abc import Iterator
from pathlib import PurePosixPath
from xml.parsers import expat

import msgspec

from sitegen.problems import Location

_DEPTH = 50


class Element(msgspec.Struct):
    """One element: its name without prefix, its attributes, its text and the elements in it, in their order."""

    name: str
    where: Location
    attributes: dict[str, str]
    parts: list[str]
    children: list["Element"]

    @property
    def text(self) -> str:
        """Its own text, without that of elements in it."""
        return "".join(self.parts).strip()

    def all(self, name: str) -> Iterator["Element"]:
        """The elements of a name right within it."""
        return (child for child in self.children if child.name == name)

    def first(self, *names: str) -> "Element | None":
        """The first element right within it that has one of the names, tried in their order."""
        return next((child for name in names for child in self.all(name)), None)

    def say(self, *names: str) -> str:
        """The text of the first such element, empty without one."""
        found = self.first(*names)
        return "" if found is None else found.text


class _Builder:
    """Builds the tree as the parser reads on."""

    def __init__(self, path: PurePosixPath) -> None:
        self.path = path
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._begin
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._write
        # A feed needs neither; both are ways to make a short text long or to reach for another file.
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.parser.EntityDeclHandler = self._refuse
        self.open = [Element("", Location(path), {}, [], [])]

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        if len(self.open) > _DEPTH:
            raise ValueError("it is nested too deep")
        where = Location(self.path, self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1)
        element = Element(name.rpartition(":")[2], where, attributes, [], [])
        self.open[-1].children.append(element)
        self.open.append(element)

    def _end(self, name: str) -> None:
        self.open.pop()

    def _write(self, text: str) -> None:
        self.open[-1].parts.append(text)

    def _refuse(self, *words: object) -> None:
        raise ValueError("it declares a document type")


def read_elements(path: PurePosixPath, content: bytes) -> Element | str:
    """The outermost element, or why there is none."""
    builder = _Builder(path)
    try:
        builder.parser.Parse(content, True)
    except expat.ExpatError as error:
        return f"It is not XML that can be read: {expat.ErrorString(error.code)}, line {error.lineno}."
    except (ValueError, LookupError) as error:
        return f"It is not XML that can be read: {error}."
    return builder.open[0].children[0]
