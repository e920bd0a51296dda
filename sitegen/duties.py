"""What a team owes its customers at a moment: promised updates, overdue ends, post-mortems, what these promised."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from sitegen.history import View, midnight
from sitegen.model import Due, Kind, Postmortem, Settings
from sitegen.timeline import Phase, Timeline


class Duty(msgspec.Struct, frozen=True):
    """One thing owed for one entry: what, since when or until when (UTC), and whether that has passed."""

    incident: str
    what: str
    due: datetime
    overdue: bool


def find_duties(view: View) -> tuple[Duty, ...]:
    """Everything owed at the view's moment, the most urgent first: what is open before what is over."""
    lines = view.timelines
    now = [duty for line in lines if line.phase is Phase.OPEN for duty in _of_open(line, view.settings)]
    later = [duty for line in lines for duty in _of_past(line, view.settings)]
    return (*sorted(now, key=_urgency), *sorted(later, key=_urgency))


def _urgency(duty: Duty) -> tuple[datetime, str]:
    return (duty.due, duty.incident)


def postmortem_due(line: Timeline, settings: Settings) -> datetime | None:
    """Until when (UTC) the policy wants a post-mortem; None where it wants none, or one is published."""
    rule = settings.policy.postmortem_due.get(line.impact)
    if line.ended is None or rule is None or line.kind is not Kind.INCIDENT or _published(line):
        return None
    return _after(line.ended, rule, settings.site.zone)


def _of_open(line: Timeline, settings: Settings) -> Iterator[Duty]:
    yield from _next_update(line, settings)
    if line.window is not None:
        end = line.window.end
        yield Duty(line.id, "say that it is completed, or that it takes longer", end, line.moment > end)


def _of_past(line: Timeline, settings: Settings) -> Iterator[Duty]:
    """The post-mortem, and those of its actions whose day has passed: what comes later is nobody's worry now."""
    if (due := postmortem_due(line, settings)) is not None:
        yield Duty(line.id, "a post-mortem", due, line.moment > due)
    account, site = _published(line), settings.site
    for action in account.actions if account else ():
        if action.due is not None and action.done is None:
            end = midnight(action.due + timedelta(days=1), site.zone) - timedelta(minutes=1)
            text = action.text.read(site.default_language, site.default_language)
            if line.moment > end:
                yield Duty(line.id, f"{text} ({action.owner})", end, True)


def _published(line: Timeline) -> Postmortem | None:
    account = line.incident.postmortem
    if account is None or account.published is None or account.published > line.moment:
        return None
    return account


def _next_update(line: Timeline, settings: Settings) -> Iterator[Duty]:
    """The promised update; without a promise, what the policy asks for the impact."""
    if line.promise is not None:
        yield Duty(line.id, "the promised update", line.promise, line.overdue)
    elif line.kind is Kind.INCIDENT and line.steps and line.impact in settings.policy.next_update:
        due = line.steps[-1].update.at + settings.policy.next_update[line.impact]
        yield Duty(line.id, f"an update (policy for {line.impact} impact)", due, line.moment > due)


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
