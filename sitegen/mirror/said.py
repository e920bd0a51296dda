"""What the ledger knows of one channel, found by incident."""

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping

from sitegen.announce import delivery_key
from sitegen.compose import channel_language
from sitegen.ledger import Snapshot
from sitegen.model import Channel, Delivery, DeliveryState, Saying, Settings

Story = Mapping[tuple[str, Saying], Delivery]
"""The deliveries of one incident on one channel, by what they say."""

FINAL = frozenset({DeliveryState.POSTED, DeliveryState.REJECTED, DeliveryState.SKIPPED})


def find_stories(known: Snapshot, channel: Channel, settings: Settings) -> Mapping[str, Story]:
    """The stories that a channel's account was told, by incident."""
    told = {entry.incident for entry in known.deliveries.values()}
    return {name: tell(entries) for name, entries in find_entries(known, channel, settings, told).items()}


def find_entries(
    known: Snapshot, channel: Channel, settings: Settings, incidents: Container[str]
) -> Mapping[str, list[Delivery]]:
    """The deliveries of a channel's account that are about incidents of these ids, by incident.

    By their keys, not by the channel's name: that may be another one today, and so may be the account behind it.
    """
    language = channel_language(channel, settings)
    found: dict[str, list[Delivery]] = defaultdict(list)
    for entry in known.deliveries.values():
        if entry.incident in incidents and _is_of(entry, channel, language):
            found[entry.incident].append(entry)
    return found


def tell(entries: Iterable[Delivery]) -> Story:
    """The entries of one incident as a story; of two that say the same the later one."""
    return {(entry.part, entry.saying): entry for entry in entries}


def _is_of(entry: Delivery, channel: Channel, language: str) -> bool:
    """Whether the entry is the channel's own."""
    if entry.account != channel.account or entry.language != language:
        return False
    return entry.key == delivery_key(channel, language, entry.incident, entry.part, entry.saying)


def is_connected(known: Snapshot, channel: Channel, settings: Settings) -> bool:
    """Whether a person connected the channel as it is configured now: this account, in this language."""
    connection = known.connections.get(channel.name)
    wanted = (channel.kind, channel.account, channel_language(channel, settings))
    return connection is not None and (connection.kind, connection.account, connection.language) == wanted


def standing(deliveries: Iterable[Delivery]) -> tuple[Delivery, ...]:
    """Those of the deliveries whose posts stand on the platform, oldest first: accepted, and not deleted since."""
    posted = [one for one in deliveries if one.state is DeliveryState.POSTED and one.remote_id]
    # A deletion has no words of its own, and the number of what it took away.
    gone = {one.remote_id for one in posted if one.saying is Saying.RETRACTION and not one.text}
    return tuple(sorted((one for one in posted if one.remote_id not in gone), key=lambda one: (one.since, one.key)))
