"""From the text of an engineer to what is shown: cleaned, measured, parsed, judged, written."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from xml.etree.ElementTree import Element

from sitegen.markup.characters import clean
from sitegen.markup.hypertext import HEADINGS, split_paragraphs, write_html, write_lines
from sitegen.markup.judging import judge_all
from sitegen.markup.limits import UNREADABLE, find_excess, is_too_deep
from sitegen.markup.lines import arrange
from sitegen.markup.memory import MEMORY, Place, Remembered
from sitegen.markup.plaintext import write_plain
from sitegen.markup.rendered import Concern, Picture, Rendered
from sitegen.markup.wrapping import unwrap

NO_PICTURES: Mapping[str, Picture] = MappingProxyType({})

# Where none of this is found, a text is nothing but sentences and the parser would only copy it.
_MARKUP = re.compile(r"[\\`*_\[\]<>&|#\t]|://|^(?:[^\S\n]|[-+=~]|\d{1,9}\.)", re.MULTILINE)

_ELSEWHERE = ("https://", "http://", "mailto:", "tel:")


def render(
    text: str, *, pictures: Mapping[str, Picture] = NO_PICTURES, root: str = "", top_heading: int = 3
) -> Rendered:
    """A text in Markdown as safe HTML and as plain text, with what is wrong in it.

    `pictures` are the known ones by the name as written; `root` is the prefix from the page to the root of the site
    (`../`, or an absolute URL); the outline of headings begins at h{top_heading} and skips no level. Never fails: a
    text that is too much is shown as written.
    """
    known = MEMORY.find(text, root, top_heading)
    if known is not None:
        return known
    place, rendered = _render(text, pictures, root, top_heading)
    if place is not None:
        MEMORY.keep(Remembered(text, place, rendered))
    return rendered


def _render(text: str, pictures: Mapping[str, Picture], root: str, top_heading: int) -> tuple[Place | None, Rendered]:
    """The rendering, and where else it will do; None: nowhere, for it depends on the pictures."""
    text, concerns = clean(text)
    if not _MARKUP.search(text):
        return Place(), _render_lines(_unwrapped(text), concerns)
    arranged = arrange(text)
    excess = find_excess(text, arranged)
    if excess:
        return Place(), _render_lines(text, (*concerns, excess))
    # Imported here: the library is slow to start, and where all texts are remembered, or none has markup, it need not.
    from sitegen.markup.dialect import parse

    tree = parse(arranged)
    if tree is None or is_too_deep(tree):
        return Place(), _render_lines(text, (*concerns, UNREADABLE))
    place = _find_place(tree, root, top_heading)
    judged = judge_all(tree, text, pictures, root)
    html, plain = write_html(tree, top_heading), write_plain(tree)
    found = sorted((*concerns, *arranged.concerns, *judged.concerns), key=lambda concern: concern.line)
    return place, Rendered(html, plain, tuple(found), judged.pictures)


def _find_place(tree: Element, root: str, top_heading: int) -> Place | None:
    """What the tree, not yet judged, needs of its surroundings: pages of this site are linked from its root."""
    has_links = has_headings = False
    for element in tree.iter():
        if element.tag == "img":
            return None
        has_links |= element.tag == "a" and not element.get("href", "").startswith(_ELSEWHERE)
        has_headings |= element.tag in HEADINGS
    return Place(root if has_links else None, top_heading if has_headings else None)


def _unwrapped(text: str) -> str:
    return "\n".join(line for _, line in unwrap([line.rstrip() for line in text.split("\n")]))


def _render_lines(text: str, concerns: tuple[Concern, ...]) -> Rendered:
    """A text without markup, or one that is shown as it was written."""
    return Rendered(write_lines(text), "\n\n".join(split_paragraphs(text)), concerns)
