"""Explores a small model whole: every state that any interleaving can lead to, once, and what is wrong there."""

from collections import deque
from collections.abc import Iterator, Mapping
from datetime import timedelta
from enum import StrEnum
from functools import cache

import msgspec

from sitegen.ledger.rules import is_legal
from sitegen.model import DeliveryState
from tests.ledger.samples import NIGHT, become
from tests.ledger.samples import claim as sample
from tests.model.protocol import FINAL, Entry, State, World
from tests.model.world import moves

MOST_STATES = 500_000
"""A model that grows beyond this is not small any more."""


class Wrong(StrEnum):
    """What must never be."""

    TWICE = "the platform accepted a post twice"
    OUT_OF_ORDER = "a later word was accepted before an earlier one"
    WENT_BACK = "the ledger changed as its rules forbid"
    LOST = "a post was not accepted, and nobody was told"
    UNTRUE = "the ledger does not say in the end what became of a post"
    DISOWNED = "a person was told that a post was refused, and an earlier attempt at it got through"


class Exploration(msgspec.Struct, frozen=True):
    """How many states there are, and the shortest way to each thing that is wrong in one of them."""

    states: int
    ways: Mapping[Wrong, tuple[str, ...]]


def explore(world: World, start: State) -> Exploration:
    """Walk breadth first through everything that may happen."""
    origins: dict[State, tuple[State, str] | None] = {start: None}
    queue = deque([start])
    ways: dict[Wrong, tuple[str, ...]] = {}
    while queue:
        state = queue.popleft()
        following = tuple(moves(world, state))
        for name, after in following:
            if after not in origins:
                origins[after] = (state, name)
                queue.append(after)
            for wrong in judge_step(state, after):
                ways.setdefault(wrong, (*retrace(origins, state), name))
        for wrong in () if following else judge_end(state):
            ways.setdefault(wrong, retrace(origins, state))
        assert len(origins) <= MOST_STATES, "the model is not small any more"
    return Exploration(len(origins), ways)


def retrace(origins: Mapping[State, tuple[State, str] | None], state: State) -> tuple[str, ...]:
    """The names of the steps that lead to the state, from the beginning on."""
    origin = origins[state]
    return () if origin is None else (*retrace(origins, origin[0]), origin[1])


def judge_step(before: State, after: State) -> Iterator[Wrong]:
    """What is wrong with one step."""
    if before.accepted != after.accepted:
        message = after.accepted[-1]
        if message in before.accepted:
            yield Wrong.TWICE
        earlier = before.entries[message - 1] if message else None
        if message and message - 1 not in before.accepted and (earlier is None or earlier.state not in FINAL):
            yield Wrong.OUT_OF_ORDER
    if before.entries is not after.entries and not all(map(may_follow, before.entries, after.entries)):
        yield Wrong.WENT_BACK


@cache
def may_follow(before: Entry | None, after: Entry | None) -> bool:
    """Whether the real ledger would take the second after the first."""
    if after is None or after == before:
        return before is None or after is not None
    entries = (
        become(
            sample(attempt=entry.attempt),
            entry.state,
            owner=f"run-{entry.owner}" if entry.owner else "",
            lease=NIGHT + timedelta(minutes=10) if entry.owner else None,
        )
        for entry in (before, after)
        if entry is not None
    )
    *former, latter = entries
    return is_legal(former[0] if former else None, latter)


def judge_end(state: State) -> Iterator[Wrong]:
    """What is wrong where nothing can happen any more: each message is posted, or a person knows of it."""
    for message, entry in enumerate(state.entries):
        accepted, told = message in state.accepted, message in state.told
        match entry.state if entry else None:
            case DeliveryState.POSTED:
                sound = accepted
            case DeliveryState.IN_DOUBT | DeliveryState.REJECTED:
                sound = told
            case _:
                sound = message - 1 in state.told and not accepted  # it waits until a person has looked
        if not sound:
            yield Wrong.UNTRUE if accepted else Wrong.LOST
        if accepted and entry is not None and entry.state is DeliveryState.REJECTED:
            yield Wrong.DISOWNED
