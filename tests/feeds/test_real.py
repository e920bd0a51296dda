"""On data that nobody here wrote: feeds of hosted pages have the form of ours, and real histories make whole feeds."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.feeds.readers import parse_events, parse_feed, parse_html
from tests.feeds.test_history import UPDATE
from tests.projects import build_site

HISTORIES = ("packit+status", "desec-io+cstate", "dampsoft+cstate-ds4", "ddevault+status.sr.ht")


def test_the_form_of_our_history_is_that_of_a_hosted_page(real_data: Path, site: Path) -> None:
    theirs = parse_feed(real_data / "feeds", "redis-status-2021_history.atom")
    ours = parse_feed(site, "history.atom")
    assert len(theirs.entries) == 2
    for entry in theirs.entries:
        assert UPDATE.sub("", entry.content[0].value) == ""
        assert len(list(UPDATE.finditer(entry.content[0].value))) == 2
        assert entry.id.rpartition("/")[0] == "tag:status.redis.com,2005:Incident"
    assert set(theirs.entries[0]) <= set(ours.entries[0]), "what they say of an incident, we say as well"
    assert theirs.feed.id.replace("redis", "example") == ours.feed.id


@pytest.mark.slow
@pytest.mark.parametrize("name", HISTORIES)
def test_a_real_history_makes_feeds_that_parsers_read(name: str, real_data: Path, tmp_path: Path) -> None:
    words = ("-C", tmp_path, "import", "cstate", real_data / "cstate" / name)
    subprocess.run(
        (sys.executable, "-m", "sitegen", *words),
        env={**os.environ, "SOURCE_DATE_EPOCH": "1795424400"},
        check=True,
        capture_output=True,
    )
    settings = tmp_path / "sitegen.yaml"
    if "\n  url:" not in settings.read_text():
        settings.write_text(settings.read_text().replace("site:\n", "site:\n  url: https://status.example.com\n", 1))
    site = build_site(tmp_path)
    feeds = [path for path in site.rglob("*") if path.suffix in (".atom", ".rss")]
    assert len(feeds) > 3
    for path in feeds:
        for entry in parse_feed(site, path.relative_to(site).as_posix()).entries:
            parse_html(entry.content[0].value if "content" in entry else entry.description)
    parse_events(site)
