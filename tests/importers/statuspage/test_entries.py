"""Incidents and maintenance of Statuspage's API to ours: what each word becomes, and what is told."""

from datetime import UTC, datetime
from typing import Any

import pytest

from sitegen.model import Condition, Impact, Kind, Status, Window
from sitegen.problems import Severity
from sitegen.timeline import fold
from tests.importers.reading import clocks, load_all, losses, messages, moment, statuses, told
from tests.importers.statuspage.saved import (
    DOWN,
    SOLD,
    component,
    convert,
    convert_one,
    incident,
    planned,
    summary,
    touch,
    update,
)

LATER = datetime(2024, 4, 1, tzinfo=UTC)


def test_an_incident_keeps_title_times_statuses_components_ids_and_address() -> None:
    found, made = convert_one(incident(SOLD, DOWN))
    assert found.title.read("en", "en") == "Ticket shop is closed"
    assert found.id == "2024-03-01-ticket-shop-is-closed"
    assert clocks(found) == ["01 06:00", "01 08:00"]
    assert statuses(found) == [Status.INVESTIGATING, Status.RESOLVED]
    assert messages(found) == ["Nobody can buy.", "Tickets are sold."]
    assert found.components == {"tickets": Condition.MAJOR_OUTAGE}
    assert [one.id for one in found.updates] == ["invest0700", "resolv0900"]
    assert found.aliases == ("incidents/c0de00000001",)
    assert (found.impact, found.started) == (None, None)
    assert {one.severity for one in made.problems} == {Severity.ADVICE}
    assert told(made, "1 entries: 1 became files, 0 count as another file has them, 0 were lost.") == ["summary.json"]


def test_components_change_with_the_updates_that_say_so() -> None:
    half = update("monitoring", "08:00", "By card only.", touch("t1ckets00001", "Tickets", "partial_outage"))
    more = update("monitoring", "08:10", "Radio too.", touch("rad100000001", "Radio", "degraded_performance"))
    found, _ = convert_one(incident(SOLD, more, half, DOWN))
    assert [one.components for one in found.updates] == [
        {},
        {"tickets": Condition.PARTIAL_OUTAGE},
        {"radio": Condition.DEGRADED_PERFORMANCE},
        {},
    ]
    assert found.components == {"tickets": Condition.MAJOR_OUTAGE}


def test_display_at_is_when_it_was_said_and_another_time_of_writing_is_told() -> None:
    late = update("resolved", "09:00", "Sold.", created_at="2024-03-07T12:00:00Z", updated_at="2024-03-07T12:00:00Z")
    found, made = convert_one(incident(late, DOWN))
    assert clocks(found) == ["01 06:00", "01 08:00"]
    assert told(made, "written at 2024-03-07 12:00 UTC and shown as of 2024-03-01 08:00 UTC")


def test_updates_stand_by_the_time_shown_and_those_of_one_minute_as_they_were_written() -> None:
    first = update("investigating", "07:00", "First.", id="first")
    second = update("identified", "07:00", "Second.", id="second")
    backdated = update("investigating", "06:50", "Earliest.", created_at="2024-03-01T20:00:00Z")
    found, _ = convert_one(incident(SOLD, backdated, second, first))
    assert messages(found) == ["Earliest.", "First.", "Second.", "Tickets are sold."]


@pytest.mark.parametrize(
    ("started", "kept"),
    [
        ("2024-03-01T06:30:00+01:00", moment("2024-03-01T05:30:00Z")),
        ("2024-03-01T07:00:59+01:00", None),
        ("2024-03-01T07:30:00+01:00", moment("2024-03-01T06:30:00Z")),
        ("2024-03-02T07:30:00+01:00", None),
    ],
)
def test_the_start_is_kept_where_it_is_another_than_the_first_word(started: str, kept: datetime | None) -> None:
    found, made = convert_one(incident(SOLD, DOWN, started_at=started))
    assert found.started == kept
    assert bool(told(made, "after its end")) is started.startswith("2024-03-02")


