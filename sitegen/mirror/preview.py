"""What a person wants to know of a plan's items before they are said: how long, below which post, for how much."""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from sitegen.channel import Traits
from sitegen.channels import CHANNELS
from sitegen.ledger import Snapshot
from sitegen.mirror.item import Decision, Deed, Item
from sitegen.mirror.said import standing
from sitegen.model import Delivery


class Above(msgspec.Struct, frozen=True):
    """The post that another one stands below: `url` is empty while it is only planned itself."""

    part: str
    text: str
    url: str = ""


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """An item with what a plan leaves to those who look at it.

    `length` is counted as the platform does, None where nothing is written; `limit` is what the text was cut to, and
    `maximum` what the platform itself takes, None for no limit. `picture` is the name of the picture that goes along,
    empty where there is none or the channel takes none. `comments` are the texts that stand already below the post
    that this one comments on or edits.
    """

    item: Item
    length: int | None
    limit: int | None
    maximum: int | None
    picture: str = ""
    above: Above | None = None
    comments: tuple[str, ...] = ()

    @property
    def until(self) -> datetime | None:
        """Until when it waits (UTC), None where it does not or nobody knows."""
        entry = self.item.entry
        return entry.lease if self.item.decision is Decision.WAIT and entry is not None else None

    @property
    def measure(self) -> str:
        """The length of what is allowed: `212/270 of 280`, or `212 characters`; empty where nothing is written."""
        if self.length is None:
            return ""
        of = "" if self.maximum is None else f" of {self.maximum}"
        return f"{self.length} characters" if self.limit is None else f"{self.length}/{self.limit}{of}"


def show(items: Iterable[Item], known: Snapshot) -> tuple[Shown, ...]:
    """The items of one channel's plan as `plan` gave them, made over the same snapshot."""
    shown: list[Shown] = []
    newest: dict[str, Item] = {}
    for item in items:
        shown.append(_show(item, known, newest.get(item.story)))
        if item.speaks and item.deed is Deed.SEND:
            newest[item.story] = item
    return tuple(shown)


def total(items: Iterable[Item]) -> float:
    """What the items cost together, in US dollars."""
    return sum(item.cost for item in items)


def _show(item: Item, known: Snapshot, before: Item | None) -> Shown:
    traits = CHANNELS[item.channel.kind].traits()
    return Shown(
        item=item,
        length=None if item.draft is None else traits.measure(item.draft.text),
        limit=traits.limit,
        maximum=traits.maximum,
        picture=item.draft.image if item.draft is not None and traits.pictures else "",
        above=None if item.draft is None else _find_above(item, traits, known, before),
        comments=_find_comments(item, known),
    )


def _find_above(item: Item, traits: Traits, known: Snapshot, before: Item | None) -> Above | None:
    """The post that it answers: what it comments on, else in a thread the newest of its story."""
    if item.below is not None:
        return _stands(item.below)
    if item.deed is not Deed.SEND or not (item.channel.thread and traits.threads):
        return None
    if before is not None:
        return Above(before.announcement.part, before.draft.text if before.draft else "")
    own = (one for one in known.deliveries.values() if one.channel == item.channel.name)
    story = standing(one for one in own if one.incident == item.story)
    return _stands(story[-1]) if story else None


def _stands(post: Delivery) -> Above:
    return Above(post.part, post.text, post.url)


def _find_comments(item: Item, known: Snapshot) -> tuple[str, ...]:
    posts = {one.remote_id for one in (item.below, *item.targets) if one is not None}
    own = (one for one in known.deliveries.values() if one.channel == item.channel.name and one.key != item.key)
    return tuple(one.text for one in standing(own) if one.reply_to and one.reply_to in posts) if posts else ()
