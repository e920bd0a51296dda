"""What parsers that are not ours see in a site: elements, attributes, texts, links."""

import functools
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import html5lib
import icalendar

ATOM = "{http://www.w3.org/2005/Atom}"
Skeleton = Counter[tuple[str, ...]]


def files(site: Path) -> dict[str, bytes]:
    """Every file of the site by its path."""
    return {path.relative_to(site).as_posix(): path.read_bytes() for path in sorted(site.rglob("*")) if path.is_file()}


def html_pages(site: Path) -> dict[str, Element]:
    """Every page for people, parsed without mercy."""
    return {name: parse_html(content) for name, content in files(site).items() if name.endswith(".html")}


@functools.lru_cache(maxsize=512)
def parse_html(content: bytes) -> Element:
    """The document, to be read only; fails on the smallest mistake in the markup."""
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    document: Element = parser.parse(content.decode("utf-8"))
    return document


def parse_fragment(content: str) -> Element:
    """A piece of HTML, such as a feed carries."""
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    fragment: Element = parser.parseFragment(content)
    return fragment


def skeleton(name: str, content: bytes) -> Skeleton:
    """What the file is made of, without its texts: elements with attributes, keys, or else its very bytes."""
    if name.endswith(".html"):
        return _elements(parse_html(content))
    if name.endswith((".atom", ".rss", ".svg")):
        feed = ElementTree.fromstring(content)
        inner = (_elements(parse_fragment(text)) for text in feed_contents(feed))
        return sum(inner, _elements(feed))
    if name.endswith(".json"):
        found = json.loads(content)
        inner = (_elements(parse_fragment(text)) for text in _json_contents(found))
        return sum(inner, Counter((path,) for path in _keys(found)))
    if name.endswith(".ics"):
        return Counter((part, key, *parameters) for part, key, parameters, _ in _calendar(content))
    if name.endswith(".txt"):
        return Counter()  # there is nothing in it but text
    return Counter([(name, content.hex())])


def _elements(root: Element) -> Skeleton:
    return Counter((str(element.tag), *sorted(map(str, element.attrib))) for element in root.iter())


def _keys(value: Any, path: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for key in value:
            yield from _keys(value[key], f"{path}/{key}")
    else:
        yield path


def _values(value: Any) -> Iterator[str]:
    """Every text of a JSON value, its white space as HTML has it."""
    if isinstance(value, dict):
        value = [*value.keys(), *value.values()]
    if isinstance(value, list):
        for inner in value:
            yield from _values(inner)
    else:
        yield " ".join(str(value).split())


def feed_contents(feed: Element) -> list[str]:
    """The HTML that the entries of a feed carry."""
    inner = (*feed.iter(f"{ATOM}content"), *feed.iterfind("channel/item/description"))
    return [element.text or "" for element in inner]


def _json_contents(value: Any) -> list[str]:
    items = value.get("items", []) if isinstance(value, dict) else []
    return [item["content_html"] for item in items]


def _calendar(content: bytes) -> Iterator[tuple[str, str, list[str], str]]:
    """Every property of a calendar: in what it stands, its name, its parameters, and its value."""
    for part in icalendar.Calendar.from_ical(content).walk():
        for key, value in part.property_items(recursive=False, sorted=False):
            # The library does not know that names of calendars are texts, and leaves them escaped.
            text = re.sub(r"\\(.)", r"\1", str(value)) if part.name == "VCALENDAR" else str(value)
            yield str(part.name), key, sorted(getattr(value, "params", ())), text


def words(name: str, content: bytes) -> str:
    """Everything that a reader or a machine reads as text: contents and values of attributes."""
    if name.endswith(".html"):
        return _words(parse_html(content))
    if name.endswith((".atom", ".rss", ".svg")):
        feed = ElementTree.fromstring(content)
        return " ".join((_words(feed), *(_words(parse_fragment(text)) for text in feed_contents(feed))))
    if name.endswith(".json"):
        found = json.loads(content)
        return " ".join((*_values(found), *(_words(parse_fragment(text)) for text in _json_contents(found))))
    if name.endswith(".ics"):
        return " ".join(" ".join(value.split()) for _, _, _, value in _calendar(content))
    if name.endswith(".txt"):
        return " ".join(content.decode().split())
    return content.decode("utf-8", "replace")


def _words(root: Element) -> str:
    values = (str(value) for element in root.iter() for value in element.attrib.values())
    own = (element.text or "" for element in root.iter() if element.tag not in ("style", "script"))
    after = (element.tail or "" for element in root.iter())
    return " ".join(" ".join((*values, *own, *after)).split())


def links(root: Element) -> Iterator[str]:
    """Every address in the page that leads or loads."""
    for element in root.iter():
        yield from (element.attrib[name] for name in ("href", "src", "action", "poster") if name in element.attrib)
