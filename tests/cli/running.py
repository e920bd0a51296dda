"""The command in a process of its own, at a moment that the test chooses, and in a terminal."""

import fcntl
import os
import pty
import resource
import select
import subprocess
import sys
import termios
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.projects import MOMENT

COMMAND = (sys.executable, "-m", "sitegen")
# What a person's environment may hold and these runs must not.
_FOREIGN = ("EDITOR", "NO_COLOR", "SITEGEN_DEBUG", "SOURCE_DATE_EPOCH", "VISUAL")
_PATIENCE = 60


def environment(at: datetime, variables: dict[str, str]) -> dict[str, str]:
    """The variables of a run at the moment."""
    kept = {name: value for name, value in os.environ.items() if name not in _FOREIGN}
    return {**kept, "SOURCE_DATE_EPOCH": str(int(at.timestamp())), **variables}


def sitegen(
    folder: Path,
    *words: str | Path | bytes,
    code: int = 0,
    at: datetime = MOMENT,
    before: Callable[[], None] | None = None,
    **variables: str,
) -> subprocess.CompletedProcess[str]:
    """The finished run in the folder; the test fails unless it ended with the code. `before` runs in its process."""
    finished = subprocess.run(
        (*COMMAND, *words),
        cwd=folder,
        env=environment(at, variables),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=_PATIENCE,
        check=False,
        preexec_fn=before,
    )
    assert finished.returncode == code, f"{finished.returncode}: {finished.stdout}{finished.stderr}"
    return finished


def forbid_writing() -> None:
    """Makes every write to a file of this process fail, as a full disk does."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


class Terminal:
    """A run with a person before it: what is shown is waited for, and answers are typed."""

    def __init__(self, folder: Path, *words: str, at: datetime = MOMENT, **variables: str) -> None:
        self._master, slave = pty.openpty()
        self._run = subprocess.Popen(
            (*COMMAND, *words),
            cwd=folder,
            env=environment(at, {"TERM": "xterm", **variables}),
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
            preexec_fn=_take_terminal,
        )
        os.close(slave)
        self.shown = ""
        self._seen = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._run.kill()
        self._run.wait()
        os.close(self._master)

    def expect(self, text: str) -> Self:
        """Waits until the text is shown, below what was waited for before."""
        deadline = time.monotonic() + _PATIENCE
        while text not in self.shown[self._seen :]:
            assert time.monotonic() < deadline, f"{text!r} does not come: {self.shown}"
            assert self._read(), f"{text!r} never came: {self.shown}"
        self._seen = self.shown.index(text, self._seen) + len(text)
        return self

    def type(self, text: str) -> Self:
        """Types the text, as it is."""
        os.write(self._master, text.encode())
        return self

    def answer(self, question: str, text: str = "") -> Self:
        """Waits for the question, types the text and Enter."""
        return self.expect(question).type(f"{text}\n")

    def leave(self, key: str) -> Self:
        """Presses the key until the run ends: one that comes just before the run listens is lost."""
        while self._run.poll() is None:
            self.type(key)
            with suppress(subprocess.TimeoutExpired):
                self._run.wait(5)
        return self

    def finish(self) -> int:
        """Waits for the end, and gives the exit code."""
        while self._read():
            pass
        return self._run.wait(_PATIENCE)

    def _read(self) -> bool:
        """Takes what is shown meanwhile; false at the end."""
        ready, _, _ = select.select([self._master], [], [], _PATIENCE)
        try:
            read = os.read(self._master, 65536) if ready else b""
        except OSError:  # on Linux the end of the last process at the other side
            read = b""
        self.shown += read.decode(errors="replace").replace("\r\n", "\n")
        return bool(read)


def _take_terminal() -> None:
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
