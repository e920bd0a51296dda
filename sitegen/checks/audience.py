"""Which problems are told to whom: nobody is taught style in the middle of an outage."""

from collections.abc import Iterable
from datetime import datetime

from sitegen.checks.rules import RULES
from sitegen.checks.structure import status_at
from sitegen.model import ENDINGS, Incident, Kind
from sitegen.problems import Problem, Severity

_RULE_NAMES = frozenset(rule.name for rule in RULES)


def audible(
    problems: Iterable[Problem], incidents: Iterable[Incident], moment: datetime, *, pull_request: bool
) -> tuple[Problem, ...]:
    """The problems worth telling now, in their order: of an open incident's file only errors, unless on a pull request.

    What other parts than these rules found (a file's format, its links) is always told, and so is everything about
    post-mortems, which are written afterwards, in files of their own.
    """
    busy = frozenset() if pull_request else frozenset(one.where.path for one in incidents if is_open(one, moment))
    return tuple(
        problem
        for problem in problems
        if problem.severity is Severity.ERROR or problem.rule not in _RULE_NAMES or problem.where.path not in busy
    )


def is_open(incident: Incident, moment: datetime) -> bool:
    """Whether people are at work on it: a published incident whose last status so far is no end."""
    published = incident.kind is Kind.INCIDENT and not incident.draft
    return published and status_at(incident, moment) not in ENDINGS
