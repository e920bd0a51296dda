"""The id of a new incident, made from its title."""

import re
import unicodedata
from collections.abc import Collection, Iterable
from datetime import date
from itertools import count

MAX_SLUG = 60
_UNDECOMPOSED = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "'": "", "’": ""}
)


def new_id(day: date, title: str, taken: Collection[str], components: Iterable[str] = ()) -> str:
    """A free id for an incident of that day: its title in ASCII, cut at a word, with `-2` where it is taken.

    A title that leaves no ASCII letter gives way to the components' keys, and these to `incident`. `taken` are the
    ids and aliases that exist, compared without regard to case.
    """
    words = _words(title) or _words(" ".join(components)) or ["incident"]
    claimed = {name.casefold() for name in taken}
    suffixes = ("" if number == 1 else f"-{number}" for number in count(1))
    names = (f"{day.isoformat()}-{_join(words, MAX_SLUG - len(suffix))}{suffix}" for suffix in suffixes)
    return next(name for name in names if name not in claimed)


def _words(text: str) -> list[str]:
    """The ASCII words of a text, accents dropped; none where no letter would remain."""
    decomposed = unicodedata.normalize("NFKD", text.casefold().translate(_UNDECOMPOSED))
    plain = "".join(character for character in decomposed if not unicodedata.combining(character))
    return re.findall(r"[a-z0-9]+", plain) if re.search("[a-z]", plain) else []


def _join(words: list[str], most: int) -> str:
    """As many of the words as fit into `most` characters; a first one that does not fit is cut."""
    slug = words[0][:most]
    for word in words[1:]:
        if len(slug) + 1 + len(word) > most:
            break
        slug += f"-{word}"
    return slug
