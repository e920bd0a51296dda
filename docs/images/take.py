"""Takes the pictures of the built example that the README shows: `make screenshot`."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

HERE = Path(__file__).resolve().parent
SITE = HERE.parents[1] / "site"
# The moment of the example (Makefile): the page's clock, so that nothing on it is overdue.
MOMENT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--host-resolver-rules=MAP * ~NOTFOUND", "--hide-scrollbars")


@contextmanager
def home_page(browser: Browser, size: ViewportSize, *, dark: bool = False) -> Iterator[Page]:
    """The example's home page in a window of this size."""
    scheme: Literal["dark", "light"] = "dark" if dark else "light"
    with browser.new_context(viewport=size, color_scheme=scheme, timezone_id="Europe/Warsaw") as context:
        shown = context.new_page()
        shown.clock.install(time=MOMENT)
        shown.goto((SITE / "index.html").as_uri())
        yield shown


def main() -> None:
    """All pictures."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    with tempfile.TemporaryDirectory() as home, sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS, env={**os.environ, "HOME": home})
        with home_page(running, {"width": 900, "height": 690}) as page:
            page.screenshot(path=HERE / "home.png")
            page.get_by_role("heading", name="Services").locator("..").screenshot(path=HERE / "services.png")
        with home_page(running, {"width": 390, "height": 844}, dark=True) as page:
            page.screenshot(path=HERE / "home-phone-dark.png")
        running.close()


if __name__ == "__main__":
    main()
