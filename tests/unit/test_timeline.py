"""One incident at a moment: what it says, what it did to components and when, what it promised."""

from datetime import timedelta

import pytest

from sitegen.model import Condition, Impact, Incident, Status
from sitegen.timeline import Phase, Span, Timeline, fold
from tests.unit.entries import at, make_incident, outage, read_entry

DEGRADED, PARTIAL, MAJOR = Condition.DEGRADED_PERFORMANCE, Condition.PARTIAL_OUTAGE, Condition.MAJOR_OUTAGE
MAINTENANCE, OPERATIONAL, UNKNOWN = Condition.UNDER_MAINTENANCE, Condition.OPERATIONAL, Condition.UNKNOWN


def maintenance(*updates: str, window: str = "{start: 2026-11-23 22:00, end: 2026-11-24 01:00}") -> Incident:
    text = (
        f"title: New database\ntype: maintenance\nwindow: {window}\ncomponents: {{api: under_maintenance}}\nupdates:\n"
    )
    return make_incident(text + "".join(f"  - {{{update}, message: Text.}}\n" for update in updates), "2026-11-20-db")


def notice(*updates: str, more: str = "") -> Incident:
    text = f"title: Closed on Friday\ntype: notice\n{more}\nupdates:\n"
    return make_incident(text + "".join(f"  - {{{update}, message: Text.}}\n" for update in updates))


def spans(line: Timeline) -> list[tuple[str, Condition, str, str | None]]:
    """The spans with their times of day."""
    return [
        (span.component, span.condition, f"{span.start:%H:%M}", None if span.end is None else f"{span.end:%H:%M}")
        for span in line.spans
    ]


NIGHT = outage(
    "at: 03:09, eta: 04:30",
    "at: 03:31, status: identified, eta: 04:30, components: {api: degraded_performance}",
    "at: 04:02, status: monitoring, eta: 05:00, components: {checkout: partial_outage, api: operational}",
    "at: 04:47, status: resolved",
    "at: 06:00",
    more="started: 2026-11-23 03:02",
)


def test_a_whole_night_is_folded_into_spans_of_each_component() -> None:
    line = fold(NIGHT, at("2026-11-23 12:00"))
    assert spans(line) == [
        ("checkout", MAJOR, "03:02", "04:02"),
        ("api", DEGRADED, "03:31", "04:02"),
        ("checkout", PARTIAL, "04:02", "04:47"),
    ]
    assert line.conditions == {"checkout": OPERATIONAL, "api": OPERATIONAL}
    assert (line.phase, line.status, line.impact) == (Phase.OVER, Status.RESOLVED, Impact.CRITICAL)
    assert (line.started, line.ended) == (at("2026-11-23 03:02"), at("2026-11-23 04:47"))
    assert line.duration == timedelta(minutes=105)
    assert [step.number for step in line.steps] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("moment", "steps", "status", "conditions"),
    [
        ("03:09", 1, Status.INVESTIGATING, {"checkout": MAJOR}),
        ("03:31", 2, Status.IDENTIFIED, {"checkout": MAJOR, "api": DEGRADED}),
        ("04:46", 3, Status.MONITORING, {"checkout": PARTIAL, "api": OPERATIONAL}),
        ("04:47", 4, Status.RESOLVED, {"checkout": OPERATIONAL, "api": OPERATIONAL}),
    ],
)
def test_an_update_is_said_and_takes_effect_at_its_moment_and_not_before(
    moment: str, steps: int, status: Status, conditions: dict[str, Condition]
) -> None:
    line = fold(NIGHT, at(f"2026-11-23 {moment}"))
    assert (len(line.steps), line.status, line.conditions) == (steps, status, conditions)
    assert line.ended == (at("2026-11-23 04:47") if steps == 4 else None)


def test_only_estimates_that_changed_something_are_revisions() -> None:
    estimates = fold(NIGHT, at("2026-11-23 12:00")).estimates
    assert [(f"{one.said:%H:%M}", f"{one.eta:%H:%M}") for one in estimates] == [("03:09", "04:30"), ("04:02", "05:00")]


def test_a_promise_is_overdue_five_minutes_after_its_time_and_gone_with_the_next_update() -> None:
    promising = at("2026-11-23 05:02")
    late = outage("at: 04:02, next_update_by: 1h", "at: 05:30")
    assert fold(late, at("2026-11-23 05:07")).promise == promising
    assert not fold(late, at("2026-11-23 05:07")).overdue
    assert fold(late, at("2026-11-23 05:07:01")).overdue
    assert fold(late, at("2026-11-23 05:30")).promise is None
    over = outage("at: 04:02, next_update_by: 1h", "at: 04:47, status: resolved, next_update_by: 1h")
    assert fold(over, at("2026-11-23 04:47")).promise is None


