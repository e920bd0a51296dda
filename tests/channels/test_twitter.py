"""X on the wire: what is sent, what its refusals mean, and which posts on the timeline are ours."""

from collections.abc import Iterator
from datetime import timedelta

import msgspec
import pytest

from sitegen.channel import Post, Rejected, ReplyRefused, RetryLater, Unclear
from sitegen.channels.twitter import TRAITS, TwitterClient, cost, measure
from tests.channels.contract import POST, fail, find_leaks, open_client
from tests.simulators.base import Clock, Trouble
from tests.simulators.loopback import Answer, Fault, answer_json
from tests.simulators.twitter import HOST, TwitterSimulator

SINCE = Clock()()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def x(clock: Clock) -> Iterator[TwitterSimulator]:
    with TwitterSimulator(clock) as running:
        yield running


@pytest.fixture
def client(x: TwitterSimulator) -> TwitterClient:
    opened = open_client(x)
    assert isinstance(opened, TwitterClient)
    return opened


def _post(text: str, **changes: str) -> Post:
    return msgspec.structs.replace(Post(key="k", text=text), **changes)


def _answer(x: TwitterSimulator, answer: Answer, *, publishing: bool = True) -> None:
    x.arm_fault(Fault(accepts=False, change=lambda _: answer), publishing=publishing)


def test_a_post_goes_out_as_signed_json_and_nothing_else(x: TwitterSimulator, client: TwitterClient) -> None:
    receipt = client.send(POST)

    [request] = x.heard
    assert (request.method, request.path, request.headers["host"]) == ("POST", "/2/tweets", HOST)
    assert msgspec.json.decode(request.body) == {"text": POST.text}
    assert request.headers["authorization"].startswith("OAuth ")
    assert receipt.url == f"https://x.com/example_status/status/{receipt.remote_id}"


def test_a_reply_names_the_post_above_it(x: TwitterSimulator, client: TwitterClient) -> None:
    first = client.send(POST)

    client.send(_post("Card payments work again.", reply_to=first.remote_id))

    assert [accepted.reply_to for accepted in x.accepted] == ["", first.remote_id]


@pytest.mark.parametrize("which", ["API_KEY", "API_KEY_SECRET", "ACCESS_TOKEN", "ACCESS_TOKEN_SECRET"])
def test_a_wrong_key_stops_the_channel(x: TwitterSimulator, client: TwitterClient, which: str) -> None:
    field = {
        "API_KEY": "api_key",
        "API_KEY_SECRET": "api_key_secret",
        "ACCESS_TOKEN": "token",
        "ACCESS_TOKEN_SECRET": "token_secret",
    }[which]
    x.verifier.keys = msgspec.structs.replace(x.verifier.keys, **{field: "renewed"})

    failure = fail(lambda: client.send(POST))

    assert isinstance(failure, Rejected)
    assert failure.stops
    assert x.accepted == ()


def test_a_machine_whose_clock_is_far_off_is_told_so(x: TwitterSimulator, client: TwitterClient) -> None:
    x.verifier.skew = timedelta(minutes=10)

    assert "timestamp" in str(fail(client.identify))


def test_a_copy_is_refused_and_then_found(x: TwitterSimulator, client: TwitterClient) -> None:
    receipt = client.send(POST)

    failure = fail(lambda: client.send(POST))

    assert type(failure) is Unclear
    assert client.find(POST, SINCE) == receipt
    assert len(x.accepted) == 1


def test_a_refused_reply_may_stand_alone(x: TwitterSimulator, client: TwitterClient) -> None:
    first = client.send(POST)
    x.refuses_replies = True
    reply = _post("Card payments work again.", reply_to=first.remote_id)

    failure = fail(lambda: client.send(reply))

    assert type(failure) is ReplyRefused
    assert not failure.stops
    client.send(msgspec.structs.replace(reply, reply_to=""))
    assert len(x.accepted) == 2


def test_a_copy_of_a_reply_is_a_copy_and_not_a_refused_reply(client: TwitterClient) -> None:
    first = client.send(POST)
    reply = _post("Card payments work again.", reply_to=first.remote_id)
    client.send(reply)

    assert type(fail(lambda: client.send(reply))) is Unclear


