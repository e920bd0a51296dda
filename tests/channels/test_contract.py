"""The contract of channels, over every kind that is registered: a new kind is tested here without a line."""

import logging
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta

import msgspec
import pytest

from sitegen.channel import Post, Rejected, RetryLater
from sitegen.channels import CHANNELS
from sitegen.channels.credentials import collect
from tests.channels.contract import (
    LIMITS,
    OUTCOMES,
    POST,
    STOPPING,
    drops_copies,
    fail,
    find_leaks,
    open_client,
    open_simulator,
    reads_back,
    tell_everything,
)
from tests.simulators.base import Clock, Identity, Simulator, Trouble

READABLE = [kind for kind in sorted(CHANNELS) if reads_back(kind)]
DROPPING = [kind for kind in sorted(CHANNELS) if drops_copies(kind)]
SINCE = Clock()()
every_trouble = pytest.mark.parametrize("trouble", Trouble, ids=[trouble.name.lower() for trouble in Trouble])


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=sorted(CHANNELS))
def simulator(request: pytest.FixtureRequest, clock: Clock) -> Iterator[Simulator]:
    with open_simulator(request.param, clock) as running:
        yield running


@pytest.fixture(params=READABLE)
def readable(request: pytest.FixtureRequest, clock: Clock) -> Iterator[Simulator]:
    with open_simulator(request.param, clock) as running:
        yield running


@pytest.fixture(params=DROPPING)
def dropping(request: pytest.FixtureRequest, clock: Clock) -> Iterator[Simulator]:
    with open_simulator(request.param, clock) as running:
        yield running


def _arm(simulator: Simulator, trouble: Trouble, *, publishing: bool) -> None:
    if trouble in simulator.spared:
        pytest.skip(f"{trouble.name} can't happen to {simulator.kind}")
    simulator.arm(trouble, publishing=publishing)


def test_a_post_is_accepted_once_and_the_receipt_names_it(simulator: Simulator) -> None:
    receipt = open_client(simulator).send(POST)

    [accepted] = simulator.accepted
    assert accepted.remote_id == receipt.remote_id
    assert accepted.text == POST.text


@every_trouble
def test_every_trouble_while_sending_ends_in_exactly_the_right_failure(
    simulator: Simulator, clock: Clock, trouble: Trouble
) -> None:
    _arm(simulator, trouble, publishing=True)

    failure = fail(lambda: open_client(simulator).send(POST))

    assert type(failure) is OUTCOMES[trouble].sending, failure
    if isinstance(failure, RetryLater):
        assert failure.when > clock()
    if isinstance(failure, Rejected):
        assert failure.stops is (trouble in STOPPING)
    clock.advance(simulator.late)
    assert len(simulator.accepted) == OUTCOMES[trouble].accepted


@every_trouble
def test_trouble_while_looking_never_passes_for_nothing_found(readable: Simulator, trouble: Trouble) -> None:
    client = open_client(readable)
    client.send(POST)
    client.identify()
    _arm(readable, trouble, publishing=False)

    failure = fail(lambda: client.find(POST, SINCE))

    assert type(failure) is OUTCOMES[trouble].reading, failure


@every_trouble
def test_trouble_while_identifying_is_never_a_doubt_and_never_an_identity(
    simulator: Simulator, trouble: Trouble
) -> None:
    if simulator.identity is Identity.NOTHING:
        pytest.skip(f"{simulator.kind} is not asked before it is told something")
    _arm(simulator, trouble, publishing=False)

    failure = fail(open_client(simulator).identify)

    assert type(failure) is OUTCOMES[trouble].reading, failure


def test_what_is_sent_again_is_heard_once(dropping: Simulator) -> None:
    client = open_client(dropping)
    dropping.arm(Trouble.DROPPED_AFTER)
    fail(lambda: client.send(POST))

    receipt = client.send(POST)

    assert client.send(POST) == receipt
    assert [accepted.remote_id for accepted in dropping.accepted] == [receipt.remote_id]


