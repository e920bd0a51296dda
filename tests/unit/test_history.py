"""All incidents at a moment: the vectors of the uptime rule, days of every length, and what is never green."""

from datetime import date, timedelta
from fractions import Fraction

import pytest

from sitegen.history import Overall, Record, View, midnight, next_change, view, window
from sitegen.languages import language
from sitegen.model import Condition, Incident, Kind, Settings
from sitegen.timeline import Phase
from tests.unit.entries import UTC_SETTINGS, at, make_incident, make_settings, outage, read_entry

UNKNOWN, OPERATIONAL, MAJOR = Condition.UNKNOWN, Condition.OPERATIONAL, Condition.MAJOR_OUTAGE
WARSAW = make_settings("Europe/Warsaw")
# 90 days of UTC end with the 23rd of November; they begin with the 26th of August.
END, BEGIN = at("2026-11-23 23:59:59"), at("2026-08-26 00:00")
MINUTES = 129_600


def struck(name: str, start: str, end: str, condition: str) -> Incident:
    """One component in one condition from start to end."""
    updates = (f"at: {start}", f"at: {end}, status: resolved")
    return outage(*updates, components=f"{{checkout: {condition}}}", name=f"{start[:10]}-{name}")


def maintained(start: str, end: str) -> Incident:
    text = f"""\
title: New database
type: maintenance
window: {{start: {start}, end: {end}}}
components: {{checkout: under_maintenance}}
updates:
  - {{at: {start[:10]} 00:00, message: We move.}}
  - {{at: {end}, status: completed, message: Done.}}
"""
    return make_incident(text, f"{start[:10]}-db")


def checkout(seen: View) -> Record:
    return seen.record(seen.settings.components[0])


def weighted_seconds(record: Record, settings: Settings = UTC_SETTINGS) -> Fraction:
    """The downtime that the days of the record add up to."""
    spent = [(condition, seconds) for day in record.days for condition, seconds in day.seconds.items()]
    weights = {**settings.policy.uptime_weights, UNKNOWN: Fraction(0)}
    return sum((weights[condition] * seconds for condition, seconds in spent), Fraction())


APART = (
    struck("a", "2026-10-01 10:00", "2026-10-01 11:00", "major_outage"),
    struck("b", "2026-10-02 10:00", "2026-10-02 11:40", "partial_outage"),
)
OVERLAPPING = (
    struck("a", "2026-10-01 10:00", "2026-10-01 11:00", "major_outage"),
    struck("b", "2026-10-01 10:30", "2026-10-01 12:10", "partial_outage"),
)
DEGRADED = (struck("a", "2026-10-01 10:00", "2026-10-01 20:00", "degraded_performance"),)
BEFORE_THE_WINDOW = (struck("a", "2026-08-25 15:40", "2026-08-26 00:30", "major_outage"),)
ONE_SECOND = (struck("a", "2026-10-01 10:00:00", "2026-10-01 10:00:01, id: last", "major_outage"),)
DURING_MAINTENANCE = (
    maintained("2026-10-01 10:00", "2026-10-01 11:00"),
    struck("a", "2026-10-01 10:00", "2026-10-01 11:00", "major_outage"),
)


@pytest.mark.parametrize(
    ("incidents", "minutes", "percent", "shown"),
    [
        (APART, Fraction(90), 99.93055, "99.930%"),
        (OVERLAPPING, Fraction(81), 99.9375, "99.937%"),
        (DEGRADED, Fraction(0), 100, "100%"),
        (BEFORE_THE_WINDOW, Fraction(30), 99.97685, "99.976%"),
        (ONE_SECOND, Fraction(1, 60), 99.99998, "99.999%"),
        (DURING_MAINTENANCE, Fraction(60), 99.9537, "99.953%"),
    ],
    ids=["apart", "overlapping", "degraded", "begun before the window", "one second", "during maintenance"],
)
def test_uptime_follows_the_rule(
    incidents: tuple[Incident, ...], minutes: Fraction, percent: float, shown: str
) -> None:
    """The vectors of the rule for uptime, at the last second of the last of 90 days of UTC."""
    record = checkout(view(incidents, UTC_SETTINGS, END))
    assert weighted_seconds(record) == minutes * 60
    assert record.uptime == 1 - minutes * 60 / (MINUTES * 60 - 1)
    assert float(record.uptime * 100) == pytest.approx(percent, abs=0.00001)
    assert language("en").percent(record.uptime) == shown


