"""`history.atom` and `history.rss`: one entry per incident, to the letter as readers know them from hosted pages."""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from sitegen import project
from sitegen.pages.api.ids import identify
from sitegen.pages.feeds.numbers import number
from tests.feeds.readers import INCIDENTS, MOMENT, SETTINGS, URL, parse_feed
from tests.projects import build_site, make_project

SMALL = """\
title: {title}
components: {{api: major_outage}}
aliases: [{aliases}]
updates: [{{at: 2026-11-23 09:00, message: The API is slow.}}]
"""
# What a program that takes the HTML of a hosted page's feed apart looks for.
UPDATE = re.compile(
    r"<p><small>(?P<month>\w+) <var data-var='date'>(?P<day>\d+)</var>, <var data-var='time'>(?P<time>\d\d:\d\d)</var> "
    r"(?P<zone>[^<]+)</small><br><strong>(?P<status>[^<]+)</strong> - (?P<text>.*?)</p>"
)


def numbers(site: Path, path: str = "history.atom") -> dict[str, str]:
    """The id of each entry by its title."""
    return {entry.title: entry.id for entry in parse_feed(site, path).entries}


def build_small(folder: Path, incidents: Mapping[str, tuple[str, str]], settings: str = SETTINGS) -> Path:
    """A site whose incidents are given as id → (title, aliases)."""
    written: dict[str, str | bytes] = {
        key: SMALL.format(title=title, aliases=aliases) for key, (title, aliases) in incidents.items()
    }
    return build_site(make_project(folder, settings, written), MOMENT)


def test_all_incidents_and_maintenance_are_there_and_no_notice(site: Path) -> None:
    titles = {
        *("Card payments fail at checkout", "Search is slow", "The page was slow"),
        *("Work, on: the; database", "New switches", "The cancelled work"),
    }
    for path in ("history.atom", "history.rss"):
        assert {entry.title for entry in parse_feed(site, path).entries} == titles


def test_the_feed_and_its_entries_have_the_ids_of_hosted_pages(site: Path) -> None:
    feed = parse_feed(site, "history.atom")
    assert feed.feed.id == "tag:status.example.com,2005:/history"
    for entry in feed.entries:
        assert re.fullmatch(r"tag:status\.example\.com,2005:Incident/[1-9]\d*", entry.id)


def test_another_language_has_ids_of_its_own(site: Path) -> None:
    assert parse_feed(site, "pl/history.atom").feed.id == "tag:status.example.com,2005:/pl/history"
    polish = {entry.id for entry in parse_feed(site, "pl/history.atom").entries}
    assert polish == {one.replace("2005:", "2005:pl/") for one in numbers(site).values()}


def test_two_sites_on_one_host_have_ids_of_their_own(tmp_path: Path) -> None:
    below = SETTINGS.replace(URL, f"{URL}:8443/pay")
    site = build_small(tmp_path, {"2026-11-23-a": ("Search is slow", "")}, below)
    feed = parse_feed(site, "history.atom")
    assert feed.feed.id == "tag:status.example.com,2005:/pay/history"
    assert feed.entries[0].id.startswith("tag:status.example.com,2005:pay/Incident/")


def test_a_number_is_the_same_for_ever(site: Path) -> None:
    """These were given once; a change of the rule would show every reader the whole history as new."""
    assert numbers(site)["Card payments fail at checkout"] == "tag:status.example.com,2005:Incident/3715324704353132670"
    assert numbers(site)["Search is slow"] == "tag:status.example.com,2005:Incident/8938651", "kept by its alias"


def test_a_number_survives_a_new_name_of_the_file_and_every_other_change(tmp_path: Path) -> None:
    before = build_small(tmp_path / "a", {"2026-11-23-first": ("Search is slow", "")})
    renamed = {"2026-11-23-second": ("Search was slow", "2026-11-23-first"), "2026-11-22-new": ("Another one", "")}
    after = build_small(tmp_path / "b", renamed)
    assert numbers(after)["Search was slow"] == numbers(before)["Search is slow"]
    assert len(set(numbers(after).values())) == 2


def test_a_number_that_two_incidents_claim_is_given_to_neither(tmp_path: Path) -> None:
    twins = {"2026-11-23-a": ("First one", "Incident/77"), "2026-11-23-b": ("Second one", "Incident/77")}
    found = numbers(build_small(tmp_path, twins))
    assert len(set(found.values())) == 2
    assert not [one for one in found.values() if one.endswith("/77")]


@pytest.mark.parametrize("alias", ["Incident/0", "Incident/007", f"Incident/{10**12}", "incident/5", "Incident/5/x"])
def test_another_alias_is_no_number(alias: str, tmp_path: Path) -> None:
    (own,) = numbers(build_small(tmp_path, {"2026-11-23-a": ("First one", f'"{alias}"')})).values()
    assert int(own.rpartition("/")[2]) > 10**12


def test_an_incident_without_a_number_of_old_never_gets_one_of_theirs(tmp_path: Path) -> None:
    names = {f"2026-11-23-n{n}": (f"Number {n}", f"incidents/{n:012d}") for n in range(1, 200)}
    content = project.read(build_small(tmp_path, names).parent).project
    assert content is not None
    found = number(content.incidents, identify(content.incidents))
    own = [found.incident(incident) for incident in content.incidents]
    assert len(set(own)) == len(names)
    assert min(own) > 10**12, "hosted pages count from 1"


