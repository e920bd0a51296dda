"""What would be said now, handed to the preview by those who can plan it."""

from collections.abc import Callable, Mapping
from datetime import datetime

import msgspec

from sitegen.ledger import Snapshot
from sitegen.mirror.item import Item
from sitegen.mirror.kit import Copy
from sitegen.model import Channel, Settings


class Outlook(msgspec.Struct, frozen=True, kw_only=True):
    """The plan of every channel by its name at the moment (UTC), and the texts to copy.

    `read` is when the ledger `known` was as it is in here (UTC), None where it never could be read: then the plan
    stands as if every channel were connected and nothing had been said. `trouble` is why it could not be read now, in
    a sentence, else empty.
    """

    settings: Settings
    channels: tuple[Channel, ...]
    moment: datetime
    plans: Mapping[str, tuple[Item, ...]]
    copies: tuple[Copy, ...]
    known: Snapshot
    read: datetime | None
    trouble: str = ""


Look = Callable[[], Outlook | None]
"""Gives the outlook as things stand; None where `sitegen.yaml` can't be used."""
