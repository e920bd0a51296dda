"""Badges: never green where anything else is true, read by people and by services, safe wherever they are shown."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest
from jsonschema import Draft202012Validator

from sitegen.history import Overall
from sitegen.model import Condition
from sitegen.pages.badges import Badge, answer, draw
from tests.feeds.readers import MOMENT, SETTINGS, parse_json
from tests.projects import build_site, make_project

SVG = "{http://www.w3.org/2000/svg}"
GREEN, GREY = "127350", "5f6775"
# What shields.io takes from an endpoint: the fields that are used here; it refuses a field that it does not know.
SHIELD = Draft202012Validator(
    {
        "type": "object",
        "required": ["schemaVersion", "label", "message", "color"],
        "additionalProperties": False,
        "properties": {
            "schemaVersion": {"const": 1},
            "label": {"type": "string"},
            "message": {"type": "string", "minLength": 1},
            "color": {"type": "string", "pattern": "^[0-9a-f]{6}$"},
        },
    }
)
OPEN = (
    "title: The API is down\ncomponents: {{api: {}}}\nupdates: [{{at: 2026-11-23 09:00, message: The API is down.}}]\n"
)
WORK = OPEN.format("under_maintenance").replace(
    "updates:", "type: maintenance\nwindow: {start: 2026-11-23 10:00, end: 2026-11-23 20:00}\nupdates:"
)
AHEAD = "title: New switches\ntype: maintenance\nwindow: {start: 2026-11-30 10:00, end: 2026-11-30 20:00}\n"
NOTICE = OPEN.format("degraded_performance").replace("updates:", "type: notice\nupdates:")


def build(folder: Path, **entries: str) -> Path:
    """A site with these entries."""
    incidents: Mapping[str, str | bytes] = {f"2026-11-23-{name}": entry for name, entry in entries.items()}
    return build_site(make_project(folder, SETTINGS, incidents), MOMENT)


def parse_svg(site: Path, path: str) -> Element:
    return ElementTree.fromstring((site / path).read_bytes())


def title(badge: Element) -> str:
    return badge.findtext(f"{SVG}title") or ""


def colour(badge: Element) -> str:
    """That of the message."""
    return badge.findall(f"{SVG}text")[-1].get("fill", "").lstrip("#")


def luminance(colour: str) -> float:
    """As WCAG 2 has it."""
    channels = (int(colour[place : place + 2], 16) / 255 for place in (0, 2, 4))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(text: str, ground: str) -> float:
    dark, light = sorted((luminance(text.lstrip("#")), luminance(ground.lstrip("#"))))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(
    ("entries", "message", "green"),
    [
        ({}, "No incidents reported", True),
        ({"a": OPEN.format("major_outage")}, "1 incident is open", False),
        ({"a": OPEN.format("operational"), "b": OPEN.format("operational")}, "2 incidents are open", False),
        ({"a": "title: [x"}, "Unknown", False),
        ({"a": OPEN.format("major_outage").replace("}]", ", eta: soon}]")}, "Major outage", False),
        ({"a": f"{AHEAD}updates: [{{at: 2026-11-20 09:00, mesage: The API will be away.}}]\n"}, "Unknown", False),
        ({"a": OPEN.format("operational").replace("}]", "}, {at: 14:10, mesage: This comes.}]")}, "Unknown", False),
        ({"a": WORK}, "Under maintenance", False),
        ({"a": NOTICE}, "Degraded performance", False),
    ],
)
def test_the_site_is_green_only_where_nothing_is_open_and_all_is_known(
    entries: dict[str, str], message: str, green: bool, tmp_path: Path
) -> None:
    site = build(tmp_path, **entries)
    badge, shield = parse_svg(site, "badge.svg"), parse_json(site, "badge.json")
    assert title(badge) == f"Example Pay, Ltd; Co: {message}"
    assert (shield["label"], shield["message"]) == ("Example Pay, Ltd; Co", message)
    assert shield["color"] == colour(badge)
    assert (shield["color"] == GREEN) == green


def test_a_file_that_can_not_even_be_named_leaves_nothing_green(tmp_path: Path) -> None:
    incidents: Mapping[str, str | bytes] = {"notes.yaml": OPEN.format("operational")}
    site = build_site(make_project(tmp_path, SETTINGS, incidents), MOMENT)
    for path in sorted(site.rglob("*.svg")):
        assert colour(ElementTree.parse(path).getroot()) == GREY
        assert json.loads(path.with_suffix(".json").read_bytes())["color"] == GREY


@pytest.mark.parametrize("condition", [one for one in Condition if one is not Condition.UNKNOWN])
def test_a_component_shows_its_condition(condition: Condition, tmp_path: Path) -> None:
    site = build(tmp_path, a=OPEN.format(condition.value))
    words = {"under_maintenance": "Under maintenance", "operational": "Operational", "major_outage": "Major outage"}
    badge = parse_svg(site, "components/api.svg")
    assert title(badge).startswith("API: ")
    assert title(badge).endswith(words.get(condition.value, ""))
    assert (colour(badge) == GREEN) == (condition is Condition.OPERATIONAL)
    assert parse_json(site, "components/api.json")["color"] == colour(badge)
    assert colour(parse_svg(site, "components/website.svg")) == GREEN


def test_they_speak_every_language(tmp_path: Path) -> None:
    site = build(tmp_path, a=OPEN.format("major_outage"))
    assert title(parse_svg(site, "pl/components/api.svg")) == "Interfejs: Poważna awaria"
    assert parse_json(site, "pl/badge.json")["message"] == "1 incydent trwa"


def test_a_service_that_draws_badges_takes_the_answer(site: Path) -> None:
    found = [*site.rglob("badge.json"), *site.glob("components/*.json"), *site.glob("pl/components/*.json")]
    assert len(found) == 8
    for path in found:
        assert [error.message for error in SHIELD.iter_errors(json.loads(path.read_bytes()))] == []
    assert list(SHIELD.iter_errors({"schemaVersion": 2, "label": "", "message": ""})), "the schema can fail"


def test_there_is_no_style_no_script_no_link_and_a_title_that_is_read_aloud(site: Path) -> None:
    for path in site.rglob("*.svg"):
        badge = ElementTree.parse(path).getroot()
        assert badge.get("role") == "img"
        assert badge[0].tag == f"{SVG}title", "first, as readers look for it"
        assert {one.tag for one in badge.iter()} == {f"{SVG}{name}" for name in ("svg", "title", "rect", "text")}
        names = {name for one in badge.iter() for name in one.attrib}
        assert not {name for name in names if name == "style" or name.startswith("on") or "href" in name}


@pytest.mark.parametrize("condition", Condition)
def test_its_text_is_dark_enough_on_its_ground(condition: Condition) -> None:
    badge = ElementTree.fromstring(draw(Badge("Checkout", "Some words", condition)))
    paper, label, _ = badge.findall(f"{SVG}rect")
    name, message = badge.findall(f"{SVG}text")
    assert contrast(name.get("fill", ""), label.get("fill", "")) >= 4.5
    assert contrast(message.get("fill", ""), paper.get("fill", "")) >= 4.5
    sent = json.loads(answer(Badge("Checkout", "Some words", condition)))["color"]
    assert contrast("ffffff", sent) >= 4.5, "the badge service writes in white"


@pytest.mark.parametrize(
    "name", ["API", "i" * 40, "W" * 40, "決済サービス", "بوابة الدفع", "e\u0301" * 20, "a\u200d🜚", ""]
)
def test_every_text_has_its_room(name: str) -> None:
    badge = ElementTree.fromstring(draw(Badge(name, "Operational", Condition.OPERATIONAL)))
    texts = [(float(one.get("x", 0)), float(one.get("textLength", 0))) for one in badge.findall(f"{SVG}text")]
    end = max(x + length for x, length in texts)
    assert texts[0][0] + texts[0][1] < texts[1][0]
    assert end < float(badge.get("width", 0))
    assert all(length > 0 for _, length in texts)


def test_a_long_name_is_cut_and_told_whole_to_those_who_listen() -> None:
    name = "Rechtsschutzversicherungsgesellschaftenverwaltung"
    badge = ElementTree.fromstring(draw(Badge(name, "Operational", Condition.OPERATIONAL)))
    shown = badge.findall(f"{SVG}text")[0].text or ""
    assert len(shown) <= 40
    assert shown.endswith("…")
    assert title(badge) == f"{name}: Operational"


@pytest.mark.browser
def test_a_browser_draws_every_text_inside(site: Path, page: Any) -> None:
    """Whatever font the machine has: the drawing fits it to the room."""
    for path in sorted(site.rglob("*.svg")):
        page.goto(path.as_uri())
        boxes = page.evaluate(
            "[...document.querySelectorAll('text')].map((one) => one.getBBox()).map((box) => [box.x, box.width])"
        )
        width = page.evaluate("document.documentElement.width.baseVal.value")
        (first, one), (second, other) = boxes
        assert first + one < second
        assert second + other < width


def test_every_overall_answer_has_a_badge() -> None:
    assert {one.value for one in Overall} == {"clear", "incident", "unknown"}, "a new one needs words and a colour here"
