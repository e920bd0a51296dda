"""A tree of a text as HTML: written out escaped, then passed through the sanitiser's allow-list."""

import functools
import html
from xml.etree.ElementTree import Element

import nh3

from sitegen.markup.judging import TEXT

HEADINGS = {f"h{level}": level for level in range(1, 7)}
_TABLE = {"table", "thead", "tbody", "tr", "th", "td"}
_BLOCKS = {"p", "ul", "ol", "li", "blockquote", "pre", "hr", *HEADINGS, *_TABLE}
_VOID = {"br", "hr", "img"}
_ALIGNMENTS = {"align-left", "align-center", "align-right"}

TAGS = _BLOCKS | {"a", "br", "code", "em", "img", "strong"}
ATTRIBUTES = {"a": {"href"}, "img": {"src", "alt", "width", "height", "loading"}, "ol": {"start"}}
CLASSES = {"th": _ALIGNMENTS, "td": _ALIGNMENTS}
SCHEMES = {"https", "http", "mailto", "tel"}


def write_html(tree: Element, top_heading: int) -> str:
    """The sanitised HTML of a judged tree, whose headings change in place: the outline begins at h{top_heading}."""
    _arrange_headings(tree, top_heading)
    out: list[str] = []
    _write_content(tree, out)
    return sanitise("".join(out))


def write_lines(text: str) -> str:
    """The sanitised HTML of a text without markup: paragraphs with their line breaks."""
    return sanitise("\n".join(f"<p>{_escape_lines(block)}</p>" for block in split_paragraphs(text)))


def split_paragraphs(text: str) -> list[str]:
    """The paragraphs of a text, no line with spaces at its end."""
    lines = "\n".join(line.rstrip() for line in text.split("\n"))
    return [stripped for block in lines.split("\n\n") if (stripped := block.strip("\n"))]


def sanitise(markup: str) -> str:
    """HTML with nothing but what the allow-list names."""
    return _cleaner().clean(markup).strip()


@functools.cache
def _cleaner() -> nh3.Cleaner:
    # No rel: links open in the same tab, where noopener means nothing, and nofollow would disown the page's own word.
    return nh3.Cleaner(tags=TAGS, attributes=ATTRIBUTES, allowed_classes=CLASSES, url_schemes=SCHEMES, link_rel=None)


def _escape_lines(block: str) -> str:
    return html.escape(block, quote=False).replace("\n", "<br>\n")


def _arrange_headings(tree: Element, top_heading: int) -> None:
    """No level is skipped, wherever the text begins and however it jumps, and none goes below h6."""
    above: list[int] = []
    for element in tree.iter():
        if written := HEADINGS.get(element.tag):
            while above and above[-1] >= written:
                above.pop()
            above.append(written)
            element.tag = f"h{min(6, top_heading - 1 + len(above))}"


def _write_content(element: Element, out: list[str]) -> None:
    if element.text:
        out.append(html.escape(element.text, quote=False))
    for child in element:
        _write(child, out)
        if child.tail:
            out.append(html.escape(child.tail, quote=False))


def _write(element: Element, out: list[str]) -> None:
    tag = element.tag
    if tag == TEXT:
        return _write_content(element, out)
    out.append(f"<{tag}{_attributes(element)}>")
    if tag == "code":
        out.append((element.text or "").rstrip("\n"))  # escaped by the library
    elif tag not in _VOID:
        _write_content(element, out)
    if tag not in _VOID:
        out.append(f"</{tag}>")
    if tag in _BLOCKS or tag == "br":
        out.append("\n")
    return None


def _attributes(element: Element) -> str:
    match element.tag:
        case "a" | "img":
            return "".join(f' {name}="{html.escape(value)}"' for name, value in element.items())
        case "ol":
            start = element.get("start", "")
            return f' start="{int(start)}"' if 0 < len(start) < 10 else ""
        case "th" | "td":
            align = element.get("align")
            return f' class="align-{align}"' if align else ""
        case _:
            return ""