def test_the_window_is_ninety_days_of_the_zone_ending_with_today() -> None:
    days = window(END, UTC_SETTINGS.site.zone)
    assert (len(days), days[0], days[-1]) == (90, date(2026, 8, 26), date(2026, 11, 23))
    assert midnight(days[0], UTC_SETTINGS.site.zone) == BEGIN
    assert window(END, WARSAW.site.zone)[-1] == date(2026, 11, 24)


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-10-26", 24)])
def test_a_day_has_the_hours_of_the_zone(day: str, hours: int) -> None:
    record = checkout(view([], WARSAW, at("2026-04-01 12:00" if day < "2026-06" else "2026-11-23 12:00")))
    found = next(one for one in record.days if one.date == date.fromisoformat(day))
    assert found.seconds == {OPERATIONAL: hours * 3600}


def test_an_outage_over_the_whole_of_the_longest_day_lasts_twenty_five_hours() -> None:
    night = struck("a", "2026-10-24 22:00", "2026-10-25 23:00", "major_outage")
    record = checkout(view([night], WARSAW, at("2026-10-26 12:00")))
    assert record.days[-2].seconds == {MAJOR: 25 * 3600}
    assert [day.condition for day in record.days[-3:]] == [OPERATIONAL, MAJOR, OPERATIONAL]


@pytest.mark.parametrize(
    ("zone", "moment"), [("America/Sao_Paulo", "2018-11-10 12:00"), ("Africa/Cairo", "2026-05-01 12:00")]
)
def test_days_without_a_midnight_leave_no_second_out(zone: str, moment: str) -> None:
    settings = make_settings(zone)
    record = checkout(view([], settings, at(moment)))
    begin = midnight(record.days[0].date, settings.site.zone)
    assert sum(sum(day.seconds.values()) for day in record.days) == (at(moment) - begin).total_seconds()
    assert {sum(day.seconds.values()) for day in record.days[:-1]} == {24 * 3600, 23 * 3600}


def test_today_counts_only_as_far_as_it_has_come() -> None:
    record = checkout(view([], UTC_SETTINGS, at("2026-11-23 03:00")))
    assert record.days[-1].seconds == {OPERATIONAL: 3 * 3600}
    ongoing = outage("at: 01:00")
    record = checkout(view([ongoing], UTC_SETTINGS, at("2026-11-23 03:00")))
    assert record.days[-1].seconds == {OPERATIONAL: 3600, MAJOR: 2 * 3600}
    assert (record.days[-1].condition, record.condition) == (MAJOR, MAJOR)


def test_at_midnight_today_is_empty_and_nothing_breaks() -> None:
    record = checkout(view([], UTC_SETTINGS, at("2026-11-23 00:00")))
    assert not record.days[-1].seconds
    assert (record.days[-1].condition, record.uptime) == (OPERATIONAL, Fraction(1))


def test_what_lies_ahead_changes_nothing_today() -> None:
    moment = at("2026-11-20 12:00")
    ahead = maintained("2026-11-20 13:00", "2026-11-20 14:00")
    seen = view([ahead], UTC_SETTINGS, moment)
    assert seen.records == view([], UTC_SETTINGS, moment).records
    assert seen.select(Kind.MAINTENANCE, Phase.COMING) == seen.timelines
    assert seen.overall is Overall.CLEAR
    assert checkout(view([ahead], UTC_SETTINGS, at("2026-11-20 13:00"))).condition is Condition.UNDER_MAINTENANCE


