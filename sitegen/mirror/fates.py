"""What stands on a channel by the ledger's word: each post, the words that it should show, and what the files say."""

from collections import ChainMap, defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from sitegen.announce import Announcement
from sitegen.ledger import Snapshot
from sitegen.mirror.hearing import Hearing, Situation
from sitegen.mirror.said import Story, find_stories, standing
from sitegen.model import Delivery, DeliveryState, Incident, Part, Saying, Settings
from sitegen.timeline import Phase, fold

RECENT = timedelta(days=30)
"""So long after its last word readers still come to an incident from its posts."""

_PARTS = frozenset(part.value for part in Part)


class Fate(StrEnum):
    """What became in the files of what a post says; UNREAD: nobody knows, because the file can't be read."""

    TOLD = "told"
    RETRACTED = "retracted"
    UPDATE_GONE = "update gone"
    DRAFT = "a draft"
    ENTRY_GONE = "entry gone"
    UNREAD = "unread"


class Standing(msgspec.Struct, frozen=True):
    """One post that stands: the entry that `made` it, the one whose `words` it should show by now, and their fate.

    `recent`: its incident is open, or its last word is not older than RECENT. `perhaps` are words that a run tried to
    put there and did not finish: it may show them as well.
    """

    made: Delivery
    words: Delivery
    fate: Fate
    recent: bool = False
    perhaps: tuple[str, ...] = ()


class Basis(msgspec.Struct, frozen=True, kw_only=True):
    """What the channels are compared with: the files, and what the ledger knows; None where that can't be told.

    `incidents` are all of them, drafts too, `unread` the ids of those whose files can't be read; `announcements` is
    what should have been said by the `moment` (UTC).
    """

    settings: Settings
    incidents: tuple[Incident, ...]
    unread: frozenset[str]
    announcements: tuple[Announcement, ...]
    known: Snapshot | None
    moment: datetime


def find_standing(stories: Mapping[str, Story], situation: Situation, basis: Basis) -> tuple[Standing, ...]:
    """The posts that stand on a channel, newest first; `stories` are its deliveries by incident."""
    found = [post for told in _Entries(situation, basis).join(stories) for post in told]
    return tuple(sorted(found, key=lambda one: (one.words.since, one.made.key), reverse=True))


def find_abandoned(basis: Basis) -> Mapping[tuple[str, str], tuple[Delivery, ...]]:
    """Posts that stand on accounts that no channel of the settings speaks for any more, by channel and account."""
    known = basis.known or Snapshot()
    spoken_for = {
        entry.key
        for channel in basis.settings.channels
        for story in find_stories(known, channel, basis.settings).values()
        for entry in story.values()
    }
    left: dict[tuple[str, str], list[Delivery]] = defaultdict(list)
    for entry in standing(one for one in known.deliveries.values() if one.key not in spoken_for):
        left[entry.channel, entry.account].append(entry)
    return {place: tuple(entries) for place, entries in left.items()}


def find_posts(known: Snapshot, incident: Incident) -> tuple[Delivery, ...]:
    """What stands of an incident on all channels, oldest first, each post once."""
    names = (incident.id, *incident.aliases)
    posts = standing(one for one in known.deliveries.values() if one.incident in names)
    return tuple({(one.channel, one.account, one.remote_id): one for one in posts}.values())


def is_recent(incident: Incident, moment: datetime) -> bool:
    """Whether it is open, or its last word is not older than RECENT."""
    told = [update.at for update in incident.updates if update.at <= moment]
    if incident.postmortem is not None and incident.postmortem.published is not None:
        told.append(incident.postmortem.published)
    return bool(told) and (max(told) > moment - RECENT or fold(incident, moment).phase is not Phase.OVER)


class _Entries:
    """The files' entries, also under the ids that they had before, and what the channel has heard of each."""

    def __init__(self, situation: Situation, basis: Basis) -> None:
        self.situation, self.basis = situation, basis
        self.incidents = {name: one for one in basis.incidents for name in (one.id, *one.aliases)}
        self.stories: dict[str, list[Announcement]] = defaultdict(list)
        for announcement in basis.announcements:
            self.stories[announcement.incident.id].append(announcement)

    def join(self, stories: Mapping[str, Story]) -> Iterator[Iterator[Standing]]:
        """The posts of each entry, wherever the ledger knows them."""
        joined: dict[str, list[Story]] = defaultdict(list)
        for name, said in stories.items():
            joined[self.incidents[name].id if name in self.incidents else name].append(said)
        for name, parts in joined.items():
            yield self._judge(name, dict(ChainMap(*map(dict, parts))))

    def _judge(self, name: str, said: Story) -> Iterator[Standing]:
        posts, incident = standing(said.values()), self.incidents.get(name)
        now = self._find_ids(incident, said)
        recent = incident is not None and is_recent(incident, self.basis.moment)
        tried = [one.text for one in said.values() if one.attempt and one.state is not DeliveryState.POSTED]
        perhaps = tuple(tried) if self.situation.traits.edits else ()
        for remote_id in dict.fromkeys(one.remote_id for one in posts):
            made = next(one for one in posts if one.remote_id == remote_id)
            words = _find_words(remote_id, posts, renewed=self.situation.traits.comments)
            fate = self._find_fate(name, incident, now.get(_part(words), _part(words)))
            yield Standing(made, words, fate, recent, perhaps)

    def _find_ids(self, incident: Incident | None, said: Story) -> Mapping[str, str]:
        """The ids that updates have now which were said under older ones."""
        story = tuple(self.stories[incident.id]) if incident is not None else ()
        if not story:
            return {}
        return {old.part: new for new, old in Hearing(story, said, self.situation).twins.items()}

    def _find_fate(self, name: str, incident: Incident | None, part: str) -> Fate:
        if incident is None:
            return Fate.UNREAD if name in self.basis.unread else Fate.ENTRY_GONE
        if incident.draft:
            return Fate.DRAFT
        if part == Part.POSTMORTEM:
            told = incident.postmortem is not None and incident.postmortem.published is not None
            return Fate.TOLD if told else Fate.UPDATE_GONE
        update = next((one for one in incident.updates if one.id == part), None)
        if update is None and part not in _PARTS:
            return Fate.UNREAD if incident.gaps else Fate.UPDATE_GONE
        return Fate.RETRACTED if update is not None and update.retracted is not None else Fate.TOLD


def _find_words(remote_id: str, posts: tuple[Delivery, ...], *, renewed: bool) -> Delivery:
    """The entry whose words a post shows now: the last that was said there, or the newest mending of that.

    Where later words are comments (`renewed`), the post above shows the newest of them as well.
    """
    above = renewed and any(one.reply_to == remote_id for one in posts)
    here = [one for one in posts if one.remote_id == remote_id]
    voices = [one for one in posts if one in here or (above and one.reply_to == remote_id)]
    said = [one for one in voices if one.saying is Saying.POST]
    if not said:
        return here[-1]
    among = posts if above else here
    return [one for one in among if _part(one) == _part(said[-1])][-1]


def _part(entry: Delivery) -> str:
    """The update that it speaks of: a correction's part is that with the moment of editing."""
    return entry.part.partition("@")[0]
