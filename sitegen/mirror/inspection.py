"""Compares what stands on each channel with what the ledger and the files say of it; it reads, and changes nothing."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import msgspec

from sitegen.announce import Announcement
from sitegen.channel import Account, Client, Guarantee, Post, Rejected, RetryLater, Traits, Unclear
from sitegen.ledger import Snapshot
from sitegen.mirror.fates import Basis, Standing, find_standing
from sitegen.mirror.finding import AGAIN, Finding, Rule, end, note
from sitegen.mirror.hearing import Situation
from sitegen.mirror.plan import Decision, Item, plan
from sitegen.mirror.readback import ReadBack
from sitegen.mirror.said import Story, find_stories, is_connected
from sitegen.model import Channel, Delivery, DeliveryState, Saying

OVERDUE = timedelta(minutes=15)
"""So long after its time a word should have been said: the page is waited for five minutes, and jobs take theirs."""
BACKDATED, RECENT = timedelta(minutes=15), timedelta(days=30)
"""More than this between an update's time and its first post is told (SECURITY.md, row 17), for so long."""

_DOUBT = "`sitegen mirror` looks for it. If it can't tell: `sitegen mirror settle KEY --posted URL`, or `--not-posted`."
_UNTOLD = {
    Saying.POST: "This was not said, and has been due since {at} UTC{why}.",
    Saying.CORRECTION: "The update was edited at {at} UTC, and its post shows the old words{why}.",
    Saying.RETRACTION: "The update is retracted, and its post stands untouched{why}.",
}


class Visit(msgspec.Struct, frozen=True):
    """One channel to look at; `open_client` raises Rejected where its secrets are missing."""

    channel: Channel
    traits: Traits
    open_client: Callable[[], Client]


class Inspection(msgspec.Struct, frozen=True, kw_only=True):
    """What was found on one channel.

    `answered`: whether the platform, or the lack of secrets for it, told us anything; `read` is how many posts were
    read back. `posts` stand there by the ledger's word, newest first.
    """

    channel: str
    findings: tuple[Finding, ...]
    answered: bool
    read: int = 0
    posts: tuple[Standing, ...] = ()


def inspect(visits: Iterable[Visit], basis: Basis, most: int) -> tuple[Inspection, ...]:
    """Look at all channels side by side, reading back at most so many posts of each; none hides another's findings."""
    todo = tuple(visits)
    with ThreadPoolExecutor(max_workers=max(1, len(todo))) as pool:
        return tuple(pool.map(lambda visit: inspect_channel(visit, basis, most), todo))


def inspect_channel(visit: Visit, basis: Basis, most: int) -> Inspection:
    """Look at one channel: its credentials, what the ledger has open on it, and the posts that should stand there."""
    return _ChannelInspection(visit, basis, most).run()


