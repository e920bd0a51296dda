"""Delivers one channel's items, each at most once: claim, look again, send, record, and look before repeating."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Protocol

import msgspec

from sitegen.channel import Client, Guarantee, Post, Receipt, Rejected, ReplyRefused, RetryLater, Unclear
from sitegen.compose import channel_language
from sitegen.ledger import Ledger, Snapshot, update
from sitegen.mirror.item import ATTEMPTS, Decision, Deed, Item
from sitegen.mirror.said import standing
from sitegen.model import Channel, Delivery, DeliveryState, Settings

LEASE = timedelta(minutes=10)


class Clock(Protocol):
    """What time it is (UTC), and waiting: an argument, so that tests own the time."""

    def now(self) -> datetime:
        """The moment."""

    def sleep(self, time: timedelta) -> None:
        """Come back after that time."""


class Outcome(msgspec.Struct, frozen=True):
    """What became of an item in this run: how the ledger knows it now; None where another run has it."""

    item: Item
    entry: Delivery | None


class Round(msgspec.Struct, frozen=True, kw_only=True):
    """What all channels of one run have in common.

    `owner` is the run's random name; `read_picture` gives a picture's bytes by its name, none where there is no such
    picture.
    """

    ledger: Ledger
    settings: Settings
    clock: Clock
    owner: str
    read_picture: Callable[[str], bytes] = lambda name: b""


class _Fenced(Exception):  # noqa: N818 - not an error: somebody else goes on
    """The claim is not ours any more, or its lease is too short for one more request."""

    def __init__(self, entry: Delivery) -> None:
        super().__init__(entry.key)
        self.entry = entry


class Courier:
    """Carries the items of one channel for one run."""

    def __init__(self, channel: Channel, client: Client, around: Round) -> None:
        self.channel, self.client, self.ledger = channel, client, around.ledger
        self.settings, self.clock, self.owner = around.settings, around.clock, around.owner
        self.read_picture = around.read_picture
        self.settle = client.traits.settle if channel.settle is None else channel.settle

    def deliver(self, item: Item) -> Outcome:
        """Bring one item to where the ledger can leave it."""
        entry = self._claim(item)
        if entry is None:
            return Outcome(item, None)
        if item.decision is Decision.TAKE_OVER:
            entry = self._take_over(item, entry)
            if entry.state is not DeliveryState.CLAIMED:
                return Outcome(item, entry)
        return Outcome(item, self._send(item, entry))

    def _claim(self, item: Item) -> Delivery | None:
        """Our claim by compare-and-swap, None where somebody else was faster; a taken over text stays as it was."""
        seen = item.entry

        def decide(snapshot: Snapshot) -> Mapping[str, Delivery] | None:
            if snapshot.deliveries.get(item.key) != seen:
                return None
            return {item.key: self._claimed(item)}

        entry = update(self.ledger, decide).deliveries.get(item.key)
        return entry if entry is not None and self._is_mine(entry) else None

    def _claimed(self, item: Item) -> Delivery:
        now = self.clock.now()
        if item.entry is not None:
            repeats = item.entry.state is not DeliveryState.WAITING  # what waits was surely not sent
            return msgspec.structs.replace(
                item.entry,
                state=DeliveryState.CLAIMED,
                owner=self.owner,
                lease=now + LEASE,
                attempt=item.entry.attempt + repeats,
            )
        draft, announcement = item.draft, item.announcement
        return Delivery(
            key=item.key,
            channel=self.channel.name,
            account=self.channel.account,
            language=channel_language(self.channel, self.settings),
            incident=announcement.incident.id,
            part=announcement.part,
            saying=announcement.saying,
            state=DeliveryState.CLAIMED,
            since=now,
            owner=self.owner,
            lease=now + LEASE,
            attempt=1,
            text=draft.text if draft else "",
            title=draft.title if draft else "",
            link=draft.link if draft else "",
            image=draft.image if draft else "",
            alt=draft.alt if draft else "",
        )

    def _is_mine(self, entry: Delivery) -> bool:
        return entry.state is DeliveryState.CLAIMED and entry.owner == self.owner

    def _take_over(self, item: Item, entry: Delivery) -> Delivery:
        """Look for what an earlier attempt may have left, having fenced it off with our claim first.

        The claim makes the former owner's check before sending fail; whatever it had sent before is on the timeline
        when the settle time is over, whichever clock was wrong. Only then may the same text be sent again.
        """
        guarantee = self.client.traits.guarantee
        if guarantee is Guarantee.NONE:
            return self._record(entry, DeliveryState.IN_DOUBT, reason=entry.reason or "it may have arrived or not")
        if guarantee is Guarantee.DROPS_COPIES or not item.deed.publishes:
            return self._repeat(item, entry)
        for _ in range(2):
            self.clock.sleep(self.settle)
            try:
                receipt = self.client.find(self._post(entry, item.below), entry.since)
            except (Rejected, RetryLater, Unclear) as error:
                return self._record(entry, DeliveryState.IN_DOUBT, reason=f"the timeline can't be read: {error.reason}")
            if receipt is not None:
                return self._adopt(entry, receipt, item.below)
        return self._repeat(item, entry)

    def _repeat(self, item: Item, entry: Delivery) -> Delivery:
        """Our claim, where the same words may be sent again; else what the ledger knows of it now."""
        if not item.repeats:
            return self._record(entry, DeliveryState.SKIPPED, reason=item.reason)
        if entry.attempt > ATTEMPTS:
            return self._record(entry, DeliveryState.IN_DOUBT, reason=entry.reason or "it was sent and never seen")
        return entry

    def _adopt(self, entry: Delivery, receipt: Receipt, below: Delivery | None) -> Delivery:
        """Take what stands there for ours, unless it is known to be another delivery's."""
        deliveries = self.ledger.read().deliveries.values()
        same = (one for one in deliveries if (one.channel, one.remote_id) == (entry.channel, receipt.remote_id))
        if any(one.key != entry.key for one in same):
            return self._record(entry, DeliveryState.IN_DOUBT, reason=f"{receipt.url} is there for another update")
        return self._posted(entry, receipt, below)

    def _send(self, item: Item, entry: Delivery) -> Delivery:
        """Send once, if the claim still stands, and record what came of it."""
        try:
            return self._act(item, entry)
        except _Fenced as fenced:
            return fenced.entry
        except Rejected as error:
            if error.stops:  # it is the account, not this text: said as soon as a person has mended it
                self._record(entry, DeliveryState.WAITING, reason=error.reason, until=self.clock.now())
                raise
            return self._record(entry, self._refused(entry), reason=error.reason)
        except RetryLater as error:
            return self._record(entry, DeliveryState.WAITING, reason=error.reason, until=error.when)
        except Unclear as error:
            return self._record(entry, DeliveryState.IN_DOUBT, reason=error.reason)

    def _refused(self, entry: Delivery) -> DeliveryState:
        """What a refusal means: where nobody can look, it says nothing of an earlier attempt that perhaps arrived."""
        blind = self.client.traits.guarantee is Guarantee.DROPS_COPIES and entry.attempt > 1
        return DeliveryState.IN_DOUBT if blind else DeliveryState.REJECTED

    def _check_claim(self, entry: Delivery) -> Snapshot:
        """What the ledger knows right before a request; raises _Fenced where that must not be made any more."""
        snapshot = self.ledger.read()
        current = snapshot.deliveries.get(entry.key)
        if current != entry or entry.lease is None or self.clock.now() >= entry.lease - self.client.traits.send_timeout:
            raise _Fenced(current or entry)
        return snapshot

    def _act(self, item: Item, entry: Delivery) -> Delivery:
        """What the item means on the platform, with one request at most that may publish something."""
        match item.deed:
            case Deed.SEND:
                above = self._above(entry, self._check_claim(entry))
                return self._publish(entry, above)
            case Deed.COMMENT:
                return self._comment(item, entry)
            case Deed.EDIT:
                self._edit(item, entry)
            case Deed.DELETE:
                self._delete(item, entry)
        return self._posted(entry, Receipt(item.targets[0].remote_id, item.targets[0].url), None)

    def _publish(self, entry: Delivery, above: Delivery | None) -> Delivery:
        """One post, below another one if the platform lets us (self-serve apps of X may not reply everywhere)."""
        try:
            return self._posted(entry, self.client.send(self._post(entry, above)), above)
        except ReplyRefused:
            if above is None:
                raise
        self._check_claim(entry)
        return self._publish(entry, None)

    def _comment(self, item: Item, entry: Delivery) -> Delivery:
        """The new words in the first post, then as a comment below it; a post of its own where that is gone."""
        try:
            self._edit(item, entry)
        except ReplyRefused:
            below = None
        else:
            below = item.below
        self._check_claim(entry)
        return self._publish(entry, below)

    def _edit(self, item: Item, entry: Delivery) -> None:
        for target in item.targets:
            self._check_claim(entry)
            self.client.edit(target.remote_id, self._post(entry, None))

    def _delete(self, item: Item, entry: Delivery) -> None:
        for target in item.targets:
            self._check_claim(entry)
            self.client.delete(target.remote_id)

    def _above(self, entry: Delivery, snapshot: Snapshot) -> Delivery | None:
        """The newest post of the same story that stands, where the channel makes threads."""
        if not (self.channel.thread and self.client.traits.threads):
            return None
        others = (one for one in snapshot.deliveries.values() if one.channel == self.channel.name)
        story = standing(one for one in others if one.incident == entry.incident)
        return story[-1] if story else None

    def _post(self, entry: Delivery, above: Delivery | None) -> Post:
        """The words frozen with the first claim."""
        return Post(
            key=entry.key,
            text=entry.text,
            title=entry.title,
            link=entry.link,
            reply_to=above.remote_id if above else "",
            picture=self.read_picture(entry.image) if entry.image else b"",
            alt=entry.alt,
        )

    def _posted(self, entry: Delivery, receipt: Receipt, above: Delivery | None) -> Delivery:
        reply_to = above.remote_id if above else ""
        return self._record(
            entry, DeliveryState.POSTED, remote_id=receipt.remote_id, url=receipt.url, reply_to=reply_to, reason=""
        )

    def _record(
        self, entry: Delivery, state: DeliveryState, *, until: datetime | None = None, **facts: str
    ) -> Delivery:
        """Write what came of our claim; where it is not ours any more, the ledger is right as it is.

        An accepted post is recorded even then: the platform's word is final, and the other run is only looking.
        """
        wanted = msgspec.structs.replace(entry, state=state, owner="", lease=until, recorded=self.clock.now(), **facts)

        def decide(snapshot: Snapshot) -> Mapping[str, Delivery] | None:
            current = snapshot.deliveries.get(entry.key)
            is_open = current is not None and current.state is not DeliveryState.POSTED
            if current == entry or (state is DeliveryState.POSTED and is_open):
                return {entry.key: wanted}
            return None

        return update(self.ledger, decide).deliveries[entry.key]
