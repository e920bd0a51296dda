"""Pages stay small however long the history gets: what they list, and where everything older is."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from pathlib import Path, PurePosixPath
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
import pytest

from sitegen import build, project
from sitegen.languages import available
from sitegen.pages import Page
from tests.cache.projects import assert_same, go_on
from tests.projects import MOMENT, URL, make_project

SETTINGS = f"""\
site: {{name: Pay, url: {URL}, time_zone: Europe/Warsaw, languages: [en, pl]}}
components: [{{key: web, name: Shop}}, {{key: api, name: {{en: Interface, pl: Interfejs}}}}]
"""
OUTAGE = """\
title: Orders of {0} fail
components: {{web: major_outage}}
updates:
  - {{at: {0} 03:09, message: Most orders fail.}}
  - {{at: {0} 04:00, status: resolved, message: All orders work.}}
"""
OPEN = OUTAGE[: OUTAGE.rindex("  - ")]
WORK = """\
title: Works of {0}
type: maintenance
window: {{start: {0} 08:00, end: {0} 09:00}}
components: {{web: under_maintenance}}
updates:
  - {{at: 2024-01-01 10:00, message: The shop is closed for one hour.}}
"""
DONE = WORK + "  - {{at: {0} 09:00, status: completed, message: The shop is open.}}\n"
LAST = date(2026, 11, 10)
Files = Mapping[PurePosixPath, Page]


def days(count: int, step: int = 20) -> list[date]:
    """So many days, newest first: thirty of them go back to April 2025."""
    return [LAST - timedelta(days=step * number) for number in range(count)]


def entries(kind: str, when: Iterable[date]) -> dict[str, str | bytes]:
    """One entry for each day."""
    return {f"{day}-entry": kind.format(day) for day in when}


def render(root: Path, incidents: Mapping[str, str | bytes], settings: str = SETTINGS) -> Files:
    """The site's files, made when they are asked for."""
    content = project.read(make_project(root, settings, incidents)).project
    assert content is not None
    return {page.path: page for page in build.prepare(content, MOMENT).pages}


def parse(files: Files, path: str) -> Element:
    parser: Any = html5lib.HTMLParser(html5lib.getTreeBuilder("etree"), strict=True, namespaceHTMLElements=False)
    found: Element = parser.parse(files[PurePosixPath(path)].render().decode())
    return found


def listed(page: Element) -> list[str]:
    """The days of the entries that a page lists, as their titles name them."""
    headings = ("".join(one.itertext()) for level in ("h2", "h3") for one in page.iter(level))
    return [words.split(" of ")[1].split()[0] for words in headings if " of " in words]


def words(page: Element) -> str:
    """What `main` says."""
    main = page.find("body/main")
    assert main is not None
    return " ".join("".join(main.itertext()).split())


def years(files: Files) -> list[str]:
    """The pages of years."""
    return sorted(str(path) for path in files if re.search(r"history/\d{4}/", str(path)))


def links(page: Element) -> dict[str, str]:
    """What `main` links to, by the words of the links."""
    return {"".join(one.itertext()): one.get("href", "") for one in page.iterfind("body/main//a")}


def test_thirty_entries_stand_on_the_page_of_their_component_and_nowhere_else(tmp_path: Path) -> None:
    files = render(tmp_path, entries(OUTAGE, days(30)))
    page = parse(files, "components/web.html")
    assert listed(page) == [str(day) for day in days(30)]
    assert "older" not in words(page)
    assert years(files) == []


def test_what_is_older_is_counted_and_stands_on_pages_by_year_newest_first(tmp_path: Path) -> None:
    files = render(tmp_path, entries(OUTAGE, days(60)))
    page = parse(files, "components/web.html")
    assert listed(page) == [str(day) for day in days(30)]
    assert "30 older entries by year: 2025, 2024, 2023" in words(page)
    shown = links(page)
    assert [shown[year] for year in ("2025", "2024", "2023")] == [
        f"../history/{y}/web.html" for y in (2025, 2024, 2023)
    ]
    assert years(files) == [f"{root}history/{y}/web.html" for root in ("", "pl/") for y in (2023, 2024, 2025)]


