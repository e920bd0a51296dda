"""A folder to the bytes of some of its files: regular ones only, links never followed, nothing without bounds."""

import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath

import msgspec

from sitegen import source
from sitegen.importers.conversion import Findings, Skipped
from sitegen.problems import Location, Problem

MAX_FILE = source.MAX_BYTES
MAX_FILES = 20_000
MAX_DEPTH = 20


class Folder(msgspec.Struct, frozen=True):
    """Files by path relative to the folder, sorted; which ones were not read, and why."""

    files: Mapping[PurePosixPath, bytes]
    unread: tuple[Skipped, ...]
    problems: tuple[Problem, ...]


def read_folder(root: Path, wanted: Iterable[PurePosixPath], most: int = MAX_FILE) -> Folder:
    """The wanted files below `root`, and all files below the wanted folders, as far as there are such.

    At most MAX_FILES of at most `most` bytes; hidden names are no content. Never raises OSError.
    """
    files: dict[PurePosixPath, bytes] = {}
    unread: list[Skipped] = []
    for path in (found for start in wanted for found in _walk(root, start, unread)):
        content = _read_file(root / path, most) if len(files) < MAX_FILES else f"{MAX_FILES} files were read before it."
        if isinstance(content, bytes):
            files[path] = content
        else:
            unread.append(Skipped(path, content))
    findings = Findings()
    for file in unread:
        findings.lose(Location(file.path), f"Not read: {file.reason}")
    return Folder(dict(sorted(files.items())), tuple(unread), tuple(findings.problems))


def _walk(root: Path, start: PurePosixPath, unread: list[Skipped]) -> Iterator[PurePosixPath]:
    """Whatever is no folder at or below `start`; what a link on the way leads to is left alone."""
    for path in (*reversed(start.parents[:-1]), start):
        # The folder itself was named by the user, whatever it is.
        if path.parts and (root / path).is_symlink():
            unread.append(Skipped(path, "This is a link; links are not followed."))
            return
    if (root / start).is_dir():
        yield from _descend(root, start, unread)
    elif os.path.lexists(root / start):
        yield start


def _descend(root: Path, below: PurePosixPath, unread: list[Skipped]) -> Iterator[PurePosixPath]:
    try:
        entries = sorted(os.scandir(root / below), key=lambda entry: entry.name)
    except OSError as error:
        unread.append(Skipped(below, f"The folder can't be read: {error.strerror}."))
        return
    for entry in entries:
        path = below / entry.name
        if entry.name.startswith("."):
            continue
        if not entry.is_dir(follow_symlinks=False):
            yield path
        elif len(path.parts) > MAX_DEPTH:
            unread.append(Skipped(path, f"The folder lies deeper than {MAX_DEPTH} levels."))
        else:
            yield from _descend(root, path, unread)


def _read_file(file: Path, most: int) -> bytes | str:
    """The bytes, or why there are none."""
    try:
        status = file.lstat()
        if not stat.S_ISREG(status.st_mode):
            return "This is no regular file; links, pipes and devices are not followed."
        if status.st_size > most:
            return f"The file has {status.st_size} bytes; {most} are allowed."
        # Should a pipe or link have taken its place meanwhile, this neither waits for it nor follows it.
        descriptor = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb") as opened:
            return opened.read(most)
    except OSError as error:
        return f"The file can't be read: {error.strerror}."
