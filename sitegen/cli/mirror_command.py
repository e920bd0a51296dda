"""`sitegen mirror`: says what should have been said on every channel, once; and what goes with it."""

from datetime import datetime
from pathlib import Path

import click
import msgspec

from sitegen import config
from sitegen.channel import Account, Rejected, RetryLater, Unclear
from sitegen.cli import asking, session
from sitegen.cli.delivering import deliver
from sitegen.cli.ledgers import Place, ledger_option, open_ledger
from sitegen.cli.mirroring import (
    WallClock,
    find_announcements,
    find_channel,
    open_client,
    plan_channels,
    refuse_pull_requests,
    require_url,
)
from sitegen.cli.posts import print_copies, print_plan, print_plan_as_json, print_record
from sitegen.compose import channel_language
from sitegen.ledger import GitLedger, Snapshot, log, update
from sitegen.mirror.kit import find_copies
from sitegen.model import Channel, Connection, Delivery, DeliveryState, Kind
from sitegen.project import Project
from sitegen.timeline import Phase, fold


class _Wanted(msgspec.Struct, frozen=True):
    """What was asked of the command before any of its subcommands: the project's folder, and which ledger."""

    folder: Path
    place: Place


class _Session(msgspec.Struct, frozen=True):
    """One project with its clock and ledger, for the subcommands."""

    project: Project
    clock: WallClock
    place: Place

    def open_ledger(self) -> GitLedger:
        """The ledger that was asked for."""
        return open_ledger(self.project, self.place)


def _open(wanted: _Wanted) -> _Session:
    project = session.require(session.read(wanted.folder))
    require_url(project)
    return _Session(project, WallClock(session.choose_moment(None, project.settings.site.zone)), wanted.place)


@click.group(invoke_without_command=True)
@click.option("--no-wait", is_flag=True, help="Post at once, also where the page is not live yet.")
@ledger_option
@click.pass_context
def command(context: click.Context, no_wait: bool, place: str) -> None:
    """Say what should have been said on every connected channel and was not yet.

    Safe to run late, twice, or five times at once: the ledger, a branch of the git remote, knows what was said.

    \b
    Example:
      sitegen mirror plan
      sitegen mirror
    """
    context.obj = _Wanted(context.obj, Place(place))
    if context.invoked_subcommand is not None:
        return
    refuse_pull_requests()
    here = _open(context.obj)
    if deliver(here.project, here.clock, here.place, wait=not no_wait).needs_a_person:
        context.exit(session.NEEDS_A_PERSON)


@command.command("plan")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="How to print.")
@click.pass_obj
def plan_command(wanted: _Wanted, form: str) -> None:
    """Print, for each channel, the exact words that `sitegen mirror` would post now, and why others are not.

    It is the same plan that a run carries out, and it writes nothing.
    """
    here = _open(wanted)
    snapshot = here.open_ledger().read()
    plans = plan_channels(here.project, snapshot, here.clock)
    if form == "json":
        print_plan_as_json(plans, snapshot)
        return
    settings, now = here.project.settings, here.clock.now()
    print_plan(plans, snapshot, settings)
    print_copies(find_copies(find_announcements(here.project, now), plans, snapshot, settings, now))


@command.command("connect")
@click.argument("name")
@click.option("--tell-open/--keep-open", default=None, help="Whether to tell what is open right now.")
@click.pass_obj
def connect_command(wanted: _Wanted, name: str, tell_open: bool | None) -> None:
    """Connect channel NAME: check its account, and take all that exists as known. Posts come from now on.

    Done by a person, once per channel.
    """
    refuse_pull_requests()
    here = _open(wanted)
    channel = find_channel(here.project, name)
    account = _identify(here, channel)
    since = _ask_since(here, tell_open)
    connection = Connection(
        channel=channel.name,
        kind=channel.kind,
        account=channel.account,
        remote_id=account.remote_id,
        language=channel_language(channel, here.project.settings),
        since=since,
    )
    ledger = here.open_ledger()
    snapshot = update(ledger, lambda known: _connecting(known, connection))
    _remember_genesis(here.project, snapshot)
    for told in (*account.warnings, *account.notes):
        click.echo(told, err=True)
    click.echo(f"{name} is connected as {account.handle}. Posts from now on.")


