"""`sitegen new`: the first word about an incident, a maintenance or a notice."""

from datetime import datetime
from pathlib import Path, PurePosixPath

import click
import msgspec

from sitegen import config, entry, load
from sitegen.author import dump_incident, new_id
from sitegen.cli import asking, drafting, flags, session
from sitegen.cli.concluding import Entry, finish, write
from sitegen.fields import Reading
from sitegen.model import STATUSES, WRITABLE_CONDITIONS, Impact, Incident, Kind, Settings, Site, Text, Update, Window
from sitegen.problems import Location
from sitegen.project import Project
from sitegen.source import Scalar


class _Flags(msgspec.Struct, frozen=True, kw_only=True):
    """What was given on the command line, unread."""

    title: str | None
    kind: Kind
    message: str | None
    components: tuple[str, ...]
    status: str | None
    impact: str | None
    started: str | None
    start: str | None
    end: str | None
    until: str | None
    workaround: str | None
    at: str | None
    next_update_by: str | None
    eta: str | None
    by: str | None
    draft: bool


@click.command()
@click.argument("title", required=False)
@click.option("--maintenance", "kind", flag_value=Kind.MAINTENANCE.value, help="Announce maintenance.")
@click.option("--notice", "kind", flag_value=Kind.NOTICE.value, help="Say something that is no trouble.")
@click.option("--status", metavar="WORD", help="investigating (default), identified, monitoring, resolved.")
@click.option("--impact", metavar="WORD", help="none, minor, major, critical; default: what the components say.")
@click.option("--started", metavar="TIME", help="When customers were first hit, if before this was said.")
@click.option("--start", metavar="TIME", help="Maintenance: when it begins, e.g. '2026-11-30 22:00'.")
@click.option("--end", metavar="TIME", help="Maintenance: when it should be over: 2h, 23:30.")
@click.option("--until", metavar="TIME", help="Notice: when it stops being current.")
@click.option("--workaround", metavar="TEXT", help="What customers can do now.")
@click.option("--draft", is_flag=True, help="Show it in the preview only.")
@flags.state_options
@flags.word_options
@click.pass_obj
def command(folder: Path, /, kind: str | None, push: bool, **given: object) -> None:
    """Open an entry: run bare on a terminal it asks for all it needs.

    \b
    Example:
      sitegen new "Card payments fail" -c checkout=major_outage --next-update-by 30m \\
        -m "Most card payments are failing. Orders paid by bank transfer work."
      sitegen new "Database upgrade" --maintenance --start "2026-12-06 22:00" --end 2h \\
        -c checkout=under_maintenance -m "Paying may take up to a minute longer."
    """
    project = session.require(session.read(folder))
    settings = project.settings
    now = session.choose_moment(None, settings.site.zone)
    wanted = msgspec.convert({**given, "kind": kind or Kind.INCIDENT.value}, _Flags)
    asked = wanted.title is None or wanted.message is None
    wanted = _ask(wanted, project, now)
    with asking.kept(wanted.message or "", typed=given["message"] is None):
        incident = _compose(wanted, project, now)
        content, path = dump_incident(incident, settings), incident.where.path
        drafting.check(drafting.reread(path, content, settings), settings, now)
        opened = Entry(
            project=project,
            incident=incident,
            edit=lambda there: _create(there, content, path),
            summary=f"Open {incident.id}",
            push=push,
            asks=asked,
            moment=now,
        )
        written = write(opened)
    finish(opened, written)


def _create(there: bytes | None, content: bytes, path: PurePosixPath) -> bytes:
    if there is not None:
        raise session.Failure(f"{path} exists already; add to it with `sitegen update`.")
    return content


def _ask(given: _Flags, project: Project, now: datetime) -> _Flags:
    """The flags, completed by asking a person; without one, what is missing is wrong usage."""
    if given.title is not None and given.message is not None:
        return given
    if not asking.is_interactive():
        usage = 'sitegen new "What customers see" -c KEY=STATUS -m "What they need to know now."'
        raise click.UsageError(f"A title and a message are needed: {usage}")
    replace, settings = msgspec.structs.replace, project.settings
    if given.title is None:
        question = "Title (what customers see)"
        given = replace(given, title=asking.ask(question, lambda title: _check_title(title, settings)))
    if given.kind is Kind.MAINTENANCE:
        given = _ask_window(given, settings.site, now)
    if given.kind is not Kind.NOTICE and not given.components:
        given = replace(given, components=_ask_components(settings))
    if given.message is None:
        # A wrong flag is told before anybody writes a message.
        dump_incident(_compose(replace(given, message="…"), project, now), settings)
        given = replace(given, message=asking.ask_message("What is wrong, what still works, what customers can do."))
    return given


