"""E-mail on the wire: what is sent, and what the answers of a mail server mean at each step."""

import re
from collections.abc import Iterator
from datetime import timedelta

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sitegen.channel import Client, Post, Rejected, RetryLater, Unclear
from sitegen.channels import CHANNELS
from sitegen.channels.credentials import collect
from sitegen.channels.email import open_client as open_email
from tests.channels.contract import LIMITS, POST, fail, find_leaks, open_client
from tests.simulators.base import Clock, Trouble
from tests.simulators.email import EmailSimulator
from tests.simulators.loopback import Ending
from tests.simulators.mail_server import Fault, Step

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def mail(clock: Clock) -> Iterator[EmailSimulator]:
    with EmailSimulator(clock) as running:
        yield running


@pytest.fixture
def client(mail: EmailSimulator) -> Client:
    return open_client(mail)


def _post(text: str = POST.text, *, title: str = POST.title, reply_to: str = "", key: str = POST.key) -> Post:
    return Post(key=key, text=text, title=title, reply_to=reply_to)


def test_a_message_says_who_what_and_when_and_that_nobody_need_answer(mail: EmailSimulator, client: Client) -> None:
    receipt = client.send(POST)

    [letter] = mail.letters
    assert dict(letter.message) == {
        "MIME-Version": "1.0",
        "Content-Type": 'text/plain; charset="utf-8"',
        "Content-Transfer-Encoding": "quoted-printable",
        "From": "Example Pay <status@example.com>",
        "To": "status-announce@lists.example.com",
        "Subject": "Card payments",
        "Date": "Mon, 23 Nov 2026 03:31:00 +0000",
        "Message-ID": "<3f1d@example.com>",
        "Auto-Submitted": "auto-generated",
    }
    assert (receipt.remote_id, receipt.url) == ("<3f1d@example.com>", "")


def test_a_message_without_a_title_is_named_by_its_first_line(mail: EmailSimulator, client: Client) -> None:
    client.send(_post(title=""))

    assert mail.letters[0].message["Subject"] == "Card payments fail for some customers."


def test_what_is_said_later_hangs_below_what_was_said_before(mail: EmailSimulator, client: Client) -> None:
    first = client.send(POST)
    client.send(_post("They work again.", reply_to=first.remote_id, key="77aa"))

    message = mail.letters[1].message
    assert message["In-Reply-To"] == message["References"] == first.remote_id
    assert [accepted.reply_to for accepted in mail.accepted] == ["", first.remote_id]


@pytest.mark.parametrize("written", ["https://lists.example.com/archive/7.html", "<a@b>\r\nBcc: <c@d>", "<a b@c>", "7"])
def test_an_address_that_a_person_wrote_into_the_ledger_makes_no_header(
    mail: EmailSimulator, client: Client, written: str
) -> None:
    client.send(_post(reply_to=written))

    assert {"In-Reply-To", "References", "Bcc"} & set(mail.letters[0].message) == set()


def test_of_a_message_that_is_sent_again_only_the_date_differs(
    mail: EmailSimulator, client: Client, clock: Clock
) -> None:
    post = msgspec.structs.replace(POST, picture=PICTURE, alt="A graph")
    client.send(post)
    clock.advance(timedelta(minutes=7))
    client.send(post)

    first, second = (letter.raw.split(b"\r\n") for letter in mail.letters)
    assert [(one, other) for one, other in zip(first, second, strict=True) if one != other] == [
        (b"Date: Mon, 23 Nov 2026 03:31:00 +0000", b"Date: Mon, 23 Nov 2026 03:38:00 +0000")
    ]
    assert len(mail.accepted) == 1


@pytest.mark.parametrize(
    ("picture", "kind"),
    [
        (PICTURE, "png"),
        (b"\xff\xd8\xff\xe0 and so on", "jpeg"),
        (b"RIFF\x10\0\0\0WEBPVP8 and so on", "webp"),
        (b"\0\0\0\x1cftypavif and so on", "avif"),
    ],
)
def test_a_picture_is_attached_with_its_words(mail: EmailSimulator, client: Client, picture: bytes, kind: str) -> None:
    client.send(msgspec.structs.replace(POST, picture=picture, alt="Dwie krzywe:\nobie rosną"))

    [attached] = mail.letters[0].message.iter_attachments()
    assert attached.get_content_type() == f"image/{kind}"
    assert attached.get_filename() == f"picture.{kind}"
    assert attached.get_content() == picture
    assert attached["Content-Description"] == "Dwie krzywe: obie rosną"
    assert mail.accepted[0].text == POST.text


