"""The texts of Statuspage, Markdown with some HTML in it, to our Markdown: every word of them is shown.

Only the tags that Statuspage lets people write are taken for tags; `<1%` and `<your-app>` are text.
"""

import html
import re
from collections import Counter

import msgspec

from sitegen import markup

_TAG = re.compile(
    r"<(/?)(br|p|div|b|strong|i|em|u|s|span|small|var|font|a|ul|ol|li|h[1-6]|code|pre|hr|blockquote|img|table|tbody"
    r"|thead|tr|td|th)(?=[\s/>])((?:[^<>\"']|\"[^\"<>]{0,2000}\"|'[^'<>]{0,2000}'){0,200})>",
    re.IGNORECASE,
)
_ATTRIBUTE = re.compile(r"([a-z-]{1,20})\s{0,9}=\s{0,9}(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))", re.IGNORECASE)
_WORD = re.compile(r"\w+")
_MARKS = re.compile(r"([!#*+\-.>\[\\\]_`{|}~])")
# A backslash that Markdown would take away, a star between two letters or figures that it would take for emphasis, a
# line that it would take for the address of a link somewhere else.
_HIDDEN_BACKSLASH = re.compile(r"\\([!-/:-@\[-`{-~])")
_STAR_WITHIN = re.compile(r"(?<=\w)\*(?=\w)")
_DEFINITION = re.compile(r"^( {0,3})\[(?=[^\]\n]{1,300}\]:)", re.MULTILINE)
_PICTURE = re.compile(r"!(\[[^\]\n]{1,300}\]\([ \t]{0,9}https?://[^\s()]{1,300}\))")
# How many open tags a list item looks through for its list.
_REACH = 20
_BREAKS = {"p": "\n\n", "blockquote": "\n\n", **dict.fromkeys(("div", "ul", "ol", "table", "pre", "tr"), "\n")}
_MARKED = {"b": "**", "strong": "**", "i": "*", "em": "*", "code": "`"}


class _Open(msgspec.Struct):
    """A tag that waits for its end: where its content begins in what is written, and its attributes."""

    name: str
    start: int
    address: str = ""
    number: int = 0


class _Writer:
    """Writes Markdown, tag by tag."""

    def __init__(self) -> None:
        self.out: list[str] = []
        self.open: list[_Open] = []
        self.waiting: Counter[str] = Counter()

    def begin(self, name: str, attributes: str) -> None:
        """A start tag."""
        match name:
            case "br":
                self.out.append("\n")
            case "hr":
                self.out.append("\n\n---\n\n")
            case "img":
                self.out.append(_picture(attributes))
            case "li":
                self.out.append(self._bullet())
            case "td" | "th":
                self.out.append(" ")
            case _:
                self.out.append(_BREAKS.get(name, f"\n\n{'#' * int(name[1])} " if re.fullmatch("h[1-6]", name) else ""))
                self.open.append(_Open(name, len(self.out), _attribute(attributes, "href")))
                self.waiting[name] += 1

    def _bullet(self) -> str:
        around = next((one for one in self.open[: -_REACH - 1 : -1] if one.name in ("ul", "ol")), None)
        if around is None or around.name == "ul":
            return "\n- "
        around.number += 1
        return f"\n{around.number}. "

    def end(self, name: str) -> None:
        """An end tag: it ends what was begun within its element too; one without its beginning is nothing."""
        if not self.waiting[name]:
            return
        while self._close_last() != name:
            continue
        self.out.append(_BREAKS.get(name, "\n\n" if name[0] == "h" else ""))

    def finish(self) -> str:
        """The whole text; what was never ended ends with it."""
        while self.open:
            self._close_last()
        return "".join(self.out)

    def _close_last(self) -> str:
        """End the innermost element; gives its name."""
        opened = self.open.pop()
        self.waiting[opened.name] -= 1
        text = "".join(self.out[opened.start :])
        self.out[opened.start :] = [_close(opened, text)]
        return opened.name

    def write(self, text: str) -> None:
        """Text, its character references resolved."""
        self.out.append(html.unescape(text))


def _close(opened: _Open, text: str) -> str:
    """The content of a tag with the marks that stand for it."""
    body = text.strip()
    if opened.name == "a" and opened.address:
        return text.replace(body, _link(body, opened.address), 1) if body else opened.address
    if not body:
        return text
    mark = _MARKED.get(opened.name, "")
    return text if not mark or "\n\n" in body or mark[0] in body else text.replace(body, f"{mark}{body}{mark}", 1)


def _link(text: str, address: str) -> str:
    if not address or address == text:
        return text
    if re.fullmatch(r"(?:https?://|mailto:)[^\s()<>]+", address) and not re.search(r"[\[\]\n]", text):
        return f"[{text}]({address})"
    return f"{text} ({address})"


def _picture(attributes: str) -> str:
    """A picture, which was not brought along, as a link to where it was."""
    address, name = _attribute(attributes, "src"), _attribute(attributes, "alt")
    return _link(name or address.rsplit("/", 1)[-1], address)


def _attribute(attributes: str, wanted: str) -> str:
    for name, *values in _ATTRIBUTE.findall(attributes):
        if name.lower() == wanted:
            return html.unescape("".join(values)).strip()
    return ""


def to_markdown(text: str) -> str:
    """The text in Markdown, with LF; whatever it says is seen on a page that shows it."""
    written = _tidy(_PICTURE.sub(r"\1", _convert(text.replace("\r\n", "\n").replace("\r", "\n"))))
    kept = _protect(written)
    if _shows(kept, written):
        return kept
    blocks = ((_protect(block), block) for block in written.split("\n\n"))
    mended = "\n\n".join(kept if _shows(kept, block) else _escape(block) for kept, block in blocks)
    return mended if _shows(mended, written) else _escape(written)


def _escape(text: str) -> str:
    """The text with every character that Markdown could take for a mark as itself."""
    return _MARKS.sub(r"\\\1", text)


def _convert(text: str) -> str:
    writer, done = _Writer(), 0
    for tag in _TAG.finditer(text):
        writer.write(text[done : tag.start()])
        if tag[1]:
            writer.end(tag[2].lower())
        else:
            writer.begin(tag[2].lower(), tag[3])
        done = tag.end()
    writer.write(text[done:])
    return writer.finish()


def _protect(text: str) -> str:
    text = _HIDDEN_BACKSLASH.sub(r"\\\\\\\1", text)
    return _DEFINITION.sub(r"\1\\[", _STAR_WITHIN.sub(r"\\*", text))


def _tidy(text: str) -> str:
    lines = "\n".join(line.rstrip() for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", lines).strip()


def _shows(text: str, source: str) -> bool:
    """Whether every word and number of the source is seen where the text is shown."""
    return _words(source) <= _words(markup.render(text).plain)


def _words(text: str) -> set[str]:
    return set(_WORD.findall(text.replace("_", " ")))
