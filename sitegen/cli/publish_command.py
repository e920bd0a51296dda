"""`sitegen publish`: build, deploy, wait until it is live, and say what is due."""

import signal
from datetime import datetime
from functools import partial
from pathlib import Path

import click
import msgspec

from sitegen.basis import Basis, find_basis
from sitegen.cache import Cache
from sitegen.cli import session
from sitegen.cli.delivering import RETRY
from sitegen.cli.explaining import explain
from sitegen.cli.ledgers import Place, ledger_option
from sitegen.cli.mirroring import WallClock, refuse_pull_requests, require_url
from sitegen.cli.publishing import OUT, Wanted, publish
from sitegen.project import Content
from sitegen.publish import keep_publishing
from sitegen.watch import WatchError

_NO_TARGETS = """\
sitegen.yaml does not say where to publish to. Add for example:
publish:
  pages: {kind: branch, branch: gh-pages}"""


@click.command()
@click.option("--target", "names", metavar="NAME", multiple=True, help="Publish to this target only (repeatable).")
@click.option("--no-mirror", is_flag=True, help="Post nothing.")
@click.option(
    "--out",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="Build into DIR instead of the project's site/.",
)
@click.option("--watch", is_flag=True, help="Stay, and publish after every change and at every moment that needs it.")
@click.option("--poll", is_flag=True, help="With --watch: look for changes every second.")
@ledger_option
@click.pass_obj
def command(
    folder: Path, names: tuple[str, ...], no_mirror: bool, out: Path | None, watch: bool, poll: bool, place: str
) -> None:
    """Build the site, bring it to every target of sitegen.yaml, wait until it is live there, then say what is due.

    A target that fails stops no other one, and no problem of content stops any; the exit code is 1 then.

    \b
    Example:
      sitegen publish
      sitegen publish --target pages --no-mirror
      sitegen publish --watch
    """
    refuse_pull_requests()
    root = session.find_root(folder)
    request = _Request(names=names, out=out or root / OUT, posts=not no_mirror, place=Place(place))
    cache = Cache(root)
    content = session.read(root, cache)
    request.read(content)  # what is wrong with it is told at once
    clock = WallClock(session.choose_moment(None, session.require(content).settings.site.zone))
    if watch:
        _keep_publishing(root, request, clock, poll)
    elif publish(content, cache, request.read(content), clock).needs_a_person:
        click.get_current_context().exit(session.NEEDS_A_PERSON)


class _Request(msgspec.Struct, frozen=True, kw_only=True):
    """What was asked for; what it means is read anew from the settings of every round."""

    names: tuple[str, ...]
    out: Path
    posts: bool
    place: Place

    def read(self, content: Content) -> Wanted:
        """The publication that is wanted of this content; wrong usage where its settings have no such target."""
        project = session.require(content)
        require_url(project)
        targets = project.settings.targets
        if not targets:
            raise click.UsageError(_NO_TARGETS)
        for name in self.names:
            if name not in {target.name for target in targets}:
                known = ", ".join(target.name for target in targets)
                raise click.UsageError(f"sitegen.yaml has no target `{name}`; it has: {known}.")
        chosen = tuple(target for target in targets if not self.names or target.name in self.names)
        return Wanted(targets=chosen, out=self.out, posts=self.posts, place=self.place)


def _keep_publishing(root: Path, request: _Request, clock: WallClock, poll: bool) -> None:
    """One round after another until somebody stops it; what goes wrong in one is told, and the next is tried."""
    rounds = _Rounds(root, request, clock)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        keep_publishing(root, rounds.publish, clock.now, poll=poll, warn=partial(click.echo, err=True))
    except WatchError as error:
        raise session.Failure(str(error)) from error
    except KeyboardInterrupt:
        click.echo("Stopped.", err=True)


class _Rounds:
    """Publishes what is new, and knows what the last round was made from and when the next has something to do."""

    def __init__(self, root: Path, request: _Request, clock: WallClock) -> None:
        self._root = root
        self._request = request
        self._clock = clock
        self._basis: Basis | None = None
        self._next = clock.now()

    def publish(self) -> datetime:
        """One round; gives the moment (UTC) of the next. Files that say what they said before are no reason for one."""
        try:
            cache = Cache(self._root)
            content = session.read(self._root, cache)
            wanted, basis = self._request.read(content), find_basis(content, cache)
            if basis is None or basis != self._basis or self._clock.now() >= self._next:
                self._basis = None
                publication = publish(content, cache, wanted, self._clock)
                self._next, self._basis = publication.next, None if publication.needs_a_person else basis
        except Exception as error:
            explain(error)
            self._basis, self._next = None, self._clock.now() + RETRY
        return self._next
