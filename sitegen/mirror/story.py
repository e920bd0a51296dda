"""Decides what becomes of one incident on one channel: of each of its announcements, in their order."""

from datetime import timedelta

import msgspec

from sitegen.announce import Announcement, Stage, delivery_key
from sitegen.channel import Guarantee, Post
from sitegen.compose import Draft
from sitegen.mirror.hearing import MAYBE_HEARD, Hearing, Situation, find_lost
from sitegen.mirror.item import ATTEMPTS, Decision, Deed, Item
from sitegen.mirror.reasons import find_reasons
from sitegen.mirror.said import FINAL, Story
from sitegen.model import Delivery, DeliveryState, Part, Saying

LOOK_BACK = timedelta(days=7)
"""So long after it became too old, the plan still tells why an incident was not said on a channel."""

_REMINDERS_OF_NOW = (Part.REMINDER_START, Part.REMINDER_END)


def is_settled(story: tuple[Announcement, ...], said: Story, situation: Situation) -> bool:
    """Whether nothing is left to decide: all is final, or it is long past and the channel never heard of it."""
    if not any(entry.state in MAYBE_HEARD or entry.state is DeliveryState.WAITING for entry in said.values()):
        return story[-1].at < situation.moment - situation.settings.policy.max_age - LOOK_BACK
    final = all(_is_final(one, said, situation) for one in story)
    return final and not find_lost(story[0].incident, said)


def _is_final(one: Announcement, said: Story, situation: Situation) -> bool:
    entry = said.get((one.part, one.saying))
    if entry is None and one.saying is not Saying.POST and one.update is not None:
        own = said.get((one.update.id, Saying.POST))
        posted = own is None or own.state is DeliveryState.POSTED
        return not (posted and (one.saying is Saying.RETRACTION or situation.traits.edits))
    return entry is not None and entry.state in FINAL


def plan_story(story: tuple[Announcement, ...], said: Story, situation: Situation) -> tuple[Item, ...]:
    """The items of one incident, in order; the first word that the channel hears of it becomes a first notice."""
    return _StoryPlan(Hearing(story, said, situation), situation).items()


