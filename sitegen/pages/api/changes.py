"""When something came about and when it last changed, as far as it can be known at a moment."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sitegen.history import midnight
from sitegen.model import Component
from sitegen.timeline import Timeline

# Stands where nothing is known: the API has no word for that.
NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def created(line: Timeline) -> datetime:
    """When an entry was first told of, in UTC."""
    return line.steps[0].update.at if line.steps else line.started


def changed(line: Timeline) -> datetime:
    """The newest thing that was said of an entry, or that the clock did to it, in UTC."""
    return max((at for at in _changes(line) if at <= line.moment), default=created(line))


def _changes(line: Timeline) -> Iterator[datetime]:
    for step in line.steps:
        yield step.update.at
        if step.update.edited is not None:
            yield step.update.edited.at
    if line.ended is None or line.started <= line.ended:
        yield line.started
    account = line.incident.postmortem
    if account is not None and account.published is not None:
        yield account.published


def first_known(component: Component, zone: ZoneInfo) -> datetime:
    """The start of the first day that is known about, in UTC."""
    return NEVER if component.since is None else max(NEVER, midnight(component.since, zone))


def last_turns(lines: Iterable[Timeline]) -> Mapping[str, datetime]:
    """When an entry last began or ended to affect each component, by its key, in UTC."""
    turns: dict[str, datetime] = {}
    for line in lines:
        for span in line.spans:
            edges = (span.start, span.end or span.start, turns.get(span.component, NEVER))
            turns[span.component] = max(at for at in edges if at <= line.moment)
    return turns
