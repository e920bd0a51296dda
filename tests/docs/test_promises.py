"""The promises of the README: those that hold have tests, and those that are planned claim none."""

import re

import pytest

from tests.docs.documents import ROOT, Document

README = Document("README.md")
PROMISES = README.table("What it promises")


def holders_of(number: str) -> set[str]:
    """The names of the tests that hold a promise."""
    sources = (path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    return {name for source in sources for name in re.findall(rf"def (test_promise_{number}_\w+)", source)}


def test_there_are_eight() -> None:
    assert [row[0] for row in PROMISES] == [str(number) for number in range(1, 9)]


@pytest.mark.parametrize("row", PROMISES, ids=lambda row: row[0])
def test_a_promise_that_holds_has_tests_and_a_planned_one_has_none(row: tuple[str, ...]) -> None:
    number, _, today, tests = row
    assert bool(holders_of(number)) == today.startswith("Holds")
    assert tests == (f"`test_promise_{number}_…`" if today.startswith("Holds") else "")
