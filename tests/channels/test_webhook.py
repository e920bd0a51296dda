"""Webhooks on the wire: what is signed and sent, and what the answers mean."""

from base64 import b64decode
from collections.abc import Iterator
from datetime import timedelta

import msgspec
import pytest

from sitegen.channel import Guarantee, Rejected, RetryLater, Unclear
from sitegen.channels import CHANNELS
from sitegen.channels.credentials import collect
from sitegen.channels.webhook import TRAITS, WebhookClient, sign
from tests.channels.contract import LIMITS, POST, fail, open_client
from tests.docs.documents import Document
from tests.simulators.base import Clock, Trouble
from tests.simulators.loopback import Answer, Fault, answer_json
from tests.simulators.webhook import HOST, WebhookSimulator

PAGE = Document("docs/how-to/tell-other-programs.md")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def receiver(clock: Clock) -> Iterator[WebhookSimulator]:
    with WebhookSimulator(clock) as running:
        yield running


@pytest.fixture
def client(receiver: WebhookSimulator) -> WebhookClient:
    opened = open_client(receiver)
    assert isinstance(opened, WebhookClient)
    return opened


def _answer(receiver: WebhookSimulator, answer: Answer) -> None:
    receiver.arm_fault(Fault(accepts=False, change=lambda _: answer))


