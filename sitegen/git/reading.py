"""Reads regular files out of commits, byte for byte as they were committed."""

import os
import tempfile
from collections.abc import Sequence
from pathlib import PurePosixPath

from sitegen.git.command import GitError, Repository, ask
from sitegen.git.fetching import commit_at

_REGULAR = {"100644", "100755"}


def files_at(repository: Repository, ref: str, folder: PurePosixPath) -> dict[PurePosixPath, bytes]:
    """The regular files below `folder` as they stood at `ref`: path → bytes as committed.

    `folder` and the paths are relative to the root of the repository; `PurePosixPath()` is all of it, and a folder
    that did not exist is empty. Symbolic links and submodules are left out. `ref` is anything that git reads as a
    commit; what a shallow clone lacks of it is fetched (see `commit_at`). Raises GitError when there is no such commit.
    """
    within = () if folder == PurePosixPath() else (f"{folder}/",)
    entries = _entries(repository, "-r", commit_at(repository, ref), "--", *within)
    blobs = {path: blob for path, (mode, blob) in entries.items() if mode in _REGULAR}
    return dict(zip(blobs, read_objects(repository, tuple(blobs.values())), strict=True))


def file_at(repository: Repository, commit: str, path: PurePosixPath) -> tuple[str, bytes] | None:
    """The mode and the bytes of one file in a commit that is here, None when there is nothing at `path`.

    Raises GitError when something else than a regular file stands there.
    """
    entry = _entries(repository, commit, "--", str(path)).get(path)
    if entry is None:
        return None
    mode, blob = entry
    if mode not in _REGULAR:
        raise GitError(f"{path} is not a regular file in the repository.")
    return mode, read_objects(repository, (blob,))[0]


def _entries(repository: Repository, *words: str) -> dict[PurePosixPath, tuple[str, str]]:
    # Literal, because a name may begin with the colon of git's pathspec magic.
    listing = ask(repository, "ls-tree", "-z", "--full-tree", *words, GIT_LITERAL_PATHSPECS="1")
    entries: dict[PurePosixPath, tuple[str, str]] = {}
    for line in listing.split(b"\0")[:-1]:
        entry, name = line.split(b"\t", 1)
        mode, _, blob = entry.decode().split(" ")
        entries[PurePosixPath(os.fsdecode(name))] = (mode, blob)
    return entries


def read_objects(repository: Repository, names: Sequence[str]) -> list[bytes]:
    """The bytes of the objects (blobs, commits) with these ids, in their order; GitError when one is not here."""
    asked = "".join(f"{name}\n" for name in names).encode()
    with tempfile.TemporaryFile() as file:  # a pipe would be emptied in tens of thousands of small bites
        ask(repository, "cat-file", "--batch", "--buffer", given=asked, into=file)
        file.seek(0)
        stream = file.read()
    contents: list[bytes] = []
    place = 0
    for name in names:
        start = stream.index(b"\n", place) + 1
        head = stream[place:start].split()
        if len(head) != 3:
            raise GitError(f"git cat-file: the object {name} is missing from this repository.")
        place = start + int(head[2]) + 1
        contents.append(stream[start : place - 1])
    return contents
