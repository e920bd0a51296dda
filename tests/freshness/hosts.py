"""A host of static files that misbehaves on command: it serves a folder, but for what a test puts in its way."""

import gzip
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec


class Served(msgspec.Struct, frozen=True, kw_only=True):
    """One answer; `pause` seconds go by before each of its bytes, for `slow` ones."""

    status: int = 200
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    pause: float = 0.0


Change = Callable[[Served], Served]


class WebHost(ThreadingHTTPServer):
    """The folder at `url`. `changes` are by path, `everywhere` is for all others; `cached` answers come before both,
    where no query asks past them.
    """

    daemon_threads = True

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.folder = folder
        self.asked: list[str] = []
        self.changes: dict[str, Change] = {}
        self.everywhere: Change = lambda served: served
        self.cached: dict[str, bytes] = {}
        self.scheme = "http"

    @property
    def url(self) -> str:
        """Where the home page is, without the slash at the end."""
        return f"{self.scheme}://127.0.0.1:{self.server_port}"

    def encrypt(self, context: ssl.SSLContext) -> None:
        """Speak TLS from now on."""
        self.socket = context.wrap_socket(self.socket, server_side=True)
        self.scheme = "https"

    def find(self, address: str) -> Served:
        """What is served at an address."""
        parts = urlsplit(address)
        path = parts.path.lstrip("/")
        path += "index.html" if path.endswith("/") or not path else ""
        if path in self.cached and not parts.query:
            return Served(body=self.cached[path])
        place = self.folder / path
        found = Served(body=place.read_bytes()) if place.is_file() else Served(status=404, body=b"Not here.")
        return self.changes.get(path, self.everywhere)(found)


class _Answer(BaseHTTPRequestHandler):
    server: WebHost

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        served = self.server.find(self.path)
        self.send_response(served.status)
        for name, value in served.headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(served.body)))
        self.end_headers()
        step = 1 if served.pause else max(1, len(served.body))
        with suppress(ConnectionError):  # nobody has to hear it to its end
            for at in range(0, len(served.body), step):
                time.sleep(served.pause)
                self.wfile.write(served.body[at : at + step])

    def log_message(self, *words: Any) -> None:
        pass


@contextmanager
def host_folder(folder: Path, context: ssl.SSLContext | None = None) -> Iterator[WebHost]:
    """The folder served until the block is left, with TLS where there is a context."""
    with WebHost(folder) as server:
        if context is not None:
            server.encrypt(context)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def say(body: bytes, status: int = 200, *headers: tuple[str, str]) -> Change:
    """Always this, whatever is asked for."""
    return lambda _: Served(status=status, body=body, headers=headers)


def replace(old: bytes, new: bytes) -> Change:
    """The file with other words."""
    return lambda served: msgspec.structs.replace(served, body=served.body.replace(old, new))


def lead_to(address: str) -> Change:
    """A redirection."""
    return say(b"", 302, ("Location", address))


def compress(served: Served) -> Served:
    """The file as hosts compress it."""
    headers = (*served.headers, ("Content-Encoding", "gzip"))
    return msgspec.structs.replace(served, body=gzip.compress(served.body), headers=headers)


def drip(served: Served) -> Served:
    """The file byte by byte, for hours."""
    return msgspec.structs.replace(served, pause=0.3)
