"""SECURITY.md, row 7: Markdown that would keep the parser busy is refused before it sees it, and shown as written."""

import time
from pathlib import Path

import pytest

from sitegen import project
from sitegen.build import build
from sitegen.problems import Problem
from tests.projects import INCIDENT, MOMENT, SETTINGS, make_project
from tests.security.parsing import html_pages, words

SMALL = SETTINGS.replace("[en, pl]", "[en]")
SECONDS = 1.5
# One of each for a message (4,096 characters); the second word tells whether the parser saw the text.
SHORT = {
    "brackets": "[" * 4_000,
    "pairs": "[]" * 2_000,
    "links": "[a](" * 1_000,
    "images": "![a](" * 800,
    "references": "[a][" * 1_000,
}
LONG = {
    "brackets": "[" * 90_000,
    "brackets-in-lines": "[a\n" * 30_000,
    "stars": "*a " * 30_000,
    "underscores": "a_" * 45_000,
    "backticks": "`a " * 30_000,
    "angles": "<a " * 30_000,
    "backslashes": "\\" * 90_000,
    "quotes": ">" * 90_000,
    "lists": "- " * 45_000,
    "indents": "".join(" " * depth + "- a\n" for depth in range(0, 400, 2)),
    "cells": "|a" * 300 + "|\n" + "|-" * 300 + "|\n" + "|a\n" * 10_000,
    "lines": "a\n" * 45_000,
    "entities": "&" * 90_000,
    "emphasis": "*a **b " * 12_000,
    "links": "[a](b " * 15_000,
    "addresses": "<a@" * 30_000,
}


def _build(folder: Path, message: str, account: str = "") -> tuple[tuple[Problem, ...], str, float]:
    """The problems, the text of the entry's page, and the seconds of work that reading and rendering took."""
    head = INCIDENT[: INCIDENT.index("    message:")]
    written = "".join(f"      {line}\n" for line in message.split("\n"))
    incidents: dict[str, str | bytes] = {"2026-11-23-open": f"{head}    message: |\n{written}"}
    if account:
        incidents["2026-11-23-open.md"] = f"---\npublished: 2026-11-23 10:00\n---\n{account}\n"
    root = make_project(folder, SMALL, incidents)
    begun = time.process_time()
    content = project.read(root)
    assert content.project is not None
    problems = (*content.problems, *build(content.project, folder / "site", MOMENT).problems)
    spent = time.process_time() - begun
    page = "incidents/2026-11-23-open.html"
    return problems, words(page, (folder / "site" / page).read_bytes()), spent


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> float:
    """The seconds that a build without such a text takes here, warm."""
    folder = tmp_path_factory.mktemp("usual")
    _build(folder, "Most card payments are failing.")
    return _build(folder, "Most card payments are failing.")[2]


@pytest.mark.parametrize("name", SHORT)
def test_a_message_of_openings_is_refused_before_the_parser(name: str, usual: float, tmp_path: Path) -> None:
    problems, shown, spent = _build(tmp_path, f"Some **bold** words\n{SHORT[name]}")
    assert "Some **bold** words" in shown, "the parser saw the text"
    assert [problem for problem in problems if problem.where.line and "2026-11-23-open.yaml" in str(problem.where)]
    assert spent < usual + SECONDS


@pytest.mark.parametrize("name", LONG)
def test_a_long_account_never_takes_long(name: str, usual: float, tmp_path: Path) -> None:
    _, shown, spent = _build(tmp_path, "Some words.", f"The first words.\n\n{LONG[name]}")
    assert "The first words." in shown
    # The account is looked at for problems and for the page, and again at the copy in no other language.
    assert spent < usual + 3 * SECONDS


def test_what_is_refused_is_shown_whole(tmp_path: Path) -> None:
    _, shown, _ = _build(tmp_path, "[" * 4_000 + " <b>the end</b>")
    assert "[" * 4_000 + " <b>the end</b>" in shown
    page = html_pages(tmp_path / "site")["incidents/2026-11-23-open.html"]
    assert not list(page.iter("b"))
