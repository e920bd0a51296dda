"""Lines that an editor broke at its margin, put together again: a narrower screen would break them twice."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

# The narrowest margin that editors break at: a line that is shorter was broken by hand.
_NARROWEST = 60
_OPENING = "([\"'`*_."
_ITEM = re.compile(r" *(?:[-+*]|\d{1,9}\.) ")
# Quotes, headings and what underlines them, definitions, rows of tables, code that was taken out.
_OTHER = re.compile(r" *(?:[>#=|\x02]|--|\[[^\[\]]*\]:)|.*\|")


def unwrap(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    """The lines, each with its number (from 0), and those of a paragraph that a margin broke as one.

    They are told by a long line whose sentence goes on in small letters on the next. In such a paragraph the break
    of every line is the margin's after which the next word would not have fitted. Every other break stays.
    """
    start = 0
    while start < len(lines):
        end = _end_of_paragraph(lines, start)
        if end == start + 1:
            yield start, lines[start]
        else:
            yield from _join(lines[start:end], start)
        start = end


def _end_of_paragraph(lines: Sequence[str], start: int) -> int:
    """The line after the last of the paragraph or item that begins here; what is neither stands alone."""
    first, end = lines[start], start + 1
    if first and (_ITEM.match(first) or not first.startswith("    ")) and not _OTHER.match(first):
        while end < len(lines) and lines[end] and not _ITEM.match(lines[end]) and not _OTHER.match(lines[end]):
            end += 1
    return end


def _join(paragraph: Sequence[str], start: int) -> Iterator[tuple[int, str]]:
    text, first = paragraph[0], start
    for number, (line, is_wrapped) in enumerate(zip(paragraph[1:], _find_wraps(paragraph), strict=True), start + 1):
        if is_wrapped:
            text += " " + line.lstrip()
        else:
            yield first, text
            text, first = line, number
    yield first, text


def _find_wraps(paragraph: Sequence[str]) -> list[bool]:
    """For each line but the last, whether a margin broke it."""
    margin = max(len(line) for line in paragraph)
    pairs = [(len(line), after.split(None, 1)[0]) for line, after in pairwise(paragraph)]
    goes_on = [length >= _NARROWEST and _is_small(word) for length, word in pairs]
    if not any(goes_on):
        return goes_on
    return [small or length + 1 + len(word) > margin for small, (length, word) in zip(goes_on, pairs, strict=True)]


def _is_small(word: str) -> bool:
    """Whether no sentence begins with the word; addresses and labels (`api: …`) say nothing of that."""
    return word.lstrip(_OPENING)[:1].islower() and "://" not in word and not word.endswith(":")
