"""The same incident in several files to one: the newest capture counts, and what others had beside it is told.

The API goes before a feed, which knows less; but a feed that was saved later goes on where the API's capture ends.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

import msgspec

from sitegen.importers.conversion import Findings
from sitegen.importers.statuspage.stories import Said, Story

_EVER = datetime.min.replace(tzinfo=UTC)
_MINUTE = timedelta(minutes=1)


class Found(msgspec.Struct, frozen=True):
    """A story and how new the file is that it stands in, by the page's own word."""

    story: Story
    taken: datetime | None


def merge(found: Sequence[Found], findings: Findings) -> tuple[Story, ...]:
    """Each story once, oldest first; one without a code is nobody's twin."""
    twins: defaultdict[str, list[Found]] = defaultdict(list)
    for number, one in enumerate(found):
        twins[one.story.code or f"\n{number}"].append(one)
    merged = (_merge(group, findings) for group in twins.values())
    return tuple(sorted(merged, key=lambda story: (begun(story) or _EVER, story.title, story.code)))


def begun(story: Story) -> datetime | None:
    """The first moment that is known of a story."""
    return story.said[0].at if story.said else story.created or story.started or story.ended or story.updated


def _merge(group: Sequence[Found], findings: Findings) -> Story:
    newest, *others = (one.story for one in sorted(group, key=_rank, reverse=True))
    for other in others:
        newest = _add(newest, other, findings)
    if others:
        files = len({one.story.where.path for one in group})
        what = f"“{newest.title}” was saved {len(group)} times, in {files} files; the newest counts, which is this one."
        findings.advise(newest.where, what)
    return newest


def _rank(one: Found) -> tuple[bool, datetime, bool, datetime, str]:
    story = one.story
    # At the same time the authenticated API knows more: it has the body of a post-mortem.
    return (story.is_exact, story.updated or _EVER, story.account is not None, one.taken or _EVER, str(story.where))


def _add(newest: Story, other: Story, findings: Findings) -> Story:
    """The newest one with what another capture can add to it."""
    later = tuple(one for one in other.said if newest.said and one.at >= newest.said[-1].at + _MINUTE)
    if later and newest.is_exact and not other.is_exact:
        what = f"{len(later)} updates of “{newest.title}” were taken from the feed, which is newer."
        findings.advise(later[0].where, what)
        newest = msgspec.structs.replace(newest, said=(*newest.said, *later))
    for said in _missing(newest.said, other.said):
        what = f"This update of “{newest.title}” is not in the newer capture, so it was left out: “{said.text[:80]}”"
        findings.warn(said.where, what, "The page's owner may have deleted it.")
    account = newest.account or other.account
    return msgspec.structs.replace(
        newest,
        account=account,
        start=newest.start or other.start,
        end=newest.end or other.end,
        is_planned=newest.is_planned or other.is_planned,
        aliases=tuple(dict.fromkeys((*newest.aliases, *other.aliases))),
    )


def _missing(newest: Iterable[Said], other: Iterable[Said]) -> list[Said]:
    """The updates of another capture that the newest one lacks, by code, else by minute and status."""
    newest = tuple(newest)
    codes = {one.code for one in newest if one.code}
    minutes = {(_minute(one), one.status) for one in newest}
    return [one for one in other if one.code not in codes and (_minute(one), one.status) not in minutes]


def _minute(said: Said) -> datetime:
    return said.at.replace(second=0)
