"""The row of a build in a fresh clone: from nothing, and from what an earlier run kept, as a workflow fetches it."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from bench.figures import Figure, Unit
from bench.gen import write_project
from bench.ground import SITEGEN, Ground, Pen, build, forget
from bench.measure import Usage, expect, run
from bench.pushing import own_git
from bench.story import END, invent
from tests.ci.caches import Caches
from tests.repositories import BRANCH, clone, git, make_remote

KEPT = (".sitegen/cache", "site")
# What was kept is of the schedule's last run.
_EARLIER = (SITEGEN, "build", "--as-of", f"{END - timedelta(minutes=30):%Y-%m-%dT%H:%MZ}")


def restored(ground: Ground) -> Iterator[Figure]:
    """One update pushed, then a build in a fresh clone without and with what was kept half an hour before, in turns."""
    for size in ground.sizes:
        with own_git(ground.folder / f"restored-{size}") as folder:
            writer, caches = _make(folder, size), Caches(folder / "caches")
            _keep(folder, caches)
            pen = Pen(writer, size)
            pairs = [_build_both(folder, writer, pen, caches) for _ in range(ground.pairs)]
            weight = caches.newest.stat().st_size
        for what, used in zip(("from nothing", "from what was kept"), zip(*pairs, strict=True), strict=True):
            for unit, values in ((Unit.CPU, [one.cpu for one in used]), (Unit.WALL, [one.wall for one in used])):
                yield _figure(what, size, unit, values)
        yield _figure("kept", size, Unit.BYTES, [weight])


def _figure(what: str, size: int, unit: Unit, values: list[float]) -> Figure:
    return Figure(row="restored", who="sitegen", what=what, size=size, unit=unit, values=tuple(values))


def _make(folder: Path, size: int) -> Path:
    """A clone with the history, pushed."""
    root = clone(make_remote(folder / "remote.git", {"README.md": "Status\n"}), folder / "writer")
    write_project(invent(size), root)
    _push(root)
    return root


def _push(root: Path) -> None:
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", "News")
    git(root, "push", "--quiet", "origin", BRANCH)


def _clone(folder: Path) -> Path:
    """As a CI makes it."""
    return clone(folder / "remote.git", folder / "clone", "--depth=1")


def _keep(folder: Path, caches: Caches) -> None:
    first = _clone(folder)
    run(_EARLIER, first)
    expect(caches.keep(BRANCH, "kept", first, KEPT) == "kept as kept", "Nothing was kept.")
    shutil.rmtree(first)


def _build_both(folder: Path, writer: Path, pen: Pen, caches: Caches) -> tuple[Usage, Usage]:
    pen.write()
    _push(writer)
    fresh = _clone(folder)
    anew = build(fresh)
    forget(fresh)
    expect(caches.fetch((BRANCH,), "kept", "kept", fresh), "What was kept did not come.")
    further = build(fresh)
    shutil.rmtree(fresh)
    return anew, further
