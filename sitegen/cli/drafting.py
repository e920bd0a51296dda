"""From an entry to its file: shown as the page will show it, checked, written or pushed, and where to see it."""

from collections.abc import Callable
from datetime import datetime
from pathlib import PurePosixPath

import click

from sitegen import checks, links, load, markup
from sitegen.cli import session
from sitegen.git.command import Repository
from sitegen.git.pushing import push_edit
from sitegen.languages import language
from sitegen.model import Incident, Settings, Site, Text
from sitegen.problems import Severity
from sitegen.project import Project
from sitegen.timeline import Timeline, fold
from sitegen.words import label

Edit = Callable[[bytes | None], bytes]


def show(incident: Incident, settings: Settings, moment: datetime) -> None:
    """Print the entry on stderr as the page will show it at the moment."""
    line = fold(incident, max(moment, *(update.at for update in incident.updates)))
    click.echo("", err=True)
    for text in _lines(line, settings):
        click.echo(f"  {text}", err=True)
    click.echo("", err=True)


def _lines(line: Timeline, settings: Settings) -> list[str]:
    """The head of the page, and its newest update."""
    site, incident = settings.site, line.incident
    lang = language(site.default_language)
    step = line.steps[-1]
    status = lang.gettext(label(step.status or incident.kind))
    lines = [click.style(_say(incident.title, site), bold=True)]
    lines.append(f"{status} · {lang.gettext(label(line.impact))} · {lang.moment(line.started, site.zone)}")
    for component in settings.components:
        if component.key in line.conditions:
            condition = lang.gettext(label(line.conditions[component.key]))
            lines.append(f"{_say(component.name, site)}: {condition}")
    lines += ["", f"Update {step.number} · {lang.moment(step.update.at, site.zone)}"]
    lines += markup.render(_say(step.update.message, site)).plain.splitlines()
    if line.promise is not None:
        lines.append(f"{lang.gettext('Next update by')} {lang.moment(line.promise, site.zone)}")
    return lines


def _say(text: Text, site: Site) -> str:
    return text.read(site.default_language, site.default_language)


def check(incident: Incident, settings: Settings, moment: datetime) -> None:
    """Refuse what `check` would call an error; told before anything is written."""
    context = checks.Context(settings, moment)
    problems = [one for one in checks.check((incident,), context) if one.severity is Severity.ERROR]
    if problems:
        session.tell(problems)
        raise session.Failure("Nothing was written. Correct this and run the command again.")


def save(project: Project, path: PurePosixPath, edit: Edit, summary: str, *, push: bool) -> None:
    """Write the file, or put the same edit on the remote's branch (FORMAT.md, "Two engineers at once")."""
    if push:
        _push(project, path, edit, summary)
        return
    place = project.root / path
    content = edit(place.read_bytes() if place.exists() else None)
    place.parent.mkdir(parents=True, exist_ok=True)
    part = place.with_name(f".{place.name}.new")
    part.write_bytes(content)
    part.replace(place)


def _push(project: Project, path: PurePosixPath, edit: Edit, summary: str) -> None:
    repository = Repository.find(project.root)
    if repository is None:
        raise session.Failure(f"{project.root} is not in a git repository, so there is nowhere to push to.")
    pushed = push_edit(repository, repository.path_of(project.root / path), edit, summary)
    click.echo(f"Pushed to {pushed.branch} as {pushed.commit[:10]}.", err=True)
    if not pushed.checkout_updated:
        click.echo("Your own files are as they were; `git pull` brings it in.", err=True)


def tell_place(project: Project, incident: Incident) -> None:
    """Print the file and the address of the newest update."""
    site = project.settings.site
    click.echo(incident.where.path)
    page = links.incident_page(incident.id)
    update = incident.updates[-1]
    if site.url:
        click.echo(links.permalink(site, incident, update, site.default_language))
    else:
        click.echo(f"{page}#{links.anchor(update)}")


def confirm(interactive: bool) -> None:
    """Ask before writing, where a person was asked for parts of it."""
    if interactive and not click.confirm("Write it?", default=True, err=True):
        raise click.Abort


def reread(path: PurePosixPath, content: bytes, settings: Settings) -> Incident:
    """The incident that the new bytes hold."""
    return load.read_incident(path, content, settings).incident
