"""What is announced of an incident, when, and under which keys."""

import random
from datetime import UTC, datetime
from pathlib import PurePosixPath

import hypothesis.strategies as st
import msgspec
import pytest
from hypothesis import given, settings

from sitegen.announce import Stage, announce, delivery_key
from sitegen.model import Incident, Saying
from sitegen.problems import Location
from tests.unit.entries import make_incident
from tests.unit.strategies import incidents, moments
from tests.unit.telling import BEGIN, CAUSE, END, HALF, SETTINGS, TWITTER, at, story, with_account

MAINTENANCE = """\
title: Database upgrade
type: maintenance
window: {start: 2026-11-24 22:00, end: 2026-11-24 23:30}
"""
ANNOUNCED = "  - {at: 2026-11-20 10:00, message: We upgrade the database.}\n"


def maintenance(*updates: str, head: str = MAINTENANCE) -> Incident:
    lines = "".join(f"  - {{{update}}}\n" for update in updates)
    return make_incident(f"{head}updates:\n{ANNOUNCED}{lines}", "2026-11-20-database", SETTINGS)


def told(incident: Incident, clock: str) -> list[tuple[str, str]]:
    return [(one.part, one.stage.value) for one in announce((incident,), at(clock))]


def reminders(incident: Incident, clock: str) -> list[str]:
    """The reminders that are due and not too late at that time."""
    moment = at(clock)
    due = (one for one in announce((incident,), moment) if one.stage is Stage.REMINDER)
    return [one.part for one in due if one.until and moment < one.until]


def keys(incident: Incident) -> dict[tuple[str, str], str]:
    """The keys of everything that will ever be said of it."""
    due = announce((incident,), datetime(2040, 1, 1, tzinfo=UTC))
    return {(one.part, one.saying): delivery_key(TWITTER, "en", one.incident.id, one.part, one.saying) for one in due}


def test_a_story_is_told_from_its_first_word_over_changes_to_the_end() -> None:
    incident = story(BEGIN, CAUSE, HALF, END)
    assert told(incident, "12:00") == [
        ("20261123T0300Z", "first"),
        ("20261123T0320Z", "change"),
        ("20261123T0340Z", "change"),
        ("20261123T0400Z", "end"),
    ]


def test_an_update_is_due_from_its_own_moment_on() -> None:
    incident = story(BEGIN, CAUSE)
    assert told(incident, "03:19") == told(incident, "03:00") == [("20261123T0300Z", "first")]
    assert len(told(incident, "03:20")) == 2


def test_a_note_after_the_end_is_no_second_end_and_a_reopened_story_ends_again() -> None:
    again = ("at: 04:30, status: investigating, message: Again.", "at: 05:00, status: resolved, message: Over.")
    stages = [stage for _, stage in told(story(BEGIN, END, "at: 04:10, message: A note.", *again), "12:00")]
    assert stages == ["first", "end", "change", "change", "end"]


def test_an_end_that_was_taken_back_is_not_the_end() -> None:
    taken_back = END.replace("at: 04:00", "at: 03:50, retracted: Too early")
    stages = [(one.stage, one.saying) for one in announce((story(BEGIN, taken_back, END),), at("12:00"))]
    assert stages[1:] == [
        (Stage.END, Saying.POST),
        (Stage.END, Saying.RETRACTION),
        (Stage.END, Saying.POST),
    ]


def test_a_story_that_begins_with_its_end_is_told_as_the_end() -> None:
    assert told(story("at: 2026-11-23 03:00, status: resolved, message: Over."), "12:00") == [("20261123T0300Z", "end")]


def test_drafts_and_incidents_without_a_readable_update_are_not_announced() -> None:
    assert announce((story(BEGIN, more="draft: true"),), at("12:00")) == ()
    assert announce((msgspec.structs.replace(story(BEGIN), updates=()),), at("12:00")) == ()


def test_a_postmortem_is_announced_when_it_is_published_and_not_as_a_draft() -> None:
    incident = story(BEGIN, END)
    assert len(told(with_account(incident, published=None), "30 00:00")) == 2
    assert len(told(with_account(incident, published="26 10:00"), "26 09:59")) == 2
    assert told(with_account(incident, published="26 10:00"), "26 10:00")[-1] == ("postmortem", "postmortem")


def test_a_retraction_follows_its_update_and_a_correction_has_the_time_of_its_editing() -> None:
    mended = CAUSE + ", edited: {at: 2026-11-23 03:30, note: A typo}"
    incident = story(BEGIN + ", retracted: Wrong service", mended, HALF)
    assert [(one.part, one.saying.value) for one in announce((incident,), at("03:29"))] == [
        ("20261123T0300Z", "post"),
        ("20261123T0300Z", "retraction"),
        ("20261123T0320Z", "post"),
    ]
    assert [(one.part, one.saying.value) for one in announce((incident,), at("04:00"))][3:] == [
        ("20261123T0320Z@20261123T033000Z", "correction"),
        ("20261123T0340Z", "post"),
    ]


