"""Changes while a preview runs: real files saved, a real browser that nobody reloads."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from sitegen import project
from sitegen.build import build
from sitegen.serve import serve
from sitegen.serve.builder import Builder
from tests.projects import INCIDENT, MOMENT, SETTINGS, make_project
from tests.serve.asking import ID, SOON, ask, clock, edit, served, stamp_of

if TYPE_CHECKING:
    from playwright.sync_api import Page


def test_a_change_is_news_with_the_new_page(root: Path) -> None:
    with served(root) as address:
        seen = stamp_of(ask(address).text)
        edit(root, f"incidents/{ID}.yaml", "Card payments", "All payments")
        assert ask(address, f"/_events?seen={seen}").text != seen
        assert "All payments fail" in ask(address).text


def test_a_build_that_changes_nothing_is_no_news(root: Path, tmp_path: Path) -> None:
    with Builder(root, tmp_path / "kept", clock) as builder:
        first = builder.settled(SOON)
        builder.ask()
        assert builder.settled(SOON) == first


def test_a_page_of_an_earlier_server_learns_that_there_is_another(root: Path) -> None:
    with served(root) as address:
        seen = stamp_of(ask(address).text)
    with served(root) as address:
        ask(address)
        assert ask(address, f"/_events?seen={seen}").text != seen


@pytest.mark.slow
def test_the_page_changes_when_only_time_has_passed(root: Path) -> None:
    begun = datetime.now(UTC)
    # Twelve seconds before the incident's first update: time for a busy machine to show the page without it.
    start = datetime(2026, 11, 23, 2, 8, 48, tzinfo=UTC)
    with served(root, now=lambda: start + (datetime.now(UTC) - begun)) as address:
        first = ask(address).text
        assert "Card payments" not in first
        ask(address, f"/_events?seen={stamp_of(first)}")
        assert "Card payments fail at checkout" in ask(address).text


def test_broken_settings_keep_the_last_good_page_and_are_shown_over_it(root: Path) -> None:
    with served(root) as address:
        seen = stamp_of(ask(address).text)
        edit(root, "sitegen.yaml", "format: 1", "format: [1")
        ask(address, f"/_events?seen={seen}")
        page = ask(address).text
        assert "Card payments fail at checkout" in page
        assert re.search(r"<code>sitegen\.yaml:\d+:\d+</code>", page)


def test_settings_that_are_gone_for_a_moment_are_no_end(root: Path) -> None:
    with served(root) as address:
        seen = stamp_of(ask(address).text)
        (root / "sitegen.yaml").rename(root / "aside")
        seen = ask(address, f"/_events?seen={seen}").text
        assert "be read: No such file or directory" in ask(address).text
        (root / "aside").rename(root / "sitegen.yaml")
        ask(address, f"/_events?seen={seen}")
        assert "No such file" not in ask(address).text


def test_a_project_that_never_could_be_built_says_why_and_then_appears(tmp_path: Path) -> None:
    root = make_project(tmp_path / "project", "site: {name: [<b>A</b>\n", {ID: INCIDENT})
    with served(root) as address:
        reply = ask(address, f"/incidents/{ID}.html")
        assert reply.status == 503
        assert "sitegen.yaml:" in reply.text
        (root / "sitegen.yaml").write_text(SETTINGS)
        ask(address, f"/_events?seen={stamp_of(reply.text)}")
        assert ask(address, f"/incidents/{ID}.html").status == 200


def test_problems_are_escaped(root: Path) -> None:
    attack = "<img src=x onerror=alert(1)>\"'&"
    (root / "incidents" / f"{attack.replace('/', '')}.yaml").write_text("title: x\n")
    edit(root, f"incidents/{ID}.yaml", "workaround:", f"impact: {attack!r}\nworkaround:")
    with served(root) as address:
        page = ask(address).text
        assert "&lt;img src=x onerror=alert(1)&gt;" in page
        assert "<img" not in page


def test_only_what_is_sent_carries_the_previews_additions_and_nothing_is_written(root: Path, tmp_path: Path) -> None:
    content = project.read(root).project
    assert content is not None
    build(content, tmp_path / "out", MOMENT)
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    with served(root) as address:
        sent = ask(address).text
        edit(root, "sitegen.yaml", "Example Pay", "Another name")
        ask(address, f"/_events?seen={stamp_of(sent)}")
        edit(root, "sitegen.yaml", "Another name", "Example Pay")
    kept = (tmp_path / "out/index.html").read_text("utf-8")
    policy = re.compile(r'http-equiv="Content-Security-Policy" content="([^"]*)"')
    ours, theirs = policy.search(sent), policy.search(kept)
    assert ours is not None
    assert theirs is not None
    assert "data-stamp" in sent
    assert "data-stamp" not in kept
    assert len(ours[1].split("sha256-")) == len(theirs[1].split("sha256-")) + 2
    assert {path: path.read_bytes() for path in root.rglob("*") if path.is_file()} == before


# In a browser

TITLE = "Card payments fail at checkout"


@pytest.mark.browser
def test_a_saved_file_shows_without_a_reload_by_hand(root: Path, page: "Page") -> None:
    with served(root) as address:
        page.goto(address)
        page.get_by_text(TITLE).first.wait_for()
        edit(root, f"incidents/{ID}.yaml", "Card payments", "All payments")
        page.get_by_text("All payments fail at checkout").first.wait_for(timeout=SOON * 1000)


@pytest.mark.browser
def test_a_broken_template_stands_over_the_last_good_page_until_it_is_mended(root: Path, page: "Page") -> None:
    (root / "templates").mkdir()
    with served(root) as address:
        page.goto(f"{address}incidents/{ID}.html")
        (root / "templates/incident.html").write_text("<p>\n{% if %}\n")
        overlay = page.locator("details.failure")
        overlay.get_by_text("templates/incident.html:2").wait_for(timeout=SOON * 1000)
        assert page.get_by_text(TITLE).first.is_visible()
        (root / "templates/incident.html").write_text("<!doctype html><title>x</title><p>Mended</p>")
        page.get_by_text("Mended").wait_for(timeout=SOON * 1000)
        assert overlay.count() == 0


@pytest.mark.browser
def test_a_broken_incident_is_named_with_its_line_on_a_page_that_is_new(root: Path, page: "Page") -> None:
    with served(root) as address:
        page.goto(address)
        edit(root, f"incidents/{ID}.yaml", "title: Card payments", "titel: x\ntitle: All payments")
        panel = page.locator("sitegen-problems")
        panel.get_by_text(f"incidents/{ID}.yaml:1:1").wait_for(timeout=SOON * 1000)
        assert panel.get_by_text("1 error", exact=True).is_visible()
        assert page.get_by_text("All payments fail at checkout").first.is_visible()
        edit(root, f"incidents/{ID}.yaml", "titel: x\n", "")
        panel.wait_for(state="detached", timeout=SOON * 1000)


@pytest.mark.browser
def test_a_project_mended_for_the_first_time_appears_by_itself(tmp_path: Path, page: "Page") -> None:
    root = make_project(tmp_path / "project", "format: [1\n", {ID: INCIDENT})
    with served(root) as address:
        page.goto(address)
        assert page.get_by_text("The site can't be built yet").is_visible()
        (root / "sitegen.yaml").write_text(SETTINGS)
        page.get_by_text(TITLE).first.wait_for(timeout=SOON * 1000)


@pytest.mark.browser
def test_a_page_finds_the_server_again_after_a_restart(root: Path, page: "Page") -> None:
    with served(root) as address:
        page.goto(address)
    edit(root, f"incidents/{ID}.yaml", "Card payments", "All payments")
    with serve(root, now=clock, port=urlsplit(address).port):
        page.get_by_text("All payments fail at checkout").first.wait_for(timeout=SOON * 1000)


@pytest.mark.browser
def test_the_previews_policy_admits_the_page_and_the_additions_and_nothing_else(root: Path, page: "Page") -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    edit(root, f"incidents/{ID}.yaml", "title:", "titel: x\ntitle:")
    with served(root) as address:
        page.goto(address)
        page.locator("sitegen-problems").get_by_text("1 error", exact=True).wait_for()
        style = page.locator("sitegen-problems details").evaluate("element => getComputedStyle(element).borderTopStyle")
        assert style == "solid"
        assert complaints == []
        page.evaluate("document.head.append(Object.assign(document.createElement('script'), {text: 'window.bad = 1'}))")
        assert page.evaluate("window.bad") is None
