"""Pictures on X: they are uploaded before the post, get their words, and never keep the post from being said."""

from collections.abc import Iterator
from datetime import timedelta

import msgspec
import pytest

from sitegen.channel import Post, Rejected, ReplyRefused, RetryLater, Unclear
from sitegen.channels.twitter import TRAITS, TwitterClient, cost
from tests.channels.contract import LIMITS, POST, fail, find_leaks, open_client, tell_everything
from tests.simulators.base import Clock, Trouble
from tests.simulators.loopback import Answer, Fault, answer_json
from tests.simulators.twitter import HOST, TwitterSimulator

SINCE = Clock()()
PNG = b"\x89PNG\r\n\x1a\n and the rest of a picture \x00\xff"
PICTURED = msgspec.structs.replace(POST, picture=PNG, alt="Failed payments per minute: none, then 900.")
UPLOAD, WORDS, POSTING = ("POST", "/2/media/upload"), ("POST", "/2/media/metadata"), ("POST", "/2/tweets")
GENERAL = "One or more parameters to your request was invalid."
# What a person has to mend first; with a picture the words are tried all the same, and say what is wrong.
REFUSALS = (Trouble.REDIRECTED, Trouble.TOKEN_DEAD, Trouble.FORBIDDEN, Trouble.INVALID)
# Here X has what it needs, whatever it answers.
WELL_MEANT = (Trouble.EMPTY, Trouble.GARBAGE)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def x(clock: Clock) -> Iterator[TwitterSimulator]:
    with TwitterSimulator(clock) as running:
        yield running


@pytest.fixture
def client(x: TwitterSimulator) -> TwitterClient:
    opened = open_client(x)
    assert isinstance(opened, TwitterClient)
    return opened


def _steps(x: TwitterSimulator) -> list[tuple[str, str]]:
    return [(request.method, request.path) for request in x.heard]


def _answer(x: TwitterSimulator, answer: Answer, *, publishing: bool = False) -> None:
    x.arm_fault(Fault(accepts=False, change=lambda _: answer), publishing=publishing)


def _let_through(x: TwitterSimulator) -> None:
    """Nothing happens to the next request that publishes nothing: the upload, so that the words are next."""
    x.arm_fault(Fault(), publishing=False)


def _is_whole(x: TwitterSimulator) -> bool:
    """Whether the one post has its picture."""
    (post,) = x.accepted
    return x.shown_picture(post.remote_id) == (PICTURED.picture, PICTURED.alt)


def test_a_picture_is_uploaded_and_described_before_the_post(x: TwitterSimulator, client: TwitterClient) -> None:
    client.send(PICTURED)

    upload, words, post = x.heard
    assert _steps(x) == [UPLOAD, WORDS, POSTING]
    assert {request.headers["host"] for request in x.heard} == {HOST}
    assert upload.headers["content-type"].startswith("multipart/form-data; boundary=")
    assert all(request.headers["authorization"].startswith("OAuth ") for request in x.heard)
    media = msgspec.json.decode(words.body)["id"]
    assert msgspec.json.decode(words.body) == {"id": media, "metadata": {"alt_text": {"text": PICTURED.alt}}}
    assert msgspec.json.decode(post.body) == {"text": POST.text, "media": {"media_ids": [media]}}


@pytest.mark.parametrize(
    ("start", "kind"), [(PNG, b"png"), (b"\xff\xd8\xff\xe0", b"jpeg"), (b"RIFF\0\0\0\0WEBP", b"webp")]
)
def test_a_picture_is_called_what_it_is(x: TwitterSimulator, client: TwitterClient, start: bytes, kind: bytes) -> None:
    receipt = client.send(msgspec.structs.replace(PICTURED, picture=start))

    assert x.heard[0].body.count(b"image/" + kind) == 2
    assert x.shown_picture(receipt.remote_id) == (start, PICTURED.alt)


def test_an_avif_is_left_out_without_being_asked_for(x: TwitterSimulator, client: TwitterClient) -> None:
    client.send(msgspec.structs.replace(PICTURED, picture=b"\0\0\0 ftypavif"))

    assert _steps(x) == [POSTING]
    assert len(x.accepted) == 1


