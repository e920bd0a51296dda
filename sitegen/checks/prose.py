"""The words of a text in Markdown, for rules on wording: without code, addresses and marks.

Not the plain text of a page: there the code has become words like any other, and what is code can't be told any more.
"""

import re
from collections.abc import Iterator

_FENCE = re.compile(r" {0,3}(?:```|~~~)")
_CODE = re.compile(r"`[^`\n]*+`")
_URL = re.compile(r"(?<![a-zA-Z])(?:https?://|mailto:)[^\s<>]++", re.IGNORECASE)
_TARGET = re.compile(r"\]\([^()\n]{0,300}+\)|\][(\[]")
_DEFINITION = re.compile(r" {0,3}\[[^\]\n]{1,100}\]:")
_BREAK = re.compile(r"\s*+(?:[-+*]\s|\d{1,3}[.)]\s|#|\||>|$)")
_ENDS_PARAGRAPH = re.compile(r"\A\s*+#|:\s*+\Z")
_BOLD_LINE = re.compile(r"\s*+\*\*([^*\n]++)\*\*\s*+\Z")
_MARKS = re.compile(r"\s*+(?:[-+*>]\s++|#++|\d{1,3}[.)]\s++)?+")
_SENTENCE_END = re.compile(r"[.!?…][\"')\]”»*]{0,3}\s++(?![a-ząćęłńóśźż])")
_WORD = re.compile(r"[^\W_]++")


def prose(text: str) -> str:
    """The text, line by line, with code, link targets and addresses taken out."""
    return "\n".join(_without_marks(line) for line in _lines_without_code(text))


def _lines_without_code(text: str) -> Iterator[str]:
    fenced, after_blank = False, True
    for line in text.split("\n"):
        if _FENCE.match(line):
            fenced = not fenced
        elif not fenced and not _DEFINITION.match(line):
            # Indented after a blank line is code as well.
            yield "" if after_blank and line.startswith("    ") else line
        after_blank = not line.strip() or (after_blank and line.startswith("    "))


def _without_marks(line: str) -> str:
    line = _CODE.sub(" ", line) if "`" in line else line
    line = _URL.sub(" ", line) if ":" in line else line
    line = _TARGET.sub("]", line) if "]" in line else line
    return _BOLD_LINE.sub(r"# \1", line).replace("**", "") if "**" in line else line


def sentences(text: str) -> Iterator[str]:
    """The sentences of a text in Markdown, each on one line; headings, items and rows of tables end one."""
    for paragraph in _paragraphs(prose(text)):
        start = 0
        for end in _SENTENCE_END.finditer(paragraph):
            yield paragraph[start : end.end()].strip()
            start = end.end()
        if rest := paragraph[start:].strip():
            yield rest


def _paragraphs(text: str) -> Iterator[str]:
    lines: list[str] = []
    for line in text.split("\n"):
        if lines and _BREAK.match(line):
            yield " ".join(lines)
            lines = []
        if line.strip() and not line.lstrip().startswith("|"):
            lines.append(line[_marks_end(line) :].strip())
        if lines and _ENDS_PARAGRAPH.search(line):
            yield " ".join(lines)
            lines = []
    if lines:
        yield " ".join(lines)


def _marks_end(line: str) -> int:
    marks = _MARKS.match(line)
    return marks.end() if marks else 0


def words(sentence: str) -> list[str]:
    """The words of a sentence, numbers among them."""
    return [word for word in sentence.split() if _WORD.search(word)]
