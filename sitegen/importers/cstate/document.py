"""One Markdown file of a cState page: its front matter as nodes that know their line, and its body."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

import msgspec

from sitegen import source
from sitegen.fields import Reading, Vocabulary
from sitegen.importers.conversion import Findings
from sitegen.problems import Location, Severity
from sitegen.shapes import Line
from sitegen.source import Mapping, Node, Scalar

_FENCE = re.compile(r"---[ \t]*\Z")
_KEY = re.compile(r"[A-Za-z][A-Za-z_]*:(?:\s|\Z)")
_UNBOUNDED = 10**9


class Document(msgspec.Struct, frozen=True):
    """One file: the front matter, the text below it with LF, and the line (from 1) on which that text begins."""

    path: PurePosixPath
    front: Mapping
    body: str
    body_line: int

    def node(self, key: str) -> Node | None:
        """The value under a key of the front matter; Hugo does not distinguish case there."""
        return find(self.front, key)

    def scalar(self, key: str) -> Scalar | None:
        """The value under a key where one stands that is not empty."""
        node = self.node(key)
        return node if isinstance(node, Scalar) and node.text.strip() else None

    def place(self, key: str) -> Location:
        """Where the key's value stands; without one, the beginning of the file."""
        node = self.node(key)
        return Location(self.path, 1, 1) if node is None else node.where

    def line(self, number: int) -> Location:
        """The beginning of a line, from 1."""
        return Location(self.path, number, 1)


def read_document(path: PurePosixPath, content: bytes, findings: Findings) -> Document | str:
    """The file's front matter and body, or why it has none. What YAML can't hold is told and the rest kept."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        return f"Line {line} is not UTF-8 text."
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    span = _front_matter(path, lines, findings)
    if isinstance(span, str):
        return span
    first, last = span
    # Padded, so that the lines that the reader counts are the file's own.
    padded = "\n" * first + "\n".join(lines[first:last])
    document = source.read(path, padded.encode())
    for problem in document.problems:
        if problem.severity is Severity.ERROR:
            findings.warn(problem.where, problem.what, "What stands there was left out.")
    if not isinstance(document.root, Mapping):
        return "Its front matter is no list of `key: value`."
    return Document(path, document.root, "\n".join(lines[last + 1 :]), last + 2)


def _front_matter(path: PurePosixPath, lines: list[str], findings: Findings) -> tuple[int, int] | str:
    """The front matter as a range of indices into the lines; the fences lie just outside of it."""
    start = next((number for number, line in enumerate(lines) if line.strip()), len(lines))
    if start == len(lines):
        return "The file is empty."
    if lines[start].startswith(("+++", "{")):
        return "Its front matter is TOML or JSON; only YAML between `---` lines is read."
    opened = bool(_FENCE.match(lines[start]))
    if not opened and not _KEY.match(lines[start]):
        return "It has no front matter."
    first = start + 1 if opened else start
    last = next((number for number in range(first, len(lines)) if _FENCE.match(lines[number])), None)
    if last is None:
        return "The `---` that ends the front matter is missing."
    if not opened:
        where = Location(path, start + 1, 1)
        findings.warn(where, "The `---` above the front matter is missing; it was read as if it stood there.")
    return first, last


def find(node: Node | None, *keys: str) -> Node | None:
    """The node under a path of keys, their case aside; None where the path ends early."""
    for key in keys:
        if not isinstance(node, Mapping):
            return None
        node = next((value for name, value in node.entries if name.text.casefold() == key.casefold()), None)
    return node


def is_true(node: Node | None) -> bool:
    """Whether the value is one of the words that YAML 1.1 takes for true."""
    return isinstance(node, Scalar) and node.text.lower() in ("true", "yes", "on", "y")


def is_false(node: Node | None) -> bool:
    """Whether the value is one of the words that YAML 1.1 takes for false."""
    return isinstance(node, Scalar) and node.text.lower() in ("false", "no", "off", "n")


def clean(text: str, where: Location, findings: Findings, *, prose: bool = False) -> str:
    """The text without blanks at its ends and without characters that no page may hold; without `prose` one line."""
    reading = Reading(Vocabulary())
    shape = Line(0, _UNBOUNDED, prose=prose)
    cleaned = shape.read(Scalar(text, where, where.line), reading) or ""
    findings.soften(reading.problems, "It was taken out.")
    return cleaned.strip()


def prose_lines(text: str) -> Iterator[tuple[int, str]]:
    """The lines of a Markdown text outside of code, by index; code within a line is blanked."""
    fence = ""
    for number, line in enumerate(text.split("\n")):
        if match := re.match(r" {0,3}(`{3,}|~{3,})", line):
            fence = "" if fence and match[1].startswith(fence) else fence or match[1]
        elif not fence:
            yield number, re.sub(r"(`+).+?\1", "", line)
