"""SECURITY.md, row 4: no name in a project leads out of the output folder, and no two names meet in one file."""

import os
import unicodedata
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sitegen import project
from tests.projects import INCIDENT, URL, build_site, make_project
from tests.security.parsing import files
from tests.security.samples import png

BAD_IDS = [
    *("2026-11-23-..", "2026-11-23-a.b", "2026-11-23-a\n", "2026-11-23-Ä", "2026-11-23-Upper", "2026-13-45-no-day"),
    *("2026-11-23-" + "a" * 61, "2026-11-23-", "-2026-11-23-a", "2026-11-23-a b", "２０２６-11-23-a", "2026-11-23-aſ"),
]
BAD_ALIASES = [
    *("../up", "a/../../up", "/etc/cron.d/x", "a/./b", "..", ".", "a\\..\\b", "C:/x", "a%2e%2e/b", "a b", "//host/x"),
    *("a\nb", "x?y", "x#y", "~/x", "a//../b", "https://example.com/x", "a\u200bb"),
]
# Names that must not cost the site, whether a copy stands there or not.
ODD_ALIASES = [
    *(".sitegen-files", ".sitegen-files/x", ".sitegen-stage/x.html", ".sitegen-files.new", ".git/hooks", "_headers/x"),
    *("index.html", "INDEX.HTML", "now.json", "incidents", "pl", "pl/index.html", "media/x", "history.html/x"),
    *("ż" * 200, "a" * 200, "a" * 120 + "/" + "b" * 70, "CON", "aux.html", "x.", "2026-11-23-open"),
    *("updates.atom/y.html", "x/", "x//y"),
]
SMALL = f"site: {{name: Example, url: {URL}}}\ncomponents: [{{key: checkout, name: Checkout}}]\n"
# Everything that one entry makes in the default language of a small site.
PAGES = {
    *("index.html", "404.html", "history.html", "history/index.html", "history/2026-11.html"),
    *("maintenance.html", "follow.html"),
    *("components/checkout.html", "incidents/2026-11-23-open.html"),
    *(".sitegen-files", "_headers", "now.json", "updates.atom", "updates.json", "history.atom", "history.rss"),
    *("maintenance.ics", "status.txt", "embed.js", "badge.svg", "badge.json"),
    *("components/checkout.atom", "components/checkout.svg", "components/checkout.json"),
    *("api/v2/summary.json", "api/v2/status.json", "api/v2/components.json", "api/v2/incidents.json"),
    *("api/v2/incidents/unresolved.json", "api/v2/scheduled-maintenances.json"),
    *("api/v2/scheduled-maintenances/upcoming.json", "api/v2/scheduled-maintenances/active.json"),
}
ENTRY = INCIDENT.replace("title:", "aliases: [{alias}]\ntitle:")


def _with_alias(alias: str) -> str:
    written = "".join(f"\\U{ord(letter):08X}" for letter in alias)
    return ENTRY.replace("{alias}", f'"{written}"')