def test_updates_in_the_future_and_drafts_are_not_there_yet() -> None:
    future, draft = outage("at: 2026-11-23 13:00"), outage("at: 03:00", more="draft: true", name="2026-11-22-draft")
    seen = view([future, draft], UTC_SETTINGS, at("2026-11-23 12:00"))
    assert (seen.timelines, seen.overall) == ((), Overall.CLEAR)
    assert checkout(seen).condition is OPERATIONAL
    seen = view([future, draft], UTC_SETTINGS, at("2026-11-23 12:00"), drafts=True)
    assert [line.incident.id for line in seen.timelines] == ["2026-11-22-draft"]


def test_before_its_first_day_a_component_is_unknown_and_its_uptime_counts_from_there() -> None:
    settings = make_settings(since="2026-11-14")
    half_a_day = struck("a", "2026-11-20 00:00", "2026-11-20 12:00", "major_outage")
    record = checkout(view([half_a_day], settings, END))
    assert [day.condition for day in record.days[:80]] == [UNKNOWN] * 80
    assert record.days[79].seconds == {UNKNOWN: 86_400}
    assert record.days[80].seconds == {OPERATIONAL: 86_400}
    assert record.uptime == 1 - Fraction(43_200, 10 * 86_400 - 1)
    assert record.condition is OPERATIONAL


def test_a_component_of_tomorrow_has_no_uptime_at_all() -> None:
    record = checkout(view([], make_settings(since="2026-12-01"), END))
    assert record.uptime is None
    assert {day.condition for day in record.days} == {UNKNOWN}


def test_unknown_time_counts_neither_as_up_nor_as_down() -> None:
    half_read = read_entry(
        "title: Orders fail\ncomponents: {checkout: operational}\nupdates:\n"
        "  - {at: 2026-11-23 00:00, message: x, by: {}}\n  - {at: 12:00, status: resolved, message: y}\n"
    ).incident
    hour_down = struck("a", "2026-11-22 00:00", "2026-11-22 01:00", "major_outage")
    record = checkout(view([half_read, hour_down], UTC_SETTINGS, END))
    assert record.days[-1].seconds == {UNKNOWN: 43_200, OPERATIONAL: 43_199}
    assert record.uptime == 1 - Fraction(3600, MINUTES * 60 - 1 - 43_200)


def test_promise_4_an_unreadable_file_makes_everything_unknown_and_no_uptime_of_today_is_made_up() -> None:
    seen = view([read_entry("[", "2026-08-01-orders").incident], UTC_SETTINGS, END)
    assert seen.overall is Overall.UNKNOWN
    assert {(record.condition, record.uptime) for record in seen.records} == {(UNKNOWN, None)}
    assert [line.incident.id for line in seen.timelines] == ["2026-08-01-orders"]


def test_promise_4_an_unreadable_file_with_a_name_in_the_future_is_listed_now() -> None:
    seen = view([read_entry("[", "2026-12-24-orders").incident], UTC_SETTINGS, END)
    assert len(seen.timelines) == 1
    assert seen.overall is Overall.UNKNOWN


def test_promise_4_a_file_that_can_not_even_be_named_leaves_nothing_certain_now() -> None:
    seen = view([], UTC_SETTINGS, END, blind=True)
    assert seen.overall is Overall.UNKNOWN
    assert {record.condition for record in seen.records} == {UNKNOWN}
    assert {record.days[-1].condition for record in seen.records} == {UNKNOWN}
    down = view([outage("at: 03:00")], UTC_SETTINGS, END, blind=True)
    assert (down.overall, checkout(down).condition) == (Overall.INCIDENT, MAJOR)


