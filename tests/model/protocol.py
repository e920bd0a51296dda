"""A small model of how a post is said once: everything that runs, the ledger and the platform can do, step by step.

A step of a run bears the name of the method of `mirror.delivery.Courier` (or of the plan) that it stands for, and is a
function from one state to all those that may follow. Whatever may happen at any time is a step of the world.

What is left out is time. Clocks decide nothing here: a lease may seem over, or not, whenever somebody looks at it. The
one thing that time is trusted with is the settle time: a run that waits for it goes on when every request that was
under way at the beginning of the wait has been accepted and is visible, or never will be. That holds while nobody is
frozen between looking at its claim and sending (`docs/explanation/architecture.md`).
"""

from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum

import msgspec

from sitegen.channel import Guarantee
from sitegen.model import DeliveryState

MESSAGES = 2
"""At most: the second waits for the first."""


class Step(StrEnum):
    """What a run does next."""

    PLAN = "plan"
    CLAIM = "claim"
    TAKE_OVER = "take_over"
    CHECK_CLAIM = "check_claim"
    ACT = "act"
    ANSWER = "answer"
    RECORD = "record"
    END = "end"


class Entry(msgspec.Struct, frozen=True):
    """What the ledger knows of one message; `owner` is the run that claims it, 0 for none."""

    state: DeliveryState
    owner: int
    attempt: int


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """One process: what it does next, about which message, and what it remembers.

    `seen` is what it planned on, `mine` its own claim, `looks` how often it has read the timeline, `awaited` whose
    requests are over when its wait is; `verdict` is the answer, and then what it will record. `last` marks the run
    that comes when all is calm.
    """

    name: int
    step: Step = Step.PLAN
    message: int = 0
    seen: Entry | None = None
    mine: Entry | None = None
    looks: int = 0
    awaited: frozenset[int] = frozenset()
    verdict: DeliveryState | None = None
    frozen: bool = False
    last: bool = False


class Request(msgspec.Struct, frozen=True):
    """A post on its way from a run: not taken by the platform yet, or taken and not on the timeline yet."""

    run: int
    message: int
    accepted: bool = False


class State(msgspec.Struct, frozen=True, kw_only=True):
    """Everything at one moment.

    `accepted` are the messages that the platform took, in order, `shown` those that its timeline shows, `told` those
    that a person was told to look at, `over` those whose claim is over by a right clock. The rest is what may still
    go wrong.
    """

    runs: tuple[Run, ...]
    entries: tuple[Entry | None, ...]
    requests: frozenset[Request] = frozenset()
    accepted: tuple[int, ...] = ()
    shown: frozenset[int] = frozenset()
    told: frozenset[int] = frozenset()
    over: frozenset[int] = frozenset()
    crashes: int = 0
    freezes: int = 0
    faults: int = 0


Steps = Mapping[Step, Callable[["World", State, Run], Iterator[State]]]


class World(msgspec.Struct, frozen=True, kw_only=True):
    """One platform and one protocol.

    `attempts` may be made before a person has to look; `freezable` is where a run may freeze. Without `right_clocks`
    a lease seems over or not as it likes.
    """

    steps: Steps
    guarantee: Guarantee = Guarantee.READ_BACK
    refuses_copies: bool = False
    attempts: int = 3
    freezable: frozenset[Step] = frozenset()
    right_clocks: bool = False


FINAL = frozenset({DeliveryState.POSTED, DeliveryState.REJECTED})
_change = msgspec.structs.replace


def go(state: State, run: Run, **changes: object) -> State:
    """The state in which one run has changed."""
    changed = _change(run, **changes)
    return _change(state, runs=tuple(changed if one.name == run.name else one for one in state.runs))


def write(state: State, message: int, entry: Entry) -> State:
    """The state in which the ledger has another entry for the message, its lease just begun."""
    entries = (*state.entries[:message], entry, *state.entries[message + 1 :])
    return _change(state, entries=entries, over=state.over - {message})


def tell(state: State, message: int) -> State:
    """The state in which a person was told to look at the message."""
    return _change(state, told=state.told | {message})


def fail(state: State) -> State:
    """The state after one more fault."""
    return _change(state, faults=state.faults - 1)


def under_way(state: State, message: int) -> frozenset[int]:
    """The runs whose post of the message is about to leave or has left, and is not on the timeline yet."""
    acting = {run.name for run in state.runs if run.step is Step.ACT and not run.frozen and run.message == message}
    return frozenset(acting | {one.run for one in state.requests if one.message == message})


def plan(world: World, state: State, run: Run) -> Iterator[State]:
    """Decide about the next message as `mirror.story` does; whoever waits for something holds up what follows."""
    if run.message == len(state.entries):
        yield go(state, run, step=Step.END)
        return
    entry = state.entries[run.message]
    if entry is not None and entry.state in FINAL:
        yield go(state, run, message=run.message + 1)
        return
    if entry is not None and is_for_a_person(world, entry):
        yield go(tell(state, run.message), run, step=Step.END)
        return
    waits = entry is not None and entry.state is not DeliveryState.IN_DOUBT
    for over in seems_over(world, state, run) if waits else (True,):
        yield go(state, run, step=Step.CLAIM, seen=entry) if over else go(state, run, step=Step.END)


