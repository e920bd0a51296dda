"""`embed.js` on somebody else's page, in a real browser: it tells of the incident, and else leaves the link alone."""

import base64
import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from sitegen.pages import embed
from tests.feeds.readers import INCIDENTS, MOMENT, SETTINGS
from tests.projects import build_site, make_project
from tests.security.samples import PAYLOADS

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

TITLE = "Card payments fail at checkout"
HOST = """\
<!doctype html>
<title>A shop</title>
<p><a href="{home}" {link}>Status</a> <script src="{script}" {more} defer></script></p>
"""
Visit = Callable[..., "Page"]


class _Folder(SimpleHTTPRequestHandler):
    """A folder as a host serves it that reads `_headers`; paths and headers stand in lines as Netlify's do."""

    folder: Path
    rules: dict[str, list[tuple[str, str]]]

    def translate_path(self, path: str) -> str:
        self.directory = str(self.folder)
        return super().translate_path(path)

    def end_headers(self) -> None:
        path = self.path.partition("?")[0]
        for pattern, headers in self.rules.items():
            if path == pattern or (pattern.endswith("*") and path.startswith(pattern[:-1])):
                for name, value in headers:
                    if name != "Strict-Transport-Security":
                        self.send_header(name, value)
        super().end_headers()

    def log_message(self, *words: Any) -> None:
        pass


def read_rules(site: Path) -> dict[str, list[tuple[str, str]]]:
    """What `_headers` says, path by path."""
    rules: dict[str, list[tuple[str, str]]] = {}
    path = ""
    file = site / "_headers"
    for line in file.read_text().splitlines() if file.exists() else []:
        if line.startswith("/"):
            path = line
            rules[path] = []
        else:
            name, _, value = line.strip().partition(": ")
            rules[path].append((name, value))
    return rules


@contextmanager
def serve(folder: Path) -> Iterator[str]:
    """The folder on a port of its own, so on an origin of its own, until the block is left."""
    answer = type("Answer", (_Folder,), {"folder": folder, "rules": read_rules(folder)})
    with ThreadingHTTPServer(("127.0.0.1", 0), answer) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def visit(browser: "Browser", tmp_path: Path) -> Iterator[Visit]:
    """Opens a shop's page with a link to the site in the folder, each on an origin of its own."""
    errors: list[Any] = []
    with ExitStack() as stack:

        def open_shop(
            site: Path, folder: str = "", link: str = 'data-status="now.json"', script: str = "", **context: Any
        ) -> "Page":
            status = stack.enter_context(serve(site))
            shop = tmp_path / "shop"
            shop.mkdir()
            html = HOST.format(home=f"{status}/{folder}", link=link, script=f"{status}/embed.js", more=script)
            (shop / "index.html").write_text(html)
            page = stack.enter_context(browser.new_context(**context)).new_page()
            page.on("pageerror", lambda error: errors.append(error))
            page.goto(stack.enter_context(serve(shop)) + "/")
            page.wait_for_load_state("networkidle")
            return page

        yield open_shop
    assert errors == [], "the shop's own scripts would be told of these"


def link(page: "Page") -> tuple[str, str]:
    """What the link says, and where it leads below its host."""
    found = page.locator("a")
    address = found.evaluate("(a) => new URL(a.href).pathname")
    return found.inner_text(), str(address)


def build(folder: Path, **entries: str | bytes) -> Path:
    """A site with these entries."""
    incidents = {f"2026-11-23-{name}": entry for name, entry in entries.items()}
    return build_site(make_project(folder, SETTINGS, incidents), MOMENT)


def test_it_is_at_most_a_kibibyte_and_the_same_for_every_site(site: Path) -> None:
    assert len((site / "embed.js").read_bytes()) <= 1024
    assert (site / "embed.js").read_bytes() == Path(embed.__file__).with_name("embed.js").read_bytes()


