"""All incidents at one moment: what a visitor sees now, the last 90 days of every component, and its uptime."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import msgspec

from sitegen.model import Component, Condition, Incident, Kind, Settings
from sitegen.timeline import GRACE, Phase, Span, Timeline, fold, is_visible, worst

DAYS = 90
RECENT = 20


class Overall(StrEnum):
    """The one answer of the home page; `clear` only when nothing is open and nothing unknown."""

    CLEAR = "clear"
    INCIDENT = "incident"
    UNKNOWN = "unknown"


class Piece(msgspec.Struct, frozen=True):
    """A stretch of time (UTC, `end` excluded) in which a component was in one condition, the worst that applied."""

    start: datetime
    end: datetime
    condition: Condition

    @property
    def seconds(self) -> int:
        """Its length."""
        return int((self.end - self.start).total_seconds())


class Day(msgspec.Struct, frozen=True):
    """One day of the site's zone for one component: its worst condition and the seconds spent in each."""

    date: date
    condition: Condition
    seconds: Mapping[Condition, int]


class Record(msgspec.Struct, frozen=True):
    """One component's last 90 days, oldest first, and its condition now."""

    component: Component
    condition: Condition
    days: tuple[Day, ...]
    uptime: Fraction | None


class View(msgspec.Struct, frozen=True, kw_only=True):
    """What a visitor sees at `moment` (UTC); timelines are newest first, maintenance ahead soonest first.

    `by_component` are the timelines that ever touched the component of each key.
    """

    settings: Settings
    moment: datetime
    overall: Overall
    timelines: tuple[Timeline, ...]
    by_component: Mapping[str, tuple[Timeline, ...]]
    records: tuple[Record, ...]

    def record(self, component: Component) -> Record:
        """The record of one component."""
        return next(record for record in self.records if record.component == component)

    def select(self, kind: Kind, phase: Phase) -> tuple[Timeline, ...]:
        """The entries of one kind in one phase."""
        found = [line for line in self.timelines if line.kind is kind and line.phase is phase]
        return tuple(reversed(found) if phase is Phase.COMING else found)

    @property
    def troubled(self) -> tuple[Record, ...]:
        """The records of components that are not operational now, worst first."""
        found = (record for record in self.records if record.condition is not Condition.OPERATIONAL)
        return tuple(sorted(found, key=lambda record: -record.condition.rank))

    @property
    def recent(self) -> tuple[Timeline, ...]:
        """The newest entries that are over."""
        return tuple(line for line in self.timelines if line.phase is Phase.OVER)[:RECENT]

    def touching(self, component: Component) -> tuple[Timeline, ...]:
        """The entries that ever touched the component."""
        return self.by_component.get(component.key, ())

    @property
    def months(self) -> Mapping[tuple[int, int], tuple[Timeline, ...]]:
        """The entries by year and month of their start in the site's zone, newest month first."""
        by_month: dict[tuple[int, int], list[Timeline]] = {}
        for line in self.timelines:
            day = line.started.astimezone(self.settings.site.zone).date()
            by_month.setdefault((day.year, day.month), []).append(line)
        return {month: tuple(by_month[month]) for month in sorted(by_month, reverse=True)}


def view(
    incidents: Iterable[Incident],
    settings: Settings,
    moment: datetime,
    *,
    blind: bool = False,
    drafts: bool = False,
) -> View:
    """The visitor's view at the moment (aware); `blind`: some file could not even be named, so nothing is certain."""
    moment = moment.astimezone(UTC)
    visible = (one for one in incidents if (drafts or not one.draft) and is_visible(one, moment))
    return arrange((fold(one, moment) for one in visible), settings, moment, blind=blind)


def arrange(timelines: Iterable[Timeline], settings: Settings, moment: datetime, *, blind: bool = False) -> View:
    """The view of the visible entries, folded at the moment (UTC)."""
    lines = sorted(timelines, key=_newest, reverse=True)
    first = midnight(window(moment, settings.site.zone)[0], settings.site.zone)
    recent = _sort_by_component(line for line in lines if not _is_over_by(line, first))
    records = tuple(
        _record(component, recent.get(component.key, ()), settings, moment, blind) for component in settings.components
    )
    return View(
        settings=settings,
        moment=moment,
        overall=_overall(lines, records, blind),
        timelines=tuple(lines),
        by_component=_sort_by_component(lines),
        records=records,
    )


def _sort_by_component(lines: Iterable[Timeline]) -> Mapping[str, tuple[Timeline, ...]]:
    """The entries that ever touched each component, by its key, in their order."""
    found: dict[str, list[Timeline]] = {}
    for line in lines:
        for key in line.conditions:
            found.setdefault(key, []).append(line)
    return {key: tuple(touching) for key, touching in found.items()}


def _is_over_by(line: Timeline, moment: datetime) -> bool:
    """Whether nothing that the entry did to components lasted beyond the moment."""
    return all(span.end is not None and span.end <= moment for span in line.spans)


def _newest(line: Timeline) -> tuple[datetime, str]:
    return (line.started, line.id)


def _overall(lines: Iterable[Timeline], records: Iterable[Record], blind: bool) -> Overall:
    if any(line.phase is Phase.OPEN and line.kind is Kind.INCIDENT and line.readable for line in lines):
        return Overall.INCIDENT
    unknown = any(record.condition is Condition.UNKNOWN for record in records)
    unsure = any(line.phase is not Phase.OVER and not line.readable for line in lines)
    return Overall.UNKNOWN if blind or unknown or unsure else Overall.CLEAR


