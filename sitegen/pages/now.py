"""`now.json`: the few bytes that an open page looks at each minute, to say that there is news."""

from collections.abc import Iterator

import msgspec

from sitegen import links
from sitegen.history import View
from sitegen.pages.page import Page, Scene
from sitegen.timeline import Phase


def open_updates(view: View) -> dict[str, int]:
    """The number of visible updates of every entry that is open, by id."""
    return {line.incident.id: len(line.steps) for line in view.timelines if line.phase is Phase.OPEN}


def pages(scene: Scene) -> Iterator[Page]:
    """The one file."""
    view = scene.view
    body = {
        "moment": view.moment.strftime("%Y-%m-%dT%H:%MZ"),
        "overall": view.overall.value,
        "open": open_updates(view),
    }
    yield Page(links.NOW, lambda: msgspec.json.encode(body, order="sorted") + b"\n")
