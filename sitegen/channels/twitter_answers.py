"""What X answers: its own words for a refusal, posts with their links looked through, and when it listens again."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Generic, TypeVar

import msgspec


class Problem(msgspec.Struct):
    """One thing that is wrong (`{title, detail, type, status}`; those of a 400 have a `message`)."""

    title: str = ""
    detail: str = ""
    type: str = ""
    message: str = ""


class _Problems(Problem):
    errors: list[Problem] = []


class User(msgspec.Struct):
    """An account."""

    id: str
    username: str


class Named(msgspec.Struct):
    """A post that was made, or a picture that was uploaded."""

    id: str


class Deleted(msgspec.Struct):
    """Whether something was deleted."""

    deleted: bool


class _Link(msgspec.Struct):
    url: str
    expanded_url: str = ""
    media_key: str = ""


class _Entities(msgspec.Struct):
    urls: list[_Link] = []


class Tweet(msgspec.Struct):
    """A post as it is read."""

    id: str
    text: str
    entities: _Entities = msgspec.field(default_factory=_Entities)

    @property
    def links(self) -> tuple[str, ...]:
        """Where its links lead, t.co looked through."""
        return tuple(link.expanded_url for link in self.entities.urls)

    @property
    def written(self) -> str:
        """The text as it was sent: X escapes three characters, shortens links, and adds one to a picture."""
        text = self.text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
        for link in self.entities.urls:
            if link.media_key:
                text = text.replace(link.url, "").rstrip()
            else:
                text = text.replace(link.url, link.expanded_url or link.url)
        return text


_Content = TypeVar("_Content")


class Answer(msgspec.Struct, Generic[_Content]):
    """What was asked for."""

    data: _Content


class Lookup(msgspec.Struct):
    """A post, or why there is none."""

    data: Tweet | None = None
    errors: list[Problem] = []


class _Meta(msgspec.Struct):
    result_count: int
    next_token: str = ""


class Timeline(msgspec.Struct):
    """One page of the own posts, newest first."""

    meta: _Meta
    data: list[Tweet] = []

    def __post_init__(self) -> None:
        # A part of the timeline must never pass for the whole: what it leaves out would be sent again.
        if self.meta.result_count != len(self.data):
            raise ValueError("the timeline announces another number of posts than it holds")


def ends_of_spent_windows(headers: Mapping[str, str]) -> list[datetime]:
    """When each limit that is used up ends (UTC), as the headers of an answer tell it."""
    windows = [name.lower().removesuffix("-reset") for name in headers if name.lower().endswith("-reset")]
    spent = [headers[f"{window}-reset"] for window in windows if headers.get(f"{window}-remaining", "").strip() == "0"]
    return [datetime.fromtimestamp(int(end), UTC) for end in spent if re.fullmatch(r"[0-9]{1,11}", end)]


def read_refusal(body: bytes) -> str:
    """All that a refusal says to people; empty where it is none of X's."""
    try:
        found = msgspec.json.decode(body, type=_Problems)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ""
    return say([found, *found.errors])


def say(problems: list[Problem]) -> str:
    """The problems in X's own words."""
    return " ".join(filter(None, (problem.detail or problem.message or problem.title for problem in problems)))
