"""Texts that were rendered a moment ago: each stands on a page, in feeds and summaries, and is checked as well."""

from collections.abc import Iterable, Sequence

import msgspec

from sitegen.markup.rendered import Rendered


class Place(msgspec.Struct, frozen=True, array_like=True):
    """What of a text's surroundings its rendering depends on; None: it is the same in all of them."""

    root: str | None = None
    top_heading: int | None = None

    def fits(self, root: str, top_heading: int) -> bool:
        """Whether a rendering for this place will do in those surroundings."""
        return self.root in (None, root) and self.top_heading in (None, top_heading)


class Remembered(msgspec.Struct, frozen=True, array_like=True):
    """A text as it is rendered for a place."""

    text: str
    place: Place
    rendered: Rendered


class Memory:
    """Renderings by text and place, of about `most` characters; when there are more, all are forgotten at once."""

    def __init__(self, most: int) -> None:
        self._most, self._held = most, 0
        self._by_text: dict[str, list[Remembered]] = {}

    def find(self, text: str, root: str, top_heading: int) -> Rendered | None:
        """The rendering of the text that fits the surroundings, if it is known."""
        known = self._by_text.get(text, ())
        return next((one.rendered for one in known if one.place.fits(root, top_heading)), None)

    def keep(self, remembered: Remembered) -> None:
        """From now on the rendering is known."""
        text, rendered = remembered.text, remembered.rendered
        size = len(text) + len(rendered.html) + len(rendered.plain)
        if self._held + size > self._most:
            self._by_text.clear()
            self._held = 0
        self._by_text.setdefault(text, []).append(remembered)
        self._held += size

    def known(self, text: str) -> Sequence[Remembered]:
        """All renderings of the text that are known."""
        return self._by_text.get(text, ())


# Enough for an incident with its post-mortem many times over; a build comes back to a text soon or not at all.
MEMORY = Memory(4_000_000)


def recall(texts: Iterable[str]) -> tuple[Remembered, ...]:
    """What is known of the renderings of these texts, for `learn` in another process or at another time."""
    return tuple(one for text in dict.fromkeys(texts) for one in MEMORY.known(text))


def learn(remembered: Iterable[Remembered]) -> None:
    """Know these renderings, which must be of this program."""
    for one in remembered:
        if not MEMORY.known(one.text):
            MEMORY.keep(one)
