"""`_headers`: each file with its own type, and only what other sites need is given to their scripts."""

from pathlib import Path

from tests.feeds.test_embed import read_rules


def test_what_hosts_do_not_know_by_its_ending_has_its_type(site: Path) -> None:
    types = {path: dict(headers).get("Content-Type") for path, headers in read_rules(site).items()}
    for folder in ("/", "/pl/"):
        assert types[f"{folder}updates.atom"] == "application/atom+xml; charset=utf-8"
        assert types[f"{folder}history.atom"] == "application/atom+xml; charset=utf-8"
        assert types[f"{folder}history.rss"] == "application/rss+xml; charset=utf-8"
        assert types[f"{folder}updates.json"] == "application/feed+json; charset=utf-8"
        assert types[f"{folder}maintenance.ics"] == "text/calendar; charset=utf-8"
        assert types[f"{folder}status.txt"] == "text/plain; charset=utf-8"


def test_scripts_of_other_sites_may_read_what_is_meant_for_them_and_nothing_else(site: Path) -> None:
    allowed = [path for path, headers in read_rules(site).items() if ("Access-Control-Allow-Origin", "*") in headers]
    assert sorted(allowed) == ["/api/v2/*", "/embed.js", "/now.json"]


def test_every_path_named_is_a_file_of_the_site(site: Path) -> None:
    missing = [path for path in read_rules(site) if "*" not in path and not (site / path.lstrip("/")).is_file()]
    assert missing == []
