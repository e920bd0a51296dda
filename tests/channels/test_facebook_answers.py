"""Facebook's answers: what its refusals mean, and which of the posts it lists are ours."""

import json
from collections.abc import Iterator
from datetime import timedelta

import msgspec
import pytest

from sitegen.channel import Post, Rejected, RetryLater, Unclear
from sitegen.channels.facebook import FacebookClient
from tests.channels.contract import POST, fail, find_leaks, open_client
from tests.simulators.base import Clock
from tests.simulators.facebook import FacebookSimulator
from tests.simulators.facebook_requests import HOST
from tests.simulators.loopback import Answer, Fault, answer_json

SINCE = Clock()()
PROBLEM = Post(key="k1", text="Card payments fail for some customers.\n\nUpdate 1 · 03:31 UTC")
ILLUSTRATED = msgspec.structs.replace(POST, picture=b"\x89PNG\r\n\x1a\nand so on")


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


def _answer(page: FacebookSimulator, answer: Answer, *, publishing: bool = True) -> None:
    page.arm_fault(Fault(accepts=False, change=lambda _: answer), publishing=publishing)


def _refuse(page: FacebookSimulator, code: int, *, publishing: bool = True, status: int = 400, **more: object) -> None:
    _answer(page, answer_json(status, {"error": {"message": "No.", "code": code, **more}}), publishing=publishing)


@pytest.mark.parametrize("code", [10, 102, 190, 200, 210, 299, 368, 2635])
@pytest.mark.parametrize("publishing", [True, False])
def test_what_is_wrong_with_the_account_stops_the_channel(
    page: FacebookSimulator, client: FacebookClient, code: int, publishing: bool
) -> None:
    _refuse(page, code, publishing=publishing)

    failure = fail(lambda: client.send(POST) if publishing else client.find(POST, SINCE))

    assert type(failure) is Rejected
    assert failure.stops


@pytest.mark.parametrize("code", [4, 17, 32, 341, 613, 80001])
def test_too_much_at_once_waits_for_a_while(
    page: FacebookSimulator, client: FacebookClient, clock: Clock, code: int
) -> None:
    _refuse(page, code)

    failure = fail(lambda: client.send(POST))

    assert isinstance(failure, RetryLater)
    assert failure.when == clock() + timedelta(minutes=15)


def test_too_much_at_once_waits_until_the_platform_listens_again(
    page: FacebookSimulator, client: FacebookClient, clock: Clock
) -> None:
    page.calls_left = 1
    client.send(PROBLEM)

    failure = fail(lambda: client.send(POST))

    assert isinstance(failure, RetryLater)
    assert failure.when == clock() + page.regain
    page.calls_left = None
    client.send(POST)


@pytest.mark.parametrize("wait", ["soon", "null", "true", "-5", "0", "0.5", "1e9", "1e308", "1e999", '"5"'])
def test_no_estimate_however_odd_silences_a_channel_for_long(
    page: FacebookSimulator, client: FacebookClient, clock: Clock, wait: str
) -> None:
    usage = f'{{"type":"pages","estimated_time_to_regain_access":{wait}}}'
    for header in (("X-Business-Use-Case-Usage", f'{{"1":[{usage}]}}'), ("X-App-Usage", usage)):
        _answer(page, answer_json(400, {"error": {"code": 32}}, (header,)))

        failure = fail(lambda: client.send(POST))

        assert isinstance(failure, RetryLater)
        assert clock() < failure.when <= clock() + timedelta(hours=25)


@pytest.mark.parametrize("header", ["", "{}", "[]", "7", "nonsense", '{"1":{}}', '{"1":[]}', '{"1":[7]}', "[" * 9000])
def test_no_usage_header_however_odd_is_a_crash(
    page: FacebookSimulator, client: FacebookClient, clock: Clock, header: str
) -> None:
    for name in ("X-Business-Use-Case-Usage", "X-App-Usage"):
        _answer(page, answer_json(400, {"error": {"code": 32}}, ((name, header),)))

        failure = fail(lambda: client.send(POST))

        assert isinstance(failure, RetryLater)
        assert failure.when == clock() + timedelta(minutes=15)


