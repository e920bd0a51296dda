"""The pictures that were uploaded to X, for posts that may show them later."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import msgspec

from tests.simulators.loopback import Answer
from tests.simulators.twitter_requests import Refusal

_LARGEST = 5 * 1024 * 1024
_VALIDITY = timedelta(days=1)
_STARTS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF", b"GIF8")


class _Picture(msgspec.Struct):
    content: bytes
    at: datetime
    alt: str = ""


class _Bare(Refusal):
    """A refusal that has not the shape of X's errors: a few words, or nothing at all."""

    def __init__(self, status: int, body: bytes) -> None:
        super().__init__(status, "", "")
        self.answer = Answer(status, body)


class Pictures:
    """All pictures of one account, by media id."""

    def __init__(self) -> None:
        self._pictures: dict[str, _Picture] = {}

    def take(self, content: bytes, at: datetime) -> dict[str, object]:
        """Keep an upload; what X says of it."""
        if len(content) > _LARGEST:
            raise _Bare(413, b"")
        if not content.startswith(_STARTS):
            raise _Bare(400, b"media type unrecognized")
        media = str(1880000000000000001 + len(self._pictures))
        self._pictures[media] = _Picture(content, at)
        validity = int(_VALIDITY.total_seconds())
        return {"id": media, "media_key": f"3_{media}", "size": len(content), "expires_after_secs": validity}

    def describe(self, media: str, words: str) -> None:
        """Give an upload its alternative text."""
        self._pictures[media].alt = words

    def check(self, media: Iterable[str], at: datetime) -> None:
        """Refuse ids that are not, or no longer, those of uploads."""
        if any(one not in self._pictures or at >= self._pictures[one].at + _VALIDITY for one in media):
            raise Refusal(400, "Invalid Request", "Your media IDs are invalid.")

    def show(self, media: str) -> tuple[bytes, str]:
        """A picture, and its alternative text."""
        return self._pictures[media].content, self._pictures[media].alt
