"""What a template may ask: words, times, texts and links for a reader of one language on one page."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cache, cached_property, lru_cache
from pathlib import PurePosixPath
from textwrap import shorten
from zoneinfo import ZoneInfo

import msgspec
from markupsafe import Markup, escape

from sitegen import links, markup
from sitegen.history import Day
from sitegen.languages import Language, language
from sitegen.model import Channel, Component, Condition, Group, Incident, Named, Picture, Site, Text, Update
from sitegen.pages.page import Scene
from sitegen.timeline import Span, Step, Timeline
from sitegen.words import label

# A site shows few moments, each of them in several places.
_MOMENTS = 4096
_TO_SECONDS = len("2026-11-23T03:09:00")
_SUMMARY = 200
_SCROLLING = '<div class="scroll" tabindex="0"><table>'


class _Shown(Mapping[str, markup.Picture]):
    """The pictures beside the incidents as texts show them; few texts do, so none is made before it is asked for."""

    def __init__(self, pictures: Mapping[str, Picture]) -> None:
        self._pictures = pictures

    def __getitem__(self, name: str) -> markup.Picture:
        picture = self._pictures[name]
        return markup.Picture(str(links.picture_file(name)), picture.width, picture.height)

    def __iter__(self) -> Iterator[str]:
        return iter(self._pictures)

    def __len__(self) -> int:
        return len(self._pictures)


class Reader(msgspec.Struct, frozen=True, dict=True):
    """One language on one page; `root` is the way from the page to the site's root, empty or `../…`."""

    scene: Scene
    language: Language
    path: PurePosixPath

    @cached_property
    def site(self) -> Site:
        """The site's settings."""
        return self.scene.project.settings.site

    @cached_property
    def root(self) -> str:
        """The way to the site's root; absolute on the page that hosts show at any depth."""
        return f"{self.site.url}/" if self.path == links.NOT_FOUND else links.root_from(self.path)

    @property
    def others(self) -> tuple[tuple[Language, str], ...]:
        """The same page in the other languages, each with its link."""
        return tuple((other, self._to(self._plain_path(), other.code)) for other in self.scene.languages)

    def _plain_path(self) -> PurePosixPath:
        """The page's path without its language's folder."""
        is_default = self.language.code == self.site.default_language
        return self.path if is_default else PurePosixPath(*self.path.parts[1:])

    def _to(self, path: PurePosixPath, code: str) -> str:
        return self.root + str(links.in_language(path, code, self.site))

    @cached_property
    def _own_root(self) -> str:
        """The way to the root of the pages in this language."""
        is_default = self.language.code == self.site.default_language
        return self.root if is_default else f"{self.root}{self.language.code}/"

    def link(self, path: PurePosixPath) -> str:
        """The relative link to a page in this language."""
        return f"{self._own_root}{path}"

    def home(self) -> str:
        """The link to the home page."""
        return self.link(links.HOME)

    def incident(self, incident: Named) -> str:
        """The link to an incident's page."""
        return self.link(links.incident_page(incident.id))

    def component(self, component: Component) -> str:
        """The link to a component's page."""
        return self.link(links.component_page(component.key))

    def month(self, year: int, month: int) -> str:
        """The link to a month of the archive."""
        return self.link(links.month_page(year, month))

    def update(self, incident: Incident, update: Update) -> str:
        """The link to one update."""
        return f"{self.incident(incident)}#{links.anchor(update)}"

    def anchor(self, update: Update) -> str:
        """The fragment of an update."""
        return links.anchor(update)

    @property
    def here(self) -> str:
        """The link to this page."""
        return self.root + str(self.path)

    def canonical(self) -> str:
        """The page's own address for other machines, relative where the site has no url."""
        plain = links.in_language(self._plain_path(), self.language.code, self.site)
        return links.absolute(self.site, plain) if self.site.url else self.root + str(plain)

    def text(self, text: Text) -> str:
        """The text in this language, or in the one it has."""
        return text.read(self.language.code, self.site.default_language)

    def html(self, text: Text) -> Markup:
        """The text in an element that names its language, where that is another one."""
        words = escape(self.text(text))
        if not self.is_foreign(text):
            return words
        return Markup(f'<span lang="{self.foreign_language(text).code}">{words}</span>')

    def is_foreign(self, text: Text) -> bool:
        """Whether the text exists in another language only."""
        if self.language.code in text.variants:
            return False
        return self.foreign_language(text).code != self.language.code

    def foreign_language(self, text: Text) -> Language:
        """The language that the text is shown in."""
        code = text.language(self.language.code, self.site.default_language)
        return language(code) if code in self.site.languages else self.language

    def markdown(self, text: Text, top_heading: int = 3) -> Markup:
        """The text's HTML: sanitised, so it is marked as safe here and nowhere else.

        A wide table scrolls by itself, also by keyboard.
        """
        html = self._rendered(text, self.root, top_heading)
        return Markup(html.replace("<table>", _SCROLLING).replace("</table>", "</table></div>"))

    def absolute_markdown(self, text: Text) -> Markup:
        """The text's HTML for readers elsewhere: its links and pictures are absolute."""
        return Markup(self._rendered(text, f"{self.site.url}/", 3))

    def _rendered(self, text: Text, root: str, top_heading: int) -> str:
        pictures = _Shown(self.scene.project.pictures)
        return markup.render(self.text(text), pictures=pictures, root=root, top_heading=top_heading).html

    def label(self, word: StrEnum) -> str:
        """A status, condition, impact or kind in this language."""
        return self.language.gettext(label(word))

    def word(self, condition: Condition) -> Markup:
        """A condition as an element in its colour and with its shape."""
        return _write_word(self.language.code, condition)

    def status(self, line: Timeline) -> str:
        """The status of an entry now."""
        if line.late:
            return self.language.gettext("Running longer than planned")
        return self.label(line.status or line.kind)

    def moment(self, moment: datetime) -> str:
        """Day, time and zone."""
        return self.language.moment(moment, self.site.zone)

    def time(self, moment: datetime, own: bool = False) -> Markup:
        """The moment as an element that the page's script understands; `own`: shown in the reader's zone as well."""
        return _write_time(self.language.code, self.site.zone, moment, own)

    def number(self, step: Step) -> str:
        """What an update is called."""
        return self.language.gettext("Update %(n)s") % {"n": step.number}

    def clock(self, moment: datetime) -> str:
        """Time and zone."""
        return self.language.clock(moment, self.site.zone)

    def day_of(self, moment: datetime) -> date:
        """The day of the site's zone."""
        return moment.astimezone(self.site.zone).date()

    def iso(self, moment: datetime) -> str:
        """The moment for machines, in UTC."""
        return _iso(moment)

    @cached_property
    def _components(self) -> tuple[Component, ...]:
        """All components in the order of the page."""
        return self.scene.project.settings.components

    @cached_property
    def _places(self) -> Mapping[str, int]:
        """The place of each component in that order, by its key."""
        return {one.key: place for place, one in enumerate(self._components)}

    def affected(self, line: Timeline) -> tuple[Component, ...]:
        """The components that an entry touched or touches, in the order of the page."""
        return self.named(line.conditions)

    def groups(self) -> tuple[Group, ...]:
        """The components as the page groups them."""
        return self.scene.project.settings.groups

    def named(self, keys: Iterable[str]) -> tuple[Component, ...]:
        """The components of these keys, in the order of the page."""
        places = sorted({self._places[key] for key in keys if key in self._places})
        return tuple(self._components[place] for place in places)

    def name(self, key: str) -> Text:
        """The name of a component."""
        return self._components[self._places[key]].name

    def names(self, keys: Iterable[str]) -> tuple[str, ...]:
        """The names of these components, in the order of the page."""
        return tuple(self.text(component.name) for component in self.named(keys))

    def ordered(self, spans: Iterable[Span]) -> list[Span]:
        """The spans by service in the order of the page, then by time."""
        return sorted(spans, key=lambda span: (self._places[span.component], span.start))

    def troubles(self, day: Day) -> tuple[tuple[Condition, timedelta], ...]:
        """How long a day was spent in each condition other than operational, worst first."""
        spent = ((condition, seconds) for condition, seconds in day.seconds.items())
        troubles = [(one, timedelta(seconds=seconds)) for one, seconds in spent if one is not Condition.OPERATIONAL]
        return tuple(reversed(troubles))

    def weight(self, condition: Condition) -> str:
        """What part of a minute the condition counts as down."""
        return self.language.percent(self.scene.project.settings.policy.uptime_weights[condition], 0)

    def picture(self, name: str) -> Picture | None:
        """The picture of that name beside the incidents."""
        return self.scene.project.pictures.get(name)

    def source(self, incident: Incident) -> str:
        """Where the history of the incident's file can be read; empty where the site names no repository."""
        return links.file_history(self.site.source, incident.where.path) if self.site.source else ""

    def summary(self, line: Timeline) -> str:
        """One sentence about the entry, for search engines and previews."""
        text = markup.render(self.text(line.steps[-1].update.message)).plain if line.steps else ""
        whole = " ".join(text.split())
        return (whole if len(whole) <= _SUMMARY else shorten(whole, _SUMMARY, placeholder="…")) or self.text(line.title)

    def accounts(self, channels: Iterable[Channel]) -> tuple[tuple[str, str], ...]:
        """The public accounts that repeat the updates: what to call each, and where it is."""
        return tuple(found for channel in channels if (found := links.account(channel)) is not None)


def _iso(moment: datetime) -> str:
    return f"{moment.isoformat()[:_TO_SECONDS]}Z"


@cache
def _write_word(code: str, condition: Condition) -> Markup:
    word = escape(language(code).gettext(label(condition)))
    return Markup(f'<span class="word {condition.value}">{word}</span>')


@lru_cache(_MOMENTS)
def _write_time(code: str, zone: ZoneInfo, moment: datetime, own: bool) -> Markup:
    spoken, mark = language(code), " data-own" if own else ""
    clock, whole = map(escape, spoken.clock_and_moment(moment, zone))
    return Markup(f'<time datetime="{_iso(moment)}" data-clock="{clock}"{mark}>{whole}</time>')
