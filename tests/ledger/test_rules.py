"""Final is final, what is said is frozen, attempts only grow: whatever a run, a person or a bug would like."""

from datetime import timedelta, timezone
from itertools import pairwise

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen.ledger import LedgerError, check
from sitegen.ledger.entries import decode, encode, path_of
from sitegen.ledger.rules import is_legal
from sitegen.model import Delivery, DeliveryState, Saying
from tests.ledger.samples import NIGHT, become, claim, connection

# Written out by hand from the table that the docstring of `check` shows.
LEGAL = """
nothing: claimed skipped
claimed: claimed waiting in-doubt posted rejected skipped
waiting: claimed posted rejected skipped
in-doubt: claimed waiting in-doubt posted rejected skipped
rejected: posted
skipped: posted
posted:
"""
FINAL = {"posted", "rejected", "skipped"}
STATES = tuple(DeliveryState)
WORDS = st.sampled_from(["", "One.", "Two."])

deliveries = st.builds(
    Delivery,
    key=st.just(claim().key),
    channel=st.sampled_from(["twitter", "twitter", "twitter", "facebook"]),
    account=st.just("@ExamplePay"),
    language=st.just("en"),
    incident=st.just("x"),
    part=st.sampled_from(["a", "a", "a", "b"]),
    saying=st.just(Saying.POST),
    state=st.sampled_from(STATES),
    since=st.sampled_from([NIGHT, NIGHT, NIGHT, NIGHT + timedelta(hours=1)]),
    owner=st.sampled_from(["", "a", "b"]),
    lease=st.sampled_from([None, NIGHT, NIGHT + timedelta(minutes=10)]),
    attempt=st.integers(0, 3),
    text=WORDS,
    title=WORDS,
    link=WORDS,
    remote_id=WORDS,
    reason=WORDS,
)


@pytest.mark.parametrize("line", LEGAL.strip().splitlines())
def test_the_table_of_states_is_kept(line: str) -> None:
    before, _, allowed = line.partition(":")
    entry = None if before == "nothing" else become(claim(), DeliveryState(before), reason="before")
    following = {str(state) for state in STATES if is_legal(entry, become(claim(), state, attempt=2))}
    assert following == set(allowed.split())


@given(st.lists(deliveries, min_size=1, max_size=30))
def test_on_no_path_does_a_final_state_go_back_or_a_frozen_word_change(candidates: list[Delivery]) -> None:
    path: list[Delivery] = []
    for candidate in candidates:
        if is_legal(path[-1] if path else None, candidate):
            path.append(candidate)
    for before, after in pairwise(path):
        assert (before.channel, before.part) == (after.channel, after.part)
        if before.state in FINAL:
            assert after == before or (before.state is not DeliveryState.POSTED and after.state is DeliveryState.POSTED)
        if before.attempt:
            assert (before.text, before.title, before.link, before.since) == (
                *(after.text, after.title, after.link, after.since),
            )
        if after.state is not DeliveryState.POSTED:
            assert after.attempt >= before.attempt


@given(deliveries, deliveries)
def test_a_claim_changes_hands_only_with_a_further_attempt(before: Delivery, after: Delivery) -> None:
    if before.state is after.state is DeliveryState.CLAIMED and before.owner != after.owner:
        assert not is_legal(before, after) or after.attempt > before.attempt


def test_an_equal_entry_may_always_follow() -> None:
    assert all(is_legal(become(claim(), state), become(claim(), state)) for state in STATES)


def test_a_receipt_that_comes_after_the_takeover_is_still_recorded() -> None:
    taken_over = claim(owner="run-2", attempt=2)
    assert is_legal(taken_over, become(claim(), DeliveryState.POSTED, remote_id="1"))
    assert not is_legal(taken_over, become(claim(), DeliveryState.WAITING))


def test_a_connection_may_be_made_again_to_another_account() -> None:
    assert is_legal(connection(), msgspec.structs.replace(connection(), account="@ExampleBank"))


def test_moments_of_another_zone_and_names_that_can_be_no_file_are_refused() -> None:
    local = NIGHT.astimezone(timezone(timedelta(hours=1)))
    for bad in (claim(since=local), claim(since=NIGHT.replace(tzinfo=None)), claim(key="../../x"), claim(key="")):
        with pytest.raises(ValueError, match=r"UTC|can't name"):
            check(None, bad)
    with pytest.raises(ValueError, match="can't name"):
        check(None, connection("a/b"))


@given(deliveries)
def test_an_entry_is_read_as_it_was_written(entry: Delivery) -> None:
    assert decode(str(path_of(entry)), encode(entry)) == entry


def test_a_file_says_everything_a_line_each_in_order() -> None:
    lines = encode(claim()).decode().splitlines()
    assert lines[:3] == ["{", '  "account": "@ExamplePay",', '  "attempt": 1,']
    assert '  "since": "2026-11-23T03:09:00Z",' in lines
    assert '  "text": "Most card payments are failing. Zażółć 🙂"' in lines


@given(st.data())
def test_a_byte_changed_in_a_file_is_refused_or_another_entry(data: st.DataObject) -> None:
    content = bytearray(encode(claim()))
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    try:
        entry = decode(str(path_of(claim())), bytes(content))
    except LedgerError:
        return
    assert entry != claim()
    assert msgspec.json.decode(bytes(content)) != msgspec.json.decode(encode(claim()))