class _StoryPlan:
    """Plans one incident on one channel."""

    def __init__(self, hearing: Hearing, situation: Situation) -> None:
        self.hearing, self.situation = hearing, situation
        self.channel, self.traits, self.moment = situation.channel, situation.traits, situation.moment
        self.reasons = find_reasons(hearing, situation)
        self.begun = False  # whether the first post is made earlier in this plan; then nobody knows its number yet

    def items(self) -> tuple[Item, ...]:
        items = []
        for one in self.hearing.story:
            items.append(self._item(one))
            if items[-1].speaks and one.saying is Saying.POST:
                self.hearing.voices.add(one.part)
                self.begun = True
        heard = bool(self.hearing.voices)
        return tuple(msgspec.structs.replace(item, recorded=heard and _is_skipped(item)) for item in items)

    def _item(self, one: Announcement) -> Item:
        entry, spoken = self.hearing.entry(one), self._spoken(one)
        reason = self.reasons.why_not(one) if one.saying is Saying.POST else self._why_not_mend(spoken)
        decision, why = self._decide(entry, reason)
        deed, targets, below = self._deed(spoken)
        draft = None if decision in (Decision.DONE, Decision.SKIP) else self._draft(spoken, entry, deed)
        key = delivery_key(self.channel, self.situation.language, one.incident.id, one.part, one.saying)
        item = Item(
            key=entry.key if entry else key,
            channel=self.channel,
            announcement=spoken,
            decision=decision,
            deed=deed,
            reason=why,
            draft=draft,
            entry=entry,
            targets=targets,
            below=below,
            repeats=not (decision is Decision.TAKE_OVER and reason),
        )
        return msgspec.structs.replace(item, cost=self._cost(item))

    def _spoken(self, one: Announcement) -> Announcement:
        """As it is said here: the first word that the channel hears is a first notice, and no other is."""
        if one.saying is Saying.RETRACTION or one.stage not in (Stage.FIRST, Stage.CHANGE):
            return one
        begins = not self.hearing.is_heard(one)
        if one.saying is Saying.CORRECTION:
            begins = self.hearing.own(one) in self.hearing.posts[:1]
        return msgspec.structs.replace(one, stage=Stage.FIRST if begins else Stage.CHANGE)

    def _why_not_mend(self, spoken: Announcement) -> str:
        """Why something said is not mended or taken back here; empty where it is."""
        if self._is_overwritten(spoken):
            return "the post does not say it any more"
        if spoken.saying is Saying.CORRECTION:
            same = self.situation.compose(spoken).text == self.hearing.text(spoken)
            return "nothing changes on this channel" if same else ""
        return ""

    def _is_overwritten(self, spoken: Announcement) -> bool:
        """Whether newer words stand where this was said; a comment goes on saying it."""
        edits = self.situation.edits and not self.traits.comments
        return edits and spoken.update is not None and spoken.update.id != self.hearing.shown()

    def _decide(self, entry: Delivery | None, reason: str) -> tuple[Decision, str]:
        if entry is None:
            return (Decision.SKIP, reason) if reason else (Decision.DELIVER, "")
        held = entry.lease is not None and self.moment < entry.lease
        if entry.state is DeliveryState.WAITING:
            return self._decide(None, reason) if reason or not held else (Decision.WAIT, entry.reason)
        if entry.state in FINAL:
            return Decision.DONE, entry.reason
        if entry.state is DeliveryState.CLAIMED and held:
            return Decision.WAIT, "another run is at it"
        if entry.state is DeliveryState.IN_DOUBT and self._is_for_a_person(entry):
            return Decision.WAIT, f"in doubt, a person has to look: {entry.reason}"
        return Decision.TAKE_OVER, reason or entry.reason or "a run stopped in the middle of it"

    def _is_for_a_person(self, entry: Delivery) -> bool:
        return self.traits.guarantee is Guarantee.NONE or entry.attempt > ATTEMPTS

    def _deed(self, spoken: Announcement) -> tuple[Deed, tuple[Delivery, ...], Delivery | None]:
        """What saying it means here, the posts that it is done to, and the post that a comment stands below."""
        own = self.hearing.own(spoken)
        match spoken.saying:
            case Saying.CORRECTION if own is not None:
                return Deed.EDIT, self._saying_it(own, spoken), None
            case Saying.RETRACTION if own is not None and self._deletes():
                return Deed.DELETE, (own,), None
            case Saying.RETRACTION:
                return self._renew(edits=self._is_shown(spoken))
            case Saying.POST if spoken.stage in (Stage.CHANGE, Stage.END) or spoken.part in _REMINDERS_OF_NOW:
                return self._renew(edits=True)
        return Deed.SEND, (), None

    def _renew(self, *, edits: bool) -> tuple[Deed, tuple[Delivery, ...], Delivery | None]:
        """News on the first post where that is one that changes with its incident, elsewhere a post of its own.

        Nobody is told of an edit: where the platform has comments, the news stand there as well.
        """
        first = next(iter(self.hearing.posts), None)
        if not self.situation.edits or (first is None and not self.begun):
            return Deed.SEND, (), None
        edited = (first,) if first is not None and edits else ()
        return (Deed.COMMENT, edited, first) if self.traits.comments else (Deed.EDIT, edited, None)

    def _saying_it(self, own: Delivery, spoken: Announcement) -> tuple[Delivery, ...]:
        """Where the words of an update stand: its own post, and the first one where that shows them now."""
        first = next(iter(self.hearing.posts), None)
        shows = self.situation.edits and first is not None and self._is_shown(spoken)
        return (own, first) if shows and first is not None and first.remote_id != own.remote_id else (own,)

    def _is_shown(self, spoken: Announcement) -> bool:
        return spoken.update is not None and spoken.update.id == self.hearing.shown()

    def _deletes(self) -> bool:
        deletes = self.traits.deletes and self.situation.settings.policy.retraction == "delete"
        return deletes and not self.situation.edits

    def _draft(self, spoken: Announcement, entry: Delivery | None, deed: Deed) -> Draft | None:
        """The words, which are frozen with the first claim; a deletion has none."""
        if deed is Deed.DELETE:
            return None
        if entry is not None:
            return Draft(text=entry.text, title=entry.title, link=entry.link, image=entry.image, alt=entry.alt)
        return self.situation.compose(spoken)

    def _cost(self, item: Item) -> float:
        sends = item.speaks and item.repeats and item.deed.publishes
        if self.traits.cost is None or item.draft is None or not sends:
            return 0.0
        draft = item.draft
        return self.traits.cost(Post(key=item.key, text=draft.text, title=draft.title, link=draft.link, alt=draft.alt))


def _is_skipped(item: Item) -> bool:
    return item.decision is Decision.SKIP
