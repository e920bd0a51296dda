"""What should have been said about each incident by a moment, whoever hears it: announcements with stable parts."""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from sitegen import checks
from sitegen.model import ENDINGS, Channel, Incident, Part, Saying, Status, Update, Window

DAY, HOUR = timedelta(hours=24), timedelta(hours=1)
_WITHHELD = "Details are on the status page."
_UNDER_WAY = (Status.IN_PROGRESS, Status.VERIFYING, *ENDINGS)


class Stage(StrEnum):
    """What a part is to its story: where posts begin, go on and end."""

    FIRST = "first"
    CHANGE = "change"
    END = "end"
    POSTMORTEM = "postmortem"
    REMINDER = "reminder"


class Announcement(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One thing to say: a part of an incident, since `at` (UTC); too late from `until` (UTC) on, where that is set.

    `update` is the one it speaks of and `number` that update's place, from 1; None and 0 for a post-mortem or a
    reminder.
    """

    incident: Incident
    part: str
    stage: Stage
    at: datetime
    saying: Saying = Saying.POST
    update: Update | None = None
    number: int = 0
    until: datetime | None = None


def announce(incidents: Iterable[Incident], moment: datetime) -> tuple[Announcement, ...]:
    """Everything that is due at the moment (aware), by incident and within it in the order of saying.

    Drafts and what can't be read are not announced. An update that is marked `edited` or `retracted` is announced
    once more, as a correction (for each moment of editing) or a retraction; whether a channel makes anything of these
    is the channel's business. Reminders stay, however late: `until` tells when they lost their sense.
    """
    told: list[Announcement] = []
    for incident in sorted(incidents, key=lambda one: one.id):
        if not incident.draft:
            told += sorted(_announce(incident, moment), key=_order)
    return tuple(told)


def withhold(story: tuple[Announcement, ...]) -> tuple[Announcement, ...]:
    """The announcements, all of one incident, without what holds a secret (SECURITY.md, row 11).

    To be called for whatever may be said or shown. Parts and moments stay, so what is decided from these alone can be
    decided before: the texts of a long history are not all looked through in every run.
    """
    safe = checks.withhold(story[0].incident, _WITHHELD)
    if safe is story[0].incident:
        return story
    updates = {update.id: update for update in safe.updates}
    return tuple(
        msgspec.structs.replace(one, incident=safe, update=one.update and updates[one.update.id]) for one in story
    )


def delivery_key(channel: Channel, language: str, incident: str, part: str, saying: Saying) -> str:
    """The key of one announcement on one channel: the same for ever, whatever becomes of text, time, path or commit."""
    identity = "\n".join((channel.kind, channel.account, language, incident, part, saying))
    return hashlib.sha256(identity.encode()).hexdigest()[:32]


def _order(announcement: Announcement) -> tuple[datetime, int, bool]:
    return (announcement.at, announcement.number, announcement.saying is not Saying.POST)


def _announce(incident: Incident, moment: datetime) -> Iterator[Announcement]:
    updates = [update for update in incident.updates if update.at <= moment]
    yield from _updates(incident, updates, moment)
    account = incident.postmortem
    if updates and account is not None and account.published is not None and account.published <= moment:
        yield Announcement(incident=incident, part=Part.POSTMORTEM, stage=Stage.POSTMORTEM, at=account.published)
    if updates and incident.window is not None:
        yield from _reminders(incident, incident.window, updates, moment)


def _updates(incident: Incident, updates: list[Update], moment: datetime) -> Iterator[Announcement]:
    over = False
    for number, update in enumerate(updates, start=1):
        ends = update.status in ENDINGS and not over
        stage = Stage.END if ends else Stage.FIRST if number == 1 else Stage.CHANGE
        said = Announcement(incident=incident, part=update.id, stage=stage, at=update.at, update=update, number=number)
        yield said
        if update.retracted is not None:
            yield msgspec.structs.replace(said, saying=Saying.RETRACTION)
            continue  # an end that is taken back has ended nothing
        over = ends or (over and not reopens(update))
        if update.edited is not None and update.edited.at <= moment:
            part, at = f"{update.id}@{update.edited.at:%Y%m%dT%H%M%SZ}", update.edited.at
            yield msgspec.structs.replace(said, saying=Saying.CORRECTION, part=part, at=at)


def reopens(update: Update) -> bool:
    """Whether the update says that work goes on; a note or a further end after the end does not."""
    return update.status is not None and update.status not in ENDINGS


def _reminders(incident: Incident, window: Window, updates: list[Update], moment: datetime) -> Iterator[Announcement]:
    """A day and an hour ahead, at the start, and when it runs longer than planned."""
    for part, at, until, saying_so in (
        (Part.REMINDER_24H, window.start - DAY, window.start - HOUR, _UNDER_WAY),
        (Part.REMINDER_1H, window.start - HOUR, window.start, _UNDER_WAY),
        (Part.REMINDER_START, window.start, min(window.start + HOUR, window.end), _UNDER_WAY),
        (Part.REMINDER_END, window.end, window.end + DAY, tuple(ENDINGS)),
    ):
        if at <= moment:
            # A person's word makes a reminder needless: any from its time on, and one that says so already before.
            said = (update.at for update in updates if update.at >= at or update.status in saying_so)
            yield Announcement(
                incident=incident, part=part, stage=Stage.REMINDER, at=at, until=min(until, next(said, until))
            )
