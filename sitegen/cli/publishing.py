"""One publication: build, deploy, wait until it is live, say what is due; each step told as it happens."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from pathlib import Path

import click
import msgspec

from sitegen.build import build
from sitegen.cache import Cache
from sitegen.cli import session
from sitegen.cli.delivering import RETRY, deliver
from sitegen.cli.explaining import explain
from sitegen.cli.ledgers import Place, open_ledger
from sitegen.cli.mirroring import find_links, plan_channels
from sitegen.cli.progress import show_progress
from sitegen.git import GitError
from sitegen.ledger import LedgerError
from sitegen.live import wait_until_live
from sitegen.mirror.delivery import Clock
from sitegen.model import Site, Target
from sitegen.problems import has_errors, sort_problems
from sitegen.project import Content, Project
from sitegen.publish import (
    BuiltSite,
    Deployment,
    Deployments,
    deploying,
    expect,
    find_next_moment,
    open_site,
    serves_primary,
)

OUT = Path("site")


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What a publication is to do: the `targets`, the folder for the build, whether to post, and by which ledger."""

    targets: tuple[Target, ...]
    out: Path
    posts: bool = True
    place: Place = Place.REMOTE


class Publication(msgspec.Struct, frozen=True):
    """What came of it: whether something is left to a person, and when (UTC) the next one has something to do."""

    needs_a_person: bool
    next: datetime


class _Said(msgspec.Struct, frozen=True):
    """Whether all is said that can be without a person, and when more can be (UTC)."""

    done: bool
    again: datetime | None = None


class Arrival(StrEnum):
    """Whether what was deployed could be seen in time; where it could not, a person has to look."""

    LIVE = "live"
    MISSING = "missing"
    NOTHING_SENT = "nothing-sent"


def publish(content: Content, cache: Cache, wanted: Wanted, clock: Clock) -> Publication:
    """Publish the project of the content; no problem of content and no target that fails stops anything else.

    The cache is the one that it was read with. Raises TemplateError and OutputError where there can be no site, and
    nothing was deployed or said then.
    """
    project = session.require(content)
    built, sound = _build(content, project, cache, wanted.out, clock)
    with deploying(wanted.targets, built, project.root, _tell) as deployments:
        spoken = _read_anew(project) if _speaks(project, wanted) else project
        links = _find_links(spoken, clock, wanted)
        primary = _wait_for_primary(deployments, built, project, wanted.targets, links, clock)
        said = _say(spoken, clock, wanted, wait=primary is Arrival.NOTHING_SENT)
        ended = deployments.wait_for_all()
    others = _wait_for_others(ended, built, project, links, clock)
    arrived = Arrival.MISSING not in (primary, others) and not any(one.failure for one in ended)
    sound = sound and said.done and arrived
    return Publication(not sound, _find_next(project, said, ended, clock))


def _build(content: Content, project: Project, cache: Cache, out: Path, clock: Clock) -> tuple[BuiltSite, bool]:
    """The site, and whether the project is free of errors."""
    built = build(project, out, clock.now(), cache=cache)
    problems = sort_problems((*content.problems, *built.problems))
    session.tell(problems)
    changed, removed = len(built.written.changed), len(built.written.removed)
    click.echo(f"{built.written.total} files in {out} ({changed} written, {removed} removed)")
    return open_site(out), not has_errors(problems)


def _tell(deployment: Deployment) -> None:
    name = deployment.target.name
    if deployment.failure:
        click.secho(f"{name}: failed: {deployment.failure}", err=True, fg="red")
    else:
        click.echo(f"{name}: {deployment.done}")


def _wait_for_primary(
    deployments: Deployments,
    built: BuiltSite,
    project: Project,
    targets: Iterable[Target],
    links: Iterable[str],
    clock: Clock,
) -> Arrival:
    """Whether the site reached its own address, and is seen there; posts link to no other."""
    site = project.settings.site
    first = deployments.wait_for_any(target for target in targets if serves_primary(target, site))
    if first is None:
        click.echo(f"Nothing was published to {site.url}, where posts link to.", err=True)
        return Arrival.NOTHING_SENT
    return _wait((first.target,), built, site, links, clock)


def _wait_for_others(
    ended: Iterable[Deployment], built: BuiltSite, project: Project, links: Iterable[str], clock: Clock
) -> Arrival:
    """Whether every other copy is seen where it is read."""
    site = project.settings.site
    others = [one.target for one in ended if not one.failure and not serves_primary(one.target, site)]
    return _wait(others, built, site, links, clock)


def _wait(targets: Iterable[Target], built: BuiltSite, site: Site, links: Iterable[str], clock: Clock) -> Arrival:
    """Wait until the targets show what was built, five minutes at most for all of them; say which did."""
    pages = {target.name: expect(built, target, site, links) for target in targets}
    wanted = {address: proof for proofs in pages.values() for address, proof in proofs.items()}
    with show_progress("Waiting until it is live …" if wanted else ""):
        missing = wait_until_live(wanted, clock.now, clock.sleep)
    for name, proofs in pages.items():
        stale = [address for address in proofs if address in missing]
        for address in stale:
            click.echo(f"{name}: {address} does not show yet what was built.", err=True)
        if not stale:
            click.echo(f"{name}: live at {next(iter(proofs))} since {clock.now():%H:%M:%S} UTC")
    return Arrival.MISSING if missing else Arrival.LIVE


def _speaks(project: Project, wanted: Wanted) -> bool:
    return wanted.posts and bool(project.settings.channels)


def _read_anew(project: Project) -> Project:
    """The project from its files alone: a CI hands on what runs keep, and others may have written into that.

    A forged page can be made again; what was said can't be taken back.
    """
    return session.require(session.read(project.root))


def _find_links(project: Project, clock: Clock, wanted: Wanted) -> tuple[str, ...]:
    """The pages that posts will link to; none where the ledger can't be read, which delivering says."""
    if not _speaks(project, wanted):
        return ()
    try:
        plans = plan_channels(project, open_ledger(project, wanted.place).read(), clock)
    except (LedgerError, GitError, session.Failure):
        return ()
    return find_links(item for items in plans.values() for item in items)


def _say(project: Project, clock: Clock, wanted: Wanted, *, wait: bool) -> _Said:
    """Say what is due; what is in the way of it is told."""
    if not _speaks(project, wanted):
        return _Said(done=True)
    try:
        delivered = deliver(project, clock, wanted.place, wait=wait)
    except (LedgerError, GitError, session.Failure) as error:
        explain(error)
        return _Said(done=False, again=clock.now() + RETRY)
    return _Said(done=not delivered.needs_a_person, again=delivered.find_retry(clock.now()))


def _find_next(project: Project, said: _Said, ended: Iterable[Deployment], clock: Clock) -> datetime:
    """When files, posts or a target that failed give a reason to publish again."""
    now = clock.now()
    moments = [find_next_moment(project.unsettled(now), project.settings, now)]
    moments += [now + RETRY for one in ended if one.failure]
    return min(moments + ([said.again] if said.again else []))
