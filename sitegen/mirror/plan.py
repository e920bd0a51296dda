"""What a run will do on each channel and why: announcements minus what the ledger knows; it writes nothing."""

from collections import ChainMap
from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import groupby

from sitegen.announce import Announcement
from sitegen.channel import Traits
from sitegen.ledger import Snapshot
from sitegen.mirror.hearing import Situation
from sitegen.mirror.item import ATTEMPTS, Decision, Deed, Item
from sitegen.mirror.said import Story, find_stories, is_connected
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
    stories = find_stories(known, channel, settings)
    items: list[Item] = []
    for _, group in groupby(announcements, key=lambda one: one.incident.id):
        story = tuple(group)
        said = _join(stories, story[0].incident)
        if not is_settled(story, said, situation):
            items += plan_story(story, said, situation)
    return tuple(items)


def _join(stories: Mapping[str, Story], incident: Incident) -> Story:
    """What was said of an incident, also under the ids that it had before its file was renamed."""
    said = stories.get(incident.id, {})
    older = [stories[alias] for alias in incident.aliases if alias in stories]
    return dict(ChainMap(*map(dict, (said, *older)))) if older else said


def find_forgotten(
    items: Iterable[Item], known: Snapshot, channel: Channel, settings: Settings, moment: datetime
) -> tuple[Delivery, ...]:
    """What is in doubt on a channel, or was left behind by a run that died, and no item of its plan speaks of.

    Its update or incident is gone from the files, so no run will finish it and a person has to look.
    """
    planned = {item.key for item in items}
    entries = (entry for story in find_stories(known, channel, settings).values() for entry in story.values())
    return tuple(entry for entry in entries if entry.key not in planned and _is_left(entry, moment))


def _is_left(entry: Delivery, moment: datetime) -> bool:
    if entry.state is DeliveryState.CLAIMED:
        return entry.lease is None or entry.lease <= moment
    return entry.state is DeliveryState.IN_DOUBT
