"""The preview over HTTP, for this machine alone: a request waits for a running build, then gets the page."""

import re
import socket
import socketserver
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs

from sitegen.serve.answers import Answer, find, foresee, say
from sitegen.serve.builder import Builder
from sitegen.serve.outlook import Look
from sitegen.serve.overlay import POSTS

ADDRESS = "127.0.0.1"
PORTS = range(8000, 8020)
EVENTS = "/_events"
PATIENCE = 30.0  # seconds that a request waits for a build
FIRST_PATIENCE = 1.0  # the same where there is no page yet: one that says so comes sooner
LISTENING = 20.0  # seconds that a page waits for news before it asks again
# Other names may be made to lead here by a page of another site (DNS rebinding).
_LOOPBACK = re.compile(r"(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?", re.IGNORECASE)


class PortError(Exception):
    """No port to listen on: why, and what to do, in a sentence."""


@contextmanager
def listen(builder: Builder, port: int | None, look: Look = lambda: None) -> Iterator[str]:
    """Answer requests until the context ends; gives the address. Raises PortError."""
    with _bind(builder, look, PORTS if port is None else (port,)) as listener:
        thread = threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.1}, name="listener")
        thread.start()
        try:
            yield f"http://{ADDRESS}:{listener.server_address[1]}/"
        finally:
            listener.shutdown()
            thread.join()


def _bind(builder: Builder, look: Look, ports: Iterable[int]) -> "_Listener":
    reason = ""
    for port in ports:
        try:
            return _Listener(builder, look, port)
        except OSError as error:
            reason = f"Port {port} of {ADDRESS} can't be used: {error.strerror or error}."
    raise PortError(f"{reason} Choose another one with --port.")


class _Listener(socketserver.ThreadingTCPServer):
    """A thread for each connection; none outlives the listener, whatever its client does."""

    allow_reuse_address = True
    server_address: tuple[str, int]

    def __init__(self, builder: Builder, look: Look, port: int) -> None:
        self.builder = builder
        self.look = look
        self._connections: set[socket.socket] = set()
        super().__init__((ADDRESS, port), _Request)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Note the connection."""
        self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Forget the connection."""
        self._connections.discard(request)
        super().shutdown_request(request)

    def server_close(self) -> None:
        """Cut the connections off (browsers keep spare ones open), then wait for their threads."""
        for connection in tuple(self._connections):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        super().server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away is none."""
        if not isinstance(sys.exception(), ConnectionError | TimeoutError):
            super().handle_error(request, client_address)


class _Request(BaseHTTPRequestHandler):
    """GET and HEAD; the base class refuses every other method."""

    server: _Listener
    timeout = 20
    disable_nagle_algorithm = True  # the head of an answer and its content are sent one after the other

    def do_GET(self) -> None:
        """Send the answer."""
        self._send(self._answer(), whole=True)

    def do_HEAD(self) -> None:
        """Send all but the content of the answer."""
        self._send(self._answer(), whole=False)

    def _answer(self) -> Answer:
        hosts = self.headers.get_all("Host", [])
        if len(hosts) != 1 or not _LOOPBACK.fullmatch(hosts[0]):
            return say(HTTPStatus.MISDIRECTED_REQUEST, "This preview is for the machine that it runs on.")
        path, _, query = self.path.partition("?")
        builder = self.server.builder
        if path == EVENTS:
            seen = parse_qs(query).get("seen", [""])[0]
            return say(HTTPStatus.OK, builder.newer(seen, LISTENING).stamp)
        state = builder.settled(FIRST_PATIENCE)
        if state.site is not None:
            state = builder.settled(PATIENCE)
        return foresee(self.server.look, state) if path in (POSTS, POSTS.rstrip("/")) else find(path, state)

    def _send(self, answer: Answer, *, whole: bool) -> None:
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.media_type)
        self.send_header("Content-Length", str(len(answer.content)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Cross-Origin-Resource-Policy", "same-origin")
        if answer.location:
            self.send_header("Location", answer.location)
        self.end_headers()
        if whole:
            self.wfile.write(answer.content)

    def version_string(self) -> str:
        """What the answers call the program."""
        return "sitegen"

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name in http.server
        """Nobody reads a log of a preview."""