def _everything_under(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


def _build_inside(folder: Path, incidents: dict[str, str | bytes], text: str = SMALL) -> Path:
    """The site; nothing but it appeared in the folders around it."""
    root = make_project(folder / "around" / "project", text, incidents)
    before = _everything_under(folder)
    site = build_site(root)
    outside = {name for name in _everything_under(folder) - before if not name.startswith("around/project/site")}
    assert not outside, f"written outside of the output folder: {outside}"
    return site


@pytest.mark.parametrize("name", BAD_IDS)
def test_a_name_that_is_no_id_is_told_and_makes_no_file(name: str, tmp_path: Path) -> None:
    site = _build_inside(tmp_path, {f"{name}.yaml": INCIDENT, "2026-11-22-fine.yaml": INCIDENT})
    assert [page for page in files(site) if page.startswith("incidents/")] == ["incidents/2026-11-22-fine.html"]
    content = project.read(site.parent)
    assert content.project is not None
    assert [path.name for path in content.project.unread] == [f"{name}.yaml"]


def test_a_name_that_is_not_utf8_is_told_and_makes_no_file(tmp_path: Path) -> None:
    make_project(tmp_path / "around" / "project", SMALL, {"2026-11-22-fine": INCIDENT})
    (tmp_path / "around/project/incidents" / os.fsdecode(b"2026-11-23-\xff.yaml")).write_text(INCIDENT)
    site = _build_inside(tmp_path, {})
    assert "incidents/2026-11-22-fine.html" in files(site)


@pytest.mark.parametrize("alias", BAD_ALIASES)
def test_an_alias_that_leads_out_or_deceives_is_refused(alias: str, tmp_path: Path) -> None:
    site = _build_inside(tmp_path, {"2026-11-23-open": _with_alias(alias)})
    assert set(files(site)) == PAGES
    assert project.read(site.parent).problems


@pytest.mark.parametrize("alias", ODD_ALIASES)
def test_an_odd_alias_never_costs_the_site_or_takes_the_place_of_a_page(alias: str, tmp_path: Path) -> None:
    site = _build_inside(tmp_path, {"2026-11-23-open": _with_alias(alias)})
    found = files(site)
    assert set(found) >= PAGES
    assert f'rel="canonical" href="{URL}/"'.encode() in found["index.html"]
    assert sorted(found[".sitegen-files"].decode().splitlines()) == sorted(set(found) - {".sitegen-files"})
    assert not list(site.glob(".git*"))


@pytest.mark.parametrize("code", ["../x", "/abs", "en/../../x", "EN", "pl\n", "p\0l", "pl/", "ąż"])
def test_a_language_is_one_of_those_known(code: str, tmp_path: Path) -> None:
    written = "".join(f"\\U{ord(letter):08X}" for letter in code)
    text = SMALL.replace("url:", f'languages: [en, "{written}"], url:')
    site = _build_inside(tmp_path, {"2026-11-23-open": INCIDENT}, text)
    assert (site / "index.html").is_file()
    assert set(files(site)) == PAGES


@pytest.mark.parametrize("key", ["../x", "/abs", "a/b", "A", "..", "ä"])
def test_a_component_key_is_a_plain_word(key: str, tmp_path: Path) -> None:
    written = "".join(f"\\U{ord(letter):08X}" for letter in key)
    text = SMALL.replace("key:", f'key: "{written}", name: Odd}}, {{key:')
    site = _build_inside(tmp_path, {"2026-11-23-open": INCIDENT}, text)
    assert set(files(site)) == PAGES


@pytest.mark.parametrize("name", ["..png", "a..png", "A.PNG", "a b.png", "ä.png", ".png", "a.png\n.png", "-a.png"])
def test_a_picture_has_a_plain_name(name: str, tmp_path: Path) -> None:
    named = INCIDENT.replace("Most card", f"See fine.png and {' '.join(name.split())}. Most card")
    site = _build_inside(tmp_path, {"2026-11-23-open": named, name: png(2, 2), "fine.png": png(2, 2)})
    assert [page for page in files(site) if page.startswith("media/")] == ["media/fine.png"]


def test_files_of_one_name_in_two_folders_never_meet(tmp_path: Path) -> None:
    named = INCIDENT.replace("Most card", "See x.png. Most card")
    twins: dict[str, str | bytes] = {"a/2026-11-23-open.yaml": named, "b/2026-11-23-open.yml": INCIDENT}
    twins |= {"a/x.png": png(2, 2), "b/x.png": png(3, 3)}
    site = _build_inside(tmp_path, twins)
    assert files(site)["media/x.png"] == png(2, 2)
    told = " ".join(str(problem) for problem in project.read(site.parent).problems)
    assert "b/2026-11-23-open.yml" in told
    assert "b/x.png" in told


@pytest.mark.parametrize(
    ("first", "second"),
    [("old/Page", "old/page"), ("old/caf\u00e9", "old/cafe\u0301"), ("old/stra\u00dfe", "old/STRASSE")],
)
def test_aliases_that_meet_on_other_systems_are_one_file(first: str, second: str, tmp_path: Path) -> None:
    site = _build_inside(tmp_path, {"2026-11-22-one": _with_alias(first), "2026-11-23-two": _with_alias(second)})
    _assert_apart(files(site))
    assert len([name for name in files(site) if name.startswith("old/")]) in (1, 2)


def _assert_apart(names: dict[str, bytes]) -> None:
    folded = {unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold()) for name in names}
    assert len(folded) == len(names)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(st.sampled_from("aA.é\u0301/żſK-_"), min_size=1, max_size=6), max_size=6))
def test_paths_are_unique_and_inside_whatever_the_aliases(tmp_path: Path, aliases: list[str]) -> None:
    written = ", ".join('"' + "".join(f"\\U{ord(letter):08X}" for letter in alias) + '"' for alias in aliases)
    root = make_project(tmp_path / "p", SMALL, {"2026-11-23-open": ENTRY.replace("{alias}", written or '"x"')})
    before = _everything_under(tmp_path)
    _assert_apart(files(build_site(root)))
    assert all(name.startswith("p/site") for name in _everything_under(tmp_path) - before)
