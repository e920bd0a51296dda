"""One line of a plan: what is decided about one announcement on one channel, and why."""

from enum import StrEnum

import msgspec

from sitegen.announce import Announcement
from sitegen.compose import Draft
from sitegen.model import Channel, Delivery

ATTEMPTS = 3
"""One send and at most two repetitions; after that a person has to look (CHANNELS.md, "In doubt")."""


class Decision(StrEnum):
    """What happens to one announcement on one channel in this run; `take-over` finishes what another run began."""

    DONE = "done"
    DELIVER = "deliver"
    TAKE_OVER = "take-over"
    WAIT = "wait"
    SKIP = "skip"


class Deed(StrEnum):
    """What saying it means on the platform.

    A new post, a comment below an older one (which then shows the new words as well), other words in what stands
    there, or taking a post away.
    """

    SEND = "send"
    COMMENT = "comment"
    EDIT = "edit"
    DELETE = "delete"

    @property
    def publishes(self) -> bool:
        """Whether it puts up something new, which must not happen twice; the others may be repeated."""
        return self in (Deed.SEND, Deed.COMMENT)


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One announcement on one channel: what is decided, why, and the exact words; `entry` is what the ledger knows.

    `targets` are the posts that get these words instead of theirs, or are deleted; `below` is the post that a comment
    is made on, None for any other deed. `cost` is what the platform asks for it in US dollars.

    `repeats` is False where a text that did not arrive must not be sent again, for `reason`: taking it over means to
    look for it, and no more. `recorded` marks a skip that is to be remembered: the channel hears of this incident, or
    will in this run, and the next run must not say old words after the new ones; what waited for being sent is
    closed by it.
    """

    key: str
    channel: Channel
    announcement: Announcement
    decision: Decision
    deed: Deed = Deed.SEND
    reason: str = ""
    draft: Draft | None = None
    entry: Delivery | None = None
    targets: tuple[Delivery, ...] = ()
    below: Delivery | None = None
    cost: float = 0.0
    repeats: bool = True
    recorded: bool = False

    @property
    def story(self) -> str:
        """The incident: items of one story are delivered in order."""
        return self.announcement.incident.id

    @property
    def speaks(self) -> bool:
        """Whether the run acts on it."""
        return self.decision in (Decision.DELIVER, Decision.TAKE_OVER)
