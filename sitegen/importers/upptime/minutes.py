"""Upptime's own count of minutes down, held against what was imported: it tells how much, and never when."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, time, timedelta
from pathlib import PurePosixPath

import msgspec

from sitegen.importers.conversion import Findings
from sitegen.importers.records import Record, read_records
from sitegen.importers.upptime.settings import SUMMARY, Sites

# Its count goes from the opening to the closing of an issue, which come some time after the measurements.
_CLOSE = 5
_DAY = timedelta(days=1)


class Down(msgspec.Struct, frozen=True):
    """A time that a component was down, by its key; `end` None: still."""

    key: str
    start: datetime
    end: datetime | None


def compare_minutes(
    files: Mapping[PurePosixPath, bytes], sites: Sites, downs: Iterable[Down], findings: Findings
) -> None:
    """Tell of every day for which Upptime counted other minutes than the entries have."""
    records = read_records(SUMMARY, files[SUMMARY], Findings(), "slug") if SUMMARY in files else ()
    counted = _count(downs)
    for record in () if isinstance(records, str) else records:
        site = next((one for one in sites.declared if one.slug == record.text("slug")), None)
        days = record.record("dailyMinutesDown")
        if site is not None and days is not None:
            _compare(days, site.name, counted[site.key], findings)


def _compare(days: Record, name: str, counted: Mapping[str, float], findings: Findings) -> None:
    told = {day: days.number(day) for day in sorted(days.fields)}
    missing = [f"{day}: {minutes}" for day, minutes in told.items() if minutes and day not in counted]
    if missing:
        what = f"Upptime counted minutes down of {name} on days of which nothing here says when ({', '.join(missing)})"
        findings.lose(days.where, f"{what}; a count without times makes no entry.")
    other = [
        f"{day}: {minutes}, here {round(counted[day])}"
        for day, minutes in told.items()
        if day in counted and abs(minutes - counted[day]) > _CLOSE
    ]
    if other:
        what = f"Upptime counted other minutes down of {name} than its commits and issues have"
        findings.advise(days.where, f"{what} ({'; '.join(other)}); the entries have the latter.")
    untold = [day for day in sorted(counted) if counted[day] > _CLOSE and day not in told]
    if untold:
        what = f"On {len(untold)} days Upptime counted no minute down of {name}, and commits or issues have some"
        findings.advise(days.where, f"{what} (the first is {untold[0]}); the entries have them.")


def _count(downs: Iterable[Down]) -> Mapping[str, Mapping[str, float]]:
    """The minutes down by component and day of UTC; what is still down counts for its first day only."""
    counted: defaultdict[str, defaultdict[str, float]] = defaultdict(lambda: defaultdict(float))
    for down in downs:
        start, end = down.start, down.end or down.start
        while start <= end:
            midnight = datetime.combine(start.date(), time(), UTC) + _DAY
            counted[down.key][start.date().isoformat()] += (min(end, midnight) - start).total_seconds() / 60
            start = midnight
    return counted