def test_a_channel_works_again_when_the_platform_does(simulator: Simulator) -> None:
    client = open_client(simulator)
    simulator.arm(Trouble.UNREACHABLE)
    fail(lambda: client.send(POST))
    simulator.reopen()

    client.send(POST)

    assert len(simulator.accepted) == 1


def test_what_was_accepted_in_silence_is_found(readable: Simulator) -> None:
    client = open_client(readable)
    readable.arm(Trouble.DROPPED_AFTER)
    fail(lambda: client.send(POST))

    found = client.find(POST, SINCE)

    assert found is not None
    assert found.remote_id == readable.accepted[0].remote_id


def test_what_was_never_sent_is_not_found(readable: Simulator) -> None:
    client = open_client(readable)
    client.send(msgspec.structs.replace(POST, text="Deliveries are late.", link=""))

    assert client.find(POST, SINCE) is None


def test_a_lagging_timeline_shows_it_within_the_settle_time(readable: Simulator, clock: Clock) -> None:
    client = open_client(readable)
    readable.lag = client.traits.settle - timedelta(seconds=1)
    client.send(POST)

    assert client.find(POST, SINCE) is None
    clock.advance(client.traits.settle)
    assert client.find(POST, SINCE) is not None


def test_a_clock_that_is_ten_minutes_ahead_hides_nothing(readable: Simulator) -> None:
    client = open_client(readable)
    client.send(POST)

    assert client.find(POST, SINCE + timedelta(minutes=10)) is not None


def test_a_look_alike_by_a_person_is_not_taken_for_ours(readable: Simulator) -> None:
    readable.publish_by_hand("Card payments fail for some customers, sorry! We are on it.")

    assert open_client(readable).find(POST, SINCE) is None


def test_another_account_than_the_pinned_one_is_refused_by_both_names(simulator: Simulator) -> None:
    if simulator.identity is not Identity.ACCOUNT:
        pytest.skip(f"{simulator.kind} does not say whose credentials they are")
    own = open_client(simulator).identify()

    failure = fail(open_client(simulator, account="somebody_else").identify)

    assert isinstance(failure, Rejected)
    assert failure.stops
    assert own.handle in failure.reason
    assert "somebody_else" in failure.reason


def test_a_redirect_is_never_followed(simulator: Simulator) -> None:
    if Trouble.REDIRECTED in simulator.spared:
        pytest.skip(f"{simulator.kind} knows no redirects")
    client = open_client(simulator)
    simulator.arm(Trouble.REDIRECTED)
    fail(lambda: client.send(POST))
    if simulator.identity is not Identity.NOTHING:
        simulator.arm(Trouble.REDIRECTED, publishing=False)
        fail(client.identify)

    assert simulator.strangers() == 0


def test_what_is_deleted_is_gone_and_deleting_it_again_is_fine(simulator: Simulator) -> None:
    client = open_client(simulator)
    if not client.traits.deletes:
        assert isinstance(fail(lambda: client.delete("1")), Rejected)
        return
    receipt = client.send(POST)
    assert client.read(receipt.remote_id) == POST.text

    client.delete(receipt.remote_id)
    client.delete(receipt.remote_id)

    assert simulator.standing() == {}
    assert client.read(receipt.remote_id) is None


def test_other_words_are_put_in_place_or_refused(simulator: Simulator) -> None:
    client = open_client(simulator)
    receipt = client.send(POST)
    mended = Post(key=POST.key, text="Card payments work again.")
    if not client.traits.edits:
        assert isinstance(fail(lambda: client.edit(receipt.remote_id, mended)), Rejected)
        return

    client.edit(receipt.remote_id, mended)

    assert simulator.standing() == {receipt.remote_id: mended.text}
    assert len(simulator.accepted) == 1


def test_the_longest_text_that_composing_allows_is_accepted(simulator: Simulator) -> None:
    client = open_client(simulator)
    limit = client.traits.limit or 10_000
    text = "ż" * (limit - client.traits.measure(f" {POST.link}")) + f" {POST.link}"
    assert client.traits.measure(text) == limit

    client.send(msgspec.structs.replace(POST, text=text))

    assert [accepted.text for accepted in simulator.accepted] == [text]