@pytest.mark.parametrize(
    "text",
    [
        ".\n..\n.dot",
        "From the start\nFrom here on",
        "long " * 1000,
        "x" * 5000,
        "trailing \n\ttab\n\n\nlines\n",
        "Zażółć “gęślą” — 日本 👩‍🚒",
        "=20 =3D --=_3f1d--",
        "\x00\x1b[31m\x7f",
    ],
)
def test_a_text_arrives_as_it_was_written(mail: EmailSimulator, client: Client, text: str) -> None:
    client.send(msgspec.structs.replace(_post(text), picture=PICTURE))

    assert mail.accepted[0].text == text


@pytest.mark.parametrize(
    "title",
    [
        "Payments\r\nBcc: everybody@example.com\r\n\r\nWe are closed",
        "Payments\n\nWe are closed",
        "=?utf-8?q?Payments=0D=0ABcc:_everybody=40example.com?=",
        "=?utf-8?b?UGF5bWVudHMNCkJjYzogeEBleGFtcGxlLmNvbQ==?= fail",
        "Payments\x0b\x0c\x1c\x85\u2028Bcc: x",
    ],
)
def test_no_title_makes_a_header(mail: EmailSimulator, client: Client, title: str) -> None:
    client.send(POST)
    client.send(_post(title=title, key="77aa"))

    plain, odd = (letter.message for letter in mail.letters)
    assert odd.keys() == plain.keys()
    assert odd["Subject"] == " ".join(title.split())
    assert mail.letters[1].text == POST.text


def test_every_title_arrives_whole(mail: EmailSimulator) -> None:
    @settings(max_examples=60, deadline=None)
    @given(
        title=st.text(st.characters(codec="utf-8"), min_size=1, max_size=200).filter(str.strip),
        key=st.text("0123456789abcdef", min_size=32, max_size=32),
    )
    def check(title: str, key: str) -> None:
        open_client(mail).send(_post(title=title, key=key))

        assert str(mail.letters[-1].message["Subject"]) == " ".join(title.split())
        assert max(len(word) for word in re.findall(rb"=\?utf-8\?\S+\?=", mail.letters[-1].raw) or [b""]) <= 75

    check()


@pytest.mark.parametrize("name", ["Example Pay", "Płatności, sp. z o.o.", '"Example, Pay"', "Pay (status)", ""])
def test_a_sender_may_have_a_name(mail: EmailSimulator, name: str) -> None:
    secrets = {**mail.environment(), "SITEGEN_EMAIL_SENDER": f"{name} <{mail.sender}>".lstrip()}
    open_email(mail.channel(), collect("email", secrets), clock=mail.clock, limits=LIMITS).send(POST)

    [sender] = mail.letters[0].message["From"].addresses
    assert (sender.display_name, sender.addr_spec) == (name.strip('"'), mail.sender)


def test_long_ids_stay_on_their_line(mail: EmailSimulator) -> None:
    mail.sender = f"status@{'status-of-a-company-with-a-long-name.' * 4}example.com"
    first = open_client(mail).send(_post(key="0" * 32))
    open_client(mail).send(_post(key="1" * 32, reply_to=first.remote_id))

    raw = mail.letters[1].raw
    assert f"\r\nReferences: {first.remote_id}\r\n".encode() in raw
    assert f"\r\nIn-Reply-To: {first.remote_id}\r\n".encode() in raw


def test_asking_who_it_is_tries_login_sender_and_list_and_writes_nothing(mail: EmailSimulator, client: Client) -> None:
    account = client.identify()

    assert account.handle == mail.list
    assert mail.heard == [Step.GREETING, Step.EHLO, Step.AUTH, Step.MAIL, Step.RCPT, Step.RSET, Step.QUIT]
    assert mail.letters == []


@pytest.mark.parametrize(("what", "step"), [("password", "login"), ("sender", "sender"), ("list", "list")])
def test_what_is_wrong_is_found_before_the_first_post(mail: EmailSimulator, what: str, step: str) -> None:
    client = open_client(mail)
    setattr(mail, what, "another@example.com")

    failure = fail(client.identify)

    assert isinstance(failure, Rejected)
    assert failure.stops
    assert f"refused the {step}" in failure.reason


def test_a_wrong_password_is_told_by_the_servers_own_code(mail: EmailSimulator, client: Client) -> None:
    mail.password = "renewed"

    assert "127.0.0.1: 535 5.7.8" in str(fail(client.identify))


