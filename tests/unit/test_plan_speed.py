"""A plan for a history of years is made while nobody notices."""

import time
from datetime import timedelta

import pytest

from sitegen.announce import announce, delivery_key
from sitegen.ledger import Snapshot
from sitegen.mirror.plan import plan
from sitegen.model import Delivery, DeliveryState, Impact, Incident, Saying, Status, Text, Update
from tests.unit.telling import BEGIN, SETTINGS, TRAITS, TWITTER, at, connected, story

INCIDENTS, UPDATES = 10_000, 5
NOW, WHERE = at("12:00"), story(BEGIN).where


def incident(number: int) -> Incident:
    """One of many, five hours apart, the last of them an hour old."""
    begun = NOW - timedelta(hours=1 + 5 * number)
    return Incident(
        id=f"{begun:%Y-%m-%d}-trouble-{number}",
        where=WHERE,
        title=Text({"en": "Orders fail at checkout"}),
        impact=Impact.MAJOR,
        updates=tuple(
            Update(
                id=f"u{place:03d}",
                at=begun + timedelta(minutes=place),
                message=Text({"en": "All payments work."}),
                where=WHERE,
                status=Status.RESOLVED if place == UPDATES - 1 else None,
            )
            for place in range(UPDATES)
        ),
    )


def delivery(one: Incident, update: Update) -> Delivery:
    return Delivery(
        key=delivery_key(TWITTER, "en", one.id, update.id, Saying.POST),
        channel=TWITTER.name,
        account=TWITTER.account,
        language="en",
        incident=one.id,
        part=update.id,
        saying=Saying.POST,
        state=DeliveryState.POSTED,
        since=update.at,
        text="Orders fail at checkout.\nUpdate 1",
        remote_id="1",
    )


@pytest.mark.slow
@pytest.mark.parametrize("heard", [True, False], ids=["all was said", "nothing was said"])
def test_ten_thousand_incidents_and_fifty_thousand_deliveries_are_planned_in_half_a_second(heard: bool) -> None:
    incidents = [incident(number) for number in range(INCIDENTS)]
    entries = [delivery(one, update) for one in incidents[1:] for update in one.updates] if heard else []
    known = Snapshot({entry.key: entry for entry in entries}, connected(TWITTER, "23 10:30").connections)
    spent = []
    for _ in range(3):
        begun = time.process_time()
        items = plan(announce(incidents, NOW), known, TWITTER, TRAITS["twitter"], SETTINGS, NOW)
        spent.append(time.process_time() - begun)
        assert [item.story for item in items if item.speaks] == [incidents[0].id]
    assert min(spent) <= 0.5
