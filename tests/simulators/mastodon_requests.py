"""What a server of Mastodon checks before it listens: the shape of a request, its limits; and how it says no."""

import json
import re
import unicodedata
from datetime import datetime, timedelta
from email import message_from_bytes
from typing import Any

import msgspec

from tests.simulators.loopback import Request, answer_json

URL = re.compile(r"https?://[^\s<>\"]*[^\s<>\".,!?:;)]")
_FORM = {"file", "description"}


class Picture(msgspec.Struct, frozen=True):
    """What was uploaded: the file, and its words for those who can't see it."""

    content: bytes
    kind: str
    description: str


class Refusal(Exception):  # noqa: N818
    """An answer that refuses, in the shape of the server's errors."""

    def __init__(self, status: int, error: str, headers: tuple[tuple[str, str], ...] = ()) -> None:
        self.answer = answer_json(status, {"error": error}, headers)
        super().__init__(error)


class Window(msgspec.Struct):
    """One limit: so many uses in each piece of time of that length, counted from the epoch."""

    limit: int
    length: timedelta
    used: dict[int, int] = {}

    def use(self, at: datetime) -> None:
        """Count one more at this moment (UTC); refuses where the window is full."""
        number = int(at.timestamp() // self.length.total_seconds())
        if self.used.get(number, 0) >= self.limit:
            raise self.refusal(at)
        self.used[number] = self.used.get(number, 0) + 1

    def refusal(self, at: datetime) -> Refusal:
        """The refusal of one use too many at this moment."""
        seconds = self.length.total_seconds()
        end = at + timedelta(seconds=seconds - at.timestamp() % seconds)
        reset = f"{end:%Y-%m-%dT%H:%M:%S.%f}Z"
        values = (("Limit", str(self.limit)), ("Remaining", "0"), ("Reset", reset))
        return Refusal(429, "Too many requests", tuple((f"X-RateLimit-{name}", value) for name, value in values))


def read_picture(request: Request) -> Picture:
    """The file that was sent in a form, with its description."""
    head = f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode()
    parts = [part for part in message_from_bytes(head + request.body).walk() if not part.is_multipart()]
    fields = check({str(part.get_param("name", header="content-disposition")): part for part in parts}, _FORM)
    file, words = (fields[name].get_payload(decode=True) for name in ("file", "description"))
    return Picture(file, fields["file"].get_content_type(), words.decode())


def check(fields: dict[str, Any], known: set[str]) -> dict[str, Any]:
    """The fields, which must be among the known ones."""
    if unknown := fields.keys() - known:
        raise Refusal(422, f"unknown field: {min(unknown)}")
    return fields


def read_json(request: Request) -> dict[str, Any]:
    """The object that was sent, with a status in it."""
    if request.headers.get("content-type") != "application/json":
        raise Refusal(422, "the body is not JSON")
    fields = json.loads(request.body)
    if not isinstance(fields, dict) or not isinstance(fields.get("status"), str):
        raise Refusal(422, "Validation failed: Text can't be blank")
    return fields


def count(text: str) -> int:
    """Characters as people see them, nearly: marks, joiners, and what is joined count with the one before."""
    short = URL.sub("x" * 23, text)
    joined = zip(short, f" {short}", strict=False)
    return sum(
        unicodedata.category(letter) not in ("Mn", "Me", "Cf") and before != "\u200d" for letter, before in joined
    )
