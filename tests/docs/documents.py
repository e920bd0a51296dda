"""The project's documents as their readers meet them: headings, links, tables and blocks of code."""

import re
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_TOP = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")
PATHS = (*map(Path, _TOP), *sorted(path.relative_to(ROOT) for path in (ROOT / "docs").rglob("*.md")))
_FENCE = re.compile(r"^```([^\n`]*)\n(.*?)^```[ ]*$", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^(#{1,6}) +(.+?) *$", re.MULTILINE)
_CODE = re.compile(r"`[^`\n]*`")
_LINK = re.compile(r"!?\[(?:[^\[\]]|\[[^\]]*\])*\]\(([^()\s]+)\)")
_IMAGE = re.compile(r'<img src="([^"]+)"')
_CELLS = re.compile(r"(?<!\\)\|")

Row = tuple[str, ...]


class Document:
    """One Markdown file, by its path from the top of the repository."""

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)
        self.text = (ROOT / path).read_text(encoding="utf-8")

    @cached_property
    def prose(self) -> str:
        """The text without its blocks of code."""
        return _FENCE.sub("", self.text)

    def blocks(self, *markers: str) -> tuple[tuple[str, str], ...]:
        """The blocks of code with one of these info strings, each with its own, in their order."""
        return tuple((info.strip(), body) for info, body in _FENCE.findall(self.text) if info.strip() in markers)

    @cached_property
    def infos(self) -> frozenset[str]:
        """The info strings of all blocks of code."""
        return frozenset(info.strip() for info, _ in _FENCE.findall(self.text))

    @cached_property
    def anchors(self) -> frozenset[str]:
        """The fragments by which hosts reach the headings."""
        names: list[str] = []
        for _, heading in _HEADING.findall(self.prose):
            plain = re.sub(r"[^\w\- ]", "", heading.replace("`", "").lower()).replace(" ", "-")
            names.append(f"{plain}-{names.count(plain)}" if plain in names else plain)
        return frozenset(names)

    @cached_property
    def links(self) -> tuple[str, ...]:
        """The targets of links and pictures inside the project."""
        prose = _CODE.sub("", self.prose)
        found = (*_LINK.findall(prose), *_IMAGE.findall(prose))
        return tuple(link for link in found if not link.startswith(("https://", "mailto:")))

    def section(self, heading: str) -> str:
        """What stands under a heading, up to the next of any level."""
        titles = list(_HEADING.finditer(self.prose))
        for title, end in zip(titles, [*(one.start() for one in titles[1:]), len(self.prose)], strict=True):
            if title[2] == heading:
                return self.prose[title.end() : end]
        raise AssertionError(f"{self.path} has no heading `{heading}`.")

    def table(self, heading: str) -> tuple[Row, ...]:
        """The rows of the table under a heading, without its head; cells are stripped."""
        lines = [line for line in self.section(heading).splitlines() if line.startswith("|")]
        return tuple(tuple(cell.strip() for cell in _CELLS.split(line)[1:-1]) for line in lines[2:])

    def first_column(self, heading: str) -> tuple[str, ...]:
        """The first cells of that table, without backticks."""
        return tuple(row[0].strip("`") for row in self.table(heading))
