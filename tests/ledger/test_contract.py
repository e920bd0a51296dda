"""What holds for a ledger wherever it lives: in memory, in the repository itself, on a remote."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest

from sitegen.ledger import Entry, Ledger, LedgerError, Snapshot, update
from sitegen.ledger.entries import name_of
from sitegen.model import DeliveryState
from tests.ledger.memory import MemoryLedger
from tests.ledger.samples import become, claim, connection, ledger_at, local_ledger_at, post
from tests.repositories import clone

Opener = Callable[[], Ledger]


@pytest.fixture(params=["memory", "local", "git"])
def opener(request: pytest.FixtureRequest, tmp_path: Path, remote: Path, root: Path) -> Opener:
    """Opens one and the same ledger, each time as a further run would."""
    memory = MemoryLedger()
    numbers = iter(range(100))
    openers: dict[str, Opener] = {
        "memory": lambda: memory,
        "local": lambda: local_ledger_at(root),
        "git": lambda: ledger_at(clone(remote, tmp_path / f"clone-{next(numbers)}")),
    }
    return openers[request.param]


def change(*entries: Entry) -> Mapping[str, Entry]:
    """The entries as changes, each under its name."""
    return {name_of(entry): entry for entry in entries}


def test_a_ledger_begins_empty(opener: Opener) -> None:
    assert opener().read() == Snapshot()


def test_what_one_run_appends_every_other_run_reads(opener: Opener) -> None:
    ours, theirs = opener(), opener()
    after = ours.append(ours.read(), change(connection(), claim()))
    assert after == ours.read() == theirs.read() == opener().read()
    assert after is not None
    assert after.deliveries == {claim().key: claim()}
    assert after.connections == {"twitter": connection()}
    assert after.genesis == after.tip != ""


def test_later_entries_keep_the_genesis_and_what_they_do_not_touch(opener: Opener) -> None:
    ledger = opener()
    first = update(ledger, lambda _: change(connection(), claim(1), claim(2)))
    second = update(ledger, lambda _: change(post(claim(2))))
    assert second == opener().read()
    assert second.deliveries == change(claim(1), post(claim(2)))
    assert (second.genesis, second.connections) == (first.genesis, first.connections)
    assert second.tip != first.tip


def test_whoever_appends_to_an_older_snapshot_is_told_and_nothing_has_happened(opener: Opener) -> None:
    ours, theirs = opener(), opener()
    update(ours, lambda _: change(connection()))
    seen, same = ours.read(), theirs.read()
    after = ours.append(seen, change(claim(1, "ours")))
    assert theirs.append(same, change(claim(1, "theirs"))) is None
    assert opener().read() == after


def test_of_two_that_begin_a_ledger_one_wins(opener: Opener) -> None:
    ours, theirs = opener(), opener()
    nothing, nothing_either = ours.read(), theirs.read()
    first = ours.append(nothing, change(connection("twitter")))
    assert theirs.append(nothing_either, change(connection("facebook"))) is None
    assert theirs.read() == first


def test_two_equal_claims_at_the_same_second_are_not_one(opener: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"):
        monkeypatch.setenv(name, "2026-11-23T03:09:00Z")
    ours, theirs = opener(), opener()
    update(ours, lambda _: change(connection()))
    seen, same = ours.read(), theirs.read()
    wins = [ours.append(seen, change(claim())), theirs.append(same, change(claim()))]
    assert [win is not None for win in wins] == [True, False]


def test_update_decides_again_on_the_newest_snapshot_after_a_lost_race(opener: Opener) -> None:
    ours, theirs = opener(), opener()
    seen: list[Snapshot] = []
    waited: list[float] = []

    def decide(snapshot: Snapshot) -> Mapping[str, Entry] | None:
        seen.append(snapshot)
        if len(seen) == 1:
            update(theirs, lambda _: change(claim(1, "theirs")))
        return None if claim(1).key in snapshot.deliveries else change(claim(1, "ours"))

    after = update(ours, decide, waited.append)
    assert [len(snapshot.deliveries) for snapshot in seen] == [0, 1]
    assert after.deliveries[claim(1).key].owner == "theirs"
    assert len(waited) == 1


def test_update_that_has_nothing_to_change_appends_nothing(opener: Opener) -> None:
    ledger = opener()
    before = update(ledger, lambda _: change(connection()))
    assert update(ledger, lambda _: {}) == update(ledger, lambda _: None) == before


def test_an_illegal_change_is_refused_and_nothing_has_happened(opener: Opener) -> None:
    ledger = opener()
    before = update(ledger, lambda _: change(claim(), connection()))
    rewritten = msgspec.structs.replace(claim(), text="Other words.")
    for bad in (rewritten, become(claim(2), DeliveryState.POSTED), become(claim(2), DeliveryState.CLAIMED, owner="")):
        with pytest.raises(ValueError, match="may not become"):
            ledger.append(before, change(bad, claim(3)))
    with pytest.raises(ValueError, match="stands under"):
        ledger.append(before, {"elsewhere": claim(4)})
    assert ledger.read() == opener().read() == before


def test_update_gives_up_when_others_are_always_faster() -> None:
    ledger = MemoryLedger()
    numbers = iter(range(1, 1000))

    def decide(snapshot: Snapshot) -> Mapping[str, Entry]:
        update(ledger, lambda _: change(claim(next(numbers))))
        return change(claim(0))

    with pytest.raises(LedgerError, match="times in a row"):
        update(ledger, decide, lambda _: None)
    assert claim(0).key not in ledger.read().deliveries


def test_threads_that_share_one_ledger_lose_nothing(opener: Opener) -> None:
    ledger = opener()
    with ThreadPoolExecutor(max_workers=4) as pool:
        list(pool.map(lambda number: update(ledger, lambda _: change(claim(number))), range(6)))
    assert set(opener().read().deliveries) == {claim(number).key for number in range(6)}
