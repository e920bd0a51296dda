"""Incidents and maintenance as the API has them."""

from datetime import datetime
from operator import itemgetter

from sitegen import links
from sitegen.model import Condition, Kind, Postmortem, Status, Window
from sitegen.pages.api.changes import changed
from sitegen.pages.api.export import Export, Json
from sitegen.pages.api.ids import component_id
from sitegen.pages.api.verdict import declare
from sitegen.timeline import Phase, Step, Timeline, worst
from sitegen.words import N_

_LOST = N_(
    "This entry could not be read completely. What is missing may matter: treat the state of its services as unknown."
)


def incident(export: Export, line: Timeline) -> Json:
    """An incident."""
    return {**_entry(export, line), "reminder_intervals": None}


def maintenance(export: Export, line: Timeline) -> Json:
    """A maintenance; one whose window can't be read has one without length."""
    window = line.window or Window(line.started, line.started)
    return {
        **_entry(export, line),
        "scheduled_for": export.stamp(window.start),
        "scheduled_until": export.stamp(window.end),
    }


def _entry(export: Export, line: Timeline) -> Json:
    is_planned = line.kind is Kind.MAINTENANCE
    begun = line.created if is_planned else line.started
    monitored = next((step.update.at for step in line.steps if step.status is Status.MONITORING), None)
    return {
        "id": export.ids.incident(line.incident),
        "name": export.name(line.title),
        "status": _status(line),
        "created_at": export.stamp(line.created),
        "updated_at": export.stamp(changed(line)),
        "monitoring_at": export.stamp(monitored) if monitored else None,
        "resolved_at": export.stamp(line.ended) if line.ended else None,
        "impact": "maintenance" if is_planned else line.impact.value,
        "shortlink": links.absolute(export.site, links.incident_page(line.id)),
        "started_at": export.stamp(begun),
        "page_id": export.page_id,
        "incident_updates": _updates(export, line),
        "components": export.of(line.conditions),
    }


def _status(line: Timeline) -> str:
    if line.phase is Phase.OVER and _account(line) is not None:
        return "postmortem"
    return _word(line, line.status)


def _word(line: Timeline, status: Status | None) -> str:
    """The API's word for a status: it knows no cancellation, and always has one."""
    if status is Status.CANCELLED:
        return Status.COMPLETED.value
    first = Status.SCHEDULED if line.kind is Kind.MAINTENANCE else Status.INVESTIGATING
    return (status or first).value


def _account(line: Timeline) -> Postmortem | None:
    """The published post-mortem of an incident; of a maintenance the API knows none."""
    account = line.incident.postmortem
    if account is None or account.published is None or line.kind is Kind.MAINTENANCE:
        return None
    return account if account.published <= line.moment else None


def _updates(export: Export, line: Timeline) -> list[Json]:
    """What was said, newest first, and never nothing: consumers look at the first without asking."""
    said = [(step.update.at, _step(export, line, step)) for step in reversed(line.steps)]
    account = _account(line)
    if account is not None and account.published is not None:
        own, body = export.ids.note(line.incident, "postmortem"), export.prose(account.body)
        told = _update(export, line, own, "postmortem", body, account.published)
        said.insert(0, (account.published, told))
    if not line.steps:
        said.append((line.created, _lost(export, line)))
    return [update for _, update in sorted(said, key=itemgetter(0), reverse=True)]


def _step(export: Export, line: Timeline, step: Step) -> Json:
    update, own = step.update, export.ids.update(line.incident, step.update)
    body = export.prose(update.message)
    if update.retracted is not None:
        # Plain text can't be struck out, and must not be said again.
        mark = export.language.gettext("Retracted:")
        body = f"{mark} {export.prose(update.retracted)}"
    written = _update(export, line, own, _word(line, step.status), body, update.at)
    if update.edited is not None and update.edited.at <= line.moment:
        written["updated_at"] = export.stamp(max(update.at, update.edited.at))
    written["affected_components"] = _affected(export, line, step) or None
    return written


def _lost(export: Export, line: Timeline) -> Json:
    """What stands for an entry of which no update could be read."""
    own, body = export.ids.note(line.incident, "lost"), export.language.gettext(_LOST)
    return _update(export, line, own, _word(line, line.status), body, line.created)


def _update(export: Export, line: Timeline, own: str, status: str, body: str, at: datetime) -> Json:
    return {
        "id": own,
        "status": status,
        "body": body,
        "incident_id": export.ids.incident(line.incident),
        "created_at": export.stamp(at),
        "updated_at": export.stamp(at),
        "display_at": export.stamp(at),
        "affected_components": None,
        "deliver_notifications": False,
        "custom_tweet": None,
        "tweet_id": None,
    }


def _affected(export: Export, line: Timeline, step: Step) -> list[Json]:
    """What the entry did to each component that it had named by then: before and after the update."""
    named = {*line.incident.components, *(key for one in line.steps[: step.number] for key in one.changes)}
    return [
        {
            "code": component_id(component),
            "name": export.full_name(component),
            "old_status": declare(_before(line, step, component.key)).value,
            "new_status": declare(_after(line, step.update.at, component.key)).value,
        }
        for component in export.named(named)
    ]


def _before(line: Timeline, step: Step, key: str) -> Condition:
    """Until an entry is told of, all is well, whenever it began."""
    if step.number == 1:
        return Condition.OPERATIONAL
    at = step.update.at
    spans = (span for span in line.spans if span.component == key and span.start < at <= (span.end or at))
    return worst(span.condition for span in spans)


def _after(line: Timeline, at: datetime, key: str) -> Condition:
    spans = (span for span in line.spans if span.component == key and span.start <= at)
    return worst(span.condition for span in spans if span.end is None or at < span.end)