def test_the_longest_of_several_estimates_counts(page: FacebookSimulator, client: FacebookClient, clock: Clock) -> None:
    waits = [{"estimated_time_to_regain_access": wait} for wait in (0, 40, 7)]
    _answer(page, answer_json(400, {"error": {"code": 32}}, (("X-Business-Use-Case-Usage", json.dumps({"1": waits})),)))

    failure = fail(lambda: client.send(POST))

    assert isinstance(failure, RetryLater)
    assert failure.when == clock() + timedelta(minutes=40)


@pytest.mark.parametrize("status", [400, 500])
@pytest.mark.parametrize("error", [{"code": 1}, {"code": 2}, {"code": 999, "is_transient": True}])
def test_a_hiccup_is_a_doubt_only_where_something_could_be_published(
    page: FacebookSimulator, client: FacebookClient, status: int, error: dict[str, object]
) -> None:
    answer = answer_json(status, {"error": error})
    page.arm_fault(Fault(change=lambda _: answer))
    _answer(page, answer, publishing=False)

    assert type(fail(lambda: client.send(POST))) is Unclear
    assert type(fail(lambda: client.find(POST, SINCE))) is RetryLater
    assert len(page.accepted) == 1


def test_a_copy_is_refused_and_then_found(page: FacebookSimulator, client: FacebookClient) -> None:
    receipt = client.send(POST)

    assert type(fail(lambda: client.send(POST))) is Unclear
    assert client.find(POST, SINCE) == receipt
    assert len(page.accepted) == 1


def test_a_page_that_is_out_of_sight_stops_the_channel(page: FacebookSimulator, client: FacebookClient) -> None:
    _refuse(page, 100, error_subcode=33)

    failure = fail(lambda: client.send(POST))

    assert isinstance(failure, Rejected)
    assert failure.stops


def test_a_bad_parameter_stops_the_post_alone(page: FacebookSimulator, client: FacebookClient) -> None:
    failure = fail(lambda: client.send(Post(key="k", text="ż" * 63_207)))

    assert type(failure) is Rejected
    assert not failure.stops
    assert page.accepted == ()


def test_an_app_secret_that_was_renewed_stops_the_channel(page: FacebookSimulator, client: FacebookClient) -> None:
    page.app_secret = "another"

    for deed in (lambda: client.send(POST), client.identify):
        failure = fail(deed)
        assert isinstance(failure, Rejected)
        assert failure.stops
        assert "appsecret_proof" in failure.reason


def test_a_token_that_was_renewed_stops_the_channel(page: FacebookSimulator, client: FacebookClient) -> None:
    page.page_token = "another"

    failure = fail(lambda: client.send(POST))

    assert isinstance(failure, Rejected)
    assert failure.stops


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"[]", b'"no"', b'{"error":"no"}', b'{"error":{"code":"x"}}', b"\xff", b'{"x":' + b"[" * 9000],
)
@pytest.mark.parametrize("status", [400, 403, 404])
def test_a_refusal_is_a_refusal_whatever_its_body_looks_like(
    page: FacebookSimulator, client: FacebookClient, status: int, body: bytes
) -> None:
    _answer(page, Answer(status, body))

    failure = fail(lambda: client.send(POST))

    assert isinstance(failure, Rejected)
    assert str(status) in failure.reason


@pytest.mark.parametrize("content", [b"null", b"[]", b"{}", b'{"id":7}', b'{"error":{"code":100}}', b"\xff"])
@pytest.mark.parametrize("post", [POST, ILLUSTRATED], ids=["text", "picture"])
def test_a_success_that_names_no_post_is_a_doubt(
    page: FacebookSimulator, client: FacebookClient, post: Post, content: bytes
) -> None:
    page.arm_fault(Fault(change=lambda _: Answer(200, content)))

    assert type(fail(lambda: client.send(post))) is Unclear
    assert len(page.accepted) == 1


