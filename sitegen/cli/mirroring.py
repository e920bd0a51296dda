"""What everything that posts shares: the clock, when to refuse, the clients of channels, and the plan of each."""

import os
import time
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

import click
import msgspec

from sitegen.announce import Announcement, announce
from sitegen.channel import Client, Rejected
from sitegen.channels import CHANNELS
from sitegen.channels.credentials import collect
from sitegen.cli import session
from sitegen.cli.ledgers import open_ledger
from sitegen.cli.proposals import runs_on_pull_request
from sitegen.compose import channel_language
from sitegen.ledger import Snapshot
from sitegen.mirror.delivery import Clock
from sitegen.mirror.plan import Decision, Item, is_connected, plan
from sitegen.mirror.run import Report
from sitegen.model import Channel
from sitegen.project import Project

__all__ = [
    "Clients",
    "Plans",
    "WallClock",
    "find_announcements",
    "find_channel",
    "find_links",
    "open_client",
    "open_clients",
    "open_ledger",
    "plan_channels",
    "refuse_pull_requests",
    "require_url",
]

Plans = Mapping[str, tuple[Item, ...]]
Clients = Mapping[str, tuple[Channel, Client]]


class WallClock:
    """The real time; it starts at SOURCE_DATE_EPOCH where that is set, and goes on from there."""

    def __init__(self, start: datetime) -> None:
        self._offset = start - datetime.now(UTC)

    def now(self) -> datetime:
        """The moment, in UTC."""
        return datetime.now(UTC) + self._offset

    def sleep(self, time_span: timedelta) -> None:
        """Wait that long."""
        time.sleep(time_span.total_seconds())


def refuse_pull_requests() -> None:
    """Nothing is posted or published for a proposal, whatever its workflow asks for (SECURITY.md, row 12)."""
    if runs_on_pull_request(os.environ):
        raise session.Failure("This is a pull request: nothing is posted or published from one.")


def require_url(project: Project) -> None:
    """Posts link to the page, and what is published is looked for there, so it has to have an address."""
    if not project.settings.site.url:
        raise session.Failure("Posts link to the page: set `site.url` in sitegen.yaml first.")


def plan_channels(project: Project, snapshot: Snapshot, clock: Clock) -> Plans:
    """The plan of every channel by its name: what a run would do now, and why; the plan that a run carries out.

    `snapshot` is what the ledger knows (`open_ledger(project).read()`). It writes nothing, reaches nobody and needs
    no secrets. A channel that is not connected has no items; one of a kind that is not known here is left out.
    """
    moment = clock.now()
    told = find_announcements(project, moment)
    channels = [channel for channel in project.settings.channels if channel.kind in CHANNELS]
    return {
        channel.name: plan(told, snapshot, channel, CHANNELS[channel.kind].traits(), project.settings, moment)
        for channel in channels
    }


def find_links(items: Iterable[Item]) -> tuple[str, ...]:
    """The addresses on the page that posts will link to, each once."""
    drafts = (item.draft for item in items if item.decision is Decision.DELIVER and item.draft)
    return tuple(dict.fromkeys(draft.link for draft in drafts if draft.link))


def find_announcements(project: Project, moment: datetime) -> tuple[Announcement, ...]:
    """Everything that should have been said by now; what holds a secret is withheld where the words are made."""
    return announce(project.incidents, moment)


def open_clients(project: Project, snapshot: Snapshot, clock: Clock) -> tuple[Clients, tuple[Report, ...]]:
    """The clients of all connected channels, and a report for each channel that has none."""
    clients: dict[str, tuple[Channel, Client]] = {}
    reports = []
    for channel in project.settings.channels:
        if not is_connected(snapshot, channel, project.settings):
            reason = f"not connected: `sitegen mirror connect {channel.name}` does that, once"
            reports.append(Report(channel.name, (), (), reason))
            continue
        try:
            clients[channel.name] = (channel, open_client(project, channel, clock))
        except Rejected as error:
            reports.append(Report(channel.name, (), (), error.reason))
    return clients, tuple(reports)


def open_client(project: Project, channel: Channel, clock: Clock) -> Client:
    """The client of a channel's account, reaching nobody yet; raises Rejected where a secret is missing."""
    if channel.kind not in CHANNELS:
        raise Rejected(f"There is no channel of kind `{channel.kind}` yet.", stops=True)
    speaking = msgspec.structs.replace(channel, language=channel_language(channel, project.settings))
    return CHANNELS[channel.kind].open_client(speaking, collect(channel.name, os.environ), clock=clock.now)


def find_channel(project: Project, name: str) -> Channel:
    """The channel of that name in the settings; wrong usage where there is none."""
    for channel in project.settings.channels:
        if channel.name == name:
            return channel
    names = ", ".join(channel.name for channel in project.settings.channels) or "none"
    raise click.UsageError(f"sitegen.yaml has no channel `{name}`; it has: {names}.")