@pytest.mark.parametrize(
    ("step", "code", "kind", "stops"),
    [
        (Step.GREETING, 554, Rejected, True),
        (Step.GREETING, 421, RetryLater, False),
        (Step.EHLO, 421, RetryLater, False),
        (Step.AUTH, 535, Rejected, True),
        (Step.AUTH, 454, RetryLater, False),
        (Step.MAIL, 553, Rejected, True),
        (Step.MAIL, 552, Rejected, False),
        (Step.MAIL, 451, RetryLater, False),
        (Step.RCPT, 550, Rejected, True),
        (Step.RCPT, 450, RetryLater, False),
        (Step.RCPT, 421, RetryLater, False),
        (Step.DATA, 554, Rejected, False),
        (Step.DATA, 451, RetryLater, False),
        (Step.DATA, 250, RetryLater, False),
        (Step.DOT, 552, Rejected, False),
        (Step.DOT, 554, Rejected, False),
        (Step.DOT, 451, RetryLater, False),
        (Step.DOT, 421, RetryLater, False),
        (Step.DOT, 354, Unclear, False),
    ],
)
def test_an_answer_says_at_each_step_what_became_of_the_message(
    mail: EmailSimulator, client: Client, step: Step, code: int, kind: type[Exception], stops: bool
) -> None:
    mail.arm_fault(Fault(step=step, answer=f"{code} Because of this".encode()))

    failure = fail(lambda: client.send(POST))

    assert type(failure) is kind
    assert f"127.0.0.1: {code} Because of this" in failure.reason
    assert getattr(failure, "stops", False) is stops
    assert mail.accepted == ()


@pytest.mark.parametrize("step", [step for step in Step if step not in (Step.DOT, Step.RSET, Step.QUIT)])
@pytest.mark.parametrize("ending", [Ending.NONE, Ending.HALF, Ending.HELD])
def test_before_the_message_nothing_is_a_doubt(
    mail: EmailSimulator, client: Client, step: Step, ending: Ending
) -> None:
    mail.arm_fault(Fault(step=step, ending=ending))

    assert type(fail(lambda: client.send(POST))) is RetryLater
    assert mail.accepted == ()
    assert Step.DOT not in mail.heard


@pytest.mark.parametrize(
    "fault",
    [
        Fault(step=Step.QUIT, ending=Ending.NONE),
        Fault(step=Step.QUIT, ending=Ending.HELD),
        Fault(step=Step.QUIT, answer=b"554 No"),
        Fault(step=Step.QUIT, answer=b"\xff\xfe"),
    ],
)
def test_a_bad_goodbye_takes_nothing_back(mail: EmailSimulator, client: Client, fault: Fault) -> None:
    mail.arm_fault(fault)

    assert client.send(POST).remote_id == mail.accepted[0].remote_id


def test_a_message_that_is_too_large_stops_itself_and_not_the_channel(mail: EmailSimulator, client: Client) -> None:
    failure = fail(lambda: client.send(msgspec.structs.replace(POST, picture=PICTURE * 600)))

    assert isinstance(failure, Rejected)
    assert not failure.stops
    assert "552" in failure.reason
    assert Step.DATA not in mail.heard


def test_a_server_that_echoes_our_secrets_makes_us_print_none(mail: EmailSimulator, client: Client) -> None:
    echo = "\r\n550-".join(["", *mail.environment().values()])
    mail.arm_fault(Fault(step=Step.RCPT, answer=f"550-{echo}\r\n550 \x1b[31mno{'!' * 2000}".encode()))

    failure = fail(client.identify)

    assert isinstance(failure, Rejected)
    assert find_leaks(failure.reason, mail.environment()) == []
    assert "[secret]" in failure.reason
    assert failure.reason.isprintable()
    assert len(failure.reason) < 400


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PASSWORD", "zażółć-canary"),
        ("USER", "zażółć-canary"),
        ("SENDER", "canary"),
        ("SENDER", "canary@one.example, canary@two.example"),
        ("SENDER", "canary@żółć.example"),
        ("SENDER", "canary@example.com>\r\nBcc: <x@example.com"),
    ],
)
def test_a_secret_that_can_not_be_used_is_named_and_never_quoted(mail: EmailSimulator, name: str, value: str) -> None:
    secrets = {**mail.environment(), f"SITEGEN_EMAIL_{name}": value}

    with pytest.raises(Rejected, match=f"SITEGEN_EMAIL_{name}") as caught:
        open_email(mail.channel(), collect("email", secrets), clock=mail.clock, limits=LIMITS)
    assert caught.value.stops
    assert "canary" not in caught.value.reason


@pytest.mark.parametrize("to", ["", "everybody", "a@example.com, b@example.com", "lista@żółć.example", "a@b c"])
def test_a_list_has_one_address(mail: EmailSimulator, to: str) -> None:
    channel = msgspec.structs.replace(mail.channel(), account=to)

    with pytest.raises(Rejected, match="`to` of the channel `email`") as caught:
        CHANNELS["email"].open_client(channel, collect("email", mail.environment()), clock=mail.clock)
    assert caught.value.stops


def test_a_doubt_is_settled_by_sending_again(mail: EmailSimulator, client: Client) -> None:
    for trouble in (Trouble.DROPPED, Trouble.ANSWERED_LATE, Trouble.GARBAGE):
        mail.arm(trouble)
        assert type(fail(lambda: client.send(POST))) is Unclear
    client.send(POST)

    assert len(mail.accepted) == 1
    assert len(mail.letters) == 3
