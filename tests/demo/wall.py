"""A wall in the browser on which every post appears as the platforms of this machine take it."""

from collections.abc import Callable
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Self

from tests.simulators.base import Accepted, Simulator

_STYLE = """
body { font: 1rem/1.5 system-ui, sans-serif; margin: 1rem; max-width: 90rem; color-scheme: light dark; }
main { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(20rem, 100%), 1fr)); }
article { border: 1px solid; border-radius: .5rem; margin-block: .75rem; padding: .5rem .75rem; }
article.below { margin-inline-start: 1.5rem; }
p { white-space: pre-wrap; margin: 0; overflow-wrap: anywhere; }
small { opacity: .75; }
"""


class Wall:
    """Serves the folder of the site, and at `/wall` what every platform has accepted, newest first."""

    def __init__(self, site: Path, platforms: Callable[[], dict[str, Simulator]]) -> None:
        self.site, self.platforms = site, platforms
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._make_door())
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def read(self, path: str) -> bytes | None:
        """The file of the site under the path, or the wall; None where there is neither."""
        if path == "/wall":
            return self._draw().encode()
        wanted = (self.site / path.lstrip("/")).resolve()
        file = wanted / "index.html" if wanted.is_dir() else wanted
        return file.read_bytes() if file.is_relative_to(self.site.resolve()) and file.is_file() else None

    def _draw(self) -> str:
        columns = "".join(_draw_column(name, platform) for name, platform in self.platforms().items())
        head = f"<!doctype html><meta charset=utf-8><meta http-equiv=refresh content=2><style>{_STYLE}</style>"
        return f"{head}<title>What customers hear</title><h1>What customers hear</h1><main>{columns}</main>"

    def _make_door(self) -> type[BaseHTTPRequestHandler]:
        wall = self

        class Door(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                path = self.path.partition("?")[0]
                content = wall.read(path)
                self.send_response(404 if content is None else 200)
                kind = "text/html; charset=utf-8" if path == "/wall" or not Path(path).suffix else _kind(path)
                self.send_header("Content-Type", kind)
                self.end_headers()
                self.wfile.write(content or b"")

            def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - the library's name
                """Nobody reads it."""

        return Door


def _kind(path: str) -> str:
    kinds = {".html": "text/html; charset=utf-8", ".json": "application/json", ".png": "image/png"}
    return kinds.get(Path(path).suffix, "text/plain; charset=utf-8")


def _draw_column(name: str, platform: Simulator) -> str:
    standing = platform.standing()
    posts = "".join(_draw_post(post, standing.get(post.remote_id)) for post in reversed(platform.accepted))
    return f"<section><h2>{escape(name)}</h2>{posts or '<p>Nothing yet.</p>'}</section>"


def _draw_post(post: Accepted, shown: str | None) -> str:
    below = " class=below" if post.reply_to else ""
    changed = " · edited since" if shown is not None and shown != post.text else ""
    text = post.text if shown is None else shown
    return f"<article{below}><small>{post.at:%d %b %H:%M}{changed}</small><p>{escape(text)}</p></article>"
