"""The clean build, the edit and Hugo's build by the length of the history, as a drawing for the docs."""

from collections.abc import Iterator
from math import log10
from pathlib import Path
from xml.sax.saxutils import escape

from bench.figures import Figures, Unit

_WIDTH, _HEIGHT, _LEFT, _BOTTOM, _TOP, _RIGHT = 640, 360, 60, 40, 20, 150
_SECONDS, _SIZES = (0.01, 0.1, 1, 10, 100, 1000), (100, 1_000, 10_000, 100_000)
# Row, who, what, how it is drawn, and what it is called.
_LINES = (
    ("clean", "hugo", "clean build", "#5f6775", "Hugo, full build"),
    ("clean", "sitegen", "clean build", "#1f4fd1", "clean build"),
    ("edit", "sitegen", "one edit", "#127350", "one edit"),
    ("nothing", "sitegen", "nothing changed", "#8a5a00", "nothing changed"),
)


def draw(figures: Figures, file: Path) -> None:
    """CPU seconds on both logarithmic scales, into the file."""
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" font-family="sans-serif"'
    parts = [f'{head} font-size="12">', f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#fff"/>']
    parts += [*_axes(), *_lines(figures), "</svg>"]
    file.write_text("\n".join(parts) + "\n", encoding="utf-8")


def _axes() -> Iterator[str]:
    for seconds in _SECONDS:
        y = _y(seconds)
        yield f'<path d="M{_LEFT} {y}H{_WIDTH - _RIGHT}" stroke="#dfe2e8"/>'
        yield f'<text x="{_LEFT - 8}" y="{y + 4}" text-anchor="end">{seconds:,}</text>'
    for size in _SIZES:
        yield f'<text x="{_x(size)}" y="{_HEIGHT - _BOTTOM + 18}" text-anchor="middle">{size:,}</text>'
    yield f'<text x="{_LEFT}" y="{_HEIGHT - 6}">incidents; CPU seconds upwards, both scales logarithmic</text>'


def _lines(figures: Figures) -> Iterator[str]:
    for row, who, what, colour, name in _LINES:
        found = (figures.find(row, who, what, size, Unit.CPU) for size in sorted({one.size for one in figures.all}))
        places = [(_x(one.size), _y(one.median)) for one in found if one]
        if not places:
            continue
        path = " ".join(f"{x},{y}" for x, y in places)
        yield f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>'
        yield from (f'<circle cx="{x}" cy="{y}" r="3" fill="{colour}"/>' for x, y in places)
        x, y = places[-1]
        yield f'<text x="{x + 8}" y="{y + 4}" fill="{colour}">{escape(name)}</text>'


def _x(size: int) -> float:
    share = (log10(size) - log10(_SIZES[0])) / (log10(_SIZES[-1]) - log10(_SIZES[0]))
    return round(_LEFT + share * (_WIDTH - _LEFT - _RIGHT), 1)


def _y(seconds: float) -> float:
    share = (log10(max(seconds, _SECONDS[0])) - log10(_SECONDS[0])) / (log10(_SECONDS[-1]) - log10(_SECONDS[0]))
    return round(_HEIGHT - _BOTTOM - share * (_HEIGHT - _BOTTOM - _TOP), 1)