def test_known_trouble_outweighs_what_is_unknown() -> None:
    seen = view([read_entry("[").incident, outage("at: 03:00", name="2026-11-23-other")], UTC_SETTINGS, END)
    assert seen.overall is Overall.INCIDENT
    assert [record.condition for record in seen.records] == [MAJOR, UNKNOWN, UNKNOWN]
    assert [record.component.key for record in seen.troubled] == ["checkout", "api", "website"]


@pytest.mark.parametrize(
    ("incidents", "overall"),
    [
        ([], Overall.CLEAR),
        ([outage("at: 03:00", components="{}")], Overall.INCIDENT),
        ([outage("at: 03:00", "at: 04:00, status: resolved")], Overall.CLEAR),
        ([maintained("2026-11-23 23:00", "2026-11-24 01:00")], Overall.CLEAR),
    ],
)
def test_the_answer_of_the_home_page_is_about_incidents(incidents: list[Incident], overall: Overall) -> None:
    assert view(incidents, UTC_SETTINGS, END).overall is overall


def test_entries_are_listed_newest_first_and_by_the_month_of_the_zone() -> None:
    old, new = outage("at: 03:00", name="2026-10-02-a"), outage("at: 03:00", name="2026-11-02-a")
    last_minute = outage("at: 2026-10-31 23:30", "at: 23:40, status: resolved", name="2026-10-31-a")
    seen = view([new, old, last_minute], UTC_SETTINGS, END)
    assert [line.incident.id for line in seen.timelines] == ["2026-11-02-a", "2026-10-31-a", "2026-10-02-a"]
    assert [len(lines) for lines in seen.months.values()] == [1, 2]
    assert list(view([new, old, last_minute], WARSAW, END).months) == [(2026, 11), (2026, 10)]
    assert [len(lines) for lines in view([new, old, last_minute], WARSAW, END).months.values()] == [2, 1]
    assert [line.incident.id for line in seen.recent] == ["2026-10-31-a"]
    assert len(seen.touching(UTC_SETTINGS.components[0])) == 3
    assert seen.touching(UTC_SETTINGS.components[2]) == ()


NOTICE = "title: Closed today\ntype: notice\nuntil: 2026-11-23 17:00\nupdates: [{at: 09:00, message: All day.}]\n"


@pytest.mark.parametrize(
    ("incidents", "due"),
    [
        ([], "2026-11-24 00:00"),
        ([outage("at: 2026-11-23 12:00")], "2026-11-24 00:00"),
        ([outage("at: 2026-11-23 12:01")], "2026-11-23 12:01"),
        ([outage("at: 10:00, next_update_by: 12:30")], "2026-11-23 12:35:01"),
        ([outage("at: 10:00, next_update_by: 11:00")], "2026-11-24 00:00"),
        ([maintained("2026-11-23 13:00", "2026-11-23 14:00")], "2026-11-23 13:00"),
        ([maintained("2026-11-23 11:00", "2026-11-23 13:00")], "2026-11-23 13:00"),
        ([outage("at: 2026-11-23 18:00"), outage("at: 2026-11-23 15:00")], "2026-11-23 15:00"),
        ([outage("at: 2026-11-25 15:00")], "2026-11-24 00:00"),
        ([outage("at: 11:00", more="started: 2026-11-23 14:00")], "2026-11-23 14:00"),
        ([make_incident(NOTICE)], "2026-11-23 17:00"),
    ],
)
def test_the_pages_change_next_at_a_due_moment_at_the_latest_at_midnight(incidents: list[Incident], due: str) -> None:
    assert next_change(incidents, UTC_SETTINGS, at("2026-11-23 12:00")) == at(due)


def test_midnight_is_that_of_the_site() -> None:
    assert next_change([], WARSAW, at("2026-10-25 12:00")) == at("2026-10-25 23:00")
    assert next_change([], WARSAW, at("2026-10-24 21:59")) == at("2026-10-24 22:00")
    assert next_change([], WARSAW, at("2026-10-25 12:00")) - next_change(
        [], WARSAW, at("2026-10-24 12:00")
    ) == timedelta(hours=25)
