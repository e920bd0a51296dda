"""A project whose channels are connected, what was said on them so far, and the preview that shows its plan."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import msgspec

from sitegen import project
from sitegen.cli.ledgers import open_ledger
from sitegen.cli.mirroring import Plans, WallClock, plan_channels
from sitegen.cli.outlooks import Outlooks
from sitegen.compose import channel_language
from sitegen.ledger import Entry, Snapshot, update
from sitegen.mirror.plan import Item
from sitegen.model import Connection, Delivery, DeliveryState
from sitegen.project import Project
from sitegen.serve import serve
from tests.browser.gallery import grey_png
from tests.projects import SETTINGS
from tests.repositories import clone, make_remote
from tests.serve.asking import clock, wait_for_site

HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
ID = "2026-11-23-cards"
CONNECTED = datetime(2026, 11, 22, tzinfo=UTC)
AFTER_TWO = datetime(2026, 11, 23, 2, 45, tzinfo=UTC)
"""When two of the updates below were there to be said."""

CHANNELS = """\
channels:
  twitter: {account: examplestatus, thread: true, link: every}
  twitter-pl: {kind: twitter, account: examplestatuspl, language: pl}
  facebook: {page: "1234567890"}
  mastodon: {account: status@mastodon.example}
  email: {to: status@lists.example.com}
  webhook: {to: https://hooks.example.com/status}
"""
INCIDENT = """\
title: {en: Card payments fail at checkout, pl: Płatności kartą nie działają}
components: {checkout: major_outage}
workaround: Pay by bank transfer.
updates:
  - at: 2026-11-23 03:09
    message: {en: Most card payments are failing., pl: Większość płatności kartą się nie udaje.}
  - at: 2026-11-23 03:40
    status: identified
    message: A certificate of our payment gateway expired at 03:00. We are installing the new one.
  - at: 2026-11-23 04:05
    status: resolved
    message: All payments work again since 04:02. No order was lost.
"""
OLD = """\
title: Search is slow
components: {checkout: degraded_performance}
updates:
  - {at: 2026-11-20 10:00, message: Search takes up to ten seconds.}
"""
ACCOUNT = """\
---
published: 2026-11-23 11:00
image: curve.png
alt: The share of payments that failed.
---
We are sorry: for an hour nobody could pay by card. A certificate expired at 03:00, and nobody was reminded of it.
"""


def make_posting(folder: Path, channels: str = CHANNELS, incident: str = INCIDENT) -> Path:
    """A clone of a remote that holds the project; its channels are not connected yet."""
    remote = make_remote(
        folder / "remote.git",
        {
            "sitegen.yaml": SETTINGS + channels,
            f"incidents/{ID}.yaml": incident,
            f"incidents/{ID}.md": ACCOUNT,
            "incidents/2026-11-20-search.yaml": OLD,
        },
    )
    root = clone(remote, folder / "clone")
    (root / "incidents" / "curve.png").write_bytes(grey_png(480, 160))
    return root


def connect(root: Path, *names: str) -> None:
    """As a person does it, without a platform to ask: the named channels, or all of them."""
    content = read(root)
    channels = [channel for channel in content.settings.channels if channel.name in names or not names]
    connections: dict[str, Entry] = {
        channel.name: Connection(
            channel=channel.name,
            kind=channel.kind,
            account=channel.account,
            remote_id="1",
            language=channel_language(channel, content.settings),
            since=CONNECTED,
        )
        for channel in channels
    }
    update(open_ledger(content), lambda known: connections)


def claim_next(root: Path, at: datetime) -> None:
    """What a run at the moment records before it says the next word on each channel."""
    content = read(root)
    ledger = open_ledger(content)
    items = _find_next(plan_channels(content, ledger.read(), WallClock(at)))
    update(ledger, partial(_put, {item.key: _entry(item, DeliveryState.CLAIMED, at) for item in items}))


def say_all(root: Path, at: datetime) -> None:
    """What runs at the moment record where every platform takes everything."""
    content = read(root)
    ledger = open_ledger(content)
    while items := _find_next(plan_channels(content, ledger.read(), WallClock(at))):
        for state in (DeliveryState.CLAIMED, DeliveryState.POSTED):
            entries: dict[str, Entry] = {item.key: _entry(item, state, at) for item in items}
            update(ledger, partial(_put, entries))


def _find_next(plans: Plans) -> list[Item]:
    """The first of each channel that is to be said: what comes after it is planned anew."""
    firsts = (next((item for item in items if item.speaks), None) for items in plans.values())
    return [item for item in firsts if item is not None]


def _put(entries: dict[str, Entry], known: Snapshot) -> dict[str, Entry]:
    return entries


def _entry(item: Item, state: DeliveryState, at: datetime) -> Delivery:
    assert item.draft is not None
    number = f"{item.channel.name}-{item.announcement.number}"
    claim = Delivery(
        key=item.key,
        channel=item.channel.name,
        account=item.channel.account,
        language=item.channel.language or "en",
        incident=item.story,
        part=item.announcement.part,
        saying=item.announcement.saying,
        state=DeliveryState.CLAIMED,
        since=at + item.announcement.number * SECOND,
        attempt=1,
        text=item.draft.text,
        title=item.draft.title,
        link=item.draft.link,
        owner="run",
        lease=at + HOUR,
    )
    if state is DeliveryState.CLAIMED:
        return claim
    below = item.below.remote_id if item.below else ""
    address = f"https://social.example/{number}"
    posted = msgspec.structs.replace(claim, state=state, owner="", lease=None, remote_id=number, reply_to=below)
    return msgspec.structs.replace(posted, url=address, recorded=at)


def read(root: Path) -> Project:
    """The project."""
    content = project.read(root).project
    assert content is not None
    return content


@contextmanager
def previewed(root: Path, now: Callable[[], datetime] = clock) -> Iterator[str]:
    """The address of the page with the plan."""
    with serve(root, now=now, port=0, look=Outlooks(root, now)) as address:
        wait_for_site(address)
        yield f"{address}_preview/"
