"""One page, one request, no third party; news is looked for only while something is open."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Visit
from tests.browser.hosting import PREFIX, Host, host
from tests.browser.sites import Site

pytestmark = pytest.mark.browser

INCIDENT = "incidents/2026-11-23-card-payments.html"


@pytest.fixture
def served(example: Site, tmp_path: Path) -> Iterator[Host]:
    """The example on a host, in a copy that a test may change."""
    with host(shutil.copytree(example.folder, tmp_path / "site")) as server:
        yield server


def publish(server: Host, open_updates: dict[str, int]) -> None:
    """A new `now.json`, as the next build would write it."""
    now: dict[str, Any] = json.loads((server.folder / "now.json").read_text())
    (server.folder / "now.json").write_text(json.dumps({**now, "open": open_updates}))


def pass_time(page: Page, server: Host, seconds: int, asked: int) -> None:
    """Let the time pass; then wait until the host was asked for so many files, at most five real seconds."""
    page.clock.run_for(seconds * 1000)
    for _ in range(50):
        if len(server.asked) >= asked:
            return
        page.wait_for_timeout(100)


def test_the_home_page_is_one_request(example: Site, served: Host, visit: Visit) -> None:
    visit(example, address=served.url).wait_for_load_state("networkidle")
    assert served.asked == [PREFIX]


def test_promise_no_cookies_no_third_party_and_no_error_on_any_page(site: Site, visit: Visit) -> None:
    with host(site.folder) as server:
        page = visit(site, address=server.url)
        asked, told = [], []
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: told.append(message.text))
        page.on("pageerror", lambda error: told.append(str(error)))
        for path in site.pages:
            page.goto(server.url + path)
        assert told == []
        assert [url for url in asked if not url.startswith(server.url)] == []
        assert page.context.cookies() == []
        assert page.evaluate("localStorage.length + sessionStorage.length") == 0


def test_news_is_looked_for_after_a_minute_and_every_minute(example: Site, served: Host, visit: Visit) -> None:
    page = visit(example, address=served.url, clock=True)
    pass_time(page, served, 59, asked=1)
    assert served.asked == [PREFIX]
    pass_time(page, served, 2, asked=2)
    pass_time(page, served, 60, asked=3)
    assert served.asked == [PREFIX, f"{PREFIX}now.json", f"{PREFIX}now.json"]
    assert not page.locator("#news").is_visible()


@pytest.mark.parametrize("path", ["history.html", "incidents/2026-10-14-api-timeouts.html", "components/api.html"])
def test_a_page_that_has_nothing_open_never_looks(path: str, example: Site, served: Host, visit: Visit) -> None:
    page = visit(example, address=served.url + path, clock=True)
    page.clock.run_for(600_000)
    page.wait_for_timeout(300)
    assert served.asked == [PREFIX + path]


def test_a_home_page_without_incidents_never_looks(make_site: Callable[[str], Site], visit: Visit) -> None:
    quiet = make_site("quiet")
    with host(quiet.folder) as server:
        page = visit(quiet, address=server.url, clock=True)
        page.clock.run_for(600_000)
        page.wait_for_timeout(300)
        assert server.asked == [PREFIX]


def test_an_incident_page_says_which_update_is_out(example: Site, served: Host, visit: Visit) -> None:
    page = visit(example, address=served.url + INCIDENT, clock=True)
    publish(served, {"2026-11-23-card-payments": 4, "2026-11-20-december-settlement": 1})
    pass_time(page, served, 61, asked=2)
    page.get_by_text("Update 4 is out.").wait_for()
    assert page.get_by_role("status").is_visible()
    with page.expect_navigation():
        page.get_by_role("link", name="Show it").click()
    assert served.asked[-1].startswith(f"{PREFIX}{INCIDENT}?"), "an address of its own, so that no kept copy is shown"
    assert page.get_by_role("heading", level=1).inner_text() == "Card payments fail at checkout"


def test_an_incident_page_takes_no_notice_of_another_incident(example: Site, served: Host, visit: Visit) -> None:
    page = visit(example, address=served.url + INCIDENT, clock=True)
    publish(served, {"2026-11-23-card-payments": 3, "2026-11-23-other": 1})
    pass_time(page, served, 61, asked=2)
    page.wait_for_timeout(300)
    assert not page.locator("#news").is_visible()


@pytest.mark.parametrize(
    "open_updates",
    [
        pytest.param({"2026-11-23-card-payments": 4, "2026-11-20-december-settlement": 1}, id="an update"),
        pytest.param({"2026-11-20-december-settlement": 1}, id="the end"),
        pytest.param(
            {"2026-11-23-card-payments": 3, "2026-11-20-december-settlement": 1, "2026-11-23-other": 1},
            id="another incident",
        ),
    ],
)
def test_the_home_page_says_that_there_is_news(
    open_updates: dict[str, int], example: Site, served: Host, visit: Visit
) -> None:
    page = visit(example, address=served.url, clock=True)
    publish(served, open_updates)
    pass_time(page, served, 61, asked=2)
    page.get_by_text("This page has news.").wait_for()


def test_a_host_that_is_down_is_no_news(example: Site, served: Host, visit: Visit) -> None:
    page = visit(example, address=served.url, clock=True)
    (served.folder / "now.json").unlink()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    pass_time(page, served, 61, asked=2)
    page.wait_for_timeout(200)
    assert not page.locator("#news").is_visible()
    assert errors == []


def test_a_page_on_disk_looks_for_nothing(example: Site, visit: Visit) -> None:
    page = visit(example, clock=True)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.clock.run_for(600_000)
    assert asked == []
