"""The targets, each beside what was measured."""

from collections.abc import Iterable, Iterator

from bench.figures import Figure, Figures, Unit, Verdict, divide

_TEN_THOUSAND, _THOUSAND = 10_000, 1_000


def judge(figures: Figures) -> tuple[Verdict, ...]:
    """Every target; what was not measured at its size has no values."""
    return tuple(_judge(figures))


def _judge(figures: Figures) -> Iterator[Verdict]:
    find = figures.find
    yield Verdict(
        "push → visible, our share, 300 incidents",
        2,
        "s",
        _values(find("push", "sitegen", "our share", 300, Unit.WALL)),
    )
    ours, theirs = (find("clean", who, "clean build", _TEN_THOUSAND, Unit.WALL) for who in ("sitegen", "hugo"))
    yield Verdict("clean build at 10,000 beside Hugo, wall", 3, "×", divide(ours, theirs))
    yield from _judge_edit(figures)
    quiet = find("nothing", "sitegen", "nothing changed", _TEN_THOUSAND, Unit.CPU)
    yield Verdict("nothing changed at 10,000", 0.15, Unit.CPU, _values(quiet))
    for size, limit in ((_TEN_THOUSAND, 250), (100_000, 1_000)):
        peak = find("memory", "sitegen", "peak", size, Unit.MEGABYTES)
        yield Verdict(f"peak memory at {size:,}", limit, Unit.MEGABYTES, _values(peak))
    saved = find("serve", "sitegen", "saved → delivered", _TEN_THOUSAND, Unit.MILLISECONDS)
    yield Verdict("serve: saved → delivered at 10,000", 150, Unit.MILLISECONDS, _values(saved))
    yield from _judge_growth(figures)
    yield from _judge_weight(figures)
    plan = find("mirror", "sitegen", "plan", _TEN_THOUSAND, Unit.CPU)
    yield Verdict("mirror: plan over 10,000 incidents, 50,000 deliveries", 0.5, Unit.CPU, _values(plan))


def _judge_edit(figures: Figures) -> Iterator[Verdict]:
    large, small = (figures.find("edit", "sitegen", "one edit", size, Unit.CPU) for size in (_TEN_THOUSAND, _THOUSAND))
    hugo = figures.find("clean", "hugo", "clean build", _TEN_THOUSAND, Unit.CPU)
    yield Verdict("one edit at 10,000", 0.35, Unit.CPU, _values(large))
    grown = tuple(one - other for one, other in zip(_values(large), _values(small), strict=False))
    yield Verdict("one edit at 10,000, more than at 1,000", 0.10, Unit.CPU, grown)
    yield Verdict("one edit at 10,000 beside Hugo's build", 0.1, "×", divide(large, hugo))


def _judge_growth(figures: Figures) -> Iterator[Verdict]:
    for size in (_THOUSAND, _TEN_THOUSAND):
        small, large = (figures.find("clean", "sitegen", "clean build", n, Unit.CPU) for n in (size, size * 10))
        yield Verdict(f"growth of the clean build, {size:,} → {size * 10:,}", 11, "×", divide(large, small))


def _judge_weight(figures: Figures) -> Iterator[Verdict]:
    for what, limit in (("home", 14), ("incident", 6)):
        yield Verdict(f"{what} page: requests", 1, "", _all(figures.all, what, Unit.REQUESTS))
        sizes = tuple(size / 1024 for size in _all(figures.all, what, Unit.BYTES))
        yield Verdict(f"{what} page: gzip, at any size", limit, "KB", sizes and (max(sizes),))


def _all(figures: Iterable[Figure], what: str, unit: Unit) -> tuple[float, ...]:
    return tuple(one.median for one in figures if (one.row, one.what, one.unit) == ("weight", what, unit))


def _values(figure: Figure | None) -> tuple[float, ...]:
    return figure.values if figure else ()
