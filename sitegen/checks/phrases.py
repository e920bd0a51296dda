"""The phrases that rules look for: `words/CODE.txt` for each language; another language is another file.

A section is a topic, a status, a component's state, `hedges`, `numbers` or `stock`; its phrases stand on lines of
their own or between semicolons. In a phrase `*` stands for any ending of a word, `#` for a number in digits or words.
"""

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Final

import msgspec

from sitegen.model import Condition, Status

_WORDS: Final = Path(__file__).with_name("words")


class Topic(StrEnum):
    """What phrases are about: the first five are better left out, the others should stand somewhere."""

    BLAME = "blame"
    MINIMISING = "minimising"
    FILLER = "filler"
    PROMISES = "promises"
    RELATIVE = "relative"
    DATA = "data"
    HAPPENED = "happened"
    AFFECTED = "affected"
    WHY = "why"
    CHANGES = "changes"
    APOLOGY = "apology"


class Finder(msgspec.Struct, frozen=True):
    """Finds phrases as whole words, without regard to case; `anchors` has a word of each, for a cheap look first."""

    anchors: tuple[str, ...]
    pattern: re.Pattern[str]

    def find(self, text: str) -> list[str]:
        """The phrases that the text has, as written there."""
        lowered = text.lower()
        if not any(anchor in lowered for anchor in self.anchors):
            return []
        return [found[0] for found in self.pattern.finditer(text)]


class Phrases(msgspec.Struct, frozen=True):
    """The phrases of one language, ready to search for.

    `states` are the words for a status or a component's state, `hedges` those after which it is not there yet;
    `numbers` are words for numbers, `stock` the sentences that stand on every status page.
    """

    topics: Mapping[Topic, Finder]
    states: Mapping[Status | Condition, re.Pattern[str]]
    hedges: frozenset[str]
    numbers: Mapping[str, int]
    stock: tuple[str, ...]


@cache
def phrases(language: str) -> Phrases | None:
    """The phrases of a language, None for one without a file."""
    if language not in languages():
        return None
    sections = read_sections((_WORDS / f"{language}.txt").read_text(encoding="utf-8"))
    pairs = (entry.split() for entry in sections["numbers"])
    numbers = {word: int(number) for word, number in pairs}
    states = [state for state in (*Status, *Condition) if state in sections]
    return Phrases(
        topics={topic: make_finder(sections[topic], numbers) for topic in Topic},
        states={state: make_finder(sections[state], numbers).pattern for state in states},
        hedges=frozenset(sections["hedges"]),
        numbers=numbers,
        stock=sections["stock"],
    )


@cache
def languages() -> tuple[str, ...]:
    """The codes of the languages that have phrases, sorted."""
    return tuple(sorted(path.stem for path in _WORDS.glob("*.txt")))


def find_topic(text: str, language: str, topic: Topic) -> list[str]:
    """What a text in a language says on a topic, as written; nothing for a language without phrases."""
    known = phrases(language)
    return known.topics[topic].find(text) if known else []


def read_sections(text: str) -> Mapping[str, tuple[str, ...]]:
    """The phrases of each `[section]`; lines that begin with `##` are comments."""
    sections: dict[str, list[str]] = {}
    entries: list[str] = []
    for line in text.splitlines():
        if line.startswith("["):
            entries = sections.setdefault(line.strip("[] "), [])
        elif not line.startswith("##"):
            entries += [entry.strip() for entry in line.split(";") if entry.strip()]
    return {name: tuple(entries) for name, entries in sections.items()}


def make_finder(wanted: Iterable[str], numbers: Iterable[str]) -> Finder:
    """Finds any of the phrases; the longest is tried first."""
    wanted = tuple(sorted(wanted, key=len, reverse=True))
    number = rf"(?:\d{{1,6}}|{'|'.join(map(re.escape, numbers))})"
    forms = "|".join(_form(phrase, number) for phrase in wanted)
    anchors = {max(phrase.replace("*", "").split(), key=len) for phrase in wanted}
    return Finder(tuple(sorted(anchors)), re.compile(rf"(?<!\w)(?:{forms})(?!\w)", re.IGNORECASE))


def _form(phrase: str, number: str) -> str:
    form = r"\s{1,9}".join(re.escape(word) for word in phrase.split())
    return form.replace(r"\*", r"\w{0,20}").replace(r"\#", number)