def test_a_picture_arrives_with_its_words_where_the_channel_takes_one(simulator: Simulator) -> None:
    client = open_client(simulator)
    picture, words = b"\x89PNG\r\n\x1a\n\0\xff and the rest of it", "Failed payments per minute: none, then 900 – “ż”."

    receipt = client.send(msgspec.structs.replace(POST, picture=picture, alt=words))

    assert [accepted.text for accepted in simulator.accepted] == [POST.text]
    assert simulator.shown_picture(receipt.remote_id) == ((picture, words) if client.traits.pictures else (b"", ""))


def test_a_picture_makes_a_post_no_other_post(readable: Simulator) -> None:
    client = open_client(readable)
    illustrated = msgspec.structs.replace(POST, text="Card payments work again.", link="", picture=b"\x89PNG\r\n\x1a\n")

    receipt = client.send(illustrated)

    assert client.find(illustrated, SINCE) == receipt
    assert client.read(receipt.remote_id) == illustrated.text


@every_trouble
def test_no_secret_is_ever_printed(simulator: Simulator, trouble: Trouble, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    client = open_client(simulator)
    secrets = simulator.environment()
    seen = [repr(client), str(client), repr(collect(simulator.channel().name, secrets))]
    client.identify()
    _arm(simulator, trouble, publishing=True)
    seen += tell_everything(fail(lambda: client.send(POST)))
    if trouble is not Trouble.UNREACHABLE and simulator.identity is not Identity.NOTHING:
        simulator.arm(trouble, publishing=False)
        seen += tell_everything(fail(client.identify))
    seen += [logging.Formatter().format(record) for record in caplog.records]

    assert find_leaks("\n".join(seen), secrets) == []


def test_missing_credentials_are_named(simulator: Simulator) -> None:
    channel = simulator.channel()
    for name in simulator.environment():
        rest = {key: value for key, value in simulator.environment().items() if key != name}
        with pytest.raises(Rejected, match=rf"\b{name}\b") as caught:
            CHANNELS[simulator.kind].open_client(
                channel, collect(channel.name, rest), clock=simulator.clock, limits=LIMITS
            )
        assert caught.value.stops


@pytest.mark.parametrize("url", ["https://example.com", "http://127.0.0.1@example.com", "http://127.0.0.1.example.com"])
def test_another_api_url_is_allowed_on_loopback_only(simulator: Simulator, url: str) -> None:
    channel = msgspec.structs.replace(simulator.channel(), api_url=url)
    credentials = collect(channel.name, simulator.environment())

    with pytest.raises(Rejected, match=r"example\.com") as caught:
        CHANNELS[simulator.kind].open_client(channel, credentials, clock=simulator.clock)
    assert caught.value.stops


def test_a_shorter_time_to_settle_is_for_simulators_only(readable: Simulator) -> None:
    channel = readable.channel()
    credentials = collect(channel.name, readable.environment())
    hasty = msgspec.structs.replace(channel, settle=timedelta())
    CHANNELS[readable.kind].open_client(hasty, credentials, clock=readable.clock)
    for url in ("", "https://api.twitter.com"):
        with pytest.raises(Rejected, match="settle"):
            CHANNELS[readable.kind].open_client(
                msgspec.structs.replace(hasty, api_url=url), credentials, clock=readable.clock
            )


def test_a_send_takes_less_time_than_the_contract_says() -> None:
    for kind in CHANNELS.values():
        assert type(LIMITS)().total < kind.traits().send_timeout


def test_the_limit_leaves_room_below_what_the_platform_takes() -> None:
    for kind in CHANNELS.values():
        traits = kind.traits()
        assert (traits.maximum is None) is (traits.limit is None)
        assert (traits.limit or 0) < (traits.maximum or 1)


def test_the_registry_loads_no_channel() -> None:
    program = "import sys, sitegen.channels; print(sorted({'tweepy', 'requests', 'twitter_text'} & sys.modules.keys()))"

    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert result.stdout == "[]\n"
