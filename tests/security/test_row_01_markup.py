"""SECURITY.md, row 1: no text of any field becomes an element or attribute of any output, and none is lost."""

import html
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.projects import build_site
from tests.security.parsing import Skeleton, files, html_pages, links, skeleton, words
from tests.security.samples import PAYLOADS
from tests.security.writing import Place, make_full_project, places, quote

# Places of free text that no page shows (yet): a new field has to be shown, or named here.
NOT_SHOWN = {
    *("channels.api_url", "channels.page", "channels.to", "ledger.branch"),
    *("publish.branch", "publish.folder", "publish.run", "publish.url"),
    *("updates.social.en", "updates.social.pl", "updates.twitter.en", "updates.twitter.pl"),
}
# A payload that is Markdown may lose its marks where Markdown is read.
REWRITTEN = {"markdown"}
TAME = {"https", "http", "mailto", "tel"}


class Site:
    """What parsers see of a project in which every free text holds the given one."""

    def __init__(self, folder: Path, payload: str) -> None:
        root = make_full_project(folder, lambda place: quote(place, payload))
        self.folder = build_site(root)
        contents = files(self.folder)
        self.skeletons: Mapping[str, Skeleton] = {name: skeleton(name, content) for name, content in contents.items()}
        self.words: Mapping[str, str] = {name: words(name, content) for name, content in contents.items()}

    def shows(self, place: Place) -> set[str]:
        """The files that show the text of this place."""
        return {name for name, text in self.words.items() if place.mark in text}


@pytest.fixture(scope="module")
def harmless(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The site in which every text is harmless."""
    return Site(tmp_path_factory.mktemp("harmless"), "some words")


def test_every_text_of_the_formats_is_shown_or_known_not_to_be(harmless: Site) -> None:
    hidden = {".".join(place.trail) for place in places() if not harmless.shows(place)}
    assert hidden == NOT_SHOWN


def test_every_output_there_is_stands_in_the_site(harmless: Site) -> None:
    kinds = {"index.html", "404.html", "history.html", "history/2026-11.html", "maintenance.html", "follow.html"}
    others = {"components/web.html", "updates.atom", "now.json", "_headers", "media/graph.png", ".sitegen-files"}
    entries = {"incidents/2026-11-23-open.html", "old/incident/index.html", "pl/index.html", "pl/updates.atom"}
    feeds = {"updates.json", "history.atom", "history.rss", "components/web.atom", "maintenance.ics", "status.txt"}
    badges = {"badge.svg", "badge.json", "components/web.svg", "components/web.json", "pl/components/web.svg"}
    assert kinds | others | entries | feeds | badges <= set(harmless.words)


@pytest.mark.parametrize("family", PAYLOADS)
def test_no_text_becomes_markup_and_none_is_lost(family: str, harmless: Site, tmp_path: Path) -> None:
    _assert_only_text(family, " ".join(PAYLOADS[family]), harmless, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("family", "payload"), [(family, payload) for family, payloads in PAYLOADS.items() for payload in payloads]
)
def test_no_text_becomes_markup_whatever_stands_beside_it(
    family: str, payload: str, harmless: Site, tmp_path: Path
) -> None:
    _assert_only_text(family, payload, harmless, tmp_path)


def _assert_only_text(family: str, payload: str, harmless: Site, folder: Path) -> None:
    site = Site(folder, payload)
    assert set(site.skeletons) == set(harmless.skeletons), "a text made or lost a file"
    for name, found in site.skeletons.items():
        assert not found - harmless.skeletons[name], f"{name} has elements, attributes or bytes that a text made"
    for place in places():
        if not place.address:
            _assert_shown(family, payload, place, site, harmless)
    _assert_links_are_tame(site)


def _assert_shown(family: str, payload: str, place: Place, site: Site, harmless: Site) -> None:
    assert site.shows(place) == harmless.shows(place), f"the text of {'.'.join(place.trail)} is lost"
    for name in site.shows(place):
        if not place.prose:
            assert " ".join(quote(place, payload).split()) in site.words[name]
        elif family not in REWRITTEN:
            assert _letters(html.unescape(payload)) in _letters(site.words[name])


def _letters(text: str) -> str:
    return "".join(letter for letter in text if letter.isalpha())


def _assert_links_are_tame(site: Site) -> None:
    for name, page in html_pages(site.folder).items():
        for href in links(page):
            scheme, colon, _ = href.partition(":")
            assert not colon or scheme in TAME or href.startswith("data:image/svg+xml,"), name
            assert not href.startswith("//"), name
            assert urlsplit(href).hostname != "evil.invalid", name
