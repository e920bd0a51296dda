"""Every interleaving of a small world: ours says all once, every known mistake is found out, and one exception stays.

What the model leaves out (git, clocks that show numbers, words) is played in `tests/mirror`.
"""

from functools import partial

import pytest

from sitegen.channel import Guarantee
from sitegen.mirror.delivery import Courier
from tests.model.exploring import Exploration, Wrong, explore
from tests.model.mistaken import (
    BLIND_RETRY,
    LOOK_THEN_CLAIM,
    NEVER_RETRY,
    NO_CHECK_BEFORE_SENDING,
    POST_THEN_RECORD,
    TOO_SHORT_A_WAIT,
)
from tests.model.protocol import STEPS, Run, State, Step, Steps, World

ANYWHERE = frozenset(Step)
BEFORE_SENDING = frozenset({Step.ACT})


def play(
    steps: Steps = STEPS,
    *,
    runs: int = 2,
    messages: int = 1,
    crashes: int = 0,
    freezes: int = 0,
    faults: int = 0,
    guarantee: Guarantee = Guarantee.READ_BACK,
    refuses_copies: bool = False,
    attempts: int = 3,
    freezable: frozenset[Step] = frozenset(),
    right_clocks: bool = False,
) -> Exploration:
    """Explore a world in which so much may go wrong, and after which one more run comes and nothing does."""
    world = World(
        steps=steps,
        guarantee=guarantee,
        refuses_copies=refuses_copies,
        attempts=attempts,
        freezable=freezable,
        right_clocks=right_clocks,
    )
    start = State(
        runs=tuple(Run(name=number + 1) for number in range(runs)),
        entries=(None,) * messages,
        crashes=crashes,
        freezes=freezes,
        faults=faults,
    )
    return explore(world, start)


def accepted(way: tuple[str, ...]) -> int:
    """How often the platform accepted something on the way."""
    return sum(step.startswith("accept") for step in way)


WORLDS = {
    "crashes": (partial(play, crashes=2, faults=1), 40_000),
    "faults": (partial(play, crashes=1, faults=2), 20_000),
    "until a person has to look": (partial(play, crashes=2, faults=1, attempts=1), 10_000),
    "one message after another": (partial(play, messages=2, crashes=1, faults=1), 100_000),
    "three at once": (partial(play, runs=3, faults=1), 30_000),
    "copies refused": (partial(play, crashes=1, faults=1, refuses_copies=True), 10_000),
    "right clocks": (partial(play, crashes=1, faults=1, right_clocks=True), 10_000),
    "nothing can be read back": (partial(play, crashes=1, faults=1, guarantee=Guarantee.NONE), 1_000),
}
"""Each with the number of states that there are at least: what finds nothing must have looked somewhere."""


@pytest.mark.parametrize("name", WORLDS)
def test_promise_1_no_interleaving_says_anything_twice_or_loses_it(name: str) -> None:
    play_it, states = WORLDS[name]
    explored = play_it()
    assert explored.ways == {}
    assert explored.states > states


def test_promise_1_a_run_may_freeze_anywhere_but_right_before_sending() -> None:
    assert play(crashes=1, faults=1, freezes=1, freezable=ANYWHERE - BEFORE_SENDING).ways == {}


def test_promise_1_where_copies_are_refused_a_run_may_freeze_anywhere() -> None:
    assert play(faults=1, freezes=2, freezable=ANYWHERE, refuses_copies=True).ways == {}


def test_a_run_that_freezes_right_before_sending_can_double_where_copies_are_accepted() -> None:
    """The one exception, as `docs/explanation/architecture.md` tells it."""
    ways = play(freezes=1, freezable=BEFORE_SENDING).ways
    assert set(ways) == {Wrong.TWICE}
    way = ways[Wrong.TWICE]
    assert way.index("check_claim 1") < way.index("freeze 1") < way.index("claim 2") < way.index("act 1")


def test_where_the_receiver_drops_copies_none_is_ever_seen_twice() -> None:
    ways = play(crashes=1, faults=1, guarantee=Guarantee.DROPS_COPIES).ways
    # Who refuses a copy of what it has taken is no better known than by asking a person.
    assert set(ways) == {Wrong.DISOWNED}
    assert any(step.startswith("rejected") for step in ways[Wrong.DISOWNED])


@pytest.mark.parametrize("right_clocks", [True, False])
def test_posting_first_and_recording_afterwards_doubles(right_clocks: bool) -> None:
    assert accepted(play(POST_THEN_RECORD, right_clocks=right_clocks).ways[Wrong.TWICE]) == 2


@pytest.mark.parametrize("right_clocks", [True, False])
def test_a_claim_and_a_blind_repetition_double(right_clocks: bool) -> None:
    assert accepted(play(BLIND_RETRY, crashes=1, right_clocks=right_clocks).ways[Wrong.TWICE]) == 2


@pytest.mark.parametrize("right_clocks", [True, False])
def test_a_claim_that_nobody_takes_over_loses(right_clocks: bool) -> None:
    ways = play(NEVER_RETRY, crashes=1, right_clocks=right_clocks).ways
    assert set(ways) == {Wrong.LOST, Wrong.UNTRUE}
    assert accepted(ways[Wrong.LOST]) == 0


@pytest.mark.parametrize("right_clocks", [True, False])
def test_a_look_that_comes_too_early_doubles(right_clocks: bool) -> None:
    assert Wrong.TWICE in play(TOO_SHORT_A_WAIT, crashes=1, right_clocks=right_clocks).ways


@pytest.mark.parametrize("right_clocks", [True, False])
def test_sending_without_another_look_at_the_claim_doubles(right_clocks: bool) -> None:
    assert Wrong.TWICE in play(NO_CHECK_BEFORE_SENDING, right_clocks=right_clocks).ways


def test_looking_before_claiming_is_as_good_as_the_clocks_are() -> None:
    """Why the claim comes first: the look is no use while the former owner may still send."""
    assert play(LOOK_THEN_CLAIM, crashes=1, faults=1, right_clocks=True).ways == {}
    way = play(LOOK_THEN_CLAIM, crashes=1).ways[Wrong.TWICE]
    assert way.index("take_over 2") < way.index("act 1") < way.index("act 2")


def test_the_steps_have_the_names_of_the_code() -> None:
    """The plan and the platform's answer are no methods of the courier."""
    own = {Step.PLAN, Step.ANSWER, Step.END}
    assert [step for step in Step if step not in own and not hasattr(Courier, f"_{step}")] == []
