"""Cuts a text to what fits: at a sentence, then at a word, never inside one."""

import re
from bisect import bisect_left
from collections.abc import Callable
from unicodedata import category, combining

_SENTENCE = re.compile(r"(?<=[.!?…])[\"'”’»)\]]*(?=\s)|(?<=[。！？])[\"'”’」』）]*|\n(?=\n)")
_NUMBER = re.compile(r"(?:^|\s)\d{1,2}\.\Z")
# Scripts that are written without spaces: there a word may end at any letter; so it may at a picture.
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\uff66-\uff9f\u2600-\u27bf\U0001f000-\U0001faff\U00020000-\U0003ffff]"
)
_FLAG = re.compile("[\U0001f1e6-\U0001f1ff]")
_JOINER, _VIRAMA = "\u200d", 9
# A skin tone, and two vowels that are letters to Unicode and marks to those who read them.
_CLINGING = re.compile("[\U0001f3fb-\U0001f3ff\u0e33\u0eb3]")
_DANGLING = " \t\n.,;:–—-(\"'„“‘«[、，；：「『（"


def shorten(text: str, fits: Callable[[str], bool]) -> str:
    """As many whole sentences as fit, else as many words and "…"; nothing where not even one does.

    `fits` says it of a beginning of the text, and of every shorter one if of a longer; what it said no to is never
    the answer. A letter with its marks, or a picture of several characters, is never taken apart.
    """
    if fits(text):
        return text
    sentences = [found.end() for found in _SENTENCE.finditer(text) if _is_end(text, found.end())]
    return _longest(text, sentences, "", "", fits) or _longest(text, _find_words(text), _DANGLING, "…", fits)


def _longest(text: str, ends: list[int], dangling: str, mark: str, fits: Callable[[str], bool]) -> str:
    def cut(end: int) -> str:
        kept = text[:end].rstrip().rstrip(dangling)
        return kept and kept + mark

    count = bisect_left(ends, True, key=lambda end: not fits(cut(end)))
    return cut(ends[count - 1]) if count else ""


def _is_end(text: str, place: int) -> bool:
    """Whether a sentence ends there: "e.g. the" goes on with a small letter, "1. Restart" begins with its number."""
    return not text[place:].lstrip()[:1].islower() and not _NUMBER.search(text, max(0, place - 4), place)


def _find_words(text: str) -> list[int]:
    return [place for place in range(1, len(text)) if _is_between(text[place - 1], text[place])]


def _is_between(before: str, after: str) -> bool:
    """Whether a word may end between the two characters."""
    if after.isspace():
        return not before.isspace()
    if not (_UNSPACED.match(before) or _UNSPACED.match(after)) or (_FLAG.match(before) and _FLAG.match(after)):
        return False
    clings = category(after)[0] == "M" or category(after) == "Cf" or _CLINGING.match(after)
    return not (clings or before == _JOINER or combining(before) == _VIRAMA)
