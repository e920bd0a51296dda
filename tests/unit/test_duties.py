"""What is owed to customers at a moment, the most urgent first."""

import msgspec
import pytest

from sitegen.duties import Duty, find_duties
from sitegen.history import view
from sitegen.model import Incident, Postmortem, Text
from tests.unit.entries import UTC_SETTINGS, at, make_incident, make_settings, outage


def owed(*incidents: Incident, moment: str = "2026-11-23 12:00") -> list[tuple[str, str, bool]]:
    duties = find_duties(view(incidents, UTC_SETTINGS, at(moment)))
    return [(duty.what, f"{duty.due:%m-%d %H:%M}", duty.overdue) for duty in duties]


@pytest.mark.parametrize(("moment", "overdue"), [("10:00", False), ("11:05", False), ("11:06", True)])
def test_the_promised_update_is_owed_and_overdue_after_five_minutes(moment: str, overdue: bool) -> None:
    promise = outage("at: 10:00, next_update_by: 1h")
    assert owed(promise, moment=f"2026-11-23 {moment}") == [("the promised update", "11-23 11:00", overdue)]


@pytest.mark.parametrize(
    ("condition", "what", "due"),
    [
        ("major_outage", "an update (policy for critical impact)", "11-23 12:00"),
        ("partial_outage", "an update (policy for major impact)", "11-23 12:00"),
        ("degraded_performance", "an update (policy for minor impact)", "11-23 12:30"),
    ],
)
def test_without_a_promise_the_policy_says_when(condition: str, what: str, due: str) -> None:
    assert owed(outage("at: 11:30", components=f"{{checkout: {condition}}}")) == [(what, due, False)]


def test_an_incident_without_impact_and_a_notice_owe_nothing() -> None:
    notice = make_incident("title: Closed today\ntype: notice\nupdates: [{at: 03:09, message: All day.}]\n")
    assert owed(outage("at: 03:00", components="{}"), notice) == []


def test_a_running_maintenance_owes_its_end_and_a_coming_one_nothing() -> None:
    text = """\
title: New database
type: maintenance
window: {start: 2026-11-23 10:00, end: 2026-11-23 12:00}
updates: [{at: 2026-11-23 03:00, message: We move.}]
"""
    work = make_incident(text)
    what = "say that it is completed, or that it takes longer"
    assert owed(work, moment="2026-11-23 09:00") == []
    assert owed(work, moment="2026-11-23 12:00") == [(what, "11-23 12:00", False)]
    assert owed(work, moment="2026-11-23 12:01") == [(what, "11-23 12:00", True)]


@pytest.mark.parametrize(
    ("condition", "ended", "due"),
    [
        ("major_outage", "2026-11-20 12:00", "11-23 12:00"),  # 3 days after a critical one
        ("partial_outage", "2026-11-20 12:00", "11-27 12:00"),  # 5 working days after a Friday
        ("partial_outage", "2026-11-21 12:00", "11-27 12:00"),  # and after the Saturday
        ("partial_outage", "2026-11-18 12:00", "11-25 12:00"),
    ],
)
def test_a_post_mortem_is_owed_after_the_end(condition: str, ended: str, due: str) -> None:
    over = outage("at: 2026-11-17 03:00", f"at: {ended}, status: resolved", components=f"{{checkout: {condition}}}")
    assert owed(over) == [("a post-mortem", due, False)]
    assert owed(over, moment="2026-12-01 00:00") == [("a post-mortem", due, True)]


def test_working_days_are_those_of_the_zone_of_the_site() -> None:
    over = outage("at: 2026-11-20 03:00", "at: 2026-11-20 23:30, status: resolved", components="{api: partial_outage}")
    there = find_duties(view([over], make_settings("Europe/Warsaw"), at("2026-11-23 12:00")))
    assert [duty.due for duty in there] == [at("2026-11-26 23:30")]  # begun on the Saturday, due on the Friday there
    assert owed(over) == [("a post-mortem", "11-27 23:30", False)]


def test_a_post_mortem_is_owed_until_it_is_published() -> None:
    over = outage("at: 2026-11-20 03:00", "at: 2026-11-20 12:00, status: resolved")
    draft = Postmortem(body=Text({"en": "Why."}), where=over.where)
    ready = msgspec.structs.replace(draft, published=at("2026-11-22 09:00"))
    assert len(owed(msgspec.structs.replace(over, postmortem=draft))) == 1
    assert owed(msgspec.structs.replace(over, postmortem=ready)) == []
    assert len(owed(msgspec.structs.replace(over, postmortem=ready), moment="2026-11-21 00:00")) == 1


@pytest.mark.parametrize("condition", ["degraded_performance", "operational"])
def test_small_trouble_owes_no_post_mortem(condition: str) -> None:
    over = outage("at: 03:00", "at: 04:00, status: resolved", components=f"{{checkout: {condition}}}")
    assert owed(over) == []


def test_the_most_urgent_duty_stands_first_with_its_entry() -> None:
    later = outage("at: 10:00, next_update_by: 2h", name="2026-11-23-a")
    sooner = outage("at: 10:00, next_update_by: 1h", name="2026-11-23-b")
    duties = find_duties(view([later, sooner], UTC_SETTINGS, at("2026-11-23 10:30")))
    assert duties[0] == Duty("2026-11-23-b", "the promised update", at("2026-11-23 11:00"), False)
    assert [duty.incident for duty in duties] == ["2026-11-23-b", "2026-11-23-a"]
