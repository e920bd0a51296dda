"""The contract of a channel: what is handed to it, what it gives back, and the three ways in which it can fail."""

from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

import msgspec


class Guarantee(StrEnum):
    """What makes a repeated send harmless: the own timeline can be read, the receiver drops copies, or nothing."""

    READ_BACK = "read-back"
    DROPS_COPIES = "drops-copies"
    NONE = "none"


class Traits(msgspec.Struct, frozen=True, kw_only=True):
    """What composing and delivering need to know of a kind of channel.

    `measure` counts a text as the platform does, `maximum` is the most that it takes, and `limit` the same with our
    reserve taken off (None: no limit). `send_timeout` is the longest that all requests of a send may take together,
    `settle` how long after it the own timeline surely shows what was accepted. `long` channels get whole messages and
    post-mortems, the others one short text. With `threads` a Post with `reply_to` becomes a post below that one, with
    `comments` a comment on it; `edits` and `deletes` say what can be done to a post later. With `pictures` a new post
    takes its picture along, with the alternative text; a comment never does.
    """

    guarantee: Guarantee
    measure: Callable[[str], int]
    limit: int | None
    maximum: int | None = None
    send_timeout: timedelta = timedelta(seconds=30)
    settle: timedelta = timedelta(seconds=120)
    long: bool = False
    threads: bool = False
    comments: bool = False
    edits: bool = False
    deletes: bool = False
    pictures: bool = False
    cost: Callable[["Post"], float] | None = None


class Post(msgspec.Struct, frozen=True, kw_only=True):
    """One text for one account, frozen when it is claimed: a repeated send is byte for byte the same.

    `key` names the delivery for ever; `text` already holds the `link` where the platform wants it inside;
    `reply_to` is the remote id of the post above it in a thread, or of the one that it comments on. `title` serves
    mail and webhooks. `picture` holds the bytes of an image file, where the platform takes one, and `alt` its words.
    """

    key: str
    text: str
    title: str = ""
    link: str = ""
    reply_to: str = ""
    picture: bytes = b""
    alt: str = ""


class Receipt(msgspec.Struct, frozen=True):
    """What the platform calls an accepted post, and where people see it."""

    remote_id: str
    url: str = ""


class Account(msgspec.Struct, frozen=True):
    """Who the credentials belong to, and what a person should know before the first post.

    `warnings` are what a person should mend, `notes` what nobody can: doubts that the platform leaves open.
    """

    handle: str
    remote_id: str
    warnings: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


class Rejected(Exception):  # noqa: N818 - the contract's words: not every one of them is an error of ours
    """It was not sent and never will be like this: a person has to change something. `stops` the whole channel."""

    def __init__(self, reason: str, *, stops: bool = False) -> None:
        super().__init__(reason)
        self.reason, self.stops = reason, stops


class ReplyRefused(Rejected):
    """It was not sent, because of what it refers to: no reply, comment or edit there. It may be sent standing alone."""


class RetryLater(Exception):  # noqa: N818
    """It was surely not sent; it may be tried again at `when` (UTC)."""

    def __init__(self, reason: str, when: datetime) -> None:
        super().__init__(reason)
        self.reason, self.when = reason, when


class Unclear(Exception):  # noqa: N818
    """It was perhaps sent: nothing may be repeated before the own timeline was read."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Client(Protocol):
    """One account of one platform. Every method may raise Rejected, RetryLater or Unclear and nothing else."""

    traits: Traits

    def identify(self) -> Account:
        """Who the credentials belong to; raises Rejected where they are not those of the configured account."""

    def send(self, post: Post) -> Receipt:
        """Publish the post, in one request at most that could publish it."""

    def find(self, post: Post, since: datetime) -> Receipt | None:
        """The post on the own timeline, looked for from shortly before `since` (UTC); None where it is not there.

        Only for channels that can be read back; matches the link (expanded) or else the normalised text. A comment
        is looked for below what it comments on.
        """

    def edit(self, remote_id: str, post: Post) -> None:
        """Put other words in place of a post's, which may be repeated; only where traits.edits.

        Raises ReplyRefused where that post is gone.
        """

    def delete(self, remote_id: str) -> None:
        """Take a post away; one that is gone already is fine. Only where traits.deletes."""

    def read(self, remote_id: str) -> str | None:
        """What the platform shows of a post now, None where it is gone."""
