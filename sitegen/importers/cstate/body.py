"""The text of a cState post to the things that were said, each with its moment, oldest first."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import takewhile

import msgspec

from sitegen.entry import MAX_MESSAGE
from sitegen.importers.conversion import Findings
from sitegen.importers.cstate.clock import Clock
from sitegen.importers.cstate.document import Document, clean, prose_lines

# The lengths are bounded because the texts come from anywhere: an unbounded search would take hours on some.
_TRACK = re.compile(
    r"""\{\{[<%][ \t]{0,9}track[ \t]{1,9}"""
    r"""(?:"([^"\n]{0,99})"|'([^'\n]{0,99})'|`([^`\n]{0,99})`|([^\s"'`]{1,99}?))[ \t]{0,9}/?[>%]\}\}"""
)
_SHORTCODE = re.compile(r"\{\{[<%].*?(?:[>%]\}\}|\Z)")
_TAG = re.compile(r"<(?:/?[A-Za-z](?![A-Za-z0-9+.-]*:|[^<>\s]*@)[^<>]*>|!--)")
_PICTURE = re.compile(r"!\[[^\]\n]{0,300}\]\([ \t]{0,9}<?([^\s)>]{1,300})")
_DEFINITION = re.compile(r" {0,3}\[([^\]^\n][^\]\n]{0,300})\]:[ \t]*\S")
_RULE = re.compile(r" {0,3}(?:-[ \t]*){3,}\Z")
# A paragraph that opens with a line in bold or italics and nothing else begins another update in posts written so.
_HEADING = re.compile(r"([*_]{1,3})[^*_\s][^*_]*\1[ \t]*[:.]?[ \t]*\Z")
_EMPHASIS = re.compile(r"[*_]{1,3}[^*_\s]")


class Said(msgspec.Struct, frozen=True):
    """One thing said at `at` (UTC); `line` is where it begins in the file."""

    text: str
    at: datetime
    line: int


class _Block(msgspec.Struct, frozen=True):
    """A stretch of the body in the order of the file; `at` is its own time, if it has one."""

    lines: tuple[str, ...]
    line: int
    at: datetime | None = None

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


def read_body(document: Document, opened: datetime, clock: Clock, findings: Findings) -> tuple[Said, ...]:
    """What the post says, oldest first; a post without times says one thing, at `opened`. Empty: nothing."""
    _examine(document, findings)
    blocks = [block for block in _blocks(document, clock, findings) if block.text.strip()]
    if len(blocks) > 1:
        blocks = _return_definitions(blocks)
    if _is_newest_first(blocks):
        blocks.reverse()
    said = sorted(_date(blocks, opened, document, findings), key=lambda one: one.at)
    cleaned = (
        msgspec.structs.replace(one, text=clean(one.text, document.line(one.line), findings, prose=True))
        for one in said
    )
    return tuple(one for one in cleaned if one.text)


def _examine(document: Document, findings: Findings) -> None:
    """Tell what our pages show in another way than Hugo did."""
    for number, line in prose_lines(_TRACK.sub("", document.body)):
        where = document.line(document.body_line + number)
        if shortcode := _SHORTCODE.search(line):
            findings.warn(where, f"`{shortcode[0][:60]}` is template code; it stays in the text as it is.")
        if tag := _TAG.search(line):
            findings.warn(where, f"`{tag[0][:60]}` is HTML; pages show it as text.", "Write it in Markdown.")
        for picture in _PICTURE.finditer(line):
            what = f"The picture `{picture[1][:80]}` was not brought along; a link to its old address is there."
            findings.warn(where, what, "Put it beside the incident and name it in the text.")


def _blocks(document: Document, clock: Clock, findings: Findings) -> Iterator[_Block]:
    """The body cut at its times. A time stands below what was said, unless the body begins with one."""
    pieces, times = _cut(document, clock)
    if not times:
        yield pieces[0]
        return
    if not pieces[0].text.strip() and pieces[-1].text.strip() and not _is_definitions(pieces[-1]):
        pieces = pieces[1:]
    is_headed = all(_opens_with_emphasis(piece) for piece in pieces[: len(times)])
    for piece, (at, line) in zip(pieces, times, strict=False):
        if not piece.text.strip():
            findings.warn(document.line(line), "No text belongs to this time; it was left out.")
            continue
        *others, last = _divide(piece, headed=is_headed)
        yield from others
        yield msgspec.structs.replace(last, at=at)
    yield from pieces[len(times) :]


