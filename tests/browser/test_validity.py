"""The pages are what the standard calls HTML."""

import json
import os
import re
import shutil
import subprocess
from collections import Counter
from itertools import pairwise
from pathlib import Path
from xml.etree.ElementTree import Element

import pytest

from tests.browser.sites import Site

# Of properties newer than itself the checker knows nothing, and for it no file on disk belongs to the page's own site:
# what a style and the policy do, the browser shows.
PASSED_OVER = ("CSS: ", "Resource violates Content Security Policy (meta tag): image ")


@pytest.fixture(scope="session")
def checker() -> Path:
    """The Nu Html Checker that `SITEGEN_VNU` names; skipped without it."""
    named = os.environ.get("SITEGEN_VNU")
    if not named:
        pytest.skip("SITEGEN_VNU names no vnu.jar (the Nu Html Checker); html5lib has parsed the pages all the same")
    if not Path(named).is_file() or not shutil.which("java"):
        pytest.fail(f"SITEGEN_VNU is {named}: that file and a `java` on PATH are needed.", pytrace=False)
    return Path(named)


@pytest.mark.slow
def test_the_reference_checker_finds_no_error_and_no_warning(site: Site, checker: Path) -> None:
    paths = [str(site.folder / path) for path in site.pages]
    command = ["java", "-jar", str(checker), "--format", "json", "--exit-zero-always", *paths]
    told = json.loads(subprocess.run(command, capture_output=True, text=True, timeout=300, check=True).stderr)
    messages = [message for message in told["messages"] if not message["message"].startswith(PASSED_OVER)]
    assert Counter(f"{one['message']} ({one.get('extract', '')})" for one in messages) == {}


def test_every_page_parses_without_an_error_and_without_repair(site: Site) -> None:
    for path in site.pages:
        assert site.parse(path).find("body/main") is not None


def test_ids_are_unique_and_whatever_refers_to_one_finds_it(site: Site) -> None:
    for path in site.pages:
        elements = list(site.parse(path).iter())
        ids = Counter(element.get("id") for element in elements if element.get("id"))
        assert [name for name, count in ids.items() if count > 1] == [], path
        wanted = {name for element in elements for name in _references(element)}
        assert wanted <= set(ids), path


def _references(element: Element) -> list[str]:
    fragment = element.get("href", "").removeprefix("#") if element.get("href", "").startswith("#") else ""
    return [*element.get("aria-labelledby", "").split(), *filter(None, [fragment])]


def test_headings_begin_with_the_only_h1_and_leave_out_no_level(site: Site) -> None:
    for path in site.pages:
        tags = (str(element.tag) for element in site.parse(path).iter())  # of a comment it is a function
        levels = [int(tag[1]) for tag in tags if re.fullmatch("h[1-6]", tag)]
        assert levels.count(1) == 1, path
        assert levels[0] == 1, path
        assert [step for step in pairwise(levels) if step[1] > step[0] + 1] == [], path


def test_a_text_in_another_language_than_its_page_says_so(gallery: Site) -> None:
    title, message = "Kasy przy bramie nie drukują", "Drukarki stoją. Dokumenty wysyłamy pocztą elektroniczną."
    for path in ("index.html", "incidents/2026-11-23-polish.html"):
        page = gallery.parse(path)
        assert page.get("lang") == "en"
        marked = " ".join(text for one in page.iter() if one.get("lang") == "pl" for text in one.itertext())
        assert title in marked
        assert message in marked
    own = gallery.parse("pl/incidents/2026-11-23-polish.html").find("body/main")
    assert own is not None
    assert {one.text for one in own.iter() if one.get("lang")} == {"Payments of duties"}


def test_a_text_that_is_missing_in_a_language_is_shown_in_another_and_marked(gallery: Site) -> None:
    page = " ".join(gallery.parse("index.html").itertext())
    assert "Only in this language so far: polski" in " ".join(page.split())


def test_every_page_names_itself_in_its_own_words(site: Site) -> None:
    for language, pages in _by_language(site).items():
        titles = Counter(site.parse(path).findtext("head/title") for path in pages)
        assert [title for title, count in titles.items() if count > 1 or not title] == [], language


def _by_language(site: Site) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for path in site.pages:
        if not any(copied in path for copied in ("issues/", "history/index.html", "2026-11-23-queue")):
            found.setdefault(path.split("/")[0] if path.startswith("pl/") else "", []).append(path)
    return found
