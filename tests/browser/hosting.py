"""A host on loopback that serves a folder below a prefix, as static hosts do, and remembers what it was asked for."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

PREFIX = "/acme/status/"


class Host(ThreadingHTTPServer):
    """One folder at `url`; `asked` are the paths asked for, in order."""

    daemon_threads = True

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.folder = folder
        self.asked: list[str] = []

    @property
    def origin(self) -> str:
        """Scheme, address and port."""
        return f"http://127.0.0.1:{self.server_port}"

    @property
    def url(self) -> str:
        """Where the home page is."""
        return self.origin + PREFIX


class _Answer(SimpleHTTPRequestHandler):
    server: Host

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        super().do_GET()

    def translate_path(self, path: str) -> str:
        if not path.startswith(PREFIX):
            return str(self.server.folder / "no such place")
        self.directory = str(self.server.folder)
        return super().translate_path(path.removeprefix(PREFIX.rstrip("/")))

    def log_message(self, *words: Any) -> None:
        pass


@contextmanager
def host(folder: Path) -> Iterator[Host]:
    """The folder served until the block is left."""
    with Host(folder) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
