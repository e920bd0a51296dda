"""Sessions with mail servers: encrypted or not at all, bounded, and never in doubt before the message."""

import re
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from threading import Thread

import msgspec
import pytest
import trustme

from sitegen.channel import Client, Rejected, RetryLater, Unclear
from sitegen.channels import CHANNELS
from sitegen.channels.credentials import collect
from sitegen.channels.email import open_client as open_email
from sitegen.channels.limits import Limits
from sitegen.model import Channel
from tests.channels.contract import POST, fail
from tests.simulators.base import Clock
from tests.simulators.email import EmailSimulator
from tests.simulators.mail_server import Encryption, Step

LIMITS = Limits(answer=timedelta(seconds=0.3), total=timedelta(seconds=1.2), size=3000)
SECRETS = {
    "SITEGEN_EMAIL_USER": "user",
    "SITEGEN_EMAIL_PASSWORD": "password",
    "SITEGEN_EMAIL_SENDER": "status@example.com",
}
Speak = Callable[[socket.socket], None]
ANSWERS = {
    "greeting": b"220 mail.example.com\r\n",
    "EHLO": b"250-mail.example.com\r\n250 AUTH PLAIN\r\n",
    "AUTH": b"235 Welcome\r\n",
    "MAIL": b"250 OK\r\n",
    "RCPT": b"250 OK\r\n",
    "DATA": b"354 Go on\r\n",
    "dot": b"250 Queued\r\n",
    "QUIT": b"221 Bye\r\n",
}
BEFORE = ("greeting", "EHLO", "AUTH", "MAIL", "RCPT", "DATA")


class _Peer:
    """A server that answers as it should, up to one step at which it does what the test wants; `heard` is all of it."""

    def __init__(self) -> None:
        self.heard = b""
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]

    def talk(self, step: str = "", speak: Speak | None = None, answers: dict[str, bytes] | None = None) -> None:
        self._step, self._speak, self._answers = step, speak, {**ANSWERS, **(answers or {})}
        self._thread = Thread(target=self._run)
        self._thread.start()

    def close(self) -> None:
        self._thread.join()
        self._listener.close()

    def _run(self) -> None:
        connection, _ = self._listener.accept()
        with connection, suppress(OSError):
            step = "greeting"
            while self._answer(connection, step):
                line = self._hear(connection, b"\r\n")
                step = "dot" if step == "DATA" else line.split()[0].decode().upper()
                if step == "dot" and line != b".\r\n":
                    self._hear(connection, b"\r\n.\r\n")

    def _answer(self, connection: socket.socket, step: str) -> bool:
        if step == self._step and self._speak is not None:
            self._speak(connection)
            return False
        connection.sendall(self._answers[step])
        return step != "QUIT"

    def _hear(self, connection: socket.socket, end: bytes) -> bytes:
        heard = b""
        while not heard.endswith(end):
            piece = connection.recv(1)
            if not piece:
                raise ConnectionError
            heard += piece
            self.heard += piece
        return heard


@pytest.fixture
def peer() -> Iterator[_Peer]:
    peer = _Peer()
    yield peer
    peer.close()


@pytest.fixture
def mail() -> Iterator[EmailSimulator]:
    with EmailSimulator(Clock()) as running:
        yield running


def _open(peer: _Peer, limits: Limits = LIMITS) -> Client:
    address = f"smtp://127.0.0.1:{peer.port}"
    channel = Channel(name="email", kind="email", account="list@example.com", api_url=address)
    return open_email(channel, collect("email", SECRETS), clock=Clock(), limits=limits)


def _say(answer: bytes) -> Speak:
    return lambda connection: connection.sendall(answer)


def _drip(piece: bytes) -> Speak:
    def speak(connection: socket.socket) -> None:
        while True:
            connection.sendall(piece)
            time.sleep(0.05)

    return speak


ODDITIES = [
    pytest.param(lambda connection: None, id="nothing at all"),
    pytest.param(_say(b"SSH-2.0-OpenSSH\r\n"), id="another protocol"),
    pytest.param(_say(b"250"), id="half"),
    pytest.param(_say(b"250-Queued\r\n"), id="half of several lines"),
    pytest.param(_say(b"\r\n"), id="an empty line"),
    pytest.param(_say(b"250 " + b"x" * 9000 + b"\r\n"), id="too long a line"),
    pytest.param(_say(b"250-x\r\n" * 600 + b"250 Queued\r\n"), id="too many lines"),
    pytest.param(_drip(b"250-x\r\n"), id="endless lines"),
    pytest.param(_drip(b"2"), id="an endless line"),
    pytest.param(lambda connection: connection.recv(1), id="silence"),
]


