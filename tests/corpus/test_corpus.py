"""The format by example: every file below this folder is a case (`valid/`, `invalid/RULE/`), see `cases`."""

from pathlib import Path

import pytest

from sitegen import load
from tests.corpus.cases import FOLDER, INVALID, VALID, expect, read


def _name(case: Path) -> str:
    return case.relative_to(FOLDER).with_suffix("").as_posix()


@pytest.mark.parametrize("case", VALID, ids=_name)
def test_a_valid_file_is_read_without_problems(case: Path) -> None:
    assert read(case).problems == ()


@pytest.mark.parametrize("case", INVALID, ids=_name)
def test_an_invalid_file_has_a_problem_at_a_place_in_it(case: Path) -> None:
    problems = read(case).problems
    assert problems
    assert {problem.where.path.name for problem in problems} == {case.name}


@pytest.mark.parametrize("case", [*VALID, *INVALID], ids=_name)
def test_a_file_gives_what_stands_beside_it(case: Path) -> None:
    found = expect(case)
    assert found == {path: path.read_bytes().decode() for path in found}


def test_every_case_has_the_name_of_an_incident_and_every_expectation_a_case() -> None:
    cases = {*VALID, *INVALID}
    assert all(load.is_id(case.stem) for case in cases)
    beside = {path for path in FOLDER.rglob("*") if path.suffix in (".json", ".txt")}
    assert beside == {path for case in cases for path in expect(case)}
