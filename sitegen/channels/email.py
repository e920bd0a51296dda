"""E-mail: one message for each announcement to the address of a list, whose provider owns the subscriptions."""

import re
import smtplib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from email import policy
from email.charset import QP, Charset
from email.header import Header
from email.message import Message
from email.mime.image import MIMEImage
from email.mime.multipart import MIMEMultipart
from email.utils import format_datetime, formataddr
from enum import StrEnum
from typing import TypeVar

import msgspec

from sitegen.channel import Account, Guarantee, Post, Receipt, Rejected, RetryLater, Traits, Unclear
from sitegen.channels.credentials import Credentials, prefix_of
from sitegen.channels.limits import Limits
from sitegen.channels.smtp import Server, Session, expect, read_loopback, read_server
from sitegen.model import Channel

SECRETS = ("SERVER", "USER", "PASSWORD", "SENDER")

_PAUSE, _BUSY_PAUSE = timedelta(minutes=1), timedelta(minutes=5)
_LONGEST_REASON = 300
_TOO_LARGE = 552

_NAMED = re.compile(r'"?([^<>"]*?)"?\s*<([^<>]*)>')
_ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*", re.ASCII)
_MESSAGE_ID = re.compile(r"<[!-;=?A-~]+@[!-;=?A-~]+>")
_PICTURES = ((b"\x89PNG", "png"), (b"\xff\xd8\xff", "jpeg"), (b"RIFF", "webp"))

# Of the two interfaces of `email` this is the older one. The newer one reads encoded words in a text that is set, so
# that a title with "=?utf-8?q?=0D=0ABcc:_…?=" adds a header (before Python 3.11.10), and it encodes long message ids.
_FORMAT = policy.compat32.clone(linesep="\r\n", max_line_length=998)
_UTF8 = Charset("utf-8")
_UTF8.body_encoding = QP

TRAITS = Traits(
    guarantee=Guarantee.DROPS_COPIES,
    measure=len,
    limit=None,
    settle=timedelta(),
    long=True,
    threads=True,
    pictures=True,
)


def open_client(
    channel: Channel, credentials: Credentials, *, clock: Callable[[], datetime], limits: Limits
) -> "EmailClient":
    """A client that logs in for each message; raises Rejected where a setting or a secret is missing or wrong.

    An `api_url` stands for the server that is otherwise named among the secrets.
    """
    prefix = prefix_of(channel.name)
    *address, user, password, sender = credentials.require(*SECRETS[bool(channel.api_url) :])
    server = read_server(address[0], f"{prefix}SERVER") if address else read_loopback(channel.api_url)
    if not (user + password).isascii():
        raise Rejected(f"{prefix}USER and {prefix}PASSWORD may hold ASCII characters only.", stops=True)
    route = _Route(
        server=server,
        login=(user, password),
        sender=_read_mailbox(sender, f"{prefix}SENDER"),
        receiver=_read_mailbox(channel.account, f"`to` of the channel `{channel.name}`"),
    )
    return EmailClient(route, credentials.redact, clock, limits)


class _Mailbox(msgspec.Struct, frozen=True):
    name: str
    address: str


class _Route:
    """From whom to whom, and through which server; not a Struct, whose repr would show the password."""

    def __init__(self, *, server: Server, login: tuple[str, str], sender: _Mailbox, receiver: _Mailbox) -> None:
        self.server, self.login, self.sender, self.receiver = server, login, sender, receiver


class _Step(StrEnum):
    """What a server can refuse."""

    SESSION = "the session"
    LOGIN = "the login"
    SENDER = "the sender"
    LIST = "the list"
    MESSAGE = "the message"


_Found = TypeVar("_Found")


