"""A mail server with one account, and behind it a list that sends on what it is sent.

| rule | known from |
|---|---|
| the dialogue, its codes, 421 at any moment | documented (RFC 5321, October 2008) |
| without a login: 530; a wrong one: 535 | documented (RFC 4954, July 2007) |
| a sender that is not the account's: 553 5.7.1 | documented (Postfix, `reject_sender_login_mismatch`) |
| a list that does not exist: 550 5.1.1 | documented (RFC 3463, January 2003); others take it and send a bounce |
| a list that the sender may not write to: 550 5.7.2 | documented (RFC 3463); most lists answer by mail instead |
| a message larger than the server announces: 552 | documented (RFC 1870, November 1995) |
| too many messages: 450 4.7.1 | guessed |
| an error in answer to the whole message means that it was not taken | documented (RFC 5321, 4.2.1) |
| a copy, which has a Message-ID that the list knows, reaches nobody | seen (Sympa); others send it on |
| a message that is not wholly well-formed: 554 5.6.0 | guessed: real servers are less strict |

A session shows only at its end whether it publishes something, so that the refusals of a login, a sender or a list
meet the next session of either sort.
"""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from threading import Condition, RLock
from typing import Any, ClassVar, Self

import msgspec

from sitegen.model import Channel
from tests.simulators.base import Accepted, Identity, Simulator, Trouble
from tests.simulators.loopback import Ending
from tests.simulators.mail_server import PATIENCE, Encryption, Fault, MailServer, Step

_ONCE = ("From", "To", "Subject", "Date", "Message-ID")


class Letter(msgspec.Struct, frozen=True):
    """One message that the server took, at a moment (UTC) of its clock."""

    raw: bytes
    at: datetime

    @property
    def message(self) -> EmailMessage:
        """The message, read by the newer of the library's interfaces."""
        return message_from_bytes(self.raw, policy=policy.SMTP)

    @property
    def text(self) -> str:
        """Its words as they were written."""
        body = self.message.get_body(("plain",))
        assert body is not None
        return str(body.get_content()).replace("\r\n", "\n").removesuffix("\n")


