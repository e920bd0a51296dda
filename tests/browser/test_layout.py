"""Every page fits every screen, whatever stands on it."""

import pytest

from tests.browser.conftest import Visit
from tests.browser.sites import Site

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WIDTHS = (320, 360, 768, 1280, 2560)
# What sticks out of the page's width, and which neighbours lie on each other; text itself breaks anywhere.
FLAWS = """() => {
  const flaws = [], wide = document.documentElement.scrollWidth, width = document.documentElement.clientWidth;
  if (wide > width) flaws.push(`${wide} px wide`);
  const name = (e) => e.tagName + "." + e.className + " " + (e.innerText || "").slice(0, 30);
  const inner = document.querySelectorAll("header *, main, main *:not(svg):not(svg *), footer *");
  for (const e of inner) {
    const box = e.getBoundingClientRect();
    if (!e.closest(".scroll, .skip") && (box.left < -1 || box.right > width + 1)) flaws.push(`outside: ${name(e)}`);
  }
  const blocks = "header, nav, main, section, article, .card, .row, .list > li, dl, .box, .message, .update h3";
  for (const block of document.querySelectorAll(blocks)) {
    const boxes = [...block.children].filter((e) => e.checkVisibility() && !e.matches(".news"));
    for (const [place, e] of boxes.entries()) {
      for (const other of boxes.slice(place + 1)) {
        const a = e.getBoundingClientRect(), b = other.getBoundingClientRect();
        const x = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const y = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        if (x > 1 && y > 1) flaws.push(`${name(e)} lies on ${name(other)}`);
      }
    }
  }
  return flaws;
}"""


def test_nothing_sticks_out_or_lies_on_another_thing_at_any_width(site: Site, visit: Visit) -> None:
    page = visit(site)
    found = {}
    for path in site.variety:
        page.goto(site.address(path))
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            if flaws := page.evaluate(FLAWS):
                found[path, width] = flaws
    assert not found


@pytest.mark.parametrize("width", [360, 1280])
def test_letters_of_twice_the_size_fit_as_well(width: int, site: Site, visit: Visit) -> None:
    page = visit(site, viewport={"width": width, "height": 800})
    found = {}
    for path in site.variety:
        page.goto(site.address(path))
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        if flaws := page.evaluate(FLAWS):
            found[path] = flaws
    assert not found


def test_a_page_read_from_right_to_left_fits_and_time_runs_the_other_way(gallery: Site, visit: Visit) -> None:
    page = visit(gallery, viewport={"width": 360, "height": 800})
    page.evaluate("document.documentElement.dir = 'rtl'")
    assert page.evaluate(FLAWS) == []
    today = page.get_by_text("today").first.bounding_box()
    past = page.get_by_text("90 days ago").first.bounding_box()
    assert today is not None
    assert past is not None
    assert today["x"] < past["x"]
    # The newest day of the service is the tallest bar, and stands over "today".
    bar = page.locator(".bars .major_outage").first.bounding_box()
    assert bar is not None
    assert bar["x"] < 60


@pytest.mark.parametrize("path", ["incidents/2026-10-14-gate.html", "components/declare.html"])
def test_a_wide_table_scrolls_alone_and_by_keyboard(path: str, gallery: Site, visit: Visit) -> None:
    page = visit(gallery, path, viewport={"width": 320, "height": 800})
    for summary in page.locator("summary").all():
        summary.click()
    for table in page.locator("table").all():
        frame = table.locator("xpath=ancestor::*[contains(@class, 'scroll')]")
        assert frame.get_attribute("tabindex") == "0"
        assert frame.evaluate("e => e.getBoundingClientRect().right <= innerWidth")
