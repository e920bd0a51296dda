"""The pictures that texts show, byte for byte."""

from collections.abc import Iterator

from sitegen import links
from sitegen.model import Picture
from sitegen.pages.page import Page, Scene


def pages(scene: Scene) -> Iterator[Page]:
    """One file per picture that stands beside the incidents."""
    for name in sorted(scene.project.pictures):
        yield _page(scene.project.pictures[name])


def _page(picture: Picture) -> Page:
    return Page(links.picture_file(picture.name), lambda: picture.content)
