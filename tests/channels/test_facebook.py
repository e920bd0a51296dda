"""Facebook on the wire: posts, pictures, comments and edits, and who we are there."""

import hmac
import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from urllib.parse import parse_qsl

import msgspec
import pytest

from sitegen.channel import Post, Rejected, ReplyRefused, RetryLater, Unclear
from sitegen.channels.facebook import TRAITS, FacebookClient, measure
from tests.channels.contract import POST, fail, find_leaks, open_client
from tests.simulators.base import Clock, Trouble
from tests.simulators.facebook import FacebookSimulator
from tests.simulators.facebook_requests import HOST
from tests.simulators.loopback import Answer, Fault, answer_json

SINCE = Clock()()
PICTURE = b"\x89PNG\r\n\x1a\nand so on"
PROBLEM = Post(key="k1", text="Card payments fail for some customers.\n\nUpdate 1 · 03:31 UTC")
END = Post(key="k2", text="Resolved: card payments work again.\n\nUpdate 2 · 04:47 UTC")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def page(clock: Clock) -> Iterator[FacebookSimulator]:
    with FacebookSimulator(clock) as running:
        yield running


@pytest.fixture
def client(page: FacebookSimulator) -> FacebookClient:
    opened = open_client(page)
    assert isinstance(opened, FacebookClient)
    return opened


def _below(post: Post, remote_id: str) -> Post:
    return msgspec.structs.replace(post, reply_to=remote_id)


def _illustrated(picture: bytes, alt: str = "") -> Post:
    return msgspec.structs.replace(POST, picture=picture, alt=alt)


def _answer(page: FacebookSimulator, answer: Answer, *, publishing: bool = True) -> None:
    page.arm_fault(Fault(accepts=False, change=lambda _: answer), publishing=publishing)


def _refuse(page: FacebookSimulator, code: int, **more: object) -> None:
    _answer(page, answer_json(400, {"error": {"message": "No.", "code": code, **more}}))


def test_a_post_goes_out_with_its_link_and_no_token_in_the_address(
    page: FacebookSimulator, client: FacebookClient
) -> None:
    receipt = client.send(POST)

    [request] = page.heard
    proof = hmac.new(page.app_secret.encode(), page.page_token.encode(), sha256).hexdigest()
    assert (request.method, request.path, request.headers["host"]) == ("POST", f"/v26.0/{page.page_id}/feed", HOST)
    assert request.query == ()
    assert request.headers["authorization"] == f"Bearer {page.page_token}"
    assert dict(parse_qsl(request.body.decode())) == {
        "message": POST.text,
        "link": POST.link,
        "appsecret_proof": proof,
    }
    own = receipt.remote_id.removeprefix(f"{page.page_id}_")
    assert receipt.url == f"https://www.facebook.com/{page.page_id}/posts/{own}"


def test_no_address_ever_holds_a_token(page: FacebookSimulator, client: FacebookClient) -> None:
    page.page_size = 1
    client.identify()
    first = client.send(PROBLEM)
    client.send(_below(END, first.remote_id))
    client.send(POST)
    client.edit(first.remote_id, END)
    client.find(POST, SINCE)
    client.find(_below(END, first.remote_id), SINCE)
    client.read(first.remote_id)
    client.delete(first.remote_id)

    asked = "\n".join(f"{request.path} {request.query}" for request in page.heard)
    assert find_leaks(asked, page.environment()) == []
    assert len(page.heard) > 10


