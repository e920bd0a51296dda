"""Asking a preview: requests as browsers send them, and as nobody should."""

import http.client
import re
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from sitegen.serve import serve
from tests.projects import MOMENT

SOON = 60.0  # seconds: far more than it takes
ID = "2026-11-23-checkout"


def clock() -> datetime:
    return MOMENT


class Reply:
    """What came over the wire."""

    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status = response.status
        self.headers = response.headers
        self.content = response.read()

    @property
    def text(self) -> str:
        return self.content.decode()


def ask(address: str, path: str = "/", method: str = "GET", host: str | None = None) -> Reply:
    """One request, its path sent as it is."""
    port = urlsplit(address).port
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SOON)
    try:
        connection.putrequest(method, path, skip_host=True)
        connection.putheader("Host", host if host is not None else f"127.0.0.1:{port}")
        connection.endheaders()
        return Reply(connection.getresponse())
    finally:
        connection.close()


def stamp_of(page: str) -> str:
    found = re.search(r'data-stamp="([0-9a-f.]+)"', page)
    assert found is not None
    return found[1]


def edit(root: Path, name: str, old: str, new: str) -> None:
    text = (root / name).read_text("utf-8")
    assert old in text
    (root / name).write_text(text.replace(old, new), "utf-8")


@contextmanager
def served(root: Path, now: Callable[[], datetime] = clock) -> Iterator[str]:
    with serve(root, now=now, port=0) as address:
        wait_for_site(address)
        yield address


def wait_for_site(address: str) -> None:
    """Until the first build has come to something."""
    while "The site is being built" in ask(address).text:
        pass


def raw(address: str, path: str) -> bytes:
    """The reply to a request that no client library would send."""
    port = urlsplit(address).port
    with socket.create_connection(("127.0.0.1", port), timeout=SOON) as connection:
        connection.sendall(f"GET {path} HTTP/1.0\r\nHost: localhost:{port}\r\n\r\n".encode("latin-1"))
        with connection.makefile("rb") as file:
            return file.read()
