"""What was measured: figures with their medians and ranges, and the targets that they are held against."""

from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum
from statistics import median

import msgspec


class Unit(StrEnum):
    """What a figure counts."""

    CPU = "CPU s"
    WALL = "s"
    MILLISECONDS = "ms"
    MEGABYTES = "MB"
    FILES = "files"
    BYTES = "bytes"
    REQUESTS = "requests"


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """One thing measured some times in one run: of `who`, `what`, at `size` incidents."""

    row: str
    who: str
    what: str
    size: int
    unit: Unit
    values: tuple[float, ...]

    @property
    def median(self) -> float:
        """The middle of the values."""
        return median(self.values)


class Figures(msgspec.Struct, frozen=True):
    """All figures of a run."""

    all: tuple[Figure, ...]

    def find(self, row: str, who: str, what: str, size: int, unit: Unit) -> Figure | None:
        """The one figure of that description; None where that was not measured."""
        wanted = (row, who, what, size, unit)
        return next((one for one in self.all if (one.row, one.who, one.what, one.size, one.unit) == wanted), None)


class Verdict(msgspec.Struct, frozen=True):
    """A target beside what was measured: the number and its range, in `unit`; empty values: not measured."""

    target: str
    limit: float
    unit: str
    values: tuple[float, ...]

    @property
    def told(self) -> str:
        """The line for a terminal."""
        if not self.values:
            return f"  not measured   {self.target}"
        word = "met" if median(self.values) <= self.limit else "MISSED"
        return f"  {word:<12}   {self.target}: {spell(self.values, self.unit)}"


def spell(values: Sequence[float], unit: str) -> str:
    """The median, and the range where there is one."""
    middle, low, high = (_round(one) for one in (median(values), min(values), max(values)))
    return f"{middle} {unit}" if low == high else f"{middle} {unit} ({low}–{high})"


def divide(above: Figure | None, below: Figure | None) -> tuple[float, ...]:
    """The ratios of two figures, pair by pair as they were measured; none where one is missing."""
    if above is None or below is None:
        return ()
    return tuple(one / other for one, other in zip(above.values, below.values, strict=False))


def table(figures: Iterable[Figure]) -> str:
    """Every figure on a line, by row and size."""
    lines = []
    for one in sorted(figures, key=lambda figure: (figure.row, figure.size)):
        lines.append(f"  {one.row:<8} {one.size:>7,}  {one.who:<8} {one.what:<34} {spell(one.values, one.unit)}")
    return "\n".join(lines)


def _round(number: float) -> str:
    return f"{number:,.0f}" if abs(number) >= 100 else f"{number:.3g}"


Judge = Callable[[Figures], Verdict]
