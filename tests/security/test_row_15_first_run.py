"""SECURITY.md, row 15: what exists when a channel is connected is never posted, and no run posts a flood."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from sitegen.mirror.run import MOST_POSTS
from tests.cli.running import sitegen
from tests.faults.fate import FatefulX
from tests.faults.scene import FIRST, NIGHT, Scene
from tests.repositories import isolate_git
from tests.simulators.base import Clock

OLD_PAGE = """\
title: Harbour
baseURL: https://status.ferries.example
params:
  categories: [{name: Boats}]
  systems: [{name: Tickets, category: Boats}]
theme: cstate
"""
OLD_POST = """\
---
title: Ticket shop is closed
date: {begun:%Y-%m-%d %H:%M:%S}
resolved: {resolved}
severity: down
affected: [Tickets]
section: issue
---

Nobody can buy a ticket.
"""


@pytest.fixture
def x(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[FatefulX]:
    isolate_git(monkeypatch, tmp_path / "home")
    with FatefulX(Clock(NIGHT)) as simulator:
        yield simulator


def write_old_page(folder: Path) -> Path:
    """A hundred incidents in another tool's files: one every eight hours until an hour ago, the newest still open."""
    posts = folder / "content" / "issues"
    posts.mkdir(parents=True)
    (folder / "config.yml").write_text(OLD_PAGE, "utf-8")
    for number in range(100):
        begun = NIGHT - timedelta(hours=1 + 8 * number)
        post = OLD_POST.format(begun=begun, resolved="true" if number else "false")
        (posts / f"{begun:%Y-%m-%d}-{number:03}.md").write_text(post, "utf-8")
    return folder


def test_a_hundred_imported_incidents_are_no_post_and_the_next_one_is(tmp_path: Path, x: FatefulX) -> None:
    imported = tmp_path / "imported"
    imported.mkdir()
    sitegen(imported, "import", "cstate", write_old_page(tmp_path / "old"))
    files = {str(path.relative_to(imported)): path.read_text("utf-8") for path in imported.rglob("*.yaml")}
    assert len(files) == 101
    scene = Scene.found(tmp_path / "scene", x, files)
    scene.run(code=1)  # nobody has connected the channel
    scene.run("mirror", "connect", "twitter")
    scene.run(minutes=1)
    assert scene.x.accepted == ()
    scene.file("2026-11-23-next", FIRST.replace("03:09", "03:35").replace("checkout:", "tickets:"))
    scene.run(minutes=10)
    scene.assert_said_once(1)


@pytest.mark.slow
def test_no_run_posts_more_than_so_many(scene: Scene) -> None:
    for number in range(MOST_POSTS + 4):
        scene.file(f"2026-11-23-flood-{number}", FIRST.replace("Most", f"In case {number}, most"))
    scene.run()
    assert len(scene.x.accepted) == MOST_POSTS
    scene.run(minutes=1)
    scene.assert_said_once(MOST_POSTS + 5)
