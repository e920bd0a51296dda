"""When something came about and when it last changed, as far as it can be known at a moment."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sitegen.history import midnight
from sitegen.model import Component
from sitegen.timeline import Timeline

# Stands where nothing is known: the API has no word for that.
NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def changed(line: Timeline) -> datetime:
    """The newest thing that was said of an entry, or that the clock did to it, in UTC."""
    begun = line.started if line.ended is None or line.started <= line.ended else None
    return max((at for at in (line.touched, begun) if at is not None and at <= line.moment), default=line.created)


def first_known(component: Component, zone: ZoneInfo) -> datetime:
    """The start of the first day that is known about, in UTC."""
    return NEVER if component.since is None else max(NEVER, midnight(component.since, zone))


def last_turns(lines: Iterable[Timeline]) -> Mapping[str, datetime]:
    """When an entry last began or ended to affect each component, by its key, in UTC."""
    turns: dict[str, datetime] = {}
    for line in lines:
        for span in line.spans:
            at = span.start if span.end is None or span.end > line.moment else span.end
            if turns.get(span.component, NEVER) < at <= line.moment:
                turns[span.component] = at
    return turns
