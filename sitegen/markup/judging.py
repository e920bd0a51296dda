"""The links and pictures of a text: each one is made fit to be shown, or becomes text, with a concern."""

from collections.abc import Mapping
from xml.etree.ElementTree import Element

import msgspec

from sitegen.markup.characters import decode_entities, without_invisible
from sitegen.markup.links import judge
from sitegen.markup.rendered import Concern, Picture
from sitegen.problems import Severity

# A tag of ours: both writers show its content only.
TEXT = "text"
LEFT_OUT = "[picture left out]"


class Judged(msgspec.Struct, frozen=True):
    """What is wrong with the links and pictures of a text, and the names of the pictures that it shows."""

    concerns: tuple[Concern, ...]
    pictures: tuple[str, ...]


def judge_all(tree: Element, text: str, pictures: Mapping[str, Picture], root: str) -> Judged:
    """Changes the tree in place; `text` is the one it was parsed from, to find the line of a concern."""
    judging = _Judging(text, pictures, root)
    for element in list(tree.iter("img")):
        judging.judge_picture(element)
    for element in list(tree.iter("a")):
        if element.tag == "a":
            judging.judge_link(element)
    shown = dict.fromkeys(judging.names[element] for element in tree.iter("img"))
    return Judged(tuple(judging.concerns), tuple(shown))


class _Judging:
    """The concerns so far, the written name of each picture, and how far each address was found in the text."""

    def __init__(self, text: str, pictures: Mapping[str, Picture], root: str) -> None:
        self.text, self.pictures, self.root = text, pictures, root
        self.concerns: list[Concern] = []
        self.names: dict[Element, str] = {}
        self.found: dict[str, int] = {}

    def judge_picture(self, element: Element) -> None:
        name, alt = element.get("src", ""), decode_entities(element.get("alt", "")).strip()
        line, picture = self._line_of(name), self.pictures.get(name)
        if picture is None:
            what = f"There is no picture “{without_invisible(name)[:200]}” beside this text."
            hint = "Put a PNG, JPEG, WebP or AVIF beside the text and write its file name only."
            self.concerns.append(Concern(line, what, hint))
        elif not alt:
            hint = f"Say what it shows to those who can't see it: ![Errors per minute]({name})."
            self.concerns.append(Concern(line, f"The picture “{name}” has no description.", hint))
        if picture is None or not alt:
            element.tag, element.text = TEXT, alt or LEFT_OUT
            return
        self.names[element] = name
        size = {"width": str(picture.width), "height": str(picture.height)}
        element.attrib = {"src": self.root + picture.path, "alt": alt, **size, "loading": "lazy"}

    def judge_link(self, element: Element) -> None:
        written, text = element.get("href", ""), decode_entities("".join(element.itertext()))
        link, line = judge(decode_entities(written), text, self.root), self._line_of(written)
        self._unlink_inner(element, line)
        if link.what:
            self.concerns.append(Concern(line, link.what, link.hint, link.severity))
        if link.href is None:
            element.tag = TEXT
        else:
            element.attrib = {"href": link.href}
        if link.text is not None:
            del element[:]
            element.text = link.text

    def _unlink_inner(self, element: Element, line: int) -> None:
        for inner in element.iter("a"):
            if inner is not element:
                inner.tag = TEXT
                what = "A link stands inside the text of another link; the inner one is shown as text."
                self.concerns.append(Concern(line, what, "Put one after the other.", Severity.WARNING))

    def _line_of(self, written: str) -> int:
        """The line of the next place where this address is written; links come in the order of the text."""
        place = self.text.find(written, self.found.get(written, 0))
        if place < 0:
            return 0
        self.found[written] = place + len(written)
        return self.text.count("\n", 0, place)
