"""Webhooks: signed JSON to an address where somebody's program listens, which drops what it has had already."""

import hmac
import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import msgspec
import requests

from sitegen.channel import Account, Guarantee, Post, Receipt, Rejected, RetryLater, Traits, Unclear
from sitegen.channels import http
from sitegen.channels.credentials import Credentials
from sitegen.channels.limits import Limits
from sitegen.model import Channel

_LEAST_KEY, _MOST_KEY = 24, 64
# A receiver that is never due again must not silence the channel.
_SHORTEST_WAIT, _LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=1)
# It is the address that is wrong, not what was sent there: said as soon as a person has mended it.
_NOBODY_LISTENS = (404, 405, 410)

SECRETS = ("SECRET",)

TRAITS = Traits(guarantee=Guarantee.DROPS_COPIES, measure=len, limit=None, settle=timedelta(), long=True)


def open_client(
    channel: Channel, credentials: Credentials, *, clock: Callable[[], datetime], limits: Limits
) -> "WebhookClient":
    """A client that signs with the receiver's secret; raises Rejected where address or secret can't be used."""
    (secret,) = credentials.require(*SECRETS)
    key = _read_key(secret)
    address = _check_address(channel)
    parts = urlsplit(address)
    session = http.open_session(f"https://{parts.netloc}", channel.api_url, limits)
    return WebhookClient(channel, address, key, session, credentials.redact, clock)


def sign(key: bytes, event: str, timestamp: int, body: bytes) -> str:
    """The value of the header `webhook-signature` (Standard Webhooks 1.0.0, symmetric); `timestamp` in Unix seconds."""
    signed = b".".join((event.encode(), str(timestamp).encode(), body))
    return f"v1,{b64encode(hmac.digest(key, signed, 'sha256')).decode()}"


def _read_key(secret: str) -> bytes:
    before, _, written = secret.partition("whsec_")
    try:
        key = b64decode(written, validate=True)
    except ValueError:
        key = b""
    if before or not _LEAST_KEY <= len(key) <= _MOST_KEY:
        shape = f"`whsec_` and then {_LEAST_KEY} to {_MOST_KEY} random bytes in base64"
        raise Rejected(f"The secret of a webhook is {shape}; this one is not.", stops=True)
    return key


def _check_address(channel: Channel) -> str:
    """The address as requests are made for it: a host in other letters than Latin becomes punycode."""
    try:
        address = requests.Request("POST", channel.account).prepare().url or ""
        parts = urlsplit(address)
        usable = parts.scheme == "https" and parts.hostname and "@" not in parts.netloc and not parts.fragment
    except (requests.RequestException, ValueError):
        address, usable = "", False
    if not usable:
        shape = "an https address without name and password, like `https://hooks.example.com/status`"
        raise Rejected(f"Channel `{channel.name}`: `to` must be {shape}.", stops=True)
    return address


class _Event(msgspec.Struct, frozen=True, kw_only=True):
    """What is sent: the same bytes in every attempt."""

    type: str = "announcement"
    id: str
    channel: str
    language: str
    title: str
    text: str
    link: str


class WebhookClient:
    """One receiver; see `channel.Client`. It is told each thing at least once, and drops copies by their id."""

    traits = TRAITS

    def __init__(
        self,
        channel: Channel,
        address: str,
        key: bytes,
        session: requests.Session,
        redact: Callable[[str], str],
        clock: Callable[[], datetime],
    ) -> None:
        self._channel, self._address, self._key = channel, address, key
        self._session, self._redact, self._clock = session, redact, clock

    def identify(self) -> Account:
        """The receiver's host. Nothing is sent: no request but a real one would be part of the contract."""
        unproven = "Whether the receiver listens and has this secret shows with the first announcement."
        return Account(urlsplit(self._address).netloc, self._address, notes=(unproven,))

    def send(self, post: Post) -> Receipt:
        """Tell the receiver, in one request; any whole answer with a 2xx means that it has it."""
        body = msgspec.json.encode(self._event(post))
        try:
            self._session.post(self._address, data=body, headers=self._headers(post.key, body))
            return Receipt(post.key)
        except Exception as problem:
            failure = self._classify(problem)
        # Raised out here, it carries nothing of the library's exception, which may hold the signed request.
        raise failure

    def find(self, post: Post, since: datetime) -> Receipt | None:
        """A receiver can't be asked what it has."""
        raise Rejected("A webhook can't be read back.")

    def edit(self, remote_id: str, post: Post) -> None:
        """What a program was told is not changed behind its back."""
        raise Rejected("What a webhook sent is corrected by a further announcement, not edited.")

    def delete(self, remote_id: str) -> None:
        """What a program was told can't be taken back."""
        raise Rejected("What a webhook sent can't be deleted.")

    def read(self, remote_id: str) -> str | None:
        """A receiver can't be asked what it has."""
        raise Rejected("A webhook can't be read back.")

    def _event(self, post: Post) -> _Event:
        return _Event(
            id=post.key,
            channel=self._channel.name,
            language=self._channel.language,
            title=post.title,
            text=post.text,
            link=post.link,
        )

    def _headers(self, event: str, body: bytes) -> dict[str, str]:
        """The time is that of the attempt: receivers refuse old ones, which somebody may have recorded."""
        timestamp = int(self._clock().timestamp())
        return {
            "Content-Type": "application/json",
            "webhook-id": event,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": sign(self._key, event, timestamp, body),
        }

    def _classify(self, problem: Exception) -> Rejected | RetryLater | Unclear:
        now = self._clock()
        if isinstance(problem, http.Refused):
            reason = f"The receiver refused: {self._redact(str(problem))}"
            if problem.status in _NOBODY_LISTENS:
                return Rejected(f"{reason}. It does not listen at this address (any more).", stops=True)
            if problem.status == 429 and (end := _end_of_wait(problem.headers, now)):
                return RetryLater(reason, min(max(end, now + _SHORTEST_WAIT), now + _LONGEST_WAIT))
        return http.classify(problem, now=now, publishes=True, redact=self._redact)


def _end_of_wait(headers: Mapping[str, str], now: datetime) -> datetime | None:
    """When the header `Retry-After` ends (RFC 9110): seconds, or a date; None where it is neither."""
    wait = headers.get("Retry-After", "").strip()
    if re.fullmatch(r"[0-9]{1,9}", wait):
        return now + timedelta(seconds=int(wait))
    try:
        end = parsedate_to_datetime(wait)
    except ValueError:
        return None
    return end if end.tzinfo else end.replace(tzinfo=UTC)
