"""SECURITY.md, the Content-Security-Policy: first in every page, by hash, and nothing that it would have to stop."""

import base64
import hashlib
import itertools
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

import pytest

from tests.projects import build_site
from tests.security.parsing import files, html_pages
from tests.security.writing import make_full_project, quote

if TYPE_CHECKING:
    from playwright.sync_api import Page

WATCH = """
window.violations = [];
const note = (e) => window.violations.push(e.violatedDirective + " " + e.blockedURI);
document.addEventListener("securitypolicyviolation", note);
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every kind of page there is; the colours are the project's own."""
    root = make_full_project(tmp_path_factory.mktemp("policy"), lambda place: quote(place, "some words"))
    (root / "templates").mkdir()
    (root / "templates" / "variables.css").write_text(":root { --brand: #a00; --ink: #111 }")
    return build_site(root)


def _policy(page: Element) -> dict[str, list[str]]:
    """The directives of the page's policy, which is the first thing in its head."""
    first = page.findall("head/*")[0]
    assert (first.tag, first.get("http-equiv")) == ("meta", "Content-Security-Policy")
    return _directives(first.get("content", ""))


def _directives(policy: str) -> dict[str, list[str]]:
    named = (directive.split() for directive in policy.split(";") if directive.strip())
    return {name: values for name, *values in named}


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def test_the_policy_is_first_in_every_page_and_allows_one_style_and_one_script(site: Path) -> None:
    for name, page in html_pages(site).items():
        (style,), (script,) = page.iter("style"), page.iter("script")
        assert _policy(page) == {
            "default-src": ["'none'"],
            "style-src": [_hash(style.text or "")],
            "script-src": [_hash(script.text or "")],
            "img-src": ["'self'", "data:"],
            "connect-src": ["'self'"],
            "base-uri": ["'none'"],
            "form-action": ["'none'"],
        }, name
        assert not script.attrib, f"{name} loads a script"
        assert "--brand: #a00" in (style.text or "")


def test_no_page_has_an_attribute_or_element_that_runs_or_styles(site: Path) -> None:
    for name, page in html_pages(site).items():
        for element in page.iter():
            attributes = {str(attribute).lower() for attribute in element.attrib}
            assert "style" not in attributes, name
            assert not [attribute for attribute in attributes if attribute.startswith("on")], name
            assert element.tag not in ("base", "iframe", "object", "embed", "form", "frame"), name
            assert element.get("http-equiv", "").lower() != "refresh", name


def test_the_encoding_is_told_where_browsers_look(site: Path) -> None:
    for name, content in files(site).items():
        assert not name.endswith(".html") or b'<meta charset="utf-8">' in content[:1024], name


def test_the_headers_carry_the_same_policy_and_more(site: Path) -> None:
    headers = _headers(site)
    assert _directives(headers["Content-Security-Policy"]) == {
        **_policy(html_pages(site)["index.html"]), "frame-ancestors": ["'none'"]
    }  # fmt: skip
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"


def _headers(site: Path) -> dict[str, str]:
    every, *lines = files(site)["_headers"].decode().splitlines()
    assert every == "/*"
    own = itertools.takewhile(lambda line: not line.startswith("/"), lines)
    return {name.strip(): value.strip() for name, value in (line.split(":", 1) for line in own)}


class Host:
    """The site on loopback, sent with the headers of its `_headers`, and every path that was asked for."""

    def __init__(self, site: Path) -> None:
        self.asked: list[str] = []
        headers, asked = _headers(site), self.asked

        class Handler(SimpleHTTPRequestHandler):
            def end_headers(self) -> None:
                for name, value in headers.items():
                    self.send_header(name, value)
                super().end_headers()

            def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
                asked.append(self.path)

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(site)))
        self.url = f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def host(site: Path) -> Iterator[Host]:
    host = Host(site)
    thread = threading.Thread(target=host.server.serve_forever)
    thread.start()
    yield host
    host.server.shutdown()
    thread.join()
    host.server.server_close()


class Visit:
    """What a browser complains of and asks for."""

    def __init__(self, page: "Page") -> None:
        self.page, self.said, self.hosts = page, list[str](), set[str | None]()
        page.add_init_script(WATCH)
        page.on("console", lambda message: self.said.append(message.text))
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.on("request", lambda request: self.hosts.add(urlsplit(request.url).hostname))

    def violations(self, url: str) -> list[str]:
        """What the policy stopped on the page."""
        self.page.goto(url)
        found: list[str] = self.page.evaluate("window.violations")
        return found


@pytest.mark.browser
def test_no_page_breaks_the_policy_or_asks_another_host(site: Path, host: Host, page: "Page") -> None:
    visit = Visit(page)
    for name in html_pages(site):
        assert visit.violations(f"{host.url}/{name}") == [], name
        assert visit.said == [], name
    assert visit.hosts - {None} == {"127.0.0.1"}


@pytest.mark.browser
def test_the_home_page_is_one_request(host: Host, page: "Page") -> None:
    Visit(page).violations(f"{host.url}/")
    assert host.asked == ["/"]


@pytest.mark.browser
def test_the_style_and_the_script_are_in_force(host: Host, page: "Page") -> None:
    page.goto(f"{host.url}/")
    assert page.evaluate("getComputedStyle(document.querySelector('header')).display") == "flex"
    assert page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--brand')").strip() == "#a00"
    assert page.locator("time[title]").count(), "the script tells times in the reader's zone"


@pytest.mark.browser
@pytest.mark.parametrize(
    "piece", ['<p style="color:red">x</p>', "<script>1</script>", "<img src=x onerror=1>", "<style>p{}</style>"]
)
def test_the_policy_would_stop_what_slipped_through(piece: str, site: Path, page: "Page", tmp_path: Path) -> None:
    spoilt = tmp_path / "spoilt.html"
    spoilt.write_text((site / "index.html").read_text().replace("</main>", f"{piece}</main>"))
    assert Visit(page).violations(spoilt.as_uri()) != []
