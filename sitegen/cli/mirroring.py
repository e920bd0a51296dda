"""What the parts of `mirror` share: the ledger, the channels' clients, the clock, and when to refuse."""

import os
import time
from datetime import UTC, datetime, timedelta

import click

from sitegen import checks
from sitegen.announce import Announcement, announce
from sitegen.channel import Client, Rejected
from sitegen.channels import CHANNELS
from sitegen.channels.credentials import collect
from sitegen.cli import session
from sitegen.cli.check_command import runs_on_pull_request
from sitegen.git.command import Repository
from sitegen.git.fetching import has_remote
from sitegen.ledger import GitLedger
from sitegen.model import Channel
from sitegen.project import Project

REMOTE = "origin"
_WITHHELD = "Details are on the status page."


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
    """Nothing is posted for a proposal, whatever its workflow asks for (SECURITY.md, row 12)."""
    if runs_on_pull_request(os.environ):
        raise session.Failure("This is a pull request: nothing is posted from one.")


def require_url(project: Project) -> None:
    """Posts link to the page, so it has to have an address."""
    if not project.settings.site.url:
        raise session.Failure("Posts link to the page: set `site.url` in sitegen.yaml first.")


def open_ledger(project: Project) -> GitLedger:
    """The ledger on the git remote, or in the repository itself where it has no remote."""
    repository = Repository.find(project.root)
    if repository is None:
        raise session.Failure(
            f"{project.root} is not in a git repository, and the ledger of what was said is a branch."
        )
    remote = REMOTE if has_remote(repository, REMOTE) else None
    return GitLedger(repository, project.settings.ledger, remote)


def open_client(channel: Channel, clock: WallClock) -> Client:
    """The client of a channel's account, reaching nobody yet; raises Rejected where a secret is missing."""
    if channel.kind not in CHANNELS:
        raise Rejected(f"There is no channel of kind `{channel.kind}` yet.", stops=True)
    return CHANNELS[channel.kind].open_client(channel, collect(channel.name, os.environ), clock=clock.now)


def find_channel(project: Project, name: str) -> Channel:
    """The channel of that name in the settings; wrong usage where there is none."""
    for channel in project.settings.channels:
        if channel.name == name:
            return channel
    names = ", ".join(channel.name for channel in project.settings.channels) or "none"
    raise click.UsageError(f"sitegen.yaml has no channel `{name}`; it has: {names}.")


def find_announcements(project: Project, moment: datetime) -> tuple[Announcement, ...]:
    """Everything that should have been said by now, without what holds a secret (SECURITY.md, row 11)."""
    safe = (checks.withhold(incident, _WITHHELD) for incident in project.incidents)
    return announce(safe, moment)
