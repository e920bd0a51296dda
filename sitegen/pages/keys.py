"""What pages show, said as keys: a page with the key of an earlier build has the bytes that it had then.

Whoever adds a page says what it shows, with one of the functions below. When in doubt choose one that covers more.
None says nothing: the page is rendered in every build.
"""

from collections.abc import Iterable
from functools import lru_cache

from sitegen.cache import digest
from sitegen.history import Record
from sitegen.pages.page import Key, Scene
from sitegen.timeline import Phase, Timeline


def of_settings(scene: Scene, kind: str, *words: str | int) -> Key:
    """The key of a page that shows no entry: the settings, the theme, and these words that stand on it."""
    return None if scene.surroundings is None else _digest(scene.surroundings.digest, kind, *words)


_digest = lru_cache(16)(digest)


def of_entries(scene: Scene, kind: str, lines: Iterable[Timeline], *words: str | int) -> Key:
    """The key of a page that shows these entries as far as they have come, but neither the moment nor the date."""
    if scene.surroundings is None:
        return None
    return digest(scene.surroundings.digest, kind, *words, *[scene.states[line.id] for line in lines])


def of_day(scene: Scene, kind: str, lines: Iterable[Timeline], *words: str | int) -> Key:
    """The same for a page that shows something that depends on the date."""
    today = scene.view.moment.astimezone(scene.project.settings.site.zone).date()
    return of_entries(scene, kind, lines, today.isoformat(), *words)


def of_entry(scene: Scene, kind: str, line: Timeline, *words: str | int) -> Key:
    """The key of a page about one entry: the minute stands on it until it is over, and work that is due has a day."""
    if line.phase is not Phase.OVER:
        return of_entries(scene, kind, (line,), scene.view.moment.isoformat(), *words)
    if line.undone:
        return of_day(scene, kind, (line,), *words)
    around = of_settings(scene, kind, *words)
    return None if around is None else around + scene.states[line.id]  # most keys are of these


def of_project(scene: Scene, kind: str, *words: str | int) -> Key:
    """The key of a page that shows any entry as far as it has come, or depends on files that show nowhere."""
    if scene.surroundings is None:
        return None
    return digest(scene.surroundings.digest, kind, *words, scene.whole)


def of_now(scene: Scene, kind: str, *words: str | int) -> Key:
    """The key of a page that shows how things stand at the very moment."""
    return of_project(scene, kind, scene.view.moment.isoformat(), *words)


def of_component(scene: Scene, record: Record) -> Key:
    """The key of a component's page: the moment stands on it, and it counts as down to the second."""
    lines = scene.view.touching(record.component)
    blind = str(bool(scene.project.unread))
    return of_entries(scene, "component", lines, scene.view.moment.isoformat(), blind)


def of_template(scene: Scene, template: str, key: Key, *words: str | int) -> Key:
    """The key for a page of that template, which the project may have replaced by one that asks for anything."""
    if scene.surroundings is None or not scene.surroundings.far_sighted:
        return key
    return of_now(scene, template, *words)
