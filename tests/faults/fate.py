"""What befalls a run of the command at a chosen step of it: a real process is killed or frozen from outside.

Steps are what can be seen from outside: each push and each post, just before it takes effect and just after, and
after each look at the platform; for a run that freezes also after each look at the ledger. (A run that dies after one
leaves what it had left before it.) Nothing in the program knows of this: a script stands before git on the run's PATH,
and the platform is a simulator.
"""

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

from tests.simulators.loopback import Answer, Ending, Request
from tests.simulators.twitter import DUPLICATE, TwitterSimulator
from tests.simulators.twitter_requests import Refusal

_PATIENCE = 60
_GIT = """\
#!/bin/sh
case " $* " in
*" push "*) word=push ;;
*" {look} "*) word={look} ;;
*) exec {git} "$@" ;;
esac
meet() {{
    echo "$1 $word" >>"{folder}/steps"
    [ "$(wc -l <"{folder}/steps")" -eq {number} ] || return 0
    : >"{folder}/still"
    kill -{blow} $PPID
    [ {blow} != KILL ] || exit 1
    while [ -e "{folder}/still" ]; do sleep 0.02; done
}}
[ $word != push ] || meet before
{git} "$@"
code=$?
meet after
exit $code
"""


class Fate:
    """The blow, SIGKILL or SIGSTOP, that a run meets at the step of this number, counted from 1; 0 stands for none."""

    def __init__(self, folder: Path, number: int = 0, blow: signal.Signals = signal.SIGKILL) -> None:
        folder.mkdir()
        self.folder, self.number, self.blow = folder, number, blow
        self._steps, self._still = folder / "steps", folder / "still"
        self.run: subprocess.Popen[str] | None = None
        self._steps.touch()
        script = folder / "git"
        look = "ls-remote" if blow is signal.SIGSTOP else "push"
        words = {"git": shutil.which("git"), "folder": folder, "number": number, "blow": blow.name[3:], "look": look}
        script.write_text(_GIT.format_map(words), "utf-8")
        script.chmod(0o755)

    @property
    def steps(self) -> tuple[str, ...]:
        """The steps that the run has come to, in order."""
        return tuple(self._steps.read_text("utf-8").splitlines())

    @property
    def path(self) -> str:
        """The PATH on which the run finds its git."""
        return f"{self.folder}{os.pathsep}{os.environ['PATH']}"

    def wait(self) -> None:
        """Come back when the run has ended, or stands still at its step."""
        assert self.run is not None
        deadline = time.monotonic() + _PATIENCE
        while self.run.poll() is None and not (self.is_met and self.blow is signal.SIGSTOP):
            assert time.monotonic() < deadline, f"the run neither ended nor came to its step: {self.steps}"
            time.sleep(0.02)

    @property
    def is_met(self) -> bool:
        """Whether the run has come to its step."""
        return 0 < self.number <= len(self.steps)

    def lift(self) -> None:
        """Let a frozen run go on, to its end."""
        assert self.run is not None
        self._still.unlink()
        self.run.send_signal(signal.SIGCONT)
        self.run.wait(_PATIENCE)

    def meet(self, step: str) -> bool:
        """Note a step of the run at the platform; true where it is the one. Then the blow has fallen."""
        if self._still.exists() or self.run is None or self.run.poll() is not None:
            return False
        with self._steps.open("a", encoding="utf-8") as steps:
            steps.write(f"{step}\n")
        if len(self.steps) != self.number:
            return False
        self._still.touch()
        self.run.send_signal(self.blow)
        if self.blow is signal.SIGKILL:
            self.run.wait(_PATIENCE)
        return True


class FatefulX(TwitterSimulator):
    """X, at which a run can meet its fate; `takes_copies`: it accepts the same text again, as other platforms do."""

    fate: Fate | None = None
    takes_copies = False

    def remember(self, other: "FatefulX") -> None:
        """Begin with what was posted on the other one."""
        self._posts, self._published, self._count = [*other._posts], [*other.accepted], other._count

    def serve(self, request: Request) -> tuple[Answer, Ending]:
        """The answer, unless nobody is there any more to send the request or to hear it."""
        step = request.method
        if self.publishes(request) and self._kills(f"before {step}"):
            return Answer(200), Ending.NONE
        answer, ending = super().serve(request)
        return answer, Ending.NONE if self._kills(f"after {step}") else ending

    def _kills(self, step: str) -> bool:
        return self.fate is not None and self.fate.meet(step) and self.fate.blow is signal.SIGKILL

    def _check_rules(self, text: str, reply_to: str) -> None:
        try:
            super()._check_rules(text, reply_to)
        except Refusal as refusal:
            if not (self.takes_copies and DUPLICATE in str(refusal)):
                raise
