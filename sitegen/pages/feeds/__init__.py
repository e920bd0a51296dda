"""The feeds: every update, of the site or of one component, and every incident, in the forms that readers know."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import PurePosixPath

from sitegen import links
from sitegen.languages import Language
from sitegen.pages import keys
from sitegen.pages.feeds import atom, json_feed, rss
from sitegen.pages.feeds.feed import Feed
from sitegen.pages.feeds.history import History
from sitegen.pages.feeds.updates import Updates
from sitegen.pages.page import Key, Page, Scene
from sitegen.pages.reader import Reader

_Gather = Callable[[], Feed]
_FORMS: dict[str, Callable[[Feed], bytes]] = {".atom": atom.write, ".rss": rss.write, ".json": json_feed.write}


def pages(scene: Scene) -> Iterator[Page]:
    """The feeds in each language; their links are absolute, so there are none without a site url."""
    if not scene.project.settings.site.url:
        return
    for language in scene.languages:
        for path, key, gather in _feeds(scene, language):
            place = links.in_language(path, language.code, scene.project.settings.site)
            yield Page(str(place), key, partial(_render, gather, _FORMS[place.suffix]))


def _render(gather: _Gather, write: Callable[[Feed], bytes]) -> bytes:
    return write(gather())


def _feeds(scene: Scene, language: Language) -> Iterator[tuple[PurePosixPath, Key, _Gather]]:
    """The place of each feed, its language's folder aside, what it shows, and how it is put together."""
    reader = Reader(scene, language, links.in_language(links.HOME, language.code, scene.project.settings.site))
    updates, history, code = Updates(reader), History(reader), language.code
    for path in (links.UPDATES_FEED, links.UPDATES_JSON):
        yield path, keys.of_entries(scene, "updates", scene.view.timelines, code), partial(updates.gather_all, path)
    for component in scene.project.settings.components:
        key = keys.of_entries(scene, "updates", scene.view.touching(component), code)
        yield links.component_feed(component.key), key, partial(updates.gather, component)
    for path in (links.HISTORY_ATOM, links.HISTORY_RSS):
        yield path, keys.of_project(scene, "history", code), partial(history.gather, path)
