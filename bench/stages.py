"""The row about where the milliseconds of one edit go, beside what no program could do without."""

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from time import process_time

from bench.figures import Figure, Unit
from bench.gen import MOMENT
from bench.ground import Ground, Pen, build
from bench.measure import run

_HERE = Path(__file__).parents[1]


def stages(ground: Ground) -> Iterator[Figure]:
    """One edit, stage by stage, and what no program could do without."""
    for size in ground.sizes:
        project = ground.project(size)
        pen = Pen(project, size)
        build(project)
        try:
            told = [_edit(pen, project) for _ in range(ground.pairs)]
        finally:
            pen.undo()
        for what in told[0]:
            yield Figure(
                row="stages",
                who="sitegen",
                what=what,
                size=size,
                unit=Unit.MILLISECONDS,
                values=tuple(one[what] for one in told),
            )


def _edit(pen: Pen, project: Path) -> dict[str, float]:
    pen.write()
    found = run((sys.executable, "-m", "bench.staged", project, MOMENT), _HERE)
    return {**json.loads(found.output.splitlines()[-1]), **_find_floors(project)}


def _find_floors(project: Path) -> dict[str, float]:
    """CPU milliseconds of looking at each file once, and of starting the interpreter with the libraries."""
    begun = process_time()
    for folder in ("incidents", "site/incidents"):
        for entry in os.scandir(project / folder):
            entry.stat(follow_symlinks=False)
    looked = process_time() - begun
    start = run((sys.executable, "-c", "pass"), project).cpu
    libraries = run((sys.executable, "-c", "import click, jinja2, msgspec, yaml"), project).cpu
    return {
        "floor: start": 1000 * start,
        "floor: imports": 1000 * (libraries - start),
        "floor: stat of entries and their pages": 1000 * looked,
    }
