"""The states of the preview, one at a time in a thread: after every change, and when time alone changes the pages."""

import secrets
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from sitegen.serve.maker import Maker
from sitegen.serve.state import State

NAP = 30.0  # seconds: the clock is read again at least that often, for machines that sleep and clocks that are set
CALM = 0.3  # seconds after a change in which browsers load the new pages, and nothing else is done


class Builder:
    """Keeps the site as the project in `root` is, from entering to leaving the context.

    What it finds out is kept in `folder`, outside the project; `begin` is called, in its thread, before it looks at the
    project first. Where the project can't be made into a site the last good one stays.
    """

    def __init__(
        self,
        root: Path,
        folder: Path,
        now: Callable[[], datetime],
        report: Callable[[State], None] = lambda state: None,
        begin: Callable[[], None] = lambda: None,
    ) -> None:
        self._now = now
        self._report = report
        self._begin = begin
        self._maker = Maker(root, folder, now)
        self._turn = threading.Condition()
        self._asked = True
        self._busy = False
        self._stopped = False
        # Random: a page of an earlier server is not taken for one of this.
        self._state = State(stamp=f"{secrets.token_hex(4)}.0")
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
        self._begin()
        while self._is_due():
            before, after = self._state, self._maker.make(self._state)
            with self._turn:
                self._state = after
                self._busy = False
                self._turn.notify_all()
                self._turn.wait_for(lambda: self._stopped or self._asked, CALM)
            if after.stamp != before.stamp:
                with suppress(OSError):  # nobody reads the terminal any more
                    self._report(after)
            self._maker.settle()

    def _is_due(self) -> bool:
        """Waits until a build is asked for or its moment has come; False when there is none to come."""
        with self._turn:
            while not self._stopped:
                due = self._maker.due
                rest = NAP if due is None else (due - self._now()).total_seconds()
                if self._asked or rest <= 0:
                    self._asked, self._busy = False, True
                    return True
                self._turn.wait(min(rest, NAP))
        return False
