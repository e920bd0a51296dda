"""Whether other words for channels say the same facts as the message they stand for."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime

import msgspec

from sitegen.checks.phrases import Phrases, phrases
from sitegen.checks.rule import Context, Finding, quote
from sitegen.checks.texts import Part, PlacedText, update_texts
from sitegen.model import ENDINGS, Condition, Incident, Settings, Status, Update

_ADDRESS = re.compile(r"(?<![a-zA-Z])(?:https?://|mailto:)[^\s<>]++", re.IGNORECASE)
_CLOCK = re.compile(
    r"(?<![\d:.,])(?P<hour>\d{1,2})(?::(?P<minute>[0-5]\d)(?::[0-5]\d)?+(?![\d:])(?: ?(?P<half>[ap])\.?m\b)?"
    r"| ?(?P<bare>[ap])\.?m\b)",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?<!\d)(?:\d{1,3}(?:[ \u00a0\u202f']\d{3}){1,5}(?!\d)|\d++(?:[.,]\d++)*+)")
_GROUPED = re.compile(r"\d{1,3}(?:[.,]\d{3})+\Z")


class Known(msgspec.Struct, frozen=True):
    """What an update says of itself, beside any other words for it: in its texts and in its fields."""

    text: str
    components: frozenset[str]
    states: frozenset[Status | Condition]
    moments: tuple[datetime, ...]


def look_for_other_facts(incident: Incident, context: Context) -> Iterable[Finding]:
    """Numbers, clock times, components and states in `social` or a channel's own text that the message lacks.

    What the update says in its fields (its times, components and states so far) counts as said, and so do title and
    workaround, which are shown beside it.
    """
    for number, update in enumerate(incident.updates):
        for placed in update_texts(update):
            if placed.part not in (Part.SOCIAL, Part.OVERRIDE):
                continue
            known = _known(incident, incident.updates[: number + 1], placed.language, context.settings)
            if strange := tuple(dict.fromkeys(_strange_facts(placed, known, context.settings))):
                what = f"The {placed.name} says {', '.join(strange)}, which the message does not."
                yield Finding(placed.where, what, "Say the same everywhere: correct one of the two.")


def _known(incident: Incident, said: tuple[Update, ...], language: str, settings: Settings) -> Known:
    update, default, zone = said[-1], settings.site.default_language, settings.site.zone
    shown = (update.message, incident.title, incident.workaround)
    maps = (incident.components, *(each.components for each in said))
    moments = [update.at, update.eta, update.next_update_by, incident.started, incident.until]
    moments += [incident.window.start, incident.window.end] if incident.window else []
    return Known(
        text="\n".join(text.read(language, default) for text in shown if text is not None),
        components=frozenset(key for components in maps for key in components),
        states=frozenset(_states(incident, said, maps)),
        moments=tuple(moment.astimezone(each) for moment in moments if moment for each in (zone, UTC)),
    )


def _states(
    incident: Incident, said: tuple[Update, ...], maps: Iterable[Mapping[str, Condition]]
) -> Iterator[Status | Condition]:
    """Every status and condition that was true at some time up to the last of these updates."""
    yield from (condition for components in maps for condition in components.values())
    for update in said:
        if update.status is not None:
            yield update.status
        if update.status in ENDINGS:
            yield Condition.OPERATIONAL
    if incident.window and incident.window.start <= said[-1].at:
        yield from (Status.IN_PROGRESS, Condition.UNDER_MAINTENANCE)


def _strange_facts(placed: PlacedText, known: Known, settings: Settings) -> Iterator[str]:
    text, told = _ADDRESS.sub(" ", placed.text), _ADDRESS.sub(" ", known.text)
    named = _component_names(settings)
    names = named.findall(text)
    yield from (quote(name) for name in names if not _is_named(name, known, settings))
    words = phrases(placed.language)
    yield from _strange_states(text, told, known, words) if words else ()
    text, told = named.sub(" ", text), named.sub(" ", told)
    clocks = find_clocks(told) | {moment.hour * 60 + moment.minute for moment in known.moments}
    yield from (quote(found[0].strip()) for found in _CLOCK.finditer(text) if _minutes(found) not in clocks)
    numbers = find_numbers(_CLOCK.sub(" ", told)) | _numbers_in_words(told, words) | _calendar_numbers(known.moments)
    yield from (quote(number) for number in sorted(find_numbers(_CLOCK.sub(" ", text))) if number not in numbers)


def _component_names(settings: Settings) -> re.Pattern[str]:
    """Finds components by the names customers know, written as they are: in prose "website" is a word."""
    names = {name for component in settings.components for name in component.name.variants.values()}
    longest_first = "|".join(re.escape(name) for name in sorted(names, key=lambda name: (-len(name), name)))
    return re.compile(rf"(?<!\w)(?:{longest_first})(?!\w)")


def _is_named(name: str, known: Known, settings: Settings) -> bool:
    keys = {component.key for component in settings.components if name in component.name.variants.values()}
    return bool(keys & known.components) or name.casefold() in known.text.casefold()


def _strange_states(text: str, told: str, known: Known, words: Phrases) -> Iterator[str]:
    for state, pattern in words.states.items():
        if state in known.states or pattern.search(told):
            continue
        yield from (quote(found[0]) for found in pattern.finditer(text) if not _is_hedged(text[: found.start()], words))


def _is_hedged(before: str, words: Phrases) -> bool:
    """Whether the words before say that it is not so yet: "until it is resolved"."""
    return any(word.strip(".,;:!?") in words.hedges for word in before[-60:].casefold().split()[-3:])


def find_clocks(text: str) -> frozenset[int]:
    """The times of day in a text, in minutes after midnight; "3:58 pm" is 15:58."""
    return frozenset(_minutes(found) for found in _CLOCK.finditer(text))


def _minutes(found: re.Match[str]) -> int:
    hour, half = int(found["hour"]), (found["half"] or found["bare"] or "").casefold()
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    return hour * 60 + int(found["minute"] or 0)


def find_numbers(text: str) -> frozenset[str]:
    """The numbers in a text, ungrouped, with a decimal point, without leading zeros: "1,200" and "1 200" are 1200."""
    return frozenset(_plain_number(found[0]) for found in _NUMBER.finditer(text))


def _plain_number(written: str) -> str:
    written = re.sub(r"[ \u00a0\u202f']", "", written)
    written = re.sub(r"[.,]", "", written) if _GROUPED.match(written) else written.replace(",", ".")
    return written.lstrip("0") or "0"


def _numbers_in_words(text: str, words: Phrases | None) -> frozenset[str]:
    said = re.findall(r"\w+", text.casefold()) if words else []
    return frozenset(str(words.numbers[word]) for word in said if words and word in words.numbers)


def _calendar_numbers(moments: Iterable[datetime]) -> frozenset[str]:
    return frozenset(str(number) for moment in moments for number in (moment.year, moment.month, moment.day))
