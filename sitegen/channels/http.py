"""Requests bounded in time and size, never redirected, and clear about what surely was not sent."""

import logging
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from io import BytesIO
from threading import Timer
from time import monotonic
from typing import ClassVar
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager, ProxyManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.response import HTTPResponse

from sitegen.channel import Rejected, RetryLater, Unclear
from sitegen.channels.limits import Limits
from sitegen.channels.loopback import is_loopback

_PAUSE = timedelta(minutes=1)
_RATE_PAUSE = timedelta(minutes=15)
# A gateway gave up waiting for the request: whether the platform had it all, nobody knows.
_REQUEST_TIMEOUT = 408


class Unreached(Exception):  # noqa: N818
    """No connection was made in time (name, network, TLS): surely nothing was sent."""


class Unanswered(Exception):  # noqa: N818
    """The request may have left, and no whole answer came back: perhaps it took effect."""


class Refused(Exception):  # noqa: N818
    """A whole answer came, and its status is not a 2xx."""

    def __init__(self, response: requests.Response) -> None:
        super().__init__(f"{response.status_code} {response.reason}")
        self.status, self.headers, self.body = response.status_code, response.headers, response.content


def classify(
    problem: Exception, *, now: datetime, publishes: bool, redact: Callable[[str], str], detail: str = ""
) -> Rejected | RetryLater | Unclear:
    """What a failed request means for a delivery; `publishes`: it was the request that could have published.

    `detail` is what the platform says in its own words. Its module looks first at what it knows better: codes that
    mean something else, and when a rate limit ends.
    """
    reason = redact(" ".join(filter(None, (str(problem) or type(problem).__name__, detail))))
    match problem:
        case Rejected() | RetryLater() | Unclear():
            return problem
        case Unreached():
            return RetryLater(f"Not reached: {reason}", now + _PAUSE)
        case Refused(status=status) if 300 <= status < 400:
            elsewhere = redact(problem.headers.get("location", "somewhere else"))
            return Rejected(f"Redirected to {elsewhere}, where no credentials are sent.", stops=True)
        case Refused(status=429):
            return RetryLater(f"Too much at once: {reason}", now + _RATE_PAUSE)
        case Refused(status=status) if 400 <= status < 500 and status != _REQUEST_TIMEOUT:
            return Rejected(f"Refused: {reason}", stops=status in (401, 402, 403))
    if publishes:
        return Unclear(f"Perhaps sent: {reason}")
    return RetryLater(f"No usable answer: {reason}", now + _PAUSE)


def open_session(platform: str, api_url: str, limits: Limits) -> requests.Session:
    """A session that reaches `platform` (`https://host`) and nothing else.

    With an `api_url` on loopback the requests are made as for the platform, `Host` and signature included, and go
    there. Raises Rejected where `api_url` is neither empty, the platform's own, nor on loopback. Every request
    raises Unreached, Unanswered or Refused unless it is answered with a 2xx.
    """
    loopback = "" if api_url.rstrip("/") in ("", platform) else _check_loopback(api_url, platform)
    session = requests.Session()
    # Only what is mounted can be reached. Without an `auth` of its own a session takes passwords from ~/.netrc.
    session.adapters.clear()
    session.mount(f"{platform}/", _Gate(limits, loopback))
    session.auth = lambda request: request
    # The other side may close a kept connection at any time, and a post sent into that would be in doubt.
    session.headers["Connection"] = "close"
    return session


def hush(*libraries: str) -> None:
    """Silence below WARNING every logger of libraries that write secrets and signatures at DEBUG."""
    for name in (*libraries, *logging.root.manager.loggerDict):
        if name.partition(".")[0] in libraries:
            logging.getLogger(name).setLevel(logging.WARNING)


def _check_loopback(api_url: str, platform: str) -> str:
    parts = urlsplit(api_url)
    if is_loopback(parts.hostname or ""):
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
    raise Rejected(f"`api_url` is {parts.hostname or ''}; it may be {platform} or an address on loopback.", stops=True)


