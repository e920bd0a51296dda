"""What a run would do on a channel, whatever an earlier run left in the ledger: claims, doubts, refusals."""

import pytest

from sitegen.ledger import Snapshot
from sitegen.mirror.plan import ATTEMPTS, find_forgotten
from sitegen.model import Delivery, DeliveryState, Incident
from tests.unit.telling import (
    BEGIN,
    CAUSE,
    END,
    HALF,
    SETTINGS,
    TWITTER,
    at,
    connected,
    decisions,
    deliveries,
    entry_of,
    make_plan,
    run,
    story,
)

FIRST, SECOND, THIRD, LAST = (f"20261123T{clock}Z" for clock in ("0300", "0320", "0340", "0400"))
SEND = "send"


def left(
    incident: Incident, clock: str, state: DeliveryState, known: Snapshot | None = None, **facts: object
) -> Snapshot:
    """The ledger after a run that got this far with the first thing it had to do."""
    known = known or connected()
    item = next(item for item in make_plan(known, incident, clock) if item.speaks)
    return known.following((entry_of(item, state, **facts),), "tip")


def test_a_claim_is_left_to_its_owner_until_its_lease_ends() -> None:
    known = left(story(BEGIN), "03:01", DeliveryState.CLAIMED, owner="a", attempt=1, lease=at("03:10"))
    assert decisions(make_plan(known, story(BEGIN), "03:09")) == [(FIRST, "wait", "another run is at it")]
    [item] = make_plan(known, story(BEGIN), "03:10")
    assert (item.decision, item.reason, item.repeats) == ("take-over", "a run stopped in the middle of it", True)
    assert item.draft is not None
    assert item.draft.text == known.deliveries[item.key].text


def test_what_was_surely_not_sent_waits_for_its_time_with_the_words_it_had() -> None:
    known = left(story(BEGIN), "03:01", DeliveryState.WAITING, lease=at("03:15"), attempt=1, reason="too many requests")
    mended = story(BEGIN.replace("failing", "broken"))
    assert decisions(make_plan(known, mended, "03:14")) == [(FIRST, "wait", "too many requests")]
    [item] = make_plan(known, mended, "03:15")
    assert item.decision == "deliver"
    assert item.draft is not None
    assert "failing" in item.draft.text


def test_what_waited_until_it_was_old_news_is_closed() -> None:
    waiting = left(story(BEGIN), "03:01", DeliveryState.WAITING, lease=at("03:15"), attempt=1)
    items = make_plan(waiting, story(BEGIN, CAUSE, HALF), "03:41")
    assert [(item.decision.value, item.recorded) for item in items] == [
        ("skip", True),
        ("skip", True),
        ("deliver", False),
    ]
    assert items[0].entry == waiting.deliveries[items[0].key]


def test_doubt_is_looked_into_until_a_person_has_to() -> None:
    unclear = left(story(BEGIN), "03:01", DeliveryState.IN_DOUBT, attempt=1, reason="the connection broke")
    assert decisions(make_plan(unclear, story(BEGIN), "03:05")) == [(FIRST, "take-over", "the connection broke")]
    tried = left(story(BEGIN), "03:01", DeliveryState.IN_DOUBT, attempt=ATTEMPTS + 1, reason="never seen")
    assert decisions(make_plan(tried, story(BEGIN), "03:05")) == [
        (FIRST, "wait", "in doubt, a person has to look: never seen")
    ]


@pytest.mark.parametrize(
    ("incident", "clock", "reason"),
    [
        (story(BEGIN), "25 03:01", "older than 24 hours at first sight"),
        (story(BEGIN + ", retracted: A drill"), "03:10", "retracted before it was said here"),
        (story(BEGIN + ", social: false"), "03:10", "kept off this channel by the entry"),
    ],
    ids=["old", "retracted", "silent"],
)
def test_what_came_too_late_is_looked_for_and_not_said_again(incident: Incident, clock: str, reason: str) -> None:
    known = left(story(BEGIN), "03:01", DeliveryState.CLAIMED, owner="a", attempt=1, lease=at("03:10"))
    [item] = make_plan(known, incident, clock)
    assert (item.decision, item.reason, item.repeats, item.cost) == ("take-over", reason, False, 0.0)


def test_the_end_is_planned_beside_a_word_in_doubt() -> None:
    known = left(story(BEGIN), "03:01", DeliveryState.IN_DOUBT, attempt=ATTEMPTS + 1, reason="never seen")
    assert [decision for _, decision, _ in decisions(make_plan(known, story(BEGIN, END), "27 04:01"))] == [
        "wait",
        "deliver",
    ]


def test_who_was_refused_the_first_word_hears_the_next_as_a_first_notice() -> None:
    known = left(story(BEGIN), "03:01", DeliveryState.REJECTED, reason="text is too long")
    items = make_plan(known, story(BEGIN, CAUSE), "03:21")
    assert decisions(items) == [(FIRST, "done", "text is too long"), (SECOND, "deliver", "")]
    assert items[1].announcement.stage == "first"


def test_a_file_that_was_renamed_is_the_same_incident() -> None:
    known = run(connected(), story(BEGIN), "03:01")
    renamed = story(BEGIN, CAUSE, more="aliases: [2026-11-23-orders]", name="2026-11-23-card-payments")
    assert deliveries(make_plan(known, renamed, "03:21")) == [(SECOND, SEND)]


def test_doubts_about_what_is_gone_from_the_files_are_not_forgotten() -> None:
    known = left(story(BEGIN), "03:01", DeliveryState.IN_DOUBT, attempt=1, reason="the connection broke")
    [entry] = known.deliveries.values()

    def forgotten(incident: Incident, known: Snapshot, clock: str = "03:30") -> tuple[Delivery, ...]:
        return find_forgotten(make_plan(known, incident, clock), known, TWITTER, SETTINGS, at(clock))

    other = story(BEGIN, name="2026-11-23-other")
    assert forgotten(story(BEGIN), known) == ()
    assert forgotten(other, known) == (entry,)
    claimed = left(story(BEGIN), "03:01", DeliveryState.CLAIMED, owner="a", attempt=1, lease=at("03:10"))
    assert forgotten(other, claimed, "03:09") == ()
    assert len(forgotten(other, claimed, "03:10")) == 1
    assert forgotten(other, run(connected(), story(BEGIN), "03:01")) == ()
