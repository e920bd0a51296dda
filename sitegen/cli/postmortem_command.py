"""`sitegen postmortem`: the draft of what is told once it is over."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import click
import msgspec

from sitegen import history, links
from sitegen.author.account import FirstWord, draft_account
from sitegen.cli import drafting, session, updating
from sitegen.duties import postmortem_due
from sitegen.history import View
from sitegen.languages import language
from sitegen.model import Incident, Part
from sitegen.project import Project
from sitegen.timeline import Phase, Timeline, fold

# A draft that lacks a line of its timeline is better than one that keeps people waiting for a git host.
_PATIENCE = timedelta(seconds=10)


@click.command()
@click.argument("entry", required=False)
@click.pass_obj
def command(folder: Path, entry: str | None) -> None:
    """Draft the post-mortem of ENTRY: any unique part of its id, or nothing for the newest one that owes one.

    The timeline is filled in from the updates and from the record of what was posted; the rest is questions in
    [brackets], which `check` finds until they are answered. Nobody sees the draft before `published` is set in it.

    \b
    Example:
      sitegen postmortem
      sitegen postmortem payments
    """
    project = session.require(session.read(folder))
    site = project.settings.site
    moment = session.choose_moment(None, site.zone)
    if entry is None:
        line = _newest_owing(history.view(project.incidents, project.settings, moment))
    else:
        line = fold(updating.choose(project, entry), moment)
    place = _free_place(project, line)
    due = postmortem_due(line, project.settings)
    _write(place, draft_account(line, site, due, sorted(_first_words(project, line.incident), key=lambda one: one.at)))
    click.echo(place.relative_to(project.root))
    click.echo("Answer the questions in [brackets], then set `published`: until then nobody sees it.", err=True)
    if due is not None:
        click.echo(f"The policy asks for it by {language('en').moment(due, site.zone)}.", err=True)


def _newest_owing(view: View) -> Timeline:
    """The newest entry that owes a post-mortem which nobody has begun; wrong usage where there is none."""
    owing = [line for line in view.timelines if postmortem_due(line, view.settings) is not None]
    for line in owing:
        if line.incident.postmortem is None:
            return line
    begun = "".join(f"\n  {line.incident.postmortem.where.path}" for line in owing if line.incident.postmortem)
    told = f"What is owed is drafted already:{begun}" if begun else "No entry owes a post-mortem."
    raise click.UsageError(f"{told}\nName the entry that you mean: sitegen postmortem ENTRY")


def _free_place(project: Project, line: Timeline) -> Path:
    """Where the draft goes; what is there already is never touched."""
    incident = line.incident
    if line.phase is not Phase.OVER:
        raise session.Failure(f"{incident.id} is not over: `sitegen resolve` says that first.")
    if incident.postmortem is not None:
        raise session.Failure(f"{incident.postmortem.where.path} is there already, and stays as it is.")
    place = project.root / incident.where.path.with_suffix(".md")
    if drafting.read(place) is not None:
        raise session.Failure(f"{place.relative_to(project.root)} is there already, and stays as it is.")
    return place


def _write(place: Path, text: str) -> None:
    """The file whole or not at all."""
    part = place.with_name(f".{place.name}.new")
    try:
        part.write_text(text, encoding="utf-8")
        part.replace(place)
    finally:
        part.unlink(missing_ok=True)


def _first_words(project: Project, incident: Incident) -> Iterator[FirstWord]:
    """When customers were first told on each channel; told, and left out, where the ledger can't be read at once."""
    if not project.settings.channels:
        return
    # What it takes to read the ledger is loaded only where there may be something in it.
    from sitegen.cli.ledgers import open_ledger
    from sitegen.git import GitError
    from sitegen.ledger import GitLedger, LedgerError
    from sitegen.mirror.said import find_stories, standing

    try:
        usual = open_ledger(project)
        repository = msgspec.structs.replace(usual.repository, time_limit=_PATIENCE)
        snapshot = GitLedger(repository, usual.settings, usual.remote).read()
    except (LedgerError, GitError, session.Failure) as error:
        click.echo(f"When customers were first told on each channel is left out: {error}", err=True)
        return
    for channel in project.settings.channels:
        story = find_stories(snapshot, channel, project.settings).get(incident.id, {})
        posts = standing(one for one in story.values() if one.part != Part.POSTMORTEM)
        name, _ = links.account(channel) or (channel.name, "")
        if posts:
            yield FirstWord(name, min(one.recorded or one.since for one in posts))
