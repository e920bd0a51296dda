"""Small stories for the tests of delivery: a project with a channel, and incidents with updates."""

from datetime import timedelta

from sitegen import config
from sitegen.announce import Announcement, announce
from sitegen.ledger import Ledger, update
from sitegen.model import Channel, Connection, Impact, Incident, Settings, Status, Text, Update
from sitegen.problems import Location
from tests.mirror.world import START

_SETTINGS = b"""\
site: {name: Example Pay, url: https://status.example.com}
components: [{key: checkout, name: Checkout}]
channels:
  twitter: {account: example}
  facebook: {page: "12"}
"""
WHERE = Location(config.FILE)


def settings() -> Settings:
    """The settings of the project."""
    found = config.read(_SETTINGS).settings
    assert found is not None
    return found


def channel(name: str = "twitter") -> Channel:
    """One of its channels."""
    return next(one for one in settings().channels if one.name == name)


def incident(number: int, updates: int) -> Incident:
    """An incident that began some minutes before the world, and is over with its last update."""
    begun = START - timedelta(minutes=30 - number)
    return Incident(
        id=f"2026-11-23-incident-{number}",
        where=WHERE,
        title=Text({"en": f"Trouble number {number}"}),
        impact=Impact.MAJOR,
        updates=tuple(
            Update(
                id=f"u{number}{place:03d}",
                at=begun + timedelta(minutes=5 * place),
                message=Text({"en": f"What is known at step {place} of {number}."}),
                where=WHERE,
                status=Status.RESOLVED if place == updates - 1 else Status.INVESTIGATING,
            )
            for place in range(updates)
        ),
    )


def announcements(*incidents: Incident) -> tuple[Announcement, ...]:
    """What should have been said when the world begins."""
    return announce(incidents, START)


def connect(ledger: Ledger, to: Channel) -> None:
    """The channel's connection, made by a person an hour before."""
    connection = Connection(
        channel=to.name,
        kind=to.kind,
        account=to.account,
        remote_id="1",
        language="en",
        since=START - timedelta(hours=1),
    )
    update(ledger, lambda snapshot: {to.name: connection})
