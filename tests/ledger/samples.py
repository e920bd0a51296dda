"""Entries, ledgers and repositories for the tests of the ledger."""

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from sitegen import model
from sitegen.git import Repository
from sitegen.ledger import Entry, GitLedger, LocalLedger, Snapshot, update
from sitegen.ledger.entries import name_of
from sitegen.model import Connection, Delivery, DeliveryState, Saying

NIGHT = datetime(2026, 11, 23, 3, 9, tzinfo=UTC)
BRANCH = model.Ledger().branch


def claim(number: int = 1, owner: str = "run-1", **facts: Any) -> Delivery:
    """The claim of one update on X, other than that of every other number."""
    delivery = Delivery(
        key=hashlib.sha256(str(number).encode()).hexdigest()[:32],
        channel="twitter",
        account="@ExamplePay",
        language="en",
        incident="2026-11-23-card-payments",
        part=f"20261123T03{number % 60:02}Z",
        saying=Saying.POST,
        state=DeliveryState.CLAIMED,
        since=NIGHT,
        owner=owner,
        lease=NIGHT + timedelta(minutes=10),
        attempt=1,
        text="Most card payments are failing. Zażółć 🙂",
    )
    return msgspec.structs.replace(delivery, **facts)


def become(entry: Delivery, state: DeliveryState, **facts: Any) -> Delivery:
    """The entry in another state."""
    return msgspec.structs.replace(entry, state=state, **facts)


def post(entry: Delivery, remote_id: str = "1001") -> Delivery:
    """The entry once the platform has accepted it."""
    url = f"https://x.example/status/{remote_id}"
    recorded = NIGHT + timedelta(minutes=1)
    return become(entry, DeliveryState.POSTED, owner="", lease=None, remote_id=remote_id, url=url, recorded=recorded)


def connection(channel: str = "twitter", since: datetime = NIGHT) -> Connection:
    """That the channel was connected."""
    return Connection(
        channel=channel, kind="twitter", account="@ExamplePay", remote_id="77", language="en", since=since
    )


def ledger_at(root: Path, genesis: str = "", remote: str = "origin", time_limit: timedelta | None = None) -> GitLedger:
    """The ledger on the remote of the clone at the root."""
    repository = Repository(root, time_limit) if time_limit else Repository(root)
    return GitLedger(repository, model.Ledger(BRANCH, genesis), remote)


def local_ledger_at(root: Path, genesis: str = "") -> LocalLedger:
    """The ledger in the repository at the root itself."""
    return LocalLedger(Repository(root), model.Ledger(BRANCH, genesis))


def record(ledger: GitLedger, *entries: Entry) -> Snapshot:
    """The ledger after the entries were appended in one commit."""
    return update(ledger, lambda _: {name_of(entry): entry for entry in entries})


def begin(ledger: GitLedger) -> str:
    """The id of the ledger's first commit, which connects a channel."""
    return record(ledger, connection()).genesis


def install_hook(repository: Path, name: str, script: str) -> None:
    """Makes the shell script a hook of the repository, bare or not."""
    folder = repository / ".git" / "hooks" if (repository / ".git").exists() else repository / "hooks"
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    (folder / name).chmod(0o755)
