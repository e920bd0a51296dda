"""Why an announcement is not made on a channel."""

from datetime import timedelta

import msgspec

from sitegen.announce import Announcement, Stage, reopens
from sitegen.compose import wording
from sitegen.mirror.hearing import Hearing, Situation
from sitegen.mirror.said import FINAL
from sitegen.model import Kind, Saying
from sitegen.timeline import fold

ROLL_UP = 3
"""From so many unsaid updates of one incident on, only the newest is said: a backlog is no flood (CHANNELS.md)."""


class Reasons(msgspec.Struct, frozen=True):
    """The reasons of one incident on one channel."""

    hearing: Hearing
    situation: Situation
    overtaken: frozenset[str]
    stood_for: frozenset[str] = frozenset()

    def why_not(self, one: Announcement) -> str:
        """Why it is not made here, in a few words; empty where it is."""
        reasons = (self._is_twin, self._too_old, self._too_small, self._unwanted, self._outrun)
        return next((why for reason in reasons if (why := reason(one))), "")

    def _is_twin(self, one: Announcement) -> str:
        twin = self.hearing.twins.get(one.part)
        if twin is None or twin.state not in FINAL:
            return ""
        return f"the same update as {twin.part}, before its time was corrected: that was {twin.state} already"

    def _too_old(self, one: Announcement) -> str:
        moment, max_age = self.situation.moment, self.situation.settings.policy.max_age
        if one.until is not None and moment >= one.until:
            return "too late for a reminder"
        if one.at < self.situation.connection.since:
            return "from before the channel was connected"
        if moment - one.at > max_age and not self.hearing.is_heard(one):
            return f"older than {max_age / timedelta(hours=1):g} hours at first sight"
        return ""

    def _too_small(self, one: Announcement) -> str:
        """Incidents below the channel's impact, as it was then: a later rise makes later words heard, not these."""
        if one.incident.kind is not Kind.INCIDENT or self.hearing.is_heard(one):
            return ""
        impact, wanted = fold(one.incident, one.at).impact, self.situation.channel.from_impact
        return f"impact {impact} is below {wanted}" if impact.rank < wanted.rank else ""

    def _unwanted(self, one: Announcement) -> str:
        if one.update is None:
            return ""
        if wording(one.update, self.situation.channel, self.situation.language) is None:
            return "kept off this channel by the entry"
        return "" if one.update.retracted is None else "retracted before it was said here"

    def _outrun(self, one: Announcement) -> str:
        if one.part in self.stood_for:
            return "a newer update stands for it"
        return "the end was said already" if one.part in self.overtaken else ""


def find_reasons(hearing: Hearing, situation: Situation) -> Reasons:
    """The reasons, with a backlog rolled up."""
    reasons = Reasons(hearing, situation, hearing.find_overtaken())
    return msgspec.structs.replace(reasons, stood_for=_roll_up(hearing, reasons))


def _roll_up(hearing: Hearing, reasons: Reasons) -> frozenset[str]:
    """The updates that a newer one stands for: in a backlog, or where all is over before the channel heard of it."""
    updates = [one for one in hearing.story if one.update is not None and one.saying is Saying.POST]
    unsaid = [one for one in updates if hearing.is_unsaid(one) and not reasons.why_not(one)]
    ends = [place for place, one in enumerate(unsaid) if one.stage is Stage.END]
    over = bool(ends) and not any(one.update and reopens(one.update) for one in unsaid[ends[-1] + 1 :])
    if len(unsaid) < ROLL_UP and (not over or hearing.voices):
        return frozenset()
    return frozenset(one.part for one in unsaid[: ends[-1] if over else -1])
