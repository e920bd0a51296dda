"""A feed as RSS 2.0; what readers remember an item by is its address."""

from email.utils import format_datetime
from xml.etree.ElementTree import Element

from sitegen.pages.feeds import elements
from sitegen.pages.feeds.elements import add
from sitegen.pages.feeds.feed import Feed, Item

_ATOM = "http://www.w3.org/2005/Atom"


def write(feed: Feed) -> bytes:
    """The document; the one date of an item is that of its newest change, as on hosted pages."""
    root = Element("rss", {"version": "2.0", "xmlns:atom": _ATOM})
    channel = add(root, "channel")
    add(channel, "title", feed.title)
    add(channel, "link", feed.home)
    add(channel, "description", feed.title)
    add(channel, "language", feed.language)
    add(channel, "pubDate", format_datetime(feed.updated))
    add(channel, "atom:link", rel="self", type="application/rss+xml", href=feed.own)
    for item in feed.items:
        _add_item(channel, item)
    return elements.write(root)


def _add_item(channel: Element, item: Item) -> None:
    one = add(channel, "item")
    add(one, "title", item.title)
    add(one, "description", item.content)
    add(one, "pubDate", format_datetime(item.updated))
    add(one, "link", item.link)
    add(one, "guid", item.link)
