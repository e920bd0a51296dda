"""A host that serves a branch of a git repository, reached through the proxy settings of the programs under test."""

import subprocess
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Self
from urllib.parse import urlsplit


class PagesHost:
    """Serves the newest commit of `branch` in the bare repository `remote` as `http://status.example.com`.

    It stands where a proxy would, so that pages have their real address and no name has to be looked up. As hosts of
    pages do, it gives `index.html` for a folder, and 404 for what is not there.
    """

    url = "http://status.example.com"

    def __init__(self, remote: Path, branch: str = "gh-pages") -> None:
        self.remote, self.branch = remote, branch
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._make_door())
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def environment(self) -> Mapping[str, str]:
        """The variables that lead a program to this host and leave loopback addresses alone."""
        return {"http_proxy": f"http://127.0.0.1:{self._server.server_address[1]}", "no_proxy": "127.0.0.1,localhost"}

    def find(self, path: str) -> bytes | None:
        """The file under a path of the site as it is served now; None where there is none."""
        name = path.strip("/") or "index.html"
        for candidate in (name, f"{name}/index.html"):
            shown = ("git", "-C", self.remote, "cat-file", "blob", f"{self.branch}:{candidate}")
            answer = subprocess.run(shown, capture_output=True, check=False)
            if answer.returncode == 0:
                return answer.stdout
        return None

    def _make_door(self) -> type[BaseHTTPRequestHandler]:
        host = self

        class Door(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                content = host.find(parts.path) if parts.netloc == urlsplit(host.url).netloc else None
                self.send_response(200 if content is not None else 404)
                self.send_header("Content-Length", str(len(content or b"")))
                self.end_headers()
                self.wfile.write(content or b"")

            def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - the library's name
                """Nobody reads it."""

        return Door
