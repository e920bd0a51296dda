"""A feed as JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/)."""

from typing import Any

import msgspec

from sitegen.pages.feeds.feed import Feed, Item, iso


def write(feed: Feed) -> bytes:
    """The document."""
    return msgspec.json.encode(_feed(feed)) + b"\n"


def _feed(feed: Feed) -> dict[str, Any]:
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.home,
        "feed_url": feed.own,
        "language": feed.language,
        "authors": [{"name": feed.author}],
        "items": [_item(item) for item in feed.items],
    }


def _item(item: Item) -> dict[str, Any]:
    return {
        "id": item.id,
        "url": item.link,
        "title": item.title,
        "content_html": item.content,
        "date_published": iso(item.published),
        "date_modified": iso(item.updated),
        "language": item.language,
    }
