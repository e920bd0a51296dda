"""Which ledger a run works on: the remote's, or the repository's own while the git host is down."""

from enum import StrEnum

import click

from sitegen.cli import session
from sitegen.git.command import Repository
from sitegen.git.fetching import has_remote, known_commit
from sitegen.git.sending import contains
from sitegen.ledger import Conflict, GitLedger, LocalLedger, join
from sitegen.project import Project

REMOTE = "origin"


class Place(StrEnum):
    """Where the ledger is: on the git remote, or in this repository as an operator says (CHANNELS.md)."""

    REMOTE = "remote"
    LOCAL = "local"


ledger_option = click.option(
    "--ledger",
    "place",
    type=click.Choice(list(Place), case_sensitive=False),
    default=Place.REMOTE,
    help="local: the git host is down, record here what is said; the next run merges it. No other run may post then.",
)


def open_ledger(project: Project, place: Place = Place.REMOTE) -> GitLedger:
    """The ledger on the git remote, or in the repository itself where it has no remote or `place` says so."""
    repository = _find_repository(project)
    if not has_remote(repository, REMOTE):
        return GitLedger(repository, project.settings.ledger, None)
    if place is Place.REMOTE:
        return GitLedger(repository, project.settings.ledger, REMOTE)
    ledger = LocalLedger(repository, project.settings.ledger)
    ledger.start(REMOTE)
    return ledger


def merge_stand_in(project: Project, ledger: GitLedger) -> tuple[Conflict, ...]:
    """Bring what was recorded in this repository while the remote was down into the ledger there, and say so.

    What the remote knows already is left as it is. Raises LedgerError.
    """
    if ledger.remote is None:
        return ()
    own = known_commit(ledger.repository, f"refs/heads/{project.settings.ledger.branch}")
    if own is None or contains(ledger.repository, ledger.read().tip or None, own):
        return ()
    conflicts = join(LocalLedger(ledger.repository, project.settings.ledger), ledger)
    click.echo(f"What was recorded here while {REMOTE} was down is in the ledger there now.", err=True)
    for conflict in conflicts:
        name = getattr(conflict.ours, "key", conflict.ours.channel)
        click.secho(f"{conflict.ours.channel}: {name}: {conflict.what}. Look at the account.", err=True, fg="red")
    return conflicts


def _find_repository(project: Project) -> Repository:
    repository = Repository.find(project.root)
    if repository is None:
        raise session.Failure(
            f"{project.root} is not in a git repository, and the ledger of what was said is a branch."
        )
    return repository