def _record(
    component: Component, lines: Iterable[Timeline], settings: Settings, moment: datetime, blind: bool
) -> Record:
    zone = settings.site.zone
    dates = window(moment, zone)
    first = midnight(dates[0], zone)
    spans = [span for line in lines for span in line.spans if span.component == component.key]
    if blind:
        spans.append(Span(component.key, Condition.UNKNOWN, moment, None))
    pieces = tuple(_pieces(spans, component, zone, first, moment))
    return Record(
        component=component,
        condition=worst(span.condition for span in spans if span.start <= moment and span.end is None),
        days=tuple(_days(pieces, dates, zone, blind)),
        uptime=uptime(pieces, settings.policy.uptime_weights),
    )


def window(moment: datetime, zone: ZoneInfo) -> tuple[date, ...]:
    """The 90 days of the zone that end with the moment's."""
    today = moment.astimezone(zone).date()
    return tuple(today - timedelta(days=back) for back in range(DAYS - 1, -1, -1))


@lru_cache(maxsize=1_000)  # each component asks for the same days
def midnight(day: date, zone: ZoneInfo) -> datetime:
    """When the day begins in the zone, in UTC."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _pieces(
    spans: Iterable[Span], component: Component, zone: ZoneInfo, start: datetime, end: datetime
) -> Iterator[Piece]:
    """The time from start to end, cut at every change; where spans overlap the worst counts, they never add."""
    before = midnight(component.since, zone) if component.since is not None else start
    known = [(span.start, span.end or end, span.condition) for span in spans]
    steps: dict[datetime, list[tuple[Condition, int]]] = {start: [], end: []}
    for begin, finish, condition in (*known, (start, before, Condition.UNKNOWN)):
        begin, finish = max(begin, start), min(finish, end)
        if begin < finish:
            steps.setdefault(begin, []).append((condition, 1))
            steps.setdefault(finish, []).append((condition, -1))
    yield from _sweep(steps)


def _sweep(steps: Mapping[datetime, list[tuple[Condition, int]]]) -> Iterator[Piece]:
    active = dict.fromkeys(Condition, 0)
    for start, end in pairwise(sorted(steps)):
        for condition, change in steps[start]:
            active[condition] += change
        yield Piece(start, end, worst(condition for condition, count in active.items() if count))


def uptime(pieces: Iterable[Piece], weights: Mapping[Condition, Fraction]) -> Fraction | None:
    """The share of the known time that was not weighted as down, exact; None when nothing is known."""
    seconds: Counter[Condition] = Counter()
    for piece in pieces:
        seconds[piece.condition] += piece.seconds
    del seconds[Condition.UNKNOWN]
    known = seconds.total()
    down = sum((weights[condition] * spent for condition, spent in seconds.items()), Fraction())
    return 1 - down / known if known else None


def _days(pieces: tuple[Piece, ...], dates: tuple[date, ...], zone: ZoneInfo, blind: bool) -> Iterator[Day]:
    first = 0  # the pieces follow each other, like the days
    for day in dates:
        start, end = midnight(day, zone), midnight(day + timedelta(days=1), zone)
        while first < len(pieces) and pieces[first].end <= start:
            first += 1
        seconds = _spend(islice(pieces, first, None), start, end)
        if blind and day == dates[-1]:
            seconds[Condition.UNKNOWN] = seconds.get(Condition.UNKNOWN, 0) + 1
        spent = {condition: seconds[condition] for condition in sorted(seconds, key=_rank) if seconds[condition] > 0}
        yield Day(day, worst(spent), spent)


def _spend(pieces: Iterable[Piece], start: datetime, end: datetime) -> dict[Condition, int]:
    """The seconds from start to end in each condition, by pieces that begin with the first that reaches that far."""
    seconds: dict[Condition, int] = {}
    for piece in pieces:
        if piece.start >= end:
            break
        seconds[piece.condition] = seconds.get(piece.condition, 0) + _overlap(piece, start, end)
        if piece.end >= end:
            break
    return seconds


def _rank(condition: Condition) -> int:
    return condition.rank


def _overlap(piece: Piece, start: datetime, end: datetime) -> int:
    return max(0, int((min(piece.end, end) - max(piece.start, start)).total_seconds()))


def next_change(incidents: Iterable[Incident], settings: Settings, moment: datetime) -> datetime:
    """The next moment (UTC) at which the pages must say something else: a due moment, at the latest midnight."""
    zone = settings.site.zone
    tomorrow = midnight(moment.astimezone(zone).date() + timedelta(days=1), zone)
    due = (at for incident in incidents for at in _due_moments(incident))
    return min((at for at in due if moment < at < tomorrow), default=tomorrow)


def _due_moments(incident: Incident) -> Iterator[datetime]:
    yield from (gap.since for gap in incident.gaps)
    if incident.started is not None:
        yield incident.started
    for update in incident.updates:
        yield update.at
        if update.next_update_by is not None:
            yield update.next_update_by + GRACE + timedelta(seconds=1)
    if incident.window is not None:
        yield from (incident.window.start, incident.window.end + timedelta(seconds=1))
    if incident.until is not None:
        yield incident.until
    if incident.postmortem is not None and incident.postmortem.published is not None:
        yield incident.postmortem.published