@pytest.mark.parametrize(
    ("conditions", "impact"),
    [
        ("{}", Impact.NONE),
        ("{checkout: operational}", Impact.NONE),
        ("{checkout: under_maintenance}", Impact.NONE),
        ("{checkout: degraded_performance}", Impact.MINOR),
        ("{checkout: degraded_performance, api: partial_outage}", Impact.MAJOR),
        ("{checkout: major_outage}", Impact.CRITICAL),
    ],
)
def test_the_impact_is_that_of_the_worst_condition(conditions: str, impact: Impact) -> None:
    assert fold(outage("at: 03:09", components=conditions), at("2026-11-23 04:00")).impact is impact


def test_the_impact_is_the_worst_over_the_whole_life_so_far_unless_the_file_says_otherwise() -> None:
    worse = ("at: 03:09", "at: 03:20, components: {api: major_outage}", "at: 03:21, components: {api: operational}")
    growing = outage(*worse, components="{checkout: partial_outage}")
    assert fold(growing, at("2026-11-23 03:10")).impact is Impact.MAJOR
    assert fold(growing, at("2026-11-23 04:00")).impact is Impact.CRITICAL
    assert fold(outage(*worse, more="impact: none"), at("2026-11-23 04:00")).impact is Impact.NONE


def test_notes_after_the_end_move_neither_the_end_nor_a_component() -> None:
    line = fold(
        outage("at: 03:00", "at: 04:00, status: resolved", "at: 05:00", "at: 06:00, status: resolved"),
        at("2026-11-24 00:00"),
    )
    assert (line.phase, line.ended) == (Phase.OVER, at("2026-11-23 04:00"))
    assert spans(line) == [("checkout", MAJOR, "03:00", "04:00")]


@pytest.mark.parametrize("named", ["", ", components: {checkout: major_outage}"])
def test_a_reopened_incident_is_open_again_with_what_it_names_else_with_what_was_broken(named: str) -> None:
    again = outage(
        "at: 03:00",
        "at: 04:00, status: resolved",
        f"at: 05:00, status: investigating{named}",
        "at: 06:00, status: resolved",
    )
    line = fold(again, at("2026-11-23 05:30"))
    assert (line.phase, line.ended, line.conditions) == (Phase.OPEN, None, {"checkout": MAJOR})
    line = fold(again, at("2026-11-23 07:00"))
    assert (line.phase, line.ended, line.duration) == (Phase.OVER, at("2026-11-23 06:00"), timedelta(hours=3))
    assert spans(line) == [("checkout", MAJOR, "03:00", "04:00"), ("checkout", MAJOR, "05:00", "06:00")]


def test_a_reopened_incident_may_name_another_component_alone() -> None:
    again = outage(
        "at: 03:00",
        "at: 04:00, status: resolved",
        "at: 05:00, status: investigating, components: {api: partial_outage}",
    )
    assert fold(again, at("2026-11-23 06:00")).conditions == {"checkout": OPERATIONAL, "api": PARTIAL}


def test_the_end_outweighs_conditions_named_in_the_same_update() -> None:
    line = fold(
        outage("at: 03:00", "at: 04:00, status: resolved, components: {checkout: partial_outage}"),
        at("2026-11-23 05:00"),
    )
    assert spans(line) == [("checkout", MAJOR, "03:00", "04:00")]


@pytest.mark.parametrize(
    ("moment", "phase", "status", "condition", "late"),
    [
        ("2026-11-20 09:00", Phase.COMING, Status.SCHEDULED, OPERATIONAL, False),
        ("2026-11-23 21:59", Phase.COMING, Status.SCHEDULED, OPERATIONAL, False),
        ("2026-11-23 22:00", Phase.OPEN, Status.IN_PROGRESS, MAINTENANCE, False),
        ("2026-11-24 01:00", Phase.OPEN, Status.IN_PROGRESS, MAINTENANCE, False),
        ("2026-11-24 01:01", Phase.OPEN, Status.IN_PROGRESS, MAINTENANCE, True),
        ("2026-11-25 00:00", Phase.OPEN, Status.IN_PROGRESS, MAINTENANCE, True),
    ],
)
def test_a_maintenance_follows_the_clock(
    moment: str, phase: Phase, status: Status, condition: Condition, late: bool
) -> None:
    for updates in (("at: 2026-11-20 09:00",), ("at: 2026-11-20 09:00, status: scheduled", "at: 2026-11-20 09:01")):
        line = fold(maintenance(*updates), at(moment))
        assert (line.phase, line.status, line.conditions, line.late) == (phase, status, {"api": condition}, late)


