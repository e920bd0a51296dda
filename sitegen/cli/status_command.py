"""`sitegen status`: what is true and what is owed now."""

import json
from datetime import datetime
from pathlib import Path

import click

from sitegen import history
from sitegen.cli import session
from sitegen.duties import Duty, find_duties
from sitegen.history import Overall, View
from sitegen.languages import language
from sitegen.model import Condition, Kind, Site
from sitegen.problems import Severity
from sitegen.timeline import Phase, Timeline
from sitegen.words import label


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON for scripts.")
@session.as_of_option
@click.pass_obj
def command(folder: Path, as_json: bool, as_of: str | None) -> None:
    """Say what is open, what is affected, what was promised and what is overdue.

    \b
    Example:
      sitegen status
      sitegen status --json --as-of 2026-11-23T03:40Z
    """
    content = session.read(folder)
    project = session.require(content)
    moment = session.choose_moment(as_of, project.settings.site.zone)
    view = history.view(project.incidents, project.settings, moment, blind=bool(project.unread))
    duties = find_duties(view)
    if as_json:
        report = {**_as_json(view, duties), "unread": [str(path) for path in project.unread]}
        click.echo(json.dumps(report, indent=2, ensure_ascii=False))
    else:
        session.tell(one for one in content.problems if one.severity is Severity.ERROR)
        _print(view, duties)


def _print(view: View, duties: tuple[Duty, ...]) -> None:
    site = view.settings.site
    lang = language("en")
    sentences = {
        Overall.CLEAR: "No incidents reported",
        Overall.INCIDENT: "There are open incidents",
        Overall.UNKNOWN: "The state of some services is unknown",
    }
    click.secho(f"{sentences[view.overall]} as of {lang.moment(view.moment, site.zone)}", bold=True)
    for line in view.timelines:
        if line.phase is not Phase.OVER:
            _print_entry(line, site)
    for record in view.records:
        if record.condition is not Condition.OPERATIONAL:
            click.echo(f"  {session.say(record.component.name, site)}: {label(record.condition)}")
    if duties:
        click.secho("Owed:", bold=True)
    for duty in duties:
        text = f"  {duty.incident}: {duty.what} by {lang.moment(duty.due, site.zone)}"
        click.secho(f"{text} – overdue" if duty.overdue else text, fg="red" if duty.overdue else None)


def _print_entry(line: Timeline, site: Site) -> None:
    state = "running longer than planned" if line.late else label(line.status or line.kind).lower()
    impact = f", {label(line.impact).lower()}" if line.kind is Kind.INCIDENT else ""
    click.echo(f"  {line.id}: {session.say(line.title, site)} ({state}{impact})")


def _as_json(view: View, duties: tuple[Duty, ...]) -> dict[str, object]:
    return {
        "moment": _iso(view.moment),
        "overall": view.overall.value,
        "entries": [_entry_as_json(line, view) for line in view.timelines if line.phase is not Phase.OVER],
        "components": {record.component.key: record.condition.value for record in view.records},
        "owed": [
            {"id": duty.incident, "what": duty.what, "due": _iso(duty.due), "overdue": duty.overdue} for duty in duties
        ],
    }


def _entry_as_json(line: Timeline, view: View) -> dict[str, object]:
    return {
        "id": line.id,
        "type": line.kind.value,
        "title": session.say(line.title, view.settings.site),
        "phase": line.phase.value,
        "status": line.status.value if line.status else None,
        "impact": line.impact.value,
        "components": {key: condition.value for key, condition in line.conditions.items()},
        "started": _iso(line.started),
        "updates": len(line.steps),
        "next_update_by": _iso(line.promise),
        "overdue": line.overdue,
        "late": line.late,
        "readable": line.readable,
    }


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.strftime("%Y-%m-%dT%H:%M:%SZ")
