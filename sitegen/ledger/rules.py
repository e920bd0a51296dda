"""Which changes of an entry are legal: the one place that says so, for whoever writes and whoever audits."""

from collections.abc import Mapping

from sitegen.ledger.entries import Entry, Snapshot, has_utc_moments, name_of, path_of
from sitegen.model import Connection, Delivery, DeliveryState

_CLAIMED, _WAITING, _IN_DOUBT = DeliveryState.CLAIMED, DeliveryState.WAITING, DeliveryState.IN_DOUBT
_POSTED, _REJECTED, _SKIPPED = DeliveryState.POSTED, DeliveryState.REJECTED, DeliveryState.SKIPPED

FINAL = frozenset({_POSTED, _REJECTED, _SKIPPED})
_NEXT: Mapping[DeliveryState | None, frozenset[DeliveryState]] = {
    None: frozenset({_CLAIMED, _SKIPPED}),
    _CLAIMED: frozenset(DeliveryState),
    _WAITING: frozenset({_CLAIMED, *FINAL}),
    _IN_DOUBT: frozenset(DeliveryState),
    _REJECTED: frozenset({_POSTED}),
    _SKIPPED: frozenset({_POSTED}),
    _POSTED: frozenset(),
}
_IDENTITY = ("key", "channel", "account", "language", "incident", "part", "saying")
WORDING = ("text", "title", "link", "image", "alt", "since")


def check(before: Entry | None, after: Entry) -> None:
    """Raises ValueError, which is a bug in the caller, where `after` may not follow `before` (None: nothing).

        from        to
        nothing     claimed, skipped
        claimed     claimed (renewed or taken over), waiting, in-doubt, posted, rejected, skipped
        waiting     claimed, posted, rejected, skipped
        in-doubt    claimed (taken over), in-doubt (for another reason), waiting (a person's word), and every final one
        rejected    posted (it stands there after all: a person's word, or a late receipt)
        skipped     posted (the same)
        posted      –

    An equal entry may always follow. Which announcement it is never changes. What is said, and since when, is frozen
    by the first claim. A claim has an owner, a lease and an attempt; taking one over, or repeating what is in doubt,
    is a further attempt; the number never shrinks while the entry is open, which fences off a former owner (`posted`
    names the attempt that got through). A connection may be made again. All moments are in UTC.
    """
    path_of(after)
    if not has_utc_moments(after):
        _refuse(after, "a moment is not in UTC")
    if isinstance(after, Delivery) and not isinstance(before, Connection) and before != after:
        _check_delivery(before, after)


def is_legal(before: Entry | None, after: Entry) -> bool:
    """Whether `check` has nothing against it."""
    try:
        check(before, after)
    except ValueError:
        return False
    return True


def check_all(snapshot: Snapshot, changes: Mapping[str, Entry]) -> None:
    """Raises ValueError where a change stands under a wrong name or may not follow what the snapshot holds."""
    for name, entry in changes.items():
        if name != name_of(entry):
            _refuse(entry, f"it stands under `{name}`")
        check(snapshot.find(entry), entry)


def _check_delivery(before: Delivery | None, after: Delivery) -> None:
    state = before.state if before else None
    if after.state not in _NEXT[state]:
        _refuse(after, f"{after.state} can't follow {state or 'nothing'}")
    if after.state is _CLAIMED and not (after.owner and after.lease and after.attempt > 0):
        _refuse(after, "a claim needs an owner, a lease and an attempt")
    if before is not None:
        _check_frozen(before, after)
        _check_attempt(before, after)


def _check_frozen(before: Delivery, after: Delivery) -> None:
    frozen = _IDENTITY + (WORDING if before.attempt else ())
    changed = [name for name in frozen if getattr(before, name) != getattr(after, name)]
    if changed:
        _refuse(after, f"{', '.join(changed)} can't change any more")


def _check_attempt(before: Delivery, after: Delivery) -> None:
    if after.state is _POSTED:
        return
    renewed = before.state is _CLAIMED and before.owner == after.owner
    further = after.state is _CLAIMED and before.state in (_CLAIMED, _IN_DOUBT) and not renewed
    if after.attempt < before.attempt + further:
        _refuse(after, f"attempt {after.attempt} can't follow attempt {before.attempt}")


def _refuse(entry: Entry, what: str) -> None:
    raise ValueError(f"the ledger's entry `{name_of(entry)}` may not become this: {what}")
