"""SECURITY.md, row 6: a link leads where a reader expects, or it is no link."""

from pathlib import Path
from xml.etree.ElementTree import Element

import pytest

from sitegen import project
from sitegen.build import build
from sitegen.problems import Problem
from tests.projects import INCIDENT, MOMENT, SETTINGS, build_site, make_project
from tests.security.parsing import files, html_pages, links, words

# As written → the address and text that a reader gets.
HONEST = {
    "[our help](https://example.com/help)": ("https://example.com/help", "our help"),
    "[write](mailto:help@example.com)": ("mailto:help@example.com", "write"),
    "[call](tel:+48123456789)": ("tel:+48123456789", "call"),
    "[history](/history.html)": ("../history.html", "history"),
    "[plain](http://example.com/a)": ("http://example.com/a", "plain"),
    "https://example.com/a": ("https://example.com/a", "https://example.com/a"),
    "[example.com](https://example.com/a)": ("https://example.com/a", "example.com"),
    "https://bücher.example/": ("https://xn--bcher-kva.example/", "https://xn--bcher-kva.example/"),
    "https://аррӏе.example/": ("https://xn--80ak6aa92e.example/", "https://xn--80ak6aa92e.example/"),
}
DECEPTIVE = [
    *("[x](javascript:alert(1))", "[x](JaVaScRiPt:alert(1))", "[x](data:text/html,x)", "[x](vbscript:x)"),
    *("[x](file:///etc/passwd)", "[x](ftp://example.com/)", "[x](//evil.invalid/a)", "[x](/\\evil.invalid)"),
    *("[x](\\\\evil.invalid)", "[x](https:evil.invalid)", "[x](https:///evil.invalid)", "[x](../../x)"),
    *("[x](https://good.example@evil.invalid/)", "[x](java\tscript:alert(1))", "[x](&#106;avascript:alert(1))"),
    *("[https://bank.example](https://evil.invalid)", "[bank.example/login](https://evil.invalid)"),
    *("[www.bank.example](https://evil.invalid)", "[**bank.example**](https://evil.invalid)"),
    *("[bank.example](mailto:a@evil.invalid)", "[https://bank.example\\@x](https://evil.invalid)"),
    *("[ｂank.example](https://evil.invalid)", "[x](https://exa mple.com)", "[x]( javascript:alert(1))"),
    *("[x](https://exa\u200bmple.com/)", "[ba\u200bnk](https://example.com)", "[b\u2060ank](https://example.com)"),
]
TURNED, JOINED = "[x](https://evil\u202e.invalid/)", "می\u200cخواهم"
SAMPLES = (*HONEST, *DECEPTIVE, TURNED, JOINED)
ADDRESSES = [
    *("javascript:alert(1)", "//evil.invalid", "https://a@evil.invalid/", "data:text/html,x", "/x", "https:///x"),
    *(
        "https://exa\u200bmple.com/",
        "https://exa\u2060mple.com/",
        "https://evil.invalid/\\x",
        "https://evil.invalid\\@a.com",
    ),
]


class Shown:
    """Every sample as the message of an entry of its own, built once."""

    def __init__(self, folder: Path) -> None:
        self.ids = {text: f"2026-11-23-{number}" for number, text in enumerate(SAMPLES)}
        head = INCIDENT[: INCIDENT.index("    message:")]
        entries = {name: f"{head}    message: |\n      {text}\n" for text, name in self.ids.items()}
        content = project.read(make_project(folder, incidents=entries))
        assert content.project is not None
        self.problems = (*content.problems, *build(content.project, folder / "site", MOMENT).problems)
        self.pages = html_pages(folder / "site")

    def message(self, text: str) -> Element:
        """The message as the entry's page shows it."""
        found = next(self.pages[f"incidents/{self.ids[text]}.html"].iter("article")).find("div")
        assert found is not None
        return found

    def links(self, text: str) -> list[tuple[str | None, str]]:
        """Address and text of every link in the message."""
        return [(link.get("href"), "".join(link.itertext())) for link in self.message(text).iter("a")]

    def told(self, text: str) -> list[Problem]:
        """What is said of the entry, with a line."""
        return [one for one in self.problems if one.where.path.stem == self.ids[text] and one.where.line]


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Shown:
    return Shown(tmp_path_factory.mktemp("links"))


@pytest.mark.parametrize("written", HONEST)
def test_an_honest_link_is_a_link(written: str, shown: Shown) -> None:
    assert shown.links(written) == [HONEST[written]]


@pytest.mark.parametrize("written", DECEPTIVE)
def test_a_deceptive_link_is_text_and_told(written: str, shown: Shown) -> None:
    assert not shown.links(written)
    assert shown.told(written)


def test_an_unencrypted_link_is_warned_of(shown: Shown) -> None:
    assert any("not encrypted" in problem.what for problem in shown.told("[plain](http://example.com/a)"))


def test_a_control_that_turns_an_address_is_taken_out_and_told(shown: Shown) -> None:
    assert shown.links(TURNED) == [("https://evil.invalid/", "x")]
    assert shown.told(TURNED)


def test_joiners_stay_in_prose(shown: Shown) -> None:
    assert JOINED in "".join(shown.message(JOINED).itertext())


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_deceptive_address_in_the_settings_leads_nowhere(address: str, tmp_path: Path) -> None:
    fields = ", ".join(f"{field}: '{address}'" for field in ("support", "subscribe", "source"))
    text = SETTINGS.replace("time_zone:", f"{fields}, time_zone:")
    site = build_site(make_project(tmp_path, text, {"2026-11-23-open": INCIDENT}))
    for name, page in html_pages(site).items():
        assert not [one for one in links(page) if "evil" in one or "mple" in one.replace("status.example", "")], name


def test_controls_that_turn_the_reading_direction_reach_no_page(tmp_path: Path) -> None:
    turned = INCIDENT.replace("Card payments fail at checkout", '"\\u202EtrauC\\u202C payments fail"')
    turned = turned.replace("Most card payments are failing.", "Most \u2066card\u2069 payments are failing.")
    account = "---\npublished: 2026-11-23 10:00\n---\nWhat \u202e happened\n"
    root = make_project(tmp_path, incidents={"2026-11-23-open": turned, "2026-11-23-open.md": account})
    shown = {name: words(name, content) for name, content in files(build_site(root)).items()}
    assert "trauC payments fail" in shown["index.html"]
    assert "What happened" in shown["incidents/2026-11-23-open.html"]
    assert not set("".join(shown.values())) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
