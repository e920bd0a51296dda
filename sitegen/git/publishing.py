"""Puts a folder of built files on a branch that a host serves: from objects alone, no checkout, never by force."""

import os
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

import msgspec

from sitegen.git.command import GitError, Repository, ask, ask_word
from sitegen.git.committing import REGULAR, commit_tree, require_identity
from sitegen.git.reading import file_at
from sitegen.git.sending import Branch, Verdict, contains, find_newest, find_newest_after, judge, pause, push

_ATTEMPTS = 20
_PLAIN = PurePosixPath(".nojekyll")  # without it GitHub leaves out files that begin with an underscore

Blobs = Mapping[PurePosixPath, str]


class Published(msgspec.Struct, frozen=True):
    """The `commit` that holds the files, and whether it is `new`: else the branch held them already."""

    commit: str
    new: bool


class Site(msgspec.Struct, frozen=True):
    """The files of a built `folder` by `names`, and beside them the `record`, a file that lists these names."""

    folder: Path
    names: tuple[PurePosixPath, ...]
    record: PurePosixPath


def publish_site(repository: Repository, remote: str, branch: str, site: Site, message: str) -> Published:
    """Make the branch of the remote hold the site, in one commit; in none where it does so already.

    What the record on the branch lists and the site lacks is removed; every other file there stays. HEAD, index,
    files and refs of the user are not involved, and hooks do not run: they judge the work of the user, and this is
    none of it. A branch that does not exist begins with this commit. A push that lost a race starts again from the
    newest commit.

    Raises GitError for a branch with files and no record, for a file of others that is in the way, and where git
    refuses or the remote can't be reached.
    """
    require_identity(repository)
    blobs, target = _store(repository, site), Branch(repository, remote, branch)
    tip, attempt = find_newest(target, *_depth(repository)), 0
    while (commit := _draft(target, tip, blobs, site.record, message)) != tip:
        attempt += 1
        answer = push(target, commit, "--no-verify")
        verdict = judge(answer)
        if verdict is Verdict.LANDED:
            return Published(commit, new=True)
        if verdict is Verdict.REFUSED or attempt == _ATTEMPTS:
            raise GitError(f"The site is not on the branch {branch}. {answer}")
        time.sleep(pause(attempt).total_seconds())
        tip = find_newest_after(target, verdict)
        if contains(repository, tip, commit):
            return Published(commit, new=True)
    return Published(commit, new=False)


def _depth(repository: Repository) -> tuple[str, ...]:
    """Only what is shallow anyway is spared the history."""
    shallow = ask_word(repository, "rev-parse", "--is-shallow-repository") == "true"
    return ("--depth=1",) if shallow else ()


def _store(repository: Repository, site: Site) -> Blobs:
    """The ids of the site's files, which are objects of the repository then, byte for byte."""
    names = (*site.names, site.record)
    listed = b"".join(os.fsencode(site.folder.resolve() / name) + b"\n" for name in names)
    ids = ask_word(repository, "hash-object", "-w", "--no-filters", "--stdin-paths", given=listed).splitlines()
    return {**dict(zip(names, ids, strict=True)), _PLAIN: ask_word(repository, "hash-object", "-w", "--stdin")}


def _draft(target: Branch, tip: str | None, blobs: Blobs, record: PurePosixPath, message: str) -> str:
    """A commit of the blobs on the tip; the tip itself where it holds them and nothing else of ours."""
    there = _list(target.repository, tip) if tip else {}
    ours = _read_record(target, tip, record) if tip and there else frozenset()
    foreign = [path for path in blobs if path in there and path not in ours]
    if foreign:
        what = f"{foreign[0]} on the branch {target.name} is in the way: sitegen did not write it."
        raise GitError(f"{what} Remove it there, or keep it elsewhere.")
    wanted = {**{path: blob for path, blob in there.items() if path not in ours}, **blobs}
    if tip and wanted == there:
        return tip
    return commit_tree(target.repository, _tree(target.repository, tip, there, wanted), tip, message)


def _list(repository: Repository, commit: str) -> Blobs:
    """Every path in the commit with the id of what stands there."""
    lines = ask(repository, "ls-tree", "-r", "-z", "--full-tree", commit).split(b"\0")[:-1]
    entries = (line.split(b"\t", 1) for line in lines)
    return {PurePosixPath(os.fsdecode(name)): entry.decode().split(" ")[2] for entry, name in entries}


def _read_record(target: Branch, tip: str, record: PurePosixPath) -> frozenset[PurePosixPath]:
    """What is ours on the branch; GitError where nothing is, so that no other branch is ever written over."""
    found = file_at(target.repository, tip, record)
    if found is None:
        what = f"The branch {target.name} holds files that sitegen did not write."
        raise GitError(f"{what} Name a branch of the site's own, or delete that one.")
    listed = (PurePosixPath(line) for line in found[1].decode(errors="replace").splitlines())
    return frozenset((*listed, record, _PLAIN))


def _tree(repository: Repository, tip: str | None, there: Blobs, wanted: Blobs) -> str:
    """The tree of the tip with these blobs; GitError where a file would stand in the place of a folder."""
    gone = [(path, "0", "0" * len(blob)) for path, blob in there.items() if path not in wanted]
    new = [(path, REGULAR, blob) for path, blob in wanted.items() if there.get(path) != blob]
    # What goes comes first: a folder may need the name of a file that goes.
    lines = [f"{mode} {blob}\t".encode() + os.fsencode(path) + b"\0" for path, mode, blob in (*gone, *new)]
    with tempfile.TemporaryDirectory() as folder:
        index = f"{folder}/index"
        ask(repository, "read-tree", *((tip,) if tip else ("--empty",)), GIT_INDEX_FILE=index)
        ask(repository, "update-index", "-z", "--index-info", given=b"".join(lines), GIT_INDEX_FILE=index)
        # --missing-ok: a partial clone need not fetch every other file to learn that it exists.
        return ask_word(repository, "write-tree", "--missing-ok", GIT_INDEX_FILE=index)
