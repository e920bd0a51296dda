"""The pages that people read: one function per kind, each in every language of the site."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from sitegen import links
from sitegen.history import Overall, Record, View
from sitegen.languages import Language
from sitegen.model import Component, Condition, Kind
from sitegen.pages import keys, past
from sitegen.pages.bars import draw
from sitegen.pages.now import open_updates
from sitegen.pages.page import Key, Page, Scene
from sitegen.pages.reader import Reader
from sitegen.timeline import GRACE, Phase, Timeline, worst

Details = Callable[[Reader], dict[str, Any]]


def pages(scene: Scene) -> Iterator[Page]:
    """Every page for people, the home page last: when it is written, all that it links to is there."""
    for kind in (_incidents, _components, _archive, _maintenance, _follow, _not_found, _home):
        yield from kind(scene)


def _in_every_language(
    scene: Scene, path: PurePosixPath | str, template: str, key: Key, details: Details
) -> Iterator[Page]:
    for language in scene.languages:
        name = links.name_in_language(str(path), language.code, scene.project.settings.site)
        yield _page(scene, name, language, template, key, details)


def _page(scene: Scene, name: str, language: Language, template: str, key: Key, details: Details) -> Page:
    def render() -> bytes:
        reader = Reader(scene, language, PurePosixPath(name))
        context = {"r": reader, "theme": scene.theme, **details(reader)}
        return (scene.theme.render(template, language, context).strip() + "\n").encode()

    return Page(name, keys.of_template(scene, template, key), render)


def _worst_now(view: View) -> Condition:
    """The colour of trouble: the worst condition of any service, at least degraded while an incident is open."""
    return worst((Condition.DEGRADED_PERFORMANCE, *(record.condition for record in view.records)))


def names(view: View) -> dict[str, Any]:
    """What every template and macro knows."""
    return {**_NAMES, "site": view.settings.site, "view": view}


_NAMES: dict[str, Any] = {
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
    key = keys.of_now(scene, "home")
    translations = tuple(_in_every_language(scene, links.HOME, "home.html", key, lambda reader: {"seen": seen}))
    yield from reversed(translations)


def _incidents(scene: Scene) -> Iterator[Page]:
    for line in scene.view.timelines:
        details = _incident_details(scene, line)
        name, key = links.incident_name(line.id), keys.of_entry(scene, "entry", line)
        yield from _in_every_language(scene, name, "incident.html", key, details)


def _incident_details(scene: Scene, line: Timeline) -> Details:
    def details(reader: Reader) -> dict[str, Any]:
        seen = {line.id: line.said} if line.phase is Phase.OPEN else {}
        return {"line": line, "postmortem": line.incident.postmortem if line.published else None, "seen": seen}

    return details


def aliases(scene: Scene) -> Iterator[Page]:
    """A copy of an incident's page, naming the true address, at each of its old ones (FORMAT.md, `aliases`)."""
    for line in scene.view.timelines:
        for alias in line.aliases:
            yield _copy(scene, links.alias_page(alias), line)


def _copy(scene: Scene, path: PurePosixPath, line: Timeline) -> Page:
    site, language, details = scene.project.settings.site, scene.languages[0], _incident_details(scene, line)
    own = links.incident_page(line.id)
    canonical = links.absolute(site, own) if site.url else links.root_from(path) + str(own)
    key = keys.of_entry(scene, "copy", line, canonical)
    return _page(
        scene, str(path), language, "incident.html", key, lambda reader: {**details(reader), "canonical": canonical}
    )


def _components(scene: Scene) -> Iterator[Page]:
    for record in scene.view.records:
        lines = scene.view.touching(record.component)
        listed, older = past.part(lines)
        years = past.find_years(lines, older, scene.project.settings.site.zone)
        path, key = links.component_page(record.component.key), keys.of_component(scene, record)
        details = _component_details(record, listed, len(older), tuple(years))
        yield from _in_every_language(scene, path, "component.html", key, details)
        for year in years:
            yield from _year(scene, record.component, year, years)


def _component_details(record: Record, lines: past.Lines, older: int, years: tuple[int, ...]) -> Details:
    return lambda reader: {"record": record, "lines": lines, "older": older, "years": years}


def _year(scene: Scene, component: Component, year: int, years: Mapping[int, past.Lines]) -> Iterator[Page]:
    """The page of one year of a component; `years` are all that have one."""
    lines = years[year]
    key = keys.of_entries(scene, "year", lines, component.key, year, *years)

    def details(reader: Reader) -> dict[str, Any]:
        months = past.find_months(lines, reader.site.zone)
        return {"component": component, "year": year, "years": tuple(years), "months": months}

    yield from _in_every_language(scene, links.year_page(component.key, year), "year.html", key, details)


def _archive(scene: Scene) -> Iterator[Page]:
    months = scene.view.months
    for (year, month), lines in months.items():
        path, key = links.month_page(year, month), keys.of_entries(scene, "month", lines)
        yield from _in_every_language(scene, path, "month.html", key, _month_details(year, month, lines))
    shown = {"months": months, "owing": [line for line in scene.view.timelines if line.undone]}
    key = keys.of_day(scene, "archive", scene.view.timelines)
    yield from _in_every_language(scene, links.ARCHIVE, "history.html", key, lambda reader: shown)
    key = keys.of_day(scene, "archive copy", scene.view.timelines)
    yield from _in_every_language(scene, links.ARCHIVE_FOLDER, "history.html", key, _archive_copy(shown))


def _archive_copy(shown: Mapping[str, Any]) -> Details:
    """The archive once more, naming its true address."""

    def details(reader: Reader) -> dict[str, Any]:
        own = links.in_language(links.ARCHIVE, reader.language.code, reader.site)
        canonical = links.absolute(reader.site, own) if reader.site.url else reader.link(links.ARCHIVE)
        return {**shown, "canonical": canonical}

    return details


def _month_details(year: int, month: int, lines: tuple[Timeline, ...]) -> Details:
    return lambda reader: {"year": year, "month": month, "lines": lines}


def _maintenance(scene: Scene) -> Iterator[Page]:
    planned = [line for line in scene.view.timelines if line.kind is Kind.MAINTENANCE]
    listed, older = past.part(tuple(line for line in planned if line.phase is Phase.OVER))
    shown = (*(line for line in planned if line.phase is not Phase.OVER), *listed)
    key = keys.of_entries(scene, "maintenance", shown, scene.view.moment.isoformat(), len(older))
    details = {"past": listed, "older": len(older)}
    yield from _in_every_language(scene, links.MAINTENANCE, "maintenance.html", key, lambda reader: details)


def _follow(scene: Scene) -> Iterator[Page]:
    channels = scene.project.settings.channels
    key = keys.of_settings(scene, "follow")
    yield from _in_every_language(scene, links.FOLLOW, "follow.html", key, lambda reader: {"channels": channels})


def _not_found(scene: Scene) -> Iterator[Page]:
    """Served at any depth, so it needs absolute links: left out where the site has no url (SECURITY.md)."""
    if scene.project.settings.site.url:
        key = keys.of_settings(scene, "not-found")
        yield _page(scene, str(links.NOT_FOUND), scene.languages[0], "404.html", key, lambda reader: {})
