"""What should have changed the pages by a moment: words that were said, and times at which an entry turns."""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from sitegen.model import Incident, Kind, Part
from sitegen.project import Project


class Turn(StrEnum):
    """What the clock does to an entry, without a word."""

    START = "start"
    END = "end"


class Event(msgspec.Struct, frozen=True, order=True):
    """At `at` (UTC) an entry came to say more: `part` is the id of an update, `postmortem`, or a Turn."""

    at: datetime
    incident: str
    part: str

    @property
    def is_word(self) -> bool:
        """Whether somebody said it; else the clock did it."""
        return self.part not in (Turn.START, Turn.END)

    @property
    def name(self) -> str:
        """What it is called in messages."""
        return f"{self.incident} · {self.part}"

    def __str__(self) -> str:
        return f"{self.name} of {self.at:%Y-%m-%d %H:%M} UTC"


def find_events(project: Project, moment: datetime) -> tuple[Event, ...]:
    """Everything that the pages show at the moment because it has happened by then, newest first."""
    found = (event for incident in project.incidents if not incident.draft for event in _list_events(incident))
    return tuple(sorted((event for event in found if event.at <= moment), reverse=True))


def _list_events(incident: Incident) -> Iterator[Event]:
    for update in incident.updates:
        yield Event(update.at, incident.id, update.id)
    if incident.postmortem is not None and incident.postmortem.published is not None:
        yield Event(incident.postmortem.published, incident.id, Part.POSTMORTEM)
    if incident.window is not None and incident.kind is Kind.MAINTENANCE:
        yield Event(incident.window.start, incident.id, Turn.START)
    if incident.until is not None:
        yield Event(incident.until, incident.id, Turn.END)


def leave_out(project: Project, events: Collection[Event]) -> Project:
    """The project as it was before these words were written; an entry without any word was not there."""
    gone = {(event.incident, event.part) for event in events}
    kept = (_leave_out(incident, gone) for incident in project.incidents)
    return msgspec.structs.replace(project, incidents=tuple(incident for incident in kept if incident is not None))


def _leave_out(incident: Incident, gone: Collection[tuple[str, str]]) -> Incident | None:
    updates = tuple(update for update in incident.updates if (incident.id, update.id) not in gone)
    account = None if (incident.id, Part.POSTMORTEM) in gone else incident.postmortem
    if incident.updates and not updates:
        return None
    return msgspec.structs.replace(incident, updates=updates, postmortem=account)


def describe_lack(events: Collection[Event], moment: datetime) -> str:
    """What is lacking (newest first, not empty), and for how long it has been, at the moment."""
    newest, oldest = max(events), min(events)
    count = "" if len(events) == 1 else f"{len(events)} changes, the newest "
    return f"lacks {count}{newest}, and is {_span(moment - oldest.at)} behind"


def _span(time: timedelta) -> str:
    """A length of time in the two largest units."""
    minutes = max(0, int(time.total_seconds()) // 60)
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        return f"{days} d {hours} h"
    return f"{hours} h {rest} min" if hours else f"{rest} min"
