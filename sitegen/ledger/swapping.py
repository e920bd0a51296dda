"""What a ledger is to those who use it, and the loop of compare-and-swap around it."""

import random
import time
from collections.abc import Callable, Mapping
from typing import Protocol

from sitegen.ledger.entries import Entry, LedgerError, Snapshot

_ATTEMPTS = 40
_LONGEST_PAUSE = 3.0


class Ledger(Protocol):
    """A record of what was said that several runs change at once; both methods raise LedgerError."""

    def read(self) -> Snapshot:
        """The newest snapshot."""

    def append(self, snapshot: Snapshot, changes: Mapping[str, Entry]) -> Snapshot | None:
        """Put the changes (at least one, by the entries' names) after the snapshot; None where it is not the newest.

        Raises ValueError, and nothing has happened, for a change that is not legal (`rules.check`).
        """


def update(
    ledger: Ledger,
    decide: Callable[[Snapshot], Mapping[str, Entry] | None],
    sleep: Callable[[float], None] = time.sleep,
) -> Snapshot:
    """The ledger after what `decide` made of its newest snapshot: changes, or nothing, which leaves it as it is.

    `decide` is called again, on what is newest then, whenever somebody else was faster; so it must not do anything
    but decide. `sleep` waits that many seconds in between. Raises LedgerError also when others are always faster.
    """
    for attempt in range(_ATTEMPTS):
        snapshot = ledger.read()
        changes = decide(snapshot)
        if not changes:
            return snapshot
        if (after := ledger.append(snapshot, changes)) is not None:
            return after
        # Random, so that those who collided do not meet again.
        sleep(random.uniform(0, min(_LONGEST_PAUSE, 0.05 * 2**attempt)))
    raise LedgerError(f"Others changed the ledger {_ATTEMPTS} times in a row before we could.", "Try again.")
