"""A channel with its real client against the simulated platform, whose clock the engine's waiting moves."""

from datetime import datetime, timedelta

import msgspec

from sitegen.announce import announce
from sitegen.mirror.delivery import Round
from sitegen.mirror.run import Report, run_channel
from sitegen.model import Connection, DeliveryState, Incident
from tests.channels.contract import open_client
from tests.ledger.memory import MemoryLedger
from tests.mirror.stories import settings
from tests.simulators.base import Clock, Simulator

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(40)


class Night:
    """An engine whose time is the simulator's, one channel, and a ledger in memory."""

    def __init__(self, platform: Simulator, clock: Clock, mode: str = "post") -> None:
        self.platform, self.clock, self.ledger = platform, clock, MemoryLedger()
        self.channel = msgspec.structs.replace(platform.channel(), mode=mode)
        snapshot = self.ledger.read()
        self.ledger.append(snapshot, {self.channel.name: self._connection()})

    def now(self) -> datetime:
        """The moment, on the simulator's clock."""
        return self.clock()

    def sleep(self, time: timedelta) -> None:
        """Waiting moves that clock."""
        self.clock.advance(time)

    def say(self, told: Incident) -> Report:
        """One run over what should have been said of the incident by now."""
        around = Round(
            ledger=self.ledger,
            settings=settings(),
            clock=self,
            owner="run",
            read_picture={"curve.png": PICTURE}.__getitem__,
        )
        client = open_client(self.platform)
        return run_channel(self.channel, client, announce((told,), self.now()), around, lambda outcome: None)

    def say_later(self, told: Incident) -> Report:
        """The same when every lease and every pause is over."""
        self.clock.advance(timedelta(hours=1))
        return self.say(told)

    def states(self) -> list[DeliveryState]:
        """Where every delivery stands."""
        return [entry.state for entry in self.ledger.read().deliveries.values()]

    def _connection(self) -> Connection:
        return Connection(
            channel=self.channel.name,
            kind=self.channel.kind,
            account=self.channel.account,
            remote_id=self.channel.account,
            language="en",
            since=self.now() - timedelta(hours=2),
        )


def begun(whole: Incident, updates: int) -> Incident:
    """The incident when only so many of its updates were written."""
    return msgspec.structs.replace(whole, updates=whole.updates[:updates])
