"""Every kind of page there is, and the whole site as a list of files still to be made."""

import unicodedata
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath

from sitegen.pages import api, badges, calendar, embed, feeds, headers, html, media, now, plain
from sitegen.pages.html import names
from sitegen.pages.page import Page, Scene

__all__ = ["KINDS", "Page", "Scene", "collect", "names"]

Kind = Callable[[Scene], Iterator[Page]]
KINDS: tuple[Kind, ...] = (
    media.pages,
    headers.pages,
    feeds.pages,
    calendar.pages,
    api.pages,
    badges.pages,
    embed.pages,
    now.pages,
    plain.pages,
    html.pages,
)


def collect(scene: Scene) -> tuple[tuple[Page, ...], tuple[PurePosixPath, ...]]:
    """The files of the site in the order of writing (the home page last), and the aliases that had no room.

    Paths are unique, also on systems that take no notice of case or of how accents are encoded (SECURITY.md).
    """
    own = [page for kind in KINDS for page in kind(scene)]
    taken = {_fold(page.name) for page in own}
    copies, refused = [], []
    for page in html.aliases(scene):
        if _fold(page.name) in taken or _is_inside(page.path, taken):
            refused.append(page.path)
        else:
            taken.add(_fold(page.name))
            copies.append(page)
    return (*copies, *own), tuple(refused)


def _fold(name: str) -> str:
    return name.lower() if name.isascii() else unicodedata.normalize("NFC", name).casefold()


def _is_inside(path: PurePosixPath, taken: set[str]) -> bool:
    """Whether a file stands where the path needs a folder, or a folder where it needs a file."""
    folders = {_fold(str(parent)) for parent in path.parents}
    return bool(folders & taken) or any(name.startswith(_fold(str(path)) + "/") for name in taken)
