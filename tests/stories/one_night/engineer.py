"""An engineer of the story: a clone of the team's repository, the installed program, and a clock."""

import os
import subprocess
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from tests.installed import run
from tests.repositories import clone, git


class Engineer:
    """Works in a clone; `clock` is what time it is for the commands, which others are told by `tell_time`."""

    def __init__(self, programs: Path, remote: Path, folder: Path, tell_time: Callable[[datetime], None]) -> None:
        self.programs, self.folder = programs, clone(remote, folder)
        self.clock = datetime.fromisoformat("2026-11-23T23:50+01:00")
        self.secrets: dict[str, str] = {}
        self._tell_time = tell_time

    def at(self, moment: str) -> "Engineer":
        """The same engineer, later (an ISO moment with its offset)."""
        self.clock = datetime.fromisoformat(moment)
        self._tell_time(self.clock)
        return self

    def variables(self) -> dict[str, str]:
        """Next to no environment: the clock, and what git needs to know of the engineer."""
        kept = {name: os.environ[name] for name in ("HOME", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_NOSYSTEM")}
        return {**kept, **self.secrets, "PATH": os.defpath, "SOURCE_DATE_EPOCH": str(int(self.clock.timestamp()))}

    def sitegen(self, *words: str) -> str:
        """What the program prints; the test fails with its complaint unless it exits with 0."""
        return run(self.programs / "sitegen", *words, folder=self.folder, variables=self.variables())

    def start(self, *words: str) -> "subprocess.Popen[str]":
        """The program, running."""
        command = [str(self.programs / "sitegen"), *words]
        return subprocess.Popen(
            command,
            cwd=self.folder,
            env=self.variables(),
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    def pull(self) -> "Engineer":
        """Get what the others pushed."""
        git(self.folder, "pull", "--quiet", "--rebase")
        return self

    def share(self, message: str) -> None:
        """Commit everything and push it."""
        git(self.folder, "add", "--all")
        git(self.folder, "commit", "--quiet", "--message", message)
        git(self.folder, "push", "--quiet", "origin", "HEAD")