def test_spent_credits_stop_the_channel_and_are_named(x: TwitterSimulator, client: TwitterClient) -> None:
    x.credits = 0.1
    client.send(_post("Card payments fail."))

    failure = fail(lambda: client.send(POST))

    assert isinstance(failure, Rejected)
    assert failure.stops
    assert "credits" in failure.reason


@pytest.mark.parametrize("text", ["a" * 281, "Both $ABC and $XYZ are late."])
def test_a_text_that_is_refused_stops_itself_and_not_the_channel(client: TwitterClient, text: str) -> None:
    failure = fail(lambda: client.send(_post(text)))

    assert type(failure) is Rejected
    assert not failure.stops


def test_the_quarter_hours_limit_ends_when_its_first_post_is_old(
    x: TwitterSimulator, client: TwitterClient, clock: Clock
) -> None:
    x.quarter_limit.limit = 2
    for number in range(2):
        client.send(_post(f"Update {number}"))
        clock.advance(timedelta(minutes=1))

    failure = fail(lambda: client.send(POST))

    assert isinstance(failure, RetryLater)
    assert failure.when == SINCE + timedelta(minutes=15)
    clock.advance(failure.when - clock())
    client.send(POST)


def test_of_two_spent_limits_the_later_end_counts(x: TwitterSimulator, client: TwitterClient) -> None:
    x.quarter_limit.limit = x.day_limits[1].limit = 1
    client.send(_post("Update 1"))

    failure = fail(lambda: client.send(POST))

    assert isinstance(failure, RetryLater)
    assert failure.when == SINCE + timedelta(days=1)


@pytest.mark.parametrize("reset", ["soon", "", "-1", "99999999999", "9" * 40, "1"])
def test_no_reset_header_however_odd_silences_a_channel_for_long(
    x: TwitterSimulator, client: TwitterClient, clock: Clock, reset: str
) -> None:
    _answer(x, answer_json(429, {}, (("x-rate-limit-remaining", "0"), ("x-rate-limit-reset", reset))))

    failure = fail(lambda: client.send(POST))

    assert isinstance(failure, RetryLater)
    assert clock() <= failure.when <= clock() + timedelta(hours=25)


@pytest.mark.parametrize(
    "content",
    [b"", b"null", b"[]", b"{}", b'{"data":null}', b'{"data":{}}', b'{"data":{"id":7}}', b'{"errors":[]}', b"\xff"],
)
def test_a_created_that_names_no_post_is_a_doubt(x: TwitterSimulator, client: TwitterClient, content: bytes) -> None:
    x.arm_fault(Fault(change=lambda _: Answer(201, content)))

    assert type(fail(lambda: client.send(POST))) is Unclear
    assert len(x.accepted) == 1


@pytest.mark.parametrize(
    "body", [b"[" * 100_000, b"", b"<html>", b"[]", b'"no"', b'{"detail":7}', b'{"errors":"x"}', b"\xff"]
)
@pytest.mark.parametrize("status", [400, 403, 404, 422])
def test_a_refusal_is_a_refusal_whatever_its_body_looks_like(
    x: TwitterSimulator, client: TwitterClient, status: int, body: bytes
) -> None:
    _answer(x, Answer(status, body))

    failure = fail(lambda: client.send(POST))

    assert isinstance(failure, Rejected)
    assert str(status) in failure.reason


def test_a_platform_that_echoes_our_keys_makes_us_print_none(x: TwitterSimulator, client: TwitterClient) -> None:
    secrets = x.environment()
    _answer(x, answer_json(403, {"detail": " ".join(secrets.values())}))

    failure = fail(lambda: client.send(POST))

    assert isinstance(failure, Rejected)
    assert find_leaks(failure.reason, secrets) == []
    assert "[secret]" in failure.reason


@pytest.mark.parametrize(
    "text",
    ["Fish & chips <late> “again” &amp; 1 < 2", "Zażółć", "Zaz\u0307o\u0301łc\u0301", "two\n\n\nlines  ", "👩‍🚒 日本"],
)
def test_a_text_is_found_in_whatever_way_the_timeline_writes_it(client: TwitterClient, text: str) -> None:
    receipt = client.send(_post(text))

    assert client.find(_post(text), SINCE) == receipt


def test_a_post_is_read_as_it_was_written(client: TwitterClient) -> None:
    text = "Fish & chips &amp; <b> https://status.example.com/?a=1&b=2 and https://example.com/c."

    assert client.read(client.send(_post(text)).remote_id) == text


