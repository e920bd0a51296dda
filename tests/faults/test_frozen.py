"""SIGSTOP at every step of a real run, for longer than its lease: another one takes over, and then it goes on."""

import signal
from pathlib import Path

import pytest

from tests.faults.fate import Fate, FatefulX
from tests.faults.scene import FIRST, Scene, copies


def freeze(scene: Scene, number: int) -> Fate:
    """A run that stands still at the step while another one does all there is to do, and then goes on to its end."""
    fate = scene.befall(number, signal.SIGSTOP)
    if fate.is_met:
        scene.run(minutes=20)
        fate.lift()
    return fate


def is_exception(fate: Fate) -> bool:
    """Whether the run stood still between its last look at the claim and the post: the one documented case."""
    return fate.steps[fate.number - 1 : fate.number + 1] == ("after ls-remote", "before POST")


@pytest.mark.slow
def test_promise_1_a_frozen_run_says_nothing_twice_apart_from_one_case(tmp_path: Path, x: FatefulX) -> None:
    """The case is documented: `docs/explanation/architecture.md`, "How a post is said once"."""
    exceptions = []
    for number, scene in copies(Scene.build(tmp_path / "scene", x, FIRST)):
        scene.x.takes_copies = True
        fate = freeze(scene, number)
        if is_exception(fate):
            exceptions.append(number)
            first, second = scene.x.accepted
            assert first.text == second.text
            assert [one.remote_id for one in scene.posted()] == [first.remote_id]
        else:
            scene.assert_said_once(1)
        if not fate.is_met:
            break
    assert len(exceptions) == 1


@pytest.mark.slow
def test_promise_1_where_copies_are_refused_not_even_that_case_says_anything_twice(tmp_path: Path, x: FatefulX) -> None:
    for number, scene in copies(Scene.build(tmp_path / "scene", x, FIRST)):
        fate = freeze(scene, number)
        scene.assert_said_once(1)
        if is_exception(fate):
            break
        assert fate.is_met
