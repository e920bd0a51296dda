"""What `update` and `resolve` share: which entry is meant, and one more update at its end."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import click
import msgspec

from sitegen.author import append_update
from sitegen.cli import drafting, flags, session
from sitegen.model import STATUSES, Incident, Settings, Text, Update
from sitegen.project import Project
from sitegen.timeline import Phase, fold


class Flags(msgspec.Struct, frozen=True, kw_only=True):
    """What was given on the command line, unread."""

    message: str | None
    components: tuple[str, ...]
    at: str | None
    next_update_by: str | None
    eta: str | None
    by: str | None
    status: str | None


def read_flags(given: Mapping[str, Any], status: str | None) -> Flags:
    """The flags in their places."""
    return msgspec.convert({**given, "status": status}, Flags)


def choose(project: Project, fragment: str | None) -> Incident:
    """The entry whose id has the fragment; without one the only one that is not over, else they are listed."""
    now = session.choose_moment(None, project.settings.site.zone)
    if fragment is not None:
        fitting = [one for one in project.incidents if one.id == fragment] or [
            one for one in project.incidents if fragment in one.id
        ]
        none = f"No entry has `{fragment}` in its id."
    else:
        fitting = [one for one in project.incidents if one.updates and fold(one, now).phase is not Phase.OVER]
        none = "Nothing is open. Name the entry, or open one with `sitegen new`."
    if len(fitting) == 1:
        return fitting[0]
    if not fitting:
        raise click.UsageError(none)
    names = "".join(f"\n  {one.id}" for one in fitting)
    raise click.UsageError(f"Which of these is meant?{names}")


def add(project: Project, incident: Incident, given: Flags, *, push: bool) -> None:
    """Show, check and write one more update; with `push` onto the newest file of the remote's branch."""
    settings, path = project.settings, incident.where.path
    now = session.choose_moment(None, settings.site.zone)
    hint = "What has changed since the last update, and what customers can do."
    message = flags.ask_message(given.message, hint)
    update = _compose(given, message, incident, settings, now)

    def edit(content: bytes | None) -> bytes:
        if content is None:
            raise session.Failure(f"{path} does not exist there any more.")
        return append_update(content, path, update, settings)

    grown = drafting.reread(path, edit((project.root / path).read_bytes()), settings)
    drafting.check(grown, settings, now)
    drafting.show(grown, settings, now)
    drafting.confirm(given.message is None)
    drafting.save(project, path, edit, f"Update {incident.id}", push=push)
    drafting.tell_place(project, grown)


def _compose(given: Flags, message: str, incident: Incident, settings: Settings, now: datetime) -> Update:
    site = settings.site
    at = flags.read_at(given.at, now, site)
    if given.at is None and incident.updates:
        at = max(at, incident.updates[-1].at)
    status = flags.read_word(given.status, STATUSES[incident.kind], "--status") if given.status else None
    return Update(
        id="",
        at=at,
        message=Text({site.default_language: message.strip()}),
        where=incident.where,
        status=status,
        components=flags.read_components(given.components, settings),
        next_update_by=flags.read_time(given.next_update_by, at, site, "--next-update-by"),
        eta=flags.read_time(given.eta, at, site, "--eta"),
        by=given.by or "",
    )
