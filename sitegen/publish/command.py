"""Targets of kind `command`: any program that brings a folder to a host."""

import os
import shlex
import signal
import subprocess
from datetime import timedelta
from time import monotonic

from sitegen.publish.job import DeployError, Job, require

LONGEST = timedelta(minutes=30)
_STDERR = 2
_LOOK = 0.1  # seconds between two looks at whether anybody still waits


def deploy(job: Job) -> str:
    """Run the command by the shell, in the project's folder, with the site's folder in place of `{site}`.

    What it prints goes to stderr. It cannot ask: nobody may be there, and others run beside it. DeployError where it
    ends with another code than 0, or takes longer than LONGEST.
    """
    line = require(job, "run").replace("{site}", shlex.quote(str(job.built.folder.resolve())))
    # A session of its own, so that all it has started can be ended with it.
    with subprocess.Popen(
        line, shell=True, cwd=job.root, stdin=subprocess.DEVNULL, stdout=_STDERR, start_new_session=True
    ) as running:
        try:
            code = _wait(running, job)
        finally:
            _end(running)
    if code is None:
        raise DeployError(f"The command took longer than {LONGEST.total_seconds() / 60:g} minutes and was ended.")
    if code:
        raise DeployError(f"The command ended with {code}; what it printed stands above.")
    return "the command has run"


def _wait(running: subprocess.Popen[bytes], job: Job) -> int | None:
    """The exit code; None where the command has to be ended."""
    deadline = monotonic() + LONGEST.total_seconds()
    while running.poll() is None:
        if job.stopped.wait(_LOOK) or monotonic() > deadline:
            return None
    return running.returncode


def _end(running: subprocess.Popen[bytes]) -> None:
    if running.poll() is None:
        os.killpg(running.pid, signal.SIGKILL)
