"""What X checks before it listens: the shape of a request, the windows of its limits; and how it says no."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from typing import Any

import msgspec

from tests.simulators.loopback import Request, answer_json

_FIELDS = {"created_at", "entities"}
_FORM = {"media", "media_category", "media_type"}
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
            general = "One or more parameters to your request was invalid."
            content |= {"detail": general, "errors": [{"message": detail}]}
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


class Draft(msgspec.Struct, frozen=True):
    """A new post as it is asked for: `media` are the ids of its pictures."""

    text: str
    reply_to: str = ""
    media: tuple[str, ...] = ()


def read_draft(body: dict[str, Any]) -> Draft:
    """What a new post shall be; any other field is refused."""
    reply = body.get("reply", {"in_reply_to_tweet_id": ""})
    media = body.get("media", {"media_ids": []})
    shapes = (reply.keys(), {"in_reply_to_tweet_id"}), (media.keys(), {"media_ids"})
    if body.keys() - {"text", "reply", "media"} or any(names != known for names, known in shapes):
        raise Refusal(400, "Invalid Request", "an unknown field")
    text = body.get("text")
    if not isinstance(text, str) or not text.strip():
        raise Refusal(400, "Invalid Request", "`text` is missing")
    if "media" in body and not 1 <= len(media["media_ids"]) <= 4:
        raise Refusal(400, "Invalid Request", "one to four of `media_ids`")
    return Draft(text, str(reply["in_reply_to_tweet_id"]), tuple(media["media_ids"]))


def read_upload(request: Request) -> bytes:
    """The picture in the form that was sent."""
    kind = request.headers.get("content-type", "")
    if not kind.startswith("multipart/form-data"):
        raise Refusal(400, "Invalid Request", "the body is not a form")
    message = message_from_bytes(f"Content-Type: {kind}\r\n\r\n".encode() + request.body)
    fields = {str(part.get_param("name", header="content-disposition")): part for part in message.walk()}
    fields.pop("None")
    if fields.keys() != _FORM or fields["media_category"].get_payload() != "tweet_image":
        raise Refusal(400, "Invalid Request", "not the form of a picture for a post")
    content = fields["media"].get_payload(decode=True)
    assert isinstance(content, bytes)
    return content


def read_words(body: dict[str, Any]) -> tuple[str, str]:
    """Which picture is described, and how; any other field is refused."""
    match body:
        case {"id": str(media), "metadata": {"alt_text": {"text": str(words)} as alt, **others}, **further}:
            if len(words) <= 1_000 and not (others or further or alt.keys() - {"text"}):
                return media, words
    raise Refusal(400, "Invalid Request", "not an id and at most 1,000 characters of `alt_text`")
