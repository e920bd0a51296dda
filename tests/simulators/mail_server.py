"""A mail server that misbehaves on command, at any step of a session."""

import asyncio
import logging
import socket
import ssl
from datetime import timedelta
from enum import StrEnum
from typing import Any, Protocol

import msgspec
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import MISSING, SMTP, Envelope, Session

from tests.simulators.loopback import Ending

# Nobody holds a connection longer, whatever a test does.
PATIENCE = 10.0

# The server writes down what it hears, and tests look for leaks in everything that is logged.
logging.getLogger("mail.log").setLevel(logging.CRITICAL)


class Step(StrEnum):
    """Where in a session something happens; DOT is the end of a message."""

    GREETING = "greeting"
    EHLO = "EHLO"
    AUTH = "AUTH"
    MAIL = "MAIL"
    RCPT = "RCPT"
    DATA = "DATA"
    DOT = "dot"
    RSET = "RSET"
    QUIT = "QUIT"


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """What happens at the next such step.

    `accepts`: whether a message is taken all the same, and `later`: how much later, by the platform's clock.
    """

    step: Step = Step.DOT
    answer: bytes = b"250 2.0.0 OK: queued"
    accepts: bool = False
    later: timedelta = timedelta()
    ending: Ending = Ending.WHOLE


class Rules(Protocol):
    """What the platform behind the server decides; called in the server's thread."""

    def meet(self, step: Step) -> Fault | None:
        """What goes wrong at this step of a session."""

    def is_account(self, mechanism: str, user: bytes, password: bytes) -> bool:
        """Whether somebody may log in."""

    def judge_sender(self, address: str) -> str:
        """The refusal of a sender, empty where it is fine."""

    def judge_receiver(self, address: str) -> str:
        """The refusal of a receiver, empty where it is fine."""

    def take(self, message: bytes, fault: Fault | None) -> str:
        """The answer to a whole message, which takes effect as the fault wants it."""

    def watch(self, door: object, *, is_open: bool) -> None:
        """A connection was made, or is over."""


class Encryption(msgspec.Struct, frozen=True):
    """TLS with this certificate, from the first byte or on request; no login is taken without it."""

    certificate: ssl.SSLContext
    at_once: bool


class MailServer(Controller):
    """A server in a thread, on a port of its own of 127.0.0.1, or on that of a server which has stopped."""

    def __init__(self, rules: Rules, largest: int, encryption: Encryption | None = None, port: int = 0) -> None:
        self.rules, self.largest, self.encryption = rules, largest, encryption
        self._socket = socket.create_server(("127.0.0.1", port))
        at_once = encryption.certificate if encryption and encryption.at_once else None
        super().__init__(_Hooks(rules), "127.0.0.1", self._socket.getsockname()[1], ssl_context=at_once)

    def factory(self) -> SMTP:
        """What talks with one client."""
        on_request = self.encryption if self.encryption and not self.encryption.at_once else None
        return _Door(
            self.rules,
            self.handler,
            data_size_limit=self.largest,
            auth_callback=self.rules.is_account,
            auth_require_tls=on_request is not None,
            tls_context=on_request.certificate if on_request else None,
            timeout=PATIENCE,
            hostname="mail.example.com",
        )

    def stop(self, no_assert: bool = True) -> None:
        """Stop listening; connections to the port are refused from now on."""
        if self._thread is not None:
            super().stop(no_assert)
        self._socket.close()

    def _create_server(self) -> Any:
        return self.loop.create_server(self._factory_invoker, sock=self._socket, ssl=self.ssl_context)


class _Door(SMTP):
    """One session."""

    def __init__(self, rules: Rules, hooks: "_Hooks", **options: Any) -> None:
        self.rules = rules
        # A login that is refused in one way is refused in every way.
        self.login_fault: Fault | None = None
        super().__init__(hooks, **options)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.rules.watch(self, is_open=True)

    def connection_lost(self, error: Exception | None) -> None:
        super().connection_lost(error)
        self.rules.watch(self, is_open=False)

    async def _handle_client(self) -> None:
        if fault := self.rules.meet(Step.GREETING):
            await self.push(await self.misbehave(fault))
        await super()._handle_client()

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 - the library's name
        """The request to write a message, before any of it."""
        if fault := self.rules.meet(Step.DATA):
            await self.push(await self.misbehave(fault))
        else:
            await super().smtp_DATA(arg)

    async def misbehave(self, fault: Fault) -> bytes:
        """The answer that goes out instead of the true one, unless the connection ends before it does."""
        transport = self.transport
        assert isinstance(transport, asyncio.Transport)
        match fault.ending:
            case Ending.WHOLE:
                return fault.answer
            case Ending.HALF:
                transport.write(fault.answer[: len(fault.answer) // 2])
                transport.close()
            case Ending.NONE:
                transport.abort()
        try:
            # The end of the connection ends this as well; where it is HELD, the client goes away.
            return await asyncio.Future()
        finally:
            transport.close()


class _Hooks:
    """What the server library calls at each step."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules

    async def handle_EHLO(  # noqa: N802
        self, door: _Door, session: Session, envelope: Envelope, name: str, answers: list[str]
    ) -> list[str]:
        session.host_name = name
        fault = self.rules.meet(Step.EHLO)
        return [(await door.misbehave(fault)).decode()] if fault else answers

    async def handle_AUTH(self, door: _Door, session: Session, envelope: Envelope, words: list[str]) -> Any:  # noqa: N802
        door.login_fault = door.login_fault or self.rules.meet(Step.AUTH)
        return await door.misbehave(door.login_fault) if door.login_fault else MISSING

    async def handle_MAIL(  # noqa: N802
        self, door: _Door, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> Any:
        refusal = "" if session.authenticated else "530 5.7.0 Authentication required"
        return await self._meet(Step.MAIL, door, refusal or self.rules.judge_sender(address))

    async def handle_RCPT(  # noqa: N802
        self, door: _Door, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> Any:
        return await self._meet(Step.RCPT, door, self.rules.judge_receiver(address))

    async def handle_DATA(self, door: _Door, session: Session, envelope: Envelope) -> Any:  # noqa: N802
        fault = self.rules.meet(Step.DOT)
        answer = self.rules.take(envelope.original_content or b"", fault)
        return await door.misbehave(fault) if fault else answer

    async def handle_RSET(self, door: _Door, session: Session, envelope: Envelope) -> Any:  # noqa: N802
        return await self._meet(Step.RSET, door)

    async def handle_QUIT(self, door: _Door, session: Session, envelope: Envelope) -> Any:  # noqa: N802
        return await self._meet(Step.QUIT, door)

    async def _meet(self, step: Step, door: _Door, refusal: str = "") -> Any:
        if fault := self.rules.meet(step):
            return await door.misbehave(fault)
        return refusal or MISSING