def test_a_picture_without_words_goes_out_without_them(x: TwitterSimulator, client: TwitterClient) -> None:
    receipt = client.send(msgspec.structs.replace(PICTURED, alt=""))

    assert _steps(x) == [UPLOAD, POSTING]
    assert x.shown_picture(receipt.remote_id) == (PNG, "")


def test_a_picture_goes_along_with_a_reply(x: TwitterSimulator, client: TwitterClient) -> None:
    first = client.send(POST)
    reply = msgspec.structs.replace(PICTURED, text="What happened, and what we learned.", reply_to=first.remote_id)

    receipt = client.send(reply)

    assert [accepted.reply_to for accepted in x.accepted] == ["", first.remote_id]
    assert x.shown_picture(receipt.remote_id) == (PNG, PICTURED.alt)


def test_a_refused_reply_with_a_picture_is_a_refused_reply(x: TwitterSimulator, client: TwitterClient) -> None:
    first = client.send(POST)
    x.refuses_replies = True
    reply = msgspec.structs.replace(PICTURED, text="What happened.", reply_to=first.remote_id)

    assert type(fail(lambda: client.send(reply))) is ReplyRefused
    assert len(x.accepted) == 1


@pytest.mark.parametrize("link", [POST.link, ""])
def test_the_link_that_x_adds_to_a_picture_is_none_of_ours(client: TwitterClient, link: str) -> None:
    post = msgspec.structs.replace(PICTURED, text=f"Fish & chips <late>. {link}".rstrip(), link=link)
    receipt = client.send(post)

    assert client.read(receipt.remote_id) == post.text
    assert client.find(post, SINCE) == receipt


def test_a_full_text_has_room_for_its_picture(x: TwitterSimulator, client: TwitterClient) -> None:
    client.send(msgspec.structs.replace(PICTURED, text="a" * 280))

    assert _is_whole(x)


# What X refuses


@pytest.mark.parametrize("picture", [b"\x89PNG, but not really", PNG + bytes(5 * 1024 * 1024)], ids=["format", "size"])
def test_a_picture_that_x_does_not_take_never_keeps_the_post_from_being_said(
    x: TwitterSimulator, client: TwitterClient, picture: bytes
) -> None:
    receipt = client.send(msgspec.structs.replace(PICTURED, picture=picture))

    assert _steps(x) == [UPLOAD, POSTING]
    assert x.shown_picture(receipt.remote_id) == (b"", "")


def test_a_picture_whose_words_x_does_not_take_is_left_out(x: TwitterSimulator, client: TwitterClient) -> None:
    receipt = client.send(msgspec.structs.replace(PICTURED, alt="a" * 1_001))

    assert _steps(x) == [UPLOAD, WORDS, POSTING]
    assert x.shown_picture(receipt.remote_id) == (b"", "")


def test_a_picture_that_x_takes_and_then_refuses_in_the_post_is_left_out(
    x: TwitterSimulator, client: TwitterClient
) -> None:
    x.refuses_pictures = True

    receipt = client.send(PICTURED)

    assert _steps(x) == [UPLOAD, WORDS, POSTING, POSTING]
    assert [accepted.text for accepted in x.accepted] == [POST.text]
    assert x.shown_picture(receipt.remote_id) == (b"", "")


def test_a_post_that_is_refused_for_something_else_is_not_sent_once_more(
    x: TwitterSimulator, client: TwitterClient
) -> None:
    _answer(x, answer_json(400, {"detail": GENERAL, "errors": [{"message": "Too long."}]}), publishing=True)

    assert type(fail(lambda: client.send(PICTURED))) is Rejected
    assert _steps(x) == [UPLOAD, WORDS, POSTING]


def test_without_its_picture_a_post_is_tried_once(x: TwitterSimulator, client: TwitterClient) -> None:
    refusal = answer_json(400, {"detail": GENERAL, "errors": [{"message": "Your media IDs are invalid."}]})
    for _ in range(3):
        _answer(x, refusal, publishing=True)

    assert isinstance(fail(lambda: client.send(PICTURED)), Rejected)
    assert _steps(x).count(POSTING) == 2


