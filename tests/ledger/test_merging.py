"""What a laptop recorded while the git host was down comes into the ledger there, and doubts are never covered up."""

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen.ledger import LedgerError, Snapshot, join, merge, update, verify
from sitegen.ledger.rules import check
from sitegen.model import Delivery, DeliveryState
from tests.ledger.memory import MemoryLedger
from tests.ledger.samples import (
    BRANCH,
    NIGHT,
    become,
    begin,
    claim,
    connection,
    ledger_at,
    local_ledger_at,
    post,
    record,
)
from tests.repositories import clone, git

KEY = claim().key
DOUBT = become(claim(), DeliveryState.IN_DOUBT, owner="", lease=None, reason="the answer was lost")
WAITING = become(claim(), DeliveryState.WAITING, owner="", reason="too many requests")
REJECTED = become(claim(), DeliveryState.REJECTED, owner="", lease=None, reason="too long")
SKIPPED = become(claim(), DeliveryState.SKIPPED, owner="", lease=None, attempt=0, text="", reason="stale")
THEIR_CLAIM = claim(owner="ci")
STATES: dict[str, Delivery | None] = {
    "nothing": None,
    "claimed": claim(owner="laptop"),
    "waiting": WAITING,
    "in doubt": DOUBT,
    "posted": post(claim(), "ours"),
    "rejected": REJECTED,
    "skipped": SKIPPED,
}
THEIRS = STATES | {"claimed": THEIR_CLAIM, "posted": post(claim(), "theirs")}


def holding(*entries: Delivery | None) -> Snapshot:
    """A snapshot of these entries."""
    return Snapshot().following([entry for entry in entries if entry], "tip")


def merged(base: Delivery | None, ours: Delivery | None, theirs: Delivery | None) -> tuple[Delivery | None, list[str]]:
    """What becomes of their entry in the end, each step checked, and what is told to a person at first."""
    snapshot = holding(theirs)
    conflicts = [one.what for one in merge(holding(base), holding(ours), snapshot).conflicts]
    for _ in range(3):
        for entry in merge(holding(base), holding(ours), snapshot).changes.values():
            check(snapshot.find(entry), entry)
            snapshot = snapshot.following([entry], "tip")
    assert merge(holding(base), holding(ours), snapshot).changes == {}
    return snapshot.deliveries.get(KEY), conflicts


@pytest.mark.parametrize("state", STATES)
def test_what_only_we_know_is_brought_by_legal_steps(state: str) -> None:
    ours = STATES[state]
    after, conflicts = merged(None, ours, None)
    assert conflicts == []
    assert (after and (after.state, after.remote_id, after.text)) == (ours and (ours.state, ours.remote_id, ours.text))


@pytest.mark.parametrize("state", THEIRS)
def test_what_we_left_as_it_was_stays_theirs(state: str) -> None:
    assert merged(WAITING, WAITING, THEIRS[state]) == (THEIRS[state], [])


@pytest.mark.parametrize(
    ("ours", "theirs", "stands", "twice"),
    [
        ("posted", "nothing", "ours", False),
        ("posted", "waiting", "ours", False),
        ("posted", "rejected", "ours", False),
        ("posted", "skipped", "ours", False),
        ("posted", "claimed", "ours", True),
        ("posted", "in doubt", "ours", True),
        ("posted", "posted", "theirs", True),
        ("in doubt", "posted", "theirs", True),
        ("claimed", "claimed", "theirs", True),
        ("in doubt", "waiting", "ours", False),
        ("rejected", "waiting", "ours", False),
        ("skipped", "waiting", "ours", False),
        ("rejected", "claimed", "theirs", False),
        ("skipped", "in doubt", "theirs", False),
        ("rejected", "skipped", "theirs", False),
        ("waiting", "rejected", "theirs", False),
        ("rejected", "posted", "theirs", False),
    ],
)
def test_of_two_the_heavier_state_stands(ours: str, theirs: str, stands: str, twice: bool) -> None:
    mine, other = STATES[ours], THEIRS[theirs]
    after, conflicts = merged(None, mine, other)
    expected = mine if stands == "ours" else other
    assert after is not None
    assert expected is not None
    assert (after.state, after.remote_id) == (expected.state, expected.remote_id)
    assert conflicts == (["both ledgers say that it was posted, or perhaps was"] if twice else [])


@pytest.mark.parametrize("state", ["rejected", "skipped"])
def test_a_doubt_that_their_final_word_leaves_no_room_for_is_told(state: str) -> None:
    after, conflicts = merged(None, DOUBT, STATES[state])
    assert after == STATES[state]
    assert conflicts == [f"in-doubt here can't follow {state} there"]


def test_a_story_that_we_continued_is_no_conflict() -> None:
    taken_over = claim(owner="laptop", attempt=2)
    assert merged(THEIR_CLAIM, post(taken_over), THEIR_CLAIM) == (post(taken_over), [])


