"""Post-mortems that nobody here wrote, one beside an incident of its own: read, checked, and shown whole."""

import re
import subprocess
import sys
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import html5lib
import pytest

from sitegen import project
from tests.projects import build_site

if TYPE_CHECKING:
    from playwright.sync_api import Page

DOCUMENTS, TEMPLATES = 43, 2
"""How many there are, and how many blank forms stand among them."""

SETTINGS = """\
site: {name: Example Pay, url: https://status.example.com}
components: [{key: website, name: Website}]
"""
ENTRY = """\
title: Some requests fail
components: {{website: partial_outage}}
updates:
  - {{at: {day} 03:09, message: Some requests fail.}}
  - {{at: {day} 04:00, status: resolved, message: All requests work again. No data was lost.}}
"""
_NOT_SHOWN = re.compile(r"\]\([^)\n]*\)|\]\[[^\]\n]*\]|<br>|^```\w*|^\[[^\]\n]+\]: \S+$", re.MULTILINE)
WIDE = """() => [document.documentElement, ...document.querySelectorAll("#postmortem .scroll, #postmortem pre")]
  .filter((e) => e.scrollWidth > e.clientWidth + 1).map((e) => e.tagName + " " + e.innerText.slice(0, 40))"""


def place(documents: list[Path], root: Path) -> dict[str, Path]:
    """A project of them, each by the id of its incident."""
    (root / "incidents").mkdir(parents=True)
    (root / "sitegen.yaml").write_text(SETTINGS)
    placed = {}
    for number, document in enumerate(documents):
        day = date(2026, 1, 1) + timedelta(days=number)
        placed[f"{day}-document"] = document
        (root / "incidents" / f"{day}-document.yaml").write_text(ENTRY.format(day=day))
        front = f"---\npublished: {day} 10:00\n---\n".encode()
        (root / "incidents" / f"{day}-document.md").write_bytes(front + document.read_bytes())
    return placed


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("accounts") / "status"


@pytest.fixture(scope="module")
def placed(real_data: Path, root: Path) -> dict[str, Path]:
    """Every document by the id of its incident, in a built project."""
    files = sorted(path for path in (real_data / "postmortems").rglob("*") if path.is_file())
    documents = [path for path in files if path.name not in ("LICENSE", "README.md")]
    assert len(documents) == DOCUMENTS + TEMPLATES
    found = place(documents, root)
    build_site(root)
    return found


def account(root: Path, name: str) -> str:
    """The post-mortem's HTML on the page of its incident."""
    page = (root / "site" / "incidents" / f"{name}.html").read_text()
    return page[page.index('id="postmortem"') :].partition("</section>")[0]


def test_every_document_is_read_and_what_is_said_of_it_has_a_place_in_it(placed: dict[str, Path], root: Path) -> None:
    content = project.read(root)
    assert content.project is not None
    assert content.problems == ()
    told = subprocess.run((sys.executable, "-m", "sitegen", "-C", root, "check"), capture_output=True, text=True)
    errors = [line for line in told.stdout.splitlines() if not re.match(r"\S+ (warning|advice): ", line)]
    reasons = ("has a blank that nobody filled in", "leads to a file that is no page of this site")
    assert [line for line in errors if not any(reason in line for reason in reasons)] == []
    for line in told.stdout.splitlines():
        path, number, _ = line.split(":", 2)
        assert 4 <= int(number) <= len((root / path).read_text().splitlines()), line


def test_every_word_of_every_document_stands_on_its_page(placed: dict[str, Path], root: Path) -> None:
    for name, document in placed.items():
        source = _NOT_SHOWN.sub(" ", document.read_text("utf-8-sig")).replace("&amp;", "&")
        shown = " ".join(html5lib.parse(account(root, name), namespaceHTMLElements=False).itertext())
        missing = set(re.findall(r"[^\W_]{2,}", source)) - set(re.findall(r"[^\W_]{2,}", shown))
        assert not missing, (document.name, missing)


def test_no_outline_skips_a_level_and_no_mark_of_the_source_is_left(placed: dict[str, Path], root: Path) -> None:
    for name, document in placed.items():
        html = account(root, name)
        levels = [int(level) for level in re.findall(r"<h([1-6])", html)]
        assert all(after <= before + 1 for before, after in pairwise(levels)), document.name
        text = re.sub(r"<(pre|code)>.*?</\1>", "", html, flags=re.DOTALL)
        assert not re.search(r"\*\*|&lt;br|\]\(|^#|\|\s*-{3}|```", text, re.MULTILINE), document.name


def test_lists_within_lists_stay_within_them(placed: dict[str, Path], root: Path) -> None:
    nested = re.compile(r"^( *)[-*] .*\n\1  +[-*] ", re.MULTILINE)
    sources = {name for name, document in placed.items() if nested.search(document.read_text("utf-8-sig"))}
    assert len(sources) > 4
    assert {name for name in placed if re.search(r"<li>(?:(?!</li>).)*<ul>", account(root, name), re.DOTALL)} == sources


@pytest.mark.slow
@pytest.mark.browser
def test_every_document_fits_a_phone_and_a_desk_without_scrolling_sideways(
    placed: dict[str, Path], root: Path, page: "Page"
) -> None:
    found = {}
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        for name, document in placed.items():
            page.goto((root / "site" / "incidents" / f"{name}.html").as_uri())
            if wide := page.evaluate(WIDE):
                found[document.name, width] = wide
    assert not found
