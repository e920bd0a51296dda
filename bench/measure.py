"""Whole processes, measured: CPU time, wall time and memory of a command with all that it starts."""

import os
import subprocess
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from time import monotonic, sleep

import msgspec

_LOOK = 0.02  # seconds between two looks at the memory
_PSS = "Pss:"


class Usage(msgspec.Struct, frozen=True):
    """What a command took: `cpu` seconds (user and system, children included) and `wall` seconds."""

    cpu: float
    wall: float
    output: str


class MeasuringError(Exception):
    """What was to be measured failed, or did not do what it is measured for: a sentence, and what it printed."""


def expect(holds: object, otherwise: str) -> None:
    """Raise MeasuringError where it does not hold: a wrong result has no speed."""
    if not holds:
        raise MeasuringError(otherwise)


def run(command: Sequence[str | Path], folder: Path, variables: Mapping[str, str] | None = None) -> Usage:
    """Run the command in the folder to its end; MeasuringError where it fails."""
    begun = monotonic()
    process = _start(command, folder, variables)
    output = _drain(process)
    _, status, used = os.wait4(process.pid, 0)
    wall = monotonic() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    _refuse_failure(process, command, output)
    return Usage(used.ru_utime + used.ru_stime, wall, output)


def peak_memory(command: Sequence[str | Path], folder: Path) -> float:
    """The most memory in MB that the command and all that it started held at once, each shared page counted once.

    It is looked at every 20 ms, which takes time itself: never measure time in the same run.
    """
    process = _start(command, folder, None)
    peak = _Peak(process.pid)
    with peak:
        output = _drain(process)
        process.wait()
    _refuse_failure(process, command, output)
    return peak.megabytes


def _start(
    command: Sequence[str | Path], folder: Path, variables: Mapping[str, str] | None
) -> "subprocess.Popen[bytes]":
    """In a session of its own, so that its descendants can be told from others."""
    return subprocess.Popen(
        [str(word) for word in command],
        cwd=folder,
        env={**os.environ, **(variables or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )


def _drain(process: "subprocess.Popen[bytes]") -> str:
    assert process.stdout is not None
    with process.stdout as pipe:
        return pipe.read().decode(errors="replace")


def _refuse_failure(process: "subprocess.Popen[bytes]", command: Sequence[str | Path], output: str) -> None:
    if process.returncode:
        raise MeasuringError(f"{' '.join(map(str, command))}: exit code {process.returncode}\n{output[-2000:]}")


class _Peak:
    """Looks at the memory of a session, again and again, from entering to leaving the context."""

    def __init__(self, session: int) -> None:
        self.megabytes = 0.0
        self._session = session
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look, name="memory")

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *exception: object) -> None:
        self._ended.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._ended.is_set():
            self.megabytes = max(self.megabytes, sum(map(_held, _members(self._session))) / 1024)
            sleep(_LOOK)


def _members(session: int) -> list[int]:
    numbers = (int(entry) for entry in os.listdir("/proc") if entry.isdigit())  # noqa: PTH208 - hot
    return [number for number in numbers if _session_of(number) == session]


def _session_of(number: int) -> int:
    try:
        return os.getsid(number)
    except OSError:
        return 0


def _held(number: int) -> int:
    """The proportional memory of a process in kB, 0 once it has gone."""
    try:
        lines = Path(f"/proc/{number}/smaps_rollup").read_text("ascii").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith(_PSS)), 0)
