"""A simulated platform with a channel that is connected to it: said through the real run, looked at by inspection."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import msgspec

from sitegen.announce import announce
from sitegen.channel import Client, Post
from sitegen.channels import CHANNELS
from sitegen.channels.credentials import collect
from sitegen.compose import channel_language
from sitegen.ledger import update
from sitegen.mirror.delivery import Round
from sitegen.mirror.fates import Basis
from sitegen.mirror.inspection import Inspection, Visit, inspect_channel
from sitegen.mirror.run import run_channel
from sitegen.model import Connection, Delivery, Incident, Settings
from tests.channels.contract import LIMITS, open_simulator
from tests.ledger.memory import MemoryLedger
from tests.simulators.base import Clock, Simulator
from tests.unit.telling import SETTINGS


class _Hands:
    """The simulator's clock, as runs wait by it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def now(self) -> datetime:
        """The moment."""
        return self._clock()

    def sleep(self, time: timedelta) -> None:
        """Let it pass."""
        self._clock.advance(time)


class Place:
    """One channel; `simulator` is its platform and `ledger` what was said there."""

    def __init__(self, simulator: Simulator, clock: Clock, **more: object) -> None:
        self.simulator, self.clock, self.ledger = simulator, clock, MemoryLedger()
        self.channel = msgspec.structs.replace(simulator.channel(), link="every", settle=timedelta(), **more)
        self.settings: Settings = msgspec.structs.replace(SETTINGS, channels=(self.channel,))
        self._connect()

    def client(self) -> Client:
        """A client as commands open it."""
        credentials = collect(self.channel.name, self.simulator.environment())
        return CHANNELS[self.channel.kind].open_client(self.channel, credentials, clock=self.clock, limits=LIMITS)

    def say(self, *incidents: Incident) -> None:
        """One run of the mirror, now."""
        around = Round(ledger=self.ledger, settings=self.settings, clock=_Hands(self.clock), owner="run")
        told = announce(incidents, self.clock())
        report = run_channel(self.channel, self.client(), told, around, lambda outcome: None)
        assert report.stopped == ""

    def pass_until(self, clock: str) -> None:
        """Let time pass until then, `04:01` of the night."""
        hour, minute = map(int, clock.split(":"))
        self.clock.advance(self.clock().replace(hour=hour, minute=minute) - self.clock())

    def record(self, entry: Delivery) -> None:
        """Put an entry into the ledger."""
        update(self.ledger, lambda known: {entry.key: entry})

    def entries(self) -> tuple[Delivery, ...]:
        """What was said, the oldest first."""
        return tuple(sorted(self.ledger.read().deliveries.values(), key=lambda one: one.since))

    def edit_by_hand(self, remote_id: str, text: str) -> None:
        """Somebody with the same rights changes a post."""
        self.client().edit(remote_id, Post(key="", text=text))

    def look(self, *incidents: Incident, unread: tuple[str, ...] = (), most: int = 20) -> Inspection:
        """What a check finds on the channel now; the files hold these incidents."""
        visit = Visit(self.channel, CHANNELS[self.channel.kind].traits(), self.client)
        return inspect_channel(visit, self.basis(*incidents, unread=unread), most)

    def basis(self, *incidents: Incident, unread: tuple[str, ...] = ()) -> Basis:
        """What the channel is compared with."""
        return Basis(
            settings=self.settings,
            incidents=incidents,
            unread=frozenset(unread),
            announcements=announce(incidents, self.clock()),
            known=self.ledger.read(),
            moment=self.clock(),
        )

    def _connect(self) -> None:
        account = self.client().identify()
        connection = Connection(
            channel=self.channel.name,
            kind=self.channel.kind,
            account=self.channel.account,
            remote_id=account.remote_id,
            language=channel_language(self.channel, self.settings),
            since=self.clock() - timedelta(days=1),
        )
        update(self.ledger, lambda known: {self.channel.name: connection})


@contextmanager
def place(kind: str, **more: object) -> Iterator[Place]:
    """A platform of this kind at 03:01 of the night, with nothing said yet; `more` are settings of the channel."""
    clock = Clock()
    clock.advance(-timedelta(minutes=30))
    with open_simulator(kind, clock) as simulator:
        yield Place(simulator, clock, **more)
