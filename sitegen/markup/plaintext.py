"""A tree of a text as plain text, for mail, feeds and posts: what a person would have typed without markup."""

import html
from xml.etree.ElementTree import Element

_BLOCKS = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "blockquote", "pre", "hr", "table"}


def write_plain(tree: Element) -> str:
    """The text of a judged tree: blocks apart by an empty line, no markup, no entities; code as it is."""
    return "\n\n".join(_write_blocks(tree))


def _write_blocks(element: Element) -> list[str]:
    """The blocks in an element, a run of text between two of them being one as well."""
    blocks, run = [], [element.text or ""]
    for child in element:
        if child.tag in _BLOCKS:
            blocks += [_tidy("".join(run)), _write_block(child)]
            run = [child.tail or ""]
        else:
            run += [_write_inline(child), child.tail or ""]
    return [block for block in [*blocks, _tidy("".join(run))] if block]


def _write_block(element: Element) -> str:
    match element.tag:
        case "pre":
            return html.unescape("".join(element.itertext())).strip("\n")
        case "hr":
            return "---"
        case "ul":
            return "\n".join(_write_item("- ", item) for item in element)
        case "ol":
            first = int(element.get("start", "1")[:9])
            return "\n".join(_write_item(f"{number}. ", item) for number, item in enumerate(element, first))
        case "blockquote":
            return "\n".join(f"> {line}".rstrip() for line in "\n\n".join(_write_blocks(element)).split("\n"))
        case "table":
            return "\n".join(_write_row(row) for row in element.iter("tr"))
        case _:
            return "\n".join(_write_blocks(element))


def _write_item(mark: str, item: Element) -> str:
    return mark + "\n".join(_write_blocks(item)).replace("\n", "\n" + " " * len(mark))


def _write_row(row: Element) -> str:
    return " | ".join(" ".join(_write_blocks(cell)).replace("\n", " ") for cell in row).rstrip()


def _write_inline(element: Element) -> str:
    match element.tag:
        case "br":
            return "\n"
        case "img":
            return element.get("alt", "")
        case "code":
            return html.unescape(element.text or "")
        case "a":
            return _write_link(element)
        case _:
            return _write_run(element)


def _write_run(element: Element) -> str:
    """The text in an element that has no blocks in it."""
    return (element.text or "") + "".join(_write_inline(child) + (child.tail or "") for child in element)


def _write_link(element: Element) -> str:
    """`text (address)`, or the address alone where it is the text; a path of this site means nothing outside of it."""
    text, href = _write_run(element), element.get("href", "")
    scheme, _, rest = href.partition(":")
    if scheme not in ("https", "http", "mailto", "tel"):
        return text
    address = href if rest.startswith("//") else rest
    same = text.rstrip("/") in (address.rstrip("/"), rest.removeprefix("//").rstrip("/"))
    return address if same else f"{text} ({address})"


def _tidy(text: str) -> str:
    return "\n".join(map(str.strip, text.split("\n"))).strip("\n")
