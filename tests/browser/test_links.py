"""Every link leads somewhere: from disk, below any prefix of a host, and from the page for lost visitors."""

import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

import html5lib
import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Visit
from tests.browser.gallery import URL
from tests.browser.hosting import PREFIX, host
from tests.browser.sites import Site

# No link leads to what stands at an old address, and none to the page for addresses that lead nowhere.
# Copies stand where old links lead, and only these.
COPIES = {"issues/queue/index.html", "history/index.html", "pl/history/index.html"}
UNLINKED = {"404.html", "incidents/2026-11-23-queue.html", *COPIES}

Read = Callable[[str], str]


def crawl(home: str, read: Read) -> set[str]:
    """The addresses below `home` that its links reach; a link to a place that is not there fails."""
    seen: dict[str, set[str]] = {}
    waiting = [(home, "")]
    while waiting:
        address, fragment = waiting.pop()
        if address not in seen:
            seen[address], targets = _open(address, read(address))
            waiting += [urldefrag(target) for target in targets if target.startswith(home.rpartition("/")[0])]
        assert not fragment or fragment in seen[address], f"{address} has no #{fragment}"
    return set(seen)


def _open(address: str, source: str) -> tuple[set[str], list[str]]:
    """The fragments of a page, and where its links lead."""
    if not address.endswith((".html", "/")):
        return set(), []
    elements = list(html5lib.parse(source, namespaceHTMLElements=False).iter())
    found = [element.get(name) for element in elements for name in ("href", "src") if element.get(name)]
    return {element.get("id", "") for element in elements}, [urljoin(address, link) for link in found]


def test_all_pages_are_reached_from_the_home_page_on_disk(site: Site) -> None:
    home = site.address()

    def read(address: str) -> str:
        path = unquote(urlsplit(address).path)
        with open(path, encoding="utf-8", errors="replace") as file:  # noqa: PTH123 - an address, not a Path
            return file.read()

    reached = {unquote(address.removeprefix(site.folder.as_uri() + "/")) for address in crawl(home, read)}
    assert reached >= set(site.pages) - UNLINKED


def test_all_pages_are_reached_below_a_prefix_of_a_host(site: Site) -> None:
    with host(site.folder) as server:

        def read(address: str) -> str:
            with urllib.request.urlopen(address) as answer:
                return str(answer.read().decode("utf-8", errors="replace"))

        reached = {address.removeprefix(server.url) for address in crawl(server.url + "index.html", read)}
        assert reached >= set(site.pages) - UNLINKED
        assert all(path.startswith(PREFIX) for path in server.asked)


def test_what_is_not_there_is_not_found() -> None:
    """The crawl itself would notice: a test of the test."""
    pages = {"http://x/index.html": '<a href="a.html#there">', "http://x/a.html": "<p id=here>"}
    with pytest.raises(AssertionError, match="has no #there"):
        crawl("http://x/index.html", pages.__getitem__)
    with pytest.raises(KeyError):
        crawl("http://x/index.html", {"http://x/index.html": '<img src="b.html">'}.__getitem__)


def test_the_page_for_lost_visitors_has_absolute_links_only(example: Site, gallery: Site) -> None:
    for site in (example, gallery):
        links = list(_links(site, "404.html"))
        assert len(links) >= 5
        assert [link for link in links if not link.startswith((f"{URL}/", "https://", "#", "data:"))] == []


def test_a_site_without_an_address_has_no_page_for_lost_visitors(make_site: Callable[[str], Site]) -> None:
    assert "404.html" not in make_site("quiet").pages


def _links(site: Site, path: str) -> Iterator[str]:
    return (element.get("href", "") for element in site.parse(path).iter() if element.get("href"))


def test_an_old_address_shows_the_entry_and_names_the_true_one(gallery: Site) -> None:
    for old in ("incidents/2026-11-23-queue.html", "issues/queue/index.html"):
        page = gallery.parse(old)
        assert page.findtext("body/main/section/h1") == "Declarations wait in a queue"
        canonical = [link.get("href") for link in page.iter("link") if link.get("rel") == "canonical"]
        assert canonical == [f"{URL}/incidents/2026-11-23-open.html"]
        up = "../" * (len(PurePosixPath(old).parts) - 1)
        assert f"{up}index.html" in list(_links(gallery, old))


def _go_through(page: Page) -> str:
    """From the home page to an incident, its service, the other language and home again, by clicking."""
    page.get_by_role("link", name="Declarations wait in a queue").click()
    page.get_by_role("link", name="Declarations", exact=True).click()
    page.get_by_role("link", name="polski").click()
    page.get_by_role("banner").get_by_role("link").first.click()
    return page.locator("html").get_attribute("lang") or ""


@pytest.mark.browser
def test_a_visitor_goes_from_page_to_page_on_disk(gallery: Site, visit: Visit) -> None:
    page = visit(gallery)
    assert _go_through(page) == "pl"
    assert page.url == gallery.address("pl/index.html")


@pytest.mark.browser
def test_a_visitor_goes_from_page_to_page_below_a_prefix(gallery: Site, visit: Visit) -> None:
    with host(gallery.folder) as server:
        page = visit(gallery, address=server.url)
        assert _go_through(page) == "pl"
        assert page.url == f"{server.url}pl/index.html"


@pytest.mark.browser
def test_the_page_for_lost_visitors_is_whole_at_any_depth(gallery: Site, visit: Visit) -> None:
    with host(gallery.folder) as server:
        page = visit(gallery, address=f"{server.url}404.html")
        assert page.get_by_role("heading", level=1).inner_text() == "Page not found"
        assert server.asked == [f"{PREFIX}404.html"]
