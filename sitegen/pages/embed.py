"""`embed.js`: shows the current incident on another site; the same bytes for every project."""

from collections.abc import Iterator
from pathlib import Path

from sitegen import links
from sitegen.pages import keys
from sitegen.pages.page import Page, Scene

_SCRIPT = Path(__file__).with_name("embed.js")


def pages(scene: Scene) -> Iterator[Page]:
    """The one file."""
    yield Page(str(links.EMBED), keys.of_settings(scene, "embed"), _SCRIPT.read_bytes)
