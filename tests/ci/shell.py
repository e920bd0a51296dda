"""Runs the scripts of a CI as its runner does: bash, an environment of its own, and `sitegen` on the PATH."""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import msgspec

_PATIENCE = 120
_SYSTEM = "/usr/local/bin:/usr/bin:/bin"


class Step(msgspec.Struct, frozen=True):
    """One script that ran: its `name`, its exit `code`, and what it printed on both streams."""

    name: str
    code: int
    output: str


def make_programs(folder: Path, **scripts: str) -> Path:
    """A new folder of programs for a PATH: this environment's `sitegen`, and each of the scripts of sh by its name."""
    folder.mkdir(parents=True)
    for name, script in {"sitegen": f'exec {sys.executable} -m sitegen "$@"', **scripts}.items():
        (folder / name).write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        (folder / name).chmod(0o755)
    return folder


def run_script(name: str, script: str, folder: Path, programs: Path, variables: Mapping[str, str]) -> Step:
    """Run the script in the folder; of this machine it knows git, bash and the `programs`, and no settings."""
    finished = subprocess.run(
        ("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script),
        cwd=folder,
        env={"PATH": f"{programs}:{_SYSTEM}", "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C.UTF-8", **variables},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        timeout=_PATIENCE,
        check=False,
    )
    return Step(name, finished.returncode, finished.stdout)
