"""One state of the preview after another: the project read with what is known of it, compared, and prepared."""

import gc
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from sitegen import history, project
from sitegen.basis import Basis, find_basis
from sitegen.build import prepare
from sitegen.cache import Cache
from sitegen.entries import fetch
from sitegen.problems import Problem, sort_problems
from sitegen.serve.site import Site
from sitegen.serve.state import State, explain


class Maker:
    """Makes the states of one project, in one thread; what it finds out is kept in `folder`, outside the project.

    `turn` is held while it reads, and while a page is rendered: what does that is made for one thread. `due` is when
    (UTC) the pages must say something else though no file has changed, None where they need not.
    """

    def __init__(self, root: Path, folder: Path, now: Callable[[], datetime]) -> None:
        self.turn = threading.RLock()
        self.due: datetime | None = None
        self._root = root
        self._folder = folder
        self._now = now
        self._cache: Cache | None = None
        self._basis: Basis | None = None

    def make(self, last: State) -> State:
        """The state now; the last one itself where nobody would notice a difference."""
        with self.turn:
            try:
                return self._make(last)
            except Exception as error:  # the preview outlives mistakes of this program too
                return self._fail(last, explain(error))

    def settle(self) -> None:
        """What can wait until the new pages are on their way, and makes the next state come sooner."""
        with self.turn, suppress(Exception):  # what goes wrong here does so again where it can be shown
            cache, self._cache = self._cache, None
            if cache is not None:
                cache.save()
            self._cache = Cache(self._root, self._folder)
            fetch(self._cache)
        gc.collect()  # each state leaves much behind

    def _make(self, last: State) -> State:
        cache, self._cache = self._cache or Cache(self._root, self._folder), None
        content, moment = project.read(self._root, cache), self._now()
        if content.project is None:
            return self._fail(last, "sitegen.yaml can't be used as it is.", content.problems)
        self._cache = cache
        before, basis = self._basis, find_basis(content, cache)
        if basis is not None and basis == before and (self.due is None or moment < self.due):
            return last
        prepared = prepare(content.project, moment, drafts=True, cache=cache)
        site = Site(prepared.pages, self.turn, last.site)
        site.rehearse(every_kind=before is None or basis is None or basis.surroundings != before.surroundings)
        found = content.project
        self._basis, self.due = basis, history.next_change(found.unsettled(moment), found.settings, moment)
        return _follow(last, site=site, failure="", problems=sort_problems((*content.problems, *prepared.problems)))

    def _fail(self, last: State, failure: str, problems: tuple[Problem, ...] = ()) -> State:
        self.due = self._basis = None
        if (failure, problems) == (last.failure, last.problems):
            return last
        return _follow(last, site=last.site, failure=failure, problems=problems)


def _follow(last: State, *, site: Site | None, failure: str, problems: tuple[Problem, ...]) -> State:
    """The state after the last, with a stamp of its own."""
    run, _, count = last.stamp.rpartition(".")
    return State(stamp=f"{run}.{int(count) + 1}", site=site, failure=failure, problems=problems)