@pytest.mark.parametrize(
    ("impact", "kept"),
    [("critical", None), ("major", Impact.MAJOR), ("none", Impact.NONE), ("purple", None), (None, None)],
)
def test_the_pages_word_for_the_impact_stays_where_it_does_not_follow(impact: str | None, kept: Impact | None) -> None:
    found, made = convert_one(incident(SOLD, DOWN, impact=impact))
    assert found.impact is kept
    assert bool(told(made, "`purple` is no impact")) is (impact == "purple")


def test_without_any_word_on_components_the_impact_says_what_they_went_through() -> None:
    plain = [update("resolved", "09:00", "Sold."), update("investigating", "07:00", "Closed.")]
    found, made = convert_one(incident(*plain, impact="major", components=[component("t1ckets00001", "Tickets")]))
    assert found.components == {"tickets": Condition.PARTIAL_OUTAGE}
    assert found.impact is None
    assert told(made, "follows from its impact, major")


def test_a_component_that_is_only_named_stays_well() -> None:
    names = [component("t1ckets00001", "Tickets"), component("rad100000001", "Radio")]
    found, _ = convert_one(incident(SOLD, DOWN, components=names))
    assert found.components == {"tickets": Condition.MAJOR_OUTAGE, "radio": Condition.OPERATIONAL}


def test_the_sentence_that_nobody_was_affected_is_no_component() -> None:
    nobody = update("investigating", "07:00", "A noise.", {"name": "No components were affected by this update."})
    found, made = convert_one(incident(SOLD, nobody, impact="none"))
    assert list(found.components) == []
    assert losses(made) == []


def test_what_is_still_broken_at_the_end_is_told() -> None:
    left = update("resolved", "09:00", "Sold.", touch("t1ckets00001", "Tickets", "degraded_performance"))
    found, made = convert_one(incident(left, DOWN))
    assert fold(found, LATER).conditions == {"tickets": Condition.OPERATIONAL}
    assert told(made, "the page left `tickets` (degraded_performance)")


@pytest.mark.parametrize(
    ("fields", "at"),
    [({"resolved_at": "2024-03-01T08:30:00+01:00"}, "01 07:30"), ({"resolved_at": None}, "01 06:00")],
)
def test_an_end_that_no_update_tells_is_added_with_the_pages_own_word(fields: dict[str, Any], at: str) -> None:
    found, made = convert_one(incident(DOWN, status="resolved", **fields))
    assert (messages(found)[-1], clocks(found)[-1], statuses(found)[-1]) == ("Resolved.", at, Status.RESOLVED)
    assert told(made, "No update ends it, so “Resolved.” was added")


def test_what_was_open_when_it_was_saved_stays_open_and_this_is_told() -> None:
    found, made = convert_one(incident(DOWN))
    assert statuses(found) == [Status.INVESTIGATING]
    assert told(made, "“Ticket shop is closed” is not over in what was saved; it stays open.") == ["summary.json:35:4"]


def test_after_the_end_an_incident_begins_again_as_investigating() -> None:
    again = update("identified", "10:00", "Closed again.", touch("t1ckets00001", "Tickets", "partial_outage"))
    over = update("resolved", "11:00", "Now really.")
    found, made = convert_one(incident(over, again, SOLD, DOWN))
    assert statuses(found)[2:] == [Status.INVESTIGATING, Status.RESOLVED]
    assert found.updates[2].components == {"tickets": Condition.PARTIAL_OUTAGE}
    assert told(made, "After `resolved` it says `identified`")


def test_a_note_after_the_end_is_a_note() -> None:
    note = update("resolved", "10:00", "Refunds were paid.")
    found, _ = convert_one(incident(note, SOLD, DOWN))
    assert statuses(found) == [Status.INVESTIGATING, Status.RESOLVED, None]


def test_words_that_are_no_status_are_told() -> None:
    found, made = convert_one(incident(SOLD, update("pondering", "08:00", "Hm."), DOWN))
    assert statuses(found)[1] is None
    assert told(made, "`pondering` is no status")


def test_the_text_of_a_post_mortem_becomes_one() -> None:
    report = update("postmortem", "20:00", "# Why<br />A fuse.<br />Sorry.")
    made = convert({"summary.json": summary(incident(report, SOLD, DOWN))})
    (found,) = load_all(made)[1].values()
    assert statuses(found)[-1] is Status.RESOLVED
    (text,) = made.postmortems.values()
    assert text == b"---\npublished: 2024-03-01T19:00:00Z\n---\n\n# Why\nA fuse.\nSorry.\n"


