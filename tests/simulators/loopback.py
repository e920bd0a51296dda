"""A platform that speaks HTTP, on loopback: a server in threads that misbehaves on command."""

import json
import socket
from abc import abstractmethod
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Condition, RLock, Thread
from typing import ClassVar, Self
from urllib.parse import parse_qsl, urlsplit

import msgspec

from tests.simulators.base import Accepted, Simulator, Trouble

# Nobody holds a connection longer, whatever a test does.
_PATIENCE = 10.0


class Request(msgspec.Struct, frozen=True):
    """One request as it came in; names of headers are small letters."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    headers: Mapping[str, str]
    body: bytes


class Answer(msgspec.Struct, frozen=True):
    """One answer, as it goes out."""

    status: int
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()


class Ending(StrEnum):
    """How the connection ends: with the whole answer, half of it, none at all, or when the client goes away."""

    WHOLE = "whole"
    HALF = "half"
    NONE = "none"
    HELD = "held"


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """What happens to one request.

    `accepts`: whether it takes effect, and `later`: how much later, by the platform's clock. `change` makes the
    answer that goes out from the true one; where nothing is accepted, that is an empty 200.
    """

    accepts: bool = True
    later: timedelta = timedelta()
    change: Callable[[Answer], Answer] = lambda answer: answer
    ending: Ending = Ending.WHOLE


def answer_json(status: int, content: object, headers: tuple[tuple[str, str], ...] = ()) -> Answer:
    """An answer in JSON."""
    return Answer(status, json.dumps(content).encode(), (("Content-Type", "application/json; charset=utf-8"), *headers))


class HttpSimulator(Simulator):
    """The server and its faults; a platform adds its rules in `answer` and its refusals in `refuse`."""

    faults: ClassVar[Mapping[Trouble, Fault]] = {
        Trouble.DROPPED: Fault(accepts=False, ending=Ending.NONE),
        Trouble.DROPPED_AFTER: Fault(ending=Ending.NONE),
        Trouble.BROKEN: Fault(accepts=False, change=lambda _: answer_json(503, {"title": "Service Unavailable"})),
        Trouble.BROKEN_AFTER: Fault(change=lambda _: Answer(500, b"<html>Internal Server Error</html>")),
        Trouble.BROKEN_ODDLY: Fault(change=lambda _: answer_json(503, [{"message": "Over capacity"}])),
        Trouble.ACCEPTED_LATE: Fault(later=Simulator.late, ending=Ending.HELD),
        Trouble.ANSWERED_LATE: Fault(ending=Ending.HELD),
        Trouble.TRUNCATED: Fault(ending=Ending.HALF),
        Trouble.EMPTY: Fault(change=lambda answer: Answer(answer.status)),
        Trouble.GARBAGE: Fault(change=lambda answer: Answer(answer.status, b"<!doctype html><p>Welcome back</p>")),
        Trouble.OVERSIZED: Fault(change=lambda answer: Answer(answer.status, answer.body + b" " * 8_000_000)),
    }

    def __init__(self, clock: Callable[[], datetime]) -> None:
        super().__init__(clock)
        self.heard: list[Request] = []
        self._published: list[Accepted] = []
        self._armed: dict[bool, deque[Fault]] = {True: deque(), False: deque()}
        self._pending: list[tuple[datetime, Request]] = []
        self._lock = RLock()
        self._server = _Server(self.serve)
        self._stranger = _Server(lambda _: (Answer(200, b"{}"), Ending.WHOLE))

    def __enter__(self) -> Self:
        self._server.start()
        self._stranger.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._server.stop()
        self._stranger.stop()

    @property
    def url(self) -> str:
        """Where this platform is reached."""
        return self._server.url

    @property
    def accepted(self) -> tuple[Accepted, ...]:
        """Everything that channels published, in order; waits until no request is being answered."""
        self._server.wait_until_quiet()
        with self._lock:
            self._accept_late()
            return tuple(self._published)

    def strangers(self) -> int:
        """How many requests reached the other host that REDIRECTED ones are sent to."""
        self._stranger.wait_until_quiet()
        return self._stranger.answered

    def arm(self, trouble: Trouble, *, publishing: bool = True) -> None:
        """Let this happen to the next request of that sort; UNREACHABLE to all of them, until `reopen`."""
        if trouble is Trouble.UNREACHABLE:
            self._server.stop()
        elif trouble is Trouble.REDIRECTED:
            elsewhere = Answer(307, headers=(("Location", f"{self._stranger.url}/2/tweets"),))
            self.arm_fault(Fault(accepts=False, change=lambda _: elsewhere), publishing=publishing)
        elif trouble in self.faults:
            self.arm_fault(self.faults[trouble], publishing=publishing)
        else:
            refusal = self.refuse(trouble)
            self.arm_fault(Fault(accepts=False, change=lambda _: refusal), publishing=publishing)

    def reopen(self) -> None:
        """Listen again, at the same address."""
        self._server = _Server(self.serve, self._server.server_address[1])
        self._server.start()

    def arm_fault(self, fault: Fault, *, publishing: bool = True) -> None:
        """Let this happen to the next request of that sort; several are used up in order."""
        with self._lock:
            self._armed[publishing].append(fault)

    def serve(self, request: Request) -> tuple[Answer, Ending]:
        """The answer to a request, and how the connection ends."""
        with self._lock:
            self._accept_late()
            self.heard.append(request)
            armed = self._armed[self.publishes(request)]
            fault = armed.popleft() if armed else Fault()
            if fault.accepts and not fault.later:
                answer = self.answer(request, self.clock())
            else:
                answer = Answer(200)
                if fault.accepts:
                    self._pending.append((self.clock() + fault.later, request))
            return fault.change(answer), fault.ending

    def _accept_late(self) -> None:
        now = self.clock()
        for due, request in [entry for entry in self._pending if entry[0] <= now]:
            self._pending.remove((due, request))
            self.answer(request, due)

    @abstractmethod
    def answer(self, request: Request, at: datetime) -> Answer:
        """The platform's answer to a request that takes effect at this moment (UTC)."""

    @abstractmethod
    def publishes(self, request: Request) -> bool:
        """Whether this is a request that could publish something."""

    @abstractmethod
    def refuse(self, trouble: Trouble) -> Answer:
        """The platform's way of saying RATE_LIMITED, TOKEN_DEAD, FORBIDDEN or INVALID."""


