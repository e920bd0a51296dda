"""Pages are small: what a phone on a bad network loads on the worst day."""

import gzip

import pytest

from sitegen.render import Theme
from tests.browser.gallery import MOMENT
from tests.browser.sites import Site, build_site
from tests.projects import make_project

KIB = 1024


def compressed(site: Site, path: str) -> int:
    """As hosts send it."""
    return len(gzip.compress((site.folder / path).read_bytes(), 6))


@pytest.mark.parametrize("path", ["index.html", "pl/index.html"])
def test_the_home_page_of_the_example_is_at_most_14_kib(path: str, example: Site) -> None:
    assert compressed(example, path) <= 14 * KIB


def test_the_script_is_at_most_2_kib() -> None:
    assert len(Theme().script.encode()) <= 2 * KIB


@pytest.mark.parametrize("path", ["incidents/2026-11-23-card-payments.html", "incidents/2026-09-03-late-payouts.html"])
def test_a_page_of_an_incident_is_at_most_6_kib(path: str, example: Site) -> None:
    assert compressed(example, path) <= 6 * KIB


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Forty services in eight groups and twenty incidents that are over, each with words of its own."""
    folder = tmp_path_factory.mktemp("large")
    root = make_project(folder, _settings(), {f"2026-{_date(n)}-entry-{n}": _incident(n) for n in range(20)})
    return build_site("large", folder / "site", root, MOMENT)


def _settings() -> str:
    services = (
        f"      - {{key: s{n}, name: {_WORDS[n]} service {n}, description: For {_WORDS[-n].lower()} and all with them}}"
        for n in range(40)
    )
    groups = "".join(
        line if n % 5 else f"  - group: {_WORDS[n + 3]} group\n    components:\n{line}"
        for n, line in enumerate(f"{service}\n" for service in services)
    )
    return f"site: {{name: Large, url: https://status.example.com, languages: [en, pl]}}\ncomponents:\n{groups}"


def _incident(n: int) -> str:
    first, second = (f"s{place}: {('degraded_performance', 'partial_outage', 'major_outage')[place % 3]}"
                     for place in (n * 7 % 40, (n * 11 + 3) % 40))  # fmt: skip
    day = f"2026-{_date(n)}"
    return f"""\
title: {_WORDS[n * 3 % 40]} {_WORDS[n * 5 % 40].lower()} do not reach {_WORDS[n * 7 % 40].lower()}
components: {{{first}, {second}}}
updates:
  - {{at: {day} {n:02}:{n * 7 % 60:02}, message: We look into it.}}
  - {{at: {day} {n + 2:02}:{n * 11 % 60:02}, status: resolved, message: It works again. Nothing was lost.}}
"""


def _date(n: int) -> str:
    return f"{(9, 10, 11)[n % 3]:02}-{n + 1:02}"


_WORDS = (
    *("Orders", "Payments", "Letters", "Parcels", "Reports", "Invoices", "Receipts", "Tickets"),
    *("Bookings", "Refunds", "Accounts", "Logins", "Searches", "Maps", "Photos", "Films"),
    *("Songs", "Books", "Lessons", "Exams", "Grades", "Timetables", "Trains", "Ships"),
    *("Planes", "Lorries", "Cranes", "Gates", "Scales", "Meters", "Sensors", "Alarms"),
    *("Doors", "Lights", "Pumps", "Valves", "Tanks", "Wells", "Fields", "Barns"),
)


def test_the_home_page_of_forty_services_and_twenty_incidents_is_at_most_14_kib(large: Site) -> None:
    assert compressed(large, "index.html") <= 14 * KIB
