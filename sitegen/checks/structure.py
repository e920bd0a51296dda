"""Whether the times, the order and the states of an entry make sense together."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from sitegen.checks.rule import Context, Finding
from sitegen.model import ENDINGS, STATUSES, Condition, Incident, Kind, Site, Status, Update

AHEAD = timedelta(minutes=5)
_LATE_START = timedelta(minutes=15)
_FORGOTTEN = timedelta(hours=24)
_ANNOUNCED = timedelta(days=7)


def look_ahead(incident: Incident, context: Context) -> Iterable[Finding]:
    """Updates over five minutes ahead of the clock (FORMAT.md, `at`)."""
    for update in incident.updates:
        if update.at > context.moment + AHEAD:
            what = (
                f"This update is at {_say(update.at, context)}, ahead of the clock ({_say(context.moment, context)})."
            )
            yield Finding(update.where, what, "Correct `at`; nobody sees it before then.")


def _say(moment: datetime, context: Context) -> str:
    return say(moment, context.settings.site)


def say(moment: datetime, site: Site) -> str:
    """A moment as the files write it, in the zone of the site."""
    return f"{moment.astimezone(site.zone):%Y-%m-%d %H:%M} {site.zone.key}"


def look_at_order(incident: Incident, context: Context) -> Iterable[Finding]:
    """After the end stands only another note, or an incident's `investigating` again (FORMAT.md, `status`)."""
    for ended, update in _after_endings(incident):
        if _is_reopening(update, incident) or update.status in (None, ended):
            continue
        hint = "Begin again with `status: investigating`." if incident.kind is Kind.INCIDENT else "Make a new entry."
        yield Finding(update.where, f"After `{ended}` this update says `{update.status}`.", hint)


def look_at_components_after_the_end(incident: Incident, context: Context) -> Iterable[Finding]:
    """A note after the end breaks no component: that is a new beginning."""
    for ended, update in _after_endings(incident):
        broken = [key for key, state in update.components.items() if state is not Condition.OPERATIONAL]
        if broken and (update.status is None or update.status in ENDINGS):
            what = f"After `{ended}` this update breaks {', '.join(broken)}."
            yield Finding(update.where, what, "Add `status: investigating` if it is broken again, else take them out.")


def look_at_reopening(incident: Incident, context: Context) -> Iterable[Finding]:
    """Whoever opens an incident again says which components: the end has put all of them back to operational."""
    for ended, update in _after_endings(incident):
        broken = any(state is not Condition.OPERATIONAL for state in update.components.values())
        if _is_reopening(update, incident) and not broken:
            what = f"This update opens the incident again, but since `{ended}` every component counts as operational."
            yield Finding(update.where, what, "Add the `components` that are affected now.")


def _after_endings(incident: Incident) -> Iterator[tuple[Status, Update]]:
    """Each update that stands after an end, with the status of that end."""
    ended: Status | None = None
    for update in incident.updates:
        if ended is not None:
            yield ended, update
        if update.status is not None:
            ended = update.status if update.status in ENDINGS else None


def _is_reopening(update: Update, incident: Incident) -> bool:
    return incident.kind is Kind.INCIDENT and update.status is Status.INVESTIGATING


def look_at_draft(incident: Incident, context: Context) -> Iterable[Finding]:
    """Entries that nobody sees yet."""
    if incident.draft:
        yield Finding(
            incident.where, "This entry is a draft: customers do not see it.", "Remove `draft` to publish it."
        )


def look_at_first_status(incident: Incident, context: Context) -> Iterable[Finding]:
    """An entry whose first word is the end."""
    first = incident.updates[0] if incident.updates else None
    if first is None or first.status not in ENDINGS or incident.kind is Kind.NOTICE:
        return
    hint = f"Say first what was broken, and since when; a first update has `{STATUSES[incident.kind][0]}`."
    yield Finding(first.where, f"The first update says `{first.status}` already.", hint)


def look_at_start(incident: Incident, context: Context) -> Iterable[Finding]:
    """An end before the start."""
    ending = next((update for update in reversed(incident.updates) if update.status in ENDINGS), None)
    if incident.started and ending and ending.at < incident.started:
        what = (
            f"`{ending.status}` is at {_say(ending.at, context)}, before `started` ({_say(incident.started, context)})."
        )
        yield Finding(ending.where, what, "Correct one of them.")


def look_at_late_start(incident: Incident, context: Context) -> Iterable[Finding]:
    """A start that comes well after the first word about it; a few minutes are a matter of clocks."""
    first = incident.updates[0] if incident.updates else None
    if first and incident.started and incident.started > first.at + _LATE_START:
        what = f"`started` ({_say(incident.started, context)}) is after the first update ({_say(first.at, context)})."
        yield Finding(incident.where, what, "Customers were hit first: correct `started`.")


def look_for_forgotten_maintenance(incident: Incident, context: Context) -> Iterable[Finding]:
    """Maintenance that should have been over for a day, but never ended."""
    if not incident.updates or status_at(incident, context.moment) in ENDINGS:
        return
    last = incident.updates[-1]
    planned = incident.window.end if incident.window else last.at
    if not (incident.kind is Kind.MAINTENANCE or Condition.UNDER_MAINTENANCE in _conditions(incident)):
        return
    if max(planned, last.at) + _FORGOTTEN < context.moment:
        what = f"This maintenance should have ended by {_say(planned, context)}, but no update says so."
        yield Finding(last.where, what, "Add an update with `status: completed` (an incident: `resolved`).")


def _conditions(incident: Incident) -> set[Condition]:
    """The states of the components after the last update."""
    states = dict(incident.components)
    for update in incident.updates:
        states.update(update.components)
    return set(states.values())


def status_at(incident: Incident, moment: datetime) -> Status | None:
    """The status that the updates up to the moment have given; None before the first one that names any."""
    said = [update.status for update in incident.updates if update.status is not None and update.at <= moment]
    return said[-1] if said else None


def look_at_announcement(incident: Incident, context: Context) -> Iterable[Finding]:
    """Coming maintenance announced less than seven days ahead (COMMUNICATION.md, "Cadence")."""
    window = incident.window
    if window is None or not incident.updates or window.start <= context.moment:
        return
    ahead = window.start - incident.updates[0].at
    if ahead < _ANNOUNCED and status_at(incident, context.moment) not in ENDINGS:
        what = f"This maintenance was announced {max(ahead.days, 0)} days ahead."
        yield Finding(incident.where, what, "Customers plan with seven days; choose a later window if it can wait.")