def test_a_doubt_about_a_post_with_a_picture_is_never_followed_by_one_without(
    x: TwitterSimulator, client: TwitterClient
) -> None:
    x.arm(Trouble.DROPPED_AFTER)

    assert type(fail(lambda: client.send(PICTURED))) is Unclear
    assert _steps(x) == [UPLOAD, WORDS, POSTING]
    assert _is_whole(x)


# What goes wrong on the way


@pytest.mark.parametrize("before", [0, 1], ids=["upload", "words"])
@pytest.mark.parametrize("trouble", Trouble, ids=[trouble.name.lower() for trouble in Trouble])
def test_trouble_with_a_picture_is_never_a_doubt(
    x: TwitterSimulator, client: TwitterClient, clock: Clock, trouble: Trouble, before: int
) -> None:
    for _ in range(before):
        _let_through(x)
    x.arm(trouble, publishing=False)
    if trouble in REFUSALS or (before and trouble in WELL_MEANT):
        client.send(PICTURED)

        assert _is_whole(x) is (trouble in WELL_MEANT)
        assert x.strangers() == 0
        return

    failure = fail(lambda: client.send(PICTURED))

    assert type(failure) is RetryLater, failure
    assert failure.when > clock()
    assert x.accepted == ()
    assert POSTING not in _steps(x)


def test_after_trouble_with_a_picture_the_next_attempt_has_it(x: TwitterSimulator, client: TwitterClient) -> None:
    x.arm(Trouble.DROPPED_AFTER, publishing=False)
    fail(lambda: client.send(PICTURED))

    client.send(PICTURED)

    assert _is_whole(x)


def test_tokens_that_x_refuses_stop_the_channel_as_without_a_picture(
    x: TwitterSimulator, client: TwitterClient
) -> None:
    x.verifier.keys = msgspec.structs.replace(x.verifier.keys, token="renewed")

    failure = fail(lambda: client.send(PICTURED))

    assert isinstance(failure, Rejected)
    assert failure.stops


def test_a_limit_on_uploads_tells_when_it_ends(x: TwitterSimulator, client: TwitterClient, clock: Clock) -> None:
    end = clock() + timedelta(minutes=9)
    headers = (("x-rate-limit-remaining", "0"), ("x-rate-limit-reset", str(int(end.timestamp()))))
    _answer(x, answer_json(429, {"title": "Too Many Requests"}, headers))

    failure = fail(lambda: client.send(PICTURED))

    assert isinstance(failure, RetryLater)
    assert failure.when == end


@pytest.mark.parametrize("content", [{}, {"data": {}}, {"data": {"id": 7}}, {"data": None}, [], {"errors": []}])
def test_an_upload_that_names_nothing_is_tried_again(
    x: TwitterSimulator, client: TwitterClient, content: object
) -> None:
    _answer(x, answer_json(200, content))

    assert isinstance(fail(lambda: client.send(PICTURED)), RetryLater)
    assert x.accepted == ()


@pytest.mark.parametrize("trouble", [Trouble.DROPPED_AFTER, Trouble.GARBAGE, Trouble.TRUNCATED])
def test_no_secret_is_in_what_is_told_of_an_upload(
    x: TwitterSimulator, client: TwitterClient, caplog: pytest.LogCaptureFixture, trouble: Trouble
) -> None:
    caplog.set_level("DEBUG")
    x.arm(trouble, publishing=False)

    told = "\n".join([*tell_everything(fail(lambda: client.send(PICTURED))), caplog.text])

    assert find_leaks(told, x.environment()) == []
    assert "oauth_signature" not in told


def test_the_requests_of_one_send_take_less_time_than_the_contract_says(x: TwitterSimulator) -> None:
    x.refuses_pictures = True
    open_client(x).send(PICTURED)

    assert len(x.heard) * type(LIMITS)().total < TRAITS.send_timeout


@pytest.mark.parametrize(
    ("text", "alt", "dollars"),
    [("Card payments fail.", "A curve", 0.02), ("See https://example.com", "A curve", 0.205), ("It works.", "", 0.015)],
)
def test_the_words_of_a_picture_cost_something(
    x: TwitterSimulator, client: TwitterClient, text: str, alt: str, dollars: float
) -> None:
    post = Post(key="k", text=text, picture=PNG, alt=alt)
    x.credits = 1.0

    client.send(post)

    assert cost(post) == dollars
    assert x.credits == pytest.approx(1 - dollars)
