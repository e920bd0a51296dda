"""Texts that were rendered a moment ago: each stands on a page, in feeds and summaries, and is checked as well."""

import msgspec

from sitegen.markup.rendered import Rendered


class Place(msgspec.Struct, frozen=True):
    """What of a text's surroundings its rendering depends on; None: it is the same in all of them."""

    root: str | None = None
    top_heading: int | None = None

    def fits(self, root: str, top_heading: int) -> bool:
        """Whether a rendering for this place will do in those surroundings."""
        return self.root in (None, root) and self.top_heading in (None, top_heading)


class Memory:
    """Renderings by text and place, of about `most` characters; when there are more, all are forgotten at once."""

    def __init__(self, most: int) -> None:
        self._most, self._held = most, 0
        self._by_text: dict[str, list[tuple[Place, Rendered]]] = {}

    def find(self, text: str, root: str, top_heading: int) -> Rendered | None:
        """The rendering of the text that fits the surroundings, if it is known."""
        known = self._by_text.get(text, ())
        return next((rendered for place, rendered in known if place.fits(root, top_heading)), None)

    def keep(self, text: str, place: Place, rendered: Rendered) -> None:
        """From now on the rendering is known."""
        size = len(text) + len(rendered.html) + len(rendered.plain)
        if self._held + size > self._most:
            self._by_text.clear()
            self._held = 0
        self._by_text.setdefault(text, []).append((place, rendered))
        self._held += size
