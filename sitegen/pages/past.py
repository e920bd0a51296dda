"""How much of a long history one page lists: the newest entries; what is older stands on pages by year or month."""

from bisect import bisect_right
from collections.abc import Mapping
from datetime import date, datetime
from itertools import groupby, islice
from zoneinfo import ZoneInfo

from sitegen.history import midnight
from sitegen.timeline import Phase, Timeline

LISTED = 30

Lines = tuple[Timeline, ...]


def part(lines: Lines) -> tuple[Lines, Lines]:
    """What a page lists of the entries (newest first), and all that are older than the newest 30 that have begun.

    Both in their order. What is not over is listed however old it is, so it may be in both.
    """
    begun = (place for place, line in enumerate(lines) if line.phase is not Phase.COMING)
    end = next(islice(begun, LISTED, None), len(lines))
    older = lines[end:]
    return lines[:end] + tuple(line for line in older if line.phase is not Phase.OVER), older


def find_years(lines: Lines, older: Lines, zone: ZoneInfo) -> Mapping[int, Lines]:
    """Every year (of the zone) in which an older entry began, newest first, with all the entries of that year."""
    if not older:
        return {}
    newest, oldest = (older[end].started.astimezone(zone).year for end in (0, -1))
    years = {year: _cut_year(lines, year, zone) for year in range(newest, oldest - 1, -1)}
    return {year: found for year, found in years.items() if found}


def _cut_year(lines: Lines, year: int, zone: ZoneInfo) -> Lines:
    """The entries that began in that year; to ask each of a long history for its year would take longer."""
    begin, end = (midnight(date(at, 1, 1), zone) for at in (year, year + 1))
    return lines[_count_since(end, lines) : _count_since(begin, lines)]


def _count_since(moment: datetime, lines: Lines) -> int:
    """How many of the entries (newest first) began at that moment or later."""
    return bisect_right(lines, False, key=lambda line: line.started < moment)


def find_months(lines: Lines, zone: ZoneInfo) -> Mapping[int, Lines]:
    """The entries of one year by the month (of the zone) in which they began, newest first."""
    return {month: tuple(group) for month, group in groupby(lines, lambda line: line.started.astimezone(zone).month)}
