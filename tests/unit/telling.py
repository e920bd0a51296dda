"""What the tests of announcing, composing and planning share: channels, incidents, a ledger that a run fills."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import msgspec
from twitter_text import extract_urls, parse_tweet

from sitegen import config
from sitegen.announce import announce
from sitegen.channel import Guarantee, Post, Traits
from sitegen.compose import channel_language
from sitegen.ledger import Snapshot
from sitegen.mirror.plan import Item, plan
from sitegen.model import Channel, Connection, Delivery, DeliveryState, Incident, Postmortem, Settings, Text
from tests.unit.entries import make_incident

_SITE = b"""\
site: {name: Example Pay, url: https://status.example.com, languages: [en, pl]}
components: [{key: checkout, name: Checkout}, {key: api, name: API}]
channels:
  twitter: {account: example}
  twitter-pl: {kind: twitter, account: examplepl, language: pl}
  twitter-big: {kind: twitter, account: examplebig, from_impact: critical}
  facebook: {page: "1234567890"}
  facebook-posts: {kind: facebook, page: "987654321", mode: post}
  mastodon: {account: "@example@social.example", mode: edit}
  email: {to: status@lists.example.com}
"""


def make_settings(more: str = "") -> Settings:
    """A project with channels of each sort; `more` are further settings."""
    found = config.read(_SITE + more.encode())
    assert found.problems == ()
    assert found.settings is not None
    return found.settings


SETTINGS = make_settings()
CHANNELS: Mapping[str, Channel] = {channel.name: channel for channel in SETTINGS.channels}
TWITTER, FACEBOOK, EMAIL = CHANNELS["twitter"], CHANNELS["facebook"], CHANNELS["email"]
MASTODON = CHANNELS["mastodon"]


def weigh(text: str) -> int:
    """The length that X counts."""
    return int(parse_tweet(text).weightedLength)


def price(post: Post) -> float:
    """What X asks for a post."""
    return 0.20 if extract_urls(post.text) else 0.015


TRAITS: Mapping[str, Traits] = {
    "twitter": Traits(guarantee=Guarantee.READ_BACK, measure=weigh, limit=270, threads=True, deletes=True, cost=price),
    "facebook": Traits(
        guarantee=Guarantee.READ_BACK,
        measure=len,
        limit=60_000,
        long=True,
        edits=True,
        deletes=True,
        comments=True,
    ),
    "mastodon": Traits(guarantee=Guarantee.READ_BACK, measure=len, limit=490, threads=True, edits=True, deletes=True),
    "email": Traits(guarantee=Guarantee.DROPS_COPIES, measure=len, limit=None, long=True),
}


def at(clock: str) -> datetime:
    """A moment in UTC: `03:09` on 23 November 2026, or with a day before it, `25 03:09`."""
    day, _, time = clock.rpartition(" ")
    return datetime.fromisoformat(f"2026-11-{day or '23'} {time}").replace(tzinfo=UTC)


def story(*updates: str, more: str = "", name: str = "2026-11-23-orders", impact: str = "critical") -> Incident:
    """An incident of these updates, each the inside of a flow map with `at: 03:09` and so on."""
    lines = "".join(f"  - {{{update}}}\n" for update in updates)
    text = f"title: Orders fail at checkout\nimpact: {impact}\n{more}\nupdates:\n{lines}"
    return make_incident(text, name, SETTINGS)


BEGIN = "at: 2026-11-23 03:00, message: Card payments are failing."
CAUSE = "at: 03:20, status: identified, message: A certificate expired."
HALF = "at: 03:40, status: monitoring, message: Most payments work."
END = "at: 04:00, status: resolved, message: All payments work. No order was lost."


def connected(channel: Channel = TWITTER, since: str = "22 00:00", *entries: Delivery) -> Snapshot:
    """A ledger that knows the channel since then, and these deliveries."""
    connection = Connection(
        channel=channel.name,
        kind=channel.kind,
        account=channel.account,
        remote_id="1",
        language=channel_language(channel, SETTINGS),
        since=at(since),
    )
    return Snapshot({entry.key: entry for entry in entries}, {channel.name: connection})


def make_plan(
    known: Snapshot, incident: Incident, clock: str, channel: Channel = TWITTER, settings: Settings = SETTINGS
) -> tuple[Item, ...]:
    """The plan of the channel for the incident at that time of 23 November 2026."""
    announcements = announce((incident,), at(clock))
    return plan(announcements, known, channel, TRAITS[channel.kind], settings, at(clock))


def decisions(items: tuple[Item, ...]) -> list[tuple[str, str, str]]:
    """Part, decision and reason of each item."""
    return [(item.announcement.part, item.decision.value, item.reason) for item in items]


def deliveries(items: tuple[Item, ...]) -> list[tuple[str, str]]:
    """Part and deed of what a run does."""
    return [(item.announcement.part, item.deed.value) for item in items if item.speaks]


def run(
    known: Snapshot, incident: Incident, clock: str, channel: Channel = TWITTER, settings: Settings = SETTINGS
) -> Snapshot:
    """What the ledger knows after a run in which everything worked."""
    items = make_plan(known, incident, clock, channel, settings)
    posted = [
        entry_of(item, DeliveryState.POSTED, since=at(clock) + timedelta(seconds=place))
        for place, item in enumerate(items)
        if item.speaks
    ]
    skipped = [entry_of(item, DeliveryState.SKIPPED, since=at(clock)) for item in items if item.recorded]
    return known.following((*posted, *skipped), "tip")


def entry_of(item: Item, state: DeliveryState, **facts: object) -> Delivery:
    """The item's entry in the ledger as a run leaves it in that state."""
    draft, announcement = item.draft, item.announcement
    claimed = item.entry or Delivery(
        key=item.key,
        channel=item.channel.name,
        account=item.channel.account,
        language=channel_language(item.channel, SETTINGS),
        incident=item.story,
        part=announcement.part,
        saying=announcement.saying,
        state=state,
        since=announcement.at,
        text=draft.text if draft else "",
        title=draft.title if draft else "",
        link=draft.link if draft else "",
    )
    if state is DeliveryState.POSTED:
        facts["remote_id"] = f"r{item.key}" if item.deed.publishes else item.targets[0].remote_id
        facts["reply_to"] = item.below.remote_id if item.below else ""
    return msgspec.structs.replace(claimed, state=state, **facts)


def with_account(incident: Incident, published: str | None, body: str = "What happened.", image: str = "") -> Incident:
    """The incident with a post-mortem, published at that time or a draft."""
    moment = at(published) if published else None
    account = Postmortem(
        body=Text({"en": body}), where=incident.where, published=moment, image=image, alt=Text({"en": "A curve"})
    )
    return msgspec.structs.replace(incident, postmortem=account)
