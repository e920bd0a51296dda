"""SECURITY.md, row 14: runs that come twice, five at once, or years late from an old checkout end in the same state."""

from pathlib import Path

import pytest

from tests.faults.scene import INCIDENT, SECOND, Scene

OVER = (
    SECOND + "  - at: 2026-11-23 03:30Z\n    status: resolved\n    message: All card payments work. Nothing was lost.\n"
)


def test_a_second_run_says_nothing_more(scene: Scene) -> None:
    for minutes in (0, 1, 20):
        scene.run(minutes=minutes)
    scene.assert_said_once(1)


@pytest.mark.slow
def test_five_at_once_say_everything_once(scene: Scene, tmp_path: Path) -> None:
    (scene.root / INCIDENT).write_text(SECOND, "utf-8")
    runners = [scene.on_another_machine(tmp_path / f"runner-{number}") for number in range(5)]
    for run in [runner.start() for runner in runners]:
        run.wait(120)
    scene.run(minutes=20)
    scene.assert_said_once(2)


def test_an_old_job_that_is_run_again_says_nothing(scene: Scene, tmp_path: Path) -> None:
    """Its checkout knows less than what was said since, and its ledger is today's all the same."""
    scene.run()
    old = scene.on_another_machine(tmp_path / "old")
    (scene.root / INCIDENT).write_text(OVER, "utf-8")
    scene.run(minutes=1)
    assert len(scene.x.accepted) == 3
    old.run(minutes=20)
    scene.run(minutes=40)
    scene.assert_said_once(3)
