"""What a server of Mastodon answers: accounts, statuses in HTML, pictures and refusals."""

from collections.abc import Iterator
from datetime import datetime
from html.parser import HTMLParser
from typing import Annotated

import msgspec

from sitegen.channel import Post
from sitegen.channels.matching import is_copy


class Profile(msgspec.Struct):
    """The account that a token belongs to."""

    id: str
    username: str
    bot: bool = False
    limited: bool | None = None
    moved: object = None

    def warnings(self) -> Iterator[str]:
        """What a person should know before the first status."""
        if self.moved:
            yield "The account has moved to another server: its followers are there."
        if self.limited:
            yield "The server's moderators have limited the account: few people see its posts."

    def notes(self) -> Iterator[str]:
        """What a person may want to change."""
        if not self.bot:
            yield "The account is not marked as automated, which many servers ask of accounts like this one."


class Named(msgspec.Struct):
    """Anything that is there under an id."""

    id: str


class Picture(Named):
    """A picture that was uploaded; it has an address when the server has worked it up."""

    url: str | None = None


class Status(Named):
    """One status on a timeline; `content` is HTML."""

    created_at: Annotated[datetime, msgspec.Meta(tz=True)]
    content: str
    media_attachments: list[Named] = []

    def is_copy_of(self, post: Post) -> bool:
        """Whether it is the post that we perhaps sent."""
        words = _Words(self.content)
        return is_copy(post, "".join(words.text), tuple(words.links))


class Source(msgspec.Struct):
    """The text of a status as it was written."""

    text: str


class _Problem(msgspec.Struct):
    error: str = ""
    error_description: str = ""


class _Words(HTMLParser):
    """The text of a status as it was written, and where its links lead: shown shortened, they are whole in `href`."""

    def __init__(self, content: str) -> None:
        super().__init__()
        self.text: list[str] = []
        self.links: list[str] = []
        self._in_link = False
        self.feed(content)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Paragraphs and line breaks; of a link its address; a mention or hashtag is as it looks."""
        if tag in ("p", "br") and self.text:
            self.text.append("\n" if tag == "br" else "\n\n")
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and "mention" not in given.get("class", "").split():
            self.links.append(given.get("href", ""))
            self.text.append(self.links[-1])
            self._in_link = True

    def handle_endtag(self, tag: str) -> None:
        """What follows a link is text again."""
        self._in_link = self._in_link and tag != "a"

    def handle_data(self, data: str) -> None:
        """Text, entities resolved."""
        if not self._in_link:
            self.text.append(data)


def say(body: bytes) -> str:
    """What a refusal says in its own words; nothing where it says it in another shape."""
    try:
        found = msgspec.json.decode(body, type=_Problem)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ""
    return " ".join(filter(None, (found.error, found.error_description)))
