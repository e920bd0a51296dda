"""What the API says of the whole page, told from its components alone (docs/reference/api.md, "Status")."""

from collections.abc import Iterable

import msgspec

from sitegen.model import Condition
from sitegen.timeline import worst


class Verdict(msgspec.Struct, frozen=True):
    """The word for programs, and the sentence for people, which hosted pages send in English too."""

    indicator: str
    description: str


_VERDICTS = {
    Condition.OPERATIONAL: Verdict("none", "All Systems Operational"),
    Condition.UNDER_MAINTENANCE: Verdict("maintenance", "Service Under Maintenance"),
    Condition.DEGRADED_PERFORMANCE: Verdict("minor", "Partially Degraded Service"),
    Condition.PARTIAL_OUTAGE: Verdict("minor", "Minor Service Outage"),
    Condition.MAJOR_OUTAGE: Verdict("major", "Partial System Outage"),
}
_EVERYTHING_DOWN = Verdict("critical", "Major Service Outage")


def declare(condition: Condition) -> Condition:
    """The condition as the API has it: it knows no `unknown`, and what is unknown must not look well."""
    return Condition.DEGRADED_PERFORMANCE if condition is Condition.UNKNOWN else condition


def judge(conditions: Iterable[Condition]) -> Verdict:
    """The verdict on the components of these conditions, groups not among them."""
    declared = [declare(condition) for condition in conditions]
    if declared and all(condition is Condition.MAJOR_OUTAGE for condition in declared):
        return _EVERYTHING_DOWN
    return _VERDICTS[worst(declared)]
