"""XML for feeds: elements with text, and the whole document as bytes."""

from xml.etree import ElementTree
from xml.etree.ElementTree import Element


def add(parent: Element, name: str, text: str = "", **attributes: str) -> Element:
    """A new last child with the text and the attributes."""
    child = ElementTree.SubElement(parent, name, attributes)
    child.text = text or None
    return child


def write(root: Element) -> bytes:
    """The document, each element on a line of its own."""
    ElementTree.indent(root, "")
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(root, encoding="unicode").encode() + b"\n"
