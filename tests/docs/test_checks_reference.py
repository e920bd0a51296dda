"""The page of checks names every rule with its weight, and no rule that is gone."""

from pathlib import PurePosixPath

from sitegen import compare
from sitegen.checks import RULES, rendering
from sitegen.problems import Location, Problem
from tests.docs.documents import Document

REFERENCE = Document("docs/reference/checks.md")


def test_every_rule_is_explained_with_its_weight() -> None:
    told = {row[0].strip("`"): row[1] for row in REFERENCE.table("Rules")}
    assert told == {rule.name: rule.severity.value for rule in RULES}
    assert all(row[2] for row in REFERENCE.table("Rules"))


def test_problems_that_are_no_rules_are_explained_as_well() -> None:
    plain = Problem(Location(PurePosixPath("sitegen.yaml")), "")
    others = {plain.rule, rendering.RULE, compare.RULE}
    assert set(REFERENCE.first_column("Other problems")) == others