class _Server(ThreadingHTTPServer):
    """A server on a port of its own that knows when nothing is going on."""

    daemon_threads = True

    def __init__(self, serve: Callable[[Request], tuple[Answer, Ending]], port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Door)
        self.serve = serve
        self.answered = 0
        self._running = 0
        self._quiet = Condition()
        self._thread = Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    @property
    def url(self) -> str:
        """The address, without a path."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def stop(self) -> None:
        """Stop listening; connections to the port are refused from now on."""
        if self._thread.is_alive():
            self.shutdown()
            self._thread.join()
        self.server_close()

    def wait_until_quiet(self) -> None:
        """Return when no connection is open."""
        with self._quiet:
            assert self._quiet.wait_for(lambda: self._running == 0, _PATIENCE), "a connection never ended"

    def process_request(self, request: object, client_address: object) -> None:
        """Count the connection before its thread begins."""
        with self._quiet:
            self._running += 1
            self.answered += 1
        super().process_request(request, client_address)  # type: ignore[arg-type]

    def process_request_thread(self, request: object, client_address: object) -> None:
        """Serve one connection, and say when it is over."""
        try:
            super().process_request_thread(request, client_address)  # type: ignore[arg-type]
        finally:
            with self._quiet:
                self._running -= 1
                self._quiet.notify_all()

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away is no error here."""


class _Door(BaseHTTPRequestHandler):
    server: _Server
    timeout = _PATIENCE
    protocol_version = "HTTP/1.1"

    def _serve(self) -> None:
        parts = urlsplit(self.path)
        request = Request(
            self.command,
            parts.path,
            tuple(parse_qsl(parts.query, keep_blank_values=True)),
            {name.lower(): value for name, value in self.headers.items()},
            self.rfile.read(int(self.headers.get("Content-Length", 0))),
        )
        answer, ending = self.server.serve(request)
        self.close_connection = True
        match ending:
            case Ending.WHOLE:
                self._write(answer, answer.body)
            case Ending.HALF:
                self._write(answer, answer.body[: len(answer.body) // 2])
            case Ending.HELD:
                # The client goes away, and only then does anything happen.
                with suppress(OSError):
                    self.connection.recv(1)
            case Ending.NONE:
                self.connection.shutdown(socket.SHUT_RDWR)

    do_GET = do_POST = do_PUT = do_DELETE = _serve  # noqa: N815 - the library's names

    def _write(self, answer: Answer, body: bytes) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - the library's name
        """Tests read `heard` instead."""
