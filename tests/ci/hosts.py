"""A repository at GitHub with the workflows, and what its people file."""

from pathlib import Path

from tests.ci.caches import Caches
from tests.ci.replay import Event, Run, replay
from tests.repositories import git

TITLE, MESSAGE = "Card payments fail", "Most card payments are failing. Orders paid by bank transfer work."
OLD = "incidents/2026-11-20-a.yaml"
NEW = {"what": "new", "component": "checkout", "condition": "major_outage", "title": TITLE, "message": MESSAGE}


def entry(at: str = "2026-11-20 12:00") -> str:
    """The file of an incident that began then."""
    return f"title: {TITLE}\ncomponents: {{checkout: major_outage}}\nupdates:\n  - at: {at}\n    message: {MESSAGE}\n"


class Host:
    """A clone beside its remote, and the workflows in it."""

    def __init__(self, root: Path, programs: Path) -> None:
        self.root, self.remote, self._programs = root, root.parent / "remote.git", programs
        self.caches = Caches(self.remote.with_name("caches"))
        self._count = 0

    def run(self, workflow: str, job: str, event: Event, programs: Path | None = None) -> Run:
        """The job of the workflow, as the clone has it, in a new folder."""
        self._count += 1
        file = self.root / ".github/workflows" / f"{workflow}.yml"
        return replay(
            file, job, event, self.remote, self.root.parent / f"run-{self._count}", programs or self._programs
        )

    def file(self, **machine: str) -> Run:
        """The form, filled in for a new incident."""
        return self.run("status-incident", "incident", Event(name="workflow_dispatch", inputs=NEW, machine=machine))

    def read(self, branch: str, suffix: str) -> str:
        """The one file on the remote's branch whose name ends so."""
        (name,) = (
            one for one in git(self.remote, "ls-tree", "-r", "--name-only", branch).split() if one.endswith(suffix)
        )
        return git(self.remote, "show", f"{branch}:{name}")
