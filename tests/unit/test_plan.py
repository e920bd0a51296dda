"""What a run would do on a channel, and why not: baseline, age, impact, backlogs, and a ledger in every state."""

import msgspec
import pytest

from sitegen.ledger import Snapshot
from sitegen.model import Impact
from tests.unit.entries import make_incident
from tests.unit.telling import (
    BEGIN,
    CAUSE,
    CHANNELS,
    EMAIL,
    END,
    HALF,
    SETTINGS,
    TWITTER,
    at,
    connected,
    decisions,
    deliveries,
    make_plan,
    make_settings,
    run,
    story,
    with_account,
)

FIRST, SECOND, THIRD, LAST = (f"20261123T{clock}Z" for clock in ("0300", "0320", "0340", "0400"))
SEND = "send"


def test_each_update_is_said_once_whenever_runs_come() -> None:
    incident, known = story(BEGIN, CAUSE, HALF, END), connected()
    for clock, part in (("03:01", FIRST), ("03:21", SECOND), ("03:41", THIRD), ("04:01", LAST)):
        assert deliveries(make_plan(known, incident, clock)) == [(part, SEND)]
        known = run(known, incident, clock)
        assert deliveries(make_plan(known, incident, clock)) == []
    assert make_plan(known, incident, "12:00") == ()


def test_a_plan_changes_nothing_and_is_the_same_every_time() -> None:
    incident, known = story(BEGIN, CAUSE), connected()
    before = msgspec.json.encode(known)
    assert make_plan(known, incident, "03:30") == make_plan(known, incident, "03:30")
    assert msgspec.json.encode(known) == before


def test_the_plan_has_the_exact_words_their_key_and_their_price() -> None:
    first, change = make_plan(connected(), story(BEGIN, CAUSE), "03:30")
    assert first.draft is not None
    assert first.draft.text.startswith(
        "Orders fail at checkout. Card payments are failing.\nUpdate 1 · 03:00 UTC https"
    )
    assert (first.cost, change.cost) == (0.20, 0.015)
    assert first.key != change.key
    assert (first.targets, first.below) == ((), None)


def test_what_holds_a_secret_is_withheld_from_the_words_and_posts_nothing_twice() -> None:
    secret = "AKIA" + "IOSFODNN7EXAMPLF"
    incident = story(BEGIN, f"at: 03:20, status: identified, message: The key is {secret}.")
    item = make_plan(known := run(connected(), story(BEGIN), "03:01"), incident, "03:21")[-1]
    assert item.draft is not None
    assert "Details are on the status page." in item.draft.text
    assert secret not in repr(item)
    assert deliveries(make_plan(run(known, incident, "03:21"), incident, "03:30")) == []


def test_a_channel_that_nobody_connected_says_nothing() -> None:
    assert make_plan(Snapshot(), story(BEGIN), "03:01") == ()


@pytest.mark.parametrize("change", [{"account": "another"}, {"language": "pl"}, {"kind": "mastodon"}])
def test_a_channel_that_became_another_account_or_language_says_nothing(change: dict[str, str]) -> None:
    known = connected()
    connection = msgspec.structs.replace(known.connections["twitter"], **change)
    assert make_plan(Snapshot({}, {"twitter": connection}), story(BEGIN), "03:01") == ()


def test_a_renamed_channel_knows_what_it_said() -> None:
    known = run(connected(), story(BEGIN), "03:01")
    renamed = msgspec.structs.replace(TWITTER, name="x")
    connection = msgspec.structs.replace(known.connections["twitter"], channel="x", since=at("02:00"))
    renamed_known = Snapshot(known.deliveries, {"x": connection})
    assert deliveries(make_plan(renamed_known, story(BEGIN, CAUSE), "03:30", renamed)) == [(SECOND, SEND)]


def test_what_is_older_than_the_connection_is_known_and_what_follows_is_said() -> None:
    incident = story(BEGIN, CAUSE)
    items = make_plan(connected(TWITTER, "03:10"), incident, "03:30")
    assert decisions(items) == [
        (FIRST, "skip", "from before the channel was connected"),
        (SECOND, "deliver", ""),
    ]
    assert items[1].draft is not None
    assert items[1].draft.text.startswith("Orders fail at checkout. A certificate expired.")