@pytest.mark.parametrize("step", BEFORE)
@pytest.mark.parametrize("speak", ODDITIES)
def test_no_oddity_before_the_message_is_a_doubt_or_takes_long(peer: _Peer, step: str, speak: Speak) -> None:
    peer.talk(step, speak)
    client, begun = _open(peer), time.monotonic()

    failure = fail(lambda: client.send(POST))

    assert type(failure) is RetryLater, failure
    assert time.monotonic() - begun < LIMITS.total.total_seconds() + 0.5
    assert b"Subject" not in peer.heard


@pytest.mark.parametrize("speak", ODDITIES)
def test_every_oddity_after_the_message_is_a_doubt_and_ends_in_time(peer: _Peer, speak: Speak) -> None:
    peer.talk("dot", speak)
    client, begun = _open(peer), time.monotonic()

    failure = fail(lambda: client.send(POST))

    assert type(failure) is Unclear, failure
    assert time.monotonic() - begun < LIMITS.total.total_seconds() + 0.5


@pytest.mark.parametrize("step", ["greeting", "AUTH", "dot"])
def test_who_is_no_mail_server_is_told_from_one_that_refuses(peer: _Peer, step: str) -> None:
    peer.talk(step, _say(b"<!doctype html><p>Welcome back</p>\r\n"))

    assert "not what a mail server answers" in fail(lambda: _open(peer).send(POST)).reason


def test_the_answer_to_a_message_may_take_longer_than_others(peer: _Peer) -> None:
    def speak(connection: socket.socket) -> None:
        # Longer than one wait, and than all of them up to the message.
        time.sleep(2.4)
        connection.sendall(ANSWERS["dot"])

    peer.talk("dot", speak)
    client = _open(peer, Limits(answer=timedelta(seconds=1), total=timedelta(seconds=3)))

    assert client.send(POST).remote_id == "<3f1d@example.com>"


def test_a_message_leaves_in_time_or_never(peer: _Peer) -> None:
    def speak(connection: socket.socket) -> None:
        # Each wait is short enough, and all of them are too long.
        for answer in (b"250-mail.example.com\r\n", b"250 AUTH PLAIN\r\n", ANSWERS["AUTH"], ANSWERS["MAIL"]):
            time.sleep(0.28)
            connection.sendall(answer)

    peer.talk("EHLO", speak)

    assert type(fail(lambda: _open(peer).send(POST))) is RetryLater
    assert b"DATA" not in peer.heard


def test_a_server_that_stops_listening_leaves_a_doubt_in_time(peer: _Peer) -> None:
    begun = []

    def speak(connection: socket.socket) -> None:
        begun.append(time.monotonic())
        connection.sendall(ANSWERS["DATA"])
        time.sleep(2 * LIMITS.total.total_seconds())

    peer.talk("DATA", speak)
    large = msgspec.structs.replace(POST, picture=b"\x89PNG" + bytes(12_000_000))

    assert type(fail(lambda: _open(peer).send(large))) is Unclear
    assert time.monotonic() - begun[0] < LIMITS.total.total_seconds() + 0.5


def test_the_name_of_the_machine_stays_at_home(peer: _Peer) -> None:
    peer.talk()
    _open(peer).send(POST)

    assert peer.heard.startswith(b"ehlo [127.0.0.1]\r\n")


def test_a_line_with_a_dot_does_not_end_the_message(peer: _Peer) -> None:
    peer.talk()
    _open(peer).send(msgspec.structs.replace(POST, text="One.\n.\n..\nTwo."))

    assert b"\r\n\r\nOne.\r\n..\r\n...\r\nTwo.\r\n.\r\n" in peer.heard
    assert re.findall(rb"(?<!\r)\n|\r(?!\n)", peer.heard) == []


