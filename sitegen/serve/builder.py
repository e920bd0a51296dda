"""The builds of the preview, one at a time in a thread: after every change, and when time alone changes the pages."""

import secrets
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from sitegen import history, project
from sitegen.build import build
from sitegen.output import OutputError
from sitegen.problems import Problem, sort_problems
from sitegen.project import Project
from sitegen.render import TemplateError

NAP = 30.0  # seconds: the clock is read again at least that often, for machines that sleep and clocks that are set


class State(msgspec.Struct, frozen=True, kw_only=True):
    """What the last build came to: `stamp` differs from every other one exactly when there is something new to see.

    `ready`: a whole site stands in the folder. `failure`: why it is not the newest, in a sentence, else empty.
    """

    stamp: str
    ready: bool = False
    failure: str = ""
    problems: tuple[Problem, ...] = ()


class Builder:
    """Keeps the site in `out` as the project in `root` is, from entering to leaving the context.

    A build that fails leaves the last good site in place.
    """

    def __init__(
        self, root: Path, out: Path, now: Callable[[], datetime], report: Callable[[State], None] = lambda state: None
    ) -> None:
        self.out = out
        self._root = root
        self._now = now
        self._report = report
        self._turn = threading.Condition()
        self._asked = True
        self._busy = False
        self._stopped = False
        self._due: datetime | None = None
        self._run_id = secrets.token_hex(4)  # a page of an earlier server is not taken for one of this
        self._state = State(stamp=f"{self._run_id}.0")
        self._thread = threading.Thread(target=self._run, name="builder")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        with self._turn:
            self._stopped = True
            self._turn.notify_all()
        self._thread.join()

    def ask(self) -> None:
        """The project has changed: build again."""
        with self._turn:
            self._asked = True
            self._turn.notify_all()

    def settled(self, patience: float) -> State:
        """The state once no build is running or asked for, or what it is after `patience` seconds."""
        with self._turn:
            self._turn.wait_for(lambda: self._stopped or not (self._asked or self._busy), patience)
            return self._state

    def newer(self, stamp: str, patience: float) -> State:
        """The state as soon as its stamp is another one, or what it is after `patience` seconds."""
        with self._turn:
            self._turn.wait_for(lambda: self._stopped or self._state.stamp != stamp, patience)
            return self._state

    def _run(self) -> None:
        while self._is_due():
            before, after = self._state, self._make()
            with self._turn:
                self._state = after
                self._busy = False
                self._turn.notify_all()
            if after != before:
                self._report(after)

    def _is_due(self) -> bool:
        """Waits until a build is asked for or its moment has come; False when there is none to come."""
        with self._turn:
            while not self._stopped:
                rest = NAP if self._due is None else (self._due - self._now()).total_seconds()
                if self._asked or rest <= 0:
                    self._asked, self._busy = False, True
                    return True
                self._turn.wait(min(rest, NAP))
        return False

    def _make(self) -> State:
        """One build; whatever goes wrong in it is something to show."""
        self._due = None
        try:
            content = project.read(self._root)
            if content.project is None:
                return self._with(False, "sitegen.yaml can't be used as it is.", content.problems)
            changed, problems = self._build(content.project)
            return self._with(changed, "", sort_problems((*content.problems, *problems)))
        except (TemplateError, OutputError) as error:
            return self._with(False, str(error), ())
        except OSError as error:
            return self._with(False, f"{error.filename or self._root}: {error.strerror or error}.", ())
        except Exception as error:  # the preview outlives mistakes of this program too
            return self._with(False, f"sitegen made a mistake: {type(error).__name__}: {error}", ())

    def _build(self, content: Project) -> tuple[bool, tuple[Problem, ...]]:
        """Whether any file changed, and the problems."""
        moment = self._now()
        built = build(content, self.out, moment, drafts=True)
        self._due = history.next_change(content.incidents, content.settings, moment)
        return bool(built.written.changed or built.written.removed), built.problems

    def _with(self, changed: bool, failure: str, problems: tuple[Problem, ...]) -> State:
        """The state after a build, with a new stamp where a reader would notice a difference."""
        last = self._state
        ready = last.ready or not failure
        if not changed and (ready, failure, problems) == (last.ready, last.failure, last.problems):
            return last
        count = int(last.stamp.rpartition(".")[2]) + 1
        return State(stamp=f"{self._run_id}.{count}", ready=ready, failure=failure, problems=problems)
