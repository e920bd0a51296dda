"""Reads the ledger's history back: who recorded what and when, and whether anybody has tampered with it."""

from collections.abc import Iterator
from datetime import datetime

import msgspec

from sitegen.git import branch
from sitegen.git.chain import Step
from sitegen.ledger.entries import Entry, LedgerError, Snapshot, decode
from sitegen.ledger.rules import check
from sitegen.ledger.stored import GitLedger


class Record(msgspec.Struct, frozen=True):
    """One commit of the ledger: by whom and `at` which moment (UTC), and the entries as it left them."""

    commit: str
    at: datetime
    by: str
    entries: tuple[Entry, ...]


def log(ledger: GitLedger) -> tuple[Record, ...]:
    """Everything that was ever recorded, oldest first; LedgerError as `read`, and for what can't be read."""
    ledger.read()
    return tuple(Record(step.commit, step.at, step.by, _entries(step)) for step in ledger.walk())


def verify(ledger: GitLedger) -> tuple[str, ...]:
    """What is wrong with the ledger's history, a sentence each: nothing where it is as this program wrote it.

    From the genesis on each commit must follow the one before and no other, hold what its own message says, and add
    or change entries as `rules.check` allows; so whatever was changed, deleted or put in another order is found.
    Beyond it lies who rewrites the branch with this program's own seals, which needs the right to force a push there,
    and the newest commits taken away between two runs. Raises LedgerError as `read` does.
    """
    ledger.read()
    return tuple(_faults(ledger.walk()))


def _faults(steps: tuple[Step, ...]) -> Iterator[str]:
    snapshot = Snapshot()
    previous: tuple[str, ...] = ()
    for step in steps:
        told = f"The ledger's commit {step.commit[:12]} ({step.at:%Y-%m-%d %H:%M} UTC, {step.by})"
        if step.parents != previous:
            yield f"{told} does not follow the one before it."
        if not branch.is_sealed(step):
            yield f"{told} was not made by sitegen, or not like this."
        previous = (step.commit,)
        try:
            entries = _entries(step)
        except LedgerError as error:
            yield f"{told}: {error}"
            continue
        yield from (f"{told}: {what}." for what in _illegal(snapshot, entries))
        snapshot = snapshot.following(entries, step.commit)


def _illegal(snapshot: Snapshot, entries: tuple[Entry, ...]) -> Iterator[str]:
    for entry in entries:
        try:
            check(snapshot.find(entry), entry)
        except ValueError as error:
            yield str(error)


def _entries(step: Step) -> tuple[Entry, ...]:
    entries = []
    for path, content in step.changes.items():
        if content is None:
            raise LedgerError(f"{path} was deleted.")
        entries.append(decode(path, content))
    return tuple(entries)
