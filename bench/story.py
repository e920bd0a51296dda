"""An invented history of any length over the same 36 months: values only, written out by others."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from random import Random

import msgspec

from bench.words import LATIN, OTHER_SCRIPTS, Vocabulary

BEGIN = datetime(2023, 11, 1, tzinfo=UTC)
END = datetime(2026, 10, 31, 12, 0, tzinfo=UTC)
"""The moment at which the history is built; the last two incidents are open then."""

URL = "https://status.example.com"
NAME = "Example Services"
_GROUPS = ("Shop", "Payments", "Accounts", "Reports", "Messages", "Storage", "Regions", "Partners")
_PARTS = ("web", "app", "api", "import", "export")
_CONDITIONS = ("degraded_performance", "partial_outage", "major_outage")
_CAUSES = ("deploy", "config", "capacity", "hardware", "network", "dns", "certificate", "third_party")
_RICH, _OTHER_SCRIPT, _MAINTENANCE, _POSTMORTEM = 0.4, 0.1, 0.05, 0.105
_OPEN, _COMING = 2, 2


class Component(msgspec.Struct, frozen=True):
    """A service that customers know by name."""

    key: str
    name: str
    group: str


class Update(msgspec.Struct, frozen=True, kw_only=True):
    """What was said at a moment (UTC); `components` is what it changed, `message` Markdown."""

    at: datetime
    status: str
    message: str
    components: Mapping[str, str] = {}
    next_update_by: timedelta | None = None


class Action(msgspec.Struct, frozen=True):
    """What a post-mortem promised: the text, the owner's role, the day it is due and the day it was done."""

    text: str
    owner: str
    due: date
    done: date | None


