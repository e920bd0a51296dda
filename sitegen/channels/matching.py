"""Whether a post on a timeline is the one that we perhaps sent."""

import re
import unicodedata

from sitegen.channel import Post

_FIRST_WORDS = 4
# "Update 3 · 14:05 CET", in whatever language and zone.
_LINE = re.compile(r"\w+ \d+ · \d{2}:\d{2} (?:UTC[+-]\d{2}:\d{2}|[A-Z]{2,5})")


def is_copy(post: Post, text: str, links: tuple[str, ...]) -> bool:
    """Whether a post that shows `text` and leads to `links` (both expanded and unescaped) is `post`.

    The same text is; so is the same link, or the same visible line, after the same first words: a correction and
    what it corrects link to the same place, and a person may link there in other words.
    """
    wanted, seen = _normalise(post.text), _normalise(text)
    if wanted == seen:
        return True
    if wanted.split()[:_FIRST_WORDS] != seen.split()[:_FIRST_WORDS]:
        return False
    return (post.link != "" and post.link in links) or _same_line(wanted, seen)


def _same_line(wanted: str, seen: str) -> bool:
    line = _LINE.search(wanted)
    return line is not None and re.search(rf"(?<!\w){re.escape(line[0])}", seen) is not None


def _normalise(text: str) -> str:
    # Platforms fold whitespace, compose letters, and drop characters that nobody sees.
    visible = (letter for letter in unicodedata.normalize("NFC", text) if unicodedata.category(letter) != "Cf")
    return " ".join("".join(visible).split())
