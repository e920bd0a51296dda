"""What holds for any incidents at any moment, wherever the site is."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import PurePosixPath

import hypothesis.strategies as st
from hypothesis import given, settings

from sitegen.history import View, midnight, next_change, view
from sitegen.model import STATUSES, WRITABLE_CONDITIONS, Condition, Gap, Incident, Kind, Settings, Text, Update, Window
from sitegen.problems import Location
from sitegen.timeline import Span, fold
from tests.unit.entries import at, make_settings

ZONES = tuple(make_settings(zone) for zone in ("UTC", "Europe/Warsaw", "America/Los_Angeles", "Africa/Cairo"))
WITH_SINCE = make_settings("Europe/Warsaw", since="2026-10-20")
KEYS = [component.key for component in WITH_SINCE.components]
WHERE, TEXT = Location(PurePosixPath("incidents/x.yaml")), Text({"en": "Text."})
# From before the window until after its end, over both changes of the clocks of autumn; often on equal moments.
TIMES = st.one_of(
    st.integers(0, 110 * 24 * 60).map(lambda minutes: at("2026-08-10 00:00") + timedelta(minutes=minutes)),
    st.sampled_from([at("2026-10-25 01:00"), at("2026-11-23 00:00"), at("2026-11-23 12:00"), at("2026-08-25 22:00")]),
)
SPANS = st.integers(1, 9999).map(lambda minutes: timedelta(minutes=minutes))
WINDOWS = st.builds(lambda start, span: Window(start, start + span), TIMES, SPANS)
GAPS = st.lists(st.builds(Gap, TIMES, st.lists(st.sampled_from(KEYS), unique=True).map(tuple)), max_size=1).map(tuple)
CONDITIONS = st.dictionaries(st.sampled_from(KEYS), st.sampled_from(WRITABLE_CONDITIONS), max_size=3)
NOW = at("2026-11-23 12:34:56")


@st.composite
def histories(draw: st.DrawFn, kind: Kind) -> tuple[Update, ...]:
    """Updates oldest first, of any statuses in any order."""
    statuses = st.none() | st.sampled_from(STATUSES[kind])
    moments = sorted(draw(st.lists(TIMES, min_size=1, max_size=5)))
    return tuple(
        Update(
            id=f"id{number:02}",
            at=moment,
            message=TEXT,
            where=WHERE,
            status=draw(statuses),
            components=draw(CONDITIONS),
        )
        for number, moment in enumerate(moments)
    )


@st.composite
def incidents(draw: st.DrawFn, *, readable: bool = False) -> Incident:
    """Entries of every kind; some with parts that could not be read."""
    kind = draw(st.sampled_from(tuple(Kind)))
    return Incident(
        id=f"2026-11-23-{draw(st.integers(0, 10**12))}",
        where=WHERE,
        title=TEXT,
        kind=kind,
        components=draw(CONDITIONS),
        started=draw(st.none() | TIMES) if kind is Kind.INCIDENT else None,
        updates=draw(histories(kind)),
        window=draw(WINDOWS) if kind is Kind.MAINTENANCE else None,
        until=draw(st.none() | TIMES) if kind is Kind.NOTICE else None,
        gaps=() if readable else draw(GAPS),
    )


MANY = st.lists(incidents(), max_size=5, unique_by=lambda incident: incident.id)
SITES = st.sampled_from((*ZONES, WITH_SINCE))


few = settings(max_examples=40)


def uptimes(seen: View) -> list[Fraction | None]:
    return [record.uptime for record in seen.records]


@few
@given(MANY, SITES, TIMES)
def test_the_seconds_of_the_days_sum_to_the_whole_elapsed_window(
    entries: list[Incident], site: Settings, moment: datetime
) -> None:
    for record in view(entries, site, moment).records:
        elapsed = moment - midnight(record.days[0].date, site.site.zone)
        assert sum(sum(day.seconds.values()) for day in record.days) == elapsed.total_seconds()


@few
@given(MANY, SITES, TIMES)
def test_uptime_is_whole_only_without_downtime(entries: list[Incident], site: Settings, moment: datetime) -> None:
    for record in view(entries, site, moment).records:
        spent = {condition for day in record.days for condition in day.seconds}
        down = spent & {Condition.MAJOR_OUTAGE, Condition.PARTIAL_OUTAGE}
        assert (record.uptime is None) == (spent <= {Condition.UNKNOWN})
        assert record.uptime is None or (0 <= record.uptime <= 1 and (record.uptime == 1) == (not down))


@few
@given(st.lists(incidents(readable=True), max_size=4), incidents())
def test_adding_an_incident_never_raises_uptime(entries: list[Incident], another: Incident) -> None:
    """Of components that are known all the time: where nothing was known, an incident is the first knowledge."""
    before, after = (uptimes(view(some, ZONES[1], NOW)) for some in (entries, [*entries, another]))
    assert all(new is None or (old is not None and new <= old) for old, new in zip(before, after, strict=True))


@few
@given(st.permutations(range(4)), st.lists(incidents(), min_size=4, max_size=4, unique_by=lambda incident: incident.id))
def test_the_order_of_incidents_plays_no_role(order: list[int], entries: list[Incident]) -> None:
    shuffled = [entries[place] for place in order]
    assert view(shuffled, ZONES[1], NOW) == view(entries, ZONES[1], NOW)
    assert next_change(shuffled, ZONES[1], NOW) == next_change(entries, ZONES[1], NOW)


@given(incidents(), TIMES, TIMES)
def test_a_later_look_never_changes_what_was_said_or_what_was_true_before(
    entry: Incident, one: datetime, other: datetime
) -> None:
    early, late = fold(entry, min(one, other)), fold(entry, max(one, other))
    assert late.steps[: len(early.steps)] == early.steps
    assert late.estimates[: len(early.estimates)] == early.estimates
    if early.steps:  # the first word may tell of what began before it
        assert sorted(_until(early.moment, late.spans)) == sorted(_until(early.moment, early.spans))


def _until(moment: datetime, spans: tuple[Span, ...]) -> Iterator[tuple[str, str, datetime, datetime]]:
    """What the spans say of the time before the moment."""
    for span in spans:
        end = min(span.end or moment, moment)
        if span.start < end:
            yield span.component, span.condition, span.start, end


@few
@given(MANY, TIMES)
def test_nothing_changes_before_the_next_change_but_time_itself(entries: list[Incident], moment: datetime) -> None:
    due = next_change(entries, ZONES[1], moment)
    assert moment < due <= moment + timedelta(hours=25)
    now, then = view(entries, ZONES[1], moment), view(entries, ZONES[1], due - timedelta(seconds=1))
    assert _said(now) == _said(then)


def _said(seen: View) -> object:
    states = [(line.phase, line.status, line.conditions, line.late, line.overdue) for line in seen.timelines]
    names = [line.incident.id for line in seen.timelines]
    return seen.overall, names, states, [record.condition for record in seen.records]