def test_a_correction_is_not_found_in_what_it_corrects(client: TwitterClient) -> None:
    client.send(POST)
    correction = _post(f"Correction: all customers are hit. {POST.link}", link=POST.link)

    assert client.find(correction, SINCE) is None


def test_a_copy_with_another_ending_is_found_by_its_link_or_visible_line(
    x: TwitterSimulator, client: TwitterClient
) -> None:
    by_link = x.publish_by_hand(f"Card payments fail for some… {POST.link}")
    found = client.find(POST, SINCE)
    assert found is not None
    assert found.remote_id == by_link
    x.remove_by_hand(by_link)

    by_line = x.publish_by_hand("Card payments fail for some… Update 1 · 03:31 UTC")
    found = client.find(POST, SINCE)
    assert found is not None
    assert found.remote_id == by_line


def test_update_11_is_not_update_1(x: TwitterSimulator, client: TwitterClient) -> None:
    x.publish_by_hand("Card payments fail for some customers. Update 11 · 03:31 UTC")

    assert client.find(POST, SINCE) is None


def test_a_copy_on_the_last_page_is_found_and_the_oldest_one_wins(
    x: TwitterSimulator, client: TwitterClient, clock: Clock
) -> None:
    oldest = client.send(POST)
    for number in range(25):
        clock.advance(timedelta(seconds=1))
        x.publish_by_hand(f"Something else, number {number}")
    x.publish_by_hand(POST.text)
    x.page_size = 5

    assert client.find(POST, SINCE) == oldest


def test_a_timeline_that_never_ends_is_not_an_empty_one(x: TwitterSimulator, client: TwitterClient) -> None:
    client.identify()
    page = answer_json(200, {"meta": {"result_count": 0, "next_token": "more"}})
    for _ in range(40):
        _answer(x, page, publishing=False)

    assert isinstance(fail(lambda: client.find(POST, SINCE)), RetryLater)


@pytest.mark.parametrize("content", [{}, {"meta": {}}, {"meta": {"result_count": 2}}, {"data": [], "errors": []}])
def test_a_part_of_the_timeline_never_passes_for_the_whole(
    x: TwitterSimulator, client: TwitterClient, content: object
) -> None:
    client.identify()
    _answer(x, answer_json(200, content), publishing=False)

    assert isinstance(fail(lambda: client.find(POST, SINCE)), RetryLater)


def test_a_forbidden_timeline_is_for_a_person(x: TwitterSimulator, client: TwitterClient) -> None:
    x.hides_timeline = True

    failure = fail(lambda: client.find(POST, SINCE))

    assert isinstance(failure, Rejected)
    assert failure.stops


def test_the_handle_is_compared_without_at_sign_and_case(x: TwitterSimulator) -> None:
    assert open_client(x, account="@Example_STATUS").identify().handle == "example_status"


def test_deleting_is_tried_again_when_nobody_knows_whether_it_worked(
    x: TwitterSimulator, client: TwitterClient
) -> None:
    receipt = client.send(POST)
    x.arm(Trouble.DROPPED_AFTER, publishing=False)

    assert isinstance(fail(lambda: client.delete(receipt.remote_id)), RetryLater)
    client.delete(receipt.remote_id)
    assert x.standing() == {}


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("a" * 280, 280),
        ("ż" * 280, 280),
        ("z\u0307" * 10, 10),
        ("…", 2),
        ("—", 1),
        ("日本", 4),
        ("👩‍🚒", 2),
        ("🇵🇱", 2),
        ("https://status.example.com/incidents/a-very-long-name-indeed/?u=20261123T0331Z#u-20261123T0331Z", 23),
        ("v1.2.3.py", 23),
        ("a https://a.co b", 27),
    ],
)
def test_lengths_are_weighed_as_x_weighs_them(text: str, length: int) -> None:
    assert measure(text) == length


@pytest.mark.parametrize(
    ("text", "dollars"), [("Card payments fail.", 0.015), ("See https://example.com", 0.2), ("v1.2.3.py is out", 0.2)]
)
def test_a_link_is_what_costs(text: str, dollars: float) -> None:
    assert cost(_post(text)) == dollars
    assert TRAITS.cost is cost
