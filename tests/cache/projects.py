"""A small project that is edited in every way, and built twice: going on from the last build, and from nothing."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

from sitegen import project
from sitegen.build import build
from sitegen.cache import Cache
from sitegen.problems import Problem, sort_problems
from tests.projects import SETTINGS

START = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
ENGLISH = SETTINGS.replace("languages: [en, pl]", "languages: [en]")
OTHER_ZONE = SETTINGS.replace("Europe/Warsaw", "America/New_York")
NO_URL = SETTINGS.replace(", url: https://status.example.com", "")
PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010804000000b51c0c02"
    "0000000b4944415478da6364f80f00010501012718e3660000000049454e44ae426082"
)


def look(folder: Path) -> dict[str, bytes]:
    """Every file below the folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def go_on(root: Path, moment: datetime = START) -> tuple[Problem, ...]:
    """Build the project's site with what earlier builds kept; what is told."""
    return _make(root, root / "site", moment, Cache(root))


def start_anew(root: Path, out: Path, moment: datetime = START) -> tuple[Problem, ...]:
    """Build the project's site from nothing into another folder; what is told."""
    shutil.rmtree(out, ignore_errors=True)
    return _make(root, out, moment, None)


def _make(root: Path, out: Path, moment: datetime, cache: Cache | None) -> tuple[Problem, ...]:
    content = project.read(root, cache)
    assert content.project is not None, content.problems
    built = build(content.project, out, moment, cache=cache)
    return sort_problems((*content.problems, *built.problems))


def assert_same(root: Path, clean: Path, moment: datetime = START) -> None:
    """Going on gives what starting anew gives: the bytes and the problems."""
    told, expected = go_on(root, moment), start_anew(root, clean, moment)
    found, wanted = look(root / "site"), look(clean)
    assert [name for name in sorted({*found, *wanted}) if found.get(name) != wanted.get(name)] == []
    assert told == expected
