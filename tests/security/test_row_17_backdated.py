"""SECURITY.md, row 17: `at` is what an author says; when something was told stands in the record, and stays there."""

from datetime import timedelta

import pytest

from tests.faults.scene import FIRST, INCIDENT, NIGHT, Scene

CLAIMED = "2026-11-23 03:09Z"
LATE = "2026-11-22 19:00Z"
"""Eight and a half hours before anybody was told."""


def write(scene: Scene, at: str, more: str = "") -> None:
    """The incident with that time, and further lines of its update."""
    (scene.root / INCIDENT).write_text(FIRST.replace(CLAIMED, at) + more, "utf-8")


def test_the_record_tells_when_it_was_told_whatever_the_file_says(scene: Scene) -> None:
    write(scene, "2026-11-23 02:35Z")
    scene.run()
    [entry] = scene.posted()
    assert entry.part == "20261123T0235Z"
    assert entry.recorded is not None
    assert NIGHT <= entry.since <= entry.recorded < NIGHT + timedelta(minutes=5)


def test_a_gap_between_the_time_that_is_given_and_the_post_is_told(scene: Scene) -> None:
    write(scene, "2026-11-23 02:35Z")
    scene.run()
    told = scene.run("check", "--live", code=1)
    assert "It was said 56 minutes after the time that it gives." in told


@pytest.mark.parametrize("more", ["    id: 20261123T0309Z\n", ""], ids=["its id kept", "its id forgotten"])
def test_a_time_that_is_put_back_later_changes_no_record_and_says_nothing_again(more: str, scene: Scene) -> None:
    scene.run()
    before = scene.posted()
    write(scene, "2026-11-23 02:35Z", more)
    scene.run(minutes=30)
    assert scene.posted() == before
    scene.assert_said_once(1)


def test_what_is_put_back_to_before_the_connection_is_not_told(scene: Scene) -> None:
    write(scene, LATE)
    scene.run()
    assert scene.x.accepted == ()
    assert "from before the channel was connected" in scene.run("mirror", "plan")