class _ChannelInspection:
    """One channel in one check."""

    def __init__(self, visit: Visit, basis: Basis, most: int) -> None:
        self.visit, self.basis, self.most = visit, basis, most
        self.channel, self.traits = visit.channel, visit.traits
        self.findings: list[Finding] = []
        self.answered, self.read = True, 0

    def run(self) -> Inspection:
        """Every finding of the channel; what the ledger alone can tell is told also where the platform is silent."""
        client, known, posts = self._open(), self.basis.known, tuple[Standing, ...]()
        if known is not None and self._check_connection(known):
            posts = self._compare(client, known)
        return Inspection(
            channel=self.channel.name,
            findings=tuple(self.findings),
            answered=self.answered,
            read=self.read,
            posts=posts,
        )

    def _tell(self, rule: Rule, what: str, hint: str = "", entry: Delivery | None = None, **more: str) -> None:
        self.findings.append(note(self.channel.name, rule, what, hint, entry, **more))

    def _open(self) -> Client | None:
        """The client, where its account could be looked at and is the right one."""
        try:
            client = self.visit.open_client()
            self._check_account(client.identify())
        except Rejected as error:
            self._tell(Rule.CREDENTIALS, end(error.reason), "Nothing can be said there until this is mended.")
        except (RetryLater, Unclear) as error:
            self.answered = False
            self._tell(Rule.UNSEEN, f"The platform could not be looked at: {end(error.reason)}", AGAIN)
        else:
            return client
        return None

    def _check_account(self, account: Account) -> None:
        for warning in account.warnings:
            self._tell(Rule.WARNING, warning)
        for told in account.notes:
            self._tell(Rule.NOTE, told)
        pinned = self.basis.known.connections.get(self.channel.name) if self.basis.known else None
        same_name = pinned is not None and pinned.account == self.channel.account
        if pinned is not None and same_name and pinned.remote_id != account.remote_id:
            what = f"{account.handle} is another account than the one of that name that was connected."
            self._tell(Rule.ACCOUNT, what, "Find out whose it is, before anything is said there.")

    def _check_connection(self, known: Snapshot) -> bool:
        """Whether the channel is connected as it is configured."""
        if is_connected(known, self.channel, self.basis.settings):
            return True
        name, connection = self.channel.name, known.connections.get(self.channel.name)
        connect = f"`sitegen mirror connect {name}` does that, once."
        if connection is None:
            self._tell(Rule.NOT_CONNECTED, "It is configured and not connected, so nothing is said there.", connect)
        else:
            was = f"{connection.account} ({connection.kind}, {connection.language})"
            what = f"It was connected as {was}, and sitegen.yaml says something else, so nothing is said there."
            self._tell(Rule.NOT_CONNECTED, what, f"Put that back, or connect it as it is now: {connect}")
        return False

    def _compare(self, client: Client | None, known: Snapshot) -> tuple[Standing, ...]:
        channel, settings, moment = self.channel, self.basis.settings, self.basis.moment
        stories = find_stories(known, channel, settings)
        for story in stories.values():
            self._check_story(story)
        for one in self.basis.announcements:
            self._check_delay(one, stories.get(one.incident.id, {}).get((one.part, one.saying)))
        for item in plan(self.basis.announcements, known, channel, self.traits, settings, moment):
            if self._is_overdue(item):
                self._check_unsaid(item, client)
        situation = Situation(channel, self.traits, settings, known.connections[channel.name], moment)
        posts = find_standing(stories, situation, self.basis)
        read_back = ReadBack(channel.name, client, self.traits, self.most)
        self.findings += read_back.compare(posts)
        self.read = read_back.count
        return posts

    def _check_story(self, story: Story) -> None:
        """What a run left open, and what was refused while no later word of the incident was said."""
        entries = sorted(story.values(), key=lambda one: one.since)
        newest = max((one.since for one in entries if one.state is DeliveryState.POSTED), default=None)
        for entry in entries:
            if entry.state is DeliveryState.IN_DOUBT:
                self._tell(Rule.IN_DOUBT, f"Nobody knows whether this was said: {end(entry.reason)}", _DOUBT, entry)
            elif entry.state is DeliveryState.CLAIMED and entry.lease and entry.lease <= self.basis.moment:
                what = f"A run that began to say this at {entry.since:%Y-%m-%d %H:%M} UTC never finished."
                self._tell(Rule.STOPPED, what, _DOUBT, entry)
            elif entry.state is DeliveryState.REJECTED and (newest is None or newest < entry.since):
                hint = "Mend what it names, and say it with a further update."
                self._tell(Rule.REJECTED, f"The platform refused this for good: {end(entry.reason)}", hint, entry)

    def _check_delay(self, one: Announcement, entry: Delivery | None) -> None:
        """What was heard long after its time: the record of the delivery decides, not what was written as `at`."""
        if entry is None or entry.state is not DeliveryState.POSTED or entry.recorded is None:
            return
        delay = entry.recorded - one.at
        if delay > BACKDATED and self.basis.moment - entry.recorded < RECENT:
            what = f"It was said {delay // timedelta(minutes=1)} minutes after the time that it gives."
            self._tell(Rule.LATE, what, entry=entry)

    def _is_overdue(self, item: Item) -> bool:
        unsaid = item.entry is None or item.entry.state is DeliveryState.WAITING
        due = item.decision in (Decision.DELIVER, Decision.WAIT) and unsaid
        return due and item.announcement.at <= self.basis.moment - OVERDUE

    def _check_unsaid(self, item: Item, client: Client | None) -> None:
        rule, what, hint, url = self._judge_unsaid(item, self._find_by_hand(item, client))
        self._tell(rule, what, hint, incident=item.story, part=item.announcement.part, url=url, key=item.key)

    def _judge_unsaid(self, item: Item, by_hand: str) -> tuple[Rule, str, str, str]:
        if by_hand:
            what = "A post by hand says this already, and the ledger does not know of it."
            return Rule.HAND_MADE, what, "Delete it, or the next run may say it again.", by_hand
        one, reason = item.announcement, item.entry.reason if item.entry else ""
        why = f": {reason.rstrip('.')}" if reason else ""
        what = _UNTOLD[one.saying].format(at=f"{one.at:%Y-%m-%d %H:%M}", why=why)
        url = item.targets[0].url if item.targets else ""
        return Rule.UNSAID, what, "Run `sitegen mirror`; it tells what is in the way.", url

    def _find_by_hand(self, item: Item, client: Client | None) -> str:
        """Where somebody has said it without us, as the copy-paste kit has it; empty where nobody has."""
        readable = client is not None and self.traits.guarantee is Guarantee.READ_BACK
        if client is None or not readable or item.draft is None or not item.deed.publishes:
            return ""
        draft, below = item.draft, item.below.remote_id if item.below else ""
        post = Post(key=item.key, text=draft.text, title=draft.title, link=draft.link, reply_to=below)
        try:
            found = client.find(post, item.announcement.at)
        except (Rejected, RetryLater, Unclear) as error:
            self._tell(Rule.UNSEEN, f"The own timeline could not be looked at: {end(error.reason)}", "Try again later.")
            return ""
        return found.url or found.remote_id if found else ""