def test_nothing_is_lost_and_a_year_is_whole(tmp_path: Path) -> None:
    when = [str(day) for day in days(60)]
    files = render(tmp_path, entries(OUTAGE, days(60)))
    for year in ("2023", "2024", "2025"):
        assert listed(parse(files, f"history/{year}/web.html")) == [day for day in when if day.startswith(year)]
    older = {day for path in years(files) for day in listed(parse(files, path))}
    assert older | set(listed(parse(files, "components/web.html"))) == set(when)


def test_a_year_is_told_by_month_and_leads_to_its_component_and_the_other_years(tmp_path: Path) -> None:
    page = parse(render(tmp_path, entries(OUTAGE, days(60))), "history/2024/web.html")
    assert page.findtext("body/main/section/h1") == "Shop: 2024"
    assert page.findtext("head/title") == "Shop: 2024 – Pay"
    months = [one.text for one in page.iterfind("body/main/section/h2")]
    assert (months[0], months[-1], len(months)) == ("December 2024", "January 2024", 12)
    expected = {
        "Shop": "../../components/web.html",
        **{str(year): f"../../history/{year}/web.html" for year in (2025, 2023)},
    }
    assert links(page).items() >= expected.items()
    assert [one.text for one in page.iter("a") if one.get("aria-current")] == ["2024"]


def test_a_year_begins_at_midnight_of_the_site(tmp_path: Path) -> None:
    """In Warsaw 22:05 in UTC is still the old year, and 23:05 the new one."""
    over = OUTAGE.replace("{0} 04:00", "2025-12-31T23:30Z")
    night = {f"2025-12-31-at-{hour}": over.replace("{0} 03:09", f"2025-12-31T{hour}:05Z") for hour in (22, 23)}
    named: dict[str, str | bytes] = {name: text.format(name[-2:]) for name, text in night.items()}
    files = render(tmp_path, {**entries(OUTAGE, days(30, step=2)), **named})
    assert listed(parse(files, "history/2026/web.html"))[-2:] == [str(days(30, step=2)[-1]), "23"]
    assert listed(parse(files, "history/2025/web.html")) == ["22"]


def test_a_year_without_entries_has_no_page(tmp_path: Path) -> None:
    files = render(tmp_path, {**entries(OUTAGE, days(31)), **entries(OUTAGE, [date(2022, 5, 5)])})
    assert "2 older entries by year: 2025, 2022" in words(parse(files, "components/web.html"))
    assert years(files) == [f"{root}history/{y}/web.html" for root in ("", "pl/") for y in (2022, 2025)]


def test_what_is_open_stands_on_the_page_of_its_component_however_old_it_is(tmp_path: Path) -> None:
    files = render(tmp_path, {**entries(OUTAGE, days(40)), **entries(OPEN, [date(2023, 1, 5)])})
    page = parse(files, "components/web.html")
    assert listed(page) == [*(str(day) for day in days(30)), "2023-01-05"]
    assert "11 older entries by year: 2025, 2024, 2023" in words(page)
    assert listed(parse(files, "history/2023/web.html")) == ["2023-01-05"]


def test_what_is_coming_takes_no_place_from_what_was(tmp_path: Path) -> None:
    coming = [date(2026, 12, 1) + timedelta(days=7 * number) for number in range(35)]
    files = render(tmp_path, {**entries(OUTAGE, days(31)), **entries(WORK, coming)})
    page = parse(files, "components/web.html")
    assert listed(page) == [str(day) for day in (*reversed(coming), *days(30))]
    assert "1 older entry: 2025" in words(page)
    assert years(files) == ["history/2025/web.html", "pl/history/2025/web.html"]


def test_a_component_without_many_entries_has_no_pages_by_year(tmp_path: Path) -> None:
    files = render(tmp_path, entries(OUTAGE, days(40)))
    assert "Nothing has been recorded for this service." in words(parse(files, "components/api.html"))
    assert [path for path in years(files) if path.endswith("api.html")] == []


def test_maintenance_lists_the_newest_and_leads_to_the_archive(tmp_path: Path) -> None:
    unfinished = [date(2026, 11, 22), date(2026, 11, 30)]
    files = render(tmp_path, {**entries(DONE, days(35)), **entries(WORK, unfinished)})
    page = parse(files, "maintenance.html")
    assert listed(page) == [str(day) for day in (*unfinished, *days(30))]
    assert links(page)["5 older entries in the history"] == "history.html"
    months = [str(path) for path in files if re.fullmatch(r"history/\d{4}-\d\d\.html", str(path))]
    archived = {day for path in months for day in listed(parse(files, path))}
    assert archived == {str(day) for day in (*unfinished, *days(35))}


