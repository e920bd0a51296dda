"""`api/v2/`: the eight files that consumers of a hosted Statuspage ask for, in the same shapes and words."""

from collections.abc import Callable, Collection, Iterator
from functools import partial

import msgspec

from sitegen import links
from sitegen.model import Kind
from sitegen.pages import keys
from sitegen.pages.api import entries
from sitegen.pages.api.export import Export, Json
from sitegen.pages.page import Page, Scene
from sitegen.timeline import Phase, Timeline

NEWEST = 50
_ALL = tuple(Phase)


def pages(scene: Scene) -> Iterator[Page]:
    """The files, in the first language only; their addresses are absolute, so there are none without a site url."""
    if not scene.project.settings.site.url:
        return
    export = Export(scene)
    for name, tell in _FILES.items():
        yield Page(str(links.api_file(name)), keys.of_project(scene, "api"), partial(_render, export, tell))


def _render(export: Export, tell: Callable[[Export], Json]) -> bytes:
    return msgspec.json.encode({"page": export.page, **tell(export)}) + b"\n"


def _lines(export: Export, kind: Kind, phases: Collection[Phase]) -> list[Timeline]:
    """The entries of a kind in these phases, newest first, by what hosted pages go by."""
    found = (line for line in export.view.timelines if line.kind is kind and line.phase in phases)
    return sorted(found, key=lambda line: (line.created, line.id), reverse=True)


def _incidents(export: Export, phases: Collection[Phase] = _ALL, most: int | None = None) -> Json:
    lines = _lines(export, Kind.INCIDENT, phases)
    return {"incidents": [entries.incident(export, line) for line in lines[:most]]}


def _maintenances(export: Export, phases: Collection[Phase] = _ALL, most: int | None = None) -> Json:
    lines = _lines(export, Kind.MAINTENANCE, phases)
    return {"scheduled_maintenances": [entries.maintenance(export, line) for line in lines[:most]]}


def _summary(export: Export) -> Json:
    return {
        "components": export.components,
        **_incidents(export, {Phase.OPEN}),
        **_maintenances(export, {Phase.COMING, Phase.OPEN}),
        "status": export.status,
    }


_FILES: dict[str, Callable[[Export], Json]] = {
    "summary": _summary,
    "status": lambda export: {"status": export.status},
    "components": lambda export: {"components": export.components},
    "incidents": lambda export: _incidents(export, most=NEWEST),
    "incidents/unresolved": lambda export: _incidents(export, {Phase.OPEN}),
    "scheduled-maintenances": lambda export: _maintenances(export, most=NEWEST),
    "scheduled-maintenances/upcoming": lambda export: _maintenances(export, {Phase.COMING}),
    "scheduled-maintenances/active": lambda export: _maintenances(export, {Phase.OPEN}),
}