def _cut(document: Document, clock: Clock) -> tuple[list[_Block], list[tuple[datetime | None, int]]]:
    """The pieces of the body between its times, one more than there are times."""
    pieces: list[_Block] = []
    times: list[tuple[datetime | None, int]] = []
    lines: list[str] = []
    start = document.body_line
    for number, line in enumerate(document.body.split("\n"), document.body_line):
        done = 0
        for match in _TRACK.finditer(line):
            pieces.append(_Block((*lines, line[done : match.start()]), start))
            text = next(group for group in match.groups() if group is not None)
            times.append((clock.read(text, document.line(number)), number))
            lines, start, done = [], number, match.end()
        lines.append(line[done:])
    pieces.append(_Block(tuple(lines), start))
    return pieces, times


def _opens_with_emphasis(piece: _Block) -> bool:
    return bool(_EMPHASIS.match(piece.text.lstrip())) or not piece.text.strip()


def _divide(piece: _Block, *, headed: bool) -> Iterator[_Block]:
    """The piece cut at rules and, in a post where every update has a heading, at headings; at least one block."""
    begin = 0
    for number, line in enumerate(piece.lines):
        is_rule = bool(_RULE.match(line))
        if not is_rule and not (headed and _HEADING.match(line)):
            continue
        before = _Block(piece.lines[begin:number], piece.line + begin)
        if before.text.strip() and not piece.lines[number - 1].strip():
            yield before
            begin = number + 1 if is_rule else number
    yield _Block(piece.lines[begin:], piece.line + begin)


def _is_definitions(block: _Block) -> bool:
    return all(_DEFINITION.match(line) for line in block.lines if line.strip())


def _return_definitions(blocks: list[_Block]) -> list[_Block]:
    """The blocks, each with the link definitions that it uses: what stood at the end served the whole post."""
    definitions: dict[str, str] = {}
    kept = []
    for block in blocks:
        lines = dict(prose_lines(block.text))
        found = {number: match for number, line in lines.items() if (match := _DEFINITION.match(line))}
        definitions = {match[1].casefold(): block.lines[number] for number, match in found.items()} | definitions
        rest = tuple(line for number, line in enumerate(block.lines) if number not in found)
        kept.append(msgspec.structs.replace(block, lines=rest))
    given = [_give_definitions(block, definitions) for block in kept if block.text.strip()]
    used = "\n".join(block.text for block in given)
    lost = tuple(line for line in definitions.values() if line not in used)
    return [*given[:-1], msgspec.structs.replace(given[-1], lines=(*given[-1].lines, *lost))] if given else blocks


def _give_definitions(block: _Block, definitions: dict[str, str]) -> _Block:
    lower = " ".join(block.text.casefold().split())
    used = tuple(line for label, line in definitions.items() if f"[{label}]" in lower)
    return msgspec.structs.replace(block, lines=(*block.lines, "", *used)) if used else block


def _is_newest_first(blocks: Iterable[_Block]) -> bool:
    times = [block.at for block in blocks if block.at is not None]
    return not times or times[0] >= times[-1]


def _date(blocks: list[_Block], opened: datetime, document: Document, findings: Findings) -> Iterator[Said]:
    """The blocks, oldest first, with a time each: one without its own takes that of the next older one."""
    is_tracked = any(block.at for block in blocks)
    known = [block.at for block in blocks if block.at is not None]
    previous = min([opened, *known[:1]])
    for block in blocks:
        line = block.line + len([*takewhile(lambda line: not line.strip(), block.lines)])
        if is_tracked and block.at is None:
            what = "This text has no time of its own"
            findings.warn(document.line(line), f"{what}; it stands at {previous:%Y-%m-%d %H:%M} UTC, the next older.")
        previous = block.at or previous
        yield Said(block.text, previous, line)


def split_long(text: str) -> tuple[str, ...]:
    """The text in parts that fit into a message, cut between paragraphs where that can be."""
    parts = []
    while len(text) > MAX_MESSAGE:
        cuts = (text.rfind(mark, 1, MAX_MESSAGE) for mark in ("\n\n", "\n", " "))
        cut = next((cut for cut in cuts if cut > 0), MAX_MESSAGE)
        parts.append(text[:cut].strip())
        text = text[cut:].strip()
    return tuple(part for part in (*parts, text) if part)