class Postmortem(msgspec.Struct, frozen=True):
    """The long account: Markdown of 400 to 900 words with tables."""

    published: datetime
    body: str
    actions: tuple[Action, ...]


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One incident, or a maintenance with its window."""

    id: str
    title: str
    components: Mapping[str, str]
    updates: tuple[Update, ...]
    cause: str
    window: tuple[datetime, datetime] | None = None
    postmortem: Postmortem | None = None


COMPONENTS = tuple(
    Component(f"{group.lower()}-{part}", f"{group} {part}", group) for group in _GROUPS for part in _PARTS
)


def invent(count: int, seed: int = 0) -> Iterator[Entry]:
    """That many entries, oldest first; the same for the same count and seed on every machine.

    They are spread evenly from BEGIN to END; the last two incidents are open, two maintenances are still to come.
    """
    step = (END - timedelta(hours=12) - BEGIN) / count
    for number in range(count):
        start = BEGIN + step * number
        yield _Author(Random(f"{seed}:{number}"), number, count - number).write(_to_the_minute(start))


def _to_the_minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)


class _Author:
    """Writes one entry; `left` counts the entries from this one to the last."""

    def __init__(self, random: Random, number: int, left: int) -> None:
        self.random, self.number, self.left = random, number, left
        self.vocabulary: Vocabulary = LATIN
        if random.random() < _OTHER_SCRIPT:
            self.vocabulary = random.choice(OTHER_SCRIPTS)

    def write(self, start: datetime) -> Entry:
        """The entry that begins then."""
        if _OPEN < self.left <= _OPEN + _COMING or (self.left > _OPEN and self.random.random() < _MAINTENANCE):
            return self._write_maintenance(start)
        return self._write_incident(start)

    def _write_incident(self, start: datetime) -> Entry:
        components = self._choose_components()
        updates = self._write_updates(start, components)
        told = self.left > _OPEN and self.random.random() < _POSTMORTEM
        return Entry(
            id=self._name(start),
            title=self._title(),
            components=components,
            updates=updates,
            cause=self.random.choice(_CAUSES),
            postmortem=self._write_postmortem(updates[-1].at) if told else None,
        )

    def _write_updates(self, start: datetime, components: Mapping[str, str]) -> tuple[Update, ...]:
        count = self.random.randint(3, 6)
        is_open = self.left <= _OPEN
        statuses = [
            "investigating",
            *["identified"] * (count - 3),
            "monitoring",
            "identified" if is_open else "resolved",
        ]
        updates = []
        for status in statuses:
            eased = {next(iter(components)): "degraded_performance"} if status == "monitoring" else {}
            promise = None if status == "resolved" else timedelta(minutes=self.random.choice((30, 45, 60)))
            message = self._resolution() if status == "resolved" else self._message()
            updates.append(Update(at=start, status=status, message=message, components=eased, next_update_by=promise))
            start += timedelta(minutes=self.random.randint(7, 28))
        return tuple(updates)

    def _write_maintenance(self, start: datetime) -> Entry:
        coming = self.left <= _OPEN + _COMING
        opens = (END + timedelta(days=self.left) if coming else start + timedelta(hours=1)).replace(minute=0)
        window = (opens, opens + timedelta(hours=2))
        moments = (start, opens + timedelta(minutes=1), opens + timedelta(minutes=self.random.randint(60, 115)))
        told = zip(moments, ("scheduled", "in_progress", "completed"), strict=True)
        updates = [Update(at=at, status=status, message=self._message()) for at, status in told if at < END]
        return Entry(
            id=self._name(start),
            title=self._title(),
            components=dict.fromkeys(self._choose_components(), "under_maintenance"),
            updates=tuple(updates),
            cause="",
            window=window,
        )

    def _choose_components(self) -> Mapping[str, str]:
        keys = self.random.sample([component.key for component in COMPONENTS], self.random.choice((1, 1, 1, 2, 2, 3)))
        return {key: self.random.choice(_CONDITIONS) for key in keys}

    def _name(self, start: datetime) -> str:
        words = self.random.sample(LATIN.lists["thing"], 2)
        return f"{start:%Y-%m-%d}-{'-'.join(words)}-{self.number}"

    def _title(self) -> str:
        title = self.vocabulary.say(self.random, self.random.choice(self.vocabulary.titles))
        return title[0].upper() + title[1:]

    def _message(self) -> str:
        if self.random.random() < _RICH:
            pattern = self.random.choice(self.vocabulary.rich)
            while "{sentence}" in pattern:
                pattern = pattern.replace("{sentence}", self.vocabulary.sentence(self.random), 1)
            return self.vocabulary.say(self.random, pattern)
        return self._paragraph(self.random.randint(1, 3))

    def _resolution(self) -> str:
        return f"{self._message()}\n\n{self.vocabulary.say(self.random, self.random.choice(self.vocabulary.last))}"

    def _paragraph(self, sentences: int) -> str:
        return " ".join(self.vocabulary.sentence(self.random) for _ in range(sentences))

    def _write_postmortem(self, end: datetime) -> Postmortem:
        published = _to_the_minute(min(end + timedelta(days=self.random.randint(1, 9)), END - timedelta(hours=2)))
        return Postmortem(published, self._account(self.random.randint(400, 820)), (self._action(published),))

    def _account(self, words: int) -> str:
        """Sections of prose, one with a list, two with a table, until there are about that many words."""
        parts: list[str] = []
        headings = self.vocabulary.headings
        while sum(map(self.vocabulary.count, parts)) < words:
            number = len(parts) // 2
            parts.append(f"## {headings[number % len(headings)]}" if number < len(headings) else f"### {number + 1}")
            parts.append(self._section(number))
        return "\n\n".join(parts)

    def _section(self, number: int) -> str:
        if number in (0, 2):
            return f"{self._paragraph(3)}\n\n{self._table()}"
        if number == 3:
            return f"{self._paragraph(2)}\n\n" + "\n".join(f"- {self._cell()}" for _ in range(5))
        return "\n\n".join((self._paragraph(3), self._message(), self._paragraph(2)))

    def _table(self) -> str:
        times = sorted(f"{self.random.randrange(24):02}:{self.random.randrange(60):02}" for _ in range(6))
        return "\n".join(("| UTC | |", "|---|---|", *(f"| {time} | {self._cell()} |" for time in times)))

    def _cell(self) -> str:
        return self.vocabulary.say(self.random, self.random.choice(self.vocabulary.rows))

    def _action(self, published: datetime) -> Action:
        due = published.date() + timedelta(days=30)
        return Action(self.vocabulary.sentence(self.random), "Operations", due, due if due < END.date() else None)
