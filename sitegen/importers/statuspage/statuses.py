"""The words for how far things are, one update after the other, as our format allows them to follow each other."""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from sitegen.importers.conversion import Findings
from sitegen.importers.statuspage.stories import Said, Story
from sitegen.model import ENDINGS, STATUSES, Kind, Status

OVER = frozenset(("resolved", "postmortem", "completed"))
# What stands in feeds where a status went on, and in no file of ours.
_AS_BEFORE = frozenset(("", "update"))
# The words that Statuspage itself shows above the last update.
_LAST = {Kind.INCIDENT: (Status.RESOLVED, "Resolved."), Kind.MAINTENANCE: (Status.COMPLETED, "Completed.")}
_IN_OTHER_WORDS = {
    Kind.INCIDENT: {
        Status.SCHEDULED: Status.INVESTIGATING,
        Status.IN_PROGRESS: Status.IDENTIFIED,
        Status.VERIFYING: Status.MONITORING,
        Status.COMPLETED: Status.RESOLVED,
    },
    Kind.MAINTENANCE: {
        Status.INVESTIGATING: Status.IN_PROGRESS,
        Status.IDENTIFIED: Status.IN_PROGRESS,
        Status.MONITORING: Status.VERIFYING,
        Status.RESOLVED: Status.COMPLETED,
    },
}


class Turn(msgspec.Struct, frozen=True):
    """One update and the status that it sets; None: as before."""

    said: Said
    status: Status | None


def set_statuses(story: Story, kind: Kind, findings: Findings) -> tuple[Turn, ...]:
    """The updates of an incident or a maintenance with their statuses, and the end that only the entry itself tells.

    After an end stands only another note, or an incident begins again: `investigating`, for want of another word.
    """
    turns: list[Turn] = []
    current: Status | None = None
    for said in story.said:
        status = _follow(current, _status(said, kind, findings), said, kind, findings)
        turns.append(Turn(said, None if turns and status is current else status))
        current = status or current
    if turns and turns[0].status is None:
        turns[0] = Turn(turns[0].said, STATUSES[kind][0])
    return (*turns, *_end(story, kind, turns, current, findings))


def _status(said: Said, kind: Kind, findings: Findings) -> Status | None:
    """What an update's word means for this kind of entry."""
    word = said.status.replace(" ", "_")
    if word in _AS_BEFORE:
        return None
    if word not in [status.value for status in Status]:
        findings.warn(said.where, f"`{said.status[:60]}` is no status; this update goes on with the one before.")
        return None
    status = Status(word)
    if status in STATUSES[kind]:
        return status
    other = _IN_OTHER_WORDS[kind].get(status)
    findings.warn(said.where, f"`{status}` is no status of this type of entry ({kind}); it became `{other}`.")
    return other


def _follow(current: Status | None, status: Status | None, said: Said, kind: Kind, findings: Findings) -> Status | None:
    """The status, where it can stand after the current one."""
    if current not in ENDINGS or status in (None, current):
        return status
    if kind is Kind.INCIDENT:
        if status is not Status.INVESTIGATING:
            findings.warn(said.where, f"After `{current}` it says `{status}`: it begins again, as `investigating`.")
        return Status.INVESTIGATING
    findings.warn(said.where, f"After `{current}` it says `{status}`; it stays {current}, and this text is a note.")
    return None


def _end(
    story: Story, kind: Kind, turns: Iterable[Turn], current: Status | None, findings: Findings
) -> tuple[Turn, ...]:
    """An end that no update tells: with the word that Statuspage shows, at the moment that it names."""
    if current in ENDINGS:
        return ()
    if story.status not in OVER and story.over_by is None:
        findings.warn(
            story.where,
            f"“{story.title}” is not over in what was saved; it stays open.",
            "Save it once more, or add the update that ends it.",
        )
        return ()
    newest = max((turn.said.at for turn in turns), default=None)
    at = max(moment for moment in (story.ended, newest) if moment is not None) if newest or story.ended else None
    assert at is not None  # A story without updates was given one.
    status, word = _LAST[kind]
    if story.over_by is not None:
        word = f"Over by {_say(story.over_by)}, when it was no longer listed. When it ended was not saved."
    findings.advise(story.where, f"No update ends it, so “{word}” was added at {_say(at)}.")
    return (Turn(Said(status=status.value, text=word, at=at, where=story.where), status),)


def _say(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
