"""Mastodon on the wire: what is sent, what its refusals mean, and how it counts."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from sitegen.channel import Post, Rejected, ReplyRefused, RetryLater, Unclear
from sitegen.channels import CHANNELS
from sitegen.channels.credentials import collect
from sitegen.channels.mastodon import MastodonClient, measure
from tests.channels.contract import LIMITS, POST, fail, find_leaks, open_client
from tests.simulators.base import Clock, Trouble
from tests.simulators.loopback import Answer, Fault, answer_json
from tests.simulators.mastodon import HOST, MastodonSimulator
from tests.simulators.mastodon_requests import count

SINCE = Clock()()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def server(clock: Clock) -> Iterator[MastodonSimulator]:
    with MastodonSimulator(clock) as running:
        yield running


@pytest.fixture
def client(server: MastodonSimulator) -> MastodonClient:
    opened = open_client(server)
    assert isinstance(opened, MastodonClient)
    return opened


def _post(text: str, **changes: str) -> Post:
    return msgspec.structs.replace(Post(key=f"key of {text[:9].encode().hex()}", text=text), **changes)


def _answer(server: MastodonSimulator, answer: Answer) -> None:
    server.arm_fault(Fault(accepts=False, change=lambda _: answer))


def test_a_status_goes_out_with_its_key_in_public_and_in_the_channels_language(
    server: MastodonSimulator, client: MastodonClient
) -> None:
    receipt = client.send(POST)

    [request] = server.heard
    assert (request.method, request.path, request.headers["host"]) == ("POST", "/api/v1/statuses", HOST)
    content = {"status": POST.text, "media_ids": [], "language": "en", "visibility": "public"}
    assert msgspec.json.decode(request.body) == content
    assert request.headers["authorization"] == f"Bearer {server.token}"
    assert request.headers["idempotency-key"] == POST.key
    assert receipt.url == f"https://{HOST}/@status/{receipt.remote_id}"


def test_without_a_language_the_accounts_own_is_left_to_the_server(server: MastodonSimulator) -> None:
    channel = msgspec.structs.replace(server.channel(), language="")
    credentials = collect(channel.name, server.environment())

    CHANNELS["mastodon"].open_client(channel, credentials, clock=server.clock, limits=LIMITS).send(POST)

    assert "language" not in msgspec.json.decode(server.heard[0].body)


@pytest.mark.parametrize("account", ["status", "@status", "status@", "@mastodon.example", "a@b@c", "a@b/c", "a b@c"])
def test_an_account_without_its_server_is_refused_with_an_example(server: MastodonSimulator, account: str) -> None:
    channel = msgspec.structs.replace(server.channel(), account=account)
    credentials = collect(channel.name, server.environment())

    with pytest.raises(Rejected, match=r"`status@mastodon\.example`") as caught:
        CHANNELS["mastodon"].open_client(channel, credentials, clock=server.clock, limits=LIMITS)
    assert caught.value.stops


@pytest.mark.parametrize("token", ["canary-1\n", "canary-1 ", "canary 1", "canary-1\r\nX: y", "canary-ż"])
def test_a_token_that_was_copied_badly_is_refused_and_not_printed(server: MastodonSimulator, token: str) -> None:
    server.token = token

    failure = fail(lambda: open_client(server))

    assert isinstance(failure, Rejected)
    assert failure.stops
    assert "canary" not in failure.reason


def test_the_account_is_compared_without_at_sign_and_case(server: MastodonSimulator) -> None:
    assert open_client(server, account=f"@Status@{HOST}").identify().handle == f"status@{HOST}"


@pytest.mark.parametrize(
    ("profile", "word"),
    [({"bot": False}, "automated"), ({"limited": True}, "limited"), ({"moved": {"id": "2"}}, "moved")],
)
def test_what_hides_an_account_is_told_before_the_first_status(
    server: MastodonSimulator, client: MastodonClient, profile: dict[str, object], word: str
) -> None:
    assert (client.identify().warnings, client.identify().notes) == ((), ())
    server.profile |= profile

    account = client.identify()
    [warning] = (*account.warnings, *account.notes)
    assert word in warning


def test_a_token_that_may_not_write_stops_the_channel(server: MastodonSimulator, client: MastodonClient) -> None:
    server.scopes = {"read"}
    client.identify()

    failure = fail(lambda: client.send(POST))

    assert isinstance(failure, Rejected)
    assert failure.stops
    assert "outside the authorized scopes" in failure.reason


def test_the_scopes_that_are_documented_suffice(server: MastodonSimulator, client: MastodonClient) -> None:
    receipt = client.send(msgspec.structs.replace(POST, picture=b"\x89PNG", alt="Failed payments"))
    client.find(POST, SINCE)
    client.edit(receipt.remote_id, POST)
    client.read(receipt.remote_id)
    client.delete(receipt.remote_id)

    assert client.identify().handle == f"status@{HOST}"


def test_an_account_that_is_gone_stops_the_channel(server: MastodonSimulator, client: MastodonClient) -> None:
    _answer(server, answer_json(410, {"error": "Gone"}))

    failure = fail(lambda: client.send(POST))

    assert isinstance(failure, Rejected)
    assert failure.stops


def test_a_reply_stands_below_the_status_above_it(server: MastodonSimulator, client: MastodonClient) -> None:
    first = client.send(POST)

    client.send(_post("Card payments work again.", reply_to=first.remote_id))

    assert [accepted.reply_to for accepted in server.accepted] == ["", first.remote_id]


def test_a_reply_to_a_status_that_is_gone_may_stand_alone(server: MastodonSimulator, client: MastodonClient) -> None:
    first = client.send(POST)
    server.remove_by_hand(first.remote_id)
    reply = _post("Card payments work again.", reply_to=first.remote_id)

    failure = fail(lambda: client.send(reply))

    assert type(failure) is ReplyRefused
    assert not failure.stops
    client.send(msgspec.structs.replace(reply, reply_to=""))
    assert list(server.standing().values()) == [reply.text]


def test_a_repetition_within_the_hour_gives_the_status_that_is_there(
    server: MastodonSimulator, client: MastodonClient, clock: Clock
) -> None:
    receipt = client.send(POST)
    clock.advance(timedelta(minutes=59))

    assert client.send(POST) == receipt
    assert len(server.accepted) == 1


def test_what_arrives_late_is_not_said_after_its_repetition(
    server: MastodonSimulator, client: MastodonClient, clock: Clock
) -> None:
    server.arm(Trouble.ACCEPTED_LATE)
    assert type(fail(lambda: client.send(POST))) is Unclear
    client.send(POST)

    clock.advance(server.late)

    assert len(server.accepted) == 1


def test_after_the_hour_only_the_timeline_knows(
    server: MastodonSimulator, client: MastodonClient, clock: Clock
) -> None:
    receipt = client.send(POST)
    clock.advance(timedelta(minutes=61))

    assert client.find(POST, SINCE) == receipt
    assert client.send(POST) != receipt


def test_of_twins_the_older_one_is_found(server: MastodonSimulator, client: MastodonClient, clock: Clock) -> None:
    server.key_lag = timedelta(seconds=2)
    older = client.send(POST)
    clock.advance(timedelta(seconds=1))
    assert client.send(POST) != older

    assert client.find(POST, SINCE) == older


def test_a_server_that_breaks_at_a_repetition_leaves_a_doubt_that_a_look_resolves(
    server: MastodonSimulator, client: MastodonClient
) -> None:
    receipt = client.send(POST)
    server.repeats_break = True

    assert type(fail(lambda: client.send(POST))) is Unclear
    assert client.find(POST, SINCE) == receipt


def test_what_a_person_deleted_at_once_is_not_said_again(server: MastodonSimulator, client: MastodonClient) -> None:
    server.remove_by_hand(client.send(POST).remote_id)

    failure = fail(lambda: client.send(POST))

    assert isinstance(failure, Rejected)
    assert not failure.stops
    assert server.standing() == {}


def test_a_limit_ends_when_the_server_says(server: MastodonSimulator, client: MastodonClient, clock: Clock) -> None:
    server.windows["statuses"].limit = 1
    client.send(_post("Card payments fail."))

    failure = fail(lambda: client.send(POST))

    assert isinstance(failure, RetryLater)
    assert failure.when == datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
    clock.advance(failure.when - clock())
    client.send(POST)


@pytest.mark.parametrize(
    "reset", ["soon", "", "0", "1795404600", "2026-11-23T05:00:00", "2999-01-01T00:00:00Z", "1999-01-01T00:00:00Z"]
)
def test_no_reset_header_however_odd_silences_a_channel_for_long(
    server: MastodonSimulator, client: MastodonClient, clock: Clock, reset: str
) -> None:
    _answer(server, answer_json(429, {}, (("X-RateLimit-Reset", reset),)))

    failure = fail(lambda: client.send(POST))

    assert isinstance(failure, RetryLater)
    assert clock() < failure.when <= clock() + timedelta(hours=4)


@pytest.mark.parametrize("content", [b"", b"null", b"[]", b"{}", b'{"id":null}', b'{"id":7}', b"\xff"])
def test_an_answer_that_names_no_status_is_a_doubt(
    server: MastodonSimulator, client: MastodonClient, content: bytes
) -> None:
    server.arm_fault(Fault(change=lambda _: Answer(200, content)))

    assert type(fail(lambda: client.send(POST))) is Unclear
    assert len(server.accepted) == 1


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'"no"', b'{"error":7}', b"\xff"])
@pytest.mark.parametrize("status", [400, 403, 404, 422])
def test_a_refusal_is_a_refusal_whatever_its_body_looks_like(
    server: MastodonSimulator, client: MastodonClient, status: int, body: bytes
) -> None:
    _answer(server, Answer(status, body))

    failure = fail(lambda: client.send(POST))

    assert isinstance(failure, Rejected)
    assert str(status) in failure.reason


def test_a_server_that_echoes_our_token_makes_us_print_none(server: MastodonSimulator, client: MastodonClient) -> None:
    for status in (403, 404, 429, 422):
        headers = (("X-RateLimit-Reset", "2026-11-23T05:00:00Z"),)
        _answer(server, answer_json(status, {"error": f"no such token: {server.token}"}, headers))

        failure = fail(lambda: client.send(POST))

        assert find_leaks(str(failure), server.environment()) == []
        assert "[secret]" in str(failure)


@pytest.mark.parametrize("text", ["a" * 501, "  \n "])
def test_a_text_that_is_refused_stops_itself_and_not_the_channel(client: MastodonClient, text: str) -> None:
    failure = fail(lambda: client.send(_post(text)))

    assert type(failure) is Rejected
    assert not failure.stops


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("a" * 500, 500),
        ("https://status.example.com/incidents/a-very-long-name-indeed/?u=20261123T0331Z#u-20261123T0331Z", 23),
        ("https://a.co.", 24),
        ("a https://a.co b", 27),
        ("status.example.com", 18),
        ("https://status.internal/a", 25),
        ("(https://example.com/a_(b))", 25),
        ("日本", 2),
    ],
)
def test_lengths_are_counted_as_the_server_counts_them(text: str, length: int) -> None:
    assert measure(text) == length


@pytest.mark.parametrize("text", ["👩‍🚒", "🇵🇱", "z\u0307", POST.text, "See https://example.com/ż… now"])
def test_no_text_is_counted_too_short(text: str) -> None:
    assert measure(text) >= count(text)
