"""The dialect of Markdown, set up once per process: lines in, tree of elements out."""

import functools
import re
from threading import Lock
from xml.etree.ElementTree import Element, SubElement

import markdown
import msgspec
from markdown.blockparser import BlockParser
from markdown.blockprocessors import BlockProcessor, HashHeaderProcessor, ReferenceProcessor
from markdown.extensions.nl2br import Nl2BrExtension
from markdown.extensions.sane_lists import SaneListExtension
from markdown.extensions.tables import TableProcessor
from markdown.inlinepatterns import InlineProcessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString, code_escape

from sitegen.markup.characters import decode_entities
from sitegen.markup.lines import Arranged

_CODE = re.compile(r"\s*\x02code(\d+)\x03\s*\Z")
# Not in the middle of a word of ASCII (other scripts may put no space before it), and up to the end of a sentence.
_BARE_LINK = r"(?<![a-zA-Z0-9/@.+-])[hH][tT][tT][pP][sS]?://[^\s<>\x02\x03。、，）」]+"
_ADDRESS = r"<([\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+)>"
_ENTITY = r"&#?[a-zA-Z0-9]{1,32};"
# The only way to a second line in the cell of a table.
_LINE_BREAK = r"<[bB][rR] ?/?>\n?"
# Notes below a text, as git hosts know them: the mark is raised, the note stays where it stands.
_NOTE = r"\[\^(\d{1,3})\]"
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
# The inline patterns in their order, and what one of has to stand in a text for them to find anything there.
_SIGNS = {
    "backtick": {"`", "\\"},
    "escape": {"\\"},
    "reference": {"]:"},  # there is a definition
    "link": {"]("},
    "image_link": {"!["},
    "image_reference": {"]:"},
    "short_reference": {"]:"},
    "short_image_ref": {"]:"},
    "autolink": {"<"},
    "bare_link": {"://"},
    "automail": {"<"},
    "line_break": {"<"},
    "note": {"[^"},
    "linebreak": {"  \n"},
    "entity": {"&"},
    "em_strong": {"*", "_"},
    "nl": {"\n"},
}
_ALL_SIGNS = frozenset().union(*_SIGNS.values())
# None of them is without one of these.
_SIGN = re.compile(r"[\[\\`<&*_\n]|://")
# The library keeps what it is at in itself, and the preview has several threads.
_TURN = Lock()
_TRAILING = ".,;:!?'\"*_~…’”»“‘«"
_CLOSING = {")": "(", "]": "[", "}": "{"}


def parse(arranged: Arranged) -> Element | None:
    """The tree of the text under one root, None if the library loses its way in the text.

    Links and pictures are as written, not yet judged; text inside `code` is HTML-escaped, as the library leaves it.
    """
    text, root = "\n".join(arranged.lines), Element("div")
    with _TURN:
        try:
            _parse(text, arranged.code, root)
        except RecursionError:
            _parser.cache_clear()  # its stacks stand in the middle of this text
            return None
    return None if _has_leftovers(root) else root


def _parse(text: str, code: tuple[str, ...], root: Element) -> None:
    parser = _parser()
    parser.prepare(text, code)
    parser.library.parser.parseChunk(root, f"{text}\n\n")
    _settle_words(root)
    for step in parser.steps:
        step.run(root)  # both change it in place


def _settle_words(root: Element) -> None:
    """Takes the texts in which no pattern can find anything out of the library's hands: most of a long one."""
    for element in root.iter():
        if element.text and not _SIGN.search(element.text):
            element.text = AtomicString(element.text)


def _has_leftovers(root: Element) -> bool:
    """Whether a mark that the library puts in the place of an element is left: odd brackets in links cut it in two."""
    texts = [part for element in root.iter() for part in (element.text, element.tail, *element.attrib.values()) if part]
    return any("\x02" in part or "\x03" in part for part in texts)


class _Parser(msgspec.Struct, frozen=True):
    """The library set up: its steps over a tree, and each inline pattern with the signs of which it needs one."""

    library: markdown.Markdown
    fenced_code: "_FencedCode"
    steps: tuple[Treeprocessor, ...]
    patterns: tuple[tuple[set[str], object], ...]

    def prepare(self, text: str, code: tuple[str, ...]) -> None:
        """Forgets the last text, and leaves out what can't be in this one: most messages need few of the patterns."""
        self.library.reset()
        self.fenced_code.blocks = code
        found = {sign for sign in _ALL_SIGNS if sign in text}
        here = [pattern for signs, pattern in self.patterns if not signs.isdisjoint(found)]
        self.steps[0].inlinePatterns = here  # type: ignore[attr-defined]


@functools.cache
def _parser() -> _Parser:
    """Setting one up costs a hundred times as much as reading a message."""
    library = _library()
    fenced_code = _FencedCode(library.parser)
    library.parser.blockprocessors.register(fenced_code, "fenced_code", 85)
    # As lists: the library's registries are slow, and asked at each step.
    library.parser.blockprocessors = list(library.parser.blockprocessors)  # type: ignore[assignment]
    patterns = tuple((signs, library.inlinePatterns[name]) for name, signs in _SIGNS.items())
    return _Parser(library, fenced_code, tuple(library.treeprocessors), patterns)


