"""Nobody is kept out: axe, the keyboard, and colours that the reader's system replaces."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import Visit
from tests.browser.sites import Site

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PHONE, DESK = {"width": 360, "height": 800}, {"width": 1280, "height": 900}
# Off unless asked for: targets of at least 24 by 24 pixels, or with room around them (WCAG 2.2, 2.5.8).
OPTIONS = {"rules": {"target-size": {"enabled": True}}, "resultTypes": ["violations"]}
STOPS = 'const stops = [...document.querySelectorAll("a[href], summary, button, input, [tabindex]")];'
ALL_STOPS = f"() => {{ {STOPS} return stops.flatMap((e, place) => e.checkVisibility() ? [place] : []) }}"
FOCUS = f"""() => {{
  {STOPS}
  const e = document.activeElement, box = e.getBoundingClientRect(), style = getComputedStyle(e);
  return {{
    place: stops.indexOf(e),
    seen: box.width > 0 && box.right > 0 && box.bottom > 0 && box.left < innerWidth && box.top < innerHeight,
    outlined: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
  }};
}}"""


@pytest.mark.parametrize(("scheme", "screen"), [("light", DESK), ("dark", PHONE)], ids=("light", "dark"))
def test_axe_has_nothing_to_say_of_any_page(site: Site, scheme: str, screen: dict[str, int], visit: Visit) -> None:
    page = visit(site, color_scheme=scheme, viewport=screen, bypass_csp=True)
    found = {}
    for path in site.variety:
        page.goto(site.address(path))
        if violations := _violations(page):
            found[path] = violations
    assert not found


def _violations(page: Page) -> list[str]:
    response: dict[str, Any] = Axe().run(page, options=OPTIONS).response
    return [
        f"{violation['id']}: {node['target']} {node.get('failureSummary', '')}"
        for violation in response["violations"]
        for node in violation["nodes"]
    ]


@pytest.mark.parametrize("path", ["index.html", "incidents/2026-10-14-gate.html", "components/declare.html"])
def test_the_tab_key_reaches_everything_in_the_order_of_the_page_and_shows_where_it_is(
    path: str, gallery: Site, visit: Visit
) -> None:
    page = visit(gallery, path, viewport=DESK, reduced_motion="reduce")
    reached = []
    for number in (wanted := page.evaluate(ALL_STOPS)):
        page.keyboard.press("Tab")
        focus = page.evaluate(FOCUS)
        assert focus["seen"], f"stop {number} is out of sight"
        assert focus["outlined"], f"stop {number} does not show that it has the focus"
        reached.append(focus["place"])
    assert reached == wanted


def test_the_first_stop_skips_to_the_content(gallery: Site, visit: Visit) -> None:
    page = visit(gallery, viewport=DESK)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_the_figures_of_a_service_open_with_the_enter_key(gallery: Site, visit: Visit) -> None:
    page = visit(gallery, "components/declare.html")
    figures = page.get_by_role("table")
    assert not figures.is_visible()
    page.locator("summary").focus()
    page.keyboard.press("Enter")
    assert figures.is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_states_are_told_in_words_where_the_system_replaces_all_colours(
    scheme: str, gallery: Site, visit: Visit
) -> None:
    page = visit(gallery, forced_colors="active", color_scheme=scheme)
    words = page.locator(".row .word")
    colours = "e => [getComputedStyle(e).color, getComputedStyle(document.documentElement).backgroundColor]"
    assert words.count() == len(list((gallery.folder / "components").glob("*.html")))
    for word in words.all():
        assert word.is_visible()
        assert word.inner_text()
        text, ground = word.evaluate(colours)
        assert text != ground


def test_the_mark_of_a_state_has_a_form_as_well_as_a_colour(gallery: Site, visit: Visit) -> None:
    page = visit(gallery)
    shapes = page.locator(".row .word").evaluate_all(
        """words => words.map(e => {
          const mark = getComputedStyle(e, "::before");
          const hollow = mark.backgroundColor.startsWith("rgba(0, 0, 0, 0)");
          return [e.innerText, mark.borderRadius + mark.transform + hollow];
        })"""
    )
    looks = dict(shapes)
    assert looks.keys() >= {"Operational", "Unknown", "Under maintenance", "Degraded performance", "Major outage"}
    assert looks["Operational"] not in (looks["Unknown"], looks["Under maintenance"], looks["Major outage"])