def test_thirty_past_maintenances_are_all_listed(tmp_path: Path) -> None:
    page = parse(render(tmp_path, entries(DONE, days(30))), "maintenance.html")
    assert listed(page) == [str(day) for day in days(30)]
    assert "older" not in words(page)


@pytest.mark.parametrize("kind", [OUTAGE, DONE])
def test_going_on_from_earlier_builds_gives_the_same_pages(kind: str, tmp_path: Path) -> None:
    root = make_project(tmp_path / "project", SETTINGS, entries(kind, days(33)))
    go_on(root)
    first, last = days(33)[-1], days(33)[0]
    added = (entries(kind, [date(2026, 11, 20)]), entries(kind, [date(2024, 2, 2)]))
    edited = (entries(kind.replace(" of ", " again of "), [day]) for day in (first, last))
    for change in (*added, *edited):
        make_project(root, SETTINGS, change)
        assert_same(root, tmp_path / "clean")
    for day in (date(2024, 2, 2), *days(33)[-4:]):
        (root / "incidents" / f"{day}-entry.yaml").unlink()
        assert_same(root, tmp_path / "clean")
    assert not (root / "site" / "history" / "2025").exists()


@pytest.mark.parametrize("keys", [("index", "history", "2025", "2025-01"), ("web", "web-2025", "web_2025", "2025")])
def test_no_key_of_a_component_makes_two_files_of_one_name(keys: tuple[str, ...], tmp_path: Path) -> None:
    settings = (
        f"site: {{name: Pay, url: {URL}}}\ncomponents: [{', '.join(f'{{key: {k}, name: N {k}}}' for k in keys)}]\n"
    )
    touched = ", ".join(f"{key}: major_outage" for key in keys)
    incidents = entries(OUTAGE.replace("web: major_outage", touched), days(60))
    content = project.read(make_project(tmp_path, settings, incidents)).project
    assert content is not None
    paths = [str(page.path).casefold() for page in build.prepare(content, MOMENT).pages]
    assert len(set(paths)) == len(paths)
    folders = {str(parent) for path in paths for parent in PurePosixPath(path).parents}
    assert folders & set(paths) == set()
    assert len([path for path in paths if re.search(r"history/\d{4}/", path)]) == 3 * len(keys)


# What stands on the pages of a component and of maintenance where so many entries are older.
OLDER = {
    "en": {1: "1 older entry:", 21: "21 older entries by year:", 3: "3 older entries in the history"},
    "de": {1: "1 älterer Eintrag:", 21: "21 ältere Einträge nach Jahren:", 3: "3 ältere Einträge im Verlauf"},
    "es": {1: "1 entrada anterior:", 21: "21 entradas anteriores por año:", 3: "3 entradas anteriores en el historial"},
    "fr": {
        1: "1 entrée plus ancienne :",
        21: "21 entrées plus anciennes, par année :",
        3: "3 entrées plus anciennes dans l’historique",
    },
    "pl": {1: "1 starszy wpis:", 21: "21 starszych wpisów według lat:", 3: "3 starsze wpisy w historii"},
    "ro": {
        1: "O însemnare mai veche:",
        21: "21 de însemnări mai vechi, pe ani:",
        3: "3 însemnări mai vechi în istoric",
    },
    "ru": {
        1: "1 более старая запись по годам:",
        21: "21 более старая запись по годам:",
        3: "3 более старые записи в истории",
    },
    "uk": {1: "1 старіший запис за роками:", 21: "21 старіший запис за роками:", 3: "3 старіші записи в історії"},
}


@pytest.mark.parametrize("count", [1, 21])
def test_what_is_older_is_counted_in_every_language(count: int, tmp_path: Path) -> None:
    settings = SETTINGS.replace("en, pl", ", ".join(available()))
    work = {f"{day}-work": DONE.replace("web:", "api:").format(day) for day in days(33)}
    files = render(tmp_path, {**entries(OUTAGE, days(30 + count)), **work}, settings)
    assert set(OLDER) == set(available())
    for code, said in OLDER.items():
        root = "" if code == "en" else f"{code}/"
        assert said[count] in words(parse(files, f"{root}components/web.html"))
        assert said[3] in words(parse(files, f"{root}maintenance.html"))
