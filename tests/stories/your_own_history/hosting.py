"""The old page and a static host on loopback: real requests, real answers."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path, PurePosixPath
from urllib.parse import parse_qs, unquote, urlsplit

from tests.stories.your_own_history.old_page import OldPage

KEY = "s3cret"


class _Door(BaseHTTPRequestHandler):
    """Answers GET; what it answers follows from the path and the query."""

    def do_GET(self) -> None:
        status, body, place = self.find(unquote(urlsplit(self.path).path), urlsplit(self.path).query)
        self.send_response(status)
        if place:
            self.send_header("Location", place)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def find(self, path: str, query: str) -> tuple[int, bytes, str]:
        """Status, body, and where a redirect leads."""
        raise NotImplementedError

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - the library's name
        """Nobody reads it."""


@contextmanager
def _serve(door: type[_Door]) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), door) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def old_host(page: OldPage) -> Iterator[str]:
    """The old page and both of its APIs, the authenticated one for who has the key; gives its address."""

    class Door(_Door):
        def find(self, path: str, query: str) -> tuple[int, bytes, str]:
            number = int(parse_qs(query).get("page", ["1"])[0])
            content = page.answer(path, number, has_key=self.headers.get("Authorization") == f"OAuth {KEY}")
            if content is None:
                return 404, b"", ""
            return 200, (content if isinstance(content, str) else json.dumps(content)).encode(), ""

    with _serve(Door) as address:
        yield address


@contextmanager
def static_host(folder: Path) -> Iterator[str]:
    """The folder as the simplest web server shows it, which any host does at least; gives its address.

    Documented (slorber/trailing-slash-guide, 2026-11-23): a file stands at its path, a folder's `index.html` at the
    folder, to which a path without its last slash is redirected. Nothing lists a folder, or guesses an ending.
    """

    class Door(_Door):
        def find(self, path: str, query: str) -> tuple[int, bytes, str]:
            name = PurePosixPath(path.strip("/"))
            index = folder / name / "index.html"
            if index.is_file() and not path.endswith("/"):
                return 301, b"", f"{path}/{'?' if query else ''}{query}"
            found = index if path.endswith("/") else folder / name
            return (200, found.read_bytes(), "") if found.is_file() else (404, b"", "")

    with _serve(Door) as address:
        yield address
