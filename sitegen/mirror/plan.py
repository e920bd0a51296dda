"""What a run will do on each channel and why: announcements minus what the ledger knows; it writes nothing."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import groupby

from sitegen.announce import Announcement
from sitegen.channel import Traits
from sitegen.ledger import Snapshot
from sitegen.mirror.hearing import Situation
from sitegen.mirror.item import ATTEMPTS, Decision, Deed, Item
from sitegen.mirror.said import Story, find_entries, is_connected, tell
from sitegen.mirror.story import is_settled, plan_story
from sitegen.model import Channel, Delivery, DeliveryState, Incident, Settings

__all__ = ["ATTEMPTS", "Decision", "Deed", "Item", "find_forgotten", "is_connected", "plan"]


def plan(
    announcements: Iterable[Announcement],
    known: Snapshot,
    channel: Channel,
    traits: Traits,
    settings: Settings,
    moment: datetime,
) -> tuple[Item, ...]:
    """The items of one channel at the moment (UTC), in the order of delivery; none where it is not connected.

    The announcements stand by incident and in their order, as `announce` gives them. An incident about which nothing
    is left to decide has no items: all was said or decided before, or it is long past and the channel never heard.
    """
    if not is_connected(known, channel, settings):
        return ()
    situation = Situation(channel, traits, settings, known.connections[channel.name], moment)
    told = tuple(announcements)
    entries = find_entries(known, channel, settings, {name for one in told for name in _names(one.incident)})
    items: list[Item] = []
    for _, group in groupby(told, key=lambda one: one.incident.id):
        story = tuple(group)
        said = _join(entries, story[0].incident)
        if not is_settled(story, said, situation):
            items += plan_story(story, said, situation)
    return tuple(items)


def _join(entries: Mapping[str, list[Delivery]], incident: Incident) -> Story:
    """What was said of an incident, also under the ids that it had before; what its id of today says goes first."""
    return tell(entry for name in reversed(_names(incident)) for entry in entries.get(name, ()))


def _names(incident: Incident) -> tuple[str, ...]:
    """Its id, and those that it had before its file was renamed."""
    return (incident.id, *incident.aliases)


def find_forgotten(
    items: Iterable[Item], known: Snapshot, channel: Channel, settings: Settings, moment: datetime
) -> tuple[Delivery, ...]:
    """What is in doubt on a channel, or was left behind by a run that died, and no item of its plan speaks of.

    Its update or incident is gone from the files, so no run will finish it and a person has to look.
    """
    planned = {item.key for item in items}
    left = {entry.incident for entry in known.deliveries.values() if _is_left(entry, moment)}
    found = find_entries(known, channel, settings, left).values()
    return tuple(one for entries in found for one in entries if one.key not in planned and _is_left(one, moment))


def _is_left(entry: Delivery, moment: datetime) -> bool:
    if entry.state is DeliveryState.CLAIMED:
        return entry.lease is None or entry.lease <= moment
    return entry.state is DeliveryState.IN_DOUBT
