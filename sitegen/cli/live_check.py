"""`sitegen check --live`: what stands on the channels and at the site's address, compared with files and ledger."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial

import click
import msgspec

from sitegen import build, links
from sitegen.channels import CHANNELS
from sitegen.cli.ending import FINE, NEEDS_A_PERSON, NOTHING_DONE, Failure
from sitegen.cli.findings import show
from sitegen.cli.mirroring import WallClock, find_announcements, open_client, open_ledger
from sitegen.git import GitError
from sitegen.git.fetching import known_commit
from sitegen.git.sending import contains
from sitegen.ledger import GitLedger, LedgerError, Snapshot, verify
from sitegen.live import Proof, holds, wait_until_live
from sitegen.mirror.fates import Basis, find_abandoned, find_posts, is_recent
from sitegen.mirror.finding import AGAIN, ON_THE_LEDGER, ON_THE_PAGE, Finding, Rule, note
from sitegen.mirror.inspection import Inspection, Visit, inspect
from sitegen.model import Delivery, Incident
from sitegen.pages import now
from sitegen.problems import Severity
from sitegen.project import Project

READ_COSTS: Mapping[str, float] = {"twitter": 0.005}
"""What a kind of platform asks at most for reading one post, in US dollars (X's price list, August 2026)."""

_SHOWN = 3


class _Look(msgspec.Struct, frozen=True):
    """What was found at one place, and whether that place told us anything."""

    findings: tuple[Finding, ...]
    answered: bool = True


def check(project: Project, moment: datetime, form: str, most: int) -> int:
    """Print every difference, and give the exit code; nothing is changed, here or anywhere.

    Raises Failure where there is nothing to look at, or no repository that could hold the ledger.
    """
    if not (project.settings.channels or project.settings.site.url):
        raise Failure("There is nothing to look at: sitegen.yaml has neither `channels` nor `site.url`.")
    clock = WallClock(moment)
    ledger = open_ledger(project)
    known, recorded = _look_at_ledger(ledger)
    basis = _gather(project, known, moment)
    channels = inspect(_visits(project, clock), basis, most)
    page = _look_at_page(project, clock, channels)
    looks = (recorded, *(_Look(one.findings, one.answered) for one in channels), page)
    findings = [finding for look in looks for finding in look.findings] + list(_find_abandoned(basis))
    show(findings, form)
    _sum_up(project, channels, findings)
    if not any(look.answered for look in looks):
        click.echo("Nothing could be looked at.", err=True)
        return NOTHING_DONE
    return NEEDS_A_PERSON if any(one.severity is Severity.ERROR for one in findings) else FINE


def find_posts_of(project: Project, incidents: Iterable[Incident]) -> Mapping[str, tuple[Delivery, ...]]:
    """The posts that stand of these incidents, by id, as far as the ledger can be read; nothing where it can't."""
    try:
        known = open_ledger(project).read()
    except (Failure, GitError, LedgerError):
        return {}
    return {incident.id: find_posts(known, incident) for incident in incidents}


def _gather(project: Project, known: Snapshot | None, moment: datetime) -> Basis:
    return Basis(
        settings=project.settings,
        incidents=tuple(project.incidents),
        unread=frozenset(path.stem for path in project.unread),
        announcements=find_announcements(project, moment),
        known=known,
        moment=moment,
    )


def _visits(project: Project, clock: WallClock) -> Iterator[Visit]:
    for channel in project.settings.channels:
        yield Visit(channel, CHANNELS[channel.kind].traits(), partial(open_client, project, channel, clock))


def _look_at_ledger(ledger: GitLedger) -> tuple[Snapshot | None, _Look]:
    """What the ledger knows, None where nobody can tell, and what is wrong with its history."""
    try:
        faults, known = verify(ledger), ledger.read()
        found = [
            _on_ledger(Rule.TAMPERED, fault, "Find out who did it; the posts say what was said.") for fault in faults
        ]
        found += _check_pin(ledger, known)
        found += _check_stand_in(ledger, known)
    except LedgerError as error:
        if not isinstance(error.__cause__, GitError):
            return None, _Look((_on_ledger(Rule.TAMPERED, error.what, error.hint),))
        what = f"The ledger could not be looked at, so no post was compared: {error.__cause__}"
        return None, _Look((_on_ledger(Rule.UNSEEN, what, AGAIN),), answered=False)
    return known, _Look(tuple(found))


def _check_pin(ledger: GitLedger, known: Snapshot) -> Iterator[Finding]:
    if known.genesis and not ledger.settings.genesis:
        what = "sitegen.yaml does not name the ledger's first entry, so another ledger in its place would go unnoticed."
        line = f"ledger: {{branch: {ledger.settings.branch}, genesis: {known.genesis}}}"
        yield _on_ledger(Rule.NOT_PINNED, what, f"Add this line and commit it: {line}")


def _check_stand_in(ledger: GitLedger, known: Snapshot) -> Iterator[Finding]:
    """Whether the repository's own ledger, which stood in for the remote's, has not been merged yet."""
    own = known_commit(ledger.repository, f"refs/heads/{ledger.settings.branch}") if ledger.remote else None
    if own is not None and not contains(ledger.repository, known.tip or None, own):
        what = f"This repository's own ledger holds what the one on {ledger.remote} lacks."
        yield _on_ledger(Rule.NOT_MERGED, what, "The next `sitegen mirror` from here merges it.")


def _on_ledger(rule: Rule, what: str, hint: str) -> Finding:
    return note(ON_THE_LEDGER, rule, what, hint)


def _find_abandoned(basis: Basis) -> Iterator[Finding]:
    incidents = {name: one for one in basis.incidents for name in (one.id, *one.aliases)}
    for (channel, account), posts in find_abandoned(basis).items():
        entries = [incidents.get(post.incident) for post in posts]
        over = all(entry is not None and not is_recent(entry, basis.moment) for entry in entries)
        urls = list(dict.fromkeys(post.url or post.remote_id for post in reversed(posts)))
        shown = ", ".join(urls[:_SHOWN]) + (", …" if len(urls) > _SHOWN else "")
        yield Finding(
            where=channel,
            rule=Rule.ABANDONED,
            what=f"Posts stand on {account}, where sitegen.yaml has no channel any more: {len(urls)} ({shown}).",
            hint="Put the channel back as it was, or delete by hand what is not true any more.",
            severity=Severity.WARNING if over else Severity.ERROR,
        )


def _look_at_page(project: Project, clock: WallClock, channels: Iterable[Inspection]) -> _Look:
    """Whether the site at its address is the build of what is here, and shows what posts link to."""
    url = project.settings.site.url
    if not url:
        what = "sitegen.yaml has no `site.url`, so the page was not looked at."
        return _Look((note(ON_THE_PAGE, Rule.NOT_READ, what),), answered=False)
    address = links.absolute(project.settings.site, links.NOW)
    live = _fetch(address, clock)
    if live is None:
        what = "The page could not be looked at: its address gives no answer, or another one."
        return _Look((note(ON_THE_PAGE, Rule.UNSEEN, what, AGAIN, url=address),), answered=False)
    return _Look((*_check_build(project, clock.now(), live), *_check_links(channels, clock)))


def _check_build(project: Project, moment: datetime, live: bytes) -> Iterator[Finding]:
    [page] = now.pages(build.scene(build.withhold(project), moment))
    says, said, when = _describe(page.render()), _describe(live), _find_moment(live)
    if says != said:
        what = f"The live page{when} says {said}; a build of what is here says {says}."
        hint = "Publish what is here; or get what is newer, if somebody else has published."
        url = links.absolute(project.settings.site, links.HOME)
        yield note(ON_THE_PAGE, Rule.STALE, what, hint, url=url)


def _check_links(channels: Iterable[Inspection], clock: WallClock) -> Iterator[Finding]:
    posts = (post.words for channel in channels for post in channel.posts if post.recent)
    wanted = {entry.link: entry for entry in posts if entry.link}
    for link in _find_missing({link: holds(link) for link in wanted}, clock):
        entry = wanted[link]
        what = f"The page does not show what {entry.url or entry.channel} links to."
        hint = "Publish it; where its address has changed, keep the old one with `aliases` or `id`."
        yield note(ON_THE_PAGE, Rule.LINK, what, hint, incident=entry.incident, part=entry.part, url=link)


def _fetch(address: str, clock: WallClock) -> bytes | None:
    pages: list[bytes] = []

    def keep(page: bytes) -> bool:
        pages.append(page)
        return True

    _find_missing({address: keep}, clock)
    return pages[0] if pages else None


def _find_missing(wanted: Mapping[str, Proof], clock: WallClock) -> tuple[str, ...]:
    """The addresses whose pages are not what is wanted, looked at once."""
    return wait_until_live(wanted, clock.now, clock.sleep, patience=timedelta())


class _State(msgspec.Struct):
    overall: str
    open: dict[str, int]
    moment: str


def _read_state(content: bytes) -> _State | None:
    try:
        return msgspec.json.decode(content, type=_State)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def _describe(content: bytes) -> str:
    """What `now.json` says, its moment aside."""
    state = _read_state(content)
    if state is None:
        return "nothing that sitegen writes"
    entries = ", ".join(f"{name} with {count} updates" for name, count in sorted(state.open.items()))
    return f"`{state.overall}`, open: {entries or 'nothing'}"


def _find_moment(content: bytes) -> str:
    state = _read_state(content)
    return f" of {state.moment}" if state is not None else ""


def _sum_up(project: Project, channels: Iterable[Inspection], findings: Iterable[Finding]) -> None:
    """On stderr: how much was read, what the platforms ask for that, and how much is wrong."""
    kinds = {channel.name: channel.kind for channel in project.settings.channels}
    read = {one.channel: one.read for one in channels}
    for name, count in read.items():
        if cost := count * READ_COSTS.get(kinds[name], 0.0):
            click.echo(f"{name}: posts read back: {count}, which costs ${cost:.3f} at most.", err=True)
    errors = sum(one.severity is Severity.ERROR for one in findings)
    click.echo(f"Channels: {len(read)}. Posts read back: {sum(read.values())}. Differences: {errors}.", err=True)
