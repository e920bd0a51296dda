"""A host of static pages that serves a branch of a repository, as the pages of git hosts do."""

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit


class BranchHost(ThreadingHTTPServer):
    """What stands on the branch now; where it `caches`, an address keeps the first answer that it gave."""

    daemon_threads = True

    def __init__(self, repository: Path, branch: str) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.repository, self.branch = repository, branch
        self.asked: list[str] = []
        self.caches = False
        self.cache: dict[str, bytes | None] = {}

    @property
    def url(self) -> str:
        """Where the home page is, without the slash at the end."""
        return f"http://127.0.0.1:{self.server_port}"

    def find(self, address: str) -> bytes | None:
        """The page at the address, None where there is none."""
        path = urlsplit(address).path.lstrip("/") or "index.html"
        name = f"{self.branch}:{path}"
        shown = subprocess.run(("git", "-C", self.repository, "show", name), capture_output=True, check=False)
        found = shown.stdout if shown.returncode == 0 else None
        return self.cache.setdefault(address, found) if self.caches else found


class _Answer(BaseHTTPRequestHandler):
    server: BranchHost

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        body = self.server.find(self.path)
        self.send_response(404 if body is None else 200)
        self.send_header("Content-Length", str(len(body or b"")))
        self.end_headers()
        self.wfile.write(body or b"")

    def log_message(self, *words: Any) -> None:
        pass


@contextmanager
def host_branch(repository: Path, branch: str) -> Iterator[BranchHost]:
    """The branch served until the block is left."""
    with BranchHost(repository, branch) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
