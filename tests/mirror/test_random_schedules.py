"""Whatever crashes, gets lost, comes late or has a wrong clock: nothing is said twice, and nothing is lost."""

import os
from collections import Counter
from datetime import timedelta

import pytest

from sitegen.mirror.delivery import Round
from sitegen.mirror.run import run_channel
from sitegen.model import Channel, DeliveryState
from tests.mirror.stories import announcements, channel, connect, incident, settings
from tests.mirror.world import EDITED, TRAITS, Platform, SkewedClock, SteppedLedger, World

SCHEDULES = int(os.environ.get("SITEGEN_SCHEDULES", "1000"))
STORIES = announcements(incident(1, 2), incident(2, 1))
OPEN = (DeliveryState.IN_DOUBT, DeliveryState.CLAIMED, DeliveryState.WAITING)


TRAITS_OF = {"twitter": TRAITS, "facebook": EDITED}


def start_run(world: World, name: str, skew: timedelta, on: Channel) -> None:
    """One run of the mirror on a machine of its own."""
    clock = SkewedClock(world, skew)
    client = Platform(world, clock, TRAITS_OF[on.name])
    around = Round(ledger=SteppedLedger(world), settings=settings(), clock=clock, owner=name)
    world.start(lambda: run_channel(on, client, STORIES, around, lambda outcome: None))


def play_a_night(world: World, *, crash: float, on: Channel | None = None) -> None:
    """Some runs meet with every fault; then a few more, without faults, find what they left."""
    on = on or channel()
    connect(world.ledger, on)
    world.faults = 0.5
    for round_number in range(3):
        for number in range(world.chance.randint(1, 3)):
            start_run(world, f"run-{round_number}-{number}", timedelta(minutes=world.chance.uniform(-10, 10)), on)
        world.play(crash)
        world.time += timedelta(minutes=world.chance.uniform(0, 15))
    world.faults = world.freezes = 0.0
    for number in range(4):
        world.time += timedelta(minutes=30)
        start_run(world, f"calm-{number}", timedelta(), on)
        world.play()


def said(world: World) -> Counter[str]:
    """How often the platform accepted each delivery."""
    return Counter(one.key for one in world.accepted)


@pytest.mark.slow
@pytest.mark.parametrize("on", ["twitter", "facebook"])
@pytest.mark.parametrize("share", range(10))
def test_promise_1_no_schedule_says_anything_twice_or_loses_it(share: int, on: str) -> None:
    for seed in range(share, SCHEDULES, 10):
        world = World(seed)
        play_a_night(world, crash=0.03, on=channel(on))
        twice = [key for key, times in said(world).items() if times > 1]
        assert not twice, f"seed {seed}: said twice"
        for key, entry in world.ledger.read().deliveries.items():
            told = entry.state in (DeliveryState.POSTED, DeliveryState.SKIPPED)
            assert told or entry.state is DeliveryState.IN_DOUBT, f"seed {seed}: {entry.state} for ever"
            assert (entry.state is not DeliveryState.POSTED) or said(world)[key] == 1, f"seed {seed}: lost"


@pytest.mark.slow
def test_promise_1_a_frozen_run_says_nothing_twice_where_copies_are_refused() -> None:
    for seed in range(SCHEDULES // 5):
        world = World(seed, refuses_copies=True)
        world.freezes = 0.3
        play_a_night(world, crash=0.01)
        assert max(said(world).values(), default=0) <= 1, f"seed {seed}"


@pytest.mark.slow
def test_no_schedule_leaves_an_edited_post_saying_that_things_are_down() -> None:
    for seed in range(SCHEDULES // 2):
        world = World(seed)
        play_a_night(world, crash=0.03, on=channel("facebook"))
        firsts = {one.remote_id for one in world.accepted if not one.reply_to}
        stories = {one.reply_to for one in world.accepted if one.reply_to in firsts and one.text.startswith("Resolved")}
        for first in stories:
            assert world.shown[first].startswith("Resolved"), f"seed {seed}"
