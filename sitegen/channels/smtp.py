"""Sessions with a mail server: bounded in time and size, and clear about when a message left."""

import re
import smtplib
import socket
import ssl
from contextlib import suppress
from enum import StrEnum
from io import BufferedReader, RawIOBase
from time import monotonic
from typing import Any

import msgspec

from sitegen.channel import Rejected
from sitegen.channels.limits import Limits
from sitegen.channels.loopback import is_loopback

_PLACE = re.compile(r"(smtps?)://(\[[0-9A-Fa-f:.]+\]|[^/@:\[\]\s]+)(?::([0-9]{1,5}))?/?")
_PORTS = {"smtps": 465, "smtp": 587}


class Tls(StrEnum):
    """When a session is encrypted."""

    AT_ONCE = "smtps"
    ON_REQUEST = "smtp"
    NEVER = "loopback"


class Server(msgspec.Struct, frozen=True):
    """Where a mail server takes messages from those who log in; without TLS on loopback only."""

    host: str
    port: int
    tls: Tls


def read_server(text: str, what: str) -> Server:
    """The server at `smtps://HOST:PORT` or `smtp://HOST:PORT`; raises Rejected naming `what`, and not the text."""
    if not (found := _PLACE.fullmatch(text)):
        raise Rejected(f"{what} has to be `smtps://HOST:465` (TLS) or `smtp://HOST:587` (STARTTLS).", stops=True)
    scheme, host, port = found.groups()
    return Server(host.strip("[]"), int(port or _PORTS[scheme]), Tls(scheme))


def read_loopback(api_url: str) -> Server:
    """The server at `smtp://127.0.0.1:PORT`; raises Rejected where that is anything else."""
    with suppress(Rejected):
        server = read_server(api_url, "`api_url`")
        if is_loopback(server.host) and server.tls is Tls.ON_REQUEST:
            return Server(server.host, server.port, Tls.NEVER)
    raise Rejected(f"`api_url` is {api_url}; by e-mail it may be `smtp://127.0.0.1:PORT` only.", stops=True)


class Session(smtplib.SMTP):
    """One session, from the greeting on; certificates are checked, nothing is logged.

    Up to the message all answers together have `limits.total - limits.answer`, so that a message leaves by then or
    never; the answer to it may take whatever is left of `limits.total` (RFC 5321, 4.5.3.2.6, asks for patience
    there). Raises OSError, SMTPResponseException only with what the server itself answered.
    """

    def __init__(self, server: Server, limits: Limits) -> None:
        self._tls, self._limits, self._room = server.tls, limits, limits.size
        self._patience = limits.answer.total_seconds()
        self._end = monotonic() + (limits.total - limits.answer).total_seconds()
        # The machine's name is nobody's business, and looking it up may take long.
        super().__init__(server.host, server.port, local_hostname="[127.0.0.1]")

    def connect(self, host: str = "localhost", port: int = 0, source_address: object = None) -> tuple[int, bytes]:
        """The greeting."""
        try:
            self.sock = socket.create_connection((host, port), self._limits.connect.total_seconds())
            if self._tls is Tls.AT_ONCE:
                self._bound()
                self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=host)
            return self.getreply()
        except OSError:
            self.close()
            raise

    def enter(self, user: str, password: str) -> None:
        """Log in, encrypted first where that has not happened yet."""
        expect(2, self.ehlo())
        if self._tls is Tls.ON_REQUEST:
            self.starttls(context=ssl.create_default_context())
            expect(2, self.ehlo())
        self.login(user, password)

    def hand_over(self, message: bytes) -> None:
        """The message, after DATA, and the wait for the server's word on it; its lines end in CR LF."""
        self._end += self._patience
        self._patience = self._limits.total.total_seconds()
        self.send(re.sub(rb"(?m)^\.", b"..", message) + b".\r\n")
        expect(2, self.getreply())

    def leave(self) -> None:
        """Say goodbye; whatever happens to that, what was accepted stays accepted."""
        self._patience = self._limits.answer.total_seconds()
        with suppress(OSError):
            self.quit()
        self.close()

    def send(self, s: Any) -> None:
        """Text or bytes, in time."""
        self._bound()
        super().send(s)

    def getreply(self) -> tuple[int, bytes]:
        """A whole answer."""
        if self.file is None:
            self.file = BufferedReader(_Answers(self))
        try:
            code, text = super().getreply()
        except smtplib.SMTPResponseException:
            # The library says 500 to a long line, as if the server had.
            raise ConnectionError("a line of the answer is too long") from None
        if not 200 <= code < 600:
            self.close()
            raise ConnectionError(f"this is not what a mail server answers: {text.decode('utf-8', 'replace')}")
        return code, text

    def receive(self, buffer: Any) -> int:
        """Some bytes of an answer; there is an end to waiting for them, and to their number."""
        self._bound()
        assert self.sock is not None
        count = self.sock.recv_into(buffer)
        self._room -= count
        if count == 0:
            raise ConnectionError("the connection ended before the answer did")
        if self._room < 0:
            raise ConnectionError(f"the answers are longer than {self._limits.size} bytes")
        return count

    def _bound(self) -> None:
        """The next wait ends in time: a socket's own time-out begins anew with every byte."""
        left = self._end - monotonic()
        if left <= 0:
            raise TimeoutError("the mail server took too long")
        if self.sock is not None:
            self.sock.settimeout(min(left, self._patience))


def expect(kind: int, reply: tuple[int, bytes]) -> None:
    """Nothing where the answer begins with this digit; raises SMTPResponseException where it does not."""
    if reply[0] // 100 != kind:
        raise smtplib.SMTPResponseException(*reply)


class _Answers(RawIOBase):
    """What a session reads from; its end is an error."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        return self._session.receive(buffer)