def _check_title(title: str, settings: Settings) -> None:
    reading = Reading(config.vocabulary(settings))
    entry.TITLE.shape.read(Scalar(title, Location(load.FOLDER), 1), reading)
    if reading.problems:
        raise click.BadParameter(" ".join(f"{one.what} {one.hint}" for one in reading.problems))


def _ask_window(given: _Flags, site: Site, now: datetime) -> _Flags:
    def read(text: str) -> None:
        flags.read_time(text, now, site, "the window")

    start = given.start or asking.ask("Begins (e.g. 2026-12-06 22:00)", read)
    end = given.end or asking.ask("Should be over (e.g. 2h, 23:30)", read)
    return msgspec.structs.replace(given, start=start, end=end)


def _ask_components(settings: Settings) -> tuple[str, ...]:
    """As many components as the person names."""
    names = (f"{component.key} ({session.say(component.name, settings.site)})" for component in settings.components)
    click.echo(f"Components: {', '.join(names)}", err=True)
    click.echo(f"Statuses: {', '.join(WRITABLE_CONDITIONS)}", err=True)
    answers: list[str] = []
    question = f"Affected (e.g. {settings.components[0].key}=major_outage; Enter: nothing more)"
    while answer := asking.ask(question, lambda text: flags.read_components((text,), settings), default=""):
        answers.append(answer)
    return tuple(answers)


def _compose(given: _Flags, project: Project, now: datetime) -> Incident:
    settings = project.settings
    site, at = settings.site, flags.read_at(given.at, now, settings.site)
    components = flags.read_components(given.components, settings)
    title, message = given.title or "", given.message or ""
    taken = [incident.id for incident in project.incidents]
    incident_id = new_id(at.astimezone(site.zone).date(), title, taken, components)
    update = _first_update(given, message, at, settings)
    return Incident(
        id=incident_id,
        where=Location(load.FOLDER / f"{incident_id}.yaml"),
        title=_text(title, settings),
        kind=given.kind,
        components=components,
        impact=flags.read_word(given.impact, Impact, "--impact") if given.impact else None,
        started=flags.read_at(given.started, now, site, "--started") if given.started else None,
        workaround=_text(given.workaround, settings) if given.workaround else None,
        window=_window(given, at, settings),
        until=flags.read_time(given.until, at, site, "--until"),
        updates=(update,),
        draft=given.draft,
    )


def _first_update(given: _Flags, message: str, at: datetime, settings: Settings) -> Update:
    default = STATUSES[Kind.INCIDENT][0] if given.kind is Kind.INCIDENT else None
    status = flags.read_word(given.status, STATUSES[given.kind], "--status") if given.status else default
    return Update(
        id=load.default_update_id(at),
        at=at,
        message=_text(message, settings),
        where=Location(load.FOLDER),
        status=status,
        next_update_by=flags.read_time(given.next_update_by, at, settings.site, "--next-update-by"),
        eta=flags.read_time(given.eta, at, settings.site, "--eta"),
        by=given.by or "",
    )


def _window(given: _Flags, at: datetime, settings: Settings) -> Window | None:
    if given.kind is not Kind.MAINTENANCE:
        if given.start or given.end:
            raise click.UsageError("--start and --end belong to --maintenance.")
        return None
    start = flags.read_time(given.start, at, settings.site, "--start")
    end = None if start is None else flags.read_time(given.end, start, settings.site, "--end")
    if start is None or end is None:
        raise click.UsageError("Maintenance needs --start and --end, e.g. --start '2026-12-06 22:00' --end 2h")
    if end <= start:
        raise click.UsageError("The maintenance ends before it begins.")
    return Window(start, end)


def _text(text: str, settings: Settings) -> Text:
    return Text({settings.site.default_language: text.strip()})
