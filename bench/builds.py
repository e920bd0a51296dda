"""Rows about `sitegen build`: clean beside Hugo, after one edit, after none, and its memory."""

from collections.abc import Callable, Iterator
from pathlib import Path

from bench.figures import Figure, Unit
from bench.ground import BUILD, Ground, Pen, build, build_clean, build_hugo, find_hugo, forget, weigh
from bench.measure import Usage, peak_memory


def clean(ground: Ground) -> Iterator[Figure]:
    """A clean build and Hugo's, in turns."""
    for size in ground.sizes:
        ours, theirs = _in_turns(ground, size)
        yield from _times("clean", "sitegen", "clean build", size, ours)
        yield from _extent("clean", "sitegen", size, ground.project(size) / "site")
        if theirs:
            yield from _times("clean", "hugo", "clean build", size, theirs)
            yield from _extent("clean", "hugo", size, ground.content(size) / "public")


def _in_turns(ground: Ground, size: int) -> tuple[list[Usage], list[Usage]]:
    ours, theirs, hugo = [], [], find_hugo(size)
    for _ in range(ground.pairs):
        ours.append(build_clean(ground.project(size)))
        if hugo:
            theirs.append(build_hugo(ground.content(size), hugo))
    return ours, theirs


def edit(ground: Ground) -> Iterator[Figure]:
    """One update appended to an open incident, then a whole `sitegen build`; the sizes in turns."""
    yield from _repeat(ground, "edit", "one edit", lambda pen: pen.write())


def nothing(ground: Ground) -> Iterator[Figure]:
    """`sitegen build` again, with the same files and moment."""
    yield from _repeat(ground, "nothing", "nothing changed", lambda pen: None)


def _repeat(ground: Ground, row: str, what: str, change: Callable[[Pen], object]) -> Iterator[Figure]:
    pens = {size: Pen(ground.project(size), size) for size in ground.sizes}
    for size in ground.sizes:
        build(ground.project(size))
    found: dict[int, list[Usage]] = {size: [] for size in ground.sizes}
    try:
        for _ in range(ground.pairs):
            for size, pen in pens.items():
                change(pen)
                found[size].append(build(ground.project(size)))
    finally:
        for pen in pens.values():
            pen.undo()
    for size in ground.sizes:
        yield from _times(row, "sitegen", what, size, found[size])


def memory(ground: Ground) -> Iterator[Figure]:
    """The peak of a clean build, all its processes together."""
    for size in ground.sizes:
        project, hugo = ground.project(size), find_hugo(size)
        forget(project)
        yield _memory("sitegen", size, peak_memory(BUILD, project))
        if hugo:
            yield _memory("hugo", size, peak_memory((hugo, "--quiet"), ground.content(size)))


def _memory(who: str, size: int, megabytes: float) -> Figure:
    return Figure(row="memory", who=who, what="peak", size=size, unit=Unit.MEGABYTES, values=(megabytes,))


def _times(row: str, who: str, what: str, size: int, used: list[Usage]) -> Iterator[Figure]:
    for unit, values in ((Unit.CPU, [one.cpu for one in used]), (Unit.WALL, [one.wall for one in used])):
        yield Figure(row=row, who=who, what=what, size=size, unit=unit, values=tuple(values))


def _extent(row: str, who: str, size: int, folder: Path) -> Iterator[Figure]:
    count, weight = weigh(folder)
    yield Figure(row=row, who=who, what="written", size=size, unit=Unit.FILES, values=(count,))
    yield Figure(row=row, who=who, what="written", size=size, unit=Unit.BYTES, values=(weight,))