def test_on_another_site_it_tells_of_the_incident_and_leads_to_it(site: Path, visit: Visit) -> None:
    assert link(visit(site)) == (f"Status: {TITLE}", "/incidents/2026-11-23-checkout.html")


def test_it_speaks_the_language_of_the_page_that_the_link_leads_to(site: Path, visit: Visit) -> None:
    page = visit(site, "pl/", 'hreflang="pl" data-status="../now.json"')
    assert link(page) == ("Status: Płatności kartą nie działają", "/pl/incidents/2026-11-23-checkout.html")


def test_of_several_incidents_it_tells_the_newest_and_how_many_more_there_are(tmp_path: Path, visit: Visit) -> None:
    older = "title: Search is slow\nupdates: [{at: 2026-11-22 09:00, message: Slow.}]\n"
    site = build(tmp_path, checkout=INCIDENTS["2026-11-23-checkout"], a=older, b=older)
    assert link(visit(site)) == (f"Status: {TITLE} (+2)", "/incidents/2026-11-23-checkout.html")


def test_when_no_incident_is_open_the_link_stays_as_it_was(tmp_path: Path, visit: Visit) -> None:
    site = build(tmp_path, network=INCIDENTS["2026-11-23-network"], notice=INCIDENTS["2026-11-19-notice"])
    assert link(visit(site)) == ("Status", "/")


def test_without_scripts_the_link_stays(site: Path, visit: Visit) -> None:
    assert link(visit(site, java_script_enabled=False)) == ("Status", "/")


@pytest.mark.parametrize("harm", ["missing", "not json", "{}", '{"incidents": [{"id": "x"}]}', '{"incidents": null}'])
def test_whatever_the_host_answers_the_link_stays(harm: str, site: Path, tmp_path: Path, visit: Visit) -> None:
    copy = build(tmp_path / "copy", checkout=INCIDENTS["2026-11-23-checkout"])
    (copy / "now.json").unlink()
    if harm != "missing":
        (copy / "now.json").write_text(harm)
    assert link(visit(copy)) == ("Status", "/")


def test_a_host_that_sends_no_permission_leaves_the_link(tmp_path: Path, visit: Visit) -> None:
    copy = build(tmp_path / "copy", checkout=INCIDENTS["2026-11-23-checkout"])
    (copy / "_headers").unlink()
    assert link(visit(copy)) == ("Status", "/")


def test_no_title_becomes_an_element_or_an_address(tmp_path: Path, visit: Visit) -> None:
    title = " ".join(PAYLOADS["elements"])[:110]
    hostile = str(INCIDENTS["2026-11-23-checkout"]).replace(
        "{en: Card payments fail at checkout, pl: Płatności kartą nie działają}", json.dumps(title)
    )
    page = visit(build(tmp_path / "hostile", checkout=hostile))
    assert page.locator("a").evaluate("(a) => a.textContent") == f"Status: {title}"
    assert page.locator("a").evaluate("(a) => a.children.length") == 0


def test_it_sends_no_cookie_and_not_where_the_reader_is(site: Path, visit: Visit) -> None:
    page = visit(site)
    asked: list[Any] = []
    page.on("request", lambda request: asked.append(request))
    page.reload()
    page.wait_for_load_state("networkidle")
    (now,) = (request for request in asked if request.url.endswith("/now.json"))
    assert "cookie" not in now.headers
    assert not now.headers.get("referer")
    assert page.context.cookies() == []


@pytest.mark.parametrize(("content", "said"), [(None, f"Status: {TITLE}"), (b"another script", "Status")])
def test_a_page_that_names_the_hash_of_the_script_runs_that_one_alone(
    content: bytes | None, said: str, site: Path, visit: Visit
) -> None:
    digest = hashlib.sha384(content or (site / "embed.js").read_bytes()).digest()
    integrity = f'integrity="sha384-{base64.b64encode(digest).decode()}" crossorigin="anonymous"'
    assert link(visit(site, script=integrity))[0] == said
