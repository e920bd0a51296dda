"""SECURITY.md, row 9: what was written comes back from an independent reader of the output, letter by letter."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import feedparser
import icalendar
import pytest

from tests.projects import INCIDENT, URL, build_site, make_project
from tests.security.parsing import files, parse_fragment
from tests.security.samples import PAYLOADS

TITLES = [
    *PAYLOADS["elements"], *PAYLOADS["breakouts"], *PAYLOADS["encodings"],
    "=HYPERLINK(1)", "+1", "-1 of 2", "@here", "a, b; c: \\ d", "BEGIN:VEVENT", "żółć 漢字 🜚", "&amp; & &lt;",
]  # fmt: skip


WORK = "type: maintenance\nwindow: {start: 2026-12-01 03:00, end: 2026-12-01 05:00}\n"


def _write(template: str) -> dict[str, str | bytes]:
    """An entry for each title, by the title's number."""
    incidents: dict[str, str | bytes] = {}
    for number, title in enumerate(TITLES):
        written = "".join(f"\\U{ord(letter):08X}" for letter in f"No {title}")
        incidents[f"2026-11-23-n{number}"] = template.replace("Card payments fail at checkout", f'"{written}"')
    return incidents


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, bytes]:
    """The files of a site with an incident for each title."""
    return files(build_site(make_project(tmp_path_factory.mktemp("feed"), incidents=_write(INCIDENT))))


@pytest.fixture(scope="module")
def entries(site: Mapping[str, bytes]) -> Mapping[str, Mapping[str, Any]]:
    """The entries of each feed by the page that they lead to."""
    return {
        name: {entry.link.partition("?")[0]: entry for entry in _parse(site[name]).entries}
        for name in ("updates.atom", "components/checkout.atom", "history.atom")
    }


@pytest.fixture(scope="module")
def events(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, icalendar.Component]:
    """The events of a calendar of maintenance with these titles, by the page that they lead to."""
    root = make_project(tmp_path_factory.mktemp("calendar"), incidents=_write(f"{WORK}{INCIDENT}"))
    calendar = icalendar.Calendar.from_ical(files(build_site(root))["maintenance.ics"])
    return {str(event["URL"]): event for event in calendar.walk("VEVENT")}


def _parse(content: bytes) -> feedparser.FeedParserDict:
    feed = feedparser.parse(content, sanitize_html=False)
    assert not feed.bozo
    return feed


@pytest.mark.parametrize("number", range(len(TITLES)))
def test_a_title_comes_back_as_it_was_written(
    number: int, entries: Mapping[str, Mapping[str, Any]], site: Mapping[str, bytes]
) -> None:
    page = f"{URL}/incidents/2026-11-23-n{number}.html"
    for name, title in (("updates.atom", " – Investigating"), ("components/checkout.atom", " – Investigating")):
        entry = entries[name][page]
        assert entry.title == f"No {TITLES[number]}{title}"
        assert entry.id == f"{page}#u-20261123T0209Z"
        assert entry.link == f"{page}?u=20261123T0209Z#u-20261123T0209Z"
    assert entries["history.atom"][page].title == f"No {TITLES[number]}"
    # feedparser reads titles of RSS as HTML, which the format leaves open, and writes them anew.
    items = ElementTree.fromstring(site["history.rss"]).iter("item")
    assert {one.findtext("guid"): one.findtext("title") for one in items}[page] == f"No {TITLES[number]}"
    news = {item["id"]: item["title"] for item in json.loads(site["updates.json"])["items"]}
    assert news[f"{page}#u-20261123T0209Z"] == f"No {TITLES[number]} – Investigating"
    titles = {one["id"]: one["title"]["en"] for one in json.loads(site["now.json"])["incidents"]}
    assert titles[f"2026-11-23-n{number}"] == f"No {TITLES[number]}"
    assert f"\n* No {TITLES[number]}\n" in site["status.txt"].decode()


@pytest.mark.parametrize("number", range(len(TITLES)))
def test_a_title_comes_back_from_the_calendar(number: int, events: Mapping[str, icalendar.Component]) -> None:
    event = events[f"{URL}/incidents/2026-11-23-n{number}.html"]
    assert str(event["SUMMARY"]) == f"No {TITLES[number]}"
    assert set(event.keys()) == {
        *("UID", "SEQUENCE", "DTSTAMP", "CREATED", "LAST-MODIFIED", "DTSTART", "DTEND", "STATUS", "TRANSP"),
        *("SUMMARY", "DESCRIPTION", "URL"),
    }


def test_a_message_comes_back_as_html_of_the_allowed_kind(tmp_path: Path) -> None:
    message = "Some **bold** words & <b>tags</b>, see [help](/follow.html) ]]> </content>"
    written = INCIDENT[: INCIDENT.index("    message:")] + f"    message: |\n      {message}\n"
    site = build_site(make_project(tmp_path, incidents={"2026-11-23-open": written}))
    content = feedparser.parse(files(site)["updates.atom"], sanitize_html=False).entries[0].content[0].value
    shown = parse_fragment(content)
    assert "".join(shown.itertext()).strip() == "Some bold words & <b>tags</b>, see help ]]> </content>"
    assert [(link.get("href")) for link in shown.iter("a")] == [f"{URL}/follow.html"]
