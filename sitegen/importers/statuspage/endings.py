"""Entries whose end was never saved, and which a later list of all that is open no longer has."""

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from sitegen.importers.conversion import Findings
from sitegen.importers.statuspage.captures import Capture
from sitegen.importers.statuspage.statuses import OVER
from sitegen.importers.statuspage.stories import Story


def end_unlisted(stories: Iterable[Story], captures: Sequence[Capture], findings: Findings) -> tuple[Story, ...]:
    """The stories; one that is open in the newest file it stands in, and missing in a later summary, is over by then.

    `captures` stand oldest first.
    """
    summaries = [one for one in captures if one.lists_open and one.taken is not None]
    return tuple(_end(story, summaries, findings) for story in stories)


def _end(story: Story, summaries: Iterable[Capture], findings: Findings) -> Story:
    if story.status in OVER or any(said.status in OVER for said in story.said):
        return story
    missing = next(_without(story, summaries), None)
    if missing is None or missing.taken is None:
        return story
    what = f"“{story.title}” is open in what was saved of it, but not among what {missing.path} lists as open"
    findings.advise(story.where, f"{what}: it is over, and the last word about it is taken for its end.")
    return msgspec.structs.replace(story, over_by=missing.taken)


def _without(story: Story, summaries: Iterable[Capture]) -> Iterator[Capture]:
    """The summaries from after the last thing that is known of the story which do not list it."""
    known = [moment for moment in (story.updated, *(said.at for said in story.said)) if moment is not None]
    for one in summaries:
        is_later = one.taken is not None and bool(known) and one.taken > max(known)
        if is_later and story.code and story.code not in {listed.code for listed in one.stories}:
            yield one
