"""A feed as Atom (RFC 4287)."""

from xml.etree.ElementTree import Element

from sitegen.pages.feeds import elements
from sitegen.pages.feeds.elements import add
from sitegen.pages.feeds.feed import Feed, Item, iso

_NAMESPACE = "http://www.w3.org/2005/Atom"


def write(feed: Feed) -> bytes:
    """The document."""
    root = Element("feed", {"xmlns": _NAMESPACE, "xml:lang": feed.language})
    add(root, "id", feed.id)
    add(root, "title", feed.title)
    add(root, "updated", iso(feed.updated))
    add(root, "link", rel="self", type="application/atom+xml", href=feed.own)
    add(root, "link", rel="alternate", type="text/html", href=feed.home)
    add(add(root, "author"), "name", feed.author)
    for item in feed.items:
        _add_entry(root, feed, item)
    return elements.write(root)


def _add_entry(root: Element, feed: Feed, item: Item) -> None:
    entry = add(root, "entry")
    add(entry, "id", item.id)
    add(entry, "title", item.title)
    add(entry, "published", iso(item.published))
    add(entry, "updated", iso(item.updated))
    add(entry, "link", rel="alternate", type="text/html", href=item.link)
    foreign = {"xml:lang": item.language} if item.language != feed.language else {}
    add(entry, "content", item.content, type="html", **foreign)
