"""Delivers one channel's items, each at most once: claim, look again, send, record, and look before repeating."""

from collections.abc import Mapping
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


class Courier:
    """Carries the items of one channel for one run; `owner` is the run's random name."""

    def __init__(
        self, channel: Channel, client: Client, ledger: Ledger, settings: Settings, clock: Clock, owner: str
    ) -> None:
        self.channel, self.client, self.ledger = channel, client, ledger
        self.settings, self.clock, self.owner = settings, clock, owner

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
        if guarantee is Guarantee.DROPS_COPIES or item.deed is not Deed.SEND:
            return entry
        for _ in range(2):
            self.clock.sleep(self.client.traits.settle)
            try:
                receipt = self.client.find(self._post(entry), entry.since)
            except (Rejected, RetryLater, Unclear) as error:
                return self._record(entry, DeliveryState.IN_DOUBT, reason=f"the timeline can't be read: {error.reason}")
            if receipt is not None:
                return self._posted(entry, receipt)
        if not item.repeats:
            return self._record(entry, DeliveryState.SKIPPED, reason=item.reason)
        if entry.attempt > ATTEMPTS:
            return self._record(entry, DeliveryState.IN_DOUBT, reason=entry.reason or "it was sent and never seen")
        return entry

    def _send(self, item: Item, entry: Delivery) -> Delivery:
        """Send once, if the claim still stands, and record what came of it."""
        snapshot = self.ledger.read()
        current = snapshot.deliveries.get(entry.key)
        if current != entry or entry.lease is None or self.clock.now() >= entry.lease - self.client.traits.send_timeout:
            return current or entry
        try:
            receipt = self._act(item, entry, snapshot)
        except Rejected as error:
            if error.stops:  # it is the account, not this text: said as soon as a person has mended it
                self._record(entry, DeliveryState.WAITING, reason=error.reason, until=self.clock.now())
                raise
            return self._record(entry, DeliveryState.REJECTED, reason=error.reason)
        except RetryLater as error:
            return self._record(entry, DeliveryState.WAITING, reason=error.reason, until=error.when)
        except Unclear as error:
            return self._record(entry, DeliveryState.IN_DOUBT, reason=error.reason)
        return self._posted(entry, receipt)

    def _act(self, item: Item, entry: Delivery, snapshot: Snapshot) -> Receipt:
        """The one request that may publish something."""
        post, target = self._post(entry), item.target
        if item.deed is Deed.EDIT and target is not None:
            self.client.edit(target.remote_id, post)
            return Receipt(target.remote_id, target.url)
        if item.deed is Deed.DELETE and target is not None:
            self.client.delete(target.remote_id)
            return Receipt(target.remote_id, target.url)
        above = self._above(entry, snapshot)
        if above is None:
            return self.client.send(post)
        try:
            return self.client.send(msgspec.structs.replace(post, reply_to=above.remote_id))
        except ReplyRefused:  # surely not sent; self-serve apps may not reply everywhere (CHANNELS.md, "X")
            return self.client.send(post)

    def _above(self, entry: Delivery, snapshot: Snapshot) -> Delivery | None:
        """The newest post of the same story that stands, where the channel makes threads."""
        if not (self.channel.thread and self.client.traits.threads):
            return None
        others = (one for one in snapshot.deliveries.values() if one.channel == self.channel.name)
        story = standing(one for one in others if one.incident == entry.incident)
        return story[-1] if story else None

    def _post(self, entry: Delivery) -> Post:
        """The words frozen with the first claim."""
        return Post(key=entry.key, text=entry.text, title=entry.title, link=entry.link)

    def _posted(self, entry: Delivery, receipt: Receipt) -> Delivery:
        return self._record(entry, DeliveryState.POSTED, remote_id=receipt.remote_id, url=receipt.url, reason="")

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
