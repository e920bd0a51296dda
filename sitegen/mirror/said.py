"""What the ledger knows of one channel, found by incident."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from sitegen.announce import delivery_key
from sitegen.compose import channel_language
from sitegen.ledger import Snapshot
from sitegen.model import Channel, Delivery, DeliveryState, Saying, Settings

Story = Mapping[tuple[str, Saying], Delivery]
"""The deliveries of one incident on one channel, by what they say."""

FINAL = frozenset({DeliveryState.POSTED, DeliveryState.REJECTED, DeliveryState.SKIPPED})


def find_stories(known: Snapshot, channel: Channel, settings: Settings) -> Mapping[str, Story]:
    """The deliveries of a channel's account by incident.

    By their keys, not by the channel's name: that may be another one today, and so may be the account behind it.
    """
    language = channel_language(channel, settings)
    stories: dict[str, dict[tuple[str, Saying], Delivery]] = defaultdict(dict)
    for entry in known.deliveries.values():
        if entry.account == channel.account and entry.language == language:
            key = delivery_key(channel, language, entry.incident, entry.part, entry.saying)
            if key == entry.key:
                stories[entry.incident][entry.part, entry.saying] = entry
    return stories


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
