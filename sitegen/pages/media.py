"""The pictures that texts show, byte for byte."""

from collections.abc import Iterator
from datetime import datetime

import msgspec

from sitegen import links
from sitegen.checks import texts
from sitegen.model import Incident, Picture
from sitegen.pages import keys
from sitegen.pages.page import Page, Scene


def pages(scene: Scene) -> Iterator[Page]:
    """One file per picture that is named in something public: what only a draft shows is not published with it."""
    public = "\n".join(_public_words(scene)) if scene.project.pictures else ""
    for name in sorted(scene.project.pictures):
        if name in public:
            yield _page(scene, scene.project.pictures[name])


def _public_words(scene: Scene) -> Iterator[str]:
    """Every text that visitors can read, and the names of post-mortems' pictures."""
    for line in scene.view.timelines:
        if not line.pictured:
            continue
        incident = _without_unpublished(line.incident, scene.view.moment)
        yield from (placed.text for placed in texts(incident))
        yield incident.postmortem.image if incident.postmortem is not None else ""


def _without_unpublished(incident: Incident, moment: datetime) -> Incident:
    account = incident.postmortem
    if account is None or (account.published is not None and account.published <= moment):
        return incident
    return msgspec.structs.replace(incident, postmortem=None)


def _page(scene: Scene, picture: Picture) -> Page:
    return Page(str(links.picture_file(picture.name)), keys.of_settings(scene, "picture"), lambda: picture.content)
