"""A ledger in memory, with the same contract as the one on a git branch: one object is what all its users share."""

import threading
from collections.abc import Mapping

from sitegen.ledger import Entry, Snapshot
from sitegen.ledger.rules import check_all


class MemoryLedger:
    """Nothing else but the newest snapshot; `history` is every one that ever was, oldest first."""

    def __init__(self) -> None:
        self.history = [Snapshot()]
        self._turn = threading.Lock()

    def read(self) -> Snapshot:
        """The newest snapshot."""
        return self.history[-1]

    def append(self, snapshot: Snapshot, changes: Mapping[str, Entry]) -> Snapshot | None:
        """Put the changes after the snapshot; None where it is not the newest."""
        check_all(snapshot, changes)
        with self._turn:
            if snapshot.tip != self.history[-1].tip:
                return None
            self.history.append(snapshot.following(changes.values(), f"commit-{len(self.history)}"))
            return self.history[-1]