def test_five_hundred_old_incidents_are_no_posts() -> None:
    known, fresh = connected(TWITTER, "23 02:00"), story(BEGIN)
    for number in range(500):
        old = story("at: 2024-05-01 03:00, message: Failing.", name=f"2024-05-01-old-{number}")
        assert make_plan(known, old, "03:01") == ()
    assert deliveries(make_plan(known, fresh, "03:01")) == [(FIRST, SEND)]


def test_old_news_is_not_said_to_who_heard_nothing_but_the_rest_is_to_who_did() -> None:
    incident = story(BEGIN, END)
    stale = "older than 24 hours at first sight"
    assert decisions(make_plan(connected(), incident, "24 04:01")) == [(FIRST, "skip", stale), (LAST, "skip", stale)]
    heard = run(connected(), story(BEGIN), "03:01")
    assert deliveries(make_plan(heard, incident, "27 12:00")) == [(LAST, SEND)]


def test_the_plan_tells_of_what_is_too_old_for_a_week() -> None:
    incident = story(BEGIN, END)
    assert len(make_plan(connected(), incident, "30 12:00")) == 2
    known = connected(TWITTER, "01 00:00")
    assert make_plan(known, story(BEGIN.replace("-23 ", "-15 "), name="2026-11-15-x"), "23 03:01") == ()


def test_the_age_that_is_too_old_can_be_set() -> None:
    settings = make_settings("policy: {max_age: 30m}\n")
    assert deliveries(make_plan(connected(), story(BEGIN), "03:30", settings=settings)) == [(FIRST, SEND)]
    [item] = make_plan(connected(), story(BEGIN), "03:31", settings=settings)
    assert item.reason == "older than 0.5 hours at first sight"


def test_small_incidents_stay_off_a_channel_for_big_ones() -> None:
    big = CHANNELS["twitter-big"]
    items = make_plan(connected(big), story(BEGIN, END, impact="major"), "04:01", big)
    assert {item.reason for item in items} == {"impact major is below critical"}
    assert not any(item.recorded for item in items)


def test_an_impact_that_rises_later_makes_only_later_words_heard() -> None:
    big = CHANNELS["twitter-big"]
    rising = make_incident(
        """\
title: Orders fail at checkout
components: {checkout: degraded_performance}
updates:
  - {at: 2026-11-23 03:00, message: Payments are slow.}
  - {at: 03:20, components: {checkout: major_outage}, message: Payments fail.}
  - {at: 03:40, components: {checkout: operational}, message: They work.}
""",
        settings=SETTINGS,
    )
    assert decisions(make_plan(connected(big), rising, "03:01", big)) == [
        (FIRST, "skip", "impact minor is below critical")
    ]
    items = make_plan(connected(big), rising, "03:21", big)
    assert [(item.decision.value, item.recorded) for item in items] == [("skip", True), ("deliver", False)]
    assert items[1].draft is not None
    assert items[1].draft.text.startswith("Orders fail at checkout. Payments fail.")
    known = run(connected(big), rising, "03:21", big)
    assert deliveries(make_plan(known, rising, "03:41", big)) == [(THIRD, SEND)]


def test_who_heard_hears_the_end_though_the_impact_was_corrected_since() -> None:
    big = CHANNELS["twitter-big"]
    known = run(connected(big), story(BEGIN), "03:01", big)
    smaller = msgspec.structs.replace(story(BEGIN, END), impact=Impact.MINOR)
    assert deliveries(make_plan(known, smaller, "04:01", big)) == [(LAST, SEND)]


def test_two_updates_that_nobody_heard_are_said_in_order() -> None:
    assert deliveries(make_plan(connected(), story(BEGIN, CAUSE), "03:21")) == [(FIRST, SEND), (SECOND, SEND)]


def test_a_backlog_is_rolled_up_into_its_newest_word_for_good() -> None:
    incident = story(BEGIN, CAUSE, HALF)
    items = make_plan(connected(), incident, "03:41")
    assert [(item.reason, item.recorded) for item in items[:2]] == [("a newer update stands for it", True)] * 2
    assert deliveries(items) == [(THIRD, SEND)]
    assert items[2].draft is not None
    assert items[2].draft.text.startswith("Orders fail at checkout. Most payments work.")
    known = run(connected(), incident, "03:41")
    assert deliveries(make_plan(known, incident, "03:42")) == []