class EmailClient:
    """One list, written to through one account of a mail server; see `channel.Client`."""

    traits = TRAITS

    def __init__(
        self, route: _Route, redact: Callable[[str], str], clock: Callable[[], datetime], limits: Limits
    ) -> None:
        self._route, self._redact, self._clock, self._limits = route, redact, clock, limits

    def identify(self) -> Account:
        """The list: the server takes the login, and sender and list for a message that is then not written.

        Whether the list takes this sender's messages, and drops copies, its provider alone knows.
        """
        with self._open() as session:
            self._begin(session)
            self._ask(_Step.SESSION, lambda: expect(2, session.rset()))
        return Account(self._route.receiver.address, self._route.receiver.address)

    def send(self, post: Post) -> Receipt:
        """Hand the message over in one session; lists know a copy by its Message-ID, which is made of the key."""
        message_id = f"<{post.key}@{self._route.sender.address.rpartition('@')[2]}>"
        message = _write(post, message_id, self._route, self._clock())
        with self._open() as session:
            self._begin(session, len(message))
            self._ask(_Step.MESSAGE, lambda: expect(3, session.docmd("DATA")))
            self._ask(_Step.MESSAGE, lambda: session.hand_over(message), publishes=True)
        return Receipt(message_id)

    def find(self, post: Post, since: datetime) -> Receipt | None:
        """There is no timeline."""
        raise Rejected("What was sent by e-mail can't be looked for.")

    def edit(self, remote_id: str, post: Post) -> None:
        """It lies in people's mailboxes."""
        raise Rejected("An e-mail that was sent can't be changed.")

    def delete(self, remote_id: str) -> None:
        """It lies in people's mailboxes."""
        raise Rejected("An e-mail that was sent can't be taken back.")

    def read(self, remote_id: str) -> str | None:
        """It lies in people's mailboxes; None would say that it is gone."""
        raise Rejected("An e-mail that was sent can't be looked at.")

    @contextmanager
    def _open(self) -> Iterator[Session]:
        session = self._ask(_Step.SESSION, lambda: Session(self._route.server, self._limits))
        try:
            self._ask(_Step.LOGIN, lambda: session.enter(*self._route.login))
            yield session
        finally:
            session.leave()

    def _begin(self, session: Session, size: int = 0) -> None:
        sender, receiver = self._route.sender.address, self._route.receiver.address
        options = [f"SIZE={size}"] if session.has_extn("size") else []
        self._ask(_Step.SENDER, lambda: expect(2, session.mail(sender, options)))
        self._ask(_Step.LIST, lambda: expect(2, session.rcpt(receiver)))

    def _ask(self, step: _Step, deed: Callable[[], _Found], *, publishes: bool = False) -> _Found:
        try:
            return deed()
        except Exception as problem:
            failure = self._classify(problem, step, publishes)
        # Raised out here, it carries nothing of the library's exception, which may quote what was sent.
        raise failure

    def _classify(self, problem: Exception, step: _Step, publishes: bool) -> Rejected | RetryLater | Unclear:
        answer = problem if isinstance(problem, smtplib.SMTPResponseException) else None
        code, now = answer.smtp_code if answer else 0, self._clock()
        reason = f"{self._route.server.host}: {self._describe(problem)}"
        if code // 100 == 5 or _is_unable(problem):
            # A message that is too large is refused together with its sender (RFC 1870).
            stops = step is not _Step.MESSAGE and code != _TOO_LARGE
            return Rejected(f"The mail server refused {step}: {reason}", stops=stops)
        if code // 100 == 4:
            # Also in answer to the whole message: it was not taken (RFC 5321, 4.2.1).
            return RetryLater(f"The mail server put off {step}: {reason}", now + _BUSY_PAUSE)
        if publishes:
            return Unclear(f"Perhaps sent: {reason}")
        return RetryLater(f"The mail server is out of reach: {reason}", now + _PAUSE)

    def _describe(self, problem: Exception) -> str:
        said = str(problem) or type(problem).__name__
        if isinstance(problem, smtplib.SMTPResponseException):
            text = problem.smtp_error
            said = f"{problem.smtp_code} {text if isinstance(text, str) else text.decode('utf-8', 'replace')}"
        printable = "".join(letter if letter.isprintable() else " " for letter in self._redact(said))
        return " ".join(printable.split())[:_LONGEST_REASON]


def _is_unable(problem: Exception) -> bool:
    """Whether server and client have no encryption or login in common, as the library says it."""
    return isinstance(problem, smtplib.SMTPNotSupportedError) or type(problem) is smtplib.SMTPException


def _write(post: Post, message_id: str, route: _Route, at: datetime) -> bytes:
    """The message, in ASCII; when it is repeated only `Date` differs, the moment of the attempt."""
    message = Message()
    message.set_payload(f"{post.text}\n", _UTF8)
    if post.picture:
        message = MIMEMultipart("mixed", f"=_{post.key}", [message, _attach(post.picture, post.alt)])
    message["From"] = formataddr((route.sender.name, route.sender.address))
    message["To"] = route.receiver.address
    message["Subject"] = _encode(post.title or post.text.partition("\n")[0])
    message["Date"] = format_datetime(at)
    message["Message-ID"] = message_id
    # A person who settled a doubt may have named an address in the list's archive.
    if _MESSAGE_ID.fullmatch(post.reply_to):
        message["In-Reply-To"] = message["References"] = post.reply_to
    # So that nobody's holiday notice answers (RFC 3834).
    message["Auto-Submitted"] = "auto-generated"
    return message.as_bytes(policy=_FORMAT)


def _attach(picture: bytes, alt: str) -> Message:
    kind = next((kind for start, kind in _PICTURES if picture.startswith(start)), "avif")
    part = MIMEImage(picture, kind)
    part["Content-Disposition"] = f'attachment; filename="picture.{kind}"'
    if alt:
        part["Content-Description"] = _encode(alt)
    return part


def _encode(text: str) -> str:
    """The text on one line of a header; what could mean something there is encoded (RFC 2047)."""
    line = " ".join(text.split())
    is_harmless = line.isascii() and line.isprintable() and "=?" not in line
    name = "us-ascii" if is_harmless else "utf-8"
    return Header(line, name, maxlinelen=75, header_name="Content-Description").encode()


def _read_mailbox(text: str, what: str) -> _Mailbox:
    found = _NAMED.fullmatch(text)
    name, address = found.groups() if found else ("", text)
    if not _ADDRESS.fullmatch(address):
        raise Rejected(f"{what} has to be one e-mail address in ASCII, its host as `xn--…`.", stops=True)
    return _Mailbox(" ".join(name.split()), address)
