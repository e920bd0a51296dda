"""What a team owes its customers at a moment: promised updates, overdue ends, post-mortems."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from sitegen.history import View
from sitegen.model import Due, Kind, Settings
from sitegen.timeline import Phase, Timeline


class Duty(msgspec.Struct, frozen=True):
    """One thing owed for one entry: what, since when or until when (UTC), and whether that has passed."""

    incident: str
    what: str
    due: datetime
    overdue: bool


def find_duties(view: View) -> tuple[Duty, ...]:
    """Everything owed at the view's moment, the most urgent first."""
    duties = [duty for line in view.timelines for duty in _duties(line, view.settings)]
    return tuple(sorted(duties, key=lambda duty: (duty.due, duty.incident)))


def _duties(line: Timeline, settings: Settings) -> Iterator[Duty]:
    if line.phase is Phase.OPEN:
        yield from _next_update(line, settings)
    if line.phase is Phase.OPEN and line.incident.window is not None:
        end = line.incident.window.end
        yield Duty(line.incident.id, "say that it is completed, or that it takes longer", end, line.moment > end)
    yield from _postmortem(line, settings)


def _next_update(line: Timeline, settings: Settings) -> Iterator[Duty]:
    """The promised update; without a promise, what the policy asks for the impact."""
    if line.promise is not None:
        yield Duty(line.incident.id, "the promised update", line.promise, line.overdue)
    elif line.incident.kind is Kind.INCIDENT and line.steps and line.impact in settings.policy.next_update:
        due = line.steps[-1].update.at + settings.policy.next_update[line.impact]
        yield Duty(line.incident.id, f"an update (policy for {line.impact} impact)", due, line.moment > due)


def _postmortem(line: Timeline, settings: Settings) -> Iterator[Duty]:
    rule = settings.policy.postmortem_due.get(line.impact)
    account = line.incident.postmortem
    published = account is not None and account.published is not None and account.published <= line.moment
    if line.ended is None or rule is None or published or line.incident.kind is not Kind.INCIDENT:
        return
    due = _after(line.ended, rule, settings.site.zone)
    yield Duty(line.incident.id, "a post-mortem", due, line.moment > due)


def _after(moment: datetime, due: Due, zone: ZoneInfo) -> datetime:
    """The moment (UTC) that much later; working days are Monday to Friday of the zone."""
    later = (moment + due.time).astimezone(zone)
    for _ in range(due.working_days):
        later += timedelta(days=1)
        while _is_weekend(later.date()):
            later += timedelta(days=1)
    return later.astimezone(UTC)


def _is_weekend(day: date) -> bool:
    return day.weekday() >= 5
