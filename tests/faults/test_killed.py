"""kill -9 at every step of a real run: a later one finishes what it left, and every post was accepted once."""

from pathlib import Path

import pytest

from tests.faults.fate import Fate, FatefulX
from tests.faults.scene import FIRST, SECOND, Scene, copies


def writes(fate: Fate) -> list[str]:
    """The steps at which something changed."""
    return [step for step in fate.steps if "push" in step or "POST" in step]


@pytest.mark.slow
def test_promise_1_a_run_killed_at_any_step_says_nothing_twice_and_loses_nothing(tmp_path: Path, x: FatefulX) -> None:
    changes: list[str] = []
    for number, scene in copies(Scene.build(tmp_path / "scene", x, SECOND)):
        fate = scene.befall(number)
        scene.run(minutes=20)
        scene.assert_said_once(2)
        if not fate.is_met:
            changes = writes(fate)
            break
    assert changes == ["before push", "after push", "before POST", "after POST", "before push", "after push"] * 2


@pytest.mark.slow
@pytest.mark.parametrize(("last", "name"), [(4, "before POST"), (5, "after POST")], ids=["before", "after"])
def test_promise_1_whoever_finishes_what_a_dead_run_left_may_die_as_well(
    last: int, name: str, tmp_path: Path, x: FatefulX
) -> None:
    left = Scene.build(tmp_path / "scene", x, FIRST)
    assert left.befall(last).steps[-1] == name
    changes: list[str] = []
    for number, scene in copies(left):
        fate = scene.befall(number, minutes=20)
        scene.run(minutes=40)
        scene.assert_said_once(1)
        if not fate.is_met:
            changes = writes(fate)
            break
    again = ["before POST", "after POST"] if name == "before POST" else []
    assert changes == ["before push", "after push", *again, "before push", "after push"]
