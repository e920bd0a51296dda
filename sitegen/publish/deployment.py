"""All targets side by side: each on its own, so that one that fails or hangs never stops another."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from pathlib import Path
from threading import Event

import msgspec

from sitegen.git import GitError
from sitegen.model import Target
from sitegen.output import OutputError
from sitegen.publish import branch, command, folder
from sitegen.publish.built import BuiltSite
from sitegen.publish.job import Deploy, DeployError, Job

KINDS: Mapping[str, Deploy] = {
    "branch": branch.deploy,
    "folder": folder.deploy,
    "command": command.deploy,
}


class Deployment(msgspec.Struct, frozen=True):
    """What became of one target: `done` says what was done there, `failure` why not; one of them is empty."""

    target: Target
    done: str = ""
    failure: str = ""


class Deployments:
    """The targets that are being deployed to."""

    def __init__(self, running: Mapping[Future[Deployment], Target]) -> None:
        self._running = running

    def wait_for_any(self, targets: Iterable[Target]) -> Deployment | None:
        """The first of these targets that has the site; None where none of them gets it."""
        wanted = tuple(targets)
        awaited = [future for future, target in self._running.items() if target in wanted]
        return next((one.result() for one in as_completed(awaited) if not one.result().failure), None)

    def wait_for_all(self) -> tuple[Deployment, ...]:
        """What became of every target, in the order of the settings."""
        return tuple(future.result() for future in self._running)


@contextmanager
def deploying(
    targets: Iterable[Target], built: BuiltSite, root: Path, tell: Callable[[Deployment], None]
) -> Iterator[Deployments]:
    """Bring the built site of the project in `root` to the targets, meanwhile, and `tell` of each that is done.

    Leaving the block waits for all of them; leaving it by an exception ends them.
    """
    stopped, wanted = Event(), tuple(targets)
    with ThreadPoolExecutor(max_workers=max(1, len(wanted))) as pool:
        try:
            yield Deployments({pool.submit(_deploy, Job(one, built, root, stopped), tell): one for one in wanted})
        except BaseException:
            stopped.set()
            raise


def _deploy(job: Job, tell: Callable[[Deployment], None]) -> Deployment:
    try:
        deployment = Deployment(job.target, done=KINDS[job.target.kind](job))
    except (DeployError, GitError, OutputError, OSError) as error:
        deployment = Deployment(job.target, failure=str(error))
    if not job.stopped.is_set():
        tell(deployment)
    return deployment