@pytest.mark.parametrize(
    ("published", "head"),
    [("2024-03-04T10:00:00+01:00", "published: 2024-03-04T09:00:00Z"), (None, "# published: 2026-11-25 10:00")],
)
def test_a_post_mortem_of_the_authenticated_api_is_published_or_a_draft(published: str | None, head: str) -> None:
    fields = {"postmortem_body": "A fuse.\r\nSorry.", "postmortem_published_at": published}
    made = convert({"page-1.json": [incident(SOLD, DOWN, **fields)]})
    load_all(made)
    (text,) = made.postmortems.values()
    assert text.decode() == f"---\n{head}\n---\n\nA fuse.\nSorry.\n"
    assert bool(told(made, "it is a draft")) is (published is None)


def test_a_post_mortem_that_is_too_long_is_lost_aloud() -> None:
    made = convert({"page-1.json": [incident(SOLD, DOWN, postmortem_body="A fuse. " * 20_000)]})
    assert not made.postmortems
    assert len(losses(made)) == 1


def test_maintenance_has_its_window_and_what_its_components_went_through() -> None:
    mast = "rad100000001"
    found, made = convert_one(
        planned(
            update("completed", "13:30", "Done.", touch(mast, "Radio", "operational", "under_maintenance")),
            update("in_progress", "12:00", "We begin.", touch(mast, "Radio", "under_maintenance")),
            update("scheduled", "07:00", "We will.", touch(mast, "Radio", "operational")),
        )
    )
    assert found.kind is Kind.MAINTENANCE
    assert found.window == Window(moment("2024-03-01T11:00:00Z"), moment("2024-03-01T13:00:00Z"))
    assert statuses(found) == [Status.SCHEDULED, Status.IN_PROGRESS, Status.COMPLETED]
    (span,) = fold(found, LATER).spans
    assert (span.component, span.condition) == ("radio", Condition.UNDER_MAINTENANCE)
    assert (span.start, span.end) == (moment("2024-03-01T11:00:00Z"), moment("2024-03-01T12:30:00Z"))
    assert losses(made) == []


@pytest.mark.parametrize(
    ("before", "condition"),
    [("under_maintenance", Condition.UNDER_MAINTENANCE), ("operational", Condition.OPERATIONAL)],
)
def test_where_only_the_end_speaks_of_components_it_tells_what_they_were(before: str, condition: Condition) -> None:
    over = update("completed", "13:30", "Done.", touch("rad100000001", "Radio", "operational", before))
    found, _ = convert_one(planned(over, update("scheduled", "07:00", "We will.")))
    assert found.components == {"radio": condition}


@pytest.mark.parametrize(
    ("fields", "condition"),
    [({}, Condition.UNDER_MAINTENANCE), ({"auto_transition_to_maintenance_state": False}, Condition.OPERATIONAL)],
)
def test_planned_work_that_has_not_begun_follows_the_pages_default(
    fields: dict[str, Any], condition: Condition
) -> None:
    ahead = update("scheduled", "07:00", "We will.", touch("rad100000001", "Radio", "operational"))
    found, made = convert_one(planned(ahead, **fields))
    assert found.components == {"radio": condition}
    assert bool(told(made, "as by default")) is not bool(fields)


def test_a_completed_maintenance_keeps_an_impact_of_its_own() -> None:
    found, _ = convert_one(planned(update("completed", "13:30", "It broke."), impact="major"))
    assert found.impact is Impact.MAJOR


def test_words_of_incidents_in_a_maintenance_become_those_of_maintenance() -> None:
    over = [update("resolved", "13:30", "Done."), update("monitoring", "13:00", "We watch."), DOWN]
    found, made = convert_one(planned(*over))
    assert statuses(found) == [Status.IN_PROGRESS, Status.VERIFYING, Status.COMPLETED]
    assert len(told(made, "is no status of this type of entry (maintenance)")) == 3


