"""`make bench`: measures every row of the targets, prints them, and keeps them in `results.json` and a drawing.

`python bench/run.py --only clean --sizes 300,1000 --pairs 1` takes a quick look; results are kept only with `--keep`.
"""

import argparse
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import msgspec

from bench import builds, mirroring, plot, pushing, restoring, serving, stages, targets, weighing
from bench.figures import Figure, Figures, Unit, Verdict, table
from bench.ground import Ground, find_hugo
from bench.measure import MeasuringError
from sitegen import __version__

HERE = Path(__file__).parent
RESULTS, DRAWING = HERE / "results.json", HERE.parent / "docs" / "images" / "speed.svg"
TMPFS = Path("/dev/shm")

Row = Callable[[Ground], Iterator[Figure]]
ROWS: Mapping[str, Row] = {
    "clean": builds.clean,
    "edit": builds.edit,
    "nothing": builds.nothing,
    "memory": builds.memory,
    "serve": serving.serve,
    "weight": weighing.weight,
    "mirror": mirroring.mirror,
    "stages": stages.stages,
    "push": pushing.push,
    "restored": restoring.restored,
}
# Rows that have a target at one size only.
_LARGEST: Mapping[str, int] = {"push": 300, "mirror": 10_000, "serve": 10_000}


class Results(msgspec.Struct, frozen=True):
    """One run: where it was made, every figure, and the targets."""

    machine: Mapping[str, str]
    figures: tuple[Figure, ...]
    targets: tuple[Verdict, ...]


def measure(rows: tuple[str, ...], sizes: tuple[int, ...], pairs: int) -> Results:
    """Measure the rows; whatever was written for it is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="bench-", dir=TMPFS if TMPFS.is_dir() else None))
    found: list[Figure] = []
    try:
        for name in rows:
            _say(f"{name} …")
            wanted = tuple(size for size in sizes if size <= _LARGEST.get(name, size))
            row = _measure_row(ROWS[name], Ground(folder, wanted, pairs))
            _say(table(row))
            found += row
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return Results(_describe_machine(), tuple(found), targets.judge(Figures(tuple(found))))


def _measure_row(row: Row, ground: Ground) -> tuple[Figure, ...]:
    """Its figures; one that fails is told, and keeps none of the others from being measured."""
    try:
        return tuple(row(ground))
    except MeasuringError as error:
        _say(f"  failed: {error}")
        return ()


def _describe_machine() -> Mapping[str, str]:
    hugo = find_hugo()
    version = subprocess.run((hugo, "version"), capture_output=True, text=True, check=True).stdout if hugo else "none"
    return {
        "sitegen": __version__,
        "python": platform.python_version(),
        "hugo": version.partition("-")[0].strip(),
        "system": f"{platform.system()} {platform.machine()}",
        "cpus": str(os.cpu_count()),
        "load": f"{os.getloadavg()[0]:.1f}",
    }


def _keep(results: Results) -> None:
    """Into the file, in place of the same figures of earlier runs."""
    if RESULTS.exists():
        known = {_name(one): one for one in msgspec.json.decode(RESULTS.read_bytes(), type=Results).figures}
        figures = tuple({**known, **{_name(one): one for one in results.figures}}.values())
        results = Results(results.machine, figures, targets.judge(Figures(figures)))
    RESULTS.write_bytes(msgspec.json.format(msgspec.json.encode(results), indent=1) + b"\n")
    plot.draw(Figures(results.figures), DRAWING)


def _name(figure: Figure) -> tuple[str, str, str, int, Unit]:
    return figure.row, figure.who, figure.what, figure.size, figure.unit


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(map(int, text.split(",")))


def _main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=ROWS, action="append", help="this row only (repeatable)")
    parser.add_argument("--sizes", type=_numbers, default=(300, 1_000, 10_000), help="how many incidents")
    parser.add_argument("--pairs", type=int, default=5, help="how often each thing is measured")
    parser.add_argument("--keep", action="store_true", help=f"write {RESULTS.name} and {DRAWING.name}")
    chosen = parser.parse_args()
    if find_hugo() is None:
        _say("Hugo is not there: `make bench` installs it; without it there is nothing to compare with.")
    results = measure(tuple(chosen.only or ROWS), chosen.sizes, chosen.pairs)
    _say("\n".join(("targets", *(verdict.told for verdict in results.targets))))
    if chosen.keep:
        _keep(results)


if __name__ == "__main__":
    _main()
