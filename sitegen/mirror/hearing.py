"""What one channel has heard of one incident so far."""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from sitegen.announce import Announcement, Stage, withhold
from sitegen.channel import Traits
from sitegen.compose import Draft, channel_language, compose, words
from sitegen.mirror.said import FINAL, Story, standing
from sitegen.model import Channel, Connection, Delivery, DeliveryState, Incident, Part, Saying, Settings

_PARTS = frozenset(part.value for part in Part)
MAYBE_HEARD = frozenset({DeliveryState.POSTED, DeliveryState.CLAIMED, DeliveryState.IN_DOUBT})


class Situation(msgspec.Struct, frozen=True):
    """What all incidents have in common in one plan of one channel; `moment` is UTC."""

    channel: Channel
    traits: Traits
    settings: Settings
    connection: Connection
    moment: datetime

    @property
    def language(self) -> str:
        """The language that the channel speaks."""
        return channel_language(self.channel, self.settings)

    @property
    def edits(self) -> bool:
        """Whether the channel has one post per incident, which changes with it."""
        return self.traits.edits and self.channel.mode == "edit"

    def compose(self, announcement: Announcement) -> Draft:
        """The announcement's words on this channel."""
        return compose(announcement, self.channel, self.traits, self.settings)


class Hearing:
    """One incident on one channel: `story` is what concerns the channel, in order; `posts` stand there, oldest first.

    `voices` are the parts through which the channel heard of it or perhaps did; it grows while a plan is made.
    `twins` are updates that were said under an id that is gone, by the id that they have now. What holds a secret is
    withheld from all that is compared and said.
    """

    def __init__(self, story: tuple[Announcement, ...], said: Story, situation: Situation) -> None:
        self.said, self.posts, self._edits = said, standing(said.values()), situation.traits.edits
        self.voices = {
            part for (part, saying), one in said.items() if saying is Saying.POST and one.state in MAYBE_HEARD
        }
        safe = withhold(story)
        self.twins = _find_twins(safe, said, situation)
        self.story = tuple(one for one in safe if self._concerns(one))

    def _concerns(self, one: Announcement) -> bool:
        """Whether the channel can make anything of it: what was not said there is neither mended nor taken back."""
        if one.saying is Saying.POST:
            return True
        own = self.own(one)
        posted = own is not None and own.state is DeliveryState.POSTED
        return posted and (one.saying is Saying.RETRACTION or self._edits)

    def own(self, one: Announcement) -> Delivery | None:
        """How the update itself was said, whatever is announced of it."""
        part = one.update.id if one.update is not None else one.part
        return self.twins.get(part) or self.said.get((part, Saying.POST))

    def entry(self, one: Announcement) -> Delivery | None:
        """What is known of this announcement; where its twin is still open, that is to be finished instead."""
        entry, twin = self.said.get((one.part, one.saying)), self.twins.get(one.part)
        if entry is None and twin is not None and one.saying is Saying.POST and twin.state not in FINAL:
            return twin
        return entry

    def is_unsaid(self, one: Announcement) -> bool:
        """Whether it surely was not said, nor decided about."""
        entry = self.entry(one)
        return entry is None or entry.state is DeliveryState.WAITING

    def is_heard(self, one: Announcement) -> bool:
        """Whether the channel heard of the incident by anything else."""
        return bool(self.voices - {one.part})

    def find_overtaken(self) -> frozenset[str]:
        """The updates from before an end that was said and not taken back."""
        ended, overtaken = False, set[str]()
        for one in reversed(self.story):
            if ended and one.update is not None and one.stage is not Stage.END:
                overtaken.add(one.part)
            ended = ended or self._is_end_said(one)
        return frozenset(overtaken)

    def _is_end_said(self, one: Announcement) -> bool:
        own = self.own(one)
        posted = own is not None and own.state is DeliveryState.POSTED
        return posted and one.stage is Stage.END and one.update is not None and one.update.retracted is None

    def shown(self) -> str:
        """The id of the update whose words an edited post shows; empty where it shows none."""
        owns = [(one.update.id, self.own(one)) for one in self.story if one.update and one.saying is Saying.POST]
        first = self.posts[0].remote_id if self.posts else ""
        shown = [part for part, own in owns if own is not None and first and first in (own.remote_id, own.reply_to)]
        return shown[-1] if shown else ""

    def text(self, one: Announcement) -> str:
        """What the platform shows of an update: its words, or those of the newest correction that was made."""
        entries = [self.entry(each) for each in self.story if each.update == one.update]
        texts = [entry.text for entry in entries if entry is not None and entry.state is DeliveryState.POSTED]
        own = self.own(one)
        return texts[-1] if texts else own.text if own is not None else ""


def find_lost(incident: Incident, said: Story) -> tuple[Delivery, ...]:
    """What was said of updates whose ids are gone from the file."""
    ids = {update.id for update in incident.updates}
    posts = (entry for (part, saying), entry in said.items() if saying is Saying.POST and part not in ids)
    return tuple(entry for entry in posts if entry.text and entry.part not in _PARTS)


def _find_twins(story: tuple[Announcement, ...], said: Story, situation: Situation) -> Mapping[str, Delivery]:
    """Updates whose id is new and whose words were said already under one that is gone.

    Somebody corrected `at` and did not keep the id that came from it: it is the same update.
    """
    lost, twins = list(find_lost(story[0].incident, said)), dict[str, Delivery]()
    for one in story if lost else ():
        entry = said.get((one.part, one.saying))
        if one.saying is not Saying.POST or one.update is None or (entry and entry.state is not DeliveryState.SKIPPED):
            continue
        stages = (one.stage, Stage.FIRST, Stage.CHANGE)
        versions = {words(situation.compose(msgspec.structs.replace(one, stage=stage)).text) for stage in stages}
        twin = next((entry for entry in lost if words(entry.text) in versions), None)
        if twin is not None:
            twins[one.part] = twin
            lost.remove(twin)
    return twins
