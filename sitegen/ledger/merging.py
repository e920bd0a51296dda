"""Brings what was recorded while the remote was down into the ledger there, and tells what does not fit together."""

from collections.abc import Iterator

import msgspec

from sitegen.ledger.entries import Entry, Snapshot, name_of
from sitegen.ledger.rules import WORDING, is_legal
from sitegen.ledger.stored import GitLedger, LocalLedger
from sitegen.ledger.swapping import update
from sitegen.model import Connection, Delivery, DeliveryState

_MERGER = "merge"
_WEIGHT = {
    DeliveryState.WAITING: 1,
    DeliveryState.REJECTED: 2,
    DeliveryState.SKIPPED: 2,
    DeliveryState.CLAIMED: 3,
    DeliveryState.IN_DOUBT: 3,
    DeliveryState.POSTED: 4,
}
_PERHAPS_SAID = 3


class Conflict(msgspec.Struct, frozen=True):
    """An entry that both ledgers changed in ways that do not fit: a person has to look at the channel."""

    ours: Entry
    theirs: Entry
    what: str


class Merged(msgspec.Struct, frozen=True):
    """What to append to their ledger next, by the entries' names, and every conflict."""

    changes: dict[str, Entry]
    conflicts: tuple[Conflict, ...]


def merge(base: Snapshot, ours: Snapshot, theirs: Snapshot) -> Merged:
    """The next legal step towards a ledger that knows all that `ours` and `theirs` came to know since `base`.

    What we left as it was stays theirs. Else the heavier state stands: posted, then what was perhaps said (claimed,
    in doubt), then rejected and skipped, then waiting; of connections the later. Perhaps said outweighs surely not
    said, final or not, so that a doubt is never covered up. Their frozen wording stays. An entry that they lack
    begins with a claim whose lease has passed; the next merge finishes it, and after a crash whoever takes it over.

    A conflict is where both may have said it, or where theirs may not become what it should.
    """
    changes: dict[str, Entry] = {}
    conflicts = []
    for entry in _changed(base, ours):
        step, what = _merge_one(base.find(entry), entry, theirs.find(entry))
        if step is not None:
            changes[name_of(entry)] = step
        if what:
            conflicts.append(Conflict(entry, theirs.find(entry) or entry, what))
    return Merged(changes, tuple(conflicts))


def join(local: LocalLedger, remote: GitLedger) -> tuple[Conflict, ...]:
    """Merge the repository's own ledger into the remote's and delete it; the conflicts, which are left to a person.

    Deleted, because an old copy must never stand in for the remote's again. Interrupted, it is simply done again.
    Raises LedgerError.
    """
    ours, theirs = local.read(), remote.read()
    base = local.fork(theirs)
    conflicts = {name_of(one.ours): one for one in merge(base, ours, theirs).conflicts}
    while merge(base, ours, theirs).changes:
        theirs = update(remote, lambda newest: merge(base, ours, newest).changes)
    local.drop(ours)
    return tuple(conflicts.values())


def _changed(base: Snapshot, ours: Snapshot) -> Iterator[Entry]:
    entries: tuple[Entry, ...] = (*ours.connections.values(), *ours.deliveries.values())
    for entry in entries:
        if entry != base.find(entry):
            yield entry


def _merge_one(base: Entry | None, ours: Entry, theirs: Entry | None) -> tuple[Entry | None, str]:
    """The step and what conflicts, if anything does."""
    match ours, theirs:
        case Delivery(), (Delivery() | None):
            return _merge_delivery(base, ours, theirs)
        case Connection(), Connection() if theirs != base and theirs.since >= ours.since:
            return None, ""
        case _:
            return ours, ""


def _merge_delivery(base: Entry | None, ours: Delivery, theirs: Delivery | None) -> tuple[Delivery | None, str]:
    if theirs is None:
        return next(step for step in (ours, _claim(ours)) if is_legal(None, step)), ""
    wanted = _fit(ours, theirs)
    if theirs == wanted:
        return None, ""
    weight, other = _WEIGHT[ours.state], _WEIGHT[theirs.state]
    apart = theirs not in (base, _claim(wanted)) and not _is_same_post(ours, theirs)
    twice = (
        "both ledgers say that it was posted, or perhaps was" if apart and min(weight, other) >= _PERHAPS_SAID else ""
    )
    if theirs != base and theirs != _claim(wanted) and weight <= other:
        return None, twice
    step = next((step for step in (wanted, _claim(wanted)) if is_legal(theirs, step)), None)
    return step, twice or ("" if step else f"{ours.state} here can't follow {theirs.state} there")


def _fit(ours: Delivery, theirs: Delivery) -> Delivery:
    """Our entry in their frozen words, its attempts no fewer than theirs."""
    words = {name: getattr(theirs, name) for name in WORDING} if theirs.attempt else {}
    return msgspec.structs.replace(ours, attempt=max(ours.attempt, theirs.attempt), **words)


def _claim(entry: Delivery) -> Delivery:
    """The claim that an entry must have begun with."""
    return msgspec.structs.replace(
        entry,
        state=DeliveryState.CLAIMED,
        owner=_MERGER,
        lease=entry.since,
        attempt=max(1, entry.attempt),
        remote_id="",
        url="",
        reason="",
        recorded=None,
    )


def _is_same_post(ours: Delivery, theirs: Delivery) -> bool:
    return ours.state is theirs.state is DeliveryState.POSTED and ours.remote_id == theirs.remote_id
