"""Messages that say nothing new: near-copies of the last one, and phrases that stand on every status page."""

import functools
import re
from collections.abc import Iterable, Iterator

from sitegen.checks.phrases import phrases
from sitegen.checks.prose import sentences
from sitegen.checks.rule import Context, Finding, quote
from sitegen.model import Incident, Text, Update

# Stock sentences compare at 0.55 to 0.77 with each other, a concrete message at 0.05 (COMMUNICATION.md, "Wording").
LIKENESS = 0.5
Trigrams = frozenset[tuple[str, str, str]]
_NOT_WORDS = re.compile(r"[\W_]++")


def trigrams(text: str) -> Trigrams:
    """The groups of three characters of a text, without regard to case and punctuation."""
    plain = f" {_NOT_WORDS.sub(' ', text.casefold()).strip()} "
    return frozenset(zip(plain, plain[1:], plain[2:], strict=False))


def likeness(one: Trigrams, other: Trigrams) -> float:
    """How much two texts have in common, from 0 to 1: Jaccard's measure over their trigrams."""
    if not one or not other:
        return 0.0
    if min(len(one), len(other)) <= LIKENESS * max(len(one), len(other)):
        return 0.0  # so different in length that the answer can't matter
    common = len(one & other)
    return common / (len(one) + len(other) - common)


def look_for_copies(incident: Incident, context: Context) -> Iterable[Finding]:
    """Messages that repeat the one before."""
    before: Update | None = None
    for update in incident.updates:
        if before is not None and _is_copy(before.message, update.message):
            hint = "Say what is new: what you tried, what you know now, when the next word comes."
            yield Finding(update.where, "This message says nearly the same as the one before.", hint)
        before = update


def _is_copy(before: Text, now: Text) -> bool:
    shared = [language for language in now.variants if language in before.variants]
    return any(
        likeness(trigrams(before.variants[language]), trigrams(now.variants[language])) > LIKENESS
        for language in shared
    )


def look_for_stock_phrases(incident: Incident, context: Context) -> Iterable[Finding]:
    """Sentences that could stand under any incident of anybody: one finding per message."""
    for update in incident.updates:
        stock = [sentence for sentence in _sentences(update.message) if _is_stock(*sentence)]
        if stock:
            what = f"This message has a stock phrase: {quote(stock[0][1])}."
            yield Finding(update.where, what, "Say what is true of this incident only.")


def _sentences(text: Text) -> Iterator[tuple[str, str]]:
    for language, words in text.variants.items():
        yield from ((language, sentence) for sentence in sentences(words))


def _is_stock(language: str, sentence: str) -> bool:
    said = trigrams(sentence)
    return any(likeness(said, known) > LIKENESS for known in _stock(language))


@functools.cache
def _stock(language: str) -> tuple[Trigrams, ...]:
    known = phrases(language)
    return tuple(trigrams(phrase) for phrase in known.stock) if known else ()
