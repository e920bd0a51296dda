"""What it takes to bring a site to one place, whatever kind of place that is."""

from collections.abc import Callable
from pathlib import Path
from threading import Event

import msgspec

from sitegen.model import Target
from sitegen.publish.built import BuiltSite


class DeployError(Exception):
    """The site could not be brought to a target: why, and what to do, in a sentence."""


class Job(msgspec.Struct, frozen=True):
    """A built site that goes to a target of the project in `root`; `stopped` is set when nobody waits any more."""

    target: Target
    built: BuiltSite
    root: Path
    stopped: Event


Deploy = Callable[[Job], str]
"""Does the job and says what was done, in a few words; raises DeployError, GitError, OutputError or OSError."""


def require(job: Job, field: str) -> str:
    """What the target's field says; DeployError where it says nothing."""
    value: str = getattr(job.target, field)
    if not value:
        raise DeployError(f"`publish.{job.target.name}` in sitegen.yaml needs `{field}:`.")
    return value
