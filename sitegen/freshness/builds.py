"""The site as it should be at a moment, and as it was before the newest words: built in memory, file by file."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from threading import RLock

from sitegen import build, links, pages
from sitegen.freshness.events import Event, find_events, leave_out
from sitegen.model import Component, Site
from sitegen.pages import Page
from sitegen.project import Project

_State = tuple[datetime, frozenset[Event]]
_INSTANT = timedelta(seconds=1)


class Builds:
    """Builds of one project; hosts are looked at side by side, and ask one at a time."""

    def __init__(self, project: Project, moment: datetime) -> None:
        self.project, self.moment = build.withhold(project), moment
        self.events = find_events(self.project, moment)
        self._scenes: dict[_State, pages.Scene] = {}
        self._pages: dict[_State, Mapping[PurePosixPath, Page]] = {}
        self._files: dict[tuple[_State, PurePosixPath], bytes | None] = {}
        self._lock = RLock()

    @property
    def site(self) -> Site:
        """The settings of the site."""
        return self.project.settings.site

    def scene(self, moment: datetime, without: Collection[Event] = ()) -> pages.Scene:
        """Everything that is shown at the moment, these words left out."""
        key = (moment, frozenset(without))
        with self._lock:
            if key not in self._scenes:
                self._scenes[key] = build.scene(leave_out(self.project, key[1]), moment)
            return self._scenes[key]

    def render(self, path: PurePosixPath, moment: datetime, without: Collection[Event] = ()) -> bytes | None:
        """The file as it is at the moment, these words left out; None where there is no such file then."""
        key = (moment, frozenset(without))
        with self._lock:
            if key not in self._pages:
                found, _ = pages.collect(self.scene(moment, without))
                self._pages[key] = {page.path: page for page in found}
            if (key, path) not in self._files:
                page = self._pages[key].get(path)
                self._files[key, path] = page.render() if page is not None else None
            return self._files[key, path]

    def concerns(self, path: PurePosixPath, event: Event) -> bool:
        """Whether the file says something else because of the event."""
        if event.is_word:
            return self.render(path, self.moment) != self.render(path, self.moment, (event,))
        return self.render(path, event.at + _INSTANT) != self.render(path, event.at - _INSTANT)

    def choose_files(self) -> tuple[PurePosixPath, ...]:
        """The files that speak of now, home first: feeds, API, texts, badges, the newest entry, a component of it."""
        scene, plain = self.scene(self.moment), [*_ALWAYS, *self._choose_pages()]
        wanted = {links.in_language(path, language.code, self.site) for language in scene.languages for path in plain}
        found, _ = pages.collect(scene)
        chosen = [page.path for page in found if page.path in wanted or page.path.parts[0] == "api"]
        return tuple(reversed(chosen))

    def _choose_pages(self) -> tuple[PurePosixPath, ...]:
        """The page of the newest entry, page and feed of a component that it touches, else of the first one."""
        lines = {line.id: line for line in self.scene(self.moment).view.timelines}
        newest = next((lines[event.incident] for event in self.events if event.incident in lines), None)
        components: tuple[Component, ...] = self.project.settings.components
        touched = [one for one in components if newest is not None and one.key in newest.conditions]
        key = (*touched, *components)[0].key
        entry = (links.incident_page(newest.incident.id),) if newest is not None else ()
        return (*entry, links.component_page(key), links.component_feed(key))


_ALWAYS = (
    links.HOME,
    links.NOW,
    links.UPDATES_FEED,
    links.UPDATES_JSON,
    links.ARCHIVE,
    links.HISTORY_ATOM,
    links.HISTORY_RSS,
    links.CALENDAR,
    links.STATUS_TEXT,
    links.BADGE,
    links.SHIELD,
)
