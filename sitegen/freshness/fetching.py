"""One file of a host as its readers get it, bounded in time and size, with every failure in plain words."""

import secrets
from datetime import timedelta
from enum import StrEnum
from urllib.parse import urljoin, urlsplit

import msgspec
import requests

from sitegen import __version__
from sitegen.channels.http import Refused, Unanswered, Unreached, open_session
from sitegen.channels.limits import Limits

LIMITS = Limits(total=timedelta(seconds=20))
_MOST_REDIRECTS = 5
_HEADERS = {"User-Agent": f"sitegen/{__version__}"}


class Outcome(StrEnum):
    """What became of a request: a page, none there, another one than asked for, no use of it, no answer at all."""

    PAGE = "page"
    GONE = "gone"
    BARRED = "barred"
    FAILED = "failed"
    UNREACHED = "unreached"


class Answer(msgspec.Struct, frozen=True):
    """What a host said when it was asked for a file: the `body` of a page, else what was `told`, as a sentence."""

    outcome: Outcome
    body: bytes = b""
    told: str = ""


def fetch(address: str, *, past_caches: bool = False, limits: Limits = LIMITS) -> Answer:
    """The file at the address (http or https), following its host to other addresses of the same host.

    `past_caches` asks with a query of its own, so that no cache on the way answers with what it has. Nothing raises.
    """
    query = f"live={secrets.token_hex(4)}" if past_caches else ""
    place = urlsplit(address)._replace(query=query, fragment="").geturl()
    for _ in range(_MOST_REDIRECTS):
        try:
            return Answer(Outcome.PAGE, _get(place, limits))
        except Refused as refusal:
            target = urljoin(place, refusal.headers.get("location", "")) if refusal.status in _ELSEWHERE else ""
            if not target:
                return _explain_refusal(refusal)
            if not _is_same_host(place, target):
                return Answer(Outcome.BARRED, told=f"It leads to {_shorten(target)}, another host, perhaps to log in.")
            place = target
        except Unreached as failure:
            return Answer(Outcome.UNREACHED, told=_explain_unreached(str(failure)))
        except (Unanswered, requests.RequestException, ValueError) as failure:
            wait = f"{limits.total.total_seconds():g} s"
            return Answer(Outcome.FAILED, told=f"No whole answer came within {wait}: {_end(str(failure))}")
    return Answer(Outcome.BARRED, told="It leads from one address to the next without an end.")


_ELSEWHERE = frozenset({301, 302, 303, 307, 308})


def _get(place: str, limits: Limits) -> bytes:
    parts = urlsplit(place)
    session = open_session(f"{parts.scheme}://{parts.netloc}", "", limits)
    return session.get(place, headers=_HEADERS, allow_redirects=False).content


def _is_same_host(here: str, there: str) -> bool:
    """Whether the way leads to the same host, and not from encryption to none."""
    old, new = urlsplit(here), urlsplit(there)
    same_port = old.port == new.port or (old.scheme, new.scheme) == ("http", "https")
    return old.hostname == new.hostname and same_port and (new.scheme == "https" or new.scheme == old.scheme)


def _explain_refusal(refusal: Refused) -> Answer:
    match refusal.status:
        case 404 | 410:
            return Answer(Outcome.GONE, told=f"Nothing is there ({refusal.status}).")
        case 401 | 403 | 407:
            return Answer(Outcome.BARRED, told=f"The host lets nobody in ({refusal.status}): readers see a log-in.")
        case 429:
            return Answer(Outcome.FAILED, told="The host was asked too often (429).")
    return Answer(Outcome.FAILED, told=f"The host failed: {_end(str(refusal))}")


def _explain_unreached(reason: str) -> str:
    if "CERTIFICATE_VERIFY_FAILED" in reason:
        return f"Its certificate is not accepted, so browsers warn of it: {_end(reason)}"
    if "SSL" in reason:
        return f"No encrypted connection comes about: {_end(reason)}"
    return f"It can't be reached: {_end(reason)}"


def _shorten(address: str) -> str:
    """An address without its query, which may hold what nobody else should read."""
    return urlsplit(address)._replace(query="", fragment="").geturl()


def _end(reason: str) -> str:
    return f"{reason.rstrip('.')}."
