"""The feed as readers' programs read it: one entry an update, in each language."""

import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import feedparser
import pytest

from tests.browser.gallery import MOMENT, URL
from tests.browser.sites import Site, build_site
from tests.projects import make_project

FEEDS = {"en": "updates.atom", "pl": "pl/updates.atom"}
ATOM = "{http://www.w3.org/2005/Atom}"
RFC_3339 = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(Z|[+-]\d{2}:\d{2})")
each_feed = pytest.mark.parametrize("path", FEEDS.values(), ids=FEEDS)


def parse(site: Site, path: str) -> Any:
    """The feed as feedparser understands it; what it finds wrong fails."""
    feed = feedparser.parse((site.folder / path).read_bytes())
    assert not feed.bozo, feed.get("bozo_exception")
    return feed


@each_feed
def test_a_reader_understands_the_feed(path: str, example: Site, gallery: Site) -> None:
    for site in (example, gallery):
        feed = parse(site, path)
        assert feed.version == "atom10"
        assert feed.feed.title
        assert feed.feed.id == f"{URL}/{path}"


@each_feed
def test_every_update_is_one_entry_and_the_newest_stands_first(path: str, example: Site) -> None:
    entries = parse(example, path).entries
    assert len(entries) == 3 + 4 + 3 + 3 + 1 + 1 + 1, "the updates of the six files, and the post-mortem"
    assert entries[0].link.endswith("#u-20261123T0848Z")
    published = [entry.published_parsed for entry in entries]
    assert published == sorted(published, reverse=True)


@each_feed
def test_ids_and_links_are_absolute_and_each_its_own(path: str, example: Site, gallery: Site) -> None:
    for site in (example, gallery):
        feed = parse(site, path)
        ids, links = [entry.id for entry in feed.entries], [entry.link for entry in feed.entries]
        assert len(set(ids)) == len(ids)
        assert len(set(links)) == len(links)
        inside = [link.href for entry in feed.entries for link in entry.links]
        assert [link for link in (*ids, *inside) if not link.startswith(f"{URL}/")] == []
        html = "".join(part.value for entry in feed.entries for part in entry.get("content", []))
        assert re.findall(r'(?:href|src)="(?!https?://|mailto:|tel:)[^"]*', html) == []


def test_an_update_has_another_id_in_each_language(example: Site) -> None:
    """Who follows two languages gets both."""
    english, polish = ({entry.id for entry in parse(example, path).entries} for path in FEEDS.values())
    assert not english & polish


def test_every_link_leads_to_an_update_on_its_page(example: Site) -> None:
    for entry in parse(example, "updates.atom").entries:
        page, anchor = re.fullmatch(rf"{URL}/([^?#]+)(?:\?u=\w+)?#(.+)", entry.link).groups()  # type: ignore[union-attr]
        assert any(element.get("id") == anchor for element in example.parse(page).iter())


@each_feed
def test_times_are_written_as_the_standard_wants_them(path: str, gallery: Site) -> None:
    root = ElementTree.parse(gallery.folder / path).getroot()
    times = [element.text or "" for element in root.iter() if element.tag in (f"{ATOM}updated", f"{ATOM}published")]
    assert len(times) > 20
    assert [time for time in times if not RFC_3339.fullmatch(time)] == []


def test_an_entry_is_in_the_language_of_its_feed(example: Site) -> None:
    english, polish = (parse(example, path).entries[0] for path in FEEDS.values())
    assert "Card payments fail at checkout" in english.title
    assert "Płatności kartą nie działają" in polish.title
    assert "half of the card payments work again" in english.content[0].value
    assert "połowa płatności kartą znów działa" in polish.content[0].value


def test_a_changed_or_retracted_update_says_so(gallery: Site) -> None:
    entries = {entry.link.rpartition("#")[2]: entry for entry in parse(gallery, "updates.atom").entries}
    edited, retracted = entries["u-20261123T0811Z"], entries["u-20261123T0838Z"]
    assert edited.updated == "2026-11-23T08:20:00Z"
    assert edited.published == "2026-11-23T08:11:00Z"
    assert "Papers at the gate do move." in retracted.content[0].value


def test_a_site_without_an_address_has_no_feed_and_no_link_to_one(tmp_path: Path) -> None:
    root = make_project(tmp_path, "site: {name: Mill}\ncomponents: [{key: wheel, name: Wheel}]\n")
    site = build_site("mill", tmp_path / "site", root, MOMENT)
    assert not list(site.folder.rglob("*.atom"))
    assert "atom" not in site.read("index.html")
