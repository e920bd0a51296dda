"""What each commit of a branch changed: between two of them, or step by step from the first one on."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime

import msgspec

from sitegen.git.command import GitError, Repository, ask, ask_word, run
from sitegen.git.committing import REGULAR
from sitegen.git.reading import read_objects

_RAW = ("-r", "-z", "--raw", "--no-renames", "--no-abbrev", "--ignore-submodules=none")
_AUTHOR = re.compile(r"^author (?P<name>.*) <.*> \d+ [+-]\d{4}$", re.MULTILINE)
_COMMITTED = re.compile(r"^committer .*> (?P<seconds>\d{1,11}) [+-]\d{4}$", re.MULTILINE)
_TREE = re.compile(r"^tree (?P<id>[0-9a-f]+)$", re.MULTILINE)


Changes = Mapping[str, bytes | None]
"""The new bytes of files by their paths as git writes them: a Path for each of tens of thousands takes too long."""


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One `commit` of a branch: by whom, `at` which moment (UTC, its own word), and what `changes` it brought.

    `changes` are the new bytes by path, as git writes it, None where a file went; compared with the only parent, or
    with nothing. A commit with several `parents` is not compared: its changes are empty.
    """

    commit: str
    parents: tuple[str, ...]
    tree: str
    by: str
    at: datetime
    message: str
    changes: Changes


class _Difference(msgspec.Struct, frozen=True, gc=False):
    path: str
    blob: str | None


def changed_files(repository: Repository, old: str | None, new: str) -> Changes:
    """The files in which commit `new` differs from `old`, as it has them, None where it has none.

    `old` None is a commit without files. Both must be here; a change of mode alone counts too. Raises GitError where
    something else than a plain file stands: a link, a program, a submodule.
    """
    since = old or ask_word(repository, "mktree")  # given nothing, mktree makes the tree of no files
    differences = [found for _, found in _parse(ask(repository, "diff-tree", *_RAW, since, new))]
    contents = _contents(repository, differences)
    return {found.path: contents.get(found.blob) for found in differences}


def walk(repository: Repository, tip: str) -> tuple[Step, ...]:
    """Every commit up to `tip`, parents before children, with its changes; as `changed_files` it raises GitError."""
    lines = ask_word(repository, "rev-list", "--reverse", "--topo-order", "--parents", tip).splitlines()
    family = {commit: tuple(parents) for commit, *parents in (line.split() for line in lines)}
    given = "".join(f"{commit}\n" for commit in family).encode()
    found = tuple(_parse(ask(repository, "diff-tree", "--stdin", "--root", *_RAW, given=given)))
    contents = _contents(repository, (difference for _, difference in found))
    changes: dict[str, dict[str, bytes | None]] = {commit: {} for commit in family}
    for commit, difference in found:
        changes[commit][difference.path] = contents.get(difference.blob)
    headers = zip(family.items(), read_objects(repository, list(family)), strict=True)
    return tuple(_step(commit, parents, raw, changes[commit]) for (commit, parents), raw in headers)


def find_fork(repository: Repository, one: str, other: str) -> str | None:
    """The id of the newest commit that both stand on, None where there is none; both must be here."""
    answer = run(repository, "merge-base", one, other)
    return answer.output.decode().strip() if answer.code == 0 else None


def _step(commit: str, parents: tuple[str, ...], raw: bytes, changes: Changes) -> Step:
    header, _, message = raw.decode(errors="replace").partition("\n\n")
    author, committed, tree = _AUTHOR.search(header), _COMMITTED.search(header), _TREE.search(header)
    if author is None or committed is None or tree is None:
        raise GitError(f"The commit {commit} does not say who made it when.")
    return Step(
        commit=commit,
        parents=parents,
        tree=tree["id"],
        by=author["name"],
        at=datetime.fromtimestamp(int(committed["seconds"]), UTC),
        message=message,
        changes=changes,
    )


def _parse(listing: bytes) -> Iterator[tuple[str, _Difference]]:
    """The differences with the commit whose id stands before them, empty where none does."""
    commit, words = "", iter(listing.split(b"\0")[:-1])
    for word in words:
        if not word.startswith(b":"):
            commit = word.decode()
            continue
        path = next(words).decode(errors="surrogateescape")
        _, mode, _, blob, letter = word.decode().split(" ")
        if letter != "D" and mode != REGULAR:
            raise GitError(f"{path} is not a regular file in the repository.")
        yield commit, _Difference(path, None if letter == "D" else blob)


def _contents(repository: Repository, differences: Iterable[_Difference]) -> dict[str | None, bytes]:
    blobs = sorted({found.blob for found in differences if found.blob})
    return dict(zip(blobs, read_objects(repository, blobs), strict=True))
