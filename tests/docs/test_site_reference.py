"""The pages on the site's files and on uptime agree with what is built and counted."""

import re
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import pytest

from sitegen import project
from sitegen.build import build
from sitegen.config import POLICY
from sitegen.history import DAYS
from sitegen.languages import language
from tests.docs.documents import ROOT, Document

SITE = Document("docs/reference/site.md")
UPTIME = Document("docs/reference/uptime.md")
PLACEHOLDERS = {
    "ID": r"[\d-]{10}-[a-z0-9-]+",
    "KEY": "[a-z0-9_-]+",
    "YYYY-MM": r"\d{4}-\d{2}",
    "YYYY": r"\d{4}",
    "NAME": "[a-z0-9._-]+",
}
WITHOUT_EXAMPLE = {"media/NAME", "history/YYYY/KEY.html"}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The files of the example without its second language."""
    content = project.read(ROOT).project
    assert content is not None
    out = tmp_path_factory.mktemp("built")
    build(content, out, datetime(2026, 11, 23, 9, tzinfo=UTC))
    files = (path.relative_to(out) for path in out.rglob("*") if path.is_file())
    return {str(Path(*path.parts[path.parts[0] == "pl" :])) for path in files}


def pattern(name: str) -> re.Pattern[str]:
    """What files a row of the table stands for."""
    form = re.escape(name).replace(re.escape("YYYY-MM"), "YYYY-MM")
    for word, meaning in PLACEHOLDERS.items():
        form = form.replace(word, meaning)
    return re.compile(form)


def test_every_file_of_the_site_is_explained(built: set[str]) -> None:
    known = [pattern(name) for name in SITE.first_column("Files")]
    assert [file for file in sorted(built) if not any(one.fullmatch(file) for one in known)] == []


def test_every_file_that_is_explained_is_built(built: set[str]) -> None:
    missing = {name for name in SITE.first_column("Files") if not any(map(pattern(name).fullmatch, built))}
    assert missing == WITHOUT_EXAMPLE


def test_the_weights_of_conditions_are_the_defaults() -> None:
    told = {row[0].strip("`"): Fraction(row[1]) for row in UPTIME.table("The figure")}
    assert told == {condition.value: weight for condition, weight in POLICY.uptime_weights.items()}


@pytest.mark.parametrize("row", UPTIME.table("Vectors"), ids=lambda row: row[0])
def test_a_vector_is_shown_as_the_page_says(row: tuple[str, ...]) -> None:
    minutes = DAYS * 24 * 60
    assert f"{minutes:,}" in UPTIME.section("Vectors")
    assert language("en").percent(1 - Fraction(row[1]) / minutes) == row[2]