def seems_over(world: World, state: State, run: Run) -> tuple[bool, ...]:
    """What this run's clock may say of the lease on its message, or of the time to wait."""
    entry = state.entries[run.message]
    if run.last:
        return (entry != run.mine,)
    if world.right_clocks:
        return (run.message in state.over or entry is None or not entry.owner,)
    return (False, True)


def is_for_a_person(world: World, entry: Entry) -> bool:
    """Whether no run may finish it any more."""
    exhausted = world.guarantee is Guarantee.NONE or entry.attempt > world.attempts
    return entry.state is DeliveryState.IN_DOUBT and exhausted


def claim(world: World, state: State, run: Run) -> Iterator[State]:
    """Compare-and-swap: the claim, or the run leaves the message to whoever was faster."""
    seen = run.seen
    if state.entries[run.message] != seen:
        yield go(state, run, step=Step.END)
        return
    waited = seen is not None and seen.state is DeliveryState.WAITING
    attempt = 1 if seen is None else seen.attempt + (not waited)
    mine = Entry(DeliveryState.CLAIMED, run.name, attempt)
    fresh = seen is None or waited
    wait = frozenset() if fresh else under_way(state, run.message)
    step = Step.CHECK_CLAIM if fresh else Step.TAKE_OVER
    yield go(write(state, run.message, mine), run, step=step, mine=mine, awaited=wait)


def take_over(world: World, state: State, run: Run) -> Iterator[State]:
    """One wait for the settle time, and one look at the timeline after it; two of them before sending again."""
    if world.guarantee is Guarantee.NONE:
        yield go(state, run, step=Step.RECORD, verdict=DeliveryState.IN_DOUBT)
    elif world.guarantee is Guarantee.DROPS_COPIES:
        yield go(state, run, step=Step.CHECK_CLAIM)
    elif run.awaited.isdisjoint(under_way(state, run.message)):
        yield from _look(world, state, run)


def _look(world: World, state: State, run: Run) -> Iterator[State]:
    assert run.mine is not None
    if state.faults and not run.last:  # the timeline can't be read
        yield go(fail(state), run, step=Step.RECORD, verdict=DeliveryState.IN_DOUBT)
    if run.message in state.shown:
        yield go(state, run, step=Step.RECORD, verdict=DeliveryState.POSTED)
    elif run.looks == 0:
        yield go(state, run, looks=1, awaited=under_way(state, run.message))
    elif run.mine.attempt > world.attempts:
        yield go(state, run, step=Step.RECORD, verdict=DeliveryState.IN_DOUBT)
    else:
        yield go(state, run, step=Step.CHECK_CLAIM)


def check_claim(world: World, state: State, run: Run) -> Iterator[State]:
    """Read the ledger once more: somebody else's claim, or a lease that seems over, is the end."""
    for over in seems_over(world, state, run):
        stands = state.entries[run.message] == run.mine and not over
        yield go(state, run, step=Step.ACT if stands else Step.END)


def act(world: World, state: State, run: Run) -> Iterator[State]:
    """The one request leaves."""
    request = Request(run.name, run.message)
    yield go(_change(state, requests=state.requests | {request}), run, step=Step.ANSWER)


def answer(world: World, state: State, run: Run) -> Iterator[State]:
    """The platform's answer is there, or the run gives up; where nothing is under way any more, it has to."""
    if run.verdict is not None:
        yield go(state, run, step=Step.RECORD)
    elif not any((one.run, one.message) == (run.name, run.message) for one in state.requests):
        yield go(state, run, step=Step.RECORD, verdict=DeliveryState.IN_DOUBT)
    if state.faults:
        yield go(fail(state), run, step=Step.RECORD, verdict=DeliveryState.IN_DOUBT)


def record(world: World, state: State, run: Run) -> Iterator[State]:
    """Write what came of the claim if it still stands; an accepted post also where it does not."""
    current, verdict = state.entries[run.message], run.verdict
    assert verdict is not None
    attempt = run.mine.attempt if run.mine else 1
    is_open = current is not None and current.state is not DeliveryState.POSTED
    after = state
    if current == run.mine or (verdict is DeliveryState.POSTED and is_open):
        after = write(state, run.message, Entry(verdict, 0, attempt))
        after = tell(after, run.message) if verdict in (DeliveryState.IN_DOUBT, DeliveryState.REJECTED) else after
    known = after.entries[run.message]
    following = Run(name=run.name, message=run.message + 1, last=run.last)
    yield go(after, following) if known and known.state in FINAL else go(after, run, step=Step.END)


STEPS: Steps = {
    Step.PLAN: plan,
    Step.CLAIM: claim,
    Step.TAKE_OVER: take_over,
    Step.CHECK_CLAIM: check_claim,
    Step.ACT: act,
    Step.ANSWER: answer,
    Step.RECORD: record,
}
