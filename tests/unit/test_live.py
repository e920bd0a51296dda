"""Whether a page is live: asked of a real server, past caches, with a clock that the test owns."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from sitegen.live import PATIENCE, equals, holds, is_live, wait_until_live

PAGE = b'<article id="u-20261123T0331Z">'


class Server(ThreadingHTTPServer):
    """Answers what `answer` says to the number of the request; `asked` are their paths."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.answer: Callable[[int], tuple[int, bytes]] = lambda number: (200, PAGE)
        self.asked: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    @property
    def link(self) -> str:
        return f"{self.url}/incidents/a.html?u=20261123T0331Z#u-20261123T0331Z"


class _Answer(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        status, body = self.server.answer(len(self.server.asked))
        self.send_response(status)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *words: Any) -> None:
        pass


class Time:
    """Passes when somebody sleeps."""

    def __init__(self) -> None:
        self.start = self.moment = datetime(2026, 11, 23, 3, 31, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment

    def sleep(self, span: timedelta) -> None:
        self.moment += span

    @property
    def passed(self) -> timedelta:
        return self.moment - self.start


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        thread = threading.Thread(target=running.serve_forever, daemon=True)
        thread.start()
        yield running
        running.shutdown()
        thread.join()


def test_a_page_is_live_when_it_has_the_updates_anchor(server: Server) -> None:
    assert is_live(server.link)
    assert not is_live(server.link.replace("#u-20261123T0331Z", "#u-20261123T0402Z"))


@pytest.mark.parametrize("answer", [(404, PAGE), (500, PAGE), (200, b"")])
def test_an_error_or_an_older_page_is_not_live(answer: tuple[int, bytes], server: Server) -> None:
    server.answer = lambda number: answer
    assert not is_live(server.link)


def test_a_host_that_is_down_is_not_live(server: Server) -> None:
    link = server.link
    server.shutdown()
    server.server_close()
    assert not is_live(link)


def test_no_cache_is_filled_with_the_older_page_at_the_permalink(server: Server) -> None:
    is_live(server.link)
    is_live(server.link)
    first, second = server.asked
    assert first != second
    assert "u=20261123T0331Z" not in first
    assert first.startswith("/incidents/a.html?")


def test_it_waits_until_every_page_is_what_is_wanted(server: Server) -> None:
    server.answer = lambda number: (200, PAGE if number > 5 else b"older")
    time = Time()
    wanted = {server.link: holds(server.link), f"{server.url}/": equals(PAGE)}
    assert wait_until_live(wanted, time.now, time.sleep) == ()
    assert timedelta() < time.passed < timedelta(minutes=1)


def test_all_pages_together_get_five_minutes(server: Server) -> None:
    server.answer = lambda number: (200, b"older")
    time = Time()
    wanted = {f"{server.url}/{number}": equals(PAGE) for number in range(5)}
    assert wait_until_live(wanted, time.now, time.sleep) == tuple(wanted)
    assert time.passed == PATIENCE == timedelta(minutes=5)


def test_a_page_with_a_byte_too_many_is_not_what_was_built(server: Server) -> None:
    time = Time()
    for other in (PAGE + b" ", PAGE[:-1]):
        assert wait_until_live({server.url: equals(other)}, time.now, time.sleep, timedelta()) == (server.url,)
    assert wait_until_live({server.url: equals(PAGE)}, time.now, time.sleep, timedelta()) == ()