def test_rss_remembers_an_incident_by_its_address(site: Path) -> None:
    for entry in parse_feed(site, "history.rss").entries:
        assert entry.id == entry.link
    links = {entry.title: entry.link for entry in parse_feed(site, "history.rss").entries}
    assert links["Card payments fail at checkout"] == f"{URL}/incidents/2026-11-23-checkout.html"


def test_an_imported_incident_keeps_the_address_that_readers_remember_it_by(site: Path) -> None:
    old = f"{URL}/incidents/abc123def456"
    assert old in [entry.id for entry in parse_feed(site, "history.rss").entries]
    assert old in [entry.link for entry in parse_feed(site, "history.atom").entries]
    assert (site / "incidents/abc123def456/index.html").is_file()
    polish = [entry.id for entry in parse_feed(site, "pl/history.rss").entries]
    assert f"{URL}/pl/incidents/2026-11-20-search.html" in polish, "copies stand in the first language only"


def test_every_update_is_there_newest_first_in_the_exact_html(site: Path) -> None:
    (entry,) = (one for one in parse_feed(site, "history.atom").entries if "checkout" in one.link)
    assert entry.content[0].value == (
        "<p><small>Nov <var data-var='date'>23</var>, <var data-var='time'>04:30</var> CET</small><br>"
        "<strong>Monitoring</strong> - Two things are left:<br /><br />- the old machines,<br />- the queue.</p>"
        "<p><small>Nov <var data-var='date'>23</var>, <var data-var='time'>04:02</var> CET</small><br>"
        "<strong>Monitoring</strong> - Retracted: None of them works again.<br />"
        "<del>Half of them work again.</del></p>"
        "<p><small>Nov <var data-var='date'>23</var>, <var data-var='time'>03:31</var> CET</small><br>"
        "<strong>Identified</strong> - A certificate expired &amp; nothing else.</p>"
        "<p><small>Nov <var data-var='date'>23</var>, <var data-var='time'>03:09</var> CET</small><br>"
        "<strong>Investigating</strong> - Most card payments fail, see help.</p>"
    )


def test_rss_says_what_atom_says(site: Path) -> None:
    atom, rss = parse_feed(site, "history.atom"), parse_feed(site, "history.rss")
    assert [one.content[0].value for one in atom.entries] == [one.description for one in rss.entries]
    assert [one.updated_parsed for one in atom.entries] == [one.published_parsed for one in rss.entries]


@pytest.mark.parametrize("path", ["history.atom", "pl/history.atom"])
def test_a_program_that_takes_it_apart_finds_all_updates(path: str, site: Path) -> None:
    for entry in parse_feed(site, path).entries:
        html = entry.content[0].value
        assert UPDATE.sub("", re.sub(r"^<p><strong>.*?</strong></p>", "", html)) == ""
    (checkout,) = (one for one in parse_feed(site, path).entries if "checkout" in one.link)
    found = list(UPDATE.finditer(checkout.content[0].value))
    assert [one["time"] for one in found] == ["04:30", "04:02", "03:31", "03:09"]


def test_a_postmortem_is_the_last_word(site: Path) -> None:
    (entry,) = (one for one in parse_feed(site, "history.atom").entries if one.title == "Search is slow")
    first = UPDATE.match(entry.content[0].value)
    assert first
    assert (first["status"], first["text"]) == ("Postmortem", "Why<br /><br />An index grew too large.")
    assert (entry.published, entry.updated) == ("2026-11-20T08:00:00Z", "2026-11-22T09:00:00Z")


def test_maintenance_says_first_when_it_is_and_is_never_without_a_status(site: Path) -> None:
    entries = {one.title: one.content[0].value for one in parse_feed(site, "history.atom").entries}
    assert entries["Work, on: the; database"].startswith(
        "<p><strong>THIS IS A SCHEDULED EVENT Nov <var data-var='date'>30</var>, <var data-var='time'>22:00</var> - "
        "Dec <var data-var='date'>1</var>, <var data-var='time'>02:00</var> CET</strong></p><p><small>"
    )
    assert "<var data-var='time'>12:00</var> - <var data-var='time'>16:00</var> CET" in entries["New switches"]
    assert "<strong>Scheduled</strong> - The API may be away" in entries["New switches"]
    assert "<strong>Cancelled</strong> - The work is not needed." in entries["The cancelled work"]


def test_the_months_are_those_of_hosted_pages(tmp_path: Path) -> None:
    entry, days = SMALL.format(title="Search is slow", aliases=""), [f"2026-{month:02d}-05" for month in range(1, 12)]
    incidents: dict[str, str | bytes] = {f"{day}-x": entry.replace("2026-11-23", day) for day in days}
    found = parse_feed(build_site(make_project(tmp_path, SETTINGS, incidents), MOMENT), "history.rss").entries
    written = [UPDATE.match(entry.description) for entry in found]
    months = ("Nov", "Oct", "Sep", "Aug", "Jul", "Jun", "May", "Apr", "Mar", "Feb", "Jan")
    assert [one and (one["month"], one["day"]) for one in written] == [(month, "5") for month in months]


def test_of_an_entry_that_could_not_be_read_at_all_there_is_nothing_to_tell(tmp_path: Path) -> None:
    broken: Mapping[str, str | bytes] = {**INCIDENTS, "2026-11-23-broken": "title: [x"}
    site = build_site(make_project(tmp_path, SETTINGS, broken), MOMENT)
    assert len(parse_feed(site, "history.atom").entries) == 6
