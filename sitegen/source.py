"""YAML text to nodes that know their place: every scalar stays the text that was written."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Protocol

import msgspec
import yaml

from sitegen.problems import Location, Problem, Severity

MAX_BYTES = 256 * 1024
MAX_DEPTH = 8
MAX_NODES = 20_000
_MERGE_MARKER = re.compile(r"^(<{7}|\|{7}|={7}|>{7})(?:[ \r]|$)", re.MULTILINE)
_LINE_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_YAML = "tag:yaml.org,2002:"
# What YAML forbids even in quotes (YAML 1.2, 5.1).
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
# `title: error #42 seen`, not a comment that is set apart: `title: Errors  # as customers see them`.
_SWALLOWED = re.compile(r"(?:[ \t](?=#)|[ \t]+(?=#\S))(#.*)")


class Scalar(msgspec.Struct, frozen=True):
    """A text as written; `comment` is what a `#` behind it seems to hide of it, `end` its last line from 1."""

    text: str
    where: Location
    end: int
    comment: str = ""


class Sequence(msgspec.Struct, frozen=True):
    """A list of nodes."""

    items: tuple["Node", ...]
    where: Location
    end: int
    flow: bool = False


class Mapping(msgspec.Struct, frozen=True):
    """A list of (key, value) with unique text keys, in the order written."""

    entries: tuple[tuple[Scalar, "Node"], ...]
    where: Location
    end: int
    flow: bool = False

    def get(self, key: str) -> "Node | None":
        """The value under `key`."""
        return next((value for name, value in self.entries if name.text == key), None)


Node = Scalar | Sequence | Mapping


class Document(msgspec.Struct, frozen=True):
    """What could be read of one file: `root` is absent when nothing could; incomplete when anything is missing."""

    root: Node | None
    problems: tuple[Problem, ...]

    @property
    def complete(self) -> bool:
        """Whether all of the file was read."""
        return not any(problem.severity is Severity.ERROR for problem in self.problems)


class _Mark(Protocol):
    """A place in the text, from 0."""

    line: int
    column: int


class _StopError(Exception):
    """Reading ends here; what stands before is kept."""

    def __init__(self, line: int, column: int, what: str, hint: str) -> None:
        super().__init__(what)
        self.line, self.column, self.what, self.hint = line, column, what, hint


class _Open:
    """A collection whose end has not been read yet."""

    def __init__(self, event: yaml.CollectionStartEvent) -> None:
        self.is_mapping = isinstance(event, yaml.MappingStartEvent)
        self.start = _mark(event.start_mark)
        self.flow = bool(event.flow_style)
        self.values: list[Node] = []
        self.keys: list[Scalar | None] = []
        self.names: set[str] = set()
        self.expects_key = self.is_mapping


def read(path: PurePosixPath, content: bytes) -> Document:
    """The nodes of one YAML file.

    Never raises and never runs away: stops at the limits above and at the first anchor, alias or tag (FORMAT.md,
    "Reading YAML without surprises"). After a syntax error everything complete before it is kept.
    """
    if len(content) > MAX_BYTES:
        return _refuse(path, f"The file has {len(content)} bytes; {MAX_BYTES} are allowed.", "Split it up.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        problem = Problem(Location(path, line, 1), "This line is not UTF-8 text.", "Save the file as UTF-8.")
        return Document(None, (problem,))
    return _Reader(path, text).read()


def _refuse(path: PurePosixPath, what: str, hint: str) -> Document:
    return Document(None, (Problem(Location(path), what, hint),))


class _Reader:
    """Builds the nodes of one text from the events of the C parser, without recursion."""

    def __init__(self, path: PurePosixPath, text: str) -> None:
        self.path, self.text = path, text
        self.lines = _LINE_BREAK.split(text)
        self.stack: list[_Open] = []
        self.root: Node | None = None
        self.count = 0
        self.problems: list[Problem] = []

    def read(self) -> Document:
        """All that can be read, with every problem on the way."""
        try:
            self._drop_control_characters()
            self._stop_at_merge_markers()
            for event in self._events():
                self._take(event)
        except _StopError as stop:
            self._tell(stop.line, stop.column, stop.what, stop.hint)
            self._salvage(stop.line)
        if self.root is None and not self.problems:
            self._tell(0, 0, "The file is empty.", "")
        return Document(self.root, tuple(self.problems))

    def _tell(self, line: int, column: int, what: str, hint: str) -> None:
        self.problems.append(Problem(Location(self.path, line, column), what, hint))

    def _drop_control_characters(self) -> None:
        """Nothing at all could be read with them: often the colours of a log that was pasted into a message."""
        if not _UNPRINTABLE.search(self.text):
            return
        for number, line in enumerate(self.lines, start=1):
            if unfit := _UNPRINTABLE.search(line):
                what = f"The control character U+{ord(unfit[0]):04X} stands here."
                self._tell(number, unfit.start() + 1, what, "Delete it; YAML allows none.")
        self.lines = [_UNPRINTABLE.sub("", line) for line in self.lines]
        self.text = _UNPRINTABLE.sub("", self.text)

    def _stop_at_merge_markers(self) -> None:
        """What stands before them is whole; what stands between them and below is anybody's guess."""
        if marker := _MERGE_MARKER.search(self.text):
            line = self.text.count("\n", 0, marker.start()) + 1
            self._tell(
                line,
                1,
                "A merge marker was left over.",
                "Keep the updates of both sides, oldest first, and delete the marker lines.",
            )
            self.text = self.text[: marker.start()]

    def _events(self) -> Iterator[yaml.Event]:
        try:
            yield from yaml.parse(self.text, Loader=yaml.CBaseLoader)
        except yaml.MarkedYAMLError as error:
            open_quote = "end of stream" in str(error.problem) and error.context_mark
            mark = open_quote or error.problem_mark or error.context_mark
            line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
            raise _StopError(line, column, *_explain(error, self._line(line))) from None

    def _line(self, number: int) -> str:
        return self.lines[number - 1] if 0 < number <= len(self.lines) else ""

    def _take(self, event: yaml.Event) -> None:
        match event:
            case yaml.DocumentStartEvent() if self.root is not None:
                raise _stop(event, "A second document begins here.", "Delete the `---` and what follows it.")
            case yaml.AliasEvent():
                raise _stop(event, "An alias (`*name`) stands here.", "Write the value out, or quote the text.")
            case yaml.ScalarEvent() | yaml.CollectionStartEvent():
                self._take_node(event)
            case yaml.CollectionEndEvent():
                self._close(_mark(event.start_mark).line)

    def _take_node(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent) -> None:
        if event.anchor is not None:
            raise _stop(event, "An anchor (`&name`) stands here.", "Write the value out, or quote the text.")
        if event.tag is not None and event.tag != "!":
            raise _stop(
                event, f"A tag (`{event.tag.replace(_YAML, '!!')}`) stands here.", "Delete it, or quote the text."
            )
        self.count += 1
        if self.count > MAX_NODES:
            raise _stop(event, f"More than {MAX_NODES} values stand in this file.", "Split it up.")
        if isinstance(event, yaml.ScalarEvent):
            self._add(self._scalar(event))
        elif len(self.stack) >= MAX_DEPTH:
            raise _stop(event, f"Values nest deeper than {MAX_DEPTH} levels.", "Quote the text if it is one.")
        else:
            self.stack.append(_Open(event))

    def _scalar(self, event: yaml.ScalarEvent) -> Scalar:
        start, end = _mark(event.start_mark), _mark(event.end_mark)
        comment = ""
        if not event.style and (hidden := _SWALLOWED.match(self._line(end.line + 1), end.column)):
            comment = hidden[1]
        last = end.line if end.column == 0 and end.line > start.line else end.line + 1
        return Scalar(event.value, Location(self.path, start.line + 1, start.column + 1), last, comment)

    def _add(self, node: Node) -> None:
        if not self.stack:
            self.root = node
            return
        top = self.stack[-1]
        if top.expects_key:
            top.keys.append(self._key(top, node))
        else:
            top.values.append(node)
        if top.is_mapping:
            top.expects_key = not top.expects_key

    def _key(self, mapping: _Open, node: Node) -> Scalar | None:
        if not isinstance(node, Scalar):
            where = node.where
            self._tell(where.line, where.column, "A key must be a text.", "Quote it if it is one.")
            return None
        if node.text in mapping.names:
            where = node.where
            self._tell(where.line, where.column, f"`{node.text}` stands here twice.", "Keep one of them.")
            return None
        mapping.names.add(node.text)
        return node

    def _close(self, end: int) -> None:
        self._add(self._finish(self.stack.pop(), end))

    def _finish(self, top: _Open, end: int) -> Node:
        where = Location(self.path, top.start.line + 1, top.start.column + 1)
        last = max((node.end for node in top.values), default=end + 1)
        if not top.is_mapping:
            return Sequence(tuple(top.values), where, last, top.flow)
        pairs = zip(top.keys, top.values, strict=False)
        return Mapping(tuple((key, value) for key, value in pairs if key is not None), where, last, top.flow)

    def _salvage(self, line: int) -> None:
        """Keep what was complete before `line`: entries of the outermost mapping, items of the list read in it."""
        if not self.stack:
            return
        kept, self.stack = self.stack[:2], []
        if len(kept) == 2 and not kept[1].is_mapping and kept[0].is_mapping:
            kept[0].values.append(self._finish(kept[1], kept[1].start.line))
        elif kept[0].values and kept[0].values[-1].end >= line:
            kept[0].values.pop()
        self.root = self._finish(kept[0], kept[0].start.line)


