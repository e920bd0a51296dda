"""The receiving end of OAuth 1.0a (RFC 5849): whether a request was signed with HMAC-SHA1 by who it says."""

import hmac
import time
from base64 import b64encode
from collections.abc import Mapping
from datetime import timedelta
from urllib.parse import quote, unquote

import msgspec

from tests.simulators.loopback import Request

_VALIDITY = timedelta(minutes=5)


class Keys(msgspec.Struct, frozen=True):
    """The four values that the owner of an application gets for one account."""

    api_key: str
    api_key_secret: str
    token: str
    token_secret: str


class Verifier:
    """Remembers the nonces that were used; `skew` is how far the platform's clock is ahead of the real one.

    Timestamps are compared with the machine's clock, which the client's OAuth library reads as well.
    """

    def __init__(self, keys: Keys) -> None:
        self.keys = keys
        self.skew = timedelta()
        self._nonces: set[str] = set()

    def find_fault(self, request: Request) -> str:
        """Why the request is not authentic; empty where it is. The URL that was signed is https, on the named host."""
        oauth = _parse(request.headers.get("authorization", ""))
        if oauth.get("oauth_consumer_key") != self.keys.api_key or oauth.get("oauth_token") != self.keys.token:
            return "the keys are unknown"
        age = time.time() + self.skew.total_seconds() - int(oauth.get("oauth_timestamp", "0"))
        if abs(age) > _VALIDITY.total_seconds():
            return "the timestamp is out of bounds"
        if oauth.get("oauth_nonce", "") in self._nonces:
            return "the nonce was used before"
        if not hmac.compare_digest(self._sign(request, oauth), oauth.get("oauth_signature", "")):
            return "the signature does not match"
        self._nonces.add(oauth["oauth_nonce"])
        return ""

    def _sign(self, request: Request, oauth: Mapping[str, str]) -> str:
        signed = [(name, value) for name, value in oauth.items() if name not in ("oauth_signature", "realm")]
        pairs = sorted((_encode(name), _encode(value)) for name, value in [*signed, *request.query])
        url = f"https://{request.headers['host']}{request.path}"
        base = "&".join((request.method, _encode(url), _encode("&".join(f"{name}={value}" for name, value in pairs))))
        key = f"{_encode(self.keys.api_key_secret)}&{_encode(self.keys.token_secret)}"
        return b64encode(hmac.digest(key.encode(), base.encode(), "sha1")).decode()


def _parse(header: str) -> dict[str, str]:
    scheme, _, rest = header.partition(" ")
    if scheme != "OAuth":
        return {}
    pairs = (part.strip().partition("=") for part in rest.split(","))
    return {unquote(name): unquote(value.strip('"')) for name, _, value in pairs}


def _encode(text: str) -> str:
    return quote(text, safe="~")
