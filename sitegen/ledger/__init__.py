"""What was said, where: deliveries and connections in small files on a git branch, changed by compare-and-swap."""

from sitegen.ledger.audit import Record, log, verify
from sitegen.ledger.entries import Entry, LedgerError, Snapshot
from sitegen.ledger.merging import Conflict, Merged, join, merge
from sitegen.ledger.rules import check
from sitegen.ledger.stored import GitLedger, LocalLedger
from sitegen.ledger.swapping import Ledger, update

__all__ = [
    "Conflict",
    "Entry",
    "GitLedger",
    "Ledger",
    "LedgerError",
    "LocalLedger",
    "Merged",
    "Record",
    "Snapshot",
    "check",
    "join",
    "log",
    "merge",
    "update",
    "verify",
]