def _stop(event: yaml.Event, what: str, hint: str) -> _StopError:
    mark = _mark(event.start_mark)
    return _StopError(mark.line + 1, mark.column + 1, what, hint)


def _mark(mark: _Mark | None) -> _Mark:
    """The mark of an event: the parser gives every event one, its types only do not say so."""
    assert mark is not None
    return mark


def _explain(error: yaml.MarkedYAMLError, line: str) -> tuple[str, str]:
    """What the parser complains of, in words for someone who writes one YAML file a month."""
    problem = str(error.problem or error.context or "This is not YAML")
    if "\t" in line[: len(line) - len(line.lstrip())]:
        return "This line is indented with a tab.", "Use spaces."
    if "mapping values are not allowed" in problem:
        return "A `: ` inside a text starts a new field here.", "Put the text in quotes."
    if "could not find expected ':'" in problem:
        return "This line is neither `key: value` nor part of the text above.", "Indent it, or add the colon."
    if "end of stream" in problem:
        return "The quote that begins here never ends.", "Close it."
    if "alphabetic or numeric" in problem or "cannot start any token" in problem:
        return "A text can't begin with this sign.", "Put the text in quotes."
    if any(one in problem for one in ("expected key", "expected '-'", "expected <block end>")):
        return "This line does not fit the lines above it.", "Check its indentation and the quotes above it."
    return f"This is not YAML: {problem}.", "Check quotes and indentation here and in the line above."
