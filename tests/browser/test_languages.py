"""The pages in every language there is: they fit a small screen, and their times are those that the script compares."""

from collections.abc import Callable
from pathlib import Path

import pytest

from sitegen.languages import available
from tests.browser import gallery
from tests.browser.conftest import Visit
from tests.browser.sites import Site, build_site
from tests.browser.test_layout import FLAWS
from tests.projects import make_project

pytestmark = [pytest.mark.browser, pytest.mark.slow]

OTHERS = [code for code in available() if code != "en"]


@pytest.fixture(scope="module")
def babel(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The gallery in every language; its texts are in English, the interface around them is not."""
    folder: Path = tmp_path_factory.mktemp("babel")
    settings = gallery.GALLERY_SETTINGS.replace("languages: [en, pl]", f"languages: [{', '.join(available())}]")
    content = make_project(folder / "content", settings, gallery.GALLERY)
    return build_site("babel", folder / "site", content, gallery.MOMENT)


@pytest.fixture
def pages(babel: Site) -> Callable[[str], list[str]]:
    """Every page of a language except most services."""
    return lambda code: [path for path in babel.pages if path.startswith(f"{code}/") and "/crane-" not in path]


@pytest.mark.parametrize("code", OTHERS)
def test_the_words_of_every_language_fit_320_pixels(
    code: str, babel: Site, pages: Callable[[str], list[str]], visit: Visit
) -> None:
    page = visit(babel, viewport={"width": 320, "height": 800}, timezone_id="America/New_York")
    found = {}
    for path in pages(code):
        page.goto(babel.address(path))
        if flaws := page.evaluate(FLAWS):
            found[path] = flaws
    assert not found


@pytest.mark.parametrize("code", OTHERS)
def test_a_reader_in_the_zone_of_the_site_gets_no_second_time_in_any_language(
    code: str, babel: Site, visit: Visit
) -> None:
    """Hours before ten as well: the page and the script write them in the same digits."""
    page = visit(babel, f"{code}/incidents/2026-11-23-open.html", timezone_id="Europe/Warsaw")
    assert "09:02 CET" in page.locator("body").inner_text()
    note = (page.locator("body").get_attribute("data-local") or "").replace("#", "").strip()
    assert note
    assert note not in page.locator("body").inner_text()
