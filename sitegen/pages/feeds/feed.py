"""What a feed is, whatever its form: who speaks, and what was said, newest first."""

from datetime import UTC, datetime

import msgspec

MOST = 50
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that readers remember by its `id`: `content` is safe HTML with absolute links, moments are UTC."""

    id: str
    title: str
    link: str
    published: datetime
    updated: datetime
    language: str
    content: str


class Feed(msgspec.Struct, frozen=True, kw_only=True):
    """A feed in one language: `own` is its address, `home` that of the page it belongs to; items newest first."""

    id: str
    title: str
    author: str
    language: str
    own: str
    home: str
    items: tuple[Item, ...]

    @property
    def updated(self) -> datetime:
        """The newest change of an item; the year 1970 where there is none, for feeds must name one."""
        return max((item.updated for item in self.items), default=_NEVER)


def iso(moment: datetime) -> str:
    """A moment in UTC as RFC 3339 has it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
