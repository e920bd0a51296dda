"""The rows about what a visitor loads: pages in a real browser that counts every request, and their gzip sizes."""

import gzip
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from playwright.sync_api import Browser, sync_playwright

from bench.figures import Figure, Unit
from bench.ground import Ground, build
from bench.story import Entry, invent

_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1")


def weight(ground: Ground) -> Iterator[Figure]:
    """Home and the heaviest incident without post-mortem, of the newest hundred."""
    with _browser() as browser:
        for size in ground.sizes:
            site = ground.project(size) / "site"
            build(ground.project(size))
            with _host(site) as address:
                for what, name in (("home", "index.html"), ("incident", _find_heaviest(site, size))):
                    yield _figure(what, size, Unit.REQUESTS, _count_requests(browser, address + name))
                    yield _figure(what, size, Unit.BYTES, len(gzip.compress((site / name).read_bytes(), 6)))


def _figure(what: str, size: int, unit: Unit, value: float) -> Figure:
    return Figure(row="weight", who="sitegen", what=what, size=size, unit=unit, values=(value,))


def _find_heaviest(site: Path, size: int) -> str:
    newest: list[Entry] = [entry for entry in invent(size) if not entry.postmortem][-100:]
    names = [f"incidents/{entry.id}.html" for entry in newest]
    return max(names, key=lambda name: (site / name).stat().st_size)


def _count_requests(browser: Browser, address: str) -> int:
    """Everything that the browser asks for until it has been quiet, the page itself included."""
    asked: list[str] = []
    with browser.new_context() as context:
        page = context.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.goto(address, wait_until="networkidle")
    return len([url for url in asked if not url.startswith("data:")])


@contextmanager
def _browser() -> Iterator[Browser]:
    program = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, _BROWSERS)), None)
    with tempfile.TemporaryDirectory() as home, sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=program, args=list(_ARGUMENTS), env={**os.environ, "HOME": home}
        )
        yield running
        running.close()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Nobody reads it."""


@contextmanager
def _host(site: Path) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(site))) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()
