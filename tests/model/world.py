"""What may happen at any time around the runs of the model: to a request, to a process, and calm in the end."""

from collections.abc import Iterator

import msgspec

from sitegen.channel import Guarantee
from sitegen.model import DeliveryState
from tests.model.protocol import Request, Run, State, Step, World, fail, go

_change = msgspec.structs.replace
Moves = Iterator[tuple[str, State]]


def moves(world: World, state: State) -> Moves:
    """Every step that may follow, with its name."""
    for run in state.runs:
        if run.step is not Step.END and not run.frozen:
            yield from ((f"{run.step} {run.name}", after) for after in world.steps[run.step](world, state, run))
        yield from disturb(world, state, run)
    for request in state.requests:
        yield from deliver(world, state, request)
    if world.right_clocks:
        yield from expire(state)
    if all(run.step is Step.END for run in state.runs) and not state.requests and not state.runs[-1].last:
        yield "calm", calm_down(state)


def expire(state: State) -> Moves:
    """A lease ends; never under a run that is sending, which has looked at it and takes less time than is left."""
    sending = {run.name for run in state.runs if run.step in (Step.ACT, Step.ANSWER) and not run.frozen}
    for message, entry in enumerate(state.entries):
        if entry is not None and entry.owner and entry.owner not in sending and message not in state.over:
            yield f"expire {message}", _change(state, over=state.over | {message})


def disturb(world: World, state: State, run: Run) -> Moves:
    """A process is killed and another one started, frozen (SIGSTOP), or goes on."""
    if run.frozen:
        yield f"thaw {run.name}", go(state, run, frozen=False)
    elif run.step is not Step.END and not run.last:
        if state.crashes:
            yield f"crash {run.name}", replace(_change(state, crashes=state.crashes - 1), run)
        if state.freezes and run.step in world.freezable:
            yield f"freeze {run.name}", freeze(_change(state, freezes=state.freezes - 1), run)


def replace(state: State, run: Run) -> State:
    """A fresh run in the place of one that died; what that one had sent is on its way all the same."""
    name = max(one.name for one in state.runs) + 1
    return _change(state, runs=tuple(Run(name=name) if one == run else one for one in state.runs))


def freeze(state: State, run: Run) -> State:
    """The run stands still for longer than anybody's settle time: who waits does not wait for it."""
    runs = (_change(one, awaited=one.awaited - {run.name}) for one in state.runs)
    return go(_change(state, runs=tuple(runs)), run, frozen=True)


def deliver(world: World, state: State, request: Request) -> Moves:
    """A request is accepted or lost or refused, and what was accepted shows up on the timeline."""
    without = _change(state, requests=state.requests - {request})
    name = f"{request.run}:{request.message}"
    if request.accepted:
        yield f"show {name}", _change(without, shown=state.shown | {request.message})
        return
    yield f"accept {name}", accept(world, without, request)
    if state.faults:
        yield f"lose {name}", fail(without)
        for verdict in (DeliveryState.WAITING, DeliveryState.REJECTED):
            yield f"{verdict} {name}", reply(fail(without), request, verdict)


def accept(world: World, state: State, request: Request) -> State:
    """The platform takes the post, or a copy of one as it takes copies."""
    if request.message in state.accepted and world.refuses_copies:
        return reply(state, request, DeliveryState.IN_DOUBT)
    if request.message not in state.accepted or world.guarantee is not Guarantee.DROPS_COPIES:
        state = _change(state, accepted=(*state.accepted, request.message))
    taken = _change(state, requests=state.requests | {_change(request, accepted=True)})
    return reply(taken, request, DeliveryState.POSTED)


def reply(state: State, request: Request, verdict: DeliveryState) -> State:
    """The answer for the run, if that is still waiting for it."""
    for run in state.runs:
        if (run.name, run.message, run.step) == (request.run, request.message, Step.ANSWER):
            return go(state, run, verdict=verdict)
    return state


def calm_down(state: State) -> State:
    """Half an hour later nothing goes wrong any more, every lease is over, and one more run comes."""
    name = max(one.name for one in state.runs) + 1
    return _change(state, runs=(*state.runs, Run(name=name, last=True)), crashes=0, freezes=0, faults=0)
