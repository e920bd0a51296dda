"""Time passes on an open page, and passes elsewhere than at home."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Visit
from tests.browser.sites import Site

pytestmark = pytest.mark.browser

OPEN = "incidents/2026-11-23-card-payments.html"
CLOCKS = "incidents/2026-10-25-clocks.html"
COMING = "incidents/2026-11-29-database-upgrade.html"
# The script looks at the clock every twenty seconds.
LOOK = timedelta(seconds=20)
STEP = timedelta(seconds=1)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type,misc]


def turn_to(page: Page, moment: datetime) -> None:
    """The clock at the moment, everything done that was due by then."""
    now = page.evaluate("Date.now()") / 1000
    page.clock.run_for(round((moment.timestamp() - now) * 1000))


@pytest.mark.parametrize(
    ("zone", "own"),
    [("Asia/Tokyo", "17:11"), ("America/New_York", "03:11"), ("Asia/Kolkata", "13:41"), ("UTC", "08:11")],
)
def test_a_reader_in_another_zone_gets_their_own_time_beside_the_page_s(
    zone: str, own: str, example: Site, visit: Visit
) -> None:
    page = visit(example, OPEN, timezone_id=zone)
    first = page.locator("article").last
    assert f"23 Nov 2026, 09:11 CET ({own} your time)" in first.inner_text().replace("\n", " ")


def test_the_own_time_is_said_in_the_language_of_the_page(example: Site, visit: Visit) -> None:
    page = visit(example, f"pl/{OPEN}", timezone_id="Asia/Tokyo", locale="en-US")
    template = page.locator("body").get_attribute("data-local") or ""
    assert f"({template.replace('#', '17:11')})" in page.locator("article").last.inner_text()


@pytest.mark.parametrize("zone", ["Europe/Warsaw", "Europe/Berlin", "Africa/Lagos"])
def test_a_reader_whose_clock_shows_the_same_gets_nothing_added(zone: str, example: Site, visit: Visit) -> None:
    assert "your time" not in visit(example, OPEN, timezone_id=zone).locator("body").inner_text()


def test_each_time_has_the_summer_time_that_was_in_force(gallery: Site, visit: Visit) -> None:
    page = visit(gallery, CLOCKS, timezone_id="America/New_York")
    after, before = (article.inner_text() for article in page.locator("article").all())
    assert "25 Oct 2026, 02:30 CEST (20:30 your time)" in before.replace("\n", " ")
    assert "25 Oct 2026, 03:10 CET (22:10 your time)" in after.replace("\n", " ")


def test_one_night_of_two_summer_times_is_the_same_for_neighbours(gallery: Site, visit: Visit) -> None:
    assert "your time" not in visit(gallery, CLOCKS, timezone_id="Europe/Berlin").locator("body").inner_text()
    lagos = visit(gallery, CLOCKS, timezone_id="Africa/Lagos").locator("body").inner_text()
    assert lagos.count("01:30 your time") == 2, "the update and the beginning: there was no summer time in Lagos"
    assert "03:10" in lagos


def overdue(page: Page) -> Locator:
    return page.locator("main").get_by_text("overdue").first


@pytest.mark.parametrize("path", ["index.html", OPEN])
def test_a_promised_update_is_overdue_five_minutes_after_its_time_and_not_before(
    path: str, example: Site, visit: Visit
) -> None:
    promised = utc(2026, 11, 23, 9, 20)
    page = visit(example, path, clock=True)
    expect(overdue(page)).to_be_hidden()
    turn_to(page, promised + timedelta(minutes=5) - STEP)
    expect(overdue(page)).to_be_hidden()
    turn_to(page, promised + timedelta(minutes=5) + LOOK)
    expect(overdue(page)).to_be_visible()


def test_a_page_opened_late_says_at_once_what_is_overdue(example: Site, visit: Visit) -> None:
    expect(overdue(visit(example, moment=utc(2026, 11, 23, 9, 26)))).to_be_visible()


def test_the_build_itself_says_what_is_overdue(gallery: Site, visit: Visit) -> None:
    page = visit(gallery, "incidents/2026-11-23-open.html", java_script_enabled=False)
    expect(overdue(page)).to_be_visible()


def test_a_reader_whose_clock_is_slow_sees_no_update_overdue_before_its_time(example: Site, visit: Visit) -> None:
    expect(overdue(visit(example, moment=utc(2026, 11, 23, 8, 0)))).to_be_hidden()


@pytest.mark.parametrize("path", ["index.html", "maintenance.html", COMING])
def test_a_maintenance_turns_on_and_ends_with_its_window_and_not_before(path: str, example: Site, visit: Visit) -> None:
    start, end = utc(2026, 11, 29, 21, 0), utc(2026, 11, 29, 23, 30)
    page = visit(example, path, moment=start - timedelta(minutes=2), clock=True)
    entry = page.locator("article, section").filter(has_text="Database upgrade for dashboard and reports").last
    state = entry.locator(".meta strong").filter(visible=True)
    expect(state).to_have_text("Scheduled")
    turn_to(page, start - STEP)
    expect(state).to_have_text("Scheduled")
    turn_to(page, start + LOOK)
    expect(state).to_have_text("In progress")
    turn_to(page, end - STEP)
    expect(state).to_have_text("In progress")
    turn_to(page, end + LOOK)
    expect(state).to_have_text("The planned time is over")


def test_a_running_maintenance_says_when_its_planned_time_is_over(gallery: Site, visit: Visit) -> None:
    page = visit(gallery, "incidents/2026-11-23-running.html", clock=True)
    state = page.locator(".meta strong").first.locator("xpath=..").locator("strong").filter(visible=True)
    expect(state).to_have_text("In progress")
    turn_to(page, utc(2026, 11, 23, 13, 0) + LOOK)
    expect(state).to_have_text("The planned time is over")


def test_a_maintenance_that_the_build_found_late_is_late_whatever_the_reader_s_clock_says(
    gallery: Site, visit: Visit
) -> None:
    page = visit(gallery, "incidents/2026-11-23-late.html", moment=utc(2026, 11, 22, 12, 0))
    expect(page.locator(".meta strong").first).to_have_text("Running longer than planned")