class EmailSimulator(Simulator):
    """One account of one server; the attributes without underscore are switches for tests."""

    kind = "email"
    largest: ClassVar[int] = 3_000_000
    identity = Identity.VALIDITY
    # Here a server's error says that nothing was taken, and nobody is sent elsewhere.
    spared: ClassVar[frozenset[Trouble]] = frozenset({Trouble.BROKEN, Trouble.BROKEN_AFTER, Trouble.REDIRECTED})
    faults: ClassVar[Mapping[Trouble, Fault]] = {
        Trouble.DROPPED: Fault(ending=Ending.NONE),
        Trouble.DROPPED_AFTER: Fault(accepts=True, ending=Ending.NONE),
        Trouble.BROKEN_ODDLY: Fault(accepts=True, answer=b"999 Internal error"),
        Trouble.ACCEPTED_LATE: Fault(accepts=True, later=Simulator.late, ending=Ending.HELD),
        Trouble.ANSWERED_LATE: Fault(accepts=True, ending=Ending.HELD),
        Trouble.TRUNCATED: Fault(accepts=True, ending=Ending.HALF),
        Trouble.EMPTY: Fault(accepts=True, answer=b""),
        Trouble.GARBAGE: Fault(accepts=True, answer=b"<!doctype html><p>Welcome back</p>"),
        Trouble.OVERSIZED: Fault(accepts=True, answer=b"250 " + b" " * 8_000_000),
        Trouble.RATE_LIMITED: Fault(step=Step.MAIL, answer=b"450 4.7.1 Error: too much mail"),
        Trouble.TOKEN_DEAD: Fault(step=Step.AUTH, answer=b"535 5.7.8 Error: authentication failed"),
        Trouble.FORBIDDEN: Fault(step=Step.RCPT, answer=b"550 5.7.2 You may not write to this list"),
        Trouble.INVALID: Fault(answer=b"554 5.6.0 Malformed message"),
    }

    def __init__(self, clock: Callable[[], datetime], encryption: Encryption | None = None) -> None:
        super().__init__(clock)
        self.list, self.sender = "status-announce@lists.example.com", "status@example.com"
        # Values with characters that URLs and base64 change, so that leaks of every form are noticed.
        self.user, self.password = "canary+user@example.com", "canary&4/z?~=="
        self.heard: list[Step] = []
        self.letters: list[Letter] = []
        self._mailbox: dict[str, str] = {}
        self._published: list[Accepted] = []
        self._armed: list[Fault] = []
        self._pending: list[tuple[datetime, bytes]] = []
        self._open: set[object] = set()
        self._lock, self._quiet = RLock(), Condition()
        self._server = MailServer(self, self.largest, encryption)

    def __enter__(self) -> Self:
        self._server.start()
        # The library tries it out.
        self.heard.clear()
        return self

    def __exit__(self, *exception: object) -> None:
        self._server.stop()

    @property
    def port(self) -> int:
        """Where on 127.0.0.1 the server listens."""
        return self._server.port

    def channel(self, account: str = "") -> Channel:
        """Settings of a channel to this list (or that other address), through this server."""
        address = f"smtp://127.0.0.1:{self.port}"
        return Channel(name="email", kind=self.kind, account=account or self.list, thread=True, api_url=address)

    def environment(self) -> Mapping[str, str]:
        """The variables with credentials that this server takes for `channel()`."""
        return {
            "SITEGEN_EMAIL_USER": self.user,
            "SITEGEN_EMAIL_PASSWORD": self.password,
            "SITEGEN_EMAIL_SENDER": f"Example Pay <{self.sender}>",
        }

    def arm(self, trouble: Trouble, *, publishing: bool = True) -> None:
        """Let this happen to the next session of that sort; UNREACHABLE to all of them, until `reopen`."""
        if trouble is Trouble.UNREACHABLE:
            self._server.stop()
            return
        fault = self.faults[trouble]
        if fault.step is Step.DOT and not publishing:
            fault = msgspec.structs.replace(fault, step=Step.RSET)
        self.arm_fault(fault)

    def arm_fault(self, fault: Fault) -> None:
        """Let this happen at the next such step; several are used up in order."""
        with self._lock:
            self._armed.append(fault)

    def reopen(self) -> None:
        """Listen again, at the same address."""
        self._server = MailServer(self, self.largest, self._server.encryption, self.port)
        self._server.start()

    @property
    def accepted(self) -> tuple[Accepted, ...]:
        """What subscribers were sent, in order; waits until no session is open."""
        with self._quiet:
            assert self._quiet.wait_for(lambda: not self._open, PATIENCE), "a session never ended"
        with self._lock:
            self._take_late()
            return tuple(self._published)

    def standing(self) -> Mapping[str, str]:
        """What lies in the subscribers' mailboxes: texts by Message-ID."""
        with self._lock:
            self._take_late()
            return dict(self._mailbox)

    def shown_picture(self, remote_id: str) -> tuple[bytes, str]:
        """The picture that is attached to a message, and what describes it; both empty where there is none."""
        message = next(letter.message for letter in self.letters if letter.message["Message-ID"] == remote_id)
        attached = ((part.get_content(), part["Content-Description"]) for part in message.iter_attachments())
        return next(((picture, str(words or "")) for picture, words in attached), (b"", ""))

    def publish_by_hand(self, text: str) -> str:
        """A person writes to the list; the Message-ID. Not part of `accepted`."""
        with self._lock:
            remote_id = f"<{len(self._mailbox)}@people.example.com>"
            self._mailbox[remote_id] = text
            return remote_id

    def strangers(self) -> int:
        """None: SMTP knows no redirects."""
        return 0

    def meet(self, step: Step) -> Fault | None:
        """What goes wrong at this step of a session."""
        with self._lock:
            self.heard.append(step)
            fault = next((fault for fault in self._armed if fault.step is step), None)
            if fault:
                self._armed.remove(fault)
            return fault

    def is_account(self, mechanism: str, user: bytes, password: bytes) -> bool:
        """Whether somebody may log in."""
        return (user.decode(), password.decode()) == (self.user, self.password)

    def judge_sender(self, address: str) -> str:
        """The refusal of a sender, empty where it is fine."""
        return "" if address == self.sender else f"553 5.7.1 <{address}>: not owned by user {self.user}"

    def judge_receiver(self, address: str) -> str:
        """The refusal of a receiver, empty where it is fine."""
        return "" if address == self.list else f"550 5.1.1 <{address}>: no such address"

    def take(self, message: bytes, fault: Fault | None) -> str:
        """The answer to a whole message, which takes effect now, later, or never."""
        now = self.clock()
        with self._lock:
            if fault is None or (fault.accepts and not fault.later):
                return self._take(Letter(message, now))
            if fault.accepts:
                self._pending.append((now + fault.later, message))
            return ""

    def watch(self, door: object, *, is_open: bool) -> None:
        """A connection was made, or is over."""
        with self._quiet:
            (self._open.add if is_open else self._open.discard)(door)
            self._quiet.notify_all()

    def _take_late(self) -> None:
        now = self.clock()
        for due, message in [entry for entry in self._pending if entry[0] <= now]:
            self._pending.remove((due, message))
            self._take(Letter(message, due))

    def _take(self, letter: Letter) -> str:
        if fault := _find_fault(letter, self.sender, self.list):
            return f"554 5.6.0 {fault}"
        self.letters.append(letter)
        remote_id = str(letter.message["Message-ID"])
        if remote_id not in self._mailbox:
            self._mailbox[remote_id] = letter.text
            reply_to = str(letter.message.get("In-Reply-To", ""))
            self._published.append(Accepted(remote_id=remote_id, text=letter.text, at=letter.at, reply_to=reply_to))
        return "250 2.0.0 OK: queued"


def open_simulator(clock: Callable[[], datetime]) -> EmailSimulator:
    """The simulator of this kind, not yet running."""
    return EmailSimulator(clock)


def _find_fault(letter: Letter, sender: str, receiver: str) -> str:
    """What is wrong with a message, in a few words; empty where nothing is."""
    raw, message = letter.raw, letter.message
    if not raw.isascii() or re.search(rb"(?<!\r)\n|\r(?!\n)|\0", raw):
        return "a byte that no line of a mail holds"
    if max(map(len, raw.split(b"\r\n"))) > 998:
        return "a line of more than 998 characters"
    if any(len(message.get_all(name, [])) != 1 for name in _ONCE):
        return "a header is missing, or stands twice"
    if defects := [defect for part in message.walk() for defect in _find_defects(part)]:
        return f"{defects[0]!r}"
    if [one.addr_spec for one in message["From"].addresses + message["To"].addresses] != [sender, receiver]:
        return "somebody else stands in the headers than on the envelope"
    return ""


def _find_defects(part: Any) -> list[Exception]:
    return [*part.defects, *(defect for header in part.values() for defect in header.defects)]