def test_a_maintenance_ends_when_somebody_says_so_however_late() -> None:
    line = fold(maintenance("at: 2026-11-20 09:00", "at: 2026-11-24 02:30, status: completed"), at("2026-11-25 00:00"))
    assert (line.phase, line.status, line.late) == (Phase.OVER, Status.COMPLETED, False)
    assert spans(line) == [("api", MAINTENANCE, "22:00", "02:30")]
    assert line.duration == timedelta(hours=4, minutes=30)


def test_a_maintenance_that_is_said_to_have_begun_has_begun() -> None:
    early = maintenance("at: 2026-11-20 09:00", "at: 2026-11-23 21:30, status: in_progress")
    assert fold(early, at("2026-11-23 21:29")).phase is Phase.COMING
    line = fold(early, at("2026-11-23 21:45"))
    assert (line.phase, line.started, line.conditions) == (Phase.OPEN, at("2026-11-23 21:30"), {"api": MAINTENANCE})


@pytest.mark.parametrize("moment", ["2026-11-23 21:00", "2026-11-23 23:00", "2026-11-26 00:00"])
@pytest.mark.parametrize("said", ["2026-11-22 09:00", "2026-11-23 22:00"])
def test_a_maintenance_cancelled_by_its_start_never_touches_anything(said: str, moment: str) -> None:
    line = fold(maintenance("at: 2026-11-20 09:00", f"at: {said}, status: cancelled"), at(moment))
    if at(moment) >= at(said):
        assert (line.phase, line.duration) == (Phase.OVER, timedelta())
    assert line.conditions == {"api": OPERATIONAL}
    assert line.spans == ()


def test_a_maintenance_cancelled_half_way_was_one_until_then() -> None:
    line = fold(maintenance("at: 2026-11-20 09:00", "at: 2026-11-23 23:00, status: cancelled"), at("2026-11-26 00:00"))
    assert spans(line) == [("api", MAINTENANCE, "22:00", "23:00")]


def test_a_notice_is_open_until_its_time_or_until_it_is_taken_back() -> None:
    timed = notice("at: 09:00", more="until: 2026-11-24 00:00\ncomponents: {api: degraded_performance}")
    assert fold(timed, at("2026-11-23 23:59")).phase is Phase.OPEN
    line = fold(timed, at("2026-11-24 00:00"))
    assert (line.phase, line.ended, line.status) == (Phase.OVER, at("2026-11-24 00:00"), None)
    assert spans(line) == [("api", DEGRADED, "09:00", "00:00")]
    said_after = notice(
        "at: 09:00", "at: 11:00, status: resolved", more="until: 2026-11-23 10:00\ncomponents: {api: partial_outage}"
    )
    assert spans(fold(said_after, at("2026-11-24 00:00"))) == [("api", PARTIAL, "09:00", "10:00")]
    assert fold(notice("at: 09:00"), at("2036-11-23 00:00")).phase is Phase.OPEN
    taken_back = fold(notice("at: 09:00", "at: 10:00, status: resolved"), at("2026-11-23 11:00"))
    assert (taken_back.phase, taken_back.ended) == (Phase.OVER, at("2026-11-23 10:00"))


HEAD = "title: Orders fail\ncomponents: {checkout: partial_outage}\nupdates:\n  - {at: 03:09, message: Orders fail.}\n"


def test_what_could_not_be_read_is_unknown_until_a_later_update_ends_everything() -> None:
    text = (
        HEAD
        + "  - {at: 03:20, by: Ana, components: {api: major_outage}}\n"
        + "  - {at: 04:00, status: resolved, message: Fine.}\n"
    )
    incident = read_entry(text).incident
    line = fold(incident, at("2026-11-23 03:30"))
    assert not line.readable
    assert line.conditions == {"checkout": PARTIAL, "api": UNKNOWN}
    line = fold(incident, at("2026-11-23 04:00"))
    assert line.conditions == {"checkout": OPERATIONAL, "api": OPERATIONAL}
    assert Span("api", UNKNOWN, at("2026-11-23 03:20"), at("2026-11-23 04:00")) in line.spans


def test_an_end_that_is_itself_damaged_ends_nothing_for_certain() -> None:
    incident = read_entry(HEAD + "  - {at: 04:00, status: resolved, message: Fine., componets: {}}\n").incident
    assert set(fold(incident, at("2026-11-23 05:00")).conditions.values()) == {UNKNOWN}


def test_an_unreadable_entry_is_open_since_the_day_of_its_name() -> None:
    line = fold(read_entry("[").incident, at("2026-11-24 00:00"))
    assert (line.phase, line.started, line.readable) == (Phase.OPEN, at("2026-11-23 00:00"), False)
    assert set(line.conditions.values()) == {UNKNOWN}
