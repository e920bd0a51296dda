"""What holds for every feed, in each form and language."""

import re
from calendar import timegm
from datetime import datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import html5lib
import pytest

from tests.feeds.readers import FEEDS, INCIDENTS, MOMENT, SETTINGS, URL, parse_feed, parse_html
from tests.projects import build_site, make_project
from tests.security.parsing import files

ALL = [f"{folder}{feed}" for folder in ("", "pl/") for feed in FEEDS]
RFC_3339 = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z")
RFC_822 = re.compile(r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} "
                     r"\d{2}:\d{2}:\d{2} \+0000")  # fmt: skip
each_feed = pytest.mark.parametrize("path", ALL)


def contents(entry: Any) -> list[str]:
    """The HTML that an entry carries."""
    return [part.value for part in entry.get("content", [])] or [entry.description]


def moments(feed: Any, name: str) -> list[float]:
    return [timegm(entry[f"{name}_parsed"]) for entry in feed.entries]


@each_feed
def test_a_parser_that_is_not_ours_reads_it_without_a_complaint(path: str, site: Path) -> None:
    feed = parse_feed(site, path)
    assert feed.version == ("rss20" if path.endswith(".rss") else "atom10")
    assert feed.feed.title
    assert feed.entries


@each_feed
def test_ids_are_unique_and_so_are_links(path: str, site: Path) -> None:
    entries = parse_feed(site, path).entries
    for found in ([entry.id for entry in entries], [entry.link for entry in entries]):
        assert len(set(found)) == len(found)


@each_feed
def test_the_newest_stands_first_and_nothing_is_from_the_future(path: str, site: Path) -> None:
    feed = parse_feed(site, path)
    dated = moments(feed, "published" if "history.atom" not in path else "updated")
    assert dated == sorted(dated, reverse=True)
    assert max((*moments(feed, "published"), *dated)) <= MOMENT.timestamp()
    assert "half an hour after" not in (site / path).read_text()
    assert "published tomorrow" not in (site / path).read_text()


@each_feed
def test_every_link_is_absolute_and_leads_to_a_page_of_the_site(path: str, site: Path) -> None:
    feed = parse_feed(site, path)
    links = [feed.feed.link, *(entry.link for entry in feed.entries)]
    inside = [
        one.get("href") for entry in feed.entries for html in contents(entry) for one in parse_html(html).iter("a")
    ]
    for link in (*links, *inside):
        place = re.fullmatch(rf"{URL}/([^?#]*)(?:\?u=\w+)?(?:#[\w-]+)?", link)
        assert place, link
        page = site / (place[1] or "index.html")
        assert page.is_file() or (page / "index.html").is_file(), link


@each_feed
def test_it_names_its_own_address(path: str, site: Path) -> None:
    own = [link.href for link in parse_feed(site, path).feed.links if link.rel == "self"]
    assert own == [f"{URL}/{path}"]


@each_feed
def test_its_html_is_html(path: str, site: Path) -> None:
    for entry in parse_feed(site, path).entries:
        for html in contents(entry):
            assert "".join(parse_html(html).itertext()).strip()


@each_feed
def test_dates_are_written_as_the_format_wants_them(path: str, site: Path) -> None:
    root = ElementTree.parse(site / path).getroot()
    times = [one.text or "" for one in root.iter() if one.tag.rpartition("}")[2] in ("updated", "published", "pubDate")]
    form = RFC_822 if path.endswith(".rss") else RFC_3339
    assert len(times) > 2
    assert [time for time in times if not form.fullmatch(time)] == []


@pytest.mark.parametrize(
    ("page", "wanted"),
    [
        ("index.html", {"updates.atom", "updates.json", "history.atom", "history.rss"}),
        ("history.html", {"updates.atom", "updates.json", "history.atom", "history.rss"}),
        ("pl/index.html", {"pl/updates.atom", "pl/updates.json", "pl/history.atom", "pl/history.rss"}),
        ("components/api.html", {"components/api.atom", "updates.atom", "updates.json", "history.atom", "history.rss"}),
        ("maintenance.html", {"maintenance.ics", "updates.atom", "updates.json", "history.atom", "history.rss"}),
    ],
)
def test_programs_find_the_feeds_on_the_pages(page: str, wanted: set[str], site: Path) -> None:
    types = {".atom": "application/atom+xml", ".rss": "application/rss+xml", ".json": "application/feed+json",
             ".ics": "text/calendar"}  # fmt: skip
    document = html5lib.parse((site / page).read_text(), namespaceHTMLElements=False)
    found = {}
    for link in document.iter("link"):
        if link.get("rel") == "alternate" and link.get("type"):
            place = ((site / page).parent / link.get("href", "")).resolve().relative_to(site.resolve())
            found[place.as_posix()] = link
    assert set(found) == wanted
    for name, link in found.items():
        assert link.get("type") == types[Path(name).suffix]
        assert link.get("title")


def test_people_find_them_as_well(site: Path) -> None:
    follow, component, maintenance = (
        (site / page).read_text() for page in ("follow.html", "components/api.html", "maintenance.html")
    )
    for name in ("updates.atom", "history.rss", "maintenance.ics", "status.txt"):
        assert f'<a href="{name}">' in follow
    assert '<a href="../components/api.atom">' in component
    assert '<a href="maintenance.ics">' in maintenance


def test_without_an_address_there_are_none_and_no_link_leads_to_one(tmp_path: Path) -> None:
    found = files(build_site(make_project(tmp_path, SETTINGS.replace(f"  url: {URL}\n", ""), INCIDENTS), MOMENT))
    suffixes = {Path(name).suffix for name in found}
    assert not suffixes & {".atom", ".rss", ".ics"}
    for name, content in found.items():
        if name.endswith(".html"):
            assert not re.search(rb"\.atom|\.rss|\.ics|updates\.json", content), name


def test_the_minute_of_the_build_is_in_no_feed_and_no_calendar(site: Path, tmp_path: Path) -> None:
    later = datetime(2026, 11, 23, 12, 20, tzinfo=MOMENT.tzinfo)
    other = build_site(make_project(tmp_path, SETTINGS, INCIDENTS), later)
    for name, content in files(site).items():
        if name.endswith((".atom", ".rss", ".ics", "updates.json", "badge.svg", "badge.json")):
            assert files(other)[name] == content, name
