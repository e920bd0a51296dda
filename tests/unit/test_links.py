"""Addresses: fixed for ever, the same from every page, and where a file's changes are listed."""

from pathlib import PurePosixPath

import msgspec
import pytest

from sitegen import links
from sitegen.model import Channel
from tests.unit.entries import make_settings, outage

SITE = msgspec.structs.replace(make_settings().site, url="https://status.example.com/pay", languages=("en", "pl"))
PAGE = links.incident_page("2026-11-23-orders")


def test_every_page_has_its_place() -> None:
    assert str(PAGE) == "incidents/2026-11-23-orders.html"
    assert str(links.component_page("api")) == "components/api.html"
    assert str(links.month_page(2026, 3)) == "history/2026-03.html"
    assert str(links.year_page("api", 2025)) == "history/2025/api.html"
    assert str(links.picture_file("load.png")) == "media/load.png"


def test_the_first_language_lives_at_the_root_and_the_others_in_folders() -> None:
    assert links.in_language(PAGE, "en", SITE) == PAGE
    assert str(links.in_language(PAGE, "pl", SITE)) == "pl/incidents/2026-11-23-orders.html"


@pytest.mark.parametrize(("page", "way"), [("index.html", ""), ("a/b.html", "../"), ("pl/a/b.html", "../../")])
def test_the_way_to_the_root_works_from_any_depth(page: str, way: str) -> None:
    assert links.root_from(PurePosixPath(page)) == way


@pytest.mark.parametrize(
    ("path", "address"),
    [
        ("index.html", "https://status.example.com/pay/"),
        ("pl/index.html", "https://status.example.com/pay/pl/"),
        ("incidents/a.html", "https://status.example.com/pay/incidents/a.html"),
        ("now.json", "https://status.example.com/pay/now.json"),
        ("old/my-index.html", "https://status.example.com/pay/old/my-index.html"),
    ],
)
def test_addresses_for_others_are_absolute_and_a_home_page_is_its_folder(path: str, address: str) -> None:
    assert links.absolute(SITE, PurePosixPath(path)) == address


def test_a_permalink_names_the_update_to_the_server_and_to_the_browser() -> None:
    incident = outage("at: 03:09", "at: 03:20, id: Abcd")
    first, second = incident.updates
    base = "https://status.example.com/pay/incidents/2026-11-23-orders.html"
    assert links.permalink(SITE, incident, first, "en") == f"{base}?u=20261123T0309Z#u-20261123T0309Z"
    polish = base.replace("/pay/", "/pay/pl/")
    assert links.permalink(SITE, incident, second, "pl") == f"{polish}?u=Abcd#{links.anchor(second)}"


@pytest.mark.parametrize(
    ("alias", "place"),
    [
        ("2019-03-01-outage", "incidents/2019-03-01-outage.html"),
        ("issues/2019-03-outage/", "issues/2019-03-outage/index.html"),
        ("incidents/kx81", "incidents/kx81/index.html"),
        ("old/page.html", "old/page.html"),
        ("old/page.htm", "old/page.htm"),
        ("v1.2/page", "v1.2/page/index.html"),
        ("release-1.2", "release-1.2/index.html"),
    ],
)
def test_a_copy_stands_where_an_old_link_leads(alias: str, place: str) -> None:
    assert str(links.alias_page(alias)) == place


@pytest.mark.parametrize(
    ("source", "address"),
    [
        ("https://github.com/acme/status", "https://github.com/acme/status/commits/HEAD/incidents/a.yaml"),
        ("https://gitlab.com/acme/status", "https://gitlab.com/acme/status/-/commits/HEAD/incidents/a.yaml"),
        ("https://gitlab.example.com/s", "https://gitlab.example.com/s/-/commits/HEAD/incidents/a.yaml"),
        ("https://git.example.com/gitlab/s", "https://git.example.com/gitlab/s"),
    ],
)
def test_the_history_of_a_file_is_where_its_host_shows_it(source: str, address: str) -> None:
    assert links.file_history(source, PurePosixPath("incidents/a.yaml")) == address


@pytest.mark.parametrize(
    ("kind", "handle", "found"),
    [
        ("twitter", "examplestatus", ("X: @examplestatus", "https://x.com/examplestatus")),
        ("facebook", "12345", ("Facebook", "https://www.facebook.com/12345")),
        ("mastodon", "pay@social.example", ("Mastodon: @pay@social.example", "https://social.example/@pay")),
        ("mastodon", "pay", None),
        ("twitter", "", None),
        ("email", "list@example.com", None),
        ("webhook", "", None),
    ],
)
def test_only_what_customers_can_follow_has_an_address(kind: str, handle: str, found: tuple[str, str] | None) -> None:
    assert links.account(Channel(name=kind, kind=kind, account=handle)) == found
