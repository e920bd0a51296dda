"""The promises of SECURITY.md that a site alone can keep: 3 to 8, each by the name that the README lists.

The first two are about posts: their tests are those of the model, the engine, its faults, and of pull requests.
"""

import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

import feedparser
import pytest

from tests.browser.hosting import host
from tests.projects import INCIDENT, MOMENT, SETTINGS, URL, build_site, make_project, run_sitegen
from tests.security.parsing import files, html_pages
from tests.security.writing import make_full_project, quote

if TYPE_CHECKING:
    from playwright.sync_api import Browser

FINE = INCIDENT.replace("    next_update_by", "    status: resolved\n    next_update_by")
EDITED = INCIDENT + "    edited: {at: 2026-11-23 04:00, note: The number was wrong.}\n"
RETRACTED = INCIDENT + "    retracted: The alarm was false.\n"
CLEAR = "No incidents reported"
PAGES = ("index.html", "incidents/2026-11-23-open.html", "pl/incidents/2026-11-23-open.html")
# Every way in which a file was seen to be bad; each leaves something unknown.
BAD: dict[str, str | bytes] = {
    "empty": "",
    "binary": b"\x89PNG\xff\xfe\0",
    "latin-1": INCIDENT.replace("Card", "Kärd").encode("latin-1"),
    "no-yaml": "title: [x",
    "tab": "\ttitle: Card payments fail\n",
    "list": "- one\n- two\n",
    "text": "Card payments fail at checkout",
    "no-updates": "title: Card payments fail\n",
    "typo-in-components": INCIDENT.replace("components:", "compnents:"),
    "typo-in-message": INCIDENT.replace("    message:", "    mesage:"),
    "typo-in-condition": INCIDENT.replace("major_outage", "broken"),
    "unknown-component": INCIDENT.replace("{checkout:", "{chekout:"),
    "bad-time": INCIDENT.replace("2026-11-23 03:09", "2026-11-31 25:99"),
    "bad-status": INCIDENT.replace("    message:", "    status: fixed\n    message:"),
    "merge-marker": INCIDENT + "<<<<<<< HEAD\n  - at: 04:00\n    status: resolved\n    message: Over.\n=======\n",
    "second-document": INCIDENT + "---\n" + INCIDENT,
    "anchor": INCIDENT.replace("Most", "&x Most"),
    "cut": INCIDENT + "  - at: 04:00\n    status: resolved\n    message: 'It is",
    "far-future": INCIDENT.replace("2026-11-23 03:09", "9999-12-31 23:59"),
    "before-time": INCIDENT.replace("2026-11-23 03:09", "0001-01-01 00:00"),
    "no-language": INCIDENT.replace("message: Most", "message: {xx: Most").replace("work.\n", "work.}\n"),
}
# What is bad, but hides nothing that customers would need to know.
HARMLESS = {"before-time", "far-future"}


