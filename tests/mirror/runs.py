"""Runs of the engine with real clients at a simulated platform, on machines whose clocks may be wrong."""

from datetime import datetime, timedelta

import msgspec

from sitegen.announce import announce
from sitegen.ledger import Ledger
from sitegen.mirror.delivery import Round
from sitegen.mirror.run import Report, run_channel
from sitegen.model import Channel, DeliveryState, Incident
from tests.channels.contract import open_client
from tests.mirror.places import Place

SETTLED = timedelta(minutes=30)
"""After so long every lease is over, every request has ended, and every timeline shows what was accepted."""


class SkewedHands:
    """A machine's own clock, ahead of the simulator's or behind it; waiting lets the simulator's time pass."""

    def __init__(self, there: Place, skew: timedelta) -> None:
        self._clock, self._skew = there.clock, skew

    def now(self) -> datetime:
        """What this machine takes for the moment."""
        return self._clock() + self._skew

    def sleep(self, time: timedelta) -> None:
        """Let that much time pass."""
        self._clock.advance(time)


def run(
    there: Place,
    *told: Incident,
    channel: Channel | None = None,
    ledger: Ledger | None = None,
    skew: timedelta = timedelta(),
    owner: str = "run",
) -> Report:
    """One run over what should have been said by now, on the place's channel or another view of it."""
    clock = SkewedHands(there, skew)
    around = Round(ledger=ledger or there.ledger, settings=there.settings, clock=clock, owner=owner)
    channel = channel or msgspec.structs.replace(there.channel, settle=None)
    client = open_client(there.simulator, channel.account)
    return run_channel(channel, client, announce(told, clock.now()), around, lambda outcome: None)


def run_later(there: Place, *told: Incident) -> Report:
    """The same when everything that was under way is over."""
    there.clock.advance(SETTLED)
    return run(there, *told)


def states(there: Place) -> set[DeliveryState]:
    """In which states the deliveries are."""
    return {entry.state for entry in there.entries()}


def said(there: Place) -> list[str]:
    """The texts that the platform accepted, in order."""
    return [one.text for one in there.simulator.accepted]
