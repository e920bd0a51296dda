"""Links of the documents lead somewhere, and what they name exists."""

import re
from pathlib import Path

import pytest

from tests.docs.documents import PATHS, ROOT, Document

PICTURE_LIMIT = 150_000
MARKERS = frozenset(
    {
        "",
        *(
            "console",
            "console run",
            "css",
            "html",
            "ini",
            "jinja",
            "nginx",
            "python",
            "sh",
            "sh run",
            "sh serve",
            "text",
        ),
        *("markdown", "markdown postmortem", "yaml incident", "yaml settings", "yaml workflow"),
    }
)
each_document = pytest.mark.parametrize("path", PATHS, ids=str)


@each_document
def test_every_link_inside_the_project_leads_to_a_file_and_a_heading(path: Path) -> None:
    assert [link for link in Document(path).links if not leads(path, link)] == []


def leads(path: Path, link: str) -> bool:
    """Whether the file is there and has the heading."""
    file, _, anchor = link.partition("#")
    target = (ROOT / path.parent / file).resolve() if file else ROOT / path
    if not target.exists() or not target.is_relative_to(ROOT):
        return False
    return not anchor or anchor in Document(target.relative_to(ROOT)).anchors


@each_document
def test_a_block_of_code_has_a_marker_that_is_known(path: Path) -> None:
    assert Document(path).infos <= MARKERS


@each_document
def test_every_make_target_that_a_document_names_exists(path: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"(?:`|^)make ([a-z-]+)", Document(path).text, re.MULTILINE)) <= targets


@each_document
def test_every_test_that_a_document_names_exists(path: Path) -> None:
    named = set(re.findall(r"`(tests/[\w/*.-]+)`", Document(path).text))
    assert [name for name in sorted(named) if not any(ROOT.glob(name.rstrip("/")))] == []


def test_every_document_can_be_reached_from_the_readme() -> None:
    reached: set[Path] = set()
    waiting = [Path("README.md")]
    while waiting:
        path = waiting.pop()
        reached.add(path)
        files = ((ROOT / path.parent / link.partition("#")[0]).resolve() for link in Document(path).links)
        waiting += {file.relative_to(ROOT) for file in files if file.suffix == ".md"} - reached
    assert set(PATHS) - reached == set()


def test_pictures_are_small_enough_for_a_slow_line() -> None:
    pictures = sorted((ROOT / "docs" / "images").glob("*.png"))
    assert pictures
    assert [one.name for one in pictures if one.stat().st_size > PICTURE_LIMIT] == []
    shown = {Path(link).name for path in PATHS for link in Document(path).links if link.endswith(".png")}
    assert {one.name for one in pictures} == shown
