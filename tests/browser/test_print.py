"""A page on paper: everything said, nothing to click, dark on white."""

import re

import pytest

from tests.browser.conftest import Visit
from tests.browser.sites import Site

pytestmark = pytest.mark.browser

INCIDENT = "incidents/2026-10-14-api-timeouts.html"


def test_what_is_only_for_the_screen_is_not_printed(gallery: Site, visit: Visit) -> None:
    page = visit(gallery)
    page.emulate_media(media="print")
    for hidden in ("nav", ".button", ".skip", "#news"):
        assert not page.locator(hidden).is_visible(), hidden
    assert page.get_by_role("banner").get_by_text("Harbour Freight").is_visible()


def test_every_update_and_the_account_are_printed(example: Site, visit: Visit) -> None:
    page = visit(example, INCIDENT)
    page.emulate_media(media="print")
    assert [article.is_visible() for article in page.locator("article").all()] == [True] * 4
    assert page.get_by_text("We deploy to one machine first").is_visible()
    assert page.get_by_role("cell", name="Platform team").is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_letters_are_dark_on_paper_also_for_readers_of_dark_screens(scheme: str, example: Site, visit: Visit) -> None:
    page = visit(example, INCIDENT, color_scheme=scheme)
    page.emulate_media(media="print", color_scheme="dark" if scheme == "dark" else "light")
    elements = page.locator("main h1, main p, main td, main .word, main a").filter(visible=True)
    for colour in set(elements.evaluate_all("all => all.map(e => getComputedStyle(e).color)")):
        assert sum(map(float, re.findall(r"[\d.]+", colour)[:3])) < 3 * 160, colour


def test_a_page_becomes_a_document_of_a_few_sheets(example: Site, visit: Visit) -> None:
    sheets = len(re.findall(rb"/Type\s*/Page\b", visit(example, INCIDENT).pdf(format="A4")))
    assert 1 <= sheets <= 4
