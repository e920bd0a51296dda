"""SECURITY.md, row 20: a page that speaks of now says when that was, and marks by itself what time has made untrue."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.projects import INCIDENT, MOMENT, build_site, make_project
from tests.security.parsing import files, html_pages
from tests.security.writing import IDS, make_full_project, quote

if TYPE_CHECKING:
    from playwright.sync_api import Page

PROMISED = datetime(2026, 11, 23, 12, 30, tzinfo=UTC)
GRACE = timedelta(minutes=5)
SECOND = timedelta(seconds=1)
COMING = """\
title: The database moves house
type: maintenance
components: {checkout: under_maintenance}
window: {start: 2026-11-23 15:00, end: 2026-11-23 16:00}
updates: [{at: 2026-11-23 03:09, status: scheduled, message: Payments will pause for a minute.}]
"""


def _iso(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with an entry of each kind, over, open and coming."""
    return make_full_project(tmp_path_factory.mktemp("now"), lambda place: quote(place, "some words"))


def _pages_of_now() -> set[str]:
    entries = {f"incidents/{IDS[kind]}.html" for kind in ("incident", "running", "coming", "notice")}
    pages = {"index.html", "components/web.html", "maintenance.html"} | entries
    copies = {f"old/{kind}/index.html" for kind in ("incident", "running", "coming", "notice")}
    return pages | {f"pl/{page}" for page in pages} | copies


def test_the_moment_stands_on_every_page_that_speaks_of_now(root: Path) -> None:
    pages = html_pages(build_site(root, MOMENT))
    said = {name for name, page in pages.items() for time in page.iter("time") if time.get("datetime") == _iso(MOMENT)}
    assert said == _pages_of_now()
    for name in said:
        (shown, *_) = (time for time in pages[name].iter("time") if time.get("datetime") == _iso(MOMENT))
        assert "13:00" in "".join(shown.itertext()), f"{name} does not say it in the site's zone"


def test_only_pages_that_speak_of_now_change_with_the_minute(root: Path, tmp_path: Path) -> None:
    first = build_site(root, MOMENT, tmp_path / "first")
    second = build_site(root, MOMENT + timedelta(minutes=1), tmp_path / "second")
    after = files(second)
    changed = {name for name, content in files(first).items() if after[name] != content}
    assert changed == _pages_of_now() | {"now.json", "status.txt", "pl/status.txt"}


@pytest.mark.parametrize(("late", "marked"), [(timedelta(), False), (GRACE, False), (GRACE + 60 * SECOND, True)])
def test_a_build_marks_a_promise_that_was_not_kept(late: timedelta, marked: bool, tmp_path: Path) -> None:
    site = build_site(make_project(tmp_path, incidents={"2026-11-23-open": INCIDENT}), PROMISED + late)
    for name in ("index.html", "incidents/2026-11-23-open.html", "pl/index.html"):
        marks = [one for one in html_pages(site)[name].iter() if "data-from" in one.attrib]
        assert ["hidden" not in one.attrib for one in marks] == [marked], name


def _open(page: "Page", path: Path, moment: datetime) -> None:
    page.clock.install(time=moment)
    page.goto(path.as_uri())


def _pass(page: "Page", time: timedelta) -> None:
    """Let the browser's clock go on."""
    page.clock.fast_forward(int(time.total_seconds() * 1000))


@pytest.mark.browser
@pytest.mark.parametrize("name", ["index.html", "incidents/2026-11-23-open.html", "pl/index.html"])
def test_an_old_page_marks_the_promise_when_its_time_has_passed(name: str, page: "Page", tmp_path: Path) -> None:
    site = build_site(make_project(tmp_path, incidents={"2026-11-23-open": INCIDENT}), MOMENT)
    _open(page, site / name, MOMENT)
    mark = page.locator("main [data-from]").first
    assert not mark.is_visible()
    _pass(page, PROMISED + GRACE - MOMENT - 30 * SECOND)
    assert not mark.is_visible()
    _pass(page, 60 * SECOND)
    assert mark.is_visible()


@pytest.mark.browser
@pytest.mark.parametrize(("late", "marked"), [(-GRACE, False), (GRACE - SECOND, False), (GRACE + SECOND, True)])
def test_a_page_opened_late_is_marked_to_the_second(
    late: timedelta, marked: bool, page: "Page", tmp_path: Path
) -> None:
    site = build_site(make_project(tmp_path, incidents={"2026-11-23-open": INCIDENT}), MOMENT)
    _open(page, site / "index.html", PROMISED + late)
    assert page.locator("main [data-from]").first.is_visible() == marked


@pytest.mark.browser
def test_a_page_is_never_marked_because_no_build_ran(page: "Page", tmp_path: Path) -> None:
    quiet = INCIDENT.replace("    next_update_by: 2026-11-23 13:30\n", "")
    site = build_site(make_project(tmp_path, incidents={"2026-11-23-open": quiet}), MOMENT)
    _open(page, site / "index.html", MOMENT)
    before = page.inner_text("main")
    _pass(page, timedelta(days=30))
    assert page.inner_text("main") == before


@pytest.mark.browser
def test_a_maintenance_turns_with_the_clock(page: "Page", tmp_path: Path) -> None:
    site = build_site(make_project(tmp_path, incidents={"2026-11-23-move": COMING}), MOMENT)
    _open(page, site / "index.html", MOMENT)
    shown = page.locator("article strong:visible")
    found = [shown.all_inner_texts()]
    for hours in (2, 1):
        _pass(page, timedelta(hours=hours, seconds=30))
        found.append(shown.all_inner_texts())
    assert found == [["Scheduled"], ["In progress"], ["The planned time is over"]]