def test_a_backlog_keeps_the_end_and_the_note_after_it() -> None:
    heard = run(connected(), story(BEGIN), "03:01")
    incident = story(BEGIN, CAUSE, HALF, END, "at: 04:10, message: Refunds are on their way.")
    assert deliveries(make_plan(heard, incident, "04:11")) == [(LAST, SEND), ("20261123T0410Z", SEND)]


def test_what_is_over_before_the_channel_heard_of_it_is_told_by_its_end_alone() -> None:
    items = make_plan(connected(), story(BEGIN, END), "04:01")
    assert deliveries(items) == [(LAST, SEND)]
    assert items[0].reason == "a newer update stands for it"


def test_a_story_that_goes_on_after_its_end_is_told_by_its_newest_word() -> None:
    again = "at: 04:30, status: investigating, message: It fails again."
    assert deliveries(make_plan(connected(), story(BEGIN, END, again), "04:31")) == [("20261123T0430Z", SEND)]


def test_what_was_inserted_before_the_end_that_was_said_is_not_said_after_it() -> None:
    known = run(run(connected(), story(BEGIN), "03:01"), story(BEGIN, END), "04:01")
    items = make_plan(known, story(BEGIN, CAUSE, END), "04:05")
    assert decisions(items)[1] == (SECOND, "skip", "the end was said already")
    assert items[1].recorded


def test_an_update_inserted_between_two_others_is_said_and_nothing_else() -> None:
    known = run(connected(), story(BEGIN, HALF), "03:41")
    items = make_plan(known, story(BEGIN, CAUSE, HALF), "03:42")
    assert deliveries(items) == [(SECOND, SEND)]


def test_an_update_that_its_author_keeps_off_the_channel_is_remembered_once_it_is_heard_of() -> None:
    silent = CAUSE + ", social: false"
    known = run(connected(), story(BEGIN), "03:01")
    items = make_plan(known, story(BEGIN, silent), "03:21")
    assert [(item.reason, item.recorded) for item in items[1:]] == [("kept off this channel by the entry", True)]
    after = run(known, story(BEGIN, silent), "03:21")
    assert make_plan(after, story(BEGIN, CAUSE), "03:22") == ()
    assert deliveries(make_plan(connected(EMAIL), story(BEGIN, silent), "03:21", EMAIL)) == [
        (FIRST, SEND),
        (SECOND, SEND),
    ]


def test_the_word_after_a_silent_first_one_is_the_first_notice() -> None:
    incident = story(BEGIN + ", twitter: false", CAUSE, more="workaround: Pay by bank transfer.")
    item = make_plan(connected(), incident, "03:21")[-1]
    assert item.draft is not None
    assert item.draft.text.startswith("Orders fail at checkout. A certificate expired. What you can do now:")


def test_a_postmortem_follows_days_later() -> None:
    known = run(run(connected(), story(BEGIN), "03:01"), story(BEGIN, END), "04:01")
    incident = with_account(story(BEGIN, END), "26 10:00")
    assert make_plan(known, incident, "26 09:59") == ()
    assert deliveries(make_plan(known, incident, "28 10:00")) == [("postmortem", SEND)]


def test_a_late_reminder_is_dropped_and_a_punctual_one_said() -> None:
    incident = make_incident(
        """\
title: Database upgrade
type: maintenance
window: {start: 2026-11-24 22:00, end: 2026-11-24 23:30}
updates: [{at: 2026-11-22 10:00, message: We upgrade the database.}]
""",
        "2026-11-22-database",
        SETTINGS,
    )
    known = run(connected(), incident, "22 10:01")
    assert deliveries(make_plan(known, incident, "23 22:30")) == [("reminder-24h", SEND)]
    late = make_plan(known, incident, "24 22:00")
    assert decisions(late)[1:] == [
        ("reminder-24h", "skip", "too late for a reminder"),
        ("reminder-1h", "skip", "too late for a reminder"),
        ("reminder-start", "deliver", ""),
    ]
    assert make_plan(run(known, incident, "24 22:00"), incident, "24 22:10") == ()
