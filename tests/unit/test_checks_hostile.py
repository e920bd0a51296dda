"""Texts made to be slow: a rule's work grows with the text's length, not with its square."""

import time

import msgspec
import pytest

from sitegen.checks import RULES, Context
from sitegen.checks.rule import Rule
from sitegen.model import Incident, Text
from tests.unit.checking import MOMENT, incident, saying, settings, with_postmortem

# Each repeats what some pattern begins with, or goes on with, and never lets it end.
UNITS = (
    *("a", "a.", "a ", "aB1", "Ab1-", " ", "\t", "\n", "é", "İ", "[", "[a](", "](", "[x]:", "`", "` ", "``a", "```\n"),
    *("<a", "<a ", "{a", "_", "@", "a@a.", "#a", "1", "1 ", "1.", "1:", "1,000 ", "+1 ", "AA11 ", "::", "a:b:", "4 "),
    *("https://a:", "a://b:c", "password", "password=", "password: ", "token= ", "eyJa.", "-eyJ", "ghp_", "sk_live_"),
    *("-----BEGIN ", "-----BEGIN PRIVATE KEY-----", "Bearer a", "Authorization: ", "in 1 ", "any ", "! ", "* ", "**"),
    *("|a", "> ", "    a\n", "a-", "a.sh ", "1:11 ", "12 am", "not resolved ", "\\", "resolved ", "A. "),
)
LENGTH = 100_000
# Four times the text takes four times as long, sixteen times where work grows with the square; between the two
# there is room for a busy machine. What takes a moment anyway is not measured.
GROWTH = 10
MOMENT_OF_WORK = 0.3


def filled(unit: str, length: int) -> Incident:
    """An incident that says the unit over and over, in every kind of text."""
    text = (unit * (length // len(unit) + 1))[:length]
    one = incident(saying("-", status="resolved"))
    update = msgspec.structs.replace(one.updates[0], message=Text({"en": text, "pl": text}), social=Text({"en": text}))
    return msgspec.structs.replace(with_postmortem(text), updates=(update,))


def cost(rule: Rule, one: Incident) -> float:
    """The processor's seconds that the rule takes for the incident."""
    start = time.process_time()
    for _ in rule(one, Context(settings(), MOMENT)):
        pass
    return time.process_time() - start


@pytest.mark.slow
@pytest.mark.parametrize("unit", UNITS, ids=repr)
def test_work_grows_no_faster_than_the_text(unit: str) -> None:
    long, short = filled(unit, LENGTH), filled(unit, LENGTH // 4)
    for rule in RULES:
        whole = cost(rule, long)
        if whole > MOMENT_OF_WORK:
            part = min(cost(rule, short) for _ in range(3))
            whole = min(whole, cost(rule, long))
            assert whole < GROWTH * part, f"{rule.name}: {whole:.2f} s, a quarter of the text {part:.2f} s"
