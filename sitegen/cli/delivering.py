"""Everything that is due is said on every connected channel, and told to whoever started it."""

import secrets
from datetime import datetime, timedelta

import click
import msgspec

from sitegen.cli.ledgers import REMOTE, Place, merge_stand_in, open_ledger
from sitegen.cli.mirroring import Clients, find_announcements, find_links, open_clients, plan_channels
from sitegen.cli.posts import tell_outcome, tell_report
from sitegen.cli.progress import show_progress
from sitegen.ledger import Conflict, LocalLedger, Snapshot
from sitegen.live import holds, wait_until_live
from sitegen.mirror.delivery import Clock, Round
from sitegen.mirror.run import MOST_POSTS, Report, run
from sitegen.model import DeliveryState
from sitegen.project import Project

RETRY = timedelta(minutes=5)
"""So long after a run that left something undone, without knowing until when, the next one is worth trying."""


class Delivered(msgspec.Struct, frozen=True):
    """What a run left behind: a report for each channel, and what no merge of ledgers could settle."""

    reports: tuple[Report, ...]
    conflicts: tuple[Conflict, ...] = ()

    @property
    def needs_a_person(self) -> bool:
        """Whether something is left that no later run will mend by itself."""
        return bool(self.conflicts) or any(report.needs_a_person for report in self.reports)

    def find_retry(self, now: datetime) -> datetime | None:
        """When the next run can do what this one could not (UTC); None where nothing waits."""
        moments = [moment for report in self.reports for moment in _find_retries(report, now)]
        return min(moments, default=None)


def deliver(project: Project, clock: Clock, place: Place, *, wait: bool) -> Delivered:
    """Say what is due, and tell of each post as it happens and of what is left.

    `wait`: until the pages that posts link to show the updates; after five minutes it is posted with a warning.
    Raises LedgerError, and Failure where the project is in no repository; then nothing was sent.
    """
    ledger = open_ledger(project, place)
    conflicts = merge_stand_in(project, ledger)
    if isinstance(ledger, LocalLedger):
        click.echo(f"Recorded here, on what was fetched last from {REMOTE}: newer posts are not known.", err=True)
    snapshot = ledger.read()
    clients, unopened = open_clients(project, snapshot, clock)
    if wait:
        _wait(project, snapshot, clients, clock)
    announcements = find_announcements(project, clock.now())
    around = Round(
        ledger=ledger,
        settings=project.settings,
        clock=clock,
        owner=secrets.token_hex(8),
        read_picture=project.read_picture,
    )
    reports = run(clients, announcements, around, tell=tell_outcome)
    for report in (*unopened, *reports):
        tell_report(report)
    return Delivered((*unopened, *reports), conflicts)


def _wait(project: Project, snapshot: Snapshot, clients: Clients, clock: Clock) -> None:
    """Wait until every page that posts will link to shows its update, all of them within the same five minutes."""
    plans = plan_channels(project, snapshot, clock)
    links = find_links(item for name in clients for item in plans[name])
    with show_progress("Waiting until the page is live …" if links else ""):
        missing = wait_until_live({link: holds(link) for link in links}, clock.now, clock.sleep)
    for link in missing:
        click.echo(f"{link} is not live yet; posting all the same.", err=True)


def _find_retries(report: Report, now: datetime) -> list[datetime]:
    soon = now + RETRY
    entries = [outcome.entry for outcome in report.outcomes]
    unsure = [entry for entry in entries if entry is None or entry.state is DeliveryState.IN_DOUBT]
    leases = [entry.lease for entry in entries if entry and entry.state is DeliveryState.WAITING]
    leases += [item.entry.lease for item in report.waiting if item.entry]
    known = [lease if lease > now else soon for lease in leases if lease is not None]
    return known + ([soon] if report.stopped or unsure or len(entries) >= MOST_POSTS else [])
