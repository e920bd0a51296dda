"""`now.json`: the few bytes that an open page looks at each minute, and what `embed.js` shows elsewhere."""

from collections.abc import Iterator
from typing import Any

import msgspec

from sitegen import links
from sitegen.history import View
from sitegen.model import Kind
from sitegen.pages import keys
from sitegen.pages.page import Page, Scene
from sitegen.timeline import Phase, Timeline


def open_updates(view: View) -> dict[str, int]:
    """The number of visible updates of every entry that is open, by id."""
    return {line.id: line.said for line in view.timelines if line.phase is Phase.OPEN}


def pages(scene: Scene) -> Iterator[Page]:
    """The one file."""
    view = scene.view
    body = {
        "moment": view.moment.strftime("%Y-%m-%dT%H:%MZ"),
        "overall": view.overall.value,
        "open": open_updates(view),
        "incidents": [_title(scene, line) for line in view.select(Kind.INCIDENT, Phase.OPEN)],
    }
    yield Page(str(links.NOW), keys.of_now(scene, "now"), lambda: msgspec.json.encode(body, order="sorted") + b"\n")


def _title(scene: Scene, line: Timeline) -> dict[str, Any]:
    """An open incident and its title in each language of the site, newest incident first."""
    site, title = scene.project.settings.site, line.title
    return {"id": line.id, "title": {code: title.read(code, site.default_language) for code in site.languages}}
