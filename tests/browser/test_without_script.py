"""Everything is readable without JavaScript; the script takes nothing away (promise 6)."""

import pytest

from sitegen.model import Condition
from tests.browser.conftest import Visit
from tests.browser.sites import Site

pytestmark = pytest.mark.browser

FACTS_OF_THE_HOME_PAGE = (
    "1 incident is open as of 23 Nov 2026, 10:00 CET",
    "Card payments fail at checkout",
    "Pay by bank transfer or BLIK; both work.",
    "half of the card payments work again",
    "Next update by 23 Nov 2026, 10:20 CET",
    "Expected to work again by 23 Nov 2026, 10:30 CET – the estimate has changed: 23 Nov 2026, 10:00 CET",
    "Checkout Partial outage",
    "Payments API Degraded performance",
    "Website Operational",
    "99.954%",
    "Database upgrade for dashboard and reports",
    "Scheduled 29 Nov 2026, 22:00 – 30 Nov 2026, 00:30 CET",
    "Payouts on 24 December leave at noon",
    "Times are in the zone Europe/Warsaw.",
)
FACTS_OF_AN_INCIDENT = (
    "Most card payments are failing since 09:04 CET.",
    "The certificate that we use to talk to the card processor expired.",
    "The new certificate is on half of the machines",
    "Next update by 23 Nov 2026, 09:41 CET",
    "Estimate: 23 Nov 2026, 10:00 CET",
    "Checkout: Partial outage",
    "Major outage 23 Nov 2026, 09:04 CET 23 Nov 2026, 09:48 CET",
)


@pytest.mark.parametrize(
    ("path", "facts"),
    [("index.html", FACTS_OF_THE_HOME_PAGE), ("incidents/2026-11-23-card-payments.html", FACTS_OF_AN_INCIDENT)],
)
def test_promise_everything_is_readable_without_javascript(
    path: str, facts: tuple[str, ...], example: Site, visit: Visit
) -> None:
    page = visit(example, path, java_script_enabled=False)
    said = " ".join(page.locator("body").inner_text().split())
    assert [fact for fact in facts if fact not in said] == []


def test_nothing_that_is_said_without_javascript_is_missing_with_it(site: Site, visit: Visit) -> None:
    plain, scripted = visit(site, java_script_enabled=False), visit(site, timezone_id="Asia/Tokyo")
    for path in site.variety:
        plain.goto(site.address(path))
        scripted.goto(site.address(path))
        rest = iter(scripted.locator("body").inner_text().split())
        # Each word is found after the one before it, whatever stands in between.
        assert [word for word in plain.locator("body").inner_text().split() if word not in rest] == [], path


def test_every_day_of_every_service_stands_in_a_table(gallery: Site, visit: Visit) -> None:
    page = visit(gallery, "components/declare.html", java_script_enabled=False)
    page.locator("summary").click()
    rows = page.locator("tbody tr")
    assert rows.count() == 90
    days = dict(row.split("\t")[:2] for row in rows.all_inner_texts())
    assert days["14 October 2026"] == "Partial outage"
    assert days["13 October 2026"] == "Operational"
    assert days["23 November 2026"] == "Major outage"


def test_the_drawing_of_the_days_says_in_words_what_it_shows(gallery: Site, visit: Visit) -> None:
    page = visit(gallery, "components/new.html", java_script_enabled=False)
    drawing = page.get_by_role("img", name="The last 90 days")
    told = drawing.locator("desc").text_content() or ""
    counts = dict(part.rsplit(": ", 1) for part in told.split(", "))
    assert sum(map(int, counts.values())) == 90
    assert int(counts["Unknown"]) >= 67, "there was no such service before 1 November"
    assert drawing.locator(f"path.{Condition.UNKNOWN.value}").count() == 1