def _text(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


def _states(page: Element) -> dict[str, str]:
    """The state of each service as the home page says it."""
    rows = (element for element in page.iter("h4"))
    return {_text(row.findall("a")[0]): _text(row.findall("span")[0]) for row in rows}


def test_promise_3_an_edited_update_says_that_it_was_changed_when_and_why(tmp_path: Path) -> None:
    pages = html_pages(build_site(make_project(tmp_path, incidents={"2026-11-23-open": EDITED})))
    for name in PAGES:
        (changed,) = (time for time in pages[name].iter("time") if time.get("datetime") == "2026-11-23T03:00:00Z")
        assert "The number was wrong." in _text(pages[name]).split(_text(changed))[1][:80]
        assert "Most card payments are failing." in _text(pages[name])


def test_promise_3_a_retracted_update_stays_struck_out_with_its_reason(tmp_path: Path) -> None:
    site = build_site(make_project(tmp_path, incidents={"2026-11-23-open": RETRACTED}))
    for name in PAGES:
        (struck,) = html_pages(site)[name].iter("del")
        assert "Most card payments are failing." in _text(struck)
        assert "The alarm was false." in _text(html_pages(site)[name])
        assert "The alarm was false." not in _text(struck)
    content = feedparser.parse(files(site)["updates.atom"], sanitize_html=False).entries[0].content[0].value
    assert "<del>" in content.split("The alarm was false.")[1]


def test_promise_3_a_changed_estimate_leaves_the_earlier_one_to_be_seen(tmp_path: Path) -> None:
    later = "  - at: 04:00\n    eta: 2026-11-23 15:00\n    message: It takes longer.\n"
    entry = INCIDENT.replace("    next_update_by", "    eta: 2026-11-23 14:00\n    next_update_by") + later
    page = html_pages(build_site(make_project(tmp_path, incidents={"2026-11-23-open": entry})))["index.html"]
    (struck,) = page.iter("s")
    assert [time.get("datetime") for time in struck.iter("time")] == ["2026-11-23T13:00:00Z"]


@pytest.mark.parametrize("name", [name for name in BAD if name not in HARMLESS])
def test_promise_4_never_green_when_a_file_could_not_be_read(name: str, tmp_path: Path) -> None:
    site = build_site(make_project(tmp_path, incidents={"2026-11-23-open": BAD[name], "2026-11-20-fine": FINE}))
    for page in (html_pages(site)["index.html"], html_pages(site)["pl/index.html"]):
        states = list(_states(page).values())
        assert states[0] not in ("Operational", "Działa"), states
    assert CLEAR not in _text(html_pages(site)["index.html"])
    assert b'"clear"' not in files(site)["now.json"]


@pytest.mark.parametrize("name", ["notes.yaml", "2026-11-23-Open.yaml", "2026-13-23-open.yaml", "open.yml"])
def test_promise_4_never_green_when_a_file_can_not_even_be_named(name: str, tmp_path: Path) -> None:
    site = build_site(make_project(tmp_path, incidents={name: INCIDENT}))
    home = html_pages(site)["index.html"]
    assert CLEAR not in _text(home)
    assert set(_states(home).values()) == {"Unknown"}


def test_promise_4_green_is_said_with_its_moment_and_only_when_all_is_known(tmp_path: Path) -> None:
    site = build_site(make_project(tmp_path, incidents={"2026-11-23-open": FINE}))
    home = html_pages(site)["index.html"]
    (heading,) = home.iter("h1")
    assert _text(heading).startswith(CLEAR)
    assert [time.get("datetime") for time in heading.iter("time")] == ["2026-11-23T12:00:00Z"]
    assert set(_states(home).values()) == {"Operational"}


def test_promise_4_days_before_a_service_was_known_are_not_green(tmp_path: Path) -> None:
    since = SETTINGS.replace("{key: website, name: Website}", "{key: website, name: Website, since: 2026-11-22}")
    page = html_pages(build_site(make_project(tmp_path, since)))["components/website.html"]
    states = [_text(row.findall("td")[1]) for row in page.iter("tr") if row.findall("td")]
    assert (states.count("Operational"), states.count("Unknown")) == (2, 88)


@pytest.mark.parametrize("name", BAD)
def test_promise_5_one_bad_file_never_takes_the_page_down(name: str, tmp_path: Path) -> None:
    bad = {f"2026-11-23-{name}": BAD[name], f"2026-11-23-{name}.md": b"\xff\xfe---", "2026-11-23-x.png": b"x"}
    site = build_site(make_project(tmp_path, incidents={**bad, "2026-11-20-fine": FINE}))
    alone = build_site(make_project(tmp_path / "alone", incidents={"2026-11-20-fine": FINE}))
    assert set(files(alone)) <= set(files(site))
    own = "incidents/2026-11-20-fine.html"
    assert files(site)[own] == files(alone)[own], "the others' pages stay as they were"
    html_pages(site)


@pytest.mark.parametrize(
    "line", ["time_zone: Nowhere/Town", "languages: [en, xx]", "suport: https://example.com", "source: 7", "support: x"]
)
def test_promise_5_a_bad_setting_costs_itself_alone(line: str, tmp_path: Path) -> None:
    text = SETTINGS.replace("time_zone: Europe/Warsaw, languages: [en, pl]", line)
    site = build_site(make_project(tmp_path, text, {"2026-11-23-open": INCIDENT}))
    assert {"index.html", "incidents/2026-11-23-open.html", "components/checkout.html"} <= set(files(site))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site with every kind of page and text."""
    return build_site(make_full_project(tmp_path_factory.mktemp("whole"), lambda place: quote(place, "some words")))


def test_promise_6_no_page_loads_anything_from_elsewhere(whole: Path) -> None:
    for name, page in html_pages(whole).items():
        loads = [element.get("src", element.get("srcset", "")) for element in page.iter()]
        loads += [one.get("href", "") for one in page.iter("link") if one.get("rel") not in ("canonical", "alternate")]
        assert {urlsplit(load).scheme for load in loads} <= {"", "data"}, name
        assert not [load for load in loads if load.startswith("//")], name
        assert "cookie" not in "".join(script.text or "" for script in page.iter("script")), name


@pytest.mark.browser
def test_promise_6_everything_is_read_without_javascript_and_without_cookies(whole: Path, browser: "Browser") -> None:
    with browser.new_context(java_script_enabled=False) as plain, browser.new_context() as usual:
        without, full = plain.new_page(), usual.new_page()
        for name in html_pages(whole):
            without.goto((whole / name).as_uri())
            full.goto((whole / name).as_uri())
            read, written = set(without.inner_text("body").split()), set(full.inner_text("body").split())
            assert {word for word in written if word.startswith("zq")} <= read, name
            assert len(read) > 20, name
        assert plain.cookies() == usual.cookies() == []
        assert full.evaluate("Object.keys(localStorage).length + Object.keys(sessionStorage).length") == 0


@pytest.mark.parametrize("languages", ["[en, pl]", "[pl, en]"])
def test_promise_7_the_same_input_and_moment_give_the_same_bytes(languages: str, tmp_path: Path) -> None:
    text = SETTINGS.replace("[en, pl]", languages)
    names = [f"2026-11-{day:02d}-{name}" for day in range(1, 24) for name in ("a", "b")]
    incidents: dict[str, str | bytes] = {name: FINE.replace("2026-11-23 03:09", f"{name[:10]} 03:09") for name in names}
    first = make_project(tmp_path / "first", text, {**incidents, "2026-11-23-open": INCIDENT})
    turned = {"2026-11-23-open": INCIDENT, **dict(reversed(incidents.items()))}
    second = make_project(tmp_path / "a" / "second", text, turned)
    one = _build_under(first, "022", first, {"TZ": "UTC", "LC_ALL": "C", "PYTHONHASHSEED": "1"})
    other = {"TZ": "Asia/Kathmandu", "LC_ALL": "pl_PL.UTF-8", "PYTHONHASHSEED": "2"}
    two = _build_under(second, "077", tmp_path, other)
    assert files(one) == files(two)


def _build_under(root: Path, umask: str, folder: Path, variables: dict[str, str]) -> Path:
    words = (sys.executable, "-m", "sitegen", "-C", str(root), "build", "--as-of", "2026-11-23T12:00Z")
    source = str(Path(__file__).parents[2])
    env = {"PYTHONPATH": source, "LANGUAGE": "pl", **variables}
    subprocess.run(words, cwd=folder, env=env, umask=int(umask, 8), check=True, capture_output=True)
    return root / "site"


def test_promise_7_nothing_comes_from_an_earlier_build(tmp_path: Path) -> None:
    root = make_project(tmp_path, incidents={"2026-11-23-open": EDITED, "2026-11-22-gone": INCIDENT})
    build_site(root, MOMENT - timedelta(hours=3))
    (root / "incidents" / "2026-11-22-gone.yaml").unlink()
    again, clean = build_site(root), build_site(root, out=tmp_path / "clean")
    assert files(again) == files(clean)


def test_promise_8_a_folder_without_git_or_ci_is_published_to_several_hosts(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    with host(tmp_path / "one") as one, host(tmp_path / "two") as two:
        targets = f"""\
publish:
  one: {{kind: folder, folder: '{one.folder}'}}
  two: {{kind: command, run: 'cp -r {{site}}/. {two.folder}', url: '{two.url}'}}
"""
        settings = SETTINGS.replace(URL, one.url) + targets
        root = make_project(tmp_path / "laptop", settings, {"2026-11-23-open": INCIDENT})
        ended = run_sitegen("-C", root, "publish", SOURCE_DATE_EPOCH=str(int(MOMENT.timestamp())))
        assert ended.returncode == 0, ended.stderr
        assert ended.stdout.count(": live at ") == 2
        shown = files(root / "site")
        for place in (one.folder, two.folder):
            assert {name: files(place).get(name) for name in shown} == shown
