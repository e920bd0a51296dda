"""Makes commits from objects alone: no checkout, no index of the user's, in the user's name."""

import os
import secrets
import tempfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

import msgspec

from sitegen.git.command import GitError, Repository, ask, ask_word, run

REGULAR = "100644"
_WHO_ARE_YOU = """\
git does not know whose name to put on the change. Tell it once, then try again:
  git config --global user.name "Your Name"
  git config --global user.email you@example.com"""
_AT_ONCE = 1000  # entries of one command line: far below what any system allows


class File(msgspec.Struct, frozen=True):
    """What a commit holds at a path: the `content` and git's `mode` of a regular file."""

    content: bytes
    mode: str = REGULAR


def require_identity(repository: Repository) -> None:
    """Raises GitError, which names the two commands, where git knows no name and address to commit with."""
    for ident in ("GIT_AUTHOR_IDENT", "GIT_COMMITTER_IDENT"):
        if run(repository, "var", ident).code != 0:
            raise GitError(_WHO_ARE_YOU)


def tree_with(repository: Repository, base: str | None, files: Mapping[PurePosixPath, File]) -> str:
    """The id of the tree of the commit `base` (None: of nothing) with these files in place of what it had there.

    Raises GitError for a path that no commit may hold, or that would make a folder of a file.
    """
    blobs = _store(repository, [file.content for file in files.values()])
    entries = [
        f"{file.mode},{blob},".encode() + os.fsencode(path)
        for (path, file), blob in zip(files.items(), blobs, strict=True)
    ]
    with tempfile.TemporaryDirectory() as folder:
        index = f"{folder}/index"
        ask(repository, "read-tree", *((base,) if base else ("--empty",)), GIT_INDEX_FILE=index)
        for start in range(0, len(entries), _AT_ONCE):
            some = [word for entry in entries[start : start + _AT_ONCE] for word in (b"--cacheinfo", entry)]
            ask(repository, "update-index", "--add", *some, GIT_INDEX_FILE=index)
        # --missing-ok: a partial clone need not fetch every other file to learn that it exists.
        return ask_word(repository, "write-tree", "--missing-ok", GIT_INDEX_FILE=index)


def commit_tree(repository: Repository, tree: str, parent: str | None, message: str, *trailers: str) -> str:
    """The id of a new commit of the tree, signed where the user signs; without a parent it is a root.

    The message ends with the trailers and a random `Sitegen-Push` line, so that two equal changes in one second are
    two commits and neither is taken for the other.
    """
    lines = (message.rstrip(), "", *trailers, f"Sitegen-Push: {secrets.token_hex(8)}", "")
    parents = ("-p", parent) if parent else ()
    return ask_word(repository, "commit-tree", *_signing(repository), *parents, tree, given="\n".join(lines).encode())


def _store(repository: Repository, contents: list[bytes]) -> list[str]:
    # Through files, because one command then stores them all; no filter of the repository may touch them.
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / str(number) for number in range(len(contents))]
        for path, content in zip(paths, contents, strict=True):
            path.write_bytes(content)
        listed = "".join(f"{path}\n" for path in paths).encode()
        return ask_word(repository, "hash-object", "-w", "--no-filters", "--stdin-paths", given=listed).splitlines()


def _signing(repository: Repository) -> tuple[str, ...]:
    # Unlike `git commit`, commit-tree does not look at this setting itself.
    wanted = run(repository, "config", "--type=bool", "--get", "commit.gpgSign").output.strip()
    return ("-S",) if wanted == b"true" else ()
