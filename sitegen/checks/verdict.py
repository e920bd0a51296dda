"""What a build says of an entry, and shows of it, as long as its files stay as they are."""

from collections.abc import Collection
from datetime import UTC, datetime

import msgspec

from sitegen.checks.rendering import check_rendering
from sitegen.checks.rule import Context
from sitegen.checks.rules import RULES_OF_A_BUILD, SECRET, check
from sitegen.checks.secrets import withhold
from sitegen.model import Incident, Picture, Settings
from sitegen.problems import Problem

WITHHELD = "This text was withheld: it seemed to hold a password or key."
_LASTING = tuple(rule for rule in RULES_OF_A_BUILD if not rule.timely)
# The rules that this stands in for do not look at the moment.
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


class Verdict(msgspec.Struct, frozen=True):
    """What is wrong with an entry, whatever the moment; `safe` is what may be shown where a text is withheld."""

    problems: tuple[Problem, ...]
    safe: Incident | None = None


def give_verdict(incident: Incident, settings: Settings, pictures: Collection[Picture]) -> Verdict:
    """The verdict of a build on one entry; only these pictures are there to be shown."""
    found = check((incident,), Context(settings, _NEVER), _LASTING)
    safe = withhold(incident, WITHHELD) if any(problem.rule == SECRET.name for problem in found) else None
    return Verdict((*found, *check_rendering((incident,), pictures)), safe)
