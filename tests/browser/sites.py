"""The sites that the browser looks at: each kind of page in each state, built once a run."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
import msgspec

from sitegen import project
from sitegen.build import build
from tests.browser import gallery
from tests.projects import make_project

REPOSITORY = Path(__file__).parents[2]
EXAMPLE_MOMENT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


class Site(msgspec.Struct, frozen=True):
    """A built site: its folder, and the moment (UTC) it shows."""

    name: str
    folder: Path
    moment: datetime

    @property
    def pages(self) -> tuple[str, ...]:
        """The paths of all its pages."""
        return tuple(sorted(str(path.relative_to(self.folder)) for path in self.folder.rglob("*.html")))

    @property
    def variety(self) -> tuple[str, ...]:
        """What the slowest tests look at: every page but most services and entries of a long history.

        Of a translation the longest of each folder.
        """
        folders = defaultdict(list)
        for path in sorted(self.pages, key=lambda path: -len(self.read(path))):
            folders[str(PurePosixPath(path).parent)].append(path)
        translated = dict.fromkeys((name for name in folders if name.startswith("pl/")), 1)
        limits = {"components": 4, "incidents": 14, "history": 4, **translated}
        return tuple(path for name, paths in folders.items() for path in paths[: limits.get(name)])

    def address(self, path: str = "index.html") -> str:
        """The page on disk."""
        return (self.folder / path).as_uri()

    def read(self, path: str) -> str:
        """The page's source."""
        return (self.folder / path).read_text("utf-8")

    def parse(self, path: str) -> Element:
        """The page's elements; the first thing that is not HTML raises."""
        parser: Any = html5lib.HTMLParser(html5lib.getTreeBuilder("etree"), strict=True, namespaceHTMLElements=False)
        found: Element = parser.parse(self.read(path))
        return found


def build_site(name: str, folder: Path, content: Path, moment: datetime) -> Site:
    """The project in the folder `content` as a site in `folder`."""
    found = project.read(content).project
    assert found is not None
    build(found, folder, moment)
    return Site(name, folder, moment)


def _made(settings: str, incidents: Mapping[str, str | bytes]) -> Callable[[str, Path], Site]:
    def make(name: str, folder: Path) -> Site:
        content = make_project(folder / "content", settings, incidents)
        return build_site(name, folder / "site", content, gallery.MOMENT)

    return make


SITES: Mapping[str, Callable[[str, Path], Site]] = {
    "example": lambda name, folder: build_site(name, folder / "site", REPOSITORY, EXAMPLE_MOMENT),
    "gallery": _made(gallery.GALLERY_SETTINGS, gallery.GALLERY),
    "doubt": _made(gallery.DOUBT_SETTINGS, gallery.DOUBT),
    "quiet": _made(gallery.QUIET_SETTINGS, {}),
    "long": _made(gallery.LONG_SETTINGS, gallery.LONG),
}
