"""The Hugo site that speed is measured against shows what ours shows, file by file."""

import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from xml.etree import ElementTree

import msgspec
import pytest

from bench.gen import write_project
from bench.ground import build_clean, build_hugo, find_hugo
from bench.hugo_content import write_content
from bench.story import invent

COUNT = 900  # some components have pages by year then, and some have none
_ATOM = "{http://www.w3.org/2005/Atom}"
_TITLE = re.compile(r"<h1>(.*?)</h1>", re.DOTALL)
_TAG = re.compile(r"<[^>]+>")
_ANCHOR = re.compile(r'<article class="update" id="(.*?)"')
_OLDER = re.compile(r"\d+ older entr|<h2>\w+ \d{4}|(?<=[/\"])history/\d{4}/[\w-]+\.html")
_BAR = re.compile(r'<path class="(\w+)" d="(M0 34[^"]*)"')


class Sites(msgspec.Struct, frozen=True):
    """Both sites of one history."""

    ours: Path
    theirs: Path

    def pages(self, folder: str) -> Iterator[tuple[str, str]]:
        """The pages of a folder, ours and theirs."""
        for file in sorted((self.ours / folder).glob("*.html")):
            yield file.read_text("utf-8"), (self.theirs / file.relative_to(self.ours)).read_text("utf-8")


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Sites:
    hugo = find_hugo()
    if hugo is None:
        pytest.skip("Hugo is not there: `make bench` installs it.")
    folder = tmp_path_factory.mktemp("sites")
    write_project(invent(COUNT), folder / "sitegen")
    write_content(invent(COUNT), folder / "hugo")
    build_clean(folder / "sitegen")
    build_hugo(folder / "hugo", hugo)
    return Sites(folder / "sitegen" / "site", folder / "hugo" / "public")


def names(folder: Path) -> set[str]:
    return {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()}


def test_both_write_the_same_files(sites: Sites) -> None:
    assert names(sites.ours) - {".sitegen-files"} == names(sites.theirs)


def test_both_weigh_about_the_same(sites: Sites) -> None:
    ours, theirs = (sum((one / name).stat().st_size for name in names(one)) for one in (sites.ours, sites.theirs))
    assert 0.9 < ours / theirs < 1.1


def test_every_incident_has_the_same_title_and_updates(sites: Sites) -> None:
    pages = list(sites.pages("incidents"))
    assert len(pages) == COUNT
    for ours, theirs in pages:
        titles = [unescape(_TAG.sub("", _TITLE.search(page)[1]).strip()) for page in (ours, theirs)]  # type: ignore[index]
        assert titles[0] == titles[1]
        assert _ANCHOR.findall(ours) == _ANCHOR.findall(theirs)
        assert ('id="postmortem"' in ours) == ('id="postmortem"' in theirs)


def test_the_bars_of_every_component_are_the_same(sites: Sites) -> None:
    for ours, theirs in (*sites.pages("components"), *sites.pages(".")):
        assert sorted(_BAR.findall(ours)) == sorted(_BAR.findall(theirs))
    assert len(_BAR.findall((sites.ours / "index.html").read_text("utf-8"))) >= 40


@pytest.mark.parametrize("folder", [".", "history", "history/2023", "history/2024", "history/2025", "components"])
def test_lists_name_the_same_incidents(folder: str, sites: Sites) -> None:
    pages = list(sites.pages(folder))
    assert pages
    for ours, theirs in pages:
        listed = [re.findall(r"<h[23]><a href=\"[./]*(incidents/.*?)\"", page) for page in (ours, theirs)]
        assert sorted(listed[0]) == sorted(listed[1])


@pytest.mark.parametrize("folder", [".", "components", "history/2024"])
def test_what_is_older_is_counted_and_linked_alike(folder: str, sites: Sites) -> None:
    pages = list(sites.pages(folder))
    for ours, theirs in pages:
        assert _OLDER.findall(ours) == _OLDER.findall(theirs)
    assert any(" older entr" in ours for ours, _ in pages) == (folder != "history/2024")


@pytest.mark.parametrize("name", ["updates.atom", "components/shop-web.atom", "components/payments-api.atom"])
def test_feeds_have_the_same_entries(name: str, sites: Sites) -> None:
    ours, theirs = (
        {entry.findtext(f"{_ATOM}id") for entry in ElementTree.parse(site / name).iter(f"{_ATOM}entry")}
        for site in (sites.ours, sites.theirs)
    )
    assert ours == theirs


@pytest.mark.parametrize("name", ["incidents", "incidents/unresolved", "scheduled-maintenances", "components"])
def test_files_of_the_api_tell_the_same_things(name: str, sites: Sites) -> None:
    ours, theirs = (
        {
            key: sorted(one["name"] for one in listed)
            for key, listed in json.loads(file.read_text("utf-8")).items()
            if key != "page"
        }
        for file in (site / "api" / "v2" / f"{name}.json" for site in (sites.ours, sites.theirs))
    )
    assert ours == theirs
