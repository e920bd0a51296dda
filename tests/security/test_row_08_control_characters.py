"""SECURITY.md, row 8: no control character reaches a feed or page, whichever way it came in."""

import json
from pathlib import Path
from xml.parsers import expat

import feedparser
import icalendar
import pytest

from sitegen import project
from tests.projects import build_site
from tests.security.parsing import files, parse_html
from tests.security.writing import make_full_project, quote

# As YAML escapes them; raw ones are refused by YAML itself.
CONTROLS = [*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), *range(0x7F, 0xA0), 0xFEFF, 0xFFFE, 0xFFFF]
MARK = "\ue000"
_ALLOWED = "\t\n"
_FEEDS = {"updates.atom": 6, "components/web.atom": 6, "history.atom": 4, "history.rss": 4}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site whose every text held every control character."""
    folder = tmp_path_factory.mktemp("controls")
    root = make_full_project(folder, lambda place: quote(place, f"be{MARK}fore"))
    escaped = "".join(f"\\u{code:04X}" for code in CONTROLS)
    for path in root.rglob("*.yaml"):
        path.write_text(path.read_text().replace(MARK, escaped))
    for path in root.rglob("*.md"):
        front, fence, body = path.read_text().rpartition("---\n")
        raw = "".join(map(chr, CONTROLS))
        path.write_text(front.replace(MARK, escaped) + fence + body.replace(MARK, raw))
    return build_site(root)


def test_the_characters_are_told_and_taken_out(site: Path) -> None:
    problems = project.read(site.parent).problems
    assert any("U+0000" in problem.what and problem.where.line for problem in problems)
    assert b"before" in files(site)["updates.atom"]


def test_no_file_holds_one(site: Path) -> None:
    for name, content in files(site).items():
        if not name.endswith(".png"):
            if name.endswith(".ics"):
                content = content.replace(b"\r\n", b"\n")  # as the format wants its lines to end
            found = set(content.decode("utf-8")) & set(map(chr, CONTROLS)) - set(_ALLOWED)
            assert not found, f"{name} holds {sorted(map(hex, map(ord, found)))}"


@pytest.mark.parametrize("name", [f"{folder}{feed}" for folder in ("", "pl/") for feed in _FEEDS])
def test_feeds_go_through_parsers_that_are_not_ours(name: str, site: Path) -> None:
    content = files(site)[name]
    expat.ParserCreate().Parse(content, True)
    feed = feedparser.parse(content)
    assert not feed.bozo
    assert len(feed.entries) == _FEEDS[name.removeprefix("pl/")]


@pytest.mark.parametrize("name", ["maintenance.ics", "pl/maintenance.ics"])
def test_calendars_go_through_a_parser_that_is_not_ours(name: str, site: Path) -> None:
    calendar = icalendar.Calendar.from_ical(files(site)[name])
    assert [str(event["SUMMARY"]).count("before") for event in calendar.walk("VEVENT")] == [1, 1]
    assert calendar.errors == []


def test_pages_and_numbers_parse_too(site: Path) -> None:
    for name, content in files(site).items():
        if name.endswith(".html"):
            parse_html(content)
        elif name.endswith(".svg"):
            expat.ParserCreate().Parse(content, True)
        elif name.endswith(".json"):
            json.loads(content)
