"""Requests on the wire: bounded, never led elsewhere, and clear about what surely was not sent."""

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread

import pytest
import requests

from sitegen.channel import Rejected, RetryLater, Unclear
from sitegen.channels.http import Refused, Unanswered, Unreached, classify, open_session
from sitegen.channels.limits import Limits

PLATFORM = "https://api.example.com"
LIMITS = Limits(answer=timedelta(seconds=0.3), total=timedelta(seconds=1), size=1000)
NOW = datetime(2026, 11, 23, 3, 31, tzinfo=UTC)
Speak = Callable[[socket.socket], None]


class _Peer:
    """A server that reads one request and then does what the test wants with the connection."""

    def __init__(self) -> None:
        self.heard = b""
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._listener.getsockname()[1]}"

    def answer_by(self, speak: Speak) -> None:
        self._thread = Thread(target=self._run, args=(speak,))
        self._thread.start()

    def close(self) -> None:
        self._listener.close()
        if hasattr(self, "_thread"):
            self._thread.join()

    def _run(self, speak: Speak) -> None:
        connection, _ = self._listener.accept()
        with connection, suppress(OSError):
            self.heard = connection.recv(65536)
            speak(connection)


@pytest.fixture
def peer() -> Iterator[_Peer]:
    peer = _Peer()
    yield peer
    peer.close()


def _say(answer: bytes) -> Speak:
    return lambda connection: connection.sendall(answer)


def _drip(start: bytes, piece: bytes) -> Speak:
    def speak(connection: socket.socket) -> None:
        connection.sendall(start)
        while True:
            connection.sendall(piece)
            time.sleep(0.05)

    return speak


def _fetch(peer: _Peer, scheme: str = "http", path: str = "/v1?a=b") -> requests.Response:
    return open_session(PLATFORM, f"{scheme}://{peer.address}", LIMITS).get(f"{PLATFORM}{path}")


def test_a_loopback_server_hears_what_the_platform_would(peer: _Peer) -> None:
    peer.answer_by(_say(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"))

    assert _fetch(peer).content == b"hi"
    assert peer.heard.startswith(b"GET /v1?a=b HTTP/1.1\r\n")
    assert b"\r\nHost: api.example.com\r\n" in peer.heard


def test_nothing_but_the_platform_can_be_reached() -> None:
    session = open_session(PLATFORM, "", LIMITS)

    for url in ("https://example.com/", "http://api.example.com/", "https://api.example.com.example.net/"):
        with pytest.raises(requests.exceptions.InvalidSchema):
            session.get(url)


def test_passwords_of_the_machine_stay_at_home(peer: _Peer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine api.example.com login me password canary\n", "utf-8")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    peer.answer_by(_say(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"))

    _fetch(peer)

    assert b"authorization" not in peer.heard.lower()


def test_who_can_not_be_connected_to_was_sent_nothing(peer: _Peer) -> None:
    peer.close()

    with pytest.raises(Unreached, match="refused"):
        _fetch(peer)


def test_a_handshake_that_fails_sent_nothing(peer: _Peer) -> None:
    peer.answer_by(_say(b"HTTP/1.1 400 Bad Request\r\n\r\n"))

    with pytest.raises(Unreached):
        _fetch(peer, scheme="https")


@pytest.mark.parametrize(
    "speak",
    [
        pytest.param(lambda connection: None, id="nothing at all"),
        pytest.param(_say(b"SSH-2.0-OpenSSH\r\n"), id="another protocol"),
        pytest.param(_say(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhi"), id="half"),
        pytest.param(_say(b"HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n" + bytes(2000)), id="too long"),
        pytest.param(
            _say(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\nhi"), id="not packed"
        ),
        pytest.param(_drip(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n"), id="endless headers"),
        pytest.param(_drip(b"HTTP/1.1 200 OK\r\n\r\n", b"."), id="endless body"),
        pytest.param(lambda connection: time.sleep(0.6), id="silence"),
    ],
)
def test_no_whole_answer_is_a_doubt_and_comes_in_time(peer: _Peer, speak: Speak) -> None:
    peer.answer_by(speak)
    begun = time.monotonic()

    with pytest.raises(Unanswered):
        _fetch(peer)
    assert time.monotonic() - begun < LIMITS.total.total_seconds() + 0.8


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_an_answer_and_not_a_way(peer: _Peer, status: int) -> None:
    start = f"HTTP/1.1 {status} Elsewhere\r\nLocation: https://example.net/\r\nContent-Length: 0\r\n\r\n"
    peer.answer_by(_say(start.encode()))

    with pytest.raises(Refused) as caught:
        _fetch(peer)
    failure = _classify(caught.value)
    assert isinstance(failure, Rejected)
    assert failure.stops
    assert "https://example.net/" in failure.reason


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, Rejected),
        (401, Rejected),
        (404, Rejected),
        (408, Unclear),
        (429, RetryLater),
        (500, Unclear),
        (504, Unclear),
    ],
)
def test_a_status_says_whether_it_was_surely_not_sent(peer: _Peer, status: int, kind: type[Exception]) -> None:
    peer.answer_by(_say(f"HTTP/1.1 {status} Because\r\nContent-Length: 0\r\n\r\n".encode()))

    with pytest.raises(Refused) as caught:
        _fetch(peer)
    failure = _classify(caught.value)
    assert type(failure) is kind
    assert f"{status} Because" in str(failure)


def test_a_look_that_goes_wrong_is_repeated_and_never_a_doubt() -> None:
    failure = classify(Unanswered("reset"), now=NOW, publishes=False, redact=str)

    assert isinstance(failure, RetryLater)
    assert failure.when > NOW


@pytest.mark.parametrize("url", ["http://127.0.0.1:8080", "http://localhost:8080", "http://[::1]:8080", PLATFORM, ""])
def test_the_platform_itself_and_loopback_are_allowed(url: str) -> None:
    open_session(PLATFORM, url, LIMITS)


@pytest.mark.parametrize(
    "url", ["http://192.0.2.1", "http://localhost.example.com", "http://api.example.com", "http://"]
)
def test_every_other_address_is_refused(url: str) -> None:
    with pytest.raises(Rejected) as caught:
        open_session(PLATFORM, url, LIMITS)
    assert caught.value.stops


def _classify(problem: Exception) -> Exception:
    return classify(problem, now=NOW, publishes=True, redact=str)
