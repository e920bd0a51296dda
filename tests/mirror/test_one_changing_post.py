"""One post per incident that changes with it, the news as comments below: the real client against Facebook's rules."""

from collections.abc import Iterator
from datetime import timedelta

import msgspec
import pytest

from sitegen.model import DeliveryState, Postmortem, Text
from tests.mirror.nights import PICTURE, Night, begun
from tests.mirror.stories import WHERE, incident
from tests.simulators.base import Accepted, Clock, Trouble
from tests.simulators.email import EmailSimulator
from tests.simulators.facebook import FacebookSimulator

OTHER = "0" * 32


@pytest.fixture
def facebook() -> Iterator[FacebookSimulator]:
    with FacebookSimulator(Clock()) as running:
        yield running


@pytest.fixture
def night(facebook: FacebookSimulator) -> Night:
    assert isinstance(facebook.clock, Clock)
    return Night(facebook, facebook.clock, mode="edit")


def posts(night: Night) -> list[Accepted]:
    return [one for one in night.platform.accepted if not one.reply_to]


def comments(night: Night) -> list[Accepted]:
    return [one for one in night.platform.accepted if one.reply_to]


def test_the_end_is_what_the_one_post_says_and_the_newest_comment_below_it(night: Night) -> None:
    whole = incident(1, 3)
    for updates in (1, 2, 3, 3):
        night.say(begun(whole, updates))

    [first] = posts(night)
    assert [comment.reply_to for comment in comments(night)] == [first.remote_id] * 2
    standing = night.platform.standing()
    assert standing[first.remote_id].startswith("Resolved: Trouble number 1.")
    assert standing[comments(night)[-1].remote_id] == standing[first.remote_id]


@pytest.mark.parametrize("trouble", [Trouble.DROPPED_AFTER, Trouble.BROKEN_AFTER, Trouble.DROPPED, Trouble.GARBAGE])
def test_a_comment_in_doubt_is_found_or_made_and_never_made_twice(night: Night, trouble: Trouble) -> None:
    whole = incident(1, 2)
    night.say(begun(whole, 1))
    night.platform.arm(trouble)
    night.say(whole)
    night.say_later(whole)
    night.say_later(whole)

    assert (len(posts(night)), len(comments(night))) == (1, 1)
    assert set(night.states()) == {DeliveryState.POSTED}


def test_where_the_first_post_was_removed_by_hand_the_end_is_a_post_of_its_own(
    night: Night, facebook: FacebookSimulator
) -> None:
    whole = incident(1, 2)
    night.say(begun(whole, 1))
    facebook.remove_by_hand(posts(night)[0].remote_id)
    night.say(whole)

    assert (len(posts(night)), len(comments(night))) == (2, 0)
    assert list(night.platform.standing().values())[-1].startswith("Resolved: Trouble number 1.")


def test_a_picture_of_the_post_mortem_goes_along_with_its_words(night: Night, facebook: FacebookSimulator) -> None:
    whole = incident(1, 2)
    night.say(whole)
    account = Postmortem(
        body=Text({"en": "It was a certificate."}),
        where=WHERE,
        published=night.now() - timedelta(minutes=1),
        image="curve.png",
        alt=Text({"en": "Errors over time"}),
    )
    night.say(msgspec.structs.replace(whole, postmortem=account))

    post = posts(night)[-1]
    assert post.text.startswith("Post-mortem: Trouble number 1.")
    _, picture, alt = facebook.shown(post.remote_id)
    assert (picture, alt) == (PICTURE, "Errors over time")


def test_what_a_person_made_of_the_same_words_is_not_recorded_for_two_updates(night: Night) -> None:
    whole = incident(1, 1)
    night.platform.arm(Trouble.DROPPED)
    night.say(whole)
    [entry] = night.ledger.read().deliveries.values()
    by_hand = night.platform.publish_by_hand(entry.text)
    other = msgspec.structs.replace(entry, key=OTHER, part="other", state=DeliveryState.POSTED, remote_id=by_hand)
    snapshot = night.ledger.read()
    claim = msgspec.structs.replace(other, state=DeliveryState.SKIPPED, attempt=0)
    taken = night.ledger.append(snapshot, {OTHER: claim})
    assert taken is not None
    night.ledger.append(taken, {OTHER: other})

    report = night.say_later(whole)

    assert report.needs_a_person
    assert night.ledger.read().deliveries[entry.key].state is DeliveryState.IN_DOUBT


def test_old_words_in_doubt_are_not_said_after_the_end() -> None:
    """A list that drops copies can't be looked at: what was overtaken by the end stays unsaid, and is known as that."""
    with EmailSimulator(Clock()) as mail:
        assert isinstance(mail.clock, Clock)
        letters, whole = Night(mail, mail.clock), incident(1, 3)
        letters.say(begun(whole, 1))
        for _ in range(2):
            mail.arm(Trouble.DROPPED)
        letters.say(begun(whole, 2))
        letters.say(whole)
        letters.say_later(whole)

        subjects = [post.text.partition(".")[0] for post in mail.accepted]
        assert subjects == ["Trouble number 1", "Resolved: Trouble number 1"]
