"""Questions in brackets that nobody answered: blanks in what is published, none in a draft, and no other brackets."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from sitegen import project
from sitegen.model import Action, Text
from sitegen.problems import Severity
from tests.projects import INCIDENT, make_project
from tests.unit.checking import problems, saying, with_postmortem

PUBLISHED = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
BODY = "We are sorry.\n\n## Why\n\n```\n[What?]\n```\n\n[What was the cause?]\n\n[Why did nothing stop it?]"
NAME = "2026-11-23-card-payments"


def test_a_question_is_a_blank_at_its_line_once_a_day_of_publication_is_set() -> None:
    account = with_postmortem(BODY, published=PUBLISHED)
    (problem,) = problems(account, "placeholder")
    assert (problem.where.line, problem.severity) == (9, Severity.ERROR)
    assert "`[What was the cause?]`, `[Why did nothing stop it?]`" in problem.what
    assert problems(with_postmortem(BODY), "placeholder") == []


def test_the_blanks_of_an_action_count_as_well() -> None:
    action = Action(Text({"en": "[What will be done?]"}), "[Which role does it?]")
    account = with_postmortem("We are sorry.", published=PUBLISHED, actions=(action,))
    assert [problem.what.split(" has ")[0] for problem in problems(account, "placeholder")] == [
        *("The action", "The owner of an action")
    ]


def test_a_draft_beside_it_excuses_no_blank_in_an_update() -> None:
    assert len(problems(saying("How many? [How many?]"), "placeholder")) == 1


@pytest.mark.parametrize(
    "text", ["[Why?](https://example.com)", "[Why?][1] is told there.\n\n[1]: https://example.com", "a[x?]", "[?]!x"]
)
def test_links_and_other_brackets_are_no_questions(text: str) -> None:
    assert not [one for one in problems(saying(text), "placeholder") if "Why" in one.what or "x?" in one.what]


@pytest.mark.parametrize("name", ["PM2020-002 - Certificate expired.md", f"{NAME}-.pl.en.md", "notes.MD"])
def test_a_file_whose_name_is_that_of_no_incident_is_told(name: str, tmp_path: Path) -> None:
    root = make_project(tmp_path, incidents={NAME: INCIDENT, name: "We are sorry.\n", "README.md": "For us.\n"})
    (problem,) = project.read(root).problems
    assert (problem.where.path.name, problem.severity) == (name, Severity.WARNING)
    assert "is not read" in problem.what
