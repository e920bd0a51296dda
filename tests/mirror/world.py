"""A world of virtual time in which several runs of the mirror meet crashes, lost answers, late deliveries, odd clocks.

Each run is a greenlet that gives way at every step that touches the world; a seeded generator chooses who goes on.
Time passes only while every run waits for something: between looking at its claim and sending, a run is never
overtaken by time, unless it is frozen on purpose (SIGSTOP), which is the documented exception.
"""

import random
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

import greenlet
import msgspec

from sitegen.channel import Account, Guarantee, Post, Receipt, RetryLater, Traits, Unclear
from sitegen.ledger import Entry, Snapshot
from tests.ledger.memory import MemoryLedger

START = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
SEND_TIMEOUT = timedelta(seconds=30)
LAG = timedelta(seconds=60)
LATEST = timedelta(seconds=25)
"""How long after a client has given up the platform may still accept: settle > send time-out + this + lag."""
TRAITS = Traits(
    guarantee=Guarantee.READ_BACK,
    measure=len,
    limit=270,
    send_timeout=SEND_TIMEOUT,
    settle=timedelta(seconds=120),
)
EDITED = msgspec.structs.replace(TRAITS, edits=True, comments=True)
"""The same of a platform where one post per incident is edited and commented on."""


class Accepted(msgspec.Struct, frozen=True):
    """One post as the platform took it."""

    key: str
    text: str
    at: datetime
    remote_id: str
    reply_to: str = ""


class World:
    """The time, the platform and the ledger that the runs share; `chance` decides everything."""

    def __init__(self, seed: int, *, refuses_copies: bool = False) -> None:
        self.chance = random.Random(seed)
        self.time = START
        self.ledger = MemoryLedger()
        self.accepted: list[Accepted] = []
        self.shown: dict[str, str] = {}
        self.refuses_copies = refuses_copies
        self.faults = 0.0
        self.freezes = 0.0
        self.runs: dict[greenlet.greenlet, datetime] = {}
        self.immortal: set[greenlet.greenlet] = set()

    def start(self, work: Callable[[], object]) -> None:
        """A run that begins now."""
        self.runs[greenlet.greenlet(work)] = self.time

    def give_way(self, until: datetime | None = None) -> None:
        """Called in a run: let others go on, or the time pass until then."""
        current = greenlet.getcurrent()
        assert current.parent is not None
        current.parent.switch(until or self.time)

    def play(self, crash: float = 0.0) -> None:
        """Go on until every run has ended; with this chance a step is the last of its run."""
        while self.runs:
            soonest = min(self.runs.values())
            self.time = max(self.time, soonest)
            able = [run for run, until in self.runs.items() if until <= self.time]
            run = self.chance.choice(able)
            if run and run not in self.immortal and self.chance.random() < crash:
                run.throw(greenlet.GreenletExit)
            else:
                until = run.switch()
                if not run.dead:
                    self.runs[run] = until
            if run.dead:
                del self.runs[run]

    def start_late(self, post: Post) -> None:
        """The platform accepts the post after its client has given up."""
        at = self.time + self.chance.random() * LATEST

        def accept() -> None:
            self.give_way(at)
            try:
                self.accept(post)
            except Unclear:
                return

        late = greenlet.greenlet(accept)
        self.immortal.add(late)
        self.runs[late] = self.time

    def accept(self, post: Post) -> Receipt:
        """The platform takes the post, or gives back the one it has where it refuses copies."""
        twins = [one for one in self.accepted if one.key == post.key]
        if twins and self.refuses_copies:
            raise Unclear("You are not allowed to create a Tweet with duplicate content.")
        remote_id = str(len(self.accepted) + 1)
        self.accepted.append(Accepted(post.key, post.text, self.time, remote_id, post.reply_to))
        self.shown[remote_id] = post.text
        return Receipt(remote_id, f"https://x.example/{remote_id}")


class SteppedLedger:
    """The shared ledger as one run sees it: every call is a step at which others may come first."""

    def __init__(self, world: World) -> None:
        self.world = world

    def read(self) -> Snapshot:
        """The newest snapshot."""
        self.world.give_way()
        return self.world.ledger.read()

    def append(self, snapshot: Snapshot, changes: Mapping[str, Entry]) -> Snapshot | None:
        """The changes, if nobody was faster; the crash of a run may come right after they landed."""
        self.world.give_way()
        after = self.world.ledger.append(snapshot, changes)
        self.world.give_way()
        return after


class SkewedClock:
    """The clock of one machine, ahead or behind."""

    def __init__(self, world: World, skew: timedelta) -> None:
        self.world, self.skew = world, skew

    def now(self) -> datetime:
        """What this machine takes for the moment."""
        return self.world.time + self.skew

    def sleep(self, time: timedelta) -> None:
        """Real waiting, whatever the clock shows."""
        self.world.give_way(self.world.time + time)


class Platform:
    """One run's client of the shared platform, with the faults that real ones have."""

    def __init__(self, world: World, clock: SkewedClock, traits: Traits = TRAITS) -> None:
        self.world, self.clock, self.traits = world, clock, traits

    def identify(self) -> Account:
        """Always the right one."""
        return Account("example", "1")

    def send(self, post: Post) -> Receipt:
        """Accepted, refused for a while, lost before or after acceptance, or accepted when the client is gone."""
        world, chance = self.world, self.world.chance
        if chance.random() < world.freezes:
            world.give_way(world.time + timedelta(hours=1))
        world.give_way(world.time + chance.random() * SEND_TIMEOUT * 0.8)
        if chance.random() >= world.faults:
            return world.accept(post)
        match chance.choice(("later", "lost before", "lost after", "late")):
            case "later":
                raise RetryLater("too many requests", self.clock.now() + timedelta(minutes=1))
            case "lost after":
                world.accept(post)
            case "late":
                world.start_late(post)
        world.give_way(world.time + SEND_TIMEOUT * 0.2)
        raise Unclear("the connection broke")

    def find(self, post: Post, since: datetime) -> Receipt | None:
        """What the timeline shows: only what was accepted some time ago."""
        self.world.give_way()
        for one in self.world.accepted:
            same = (one.text, one.reply_to) == (post.text, post.reply_to)
            if same and one.at + LAG <= self.world.time:
                return Receipt(one.remote_id, f"https://x.example/{one.remote_id}")
        return None

    def edit(self, remote_id: str, post: Post) -> None:
        """Other words at once, or perhaps: nobody is told of the difference."""
        self.world.give_way(self.world.time + self.world.chance.random() * SEND_TIMEOUT * 0.8)
        fails = self.world.chance.random() < self.world.faults
        if not fails or self.world.chance.random() < 0.5:
            self.world.shown[remote_id] = post.text
        if fails:
            raise RetryLater("the connection broke", self.clock.now() + timedelta(minutes=1))

    def delete(self, remote_id: str) -> None:
        """Not on this platform."""
        raise NotImplementedError

    def read(self, remote_id: str) -> str | None:
        """What stands there."""
        return self.world.shown.get(remote_id)