@contextmanager
def _deadline(end: float, cut: Callable[[], None]) -> Iterator[None]:
    """Cut off what is read inside when `end` (monotonic) comes; raises TimeoutError when it has.

    Time-outs of sockets count from byte to byte: somebody who sends one now and then could hold us for hours.
    """
    timer = Timer(max(0.0, end - monotonic()), cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
    if monotonic() >= end:
        # What was cut off may look like the whole: headers, and a body of no announced length, just end.
        raise TimeoutError("The answer did not end in time.")


class _Bounded(HTTPConnection):
    """A connection whose phases are told apart: until it stands, surely nothing was sent."""

    limits: ClassVar[Limits]

    def connect(self) -> None:
        begun = monotonic()
        self._end = begun + self.limits.total.total_seconds()
        try:
            super().connect()
        except Exception as problem:
            self.close()
            raise Unreached(_root(problem)) from None
        if monotonic() - begun > (self.limits.total - self.limits.answer).total_seconds():
            self.close()
            raise Unreached("Connecting took too long.")

    def getresponse(self) -> HTTPResponse:  # type: ignore[override]
        with _deadline(self._end, self._cut):
            return super().getresponse()

    def _cut(self) -> None:
        with suppress(OSError, AttributeError):
            self.sock.shutdown(socket.SHUT_RDWR)


def _make_pools(bounds: Limits) -> dict[str, type[HTTPConnectionPool]]:
    class Plain(_Bounded):
        limits = bounds

    class Encrypted(_Bounded, HTTPSConnection):
        limits = bounds

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class EncryptedPool(HTTPSConnectionPool):
        ConnectionCls = Encrypted

    return {"http": PlainPool, "https": EncryptedPool}


class _Gate(HTTPAdapter):
    """The one way out of a session."""

    def __init__(self, limits: Limits, loopback: str) -> None:
        self._limits, self._loopback = limits, loopback
        super().__init__()

    def init_poolmanager(self, *arguments: int, **options: object) -> None:
        super().init_poolmanager(*arguments, **options)  # type: ignore[arg-type]
        self._bound(self.poolmanager)

    def proxy_manager_for(self, proxy: str, **options: object) -> ProxyManager:
        manager: ProxyManager = super().proxy_manager_for(proxy, **options)
        self._bound(manager)
        return manager

    def _bound(self, manager: PoolManager) -> None:
        manager.pool_classes_by_scheme = _make_pools(self._limits)

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: object = None,
        verify: bool | str = True,
        cert: object = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """The answer, read whole; raises Unreached, Unanswered or Refused (none of them holds the request)."""
        end = monotonic() + self._limits.total.total_seconds()
        waits = (self._limits.connect.total_seconds(), self._limits.answer.total_seconds())
        way = {} if self._loopback else proxies
        try:
            response = super().send(self._aim(request), True, waits, verify, cert, way)  # type: ignore[arg-type]
            response.raw = BytesIO(self._read(response, end))
        except Unreached as problem:
            failure: Exception = Unreached(str(problem))
        except Exception as problem:
            # Whatever it is, the request may have left.
            failure = Unanswered(_root(problem))
        else:
            if 200 <= response.status_code < 300:
                return response
            failure = Refused(response)
        raise failure

    def _aim(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if not self._loopback:
            return request
        aimed, parts = request.copy(), urlsplit(str(request.url))
        aimed.headers["Host"] = parts.netloc
        aimed.url = f"{self._loopback}{parts.path}?{parts.query}".removesuffix("?")
        return aimed

    def _read(self, response: requests.Response, end: float) -> bytes:
        def cut() -> None:
            # It may have ended by itself at the same moment.
            with suppress(OSError, ValueError, RuntimeError):
                response.raw.shutdown()

        body = bytearray()
        try:
            with _deadline(end, cut):
                for piece in response.raw.stream(64 * 1024, decode_content=True):
                    body += piece
                    if len(body) > self._limits.size:
                        raise Unanswered(f"The answer is longer than {self._limits.size} bytes.")
        finally:
            response.close()
        return bytes(body)


def _root(problem: BaseException) -> str:
    """The innermost cause in words: libraries wrap one exception in four, with addresses of objects in between."""
    while inner := problem.__cause__ or problem.__context__:
        problem = inner
    return str(problem) or type(problem).__name__
