"""What `update` and `resolve` share: which entry is meant, and one more update at its end."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

import click
import msgspec

from sitegen.author import append_update
from sitegen.checks.structure import AHEAD
from sitegen.cli import asking, drafting, flags, session
from sitegen.cli.concluding import Entry, finish, write
from sitegen.model import STATUSES, Incident, Settings, Text, Update
from sitegen.project import Project
from sitegen.timeline import Phase, fold

_HINT = "What has changed since the last update, and what customers can do."
_LISTED = 10


class Flags(msgspec.Struct, frozen=True, kw_only=True):
    """What was given on the command line, unread."""

    message: str | None
    at: str | None
    by: str | None
    status: str | None
    components: tuple[str, ...] = ()
    next_update_by: str | None = None
    eta: str | None = None


def read_flags(given: Mapping[str, Any], status: str | None) -> Flags:
    """The flags in their places."""
    return msgspec.convert({**given, "status": status}, Flags)


def choose(project: Project, fragment: str | None) -> Incident:
    """The entry whose id has the fragment (its file's path will do); without one the only one that is open.

    Wrong usage where there is none, or where there are several: these are listed, the newest first.
    """
    if fragment is not None:
        fitting = _fitting(project, fragment)
        none = f"No entry has `{fragment}` in its id. `git pull` brings what others opened."
    else:
        now = session.choose_moment(None, project.settings.site.zone)
        fitting = [one for one in project.incidents if not one.draft and fold(one, now).phase is Phase.OPEN]
        none = "Nothing is open here. `git pull` brings what others opened, `sitegen new` opens an entry."
    if len(fitting) == 1:
        return fitting[0]
    raise click.UsageError(f"Which one is meant?{_list(fitting, project)}" if fitting else none)


def _fitting(project: Project, fragment: str) -> list[Incident]:
    wanted = PurePosixPath(fragment).name.removesuffix(".yaml").lower()
    exact = [one for one in project.incidents if one.id == wanted]
    return exact or [one for one in project.incidents if wanted in one.id]


def _list(incidents: Iterable[Incident], project: Project) -> str:
    newest = sorted(incidents, key=lambda one: one.id, reverse=True)
    lines = [f"\n  {one.id}  {session.say(one.title, project.settings.site)}" for one in newest[:_LISTED]]
    return "".join(lines) + (f"\n  and {len(newest) - _LISTED} more" if len(newest) > _LISTED else "")


def add(project: Project, incident: Incident, given: Flags, *, push: bool) -> None:
    """Show, check and write one more update; with `push` onto the newest file of the remote's branch."""
    settings, path = project.settings, incident.where.path
    now = session.choose_moment(None, settings.site.zone)
    _compose(given, "", incident, settings, now)  # a wrong flag is told before anybody writes a message
    message = _message(given)

    def edit(content: bytes | None) -> bytes:
        if content is None:
            raise drafting.Missing(f"{path} is not here any more.")
        before = drafting.reread(path, content, settings)
        grown = append_update(content, path, _compose(given, message, before, settings, now), settings)
        drafting.check(drafting.reread(path, grown, settings), settings, now, before)
        return grown

    with asking.kept(message, typed=given.message is None):
        grown = drafting.reread(path, edit(drafting.read(project.root / path)), settings)
        entry = Entry(
            project=project,
            incident=grown,
            edit=edit,
            summary=f"Update {incident.id}",
            push=push,
            asks=given.message is None,
            moment=now,
        )
        written = write(entry)
    finish(entry, written)


def _message(given: Flags) -> str:
    if given.message is not None:
        return given.message.strip()
    if not asking.is_interactive():
        raise click.UsageError("A message is needed: -m 'What customers need to know now.'")
    return asking.ask_message(_HINT)


def _compose(given: Flags, message: str, incident: Incident, settings: Settings, now: datetime) -> Update:
    site = settings.site
    at = flags.read_at(given.at, now, site)
    if given.at is None and incident.updates and incident.updates[-1].at <= at + AHEAD:
        at = max(at, incident.updates[-1].at)  # clocks differ: what is said later stands later
    status = flags.read_word(given.status, STATUSES[incident.kind], "--status") if given.status else None
    return Update(
        id="",
        at=at,
        message=Text({site.default_language: message}),
        where=incident.where,
        status=status,
        components=flags.read_components(given.components, settings),
        next_update_by=flags.read_time(given.next_update_by, at, site, "--next-update-by"),
        eta=flags.read_time(given.eta, at, site, "--eta"),
        by=given.by or "",
    )
