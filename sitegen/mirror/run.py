"""One run over all channels side by side: each in order within an incident, none waiting for another."""

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby

import msgspec

from sitegen.announce import Announcement, Stage
from sitegen.channel import Client, Rejected, RetryLater, Unclear
from sitegen.ledger import LedgerError, Snapshot, update
from sitegen.mirror.delivery import Courier, Outcome, Round
from sitegen.mirror.item import Decision, Item
from sitegen.mirror.plan import find_forgotten, plan
from sitegen.model import Channel, Delivery, DeliveryState

MOST_POSTS = 20
"""More posts than this on one channel in one run are left to the next: a mistake must not become a flood."""


class Report(msgspec.Struct, frozen=True):
    """What one run did on one channel; `stopped` says why it ended early, empty where it did not.

    `forgotten` is what is in doubt and stands in no file any more.
    """

    channel: str
    outcomes: tuple[Outcome, ...]
    waiting: tuple[Item, ...]
    stopped: str = ""
    forgotten: tuple[Delivery, ...] = ()

    @property
    def needs_a_person(self) -> bool:
        """Whether something is left that no later run will mend by itself."""
        states = [outcome.entry.state for outcome in self.outcomes if outcome.entry is not None]
        stuck = any("a person" in item.reason for item in self.waiting)
        return (
            bool(self.stopped or self.forgotten)
            or stuck
            or DeliveryState.IN_DOUBT in states
            or DeliveryState.REJECTED in states
        )


def run(
    channels: Mapping[str, tuple[Channel, Client]],
    announcements: tuple[Announcement, ...],
    around: Round,
    tell: Callable[[Outcome], None],
) -> tuple[Report, ...]:
    """Deliver everything that is due, and tell of each post as it happens (from the channels' threads)."""

    def run_one(pair: tuple[Channel, Client]) -> Report:
        return run_channel(*pair, announcements, around, tell)

    with ThreadPoolExecutor(max_workers=max(1, len(channels))) as pool:
        return tuple(pool.map(run_one, channels.values()))


def run_channel(
    channel: Channel,
    client: Client,
    announcements: tuple[Announcement, ...],
    around: Round,
    tell: Callable[[Outcome], None],
) -> Report:
    """Deliver everything that is due on one channel; its failures end up in the report."""
    return _ChannelRun(channel, client, announcements, around, tell).run()


class _ChannelRun:
    """One channel in one run."""

    def __init__(
        self,
        channel: Channel,
        client: Client,
        announcements: tuple[Announcement, ...],
        around: Round,
        tell: Callable[[Outcome], None],
    ) -> None:
        self.channel, self.client, self.ledger = channel, client, around.ledger
        self.announcements, self.settings, self.clock, self.tell = announcements, around.settings, around.clock, tell
        self.courier = Courier(channel, client, around)
        self.outcomes: list[Outcome] = []
        self.waiting: list[Item] = []

    def run(self) -> Report:
        """Every story of the channel; a failure of this channel ends this channel alone."""
        stopped = ""
        forgotten: tuple[Delivery, ...] = ()
        try:
            self.client.identify()
            items = self._plan(self.announcements)
            forgotten = self._find_forgotten(items)
            busy = {item.story for item in items if self._is_due(item)}
            for incident, story in groupby(self.announcements, key=lambda one: one.incident.id):
                if incident in busy:
                    self._tell_story(tuple(story))
        except (Rejected, RetryLater, Unclear) as error:
            stopped = error.reason
        except LedgerError as error:
            stopped = str(error)
        return Report(self.channel.name, tuple(self.outcomes), tuple(self.waiting), stopped, forgotten)

    def _find_forgotten(self, items: tuple[Item, ...]) -> tuple[Delivery, ...]:
        return find_forgotten(items, self.ledger.read(), self.channel, self.settings, self.clock.now())

    def _is_due(self, item: Item) -> bool:
        return item.recorded or item.decision in (Decision.DELIVER, Decision.TAKE_OVER, Decision.WAIT)

    def _plan(self, story: Iterable[Announcement]) -> tuple[Item, ...]:
        snapshot = self.ledger.read()
        return plan(story, snapshot, self.channel, self.client.traits, self.settings, self.clock.now())

    def _tell_story(self, story: tuple[Announcement, ...]) -> None:
        """The items of one incident in order; what waits holds up what follows, but not the end."""
        self._record_skips(self._plan(story))
        seen: set[str] = set()
        while (item := self._next(story, seen)) is not None and len(self.outcomes) < MOST_POSTS:
            seen.add(item.key)
            outcome = self.courier.deliver(item)
            self.outcomes.append(outcome)
            self.tell(outcome)

    def _next(self, story: tuple[Announcement, ...], seen: set[str]) -> Item | None:
        """The next item to deliver, planned anew: what was posted a moment ago changes what comes now."""
        held = False
        for item in self._plan(story):
            if item.decision in (Decision.DONE, Decision.SKIP):
                continue
            if item.decision is Decision.WAIT or item.key in seen:
                held = True
                self.waiting += [item] if item.decision is Decision.WAIT and item not in self.waiting else []
            elif not held or item.announcement.stage is Stage.END:
                return item
        return None

    def _record_skips(self, items: Iterable[Item]) -> None:
        """Remember what is skipped; what waited for being sent is closed by it."""
        skips = {item.key: (item.entry, self._skipped(item)) for item in items if item.recorded}
        if skips:
            update(self.ledger, lambda snapshot: _unchanged(skips, snapshot))

    def _skipped(self, item: Item) -> Delivery:
        if item.entry is not None:
            return msgspec.structs.replace(item.entry, state=DeliveryState.SKIPPED, lease=None, reason=item.reason)
        return Delivery(
            key=item.key,
            channel=self.channel.name,
            account=self.channel.account,
            language=self.channel.language or self.settings.site.default_language,
            incident=item.story,
            part=item.announcement.part,
            saying=item.announcement.saying,
            state=DeliveryState.SKIPPED,
            since=self.clock.now(),
            reason=item.reason,
        )


def _unchanged(
    entries: Mapping[str, tuple[Delivery | None, Delivery]], snapshot: Snapshot
) -> Mapping[str, Delivery] | None:
    """The new entries whose old ones are still what was planned on."""
    fitting = {key: new for key, (old, new) in entries.items() if snapshot.deliveries.get(key) == old}
    return fitting or None