def test_no_log_ever_holds_a_proof(
    page: FacebookSimulator, client: FacebookClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    client.find(POST, SINCE)

    assert dict(page.heard[0].query)["appsecret_proof"] not in caplog.text


@pytest.mark.parametrize(
    ("start", "kind"), [(PICTURE, "png"), (b"\xff\xd8\xff\xe0", "jpeg"), (b"RIFF\0\0\0\0WEBP", "webp")]
)
def test_a_picture_goes_out_with_its_words(
    page: FacebookSimulator, client: FacebookClient, start: bytes, kind: str
) -> None:
    receipt = client.send(_illustrated(start, "Failed payments per minute: none, then 900."))

    [request] = page.heard
    assert request.path.endswith("/photos")
    assert f"image/{kind}".encode() in request.body
    assert page.shown(receipt.remote_id) == ("", start, "Failed payments per minute: none, then 900.")
    assert page.standing() == {receipt.remote_id: POST.text}
    assert client.find(POST, SINCE) == receipt


def test_a_picture_in_a_format_that_facebook_does_not_take_is_left_out(
    page: FacebookSimulator, client: FacebookClient
) -> None:
    receipt = client.send(_illustrated(b"\0\0\0 ftypavif"))

    assert page.shown(receipt.remote_id) == (POST.link, b"", "")


@pytest.mark.parametrize(("code", "subcode"), [(100, 1366046), (324, 0)])
def test_a_picture_that_can_not_be_read_never_holds_up_the_text(
    page: FacebookSimulator, client: FacebookClient, code: int, subcode: int
) -> None:
    _refuse(page, code, error_subcode=subcode)

    receipt = client.send(_illustrated(PICTURE))

    assert page.shown(receipt.remote_id) == ("", b"", "")
    assert len(page.accepted) == 1


def test_a_link_that_can_not_be_read_is_left_in_the_text_alone(page: FacebookSimulator, client: FacebookClient) -> None:
    page.scrapes = False

    receipt = client.send(POST)

    assert [accepted.text for accepted in page.accepted] == [POST.text]
    assert page.shown(receipt.remote_id) == ("", b"", "")
    assert client.find(POST, SINCE) == receipt


def test_a_plain_post_is_not_repeated_whatever_is_said_of_links(
    page: FacebookSimulator, client: FacebookClient
) -> None:
    _refuse(page, 1609005)

    assert type(fail(lambda: client.send(PROBLEM))) is Rejected
    assert len(page.heard) == 1


def test_the_second_half_of_a_send_may_be_in_doubt_as_well(page: FacebookSimulator, client: FacebookClient) -> None:
    _refuse(page, 1609005)
    page.arm(Trouble.DROPPED_AFTER)

    assert type(fail(lambda: client.send(POST))) is Unclear
    assert len(page.accepted) == 1


def test_a_later_update_edits_the_post_and_comments_on_it(page: FacebookSimulator, client: FacebookClient) -> None:
    first = client.send(PROBLEM)

    client.edit(first.remote_id, END)
    comment = client.send(_below(END, first.remote_id))

    assert page.standing() == {first.remote_id: END.text, comment.remote_id: END.text}
    assert [accepted.reply_to for accepted in page.accepted] == ["", first.remote_id]
    assert comment.url == f"{first.url}?comment_id={comment.remote_id.rpartition('_')[2]}"


def test_a_comment_in_doubt_is_found_below_its_post_and_nowhere_else(
    page: FacebookSimulator, client: FacebookClient
) -> None:
    first = client.send(PROBLEM)
    client.edit(first.remote_id, END)
    assert client.find(_below(END, first.remote_id), SINCE) is None
    page.arm(Trouble.DROPPED_AFTER)
    assert type(fail(lambda: client.send(_below(END, first.remote_id)))) is Unclear

    found = client.find(_below(END, first.remote_id), SINCE)

    assert found is not None
    assert found.remote_id == page.accepted[-1].remote_id


def test_a_customer_who_repeats_our_words_is_not_taken_for_us(page: FacebookSimulator, client: FacebookClient) -> None:
    first = client.send(PROBLEM)
    page.comment_by_hand(first.remote_id, END.text)

    assert client.find(_below(END, first.remote_id), SINCE) is None


def test_what_refers_to_a_post_that_is_gone_may_stand_alone(page: FacebookSimulator, client: FacebookClient) -> None:
    first = client.send(PROBLEM)
    page.remove_by_hand(first.remote_id)

    for deed in (
        lambda: client.send(_below(END, first.remote_id)),
        lambda: client.edit(first.remote_id, END),
    ):
        failure = fail(deed)
        assert type(failure) is ReplyRefused
        assert not failure.stops
    assert client.read(first.remote_id) is None
    assert len(page.accepted) == 1
    assert client.find(_below(END, first.remote_id), SINCE) is None
    alone = client.send(END)
    assert client.find(_below(END, first.remote_id), SINCE) == alone


def test_what_is_too_long_for_a_comment_may_stand_alone(page: FacebookSimulator, client: FacebookClient) -> None:
    first = client.send(PROBLEM)
    client.send(Post(key="k", text="ż" * 8_000, reply_to=first.remote_id))

    failure = fail(lambda: client.send(Post(key="k", text="ż" * 8_001, reply_to=first.remote_id)))

    assert type(failure) is ReplyRefused
    assert len(page.accepted) == 2


def test_an_edited_post_keeps_its_id_and_is_found_by_its_new_words(
    page: FacebookSimulator, client: FacebookClient
) -> None:
    receipt = client.send(PROBLEM)

    client.edit(receipt.remote_id, END)
    client.edit(receipt.remote_id, END)

    assert client.find(END, SINCE) == receipt
    assert client.find(PROBLEM, SINCE) is None
    assert client.read(receipt.remote_id) == END.text


@pytest.mark.parametrize("trouble", [Trouble.DROPPED_AFTER, Trouble.BROKEN_AFTER, Trouble.GARBAGE])
def test_editing_and_deleting_are_tried_again_when_nobody_knows_whether_they_worked(
    page: FacebookSimulator, client: FacebookClient, trouble: Trouble
) -> None:
    receipt = client.send(PROBLEM)
    page.arm(trouble, publishing=False)
    assert type(fail(lambda: client.edit(receipt.remote_id, END))) is RetryLater
    page.arm(trouble, publishing=False)
    assert type(fail(lambda: client.delete(receipt.remote_id))) is RetryLater

    client.delete(receipt.remote_id)

    assert page.standing() == {}


def test_no_success_is_no_success(page: FacebookSimulator, client: FacebookClient) -> None:
    receipt = client.send(PROBLEM)
    for deed in (lambda: client.edit(receipt.remote_id, END), lambda: client.delete(receipt.remote_id)):
        _answer(page, answer_json(200, {"success": False}), publishing=False)
        assert type(fail(deed)) is Rejected


def test_a_page_is_told_by_its_name_and_an_app_in_development_mode_by_a_doubt(
    page: FacebookSimulator, client: FacebookClient
) -> None:
    page.development = True

    account = client.identify()

    client.send(POST)
    assert (account.handle, account.remote_id) == ("Example Pay", page.page_id)
    [doubt] = account.notes
    assert "development mode" in doubt
    assert len(page.accepted) == 1
    assert page.standing() == {}


@pytest.mark.parametrize("scope", ["pages_manage_posts", "pages_read_engagement", "pages_manage_engagement"])
def test_a_missing_permission_is_named_before_the_first_post(
    page: FacebookSimulator, client: FacebookClient, scope: str
) -> None:
    page.scopes.remove(scope)

    failure = fail(client.identify)

    assert isinstance(failure, Rejected)
    assert failure.stops
    assert scope in failure.reason


@pytest.mark.parametrize("field", ["expires", "data_expires"])
def test_a_token_that_will_end_is_told_with_its_day(
    page: FacebookSimulator, client: FacebookClient, field: str
) -> None:
    setattr(page, field, datetime(2027, 1, 20, 3, tzinfo=UTC))

    assert "2027-01-20" in client.identify().warnings[0]


def test_what_can_not_be_checked_is_a_doubt_and_no_obstacle(page: FacebookSimulator, client: FacebookClient) -> None:
    page.inspects = False

    assert "can't be checked" in client.identify().notes[0]


def test_a_token_is_not_trusted_while_it_can_not_be_looked_at(page: FacebookSimulator, client: FacebookClient) -> None:
    for place in range(3):
        for _ in range(place):
            page.arm_fault(Fault(), publishing=False)
        page.arm(Trouble.DROPPED, publishing=False)

        assert isinstance(fail(client.identify), RetryLater)


@pytest.mark.parametrize(("text", "length"), [("a" * 280, 280), ("ż", 1), ("日本", 2), ("👩‍🚒", 5), ("z\u0307", 2)])
def test_lengths_are_never_counted_too_short(text: str, length: int) -> None:
    assert measure(text) == length
    assert TRAITS.limit is not None
    assert TRAITS.limit < 63_206
