"""Every block, file and variable of the default theme is documented, and nothing that is gone."""

import re

from sitegen.render import theme_folder
from tests.docs.documents import Document

REFERENCE = Document("docs/reference/templates.md")
FRAME = "base.html"


def blocks() -> dict[str, set[str]]:
    """The blocks of each template."""
    pages = theme_folder().glob("*.html")
    return {page.name: set(re.findall(r"{%-? *block (\w+)", page.read_text())) for page in pages}


def test_every_file_of_the_theme_is_named() -> None:
    files = {path.name for path in theme_folder().iterdir() if path.is_file()}
    assert set(REFERENCE.first_column("Files")) == files


def test_every_block_is_named_where_it_begins() -> None:
    there = blocks()
    frame = there[FRAME]
    own = {(name, block) for name, found in there.items() for block in found if name == FRAME or block not in frame}
    assert {(row[0].strip("`"), row[1].strip("`")) for row in REFERENCE.table("Blocks")} == own


def test_every_page_fills_the_blocks_that_each_must() -> None:
    pages = {name: found for name, found in blocks().items() if name not in (FRAME, "macros.html")}
    assert [name for name, found in pages.items() if "content" not in found] == []


def test_every_css_variable_is_named_and_used() -> None:
    folder = theme_folder()
    declared = set(re.findall(r"^\s+(--[\w-]+):", (folder / "variables.css").read_text(), re.MULTILINE))
    assert set(REFERENCE.first_column("CSS variables")) == declared
    style = (folder / "style.css").read_text()
    assert [name for name in sorted(declared) if f"var({name})" not in style] == []
