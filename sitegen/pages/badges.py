"""Badges: the state of the site and of each component in a few words, drawn, and as a badge service asks for it."""

import unicodedata
from collections.abc import Iterator
from functools import partial
from pathlib import PurePosixPath
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import msgspec

from sitegen import links
from sitegen.history import Overall
from sitegen.languages import Language
from sitegen.model import Condition, Kind
from sitegen.pages import keys
from sitegen.pages.page import Page, Scene
from sitegen.pages.reader import Reader
from sitegen.timeline import Phase, worst

LONGEST = 40
# The light colours of the default theme: each has a contrast of at least 4.5 to 1 against white.
_COLOURS = {
    Condition.OPERATIONAL: "#127350",
    Condition.UNDER_MAINTENANCE: "#1f5bb8",
    Condition.UNKNOWN: "#5f6775",
    Condition.DEGRADED_PERFORMANCE: "#8a5a00",
    Condition.PARTIAL_OUTAGE: "#ad4208",
    Condition.MAJOR_OUTAGE: "#b81a26",
}
_AT_LEAST = {
    Overall.CLEAR: Condition.OPERATIONAL,
    Overall.UNKNOWN: Condition.UNKNOWN,
    Overall.INCIDENT: Condition.DEGRADED_PERFORMANCE,
}
_INK, _SOFT, _PAPER, _LINE = "#14181f", "#eceef2", "#ffffff", "#8b939f"
_HEIGHT, _SIZE, _BASE, _PAD = 20, 11, 14, 7
_NARROW, _WIDE = frozenset("fijlrtI.,:;'|!()[]{}/\\ -"), frozenset("mwMWOQ@%&")


class Badge(msgspec.Struct, frozen=True):
    """What a badge says: of whom, what, and how bad that is."""

    label: str
    message: str
    condition: Condition


def pages(scene: Scene) -> Iterator[Page]:
    """Two files for the site and for each component, in each language; they hold no links."""
    for language in scene.languages:
        reader = Reader(scene, language, links.HOME)
        yield from _both(scene, language, links.BADGE, links.SHIELD, _judge_site(reader))
        for record in scene.view.records:
            key, name = record.component.key, reader.text(record.component.name)
            badge = Badge(name, reader.label(record.condition), record.condition)
            yield from _both(scene, language, links.component_badge(key), links.component_shield(key), badge)


def _both(scene: Scene, language: Language, drawn: PurePosixPath, asked: PurePosixPath, badge: Badge) -> Iterator[Page]:
    site = scene.project.settings.site
    key = keys.of_settings(scene, "badge", badge.label, badge.message, badge.condition.value)
    yield Page(str(links.in_language(drawn, language.code, site)), key, partial(draw, badge))
    yield Page(str(links.in_language(asked, language.code, site)), key, partial(answer, badge))


def _judge_site(reader: Reader) -> Badge:
    """Green only where the home page says that nothing is open and all is known, and every service is well."""
    view, language = reader.scene.view, reader.language
    condition = worst((_AT_LEAST[view.overall], *(record.condition for record in view.records)))
    message = reader.label(condition)
    if view.overall is Overall.INCIDENT:
        count = len(view.select(Kind.INCIDENT, Phase.OPEN))
        message = language.ngettext("1 incident is open", "%(n)s incidents are open", count) % {"n": count}
    elif condition is Condition.OPERATIONAL:
        message = language.gettext("No incidents reported")
    return Badge(reader.text(reader.site.name), message, condition)


def answer(badge: Badge) -> bytes:
    """What the `endpoint` badge of shields.io asks for (its schema, version 1)."""
    colour = _COLOURS[badge.condition].removeprefix("#")
    body = {"schemaVersion": 1, "label": badge.label, "message": badge.message, "color": colour}
    return msgspec.json.encode(body) + b"\n"


def draw(badge: Badge) -> bytes:
    """The badge as SVG: dark text on light ground, its widths by the text, whatever font shows it."""
    label, message = _shorten(badge.label), _shorten(badge.message)
    middle = _measure(label) + 2 * _PAD
    width = middle + _measure(message) + 2 * _PAD
    image = Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "width": str(width),
            "height": str(_HEIGHT),
            "viewBox": f"0 0 {width} {_HEIGHT}",
            "role": "img",
        },
    )
    ElementTree.SubElement(image, "title").text = f"{badge.label}: {badge.message}"
    _add_ground(image, 0, width, _PAPER)
    _add_ground(image, 0, middle, _SOFT)
    frame = {"x": ".5", "y": ".5", "width": str(width - 1), "height": str(_HEIGHT - 1)}
    ElementTree.SubElement(image, "rect", {**frame, "fill": "none", "stroke": _LINE})
    _add_text(image, _PAD, label, _INK)
    _add_text(image, middle + _PAD, message, _COLOURS[badge.condition])
    return ElementTree.tostring(image, encoding="unicode").encode() + b"\n"


def _add_ground(image: Element, x: int, width: int, colour: str) -> None:
    place = {"x": str(x), "width": str(width), "height": str(_HEIGHT), "fill": colour}
    ElementTree.SubElement(image, "rect", place)


def _add_text(image: Element, x: int, text: str, colour: str) -> None:
    look = {"font-family": "Verdana, DejaVu Sans, sans-serif", "font-size": str(_SIZE), "fill": colour}
    fit = {"textLength": str(_measure(text)), "lengthAdjust": "spacingAndGlyphs"}
    ElementTree.SubElement(image, "text", {"x": str(x), "y": str(_BASE), **look, **fit}).text = text


def _shorten(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1].rstrip()}…"


def _measure(text: str) -> int:
    """About how wide the text is in pixels; the drawing is told to fit it exactly."""
    return max(_SIZE, round(sum(map(_advance, text))))


def _advance(letter: str) -> float:
    if unicodedata.combining(letter) or unicodedata.category(letter) in ("Cf", "Me"):
        return 0
    if unicodedata.east_asian_width(letter) in "WF":
        return _SIZE
    if letter in _NARROW:
        return 4.5
    return 9.5 if letter in _WIDE else 7.5 if letter.isupper() else 6.7
