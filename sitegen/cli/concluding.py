"""The end of `new`, `update` and `resolve`: shown, asked about once, written, and published where a person wants it."""

import os
from datetime import datetime
from pathlib import Path

import click
import msgspec

from sitegen.cli import asking, drafting, preview, session
from sitegen.cli.drafting import Edit
from sitegen.cli.explaining import explain
from sitegen.cli.proposals import runs_on_pull_request
from sitegen.git import GitError, Repository
from sitegen.git.fetching import has_remote
from sitegen.model import Incident
from sitegen.project import Project

_REMOTE = "origin"


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """An entry about to be written: as it will be at the `moment` (UTC), and the `edit` of its file that makes it so.

    `asks`: a person is asked before it is written, also where there is nothing to publish.
    """

    project: Project
    incident: Incident
    edit: Edit
    summary: str
    push: bool
    asks: bool
    moment: datetime


class Written(msgspec.Struct, frozen=True):
    """The entry as it was written, and what is to happen with it: `pushed` it was already; `publish` it from here.

    `next` says what is left to a person where that was wanted and could not be, or was not wanted.
    """

    incident: Incident
    pushed: bool
    publish: bool = False
    next: str = ""
    failed: bool = False


def write(entry: Entry) -> Written:
    """Show the entry, ask at most once, and write it; at a terminal with the posts, where there is where to publish to.

    Raises Failure, Abort or GitError, and nothing was written then.
    """
    preview.show(entry.incident, entry.project.settings, entry.moment)
    if not _can_publish(entry):
        if entry.asks:
            asking.confirm()
        return Written(_save(entry, push=entry.push), entry.push)
    _show_posts(entry)
    if click.confirm("Publish?", default=True, err=True):
        return _write_to_publish(entry)
    hint = f"It is written here, and nothing is published. Commit and push it; {_by_hand(entry)}."
    return Written(_save(entry, push=False), pushed=False, next=hint)


def finish(entry: Entry, written: Written) -> None:
    """Tell where it stands, publish it where that was wanted, and end with 1 where something is left to a person."""
    drafting.tell_place(entry.project, written.incident, pushed=bool(written.pushed or written.publish or written.next))
    if written.next:
        click.echo(written.next, err=True)
    if written.failed or (written.publish and not _publish(entry.project.root, entry.moment)):
        click.get_current_context().exit(session.NEEDS_A_PERSON)


def _save(entry: Entry, *, push: bool) -> Incident:
    return drafting.save(entry.project, entry.incident.where.path, entry.edit, entry.summary, push=push)


def _can_publish(entry: Entry) -> bool:
    """Whether a person is there who can want it, and the settings say where to."""
    settings = entry.project.settings
    places = settings.site.url and (settings.targets or settings.channels)
    return (
        bool(places) and not entry.incident.draft and asking.is_interactive() and not runs_on_pull_request(os.environ)
    )


def _write_to_publish(entry: Entry) -> Written:
    """Push it where there is a remote: what is published must not be taken back by whoever builds from there next.

    Where that fails it is written here, and nothing is published.
    """
    repository = Repository.find(entry.project.root)
    if not entry.push and (repository is None or not has_remote(repository, _REMOTE)):
        return Written(_save(entry, push=False), pushed=False, publish=True)
    try:
        incident = _save(entry, push=True)
    except (GitError, drafting.Missing) as error:
        click.secho(f"Not pushed: {error}", err=True, fg="red")
        hint = f"It is written here, and nothing is published. Without a push, {_by_hand(entry)}."
        return Written(_save(entry, push=False), pushed=False, next=hint, failed=True)
    if _is_here(entry.project, incident):
        return Written(incident, pushed=True, publish=True)
    hint = f"Nothing is published from here, where it is not. `git pull` brings it; then {_by_hand(entry)}."
    return Written(incident, pushed=True, next=hint, failed=True)


def _by_hand(entry: Entry) -> str:
    if entry.project.settings.targets:
        return "`sitegen publish` publishes from here"
    return "`sitegen mirror` says it when the page is live"


def _is_here(project: Project, incident: Incident) -> bool:
    """Whether the project's own file says it too."""
    content = drafting.read(project.root / incident.where.path)
    return content is not None and drafting.reread(incident.where.path, content, project.settings) == incident


# What it takes to post is loaded when a person can say yes to it, and no earlier.


def _show_posts(entry: Entry) -> None:
    """What would be posted, by the plan of the project as it will be."""
    if not entry.project.settings.channels:
        return
    from sitegen.cli.ledgers import open_ledger
    from sitegen.cli.mirroring import WallClock, open_clients, plan_channels
    from sitegen.cli.posts import show_posts
    from sitegen.ledger import LedgerError

    others = (one for one in entry.project.incidents if one.id != entry.incident.id)
    project = msgspec.structs.replace(entry.project, incidents=(*others, entry.incident))
    clock = WallClock(entry.moment)
    try:
        snapshot = open_ledger(project).read()
    except (LedgerError, GitError, session.Failure) as error:
        click.echo(f"  The posts can't be shown: {error}", err=True)
        return
    show_posts(plan_channels(project, snapshot, clock), snapshot, entry.incident.id)
    for report in open_clients(project, snapshot, clock)[1]:
        click.echo(f"  {report.channel}: not from here: {report.stopped}", err=True)


def _publish(root: Path, moment: datetime) -> bool:
    """Whether it was published with nothing left to a person; what was written before stays written."""
    from sitegen.cache import Cache
    from sitegen.cli.delivering import deliver
    from sitegen.cli.ledgers import Place
    from sitegen.cli.mirroring import WallClock
    from sitegen.cli.publishing import OUT, Wanted, publish

    clock = WallClock(moment)
    try:
        cache = Cache(root)
        content = session.read(root, cache)
        project = session.require(content)
        if targets := project.settings.targets:
            return not publish(content, cache, Wanted(targets=targets, out=root / OUT), clock).needs_a_person
        return not deliver(project, clock, Place.REMOTE, wait=True).needs_a_person
    except Exception as error:
        explain(error)
        return False
