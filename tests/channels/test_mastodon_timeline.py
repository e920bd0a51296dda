"""Statuses of Mastodon that stand already: which of them are ours, and how words and pictures get to them."""

import time
from collections.abc import Iterator
from datetime import timedelta

import msgspec
import pytest

from sitegen.channel import Post, Rejected, ReplyRefused, RetryLater
from sitegen.channels.mastodon import MastodonClient
from tests.channels.contract import LIMITS, POST, fail, open_client
from tests.simulators.base import Clock, Trouble
from tests.simulators.loopback import Fault, answer_json
from tests.simulators.mastodon import MastodonSimulator
from tests.simulators.mastodon_requests import Picture

SINCE = Clock()()
PNG = b"\x89PNG\r\n\x1a\n and the rest of a picture \x00\xff"
PICTURED = msgspec.structs.replace(POST, picture=PNG, alt="Failed payments, a peak at 03:40 – “ż”")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def server(clock: Clock) -> Iterator[MastodonSimulator]:
    with MastodonSimulator(clock) as running:
        yield running


@pytest.fixture
def client(server: MastodonSimulator) -> MastodonClient:
    opened = open_client(server)
    assert isinstance(opened, MastodonClient)
    return opened


def _post(text: str, link: str = "") -> Post:
    return Post(key="mended", text=text, link=link)


def _show(server: MastodonSimulator, timeline: object) -> None:
    """Let the next page of the timeline be this."""
    answer = answer_json(200, timeline)
    server.arm_fault(Fault(accepts=False, change=lambda _: answer), publishing=False)


@pytest.mark.parametrize(
    "text",
    [
        'Fish & chips <late> “again” &amp; 1 < 2 it\'s "quoted"',
        "Zażółć",
        "Zaz\u0307o\u0301łc\u0301",
        "two\n\n\nlines\nand one  ",
        "👩‍🚒 日本",
        "https://www.example.com/a-path-that-is-longer-than-thirty-characters?a=1&b=2#c and https://example.com/d.",
    ],
)
def test_a_text_is_found_in_the_html_that_the_timeline_makes_of_it(client: MastodonClient, text: str) -> None:
    receipt = client.send(_post(text))

    assert client.find(_post(text), SINCE) == receipt


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ('<p>Ask <span><a href="https://m.example/@a" class="u-url mention">@<span>a</span></a></span></p>', "Ask @a"),
        ('<p><a href="https://m.example/tags/b" class="mention hashtag" rel="tag">#<span>b</span></a> it</p>', "#b it"),
        ('<P>See <A HREF="https://example.com/c">example.com</A><BR>Now</P>', "See https://example.com/c\nNow"),
        ("no paragraph &lt;at all", "no paragraph <at all"),
        ("<p>never closed", "never closed"),
    ],
    ids=["mention", "hashtag", "other servers", "plain", "torn"],
)  # fmt: skip
def test_html_is_read_as_people_see_it(
    server: MastodonSimulator, client: MastodonClient, content: str, text: str
) -> None:
    client.identify()
    status = {"id": "7", "created_at": "2026-11-23T03:31:00.000Z", "content": content}
    _show(server, [status])

    found = client.find(_post(text), SINCE)

    assert found is not None
    assert found.remote_id == "7"


def test_a_status_is_read_as_it_was_written(client: MastodonClient) -> None:
    text = "Fish & chips &amp; <b>\n\n\nhttps://status.example.com/?a=1&b=2 and https://example.com/c."

    assert client.read(client.send(_post(text)).remote_id) == text


def test_a_correction_is_not_found_in_what_it_corrects(client: MastodonClient) -> None:
    client.send(POST)
    correction = _post(f"Correction: all customers are hit. {POST.link}", link=POST.link)

    assert client.find(correction, SINCE) is None


def test_a_copy_with_another_ending_is_found_by_its_link_or_visible_line(
    server: MastodonSimulator, client: MastodonClient
) -> None:
    by_link = server.publish_by_hand(f"Card payments fail for some… {POST.link}")
    found = client.find(POST, SINCE)
    assert found is not None
    assert found.remote_id == by_link
    server.remove_by_hand(by_link)

    by_line = server.publish_by_hand("Card payments fail for some… Update 1 · 03:31 UTC")
    found = client.find(POST, SINCE)
    assert found is not None
    assert found.remote_id == by_line


def test_a_copy_on_the_last_page_is_found_and_the_oldest_one_wins(
    server: MastodonSimulator, client: MastodonClient, clock: Clock
) -> None:
    oldest = client.send(POST)
    for number in range(25):
        clock.advance(timedelta(seconds=1))
        server.publish_by_hand(f"Something else, number {number}")
    server.publish_by_hand(POST.text)
    server.page_size = 5

    assert client.find(POST, SINCE) == oldest


def test_what_is_older_than_the_attempt_is_neither_found_nor_asked_for(
    server: MastodonSimulator, client: MastodonClient, clock: Clock
) -> None:
    client.send(POST)
    for number in range(80):
        server.publish_by_hand(f"Something else, number {number}")
    clock.advance(timedelta(hours=1))
    client.identify()
    before = len(server.heard)

    assert client.find(POST, clock()) is None
    assert len(server.heard) == before + 1


