"""One host, looked at: every chosen file fetched as readers get it, and read against the builds."""

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from time import monotonic

import msgspec

from sitegen import links
from sitegen.channels.limits import Limits
from sitegen.freshness.builds import Builds
from sitegen.freshness.dating import find_built
from sitegen.freshness.fetching import LIMITS, Answer, Outcome, fetch
from sitegen.freshness.reading import Reading, find_words, read

PATIENCE = timedelta(minutes=2)
"""So long a host is asked, however slow it is."""

_AT_ONCE = 4
_FIRST = (links.NOW, links.HOME)
_Answers = Mapping[PurePosixPath, Answer]


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """What was read at a host: `built` is when its site was (UTC), by its own word, None where it told nothing.

    `words` are the updates that its pages and feeds link to, as `ID · PART`; `silent` is why it could not be reached.
    """

    host: str
    readings: tuple[Reading, ...] = ()
    built: datetime | None = None
    words: frozenset[str] = frozenset()
    silent: str = ""


def look_at(
    host: str,
    paths: tuple[PurePosixPath, ...],
    builds: Builds,
    limits: Limits = LIMITS,
    patience: timedelta = PATIENCE,
) -> Look:
    """Read these files at the host (its home page's address); it is read once more if it is published meanwhile."""
    visit = _Visit(host, builds, limits, monotonic() + patience.total_seconds())
    look = visit.look(paths)
    if any(not reading.is_fresh for reading in look.readings) and visit.moved(look):
        look = visit.look(paths)
    return look


class _Visit:
    """Everything that one host is asked, until `end` (monotonic)."""

    def __init__(self, host: str, builds: Builds, limits: Limits, end: float) -> None:
        self.host, self.builds, self.limits, self.end = host, builds, limits, end

    def look(self, paths: tuple[PurePosixPath, ...]) -> Look:
        answers = dict(self._ask(_FIRST))
        if all(answer.outcome is Outcome.UNREACHED for answer in answers.values()):
            return Look(host=self.host, silent=answers[links.HOME].told)
        answers |= self._ask(path for path in paths if path not in answers)
        built = self._find_built(answers)
        moment = built or self.builds.moment
        first = [read(path, answers[path], self.builds, moment) for path in paths]
        readings = self._look_past_caches(first, moment)
        bodies = (answer.body for answer in answers.values())
        words = frozenset[str]().union(*map(find_words, bodies))
        return Look(host=self.host, readings=readings, built=built, words=words)

    def moved(self, look: Look) -> bool:
        """Whether the host shows another build than before."""
        return self._find_built(self._ask(_FIRST, past_caches=True)) != look.built

    def _find_built(self, answers: _Answers) -> datetime | None:
        now, home = (answers[path].body for path in _FIRST)
        return find_built(now, home, self.builds.moment)

    def _look_past_caches(self, readings: list[Reading], built: datetime) -> tuple[Reading, ...]:
        """The readings, those marked that only a cache gives out."""
        doubtful = [one.path for one in readings if one.answer.outcome is Outcome.PAGE and not one.is_fresh]
        answers = self._ask(doubtful, past_caches=True)
        behind = {path for path in doubtful if self._is_new(path, answers[path], built)}
        return tuple(msgspec.structs.replace(one, cached=one.path in behind) for one in readings)

    def _is_new(self, path: PurePosixPath, answer: Answer, built: datetime) -> bool:
        return read(path, answer, self.builds, built).is_fresh

    def _ask(self, paths: Iterable[PurePosixPath], *, past_caches: bool = False) -> dict[PurePosixPath, Answer]:
        todo = tuple(paths)
        with ThreadPoolExecutor(max_workers=_AT_ONCE) as pool:
            answers = pool.map(lambda path: self._ask_for(path, past_caches), todo)
            return dict(zip(todo, answers, strict=True))

    def _ask_for(self, path: PurePosixPath, past_caches: bool) -> Answer:
        if monotonic() > self.end:
            return Answer(Outcome.FAILED, told="The host was too slow: it was not asked for everything.")
        there = msgspec.structs.replace(self.builds.site, url=self.host)
        return fetch(links.absolute(there, path), past_caches=past_caches, limits=self.limits)