def test_a_platform_that_echoes_our_keys_makes_us_print_none(page: FacebookSimulator, client: FacebookClient) -> None:
    secrets = page.environment()
    for code in (100, 190, 32, 1):
        _refuse(page, code, error_user_msg=" ".join(secrets.values()))
        reason = str(fail(lambda: client.send(POST)))
        assert find_leaks(reason, secrets) == []
        assert "[secret]" in reason


def test_a_copy_on_the_last_page_is_found_and_the_oldest_one_wins(
    page: FacebookSimulator, client: FacebookClient, clock: Clock
) -> None:
    oldest = client.send(POST)
    for number in range(12):
        clock.advance(timedelta(seconds=1))
        page.publish_by_hand(f"Something else, number {number}")
    page.publish_by_hand(POST.text)
    page.page_size = 5

    assert client.find(POST, SINCE) == oldest


def test_what_is_older_than_a_quarter_of_an_hour_before_is_another(client: FacebookClient, clock: Clock) -> None:
    client.send(POST)

    assert client.find(POST, clock() + timedelta(minutes=15)) is not None
    assert client.find(POST, clock() + timedelta(minutes=15, seconds=1)) is None


def test_a_list_that_never_ends_is_not_an_empty_one(page: FacebookSimulator, client: FacebookClient) -> None:
    for _ in range(40):
        _answer(page, answer_json(200, {"data": [], "paging": {"next": "https://x/?after=1"}}), publishing=False)

    assert isinstance(fail(lambda: client.find(POST, SINCE)), RetryLater)


def test_an_empty_part_is_not_the_end_of_the_list(page: FacebookSimulator, client: FacebookClient) -> None:
    receipt = client.send(POST)
    more = f"https://{HOST}/v26.0/1/published_posts?fields=id,message&limit=100&access_token={page.page_token}"
    _answer(page, answer_json(200, {"data": [], "paging": {"next": more}}), publishing=False)

    assert client.find(POST, SINCE) == receipt


@pytest.mark.parametrize("content", [{}, {"paging": {}}, {"data": None}, {"data": [{}]}, {"data": [{"id": 5}]}])
def test_a_part_of_the_list_never_passes_for_the_whole(
    page: FacebookSimulator, client: FacebookClient, content: object
) -> None:
    _answer(page, answer_json(200, content), publishing=False)

    assert isinstance(fail(lambda: client.find(POST, SINCE)), RetryLater)


@pytest.mark.parametrize("address", ["http://[", "?", "//\0", "https://example.com/elsewhere?limit=100"])
def test_an_odd_address_of_the_next_part_leads_nowhere_else(
    page: FacebookSimulator, client: FacebookClient, address: str
) -> None:
    client.send(POST)
    _answer(page, answer_json(200, {"data": [], "paging": {"next": address}}), publishing=False)

    client.find(PROBLEM, SINCE)

    assert {request.path for request in page.heard[1:]} == {f"/v26.0/{page.page_id}/published_posts"}
    assert page.strangers() == 0


def test_a_forbidden_timeline_is_for_a_person(page: FacebookSimulator, client: FacebookClient) -> None:
    page.hides_timeline = True

    failure = fail(lambda: client.find(POST, SINCE))

    assert isinstance(failure, Rejected)
    assert failure.stops


def test_a_persons_own_words_about_the_same_link_are_not_ours(page: FacebookSimulator, client: FacebookClient) -> None:
    page.publish_by_hand(f"Sorry for the trouble with cards today, more at {POST.link}")

    assert client.find(POST, SINCE) is None


@pytest.mark.parametrize(
    "text", ["Fish & chips <late> “again”", "Zaz\u0307o\u0301łc\u0301", "two\n\n\nlines", "👩‍🚒 日本"]
)
def test_a_text_is_found_and_read_as_it_was_written(client: FacebookClient, text: str) -> None:
    receipt = client.send(Post(key="k", text=text))

    assert client.find(Post(key="k", text=text), SINCE) == receipt
    assert client.read(receipt.remote_id) == text
