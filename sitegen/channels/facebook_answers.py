"""What Facebook answers: its errors, its lists in parts, and when it listens again."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import chain
from urllib.parse import parse_qsl

import msgspec

_RATE_PAUSE, _LONGEST_WAIT = timedelta(minutes=15), timedelta(hours=25)
_PICTURES_REFUSED = frozenset({(324, 0), (100, 1366046)})


class Error(msgspec.Struct, frozen=True):
    """One refusal (Graph API, "Handle errors"); code 0 where the answer was none of Facebook's."""

    message: str = ""
    code: int = 0
    error_subcode: int = 0
    is_transient: bool = False
    error_user_msg: str = ""

    @property
    def words(self) -> str:
        """All that it says to people."""
        return " ".join(filter(None, (self.message, self.error_user_msg)))

    @property
    def is_gone(self) -> bool:
        """Whether there is no such thing (any more), as far as the token sees: both look the same."""
        named = self.error_subcode == 33 or "does not exist" in self.message
        return self.code == 803 or (self.code == 100 and named)

    @property
    def is_about_link(self) -> bool:
        """Whether it is the link whose page could not be read."""
        return self.code == 1609005

    @property
    def is_about_picture(self) -> bool:
        """Whether it is the picture that could not be read."""
        return (self.code, self.error_subcode) in _PICTURES_REFUSED


class Named(msgspec.Struct, frozen=True):
    """Anything with an id."""

    id: str
    name: str = ""


class Photo(msgspec.Struct, frozen=True):
    """A published photo, by the id of the post that shows it."""

    post_id: str


class Done(msgspec.Struct, frozen=True):
    """Whether something was changed."""

    success: bool


class Story(msgspec.Struct, frozen=True):
    """A post or a comment."""

    id: str
    message: str = ""
    author: Named | None = msgspec.field(name="from", default=None)

    @property
    def links(self) -> tuple[str, ...]:
        """Where it leads: Facebook leaves the addresses in a text as they were written."""
        return tuple(word for word in self.message.split() if "://" in word)


class _Paging(msgspec.Struct, frozen=True):
    next: str = ""


class Stories(msgspec.Struct, frozen=True):
    """A part of a list: it may be empty and not the last one."""

    data: list[Story]
    paging: _Paging = _Paging()

    @property
    def rest(self) -> Mapping[str, str]:
        """The parameters that ask for the next part, without the secrets that Facebook writes between them."""
        query = dict(parse_qsl(self.paging.next.partition("?")[2]))
        return {name: value for name, value in query.items() if name not in ("access_token", "appsecret_proof")}


class _Token(msgspec.Struct, frozen=True):
    scopes: list[str]
    expires_at: int = 0
    data_access_expires_at: int = 0


class Inspection(msgspec.Struct, frozen=True):
    """What is known of a token."""

    data: _Token

    @property
    def end(self) -> datetime | None:
        """When the token stops working (UTC), None where it does not."""
        # 0 is never, and what no calendar holds says nothing either.
        moments = (self.data.expires_at, self.data.data_access_expires_at)
        return min((datetime.fromtimestamp(one, UTC) for one in moments if 0 < one < 10**11), default=None)


class _Refusal(msgspec.Struct, frozen=True):
    error: Error


class _Usage(msgspec.Struct, frozen=True):
    estimated_time_to_regain_access: float = 0


def read_error(body: bytes) -> Error:
    """The error in an answer that refuses, whatever its body looks like."""
    with suppress(msgspec.DecodeError, RecursionError):
        return msgspec.json.decode(body, type=_Refusal).error
    return Error()


def read_wait(headers: Mapping[str, str]) -> timedelta:
    """How long until the platform listens again: what it estimates, in minutes, within reason; else a while."""
    usages: list[_Usage] = []
    with suppress(msgspec.DecodeError, RecursionError):
        cases = msgspec.json.decode(headers.get("x-business-use-case-usage", "{}"), type=dict[str, list[_Usage]])
        usages += chain.from_iterable(cases.values())
    with suppress(msgspec.DecodeError, RecursionError):
        usages.append(msgspec.json.decode(headers.get("x-app-usage", "{}"), type=_Usage))
    minutes = max((usage.estimated_time_to_regain_access for usage in usages), default=0)
    longest = _LONGEST_WAIT / timedelta(minutes=1)
    return timedelta(minutes=min(minutes, longest)) if minutes > 0 else _RATE_PAUSE