def test_each_reminder_of_a_maintenance_has_its_hour_and_then_it_is_too_late_for_it() -> None:
    incident = maintenance()
    assert reminders(incident, "23 21:59") == []
    assert reminders(incident, "23 22:00") == ["reminder-24h"]
    assert reminders(incident, "24 20:59") == ["reminder-24h"]
    assert reminders(incident, "24 21:00") == ["reminder-1h"]
    assert reminders(incident, "24 22:00") == ["reminder-start"]
    assert reminders(incident, "24 23:00") == []
    assert reminders(incident, "24 23:30") == ["reminder-end"]
    assert reminders(incident, "25 23:30") == []


def test_a_start_is_not_told_any_more_when_a_short_maintenance_should_be_over() -> None:
    incident = maintenance(head=MAINTENANCE.replace("23:30", "22:20"))
    assert reminders(incident, "24 22:19") == ["reminder-start"]
    assert reminders(incident, "24 22:20") == ["reminder-end"]


def test_a_maintenance_announced_late_is_not_reminded_of_what_its_announcement_said() -> None:
    late = make_incident(f"{MAINTENANCE}updates:\n{ANNOUNCED.replace('20 10:00', '24 12:00')}", settings=SETTINGS)
    assert reminders(late, "24 12:00") == []
    assert reminders(late, "24 21:00") == ["reminder-1h"]


def test_a_person_who_says_it_makes_a_reminder_needless() -> None:
    begun = maintenance("at: 2026-11-24 21:50, status: in_progress, message: We begin.")
    assert reminders(begun, "24 22:00") == []
    longer = maintenance("at: 2026-11-24 23:30, status: in_progress, message: It takes until midnight.")
    assert reminders(longer, "24 23:30") == []
    checking = maintenance("at: 2026-11-24 23:20, status: verifying, message: We look whether all is well.")
    assert reminders(checking, "24 23:30") == ["reminder-end"]


@pytest.mark.parametrize("status", ["completed", "cancelled"])
def test_nobody_is_reminded_of_a_maintenance_that_is_over(status: str) -> None:
    before = maintenance(f"at: 2026-11-24 20:30, status: {status}, message: Done.")
    assert [reminders(before, clock) for clock in ("24 20:31", "24 21:00", "24 22:00", "24 23:30")] == [[], [], [], []]
    during = maintenance(f"at: 2026-11-24 23:00, status: {status}, message: Done.")
    assert reminders(during, "24 23:30") == []


def test_a_draft_of_a_maintenance_reminds_nobody() -> None:
    assert told(maintenance(head=MAINTENANCE + "draft: true\n"), "24 22:00") == []


def test_words_path_and_corrected_times_change_no_key() -> None:
    before = keys(story(BEGIN, CAUSE, END))
    mended = story(BEGIN.replace("failing", "broken"), CAUSE.replace("03:20", "03:10, id: 20261123T0320Z"), END)
    moved = Location(PurePosixPath("incidents/2026/2026-11-23-orders.yaml"))
    assert keys(msgspec.structs.replace(mended, where=moved)) == before


@settings(max_examples=25)
@given(incidents(), moments(), st.randoms(use_true_random=False))
def test_an_update_inserted_anywhere_changes_no_other_key(
    incident: Incident, moment: datetime, chance: random.Random
) -> None:
    incident = msgspec.structs.replace(incident, draft=False)
    before = keys(incident)
    new = msgspec.structs.replace(chance.choice(incident.updates), id="inserted1", at=moment)
    grown = (*incident.updates, new)
    after = keys(msgspec.structs.replace(incident, updates=tuple(sorted(grown, key=lambda update: update.at))))
    assert before.items() <= after.items()
    assert all(part.startswith("inserted1") for part, _ in after.keys() - before.keys())


@settings(max_examples=25)
@given(incidents(), moments())
def test_no_two_things_to_say_share_a_key_and_all_are_due(incident: Incident, moment: datetime) -> None:
    due = announce((incident,), moment)
    names = [delivery_key(TWITTER, "en", one.incident.id, one.part, one.saying) for one in due]
    assert len(set(names)) == len(names)
    assert all(one.at <= moment for one in due)
    assert list(due) == sorted(due, key=lambda one: (one.at, one.number))


def test_a_key_belongs_to_one_account_in_one_language() -> None:
    other = msgspec.structs.replace(TWITTER, account="another")
    renamed = msgspec.structs.replace(TWITTER, name="x")
    names = [
        delivery_key(channel, code, "2026-11-23-x", "20261123T0300Z", saying)
        for channel, code in ((TWITTER, "en"), (TWITTER, "pl"), (other, "en"))
        for saying in Saying
    ]
    assert len(set(names)) == len(names)
    assert delivery_key(renamed, "en", "2026-11-23-x", "20261123T0300Z", Saying.POST) == names[0]