def _connecting(known: Snapshot, connection: Connection) -> dict[str, Connection | Delivery] | None:
    there = known.connections.get(connection.channel)
    if there is not None and (there.account, there.language) == (connection.account, connection.language):
        raise session.Failure(f"{connection.channel} is connected already, since {there.since:%Y-%m-%d %H:%M} UTC.")
    return {connection.channel: connection}


def _identify(here: _Session, channel: Channel) -> Account:
    try:
        return open_client(here.project, channel, here.clock).identify()
    except (Rejected, RetryLater, Unclear) as error:
        raise session.Failure(f"{channel.name} can't be connected: {error.reason}") from error


def _ask_since(here: _Session, tell_open: bool | None) -> datetime:
    """From when on things are told: now, or from the newest update of what is open on."""
    now = here.clock.now().replace(microsecond=0)
    lines = [fold(one, now) for one in here.project.incidents if one.updates and not one.draft]
    open_lines = [line for line in lines if line.phase is Phase.OPEN and line.kind is Kind.INCIDENT]
    if not open_lines:
        return _from_now_on(here.project, now)
    names = ", ".join(line.id for line in open_lines)
    if tell_open is None:
        tell_open = asking.is_interactive() and click.confirm(f"{names} is open. Tell it there?", err=True)
    return min(line.steps[-1].update.at for line in open_lines) if tell_open else now


def _from_now_on(project: Project, now: datetime) -> datetime:
    """The minute that has begun: an entry filed in it is news, unless there is one already."""
    minute = now.replace(second=0)
    written = (update.at for incident in project.incidents for update in incident.updates)
    return now if any(at >= minute for at in written) else minute


def _remember_genesis(project: Project, snapshot: Snapshot) -> None:
    """Write the ledger's first entry into sitegen.yaml, so that a deleted or exchanged ledger is noticed."""
    if project.settings.ledger.genesis:
        return
    file = project.root / config.FILE
    text = file.read_text("utf-8")
    line = f"ledger: {{branch: {project.settings.ledger.branch}, genesis: {snapshot.genesis}}}\n"
    grown = text + ("" if text.endswith("\n") else "\n") + line
    if config.read(grown.encode()).settings is None or "\nledger:" in text:
        click.echo(f"Add this to sitegen.yaml and commit it:\n{line}", err=True)
        return
    file.write_text(grown, "utf-8", newline="\n")
    click.echo("sitegen.yaml now names the ledger's first entry: commit it.", err=True)


@command.command("settle")
@click.argument("key")
@click.option("--posted", metavar="URL", help="It stands there.")
@click.option("--not-posted", is_flag=True, help="It does not stand there: say it again.")
@click.pass_obj
def settle_command(wanted: _Wanted, key: str, posted: str | None, not_posted: bool) -> None:
    """A person's last word on delivery KEY that is in doubt."""
    if (posted is None) == (not not_posted):
        raise click.UsageError("Say either --posted URL or --not-posted.")
    refuse_pull_requests()
    here = _open(wanted)
    ledger = here.open_ledger()
    update(ledger, lambda snapshot: _settling(snapshot, key, posted, here.clock.now()))
    click.echo(f"{key}: {'posted' if posted else 'will be said again by the next run'}")


def _settling(snapshot: Snapshot, key: str, posted: str | None, now: datetime) -> dict[str, Connection | Delivery]:
    fitting = [entry for name, entry in snapshot.deliveries.items() if name.startswith(key)]
    if len(fitting) != 1 or fitting[0].state is not DeliveryState.IN_DOUBT:
        raise session.Failure(
            f"`{key}` is not the key of one delivery that is in doubt; `sitegen mirror plan` lists them."
        )
    entry = fitting[0]
    if posted is None:
        settled = msgspec.structs.replace(entry, state=DeliveryState.WAITING, lease=now, owner="", reason="")
    else:
        remote_id = posted.rstrip("/").rsplit("/", 1)[-1]
        settled = msgspec.structs.replace(
            entry, state=DeliveryState.POSTED, url=posted, remote_id=remote_id, lease=None, recorded=now, reason=""
        )
    return {entry.key: settled}


@command.command("log")
@click.pass_obj
def log_command(wanted: _Wanted) -> None:
    """Print what was said, when and by whom, as the ledger's history tells it."""
    here = _open(wanted)
    ledger = here.open_ledger()
    ledger.read()
    for record in log(ledger):
        print_record(record)
