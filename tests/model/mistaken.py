"""Protocols that look right and are not: what finds nothing wrong with ours has to find out each of them."""

from collections.abc import Iterator

import msgspec

from tests.model.protocol import STEPS, Run, State, Step, Steps, World, check_claim, claim, go, take_over, under_way


def post_at_once(world: World, state: State, run: Run) -> Iterator[State]:
    """Instead of a claim: nothing; what was posted is recorded afterwards."""
    yield go(state, run, step=Step.ACT, mine=run.seen)


def repeat_blindly(world: World, state: State, run: Run) -> Iterator[State]:
    """Instead of a look at the timeline: whatever an earlier run did not finish is sent again."""
    yield go(state, run, step=Step.CHECK_CLAIM)


def leave_alone(world: World, state: State, run: Run) -> Iterator[State]:
    """Claim what is new, and never what somebody else began."""
    yield from claim(world, state, run) if run.seen is None else (go(state, run, step=Step.END),)


def look_at_once(world: World, state: State, run: Run) -> Iterator[State]:
    """A look at the timeline without waiting for what is still on its way."""
    yield from take_over(world, state, msgspec.structs.replace(run, awaited=frozenset()))


def trust_the_claim(world: World, state: State, run: Run) -> Iterator[State]:
    """Send without another look at the ledger."""
    yield go(state, run, step=Step.ACT)


def look_first(world: World, state: State, run: Run) -> Iterator[State]:
    """Look at the timeline first, while the claim is still that of the run that is believed dead…"""
    if run.seen is None:
        yield from claim(world, state, run)
    else:
        yield go(state, run, step=Step.TAKE_OVER, mine=run.seen, awaited=under_way(state, run.message))


def claim_afterwards(world: World, state: State, run: Run) -> Iterator[State]:
    """… and claim only what was not found."""
    if run.mine != run.seen:
        yield from check_claim(world, state, run)
        return
    for after in claim(world, state, run):
        (now,) = (one for one in after.runs if one.name == run.name)
        yield go(after, now, step=Step.CHECK_CLAIM) if now.step is Step.TAKE_OVER else after


POST_THEN_RECORD: Steps = {**STEPS, Step.CLAIM: post_at_once}
BLIND_RETRY: Steps = {**STEPS, Step.TAKE_OVER: repeat_blindly}
NEVER_RETRY: Steps = {**STEPS, Step.CLAIM: leave_alone}
TOO_SHORT_A_WAIT: Steps = {**STEPS, Step.TAKE_OVER: look_at_once}
NO_CHECK_BEFORE_SENDING: Steps = {**STEPS, Step.CHECK_CLAIM: trust_the_claim}
LOOK_THEN_CLAIM: Steps = {**STEPS, Step.CLAIM: look_first, Step.CHECK_CLAIM: claim_afterwards}
