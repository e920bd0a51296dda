"""A page that ends badly, or never, is not live, and is no crash."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest

from sitegen.live import is_live

START = b"HTTP/1.1 200 OK\r\n"


def _drip(connection: socket.socket) -> None:
    connection.sendall(START + b"\r\n")
    for _ in range(120):
        connection.sendall(b"x")
        time.sleep(0.5)


def _stall(connection: socket.socket) -> None:
    connection.sendall(START + b"Content-Length: 1000\r\n\r\nabc")
    time.sleep(30)


PAGES: dict[str, Callable[[socket.socket], None]] = {
    "cut": lambda connection: connection.sendall(START + b"Content-Length: 1000\r\n\r\nabc"),
    "not packed": lambda connection: connection.sendall(
        START + b"Content-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc"
    ),
    "silent in the middle": _stall,
    "dripping": _drip,
}


@pytest.fixture(params=PAGES)
def address(request: pytest.FixtureRequest) -> Iterator[str]:
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with suppress(OSError):
            while True:
                connection, _ = server.accept()
                with connection, suppress(OSError):
                    connection.recv(65536)
                    PAGES[request.param](connection)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.getsockname()[1]}/a.html#u-1"
    server.shutdown(socket.SHUT_RDWR)
    server.close()


def test_a_page_that_does_not_end_well_is_not_live(address: str) -> None:
    begun = time.monotonic()
    assert not is_live(address)
    assert time.monotonic() - begun < 25
