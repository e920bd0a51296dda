"""What every simulator of a platform offers its tests, whatever the platform speaks."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from threading import Lock
from typing import ClassVar, Self

import msgspec

from sitegen.model import Channel


class Clock:
    """A clock that stands still until a test moves it; calling it tells the moment (UTC)."""

    def __init__(self, start: datetime = datetime(2026, 11, 23, 3, 31, tzinfo=UTC)) -> None:
        self._now, self._lock = start, Lock()

    def __call__(self) -> datetime:
        with self._lock:
            return self._now

    def advance(self, by: timedelta) -> None:
        """Let that much time pass."""
        with self._lock:
            self._now += by


class Trouble(StrEnum):
    """What can go wrong with one request, in words that hold for every platform."""

    UNREACHABLE = "nobody listens"
    DROPPED = "the connection is dropped, nothing was accepted"
    DROPPED_AFTER = "accepted, then the connection is dropped"
    BROKEN = "a server error, nothing was accepted"
    BROKEN_AFTER = "accepted, then a server error"
    BROKEN_ODDLY = "accepted, then a server error in a shape that no client expects"
    ACCEPTED_LATE = "accepted some time after the client gave up"
    ANSWERED_LATE = "accepted at once, answered after the client gave up"
    TRUNCATED = "accepted, and half of the answer arrives"
    EMPTY = "accepted, and the answer is empty"
    GARBAGE = "accepted, and the answer is a web page"
    OVERSIZED = "accepted, and the answer is larger than anybody should read"
    REDIRECTED = "sent on to another host"
    RATE_LIMITED = "too many requests"
    TOKEN_DEAD = "the credentials are not valid any more"
    FORBIDDEN = "the account or the application may not do this"
    INVALID = "the platform does not understand the request"


class Identity(StrEnum):
    """What a platform says of credentials without anything being published."""

    ACCOUNT = "whose they are"
    VALIDITY = "whether it takes them"
    NOTHING = "nothing"


class Accepted(msgspec.Struct, frozen=True, kw_only=True):
    """One post that the platform took, at a moment (UTC) of its clock; it stays in the log when the post is gone."""

    remote_id: str
    text: str
    at: datetime
    reply_to: str = ""


class Simulator(ABC):
    """One platform with one account, running while it is used as a context."""

    kind: ClassVar[str]
    identity: ClassVar[Identity] = Identity.ACCOUNT
    # What can't happen where the platform speaks something else than HTTP.
    spared: ClassVar[frozenset[Trouble]] = frozenset()
    # How long a request that is ACCEPTED_LATE lies around.
    late: ClassVar[timedelta] = timedelta(seconds=40)

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self.clock = clock
        # How long an accepted post is missing on the timeline.
        self.lag = timedelta()

    @abstractmethod
    def __enter__(self) -> Self: ...

    @abstractmethod
    def __exit__(self, *exception: object) -> None: ...

    @abstractmethod
    def channel(self, account: str = "") -> Channel:
        """Settings of a channel on this platform's (or that other) account, pointing here."""

    @abstractmethod
    def environment(self) -> Mapping[str, str]:
        """The variables with credentials that this platform takes for `channel()`."""

    @abstractmethod
    def arm(self, trouble: Trouble, *, publishing: bool = True) -> None:
        """Let this happen to the next request that publishes (or else to the next one that only reads).

        UNREACHABLE happens at once, to all of them, until `reopen`.
        """

    @abstractmethod
    def reopen(self) -> None:
        """Listen again, at the same address."""

    @property
    @abstractmethod
    def accepted(self) -> tuple[Accepted, ...]:
        """Everything that channels published, in order; waits until no request is being answered."""

    @abstractmethod
    def standing(self) -> Mapping[str, str]:
        """What visitors see now: the texts as they were written, by remote id."""

    @abstractmethod
    def shown_picture(self, remote_id: str) -> tuple[bytes, str]:
        """The picture that visitors see with a post, and its alternative text; both empty where it has none."""

    @abstractmethod
    def publish_by_hand(self, text: str) -> str:
        """A person posts on the same account; the remote id. Not part of `accepted`."""

    @abstractmethod
    def strangers(self) -> int:
        """How many requests reached the other host that REDIRECTED ones are sent to."""
