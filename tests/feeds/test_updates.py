"""One entry per update: of the site, of a component, and the same as JSON Feed."""

import json
from pathlib import Path

from jsonschema import Draft202012Validator

from tests.feeds.readers import MOMENT, SETTINGS, URL, parse_feed, parse_html, parse_json
from tests.projects import build_site, make_project

SCHEMA = Path(__file__).with_name("json_feed.schema.json")
CHECKOUT = f"{URL}/incidents/2026-11-23-checkout.html"
# As they were in the first version: they never change.
IDS = [
    f"{CHECKOUT}#u-20261123T0330Z",
    f"{CHECKOUT}#u-20261123T0302Z",
    f"{CHECKOUT}#u-20261123T0231Z",
    f"{CHECKOUT}#u-20261123T0209Z",
    f"{URL}/incidents/2026-11-20-search.html#postmortem",
    f"{URL}/incidents/2026-11-30-database.html#u-20261122T0800Z",
    f"{URL}/incidents/2026-11-25-paint.html#u-20261121T0800Z",
    f"{URL}/incidents/2026-11-20-search.html#u-20261120T1005Z",
    f"{URL}/incidents/2026-11-30-database.html#u-20261120T0800Z",
    f"{URL}/incidents/2026-11-20-search.html#u-20261120T0800Z",
    f"{URL}/incidents/2026-11-19-notice.html#u-20261119T0900Z",
    f"{URL}/incidents/2026-11-18-draft.html#u-20261118T0800Z",
    f"{URL}/incidents/2026-11-25-paint.html#u-20261116T0800Z",
    f"{URL}/incidents/2026-11-23-network.html#u-20261116T0800Z",
]


def test_every_update_of_every_kind_of_entry_is_there_and_a_published_postmortem(site: Path) -> None:
    assert [entry.id for entry in parse_feed(site, "updates.atom").entries] == IDS


def test_a_component_has_the_updates_of_the_entries_that_touched_it_under_the_same_ids(site: Path) -> None:
    feed = parse_feed(site, "components/api.atom")
    touched = ("checkout", "paint", "network")
    assert [entry.id for entry in feed.entries] == [one for one in IDS if any(name in one for name in touched)]
    assert feed.feed.title == "API – Example Pay, Ltd; Co"
    assert feed.feed.id == f"{URL}/components/api.atom"
    assert feed.feed.link == f"{URL}/components/api.html"


def test_a_component_s_feed_is_in_its_language(site: Path) -> None:
    feed = parse_feed(site, "pl/components/checkout.atom")
    assert feed.feed.title == "Checkout – Przykład"
    assert feed.entries[0].title == "Płatności kartą nie działają – Obserwujemy"
    assert feed.entries[0].content[0].language == "en", "its message was never translated, and it says so"


def test_a_component_that_nothing_touched_has_an_empty_feed(tmp_path: Path) -> None:
    feed = parse_feed(build_site(make_project(tmp_path, SETTINGS), MOMENT), "components/website.atom")
    assert feed.entries == []
    assert feed.feed.updated == "1970-01-01T00:00:00Z"


def test_what_was_edited_is_updated_and_says_why(site: Path) -> None:
    entry = parse_feed(site, "updates.atom").entries[2]
    assert (entry.published, entry.updated) == ("2026-11-23T02:31:00Z", "2026-11-23T04:00:00Z")
    assert "Edited 23 Nov 2026, 05:00 CET:The word key stood here." in text(entry.content[0].value)


def test_an_edit_that_is_still_to_come_changes_no_date(tmp_path: Path) -> None:
    edited = "edited: {at: 2026-11-24 09:00, note: A slip.}"
    entry = f"title: Search is slow\nupdates: [{{at: 2026-11-23 09:00, message: Slow., {edited}}}]\n"
    feed = parse_feed(build_site(make_project(tmp_path, SETTINGS, {"2026-11-23-x": entry}), MOMENT), "updates.atom")
    assert [one.updated for one in feed.entries] == ["2026-11-23T08:00:00Z"]
    assert feed.feed.updated == "2026-11-23T08:00:00Z"


def test_what_was_retracted_is_struck_out_below_the_reason(site: Path) -> None:
    html = parse_feed(site, "updates.atom").entries[1].content[0].value
    (struck,) = parse_html(html).iter("del")
    assert "".join(struck.itertext()).strip() == "Half of them work again."
    assert text(html).startswith("Retracted:None of them works again.")
    assert text(parse_feed(site, "pl/updates.atom").entries[1].content[0].value).startswith("Wycofane:")


def test_a_postmortem_comes_whole_and_links_to_its_place(site: Path) -> None:
    entry = parse_feed(site, "updates.atom").entries[4]
    assert entry.title == "Search is slow – Post-mortem"
    assert entry.link == f"{URL}/incidents/2026-11-20-search.html?u=postmortem#postmortem"
    assert [one.tag for one in parse_html(entry.content[0].value)] == ["h3", "p"]


def test_two_updates_of_one_minute_stand_in_their_order(tmp_path: Path) -> None:
    updates = "".join(f"  - {{at: 2026-11-23 09:00, id: abc{n}, message: Word {n}.}}\n" for n in range(3))
    entry = f"title: Search is slow\ncomponents: {{api: major_outage}}\nupdates:\n{updates}"
    site = build_site(make_project(tmp_path, SETTINGS, {"2026-11-23-x": entry}), MOMENT)
    assert [one.id[-4:] for one in parse_feed(site, "updates.atom").entries] == ["abc2", "abc1", "abc0"]


def test_only_the_newest_fifty_are_there(tmp_path: Path) -> None:
    names = [f"2026-10-{day:02d}-{half}" for day in range(1, 29) for half in ("a", "b")]
    entry = "title: Search is slow\ncomponents: {{api: major_outage}}\nupdates: [{{at: {} 09:00, message: Slow.}}]\n"
    incidents: dict[str, str | bytes] = {name: entry.format(name[:10]) for name in names}
    site = build_site(make_project(tmp_path, SETTINGS, incidents), MOMENT)
    for path in ("updates.atom", "components/api.atom", "history.atom", "history.rss"):
        found = parse_feed(site, path).entries
        assert len(found) == 50
        assert "2026-10-28" in found[0].link
        assert "2026-10-04" in found[-1].link


def test_json_feed_has_the_form_of_its_version(site: Path) -> None:
    schema = json.loads(SCHEMA.read_bytes())
    Draft202012Validator.check_schema(schema)
    checker = Draft202012Validator(schema)
    for path in ("updates.json", "pl/updates.json"):
        assert [error.message for error in checker.iter_errors(parse_json(site, path))] == []
    assert list(checker.iter_errors({**parse_json(site, "updates.json"), "items": [{"id": 7}]})), "the schema can fail"


def test_json_feed_says_what_the_atom_feed_says(site: Path) -> None:
    for folder in ("", "pl/"):
        feed, atom = parse_json(site, f"{folder}updates.json"), parse_feed(site, f"{folder}updates.atom")
        assert feed["title"] == atom.feed.title
        assert feed["feed_url"] == f"{URL}/{folder}updates.json"
        assert feed["home_page_url"] == f"{URL}/{folder}"
        assert [
            (one["id"], one["url"], one["title"], one["date_published"], one["date_modified"], one["content_html"])
            for one in feed["items"]
        ] == [(one.id, one.link, one.title, one.published, one.updated, one.content[0].value) for one in atom.entries]


def text(html: str) -> str:
    """The words without the breaks between blocks."""
    return "".join(parse_html(html).itertext()).replace("\n", "")
