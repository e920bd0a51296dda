"""`maintenance.ics`: planned maintenance for calendars that subscribe to it (RFC 5545)."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from sitegen import links, markup
from sitegen.history import View
from sitegen.model import Kind, Status, Window
from sitegen.pages import keys
from sitegen.pages.api.ids import identify
from sitegen.pages.page import Page, Scene
from sitegen.pages.reader import Reader
from sitegen.timeline import Phase, Timeline

if TYPE_CHECKING:
    from icalendar import Calendar, Event

PAST = 50
Planned = list[tuple[Timeline, Window]]
_LOOK_AGAIN = timedelta(hours=1)


def pages(scene: Scene) -> Iterator[Page]:
    """The calendar of each language; its events are named by the site's address, so there is none without."""
    site = scene.project.settings.site
    if not site.url:
        return
    planned, ids = _planned(scene.view), identify(scene.project.named)
    codes = [ids.incident(line) for line, _ in planned]
    for language in scene.languages:
        path = links.in_language(links.CALENDAR, language.code, site)
        key = keys.of_entries(scene, "calendar", [line for line, _ in planned], language.code, *codes)
        yield Page(str(path), key, partial(_render, Reader(scene, language, path), planned, codes))


def _render(reader: Reader, planned: Planned, codes: Iterable[str]) -> bytes:
    calendar = _make_calendar(reader)
    for (line, window), code in zip(planned, codes, strict=True):
        calendar.add_component(_make_event(reader, line, window, code))
    return bytes(calendar.to_ical())


def _planned(view: View) -> Planned:
    """All maintenance that is not over and the newest that is, by its time; what has no window has no place."""
    lines = [line for phase in (Phase.COMING, Phase.OPEN) for line in view.select(Kind.MAINTENANCE, phase)]
    lines += view.select(Kind.MAINTENANCE, Phase.OVER)[:PAST]
    found = [(line, line.window) for line in lines if line.said and line.window is not None]
    return sorted(found, key=lambda pair: (pair[1].start, pair[0].id))


def _make_calendar(reader: Reader) -> "Calendar":
    from icalendar import Calendar, vText  # here: its import is slow, and only this file of a site needs it

    maintenance = reader.language.gettext("Maintenance")
    name = vText(f"{reader.text(reader.site.name)} – {maintenance}")
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//sitegen//sitegen//EN")
    calendar.add("method", "PUBLISH")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", _LOOK_AGAIN, parameters={"VALUE": "DURATION"})
    return calendar


def _make_event(reader: Reader, line: Timeline, window: Window, code: str) -> "Event":
    from icalendar import Event

    event = Event()
    event.add("uid", f"{code}@{reader.site.url.partition('://')[2]}")
    event.add("sequence", _count_revisions(line))
    event.add("dtstamp", _last_revised(line))
    event.add("last-modified", _last_revised(line))
    event.add("created", line.steps[0].update.at)
    event.add("dtstart", window.start)
    event.add("dtend", window.end)
    event.add("status", "CANCELLED" if line.status is Status.CANCELLED else "CONFIRMED")
    event.add("transp", "TRANSPARENT")  # nobody is busy because of it
    event.add("summary", reader.text(line.title))
    event.add("description", _describe(reader, line))
    page = links.in_language(links.incident_page(line.id), reader.language.code, reader.site)
    event.add("url", links.absolute(reader.site, page))
    return event


def _count_revisions(line: Timeline) -> int:
    """How often something was said, edited or taken back after the announcement: it never goes down."""
    touched = sum((step.update.edited is not None) + (step.update.retracted is not None) for step in line.steps)
    return len(line.steps) - 1 + touched


def _last_revised(line: Timeline) -> datetime:
    """The newest update or edit that has happened (UTC): what the clock does to a maintenance is no revision."""
    edits = (step.update.edited.at for step in line.steps if step.update.edited is not None)
    return max(at for at in (*(step.update.at for step in line.steps), *edits) if at <= line.moment)


def _describe(reader: Reader, line: Timeline) -> str:
    """The services and the newest word, as plain text."""
    names = reader.language.list(reader.names(line.conditions))
    newest = line.steps[-1].update
    text = markup.render(reader.text(newest.retracted or newest.message)).plain
    if newest.retracted is not None:
        mark = reader.language.gettext("Retracted:")
        text = f"{mark} {text}"
    services = reader.language.gettext("Services:")
    return "\n\n".join([*([f"{services} {names}"] if names else []), text])
