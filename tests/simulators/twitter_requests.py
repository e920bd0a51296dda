"""What X checks before it listens: the shape of a request, the windows of its limits; and how it says no."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from tests.simulators.loopback import Request, answer_json

_FIELDS = {"created_at", "entities"}
TIMELINE_PARAMETERS = {"max_results", "start_time", "tweet.fields", "pagination_token"}


class Window(msgspec.Struct):
    """One limit on posts: the beginning of the names of its headers, and the uses that still count."""

    header: str
    limit: int
    length: timedelta
    uses: list[datetime] = []

    def left(self, now: datetime) -> int:
        """How many posts it still lets through at this moment."""
        self.uses = [use for use in self.uses if use > now - self.length]
        return self.limit - len(self.uses)

    def headers(self, now: datetime) -> tuple[tuple[str, str], ...]:
        """How X tells where the limit stands at this moment."""
        left = max(0, self.left(now))
        reset = (self.uses[0] if self.uses else now) + self.length
        values = (("limit", self.limit), ("remaining", left), ("reset", int(reset.timestamp())))
        return tuple((f"{self.header}-{name}", str(value)) for name, value in values)


class Refusal(Exception):  # noqa: N818
    """An answer that refuses, in the shape of X's errors."""

    def __init__(self, status: int, title: str, detail: str, headers: tuple[tuple[str, str], ...] = ()) -> None:
        kind = (
            "about:blank" if status == 403 else f"https://api.twitter.com/2/problems/{title.lower().replace(' ', '-')}"
        )
        content: dict[str, object] = {"title": title, "detail": detail, "type": kind, "status": status}
        if status == 400:
            content["errors"] = [{"message": detail}]
        self.answer = answer_json(status, content, headers)
        super().__init__(detail)


def read_query(request: Request, known: set[str]) -> dict[str, str]:
    """The parameters, which must be among the known ones."""
    query = dict(request.query)
    if unknown := query.keys() - known:
        detail = f"The query parameter [{min(unknown)}] is not one of [{','.join(sorted(known))}]"
        raise Refusal(400, "Invalid Request", detail)
    return query


def read_fields(query: Mapping[str, str]) -> set[str]:
    """The further fields that are asked for."""
    fields = set(filter(None, query.get("tweet.fields", "").split(",")))
    if fields - _FIELDS:
        raise Refusal(400, "Invalid Request", f"The `tweet.fields` value [{min(fields - _FIELDS)}] is unknown")
    return fields


class Range(msgspec.Struct, frozen=True):
    """Which part of the timeline is asked for: not older than `start` (UTC), after `skipped` posts, `size` at most."""

    start: datetime
    skipped: int
    size: int


def read_range(query: Mapping[str, str], page_size: int) -> Range:
    """The part that is asked for, in pages of at most `page_size`."""
    size = int(query.get("max_results", "10"))
    if not 5 <= size <= 100:
        raise Refusal(400, "Invalid Request", "The `max_results` query parameter value is not between 5 and 100")
    start = datetime.strptime(query.get("start_time", "2010-11-06T00:00:00Z"), "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    return Range(start, int(query.get("pagination_token", "0")), min(size, page_size))


def read_body(request: Request) -> dict[str, Any]:
    """The object that was sent."""
    if request.headers.get("content-type") != "application/json":
        raise Refusal(400, "Invalid Request", "the body is not JSON")
    body = json.loads(request.body)
    if not isinstance(body, dict):
        raise Refusal(400, "Invalid Request", "the body is not an object")
    return body


def check_body(body: dict[str, Any]) -> tuple[str, str]:
    """Text and parent of a new post; any other field is refused."""
    reply = body.get("reply", {"in_reply_to_tweet_id": ""})
    if body.keys() - {"text", "reply"} or reply.keys() != {"in_reply_to_tweet_id"}:
        raise Refusal(400, "Invalid Request", "an unknown field")
    text = body.get("text")
    if not isinstance(text, str) or not text.strip():
        raise Refusal(400, "Invalid Request", "`text` is missing")
    return text, str(reply["in_reply_to_tweet_id"])
