"""The pages that people read: one function per kind, each in every language of the site."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from sitegen import links
from sitegen.history import Overall, Record, View
from sitegen.languages import Language
from sitegen.model import Condition, Kind
from sitegen.pages.bars import draw
from sitegen.pages.now import open_updates
from sitegen.pages.page import Page, Scene
from sitegen.pages.reader import Reader
from sitegen.timeline import GRACE, Phase, Timeline, worst

Details = Callable[[Reader], dict[str, Any]]


def pages(scene: Scene) -> Iterator[Page]:
    """Every page for people, the home page last: when it is written, all that it links to is there."""
    for kind in (_incidents, _components, _archive, _maintenance, _follow, _not_found, _home):
        yield from kind(scene)


def _in_every_language(scene: Scene, path: PurePosixPath, template: str, details: Details) -> Iterator[Page]:
    for language in scene.languages:
        place = links.in_language(path, language.code, scene.project.settings.site)
        yield _page(scene, place, language, template, details)


def _page(scene: Scene, path: PurePosixPath, language: Language, template: str, details: Details) -> Page:
    def render() -> bytes:
        reader = Reader(scene, language, path)
        context = {
            "r": reader,
            "lang": language,
            "site": scene.project.settings.site,
            "view": scene.view,
            "theme": scene.theme,
            **_names,
            **details(reader),
        }
        return (scene.theme.render(template, language, context).strip() + "\n").encode()

    return Page(path, render)


def _worst_now(view: View) -> Condition:
    """The colour of trouble: the worst condition of any service, at least degraded while an incident is open."""
    return worst((Condition.DEGRADED_PERFORMANCE, *(record.condition for record in view.records)))


_names: dict[str, Any] = {
    "Condition": Condition,
    "Kind": Kind,
    "Overall": Overall,
    "Phase": Phase,
    "draw": draw,
    "grace": GRACE,
    "worst": worst,
    "worst_now": _worst_now,
    "links": links,
}


def _home(scene: Scene) -> Iterator[Page]:
    seen = open_updates(scene.view)
    translations = tuple(_in_every_language(scene, links.HOME, "home.html", lambda reader: {"seen": seen}))
    yield from reversed(translations)


def _incidents(scene: Scene) -> Iterator[Page]:
    for line in scene.view.timelines:
        details = _incident_details(scene, line)
        yield from _in_every_language(scene, links.incident_page(line.incident.id), "incident.html", details)


def _incident_details(scene: Scene, line: Timeline) -> Details:
    account = line.incident.postmortem
    published = account is not None and account.published is not None and account.published <= scene.view.moment
    seen = {line.incident.id: len(line.steps)} if line.phase is Phase.OPEN else {}
    return lambda reader: {"line": line, "postmortem": account if published else None, "seen": seen}


def aliases(scene: Scene) -> Iterator[Page]:
    """A copy of an incident's page, naming the true address, at each of its old ones (FORMAT.md, `aliases`)."""
    for line in scene.view.timelines:
        for alias in line.incident.aliases:
            path, language = links.alias_page(alias), scene.languages[0]
            own = links.incident_page(line.incident.id)
            details = _incident_details(scene, line)
            yield _copy(scene, path, own, language, details)


def _copy(scene: Scene, path: PurePosixPath, own: PurePosixPath, language: Language, details: Details) -> Page:
    site = scene.project.settings.site
    canonical = links.absolute(site, own) if site.url else links.root_from(path) + str(own)
    return _page(scene, path, language, "incident.html", lambda reader: {**details(reader), "canonical": canonical})


def _components(scene: Scene) -> Iterator[Page]:
    for record in scene.view.records:
        path = links.component_page(record.component.key)
        yield from _in_every_language(scene, path, "component.html", _component_details(scene, record))


def _component_details(scene: Scene, record: Record) -> Details:
    lines = scene.view.touching(record.component)
    return lambda reader: {"record": record, "lines": lines}


def _archive(scene: Scene) -> Iterator[Page]:
    months = scene.view.months
    for (year, month), lines in months.items():
        yield from _in_every_language(
            scene, links.month_page(year, month), "month.html", _month_details(year, month, lines)
        )
    yield from _in_every_language(scene, links.ARCHIVE, "history.html", lambda reader: {"months": months})
    yield from _in_every_language(scene, links.ARCHIVE_FOLDER, "history.html", _archive_copy(months))


def _archive_copy(months: Mapping[tuple[int, int], tuple[Timeline, ...]]) -> Details:
    """The archive once more, naming its true address."""

    def details(reader: Reader) -> dict[str, Any]:
        own = links.in_language(links.ARCHIVE, reader.language.code, reader.site)
        canonical = links.absolute(reader.site, own) if reader.site.url else reader.link(links.ARCHIVE)
        return {"months": months, "canonical": canonical}

    return details


def _month_details(year: int, month: int, lines: tuple[Timeline, ...]) -> Details:
    return lambda reader: {"year": year, "month": month, "lines": lines}


def _maintenance(scene: Scene) -> Iterator[Page]:
    yield from _in_every_language(scene, links.MAINTENANCE, "maintenance.html", lambda reader: {})


def _follow(scene: Scene) -> Iterator[Page]:
    channels = scene.project.settings.channels
    yield from _in_every_language(scene, links.FOLLOW, "follow.html", lambda reader: {"channels": channels})


def _not_found(scene: Scene) -> Iterator[Page]:
    """Served at any depth, so it needs absolute links: left out where the site has no url (SECURITY.md)."""
    if scene.project.settings.site.url:
        yield _page(scene, links.NOT_FOUND, scene.languages[0], "404.html", lambda reader: {})