def test_a_maintenance_stays_over() -> None:
    found, made = convert_one(
        planned(update("in_progress", "15:00", "Once more."), update("completed", "13:30", "Done."))
    )
    assert statuses(found) == [Status.COMPLETED, None]
    assert told(made, "it stays completed")


def test_planned_work_without_its_time_is_a_notice_that_touches_nothing() -> None:
    mast = touch("rad100000001", "Radio", "under_maintenance")
    found, made = convert_one(
        planned(
            update("completed", "13:30", "Done.", mast),
            update("scheduled", "07:00", "We will.", mast),
            scheduled_until="2024-03-01T11:00:00+01:00",
        )
    )
    assert (found.kind, found.until) == (Kind.NOTICE, moment("2024-03-01T12:30:00.0Z"))
    assert messages(found) == ["**Scheduled** - We will.", "**Completed** - Done."]
    assert found.components == {"radio": Condition.OPERATIONAL}
    assert told(made, "before it begins")


def test_older_entries_lack_fields_and_lose_nothing() -> None:
    bare = {
        "id": "old1",
        "name": "Fog at sea",
        "incident_updates": [{"body": "No ferry.", "created_at": "2013-02-01T05:00:00Z"}],
    }
    found, made = convert_one(bare)
    assert (messages(found), clocks(found)) == (["No ferry."], ["01 05:00"])
    assert losses(made) == []


def test_an_entry_without_updates_or_texts_says_what_is_known() -> None:
    found, made = convert_one(incident(status="resolved"))
    assert messages(found) == ["Ticket shop is closed", "Resolved."]
    assert told(made, "has no updates")
    found, made = convert_one(incident(update("resolved", "09:00", " "), DOWN))
    assert messages(found)[-1] == "Resolved."
    assert told(made, "This update has no text")


def test_what_has_no_time_at_all_is_lost_aloud() -> None:
    timeless = {"id": "n0t1me", "name": "Some day", "incident_updates": [{"body": "Something broke."}]}
    made = convert({"summary.json": summary(timeless)})
    assert made.incidents == {}
    assert losses(made) == [
        "Nothing says when this was said, so it was left out: “Something broke.”",
        "Nothing says when “Some day” was, so no entry was made.",
    ]
    assert told(made, "1 entries: 0 became files, 0 count as another file has them, 1 were lost.")


def test_long_titles_and_texts_arrive_whole() -> None:
    title, body = "The ticket shop at the old pier " * 6, "\n\n".join(f"Sentence number {n}." for n in range(400))
    found, _ = convert_one(incident(SOLD, update("investigating", "07:00", body), name=title))
    assert len(found.title.read("en", "en")) <= 120
    assert "\n\n".join(messages(found)[:-1]) == f"{title.strip()}\n\n{body}"
    assert len({one.id for one in found.updates}) == len(found.updates)


def test_updates_of_one_id_get_different_ones() -> None:
    found, _ = convert_one(incident(update("resolved", "09:00", "Sold.", id="same1"), DOWN | {"id": "same1"}))
    assert [one.id for one in found.updates] == ["same1", "20240301T0800Z"]


def test_what_has_no_counterpart_is_told_with_its_place() -> None:
    tweet = DOWN | {"custom_tweet": "No tickets!", "mood": "bad"}
    _, made = convert_one(incident(SOLD, tweet, owner="Kim"))
    assert told(made, "own words for X were left out, for they were said: “No tickets!”")
    assert told(made, "`mood` has no counterpart")
    assert told(made, "`owner` has no counterpart")


def test_updates_touched_later_are_counted_once_for_a_file() -> None:
    touched = DOWN | {"updated_at": "2024-03-05T07:00:00Z"}
    _, made = convert_one(incident(SOLD, touched))
    assert told(made, "1 of 2 updates were touched after they were made") == ["summary.json:60:6"]


def test_the_same_title_many_times_gives_as_many_entries() -> None:
    entries = [incident(SOLD, DOWN, id=f"c0de{number:08}") for number in range(30)]
    made = convert({"incidents.json": summary(*entries)})
    incidents = load_all(made)[1]
    assert len(incidents) == 30
    assert "2024-03-01-ticket-shop-is-closed-30" in incidents
