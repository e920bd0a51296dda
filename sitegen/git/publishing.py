"""Puts a folder of built files on a branch that a host serves: from objects alone, no checkout, never by force."""

import hashlib
import os
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

import msgspec

from sitegen.git.command import GitError, Repository, ask, ask_word
from sitegen.git.committing import REGULAR, commit_tree, require_identity
from sitegen.git.fetching import bringing_contents
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


class _Built(msgspec.Struct, frozen=True):
    site: Site
    blobs: Blobs


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
    state = ask_word(repository, "rev-parse", "--is-shallow-repository", "--show-object-format").splitlines()
    built, target = _identify(site, state[1]), Branch(repository, remote, branch)
    # Only what is shallow anyway is spared the history, and the contents that nobody looks at.
    is_shallow = state[0] == "true"
    tip = find_newest(target, *(("--depth=1",) if is_shallow else ()), with_contents=not is_shallow)
    attempt = 0
    while (commit := _draft(target, tip, built, message)) != tip:
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


def _identify(site: Site, form: str) -> _Built:
    """The site with the ids of its files; they are no objects of the repository yet."""
    ids = {name: _blob((site.folder / name).read_bytes(), form) for name in (*site.names, site.record)}
    return _Built(site, {**ids, _PLAIN: _blob(b"", form)})


def _blob(content: bytes, form: str) -> str:
    """The id that git gives the content, hashed in its object format: to store a file takes far longer."""
    return hashlib.new(form, b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def _draft(target: Branch, tip: str | None, built: _Built, message: str) -> str:
    """A commit of the built files on the tip; the tip itself where it holds them and nothing else of ours."""
    there = _list(target.repository, tip) if tip else {}
    ours = _read_record(target, tip, there, built) if tip and there else frozenset()
    foreign = [path for path in built.blobs if path in there and path not in ours]
    if foreign:
        what = f"{foreign[0]} on the branch {target.name} is in the way: sitegen did not write it."
        raise GitError(f"{what} Remove it there, or keep it elsewhere.")
    wanted = {**{path: blob for path, blob in there.items() if path not in ours}, **built.blobs}
    if tip and wanted == there:
        return tip
    stored = _store(target.repository, built.site, [path for path in built.blobs if there.get(path) != wanted[path]])
    tree = _tree(target.repository, tip, there, {**wanted, **stored})
    return commit_tree(target.repository, tree, tip, message)


def _store(repository: Repository, site: Site, names: list[PurePosixPath]) -> Blobs:
    """The ids of these files of the site, which are objects of the repository then, byte for byte as they are now."""
    plain = {_PLAIN: ask_word(repository, "hash-object", "-w", "--stdin")} if _PLAIN in names else {}
    files = [name for name in names if name != _PLAIN]
    listed = b"".join(os.fsencode(site.folder.resolve() / name) + b"\n" for name in files)
    ids = ask_word(repository, "hash-object", "-w", "--no-filters", "--stdin-paths", given=listed).splitlines()
    return {**dict(zip(files, ids, strict=True)), **plain}


def _list(repository: Repository, commit: str) -> Blobs:
    """Every path in the commit with the id of what stands there."""
    lines = ask(repository, "ls-tree", "-r", "-z", "--full-tree", commit).split(b"\0")[:-1]
    entries = (line.split(b"\t", 1) for line in lines)
    return {PurePosixPath(os.fsdecode(name)): entry.decode().split(" ")[2] for entry, name in entries}


def _read_record(target: Branch, tip: str, there: Blobs, built: _Built) -> frozenset[PurePosixPath]:
    """What is ours on the branch; GitError where nothing is, so that no other branch is ever written over."""
    record = built.site.record
    if there.get(record) == built.blobs[record]:
        return frozenset(built.blobs)
    found = file_at(bringing_contents(target.repository, target.remote), tip, record)
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