def _library() -> markdown.Markdown:
    parser = markdown.Markdown(extensions=[SaneListExtension(), Nl2BrExtension()], tab_length=4)
    parser.ESCAPED_CHARS += ["|", "<", "~", "&"]
    blocks, inline = parser.parser.blockprocessors, parser.inlinePatterns
    blocks.register(_Table(parser.parser, {"use_align_attribute": True}), "table", 75)
    blocks.register(_Heading(parser.parser), "hashheader", 70)
    blocks.register(_Reference(parser.parser), "reference", 15)
    inline.register(_BareLink(_BARE_LINK), "bare_link", 115)
    inline.register(_Address(_ADDRESS), "automail", 110)
    inline.register(_LineBreak(_LINE_BREAK), "line_break", 110)
    inline.register(_Note(_NOTE), "note", 110)
    inline.register(_Entity(_ENTITY), "entity", 80)
    inline.deregister("html")  # raw HTML is text
    parser.treeprocessors.deregister("prettify")
    return parser


class _FencedCode(BlockProcessor):
    """Puts a fenced block, which lines.py took out, back into the tree."""

    def __init__(self, parser: BlockParser) -> None:
        super().__init__(parser)
        self.blocks: tuple[str, ...] = ()

    def test(self, parent: Element, block: str) -> bool:
        return "\x02" in block and bool(_CODE.match(block))

    def run(self, parent: Element, blocks: list[str]) -> None:
        found = _CODE.match(blocks.pop(0))
        assert found, "only blocks that passed the test come here"
        code = SubElement(SubElement(parent, "pre"), "code")
        code.text = AtomicString(code_escape(self.blocks[int(found.group(1))]))


class _Table(TableProcessor):
    """Tables whose last column takes what a row has beyond it; the library would drop that.

    Most blocks are no table, which their second line shows without splitting the whole block into cells.
    """

    columns = 0

    def run(self, parent: Element, blocks: list[str]) -> None:
        self.columns = len(self.separator)
        super().run(parent, blocks)
        self.columns = 0

    def _split(self, row: str) -> list[str]:
        cells: list[str] = super()._split(row)  # type: ignore[misc]
        if not 0 < self.columns < len(cells):
            return cells
        return [*cells[: self.columns - 1], "|".join(cells[self.columns - 1 :])]

    def test(self, parent: Element, block: str) -> bool:
        lines = block.split("\n", 2)
        return len(lines) > 1 and "|" in lines[1] and not lines[1].strip("|:- ") and super().test(parent, block)


class _Heading(HashHeaderProcessor):
    """Headings need the space: "#42" is the number of a ticket."""

    RE = re.compile(r"(?:^|\n)(?P<level>#{1,6}) +(?P<header>[^\n]*)(?:\n|\Z)")


class _Reference(ReferenceProcessor):
    """`[name]: address`; "[Update]: fixed" is a sentence, and `[^1]: …` a note: as definitions they would vanish."""

    RE = re.compile(
        r"""^ {0,3}\[(?!\^\d)([^\[\]]*)\]:"""
        r""" *(?:\n *)?((?=\S*(?:[:/#]|\.\w))\S+) *(?:\n *)?((["'])(.*)\4 *|\((.*)\) *)?$""",
        re.MULTILINE,
    )


class _BareLink(InlineProcessor):
    """A bare https or http address as a link, without the punctuation of the sentence around it."""

    ANCESTOR_EXCLUDES = ("a",)

    def handleMatch(  # type: ignore[override]  # noqa: N802
        self, m: re.Match[str], data: str
    ) -> tuple[Element | None, int | None, int | None]:
        url = _without_sentence_marks(m.group())
        if url.endswith("://"):
            return None, None, None
        return _link(url, url), m.start(), m.start() + len(url)


class _Address(InlineProcessor):
    """`<ops@example.com>` as a link, without the library's scrambling."""

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[Element, int, int]:  # type: ignore[override]  # noqa: N802
        return _link(f"mailto:{m.group(1)}", m.group(1)), m.start(), m.end()


class _LineBreak(InlineProcessor):
    """`<br>` as the break that it stands for: the one piece of HTML that the tables of the field can't do without."""

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[Element, int, int]:  # type: ignore[override]  # noqa: N802
        return Element("br"), m.start(), m.end()


class _Note(InlineProcessor):
    """`[^1]` as ¹, also at the beginning of the note itself, where a colon follows it."""

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[str, int, int]:  # type: ignore[override]  # noqa: N802
        begins_line = m.start() == 0 or data[m.start() - 1] == "\n"
        has_colon = begins_line and data.startswith(":", m.end())
        return m[1].translate(_RAISED), m.start(), m.end() + has_colon


class _Entity(InlineProcessor):
    """`&nbsp;` as the character that it stands for."""

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[str, int, int]:  # type: ignore[override]  # noqa: N802
        return decode_entities(m.group()), m.start(), m.end()


def _link(href: str, text: str) -> Element:
    link = Element("a", {"href": href})
    link.text = AtomicString(text)
    return link


def _without_sentence_marks(url: str) -> str:
    """The address without trailing punctuation and without closing brackets that it does not open itself."""
    surplus = {closing: url.count(closing) - url.count(opening) for closing, opening in _CLOSING.items()}
    end = len(url)
    while end and (url[end - 1] in _TRAILING or surplus.get(url[end - 1], 0) > 0):
        end -= 1
        if url[end] in surplus:
            surplus[url[end]] -= 1
    return url[:end]