def test_a_timeline_that_never_ends_is_not_an_empty_one(server: MastodonSimulator, client: MastodonClient) -> None:
    client.identify()
    status = {"id": "7", "created_at": "2026-11-23T03:31:00.000Z", "content": "<p>Again</p>"}
    for _ in range(60):
        _show(server, [status])

    assert isinstance(fail(lambda: client.find(POST, SINCE)), RetryLater)


@pytest.mark.parametrize(
    "content",
    [
        {},
        None,
        {"error": "no"},
        [{}],
        [{"id": "7", "content": "", "created_at": "soon"}],
        [{"id": "7", "content": "", "created_at": "2026-11-23T03:31:00"}],
    ],
)
def test_what_is_no_timeline_never_passes_for_an_empty_one(
    server: MastodonSimulator, client: MastodonClient, content: object
) -> None:
    client.identify()
    _show(server, content)

    assert isinstance(fail(lambda: client.find(POST, SINCE)), RetryLater)


def test_an_edit_may_be_repeated_and_changes_the_words_alone(server: MastodonSimulator, client: MastodonClient) -> None:
    receipt = client.send(PICTURED)
    mended = _post("Card payments work again.")
    server.arm_fault(Fault(), publishing=False)
    server.arm(Trouble.DROPPED_AFTER, publishing=False)

    assert isinstance(fail(lambda: client.edit(receipt.remote_id, mended)), RetryLater)
    client.edit(receipt.remote_id, mended)

    assert server.standing() == {receipt.remote_id: mended.text}
    assert [picture.content for picture in server.pictures(receipt.remote_id)] == [PNG]
    assert server.languages() == ("en",)
    assert len(server.accepted) == 1


def test_an_edit_brings_a_picture_where_there_was_none(server: MastodonSimulator, client: MastodonClient) -> None:
    receipt = client.send(POST)

    client.edit(receipt.remote_id, PICTURED)
    client.edit(receipt.remote_id, PICTURED)

    assert len(server.pictures(receipt.remote_id)) == 1


def test_an_edit_of_a_status_that_is_gone_says_so(server: MastodonSimulator, client: MastodonClient) -> None:
    receipt = client.send(POST)
    server.remove_by_hand(receipt.remote_id)

    assert type(fail(lambda: client.edit(receipt.remote_id, POST))) is ReplyRefused


def test_an_id_never_leads_to_another_address(server: MastodonSimulator, client: MastodonClient) -> None:
    assert client.read("../accounts/verify_credentials?x=") is None

    assert server.heard[0].path.startswith("/api/v1/statuses/..%2F")


def test_a_picture_goes_out_with_its_words(server: MastodonSimulator, client: MastodonClient) -> None:
    receipt = client.send(PICTURED)

    assert server.pictures(receipt.remote_id) == (Picture(PNG, "image/png", PICTURED.alt),)


@pytest.mark.parametrize(
    ("start", "kind"),
    [
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"RIFF\x00\x00\x00\x00WEBP", "image/webp"),
        (b"\x00\x00\x00\x20ftypavif", "image/avif"),
    ],
)
def test_a_picture_is_called_what_it_is(
    server: MastodonSimulator, client: MastodonClient, start: bytes, kind: str
) -> None:
    receipt = client.send(msgspec.structs.replace(PICTURED, picture=start))

    assert [picture.kind for picture in server.pictures(receipt.remote_id)] == [kind]


def test_a_picture_that_takes_its_time_is_waited_for(server: MastodonSimulator, client: MastodonClient) -> None:
    server.processing = 2

    receipt = client.send(PICTURED)

    assert len(server.pictures(receipt.remote_id)) == 1


def test_a_picture_that_is_never_ready_leaves_the_post_for_later(
    server: MastodonSimulator, client: MastodonClient
) -> None:
    server.processing = 1_000
    begun = time.monotonic()

    assert isinstance(fail(lambda: client.send(PICTURED)), RetryLater)
    assert time.monotonic() - begun < LIMITS.total.total_seconds() + 2
    assert server.accepted == ()


def test_a_picture_that_is_refused_does_not_silence_its_post(server: MastodonSimulator, client: MastodonClient) -> None:
    server.refuses_pictures = True

    receipt = client.send(PICTURED)

    assert server.standing() == {receipt.remote_id: PICTURED.text}
    assert server.pictures(receipt.remote_id) == ()


@pytest.mark.parametrize(
    ("trouble", "kind"),
    [
        (Trouble.DROPPED_AFTER, RetryLater),
        (Trouble.BROKEN, RetryLater),
        (Trouble.RATE_LIMITED, RetryLater),
        (Trouble.TOKEN_DEAD, Rejected),
        (Trouble.REDIRECTED, Rejected),
    ],
    ids=str,
)
def test_trouble_with_a_picture_surely_published_nothing(
    server: MastodonSimulator, client: MastodonClient, trouble: Trouble, kind: type[Exception]
) -> None:
    server.arm(trouble, publishing=False)

    failure = fail(lambda: client.send(PICTURED))

    assert type(failure) is kind
    assert server.accepted == ()