def test_the_signature_is_that_of_the_standard() -> None:
    # The vector that the libraries of Standard Webhooks test themselves with.
    key = b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    signature = sign(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')

    assert signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_an_announcement_is_signed_json_under_its_key(receiver: WebhookSimulator, client: WebhookClient) -> None:
    receipt = client.send(POST)

    [request] = receiver.heard
    assert (request.method, request.path, request.headers["host"]) == ("POST", "/status", HOST)
    assert request.headers["content-type"] == "application/json"
    assert request.headers["webhook-id"] == receipt.remote_id == POST.key
    assert msgspec.json.decode(request.body) == {
        "type": "announcement",
        "id": POST.key,
        "channel": "webhook",
        "language": "en",
        "title": POST.title,
        "text": POST.text,
        "link": POST.link,
    }


def test_the_documented_fields_are_those_that_are_sent(receiver: WebhookSimulator, client: WebhookClient) -> None:
    client.send(POST)

    told = [*PAGE.first_column("What is sent"), *PAGE.first_column("The body")]
    headers = [name for name in receiver.heard[0].headers if name.startswith("webhook-")]
    assert sorted(told) == sorted([*headers, *msgspec.json.decode(receiver.heard[0].body)])


def test_a_repetition_has_the_same_bytes_a_new_time_and_no_effect(
    receiver: WebhookSimulator, client: WebhookClient, clock: Clock
) -> None:
    client.send(POST)
    clock.advance(timedelta(hours=7))
    client.send(POST)

    first, second = receiver.heard
    assert first.body == second.body
    assert int(second.headers["webhook-timestamp"]) - int(first.headers["webhook-timestamp"]) == 7 * 3600
    assert (len(receiver.accepted), receiver.copies) == (1, 1)
    assert TRAITS.guarantee is Guarantee.DROPS_COPIES


def test_what_arrives_late_is_dropped_after_its_repetition(
    receiver: WebhookSimulator, client: WebhookClient, clock: Clock
) -> None:
    receiver.arm(Trouble.ACCEPTED_LATE)
    assert type(fail(lambda: client.send(POST))) is Unclear
    client.send(POST)

    clock.advance(receiver.late)

    assert len(receiver.accepted) == 1


@pytest.mark.parametrize(
    ("status", "body"), [(200, b""), (201, b"ok"), (202, b"{"), (204, b""), (299, b"<!doctype html>"), (200, b"\xff")]
)
def test_any_whole_answer_with_a_2xx_means_that_it_was_told(
    receiver: WebhookSimulator, client: WebhookClient, status: int, body: bytes
) -> None:
    receiver.arm_fault(Fault(change=lambda _: Answer(status, body)))

    client.send(POST)

    assert len(receiver.accepted) == 1


@pytest.mark.parametrize("trouble", [Trouble.TRUNCATED, Trouble.OVERSIZED], ids=str)
def test_an_answer_that_is_not_whole_is_a_doubt(
    receiver: WebhookSimulator, client: WebhookClient, trouble: Trouble
) -> None:
    receiver.arm(trouble)

    assert type(fail(lambda: client.send(POST))) is Unclear
    client.send(POST)
    assert len(receiver.accepted) == 1


@pytest.mark.parametrize("status", [401, 403, 404, 405, 410])
def test_a_wrong_address_or_secret_stops_the_channel(
    receiver: WebhookSimulator, client: WebhookClient, status: int
) -> None:
    _answer(receiver, answer_json(status, {}))

    failure = fail(lambda: client.send(POST))

    assert isinstance(failure, Rejected)
    assert failure.stops
    assert str(status) in failure.reason


@pytest.mark.parametrize("status", [400, 409, 413, 422])
def test_an_announcement_that_is_refused_leaves_the_channel_open(
    receiver: WebhookSimulator, client: WebhookClient, status: int
) -> None:
    _answer(receiver, answer_json(status, {}))

    failure = fail(lambda: client.send(POST))

    assert type(failure) is Rejected
    assert not failure.stops


@pytest.mark.parametrize(
    ("wait", "minutes"),
    [
        ("600", 10),
        ("0", 1),
        ("86400", 60),
        ("999999999", 60),
        ("Mon, 23 Nov 2026 03:51:00 GMT", 20),
        ("Mon, 23 Nov 2026 03:51:00 -0000", 20),
        ("Fri, 01 Jan 2100 00:00:00 GMT", 60),
        ("Sun, 22 Nov 2026 00:00:00 GMT", 1),
        ("soon", 15),
        ("-5", 15),
        ("", 15),
    ],
)
def test_a_receiver_says_when_it_has_time_within_the_hour(
    receiver: WebhookSimulator, client: WebhookClient, clock: Clock, wait: str, minutes: int
) -> None:
    receiver.retry_after = wait
    receiver.arm(Trouble.RATE_LIMITED)

    failure = fail(lambda: client.send(POST))

    assert isinstance(failure, RetryLater)
    assert failure.when == clock() + timedelta(minutes=minutes)


def test_another_secret_is_noticed(receiver: WebhookSimulator, client: WebhookClient) -> None:
    receiver.secret = "whsec_" + "A" * 44

    failure = fail(lambda: client.send(POST))

    assert isinstance(failure, Rejected)
    assert failure.stops
    assert receiver.accepted == ()


@pytest.mark.parametrize(
    "secret",
    [
        "canary",
        "whsec_canary",
        "canary" + "whsec_" + "c" * 44,
        "whsec_ż",
        *(f"whsec_{'c' * length}" for length in (28, 31, 88)),
        f"whsec_{'c' * 44}\n",
        f"whsec_{'c' * 34}==cccc",
    ],
)
def test_a_secret_that_is_none_is_refused_and_not_printed(receiver: WebhookSimulator, secret: str) -> None:
    receiver.secret = secret

    failure = fail(lambda: open_client(receiver))

    assert isinstance(failure, Rejected)
    assert failure.stops
    assert "canary" not in failure.reason
    assert "cccc" not in failure.reason


@pytest.mark.parametrize(
    "address",
    [
        "http://hooks.example.com/status",
        "https://me:secret@hooks.example.com/",
        "https://hooks.example.com/#part",
        "hooks.example.com/status",
        "https://",
        "https://[::1",
        "https://hooks.example.com:x/",
        "mailto:me@example.com",
        "https://*.example.com/",
        "",
    ],
)
def test_an_address_that_is_not_https_is_refused_with_an_example(receiver: WebhookSimulator, address: str) -> None:
    channel = msgspec.structs.replace(receiver.channel(), account=address)
    credentials = collect(channel.name, receiver.environment())

    with pytest.raises(Rejected, match=r"`https://hooks\.example\.com/status`") as caught:
        CHANNELS["webhook"].open_client(channel, credentials, clock=receiver.clock, limits=LIMITS)
    assert caught.value.stops
    assert "secret@" not in caught.value.reason


@pytest.mark.parametrize(
    ("address", "host", "path"),
    [
        ("https://Hooks.example.com:8443/a?b=c&d=%20", "hooks.example.com:8443", "/a"),
        ("https://żółw.example.com/", "xn--w-uga1v8h.example.com", "/"),
        ("https://hooks.example.com", "hooks.example.com", "/"),
    ],
)
def test_the_receiver_is_reached_at_its_address(receiver: WebhookSimulator, address: str, host: str, path: str) -> None:
    receiver.arm_fault(Fault(change=lambda _: Answer(200)))

    open_client(receiver, address).send(POST)

    assert (receiver.heard[0].headers["host"], receiver.heard[0].path) == (host, path)


def test_identifying_sends_nothing_and_says_so(receiver: WebhookSimulator, client: WebhookClient) -> None:
    account = client.identify()

    assert account.handle == HOST
    assert "first announcement" in account.notes[0]
    assert receiver.heard == []


def test_what_a_program_was_told_is_neither_looked_for_nor_changed(client: WebhookClient, clock: Clock) -> None:
    for deed in (
        lambda: client.find(POST, clock()),
        lambda: client.read("1"),
        lambda: client.edit("1", POST),
        lambda: client.delete("1"),
    ):
        failure = fail(deed)
        assert type(failure) is Rejected
        assert not failure.stops
