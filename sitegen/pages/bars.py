"""Ninety days as one small drawing: status by height, pattern and colour, one path per status."""

from collections import Counter
from collections.abc import Mapping

import msgspec

from sitegen.history import Record
from sitegen.model import Condition

PITCH, WIDTH, HEIGHT = 6, 4, 34
_HEIGHTS = {
    Condition.OPERATIONAL: 18,
    Condition.UNDER_MAINTENANCE: 22,
    Condition.UNKNOWN: 18,
    Condition.DEGRADED_PERFORMANCE: 26,
    Condition.PARTIAL_OUTAGE: 30,
    Condition.MAJOR_OUTAGE: 34,
}


class Bars(msgspec.Struct, frozen=True):
    """The drawing of one record: its size in its own units, the path of each status, and the days in each."""

    width: int
    height: int
    paths: Mapping[Condition, str]
    days: Mapping[Condition, int]


def draw(record: Record) -> Bars:
    """The bars of a record, oldest day on the left; each day shows its worst condition."""
    columns: dict[Condition, list[int]] = {}
    for column, day in enumerate(record.days):
        columns.setdefault(day.condition, []).append(column)
    return Bars(
        width=PITCH * len(record.days) - (PITCH - WIDTH),
        height=HEIGHT,
        paths={condition: _path(condition, columns[condition]) for condition in Condition if condition in columns},
        days=Counter(day.condition for day in record.days),
    )


def _path(condition: Condition, columns: list[int]) -> str:
    """One rectangle a day, in relative steps: the repetition is what makes the page small."""
    inset = 1 if condition is Condition.UNKNOWN else 0  # it is an outline, and its stroke has a width
    height, width = _HEIGHTS[condition] - inset, WIDTH - inset
    parts, position = [], 0
    for column in columns:
        left = column * PITCH
        parts.append(f"m{left - position} 0v-{height}h{width}v{height}z")
        position = left
    return f"M0 {HEIGHT}" + "".join(parts)