def test_words_frozen_there_stay_and_ours_are_adopted_into_them() -> None:
    ours = post(claim(text="Ours."))
    after, _ = merged(None, ours, become(WAITING, DeliveryState.WAITING, text="Theirs.", attempt=3))
    assert after is not None
    assert (after.state, after.text, after.remote_id, after.attempt) == ("posted", "Theirs.", ours.remote_id, 3)


def test_the_same_post_known_to_both_is_no_conflict() -> None:
    assert merged(None, post(claim()), post(claim(), "1001")) == (post(claim()), [])


def test_of_two_connections_the_later_stands() -> None:
    early, late = connection(), connection(since=NIGHT + timedelta(days=1))
    empty = Snapshot()
    for ours, theirs, changes in ((late, early, {"twitter": late}), (early, late, {})):
        merge_of = merge(empty, empty.following([ours], "a"), empty.following([theirs], "b"))
        assert (merge_of.changes, merge_of.conflicts) == (changes, ())


def test_a_connection_that_only_we_made_again_is_brought_whatever_its_time() -> None:
    base, ours = Snapshot().following([connection()], "a"), connection(since=NIGHT - timedelta(days=1))
    assert merge(base, base.following([ours], "b"), base).changes == {"twitter": ours}


ENTRIES = [entry for states in (STATES, THEIRS) for entry in states.values()]


@given(st.sampled_from(ENTRIES), st.sampled_from(ENTRIES), st.sampled_from(ENTRIES))
def test_a_merge_ends_by_legal_steps_and_never_forgets_a_post(
    base: Delivery | None, ours: Delivery | None, theirs: Delivery | None
) -> None:
    ours = ours or base  # entries are never deleted
    after, conflicts = merged(base, ours, theirs)
    posts = {one.remote_id for one in (ours, theirs) if one and one.state is DeliveryState.POSTED and one != base}
    assert posts <= {after.remote_id if after else ""} or conflicts


def test_the_host_is_down_a_laptop_says_it_and_afterwards_all_is_in_one_ledger(
    remote: Path, root: Path, tmp_path: Path
) -> None:
    genesis = begin(ledger_at(root))
    record(ledger_at(root, genesis), claim(1))
    git(root, "fetch", "--quiet")
    remote.rename(tmp_path / "down")

    local = local_ledger_at(root, genesis)
    local.start("origin")
    record(local, claim(2))
    record(local, post(claim(2)))
    again = local_ledger_at(root, genesis)
    again.start("origin")
    record(again, claim(3))

    (tmp_path / "down").rename(remote)
    other = ledger_at(clone(remote, tmp_path / "other"), genesis)
    record(other, post(claim(1)))
    assert join(local_ledger_at(root, genesis), ledger_at(root, genesis)) == ()
    after = other.read()
    assert {one.part[-3:]: one.state for one in after.deliveries.values()} == {
        "01Z": "posted",
        "02Z": "posted",
        "03Z": "claimed",
    }
    assert verify(other) == ()
    assert git(root, "for-each-ref", f"refs/heads/{BRANCH}") == ""


def test_a_copy_that_was_never_merged_cannot_stand_in_again(remote: Path, root: Path, tmp_path: Path) -> None:
    genesis = begin(ledger_at(root))
    git(root, "fetch", "--quiet")
    local = local_ledger_at(root, genesis)
    local.start("origin")
    record(local, claim(1))
    record(ledger_at(clone(remote, tmp_path / "other"), genesis), claim(2))
    git(root, "fetch", "--quiet")
    with pytest.raises(LedgerError, match=r"can't stand in\. Merge it first"):
        local_ledger_at(root, genesis).start("origin")
    assert join(local_ledger_at(root, genesis), ledger_at(root, genesis)) == ()
    git(root, "fetch", "--quiet")
    local_ledger_at(root, genesis).start("origin")
    assert set(local_ledger_at(root, genesis).read().deliveries) == {claim(1).key, claim(2).key}


def test_without_a_fetched_ledger_none_stands_in(remote: Path, root: Path) -> None:
    genesis = begin(ledger_at(root))
    git(root, "update-ref", "-d", f"refs/remotes/origin/{BRANCH}")
    with pytest.raises(LedgerError, match="can't stand in"):
        local_ledger_at(root, genesis).start("origin")


def test_a_merge_cut_off_after_its_first_step_is_finished_by_the_next() -> None:
    ours, ledger = holding(post(claim())), MemoryLedger()
    update(ledger, lambda newest: merge(Snapshot(), ours, newest).changes)
    assert ledger.read().deliveries[KEY].state is DeliveryState.CLAIMED
    update(ledger, lambda newest: merge(Snapshot(), ours, newest).changes)
    assert ledger.read().deliveries[KEY].remote_id == "1001"