@pytest.mark.parametrize("features", [b"250 SIZE 1000\r\n", b"250 AUTH XOAUTH2 GSSAPI\r\n"])
def test_a_server_that_takes_no_password_is_for_a_person(peer: _Peer, features: bytes) -> None:
    peer.talk(answers={"EHLO": b"250-mail.example.com\r\n" + features})

    failure = fail(_open(peer).identify)

    assert isinstance(failure, Rejected)
    assert failure.stops


@pytest.mark.parametrize("url", ["smtp://127.0.0.1:8025", "smtp://localhost:8025", "smtp://[::1]:8025"])
def test_loopback_needs_no_server_among_the_secrets(mail: EmailSimulator, url: str) -> None:
    channel = msgspec.structs.replace(mail.channel(), api_url=url)

    CHANNELS["email"].open_client(channel, collect("email", mail.environment()), clock=mail.clock)


@pytest.mark.parametrize(
    "url",
    ["smtp://192.0.2.1:25", "smtp://mail.example.com", "smtp://127.0.0.1@192.0.2.1", "smtps://127.0.0.1", "smtp://"],
)
def test_every_other_interface_is_refused_by_name(mail: EmailSimulator, url: str) -> None:
    channel = msgspec.structs.replace(mail.channel(), api_url=url)

    with pytest.raises(Rejected, match=re.escape(url)) as caught:
        CHANNELS["email"].open_client(channel, collect("email", mail.environment()), clock=mail.clock)
    assert caught.value.stops


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def trusted(authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))


def _encrypt(authority: trustme.CA, name: str, *, at_once: bool) -> Encryption:
    certificate = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(certificate)
    return Encryption(certificate, at_once)


def _open_by_name(mail: EmailSimulator, scheme: str) -> Client:
    secrets = {**mail.environment(), "SITEGEN_EMAIL_SERVER": f"{scheme}://localhost:{mail.port}"}
    channel = msgspec.structs.replace(mail.channel(), api_url="")
    return open_email(channel, collect("email", secrets), clock=mail.clock, limits=Limits())


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("scheme", ["smtps", "smtp"])
def test_a_server_with_a_good_certificate_takes_the_message_encrypted(authority: trustme.CA, scheme: str) -> None:
    with EmailSimulator(Clock(), _encrypt(authority, "localhost", at_once=scheme == "smtps")) as mail:
        client = _open_by_name(mail, scheme)
        client.identify()
        client.send(POST)

        assert len(mail.accepted) == 1


@pytest.mark.parametrize("scheme", ["smtps", "smtp"])
@pytest.mark.parametrize("name", ["localhost", "mail.example.com"])
def test_who_shows_no_good_certificate_hears_no_password(
    authority: trustme.CA, scheme: str, name: str, request: pytest.FixtureRequest
) -> None:
    # Of the right host by an unknown authority, or of another host by a known one.
    if name != "localhost":
        request.getfixturevalue("trusted")
    with EmailSimulator(Clock(), _encrypt(authority, name, at_once=scheme == "smtps")) as mail:
        failure = fail(lambda: _open_by_name(mail, scheme).send(POST))

        assert type(failure) is RetryLater
        assert "certificate" in failure.reason
        assert mail.accepted == ()
        assert Step.AUTH not in mail.heard


def test_a_server_without_encryption_hears_no_password(mail: EmailSimulator) -> None:
    failure = fail(_open_by_name(mail, "smtp").identify)

    assert isinstance(failure, Rejected)
    assert failure.stops
    assert "STARTTLS" in failure.reason
    assert Step.AUTH not in mail.heard


def test_a_server_that_does_not_speak_tls_is_out_of_reach(mail: EmailSimulator) -> None:
    assert type(fail(_open_by_name(mail, "smtps").identify)) is RetryLater


@pytest.mark.parametrize(
    "address",
    ["", "mail.example.com", "https://mail.example.com", "smtps://u:canary@mail.example.com", "smtps://canary/x", "x"],
)
def test_a_server_is_named_by_its_address(mail: EmailSimulator, address: str) -> None:
    secrets = {**mail.environment(), "SITEGEN_EMAIL_SERVER": address}
    channel = msgspec.structs.replace(mail.channel(), api_url="")

    with pytest.raises(Rejected, match="SITEGEN_EMAIL_SERVER") as caught:
        open_email(channel, collect("email", secrets), clock=mail.clock, limits=LIMITS)
    assert caught.value.stops
    assert "canary" not in caught.value.reason
