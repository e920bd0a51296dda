"""The plan as a page: what it says is what a run would do, to the byte, and looking at it changes nothing."""

import json
import re
import time
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import Element

import html5lib
import pytest

from sitegen.build import build
from tests.cli.running import sitegen
from tests.projects import MOMENT
from tests.repositories import git, isolate_git
from tests.serve.asking import ask, edit, served
from tests.serve.posting import AFTER_TWO, ID, connect, make_posting, previewed, read, say_all
from tests.simulators.twitter import TwitterSimulator

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


@pytest.fixture(autouse=True)
def _isolated_git(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    isolate_git(monkeypatch, tmp_path / "home")


@pytest.fixture
def posting(tmp_path: Path) -> Path:
    """The project with all channels connected but one, and two of three updates said there."""
    root = make_posting(tmp_path)
    connect(root, "twitter", "facebook", "mastodon", "email", "webhook")
    say_all(root, AFTER_TWO)
    return root


def parse(page: str) -> Element:
    """The page's elements; the first thing that is not HTML raises."""
    parser: Any = html5lib.HTMLParser(html5lib.getTreeBuilder("etree"), strict=True, namespaceHTMLElements=False)
    found: Element = parser.parse(page)
    return found


def section(page: str, channel: str) -> Element:
    """One channel of the page."""
    found = parse(page).find(f".//section[@id='channel-{channel}']")
    assert found is not None
    return found


def words(element: Element) -> str:
    """All text of an element, blanks folded."""
    return " ".join("".join(element.itertext()).split())


def posts(channel: Element) -> list[Element]:
    """The drawn posts of a channel."""
    return [one for one in channel.iter("div") if (one.get("class") or "").startswith("post ")]


def texts(post: Element) -> list[str]:
    """The paragraphs of words in a drawn post, as they stand."""
    return ["".join(one.itertext()) for one in post.iter("p") if one.get("class") == "text"]


def facts(article: Element) -> dict[str, str]:
    """What stands beside a post."""
    lists = [one for one in article.iter("dl") if one.get("class") == "facts"]
    return {
        words(name): words(fact) for one in lists for name, fact in zip(one.iter("dt"), one.iter("dd"), strict=True)
    }


@pytest.mark.slow
def test_the_page_the_plan_and_what_x_accepts_are_the_same_to_the_byte(tmp_path: Path) -> None:
    with TwitterSimulator(lambda: MOMENT) as x:
        channels = f"channels:\n  twitter: {{account: {x.account}, api_url: '{x.url}', settle: 0m, link: every}}\n"
        root = make_posting(tmp_path, channels)
        secrets: dict[str, Any] = dict(x.environment())
        sitegen(root, "mirror", "connect", "twitter", "--keep-open", at=MOMENT - timedelta(days=1), **secrets)
        with previewed(root) as address:
            page = ask(address, "/_preview/").text
        planned = json.loads(sitegen(root, "mirror", "plan", "--format", "json").stdout)["twitter"]["items"]
        sitegen(root, "mirror", "--no-wait", **secrets)
        accepted = [post.text for post in x.accepted]
    assert len(accepted) > 1
    assert [item["text"] for item in planned if item["decision"] == "deliver"] == accepted
    drawn = [texts(post)[-1] for post in posts(section(page, "twitter"))]
    assert [text.encode() for text in drawn] == [text.encode() for text in accepted]


def test_each_channel_says_whose_it_is_and_whether_it_is_connected(posting: Path) -> None:
    with previewed(posting) as address:
        page = ask(address, "/_preview/").text
    ours, theirs = section(page, "twitter"), section(page, "twitter-pl")
    assert facts(ours)["Account"] == "examplestatus"
    assert facts(ours)["Connected"] == "since 22 Nov 2026, 01:00 CET"
    assert facts(ours)["Cost"] == "$0.205"
    assert (facts(theirs)["Language"], facts(theirs)["Connected"]) == ("pl", "no")
    assert "sitegen mirror connect twitter-pl" in words(theirs)
    assert not posts(theirs)


def test_a_post_is_counted_priced_and_placed(posting: Path) -> None:
    with previewed(posting) as address:
        channel = section(ask(address, "/_preview/").text, "twitter")
    (end, account) = channel.iter("article")
    beside = facts(end)
    assert re.fullmatch(r"\d+/270 of 280", beside["Length"])
    assert beside["Cost"] == "$0.20"
    assert beside["Replies to"] == "https://social.example/twitter-2"
    assert beside["Link"].endswith("#u-20261123T0305Z")
    assert facts(account)["Replies to"] == "the post before this one"
    assert facts(account)["Picture"] == "curve.png, read out as “The share of payments that failed.”"


def test_a_picture_is_shown_where_it_goes_along(posting: Path) -> None:
    with previewed(posting) as address:
        page = ask(address, "/_preview/").text
    named, drawn = set(), set()
    for name in ("twitter", "facebook", "mastodon", "email", "webhook"):
        channel = section(page, name)
        account = list(channel.iter("article"))[-1]
        named |= {name} if "Picture" in facts(account) else set()
        drawn |= {name} if list(account.iter("img")) else set()
    assert named == drawn == {"twitter", "facebook", "mastodon", "email"}


def test_what_the_platform_takes_stands_beside_what_is_used_of_it(posting: Path) -> None:
    with previewed(posting) as address:
        page = ask(address, "/_preview/").text
    lengths = {name: facts(next(section(page, name).iter("article")))["Length"] for name in ("facebook", "mastodon")}
    assert {name: length.partition("/")[2] for name, length in lengths.items()} == {
        "facebook": "63000 of 63206",
        "mastodon": "490 of 500",
    }


def test_what_stays_unsaid_says_why_and_what_was_said_where_it_stands(posting: Path) -> None:
    with previewed(posting) as address:
        said = words(section(ask(address, "/_preview/").text, "twitter"))
    assert "Search is slow · Update 1 · 20 Nov 2026, 10:00 CET: from before the channel was connected" in said
    assert "Posted: Card payments fail at checkout · Update 2 · 23 Nov 2026, 03:40 CET" in said
    assert "https://social.example/twitter-2" in said


def test_an_edited_post_is_one_post_with_comments_below_it(posting: Path) -> None:
    with previewed(posting) as address:
        channel = section(ask(address, "/_preview/").text, "facebook")
    post, *comments = texts(posts(channel)[0])
    assert post.startswith("Resolved: ")
    assert [comment.split(":")[0] for comment in comments] == ["Identified", "Resolved"]
    beside = facts(next(channel.iter("article")))
    assert beside["Comments on"] == beside["Edits"] == "https://social.example/facebook-1"


def test_a_mail_is_a_message_with_a_subject_that_answers_the_one_before(posting: Path) -> None:
    with previewed(posting) as address:
        channel = section(ask(address, "/_preview/").text, "email")
    end = next(channel.iter("article"))
    envelope = next(one for one in end.iter("dl") if one.get("class") == "envelope")
    assert " ".join(map(words, envelope)) == (
        "To status@lists.example.com Subject Resolved: Card payments fail at checkout Answers the message before"
    )
    assert facts(end)["Subject"] == "Resolved: Card payments fail at checkout"


def test_a_webhook_is_shown_as_the_json_that_it_gets(posting: Path) -> None:
    planned = json.loads(sitegen(posting, "mirror", "plan", "--format", "json").stdout)["webhook"]["items"]
    with previewed(posting) as address:
        shown = posts(section(ask(address, "/_preview/").text, "webhook"))
    events = [json.loads("".join(block.itertext())) for post in shown for block in post.iter("pre")]
    assert {name for event in events for name in event} == {
        *("type", "id", "channel", "language", "title", "text", "link")
    }
    wanted = [item for item in planned if item["decision"] == "deliver"]
    assert [(one["id"], one["text"]) for one in events] == [(item["key"], item["text"]) for item in wanted]


def test_texts_to_copy_are_whole_short_counted_and_in_every_language_they_were_written_in(posting: Path) -> None:
    edit(posting, f"incidents/{ID}.yaml", "No order was lost.", f"No order was lost. {'All is well. ' * 30}")
    with previewed(posting) as address:
        page = parse(ask(address, "/_preview/").text)
    kit = page.find(".//section[@id='copy-and-paste']")
    assert kit is not None
    fields = {field.get("id"): "".join(field.itertext()) for field in kit.iter("textarea")}
    labels = {label.get("for"): words(label) for label in kit.iter("label")}
    assert len(fields) == 2 * 5, "the post-mortem and three updates in English, the first update in Polish too"
    for name, text in fields.items():
        assert name is not None
        assert f": {len(text)} " in labels[name]
        assert text.splitlines()[-1].split()[-1].startswith("https://status.example.com/")
    assert max(len(text) for name, text in fields.items() if name and name.endswith("short")) <= 280
    assert fields["copy-2-full"].count("All is well.") == 30
    assert all(field.get("readonly") is not None for field in kit.iter("textarea"))
    assert [words(title).rpartition(" ")[2] for title in kit.iter("h3")] == ["en", "en", "en", "en", "pl"]


def test_without_a_channel_the_texts_to_copy_are_there_all_the_same(tmp_path: Path) -> None:
    root = make_posting(tmp_path, channels="")
    with previewed(root) as address:
        page = ask(address, "/_preview/").text
    assert "There is no channel in" in page
    assert page.count("<textarea") == 2 * 5


def test_no_two_things_of_the_page_have_one_name_and_whatever_names_one_finds_it(posting: Path) -> None:
    with previewed(posting) as address:
        elements = list(parse(ask(address, "/_preview/").text).iter())
    ids = Counter(element.get("id") for element in elements if element.get("id"))
    assert [name for name, count in ids.items() if count > 1] == []
    names = ("aria-labelledby", "for", "href")
    wanted = {element.get(name, "").removeprefix("#") for element in elements for name in names}
    assert {name for name in wanted if name and "/" not in name and name != "data:,"} <= set(ids)


def test_what_an_entry_keeps_off_social_channels_is_not_there_to_copy(tmp_path: Path) -> None:
    root = make_posting(tmp_path)
    edit(root, f"incidents/{ID}.yaml", "    status: identified\n", "    status: identified\n    social: false\n")
    with previewed(root) as address:
        page = ask(address, "/_preview/").text
    assert "A certificate of our payment gateway" not in page


# The ledger


def test_a_ledger_out_of_reach_is_said_and_the_plan_is_over_what_was_known(posting: Path) -> None:
    now = [MOMENT]
    with previewed(posting, lambda: now[0]) as address:
        before = ask(address, "/_preview/").text
        assert "could not be read" not in before
        (posting.parent / "remote.git").rename(posting.parent / "elsewhere.git")
        now[0] = MOMENT + timedelta(minutes=14)
        after = ask(address, "/_preview/").text
    assert "The ledger could not be read." in after
    assert "over what it held at 23 Nov 2026, 13:00 CET" in after
    assert [texts(post) for post in posts(section(after, "twitter"))] == [
        texts(post) for post in posts(section(before, "twitter"))
    ]


def test_where_nothing_is_known_of_the_ledger_every_channel_is_drawn_and_the_page_says_so(posting: Path) -> None:
    (posting.parent / "remote.git").rename(posting.parent / "elsewhere.git")
    with previewed(posting) as address:
        page = ask(address, "/_preview/").text
    assert "nothing is known of what was said" in page
    channel = section(page, "twitter-pl")
    assert facts(channel)["Connected"] == "not known"
    assert posts(channel)


@pytest.mark.slow
def test_a_git_host_that_does_not_answer_is_not_waited_for_twice(posting: Path) -> None:
    git(posting, "config", "remote.origin.uploadpack", "sleep 60; true")
    with previewed(posting) as address:
        began = time.monotonic()
        assert "could not be read" in ask(address, "/_preview/").text
        assert time.monotonic() - began < 25
        again = time.monotonic()
        assert "could not be read" in ask(address, "/_preview/").text
        assert time.monotonic() - again < 3


def test_a_folder_outside_of_git_has_its_plan_drawn(tmp_path: Path) -> None:
    root = make_posting(tmp_path)
    (root / ".git").rename(tmp_path / "aside")
    with previewed(root) as address:
        page = ask(address, "/_preview/").text
    assert "is not in a git repository" in page
    assert posts(section(page, "twitter"))


def test_looking_writes_nothing(posting: Path) -> None:
    def state() -> tuple[str, str, str, dict[Path, bytes]]:
        files = {path: path.read_bytes() for path in posting.rglob("*") if path.is_file() and ".git" not in path.parts}
        refs = git(posting, "for-each-ref"), git(posting, "ls-remote", "origin"), git(posting, "status", "--porcelain")
        return (*refs, files)

    before = state()
    with previewed(posting) as address:
        for _ in range(2):
            assert ask(address, "/_preview/").status == 200
    assert state() == before


# Around it


def test_every_page_of_the_preview_leads_to_it_and_nothing_that_is_built_does(posting: Path, tmp_path: Path) -> None:
    with served(posting) as address:
        for path in ("/", f"/incidents/{ID}.html", "/none.html"):
            assert 'href="/_preview/"' in ask(address, path).text
    out = tmp_path / "out"
    build(read(posting), out, MOMENT, drafts=True)
    built = {str(path.relative_to(out)): path.read_bytes() for path in out.rglob("*") if path.is_file()}
    assert built
    assert [name for name, content in built.items() if "_preview" in name or b"_preview" in content] == []


def test_a_foreign_name_that_leads_here_learns_nothing(posting: Path) -> None:
    with previewed(posting) as address:
        reply = ask(address, "/_preview/", host="evil.example")
    assert reply.status == 421
    assert "Card payments" not in reply.text


def test_settings_that_can_not_be_used_are_named_in_place_of_the_plan(posting: Path) -> None:
    edit(posting, "sitegen.yaml", "format: 1", "format: [1")
    with previewed(posting) as address:
        reply = ask(address, "/_preview/")
    assert reply.status == 503
    assert "sitegen.yaml:" in reply.text


def test_a_mistake_of_this_program_is_told_and_the_preview_goes_on(posting: Path) -> None:
    def break_down() -> datetime:
        raise RuntimeError("the clock broke")

    with served(posting) as address, previewed(posting, break_down) as broken:
        assert ask(broken, "/_preview/").status == 500
        assert ask(address).status == 200


def test_markup_in_texts_and_settings_stays_text(tmp_path: Path) -> None:
    attack = "</textarea></style><script>alert(1)</script><img src=x onerror=alert(1)>"
    root = make_posting(tmp_path, f"channels:\n  twitter: {{account: {json.dumps(attack)}}}\n")
    edit(root, "sitegen.yaml", "Example Pay", attack)
    edit(root, f"incidents/{ID}.yaml", "No order was lost.", attack)
    connect(root)
    with previewed(root) as address:
        page = ask(address, "/_preview/").text
    assert attack not in page
    counts = Counter(element.tag for element in parse(page).iter())
    assert (counts["script"], counts["img"]) == (2, 1)


def test_a_secret_is_never_on_the_page(posting: Path) -> None:
    secret = "AKIA" + "IOSFODNN7EXAMPLF"
    edit(posting, f"incidents/{ID}.yaml", "No order was lost.", f"The key is {secret}.")
    with previewed(posting) as address:
        page = ask(address, "/_preview/").text
    assert secret not in page
    assert "Details are on the status page." in page


# In a browser


@pytest.fixture
def address(posting: Path) -> Iterator[str]:
    with previewed(posting) as address:
        yield address


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_has_nothing_to_say(address: str, scheme: Any, browser: "Browser") -> None:
    from axe_playwright_python.sync_playwright import Axe

    with browser.new_context(color_scheme=scheme, bypass_csp=True) as context:
        page = context.new_page()
        page.goto(address)
        page.locator("details").first.evaluate("element => element.open = true")
        response: dict[str, Any] = Axe().run(page).response
    assert [(one["id"], [node["target"] for node in one["nodes"]]) for one in response["violations"]] == []


@pytest.mark.browser
@pytest.mark.parametrize("width", [320, 1280])
def test_nothing_is_wider_than_the_screen(address: str, width: int, page: "Page") -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(address)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.locator("figure img").first.evaluate("image => image.naturalWidth") == 480
    assert complaints == []


@pytest.mark.browser
def test_everything_is_there_without_scripts(address: str, browser: "Browser") -> None:
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(address)
        assert page.locator("dd", has_text="/270 of 280").count() == 2
        assert page.locator("textarea").first.input_value().startswith("Post-mortem: ")
        assert page.locator("button").count() == 0


@pytest.mark.browser
def test_a_text_is_copied_to_the_byte(address: str, browser: "Browser") -> None:
    with browser.new_context(permissions=["clipboard-read", "clipboard-write"]) as context:
        page = context.new_page()
        page.goto(address)
        page.get_by_role("button", name="Copy").first.click()
        page.get_by_role("button", name="Copied").wait_for()
        copied = page.evaluate("navigator.clipboard.readText()")
        assert copied == page.locator("textarea").first.input_value()
