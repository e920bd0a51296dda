"""SECURITY.md, row 9: what was written comes back from an independent reader of the feed, letter by letter."""

from pathlib import Path

import feedparser
import pytest

from tests.projects import INCIDENT, URL, build_site, make_project
from tests.security.parsing import files, parse_fragment
from tests.security.samples import PAYLOADS

TITLES = [
    *PAYLOADS["elements"], *PAYLOADS["breakouts"], *PAYLOADS["encodings"],
    "=HYPERLINK(1)", "+1", "-1 of 2", "@here", "a, b; c: \\ d", "BEGIN:VEVENT", "żółć 漢字 🜚", "&amp; & &lt;",
]  # fmt: skip


@pytest.fixture(scope="module")
def entries(tmp_path_factory: pytest.TempPathFactory) -> dict[str, feedparser.FeedParserDict]:
    """The entries of the feed by their address; the titles stand in entries of their own."""
    incidents = {}
    for number, title in enumerate(TITLES):
        written = "".join(f"\\U{ord(letter):08X}" for letter in f"No {title}")
        incidents[f"2026-11-23-n{number}"] = INCIDENT.replace("Card payments fail at checkout", f'"{written}"')
    site = build_site(make_project(tmp_path_factory.mktemp("feed"), incidents=incidents))
    feed = feedparser.parse(files(site)["updates.atom"], sanitize_html=False)
    assert not feed.bozo
    return {entry.id: entry for entry in feed.entries}


@pytest.mark.parametrize("number", range(len(TITLES)))
def test_a_title_comes_back_as_it_was_written(number: int, entries: dict[str, feedparser.FeedParserDict]) -> None:
    entry = entries[f"{URL}/incidents/2026-11-23-n{number}.html#u-20261123T0209Z"]
    assert entry.title == f"No {TITLES[number]} – Investigating"
    assert entry.link == f"{URL}/incidents/2026-11-23-n{number}.html?u=20261123T0209Z#u-20261123T0209Z"


def test_a_message_comes_back_as_html_of_the_allowed_kind(tmp_path: Path) -> None:
    message = "Some **bold** words & <b>tags</b>, see [help](/follow.html) ]]> </content>"
    written = INCIDENT[: INCIDENT.index("    message:")] + f"    message: |\n      {message}\n"
    site = build_site(make_project(tmp_path, incidents={"2026-11-23-open": written}))
    content = feedparser.parse(files(site)["updates.atom"], sanitize_html=False).entries[0].content[0].value
    shown = parse_fragment(content)
    assert "".join(shown.itertext()).strip() == "Some bold words & <b>tags</b>, see help ]]> </content>"
    assert [(link.get("href")) for link in shown.iter("a")] == [f"{URL}/follow.html"]
