"""Puts one edit of one file on a branch of the remote, exactly once, whoever else pushes at the same minute."""

import os
import random
import re
import secrets
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from enum import StrEnum
from pathlib import PurePosixPath

import msgspec

from sitegen.git.command import Answer, GitError, Repository, ask, ask_word, run
from sitegen.git.fetching import fetch_commit, known_commit, offered_refs
from sitegen.git.reading import file_at

_WHO_ARE_YOU = """\
git does not know whose name to put on the change. Tell it once, then try again:
  git config --global user.name "Your Name"
  git config --global user.email you@example.com"""

# What git and its hosts answer to whoever came second.
_OVERTAKEN = re.compile(r"\((?:fetch first|non-fast-forward|cannot lock ref|failed to update ref|incorrect old value)")
# How git itself (a remote's words begin otherwise) fails while it still says hello: nothing has been sent yet.
_NOTHING_SENT = re.compile(
    "^fatal: .*(?:Could not read from remote repository|upon initial contact|unable to access|Authentication failed"
    "|could not read (?:User|Pass)|does not appear to be|unable to find remote helper|not allowed|not found"
    "|cannot be parsed)",
    re.MULTILINE,
)
_LOST_ANSWERS = 3

Edit = Callable[[bytes | None], bytes]


class Pushed(msgspec.Struct, frozen=True):
    """The `commit` that carries the edit on `branch` of the remote, and after how many `attempts` it got there.

    `checkout_updated` is false where the user's own files do not show it yet: another branch, a detached HEAD,
    commits of their own, or uncommitted work in a file that would have changed. Then `git pull` is left to them.
    """

    commit: str
    branch: str
    attempts: int
    checkout_updated: bool


class _Verdict(StrEnum):
    LANDED = "landed"
    OVERTAKEN = "overtaken"
    REFUSED = "refused"
    UNKNOWN = "unknown"


class _Branch(msgspec.Struct, frozen=True):
    repository: Repository
    remote: str
    name: str

    @property
    def ref(self) -> str:
        return f"refs/heads/{self.name}"


class _Draft(msgspec.Struct, frozen=True):
    parent: str
    commit: str


def push_edit(
    repository: Repository,
    path: PurePosixPath,
    edit: Edit,
    message: str,
    *,
    remote: str = "origin",
    branch: str | None = None,
    attempts: int = 20,
) -> Pushed:
    """Puts one edit of the file at `path` (relative to the root) on the remote's branch, exactly once.

    `edit` is given the newest bytes of the file, None where there is none, and gives the new ones; it is called
    again whenever somebody else was faster. When it raises, nothing has happened. `branch` is by default the one
    that the current branch follows at `remote`, else the remote's default branch.

    The commit is made from objects alone, in the user's name and signed if they sign: HEAD, index and files are not
    involved, and hooks for commits do not run; the `pre-push` hook does. The message ends with a random
    `Sitegen-Push` line, so that two equal edits in one second are two commits and neither is taken for the other.
    Afterwards the checkout is fast-forwarded where nothing of the user's is in the way.

    A push that lost a race starts again from the newest version; one whose answer was lost is repeated with the
    same commit, which cannot land twice. Anything else (rights, a hook that declined, a protected branch) raises
    GitError at once, and so do `attempts` (at least 1) in vain.
    """
    _require_identity(repository)
    name = branch or _followed_branch(repository, remote) or _default_branch(repository, remote)
    target = _Branch(repository, remote, name)
    commit, attempt = _push_until_landed(target, path, edit, message, attempts)
    return Pushed(commit, name, attempt, _fast_forward(target, commit))


def _push_until_landed(
    target: _Branch, path: PurePosixPath, edit: Edit, message: str, attempts: int
) -> tuple[str, int]:
    tip = _newest(target)
    draft = _draft(target.repository, tip, path, edit, message)
    attempt = lost = 0
    while True:
        attempt += 1
        answer = _push(target, draft)
        verdict = _verdict(answer)
        if verdict is _Verdict.LANDED:
            return draft.commit, attempt
        if verdict is _Verdict.REFUSED:
            raise GitError(str(answer))
        time.sleep(_pause(attempt).total_seconds())
        tip = _newest_after(target, verdict)
        if _contains(target.repository, tip, draft.commit):
            return draft.commit, attempt
        lost += verdict is _Verdict.UNKNOWN
        if attempt >= attempts or lost == _LOST_ANSWERS:
            raise GitError(f"The change is not on {target.name}, after {attempt} attempts. {answer}")
        if tip != draft.parent:
            draft = _draft(target.repository, tip, path, edit, message)


# Where to


def _followed_branch(repository: Repository, remote: str) -> str | None:
    current = _current_branch(repository)
    if current is None:
        return None
    upstream = "--format=%(upstream:remotename)%00%(upstream:remoteref)"
    source, _, branch = ask_word(repository, "for-each-ref", upstream, "--", f"refs/heads/{current}").partition("\0")
    return branch.removeprefix("refs/heads/") if source == remote and branch else None


def _current_branch(repository: Repository) -> str | None:
    answer = run(repository, "symbolic-ref", "--quiet", "HEAD")
    return os.fsdecode(answer.output).strip().removeprefix("refs/heads/") if answer.code == 0 else None


def _default_branch(repository: Repository, remote: str) -> str:
    listing = ask_word(repository, "ls-remote", "--symref", "--", remote, "HEAD")
    found = re.match(r"ref: refs/heads/(.+)\tHEAD$", listing, re.MULTILINE)
    if found is None:
        raise GitError(f"The remote {remote} has no default branch. Name the branch to push to.")
    return found[1]


def _newest(target: _Branch) -> str:
    tip = offered_refs(target.repository, target.remote, target.ref).get(target.ref)
    if tip is None:
        raise GitError(f"The remote {target.remote} has no branch {target.name}.")
    if not known_commit(target.repository, tip):
        fetch_commit(target.repository, target.remote, tip)
    return tip


def _newest_after(target: _Branch, verdict: _Verdict) -> str:
    try:
        return _newest(target)
    except GitError as failed:
        if verdict is not _Verdict.UNKNOWN:
            raise
        doubt = f"The change may have reached {target.name} or not: look there before you try again."
        raise GitError(f"{doubt} {failed}") from failed


# The commit


def _require_identity(repository: Repository) -> None:
    for ident in ("GIT_AUTHOR_IDENT", "GIT_COMMITTER_IDENT"):
        if run(repository, "var", ident).code != 0:
            raise GitError(_WHO_ARE_YOU)


def _draft(repository: Repository, tip: str, path: PurePosixPath, edit: Edit, message: str) -> _Draft:
    mode, old = file_at(repository, tip, path) or ("100644", None)
    new = edit(old)
    if new == old:
        return _Draft(parent=tip, commit=tip)
    tree = _tree_with(repository, tip, path, mode, new)
    text = f"{message.rstrip()}\n\nSitegen-Push: {secrets.token_hex(8)}\n"
    commit = ask_word(repository, "commit-tree", *_signing(repository), "-p", tip, tree, given=text.encode())
    return _Draft(parent=tip, commit=commit)


def _tree_with(repository: Repository, tip: str, path: PurePosixPath, mode: str, content: bytes) -> str:
    blob = ask_word(repository, "hash-object", "-w", "--stdin", given=content)
    entry = f"{mode},{blob},".encode() + os.fsencode(path)
    with tempfile.TemporaryDirectory() as folder:
        index = f"{folder}/index"
        ask(repository, "read-tree", tip, GIT_INDEX_FILE=index)
        ask(repository, "update-index", "--add", "--cacheinfo", entry, GIT_INDEX_FILE=index)
        # --missing-ok: a partial clone need not fetch every other file to learn that it exists.
        return ask_word(repository, "write-tree", "--missing-ok", GIT_INDEX_FILE=index)


def _signing(repository: Repository) -> tuple[str, ...]:
    # Unlike `git commit`, commit-tree does not look at this setting itself.
    wanted = run(repository, "config", "--type=bool", "--get", "commit.gpgSign").output.strip()
    return ("-S",) if wanted == b"true" else ()


# The push


def _push(target: _Branch, draft: _Draft) -> Answer:
    alone = ("--porcelain", "--no-follow-tags", "--recurse-submodules=no")
    return run(target.repository, "push", *alone, "--", target.remote, f"{draft.commit}:{target.ref}")


def _verdict(answer: Answer) -> _Verdict:
    lines = answer.output.decode(errors="replace").splitlines()
    refusal = next((line for line in lines if line.startswith("!")), "")
    if answer.code == 0:
        return _Verdict.LANDED
    if _OVERTAKEN.search(refusal):
        return _Verdict.OVERTAKEN
    if "[remote failure]" in refusal:
        return _Verdict.UNKNOWN
    # 1 is a definite no, of the remote or of the user's own pre-push hook.
    refused = answer.code == 1 or _NOTHING_SENT.search(answer.complaint)
    return _Verdict.REFUSED if refused else _Verdict.UNKNOWN


def _pause(attempt: int) -> timedelta:
    # Random, so that those who collided do not meet again; at most three seconds.
    return timedelta(seconds=random.uniform(0, 0.1 * 2 ** min(attempt, 5)))


def _contains(repository: Repository, tip: str, commit: str) -> bool:
    return run(repository, "merge-base", "--is-ancestor", commit, tip).code == 0


def _fast_forward(target: _Branch, commit: str) -> bool:
    current = _current_branch(target.repository)
    if current is None or (_followed_branch(target.repository, target.remote) or current) != target.name:
        return False
    # Git itself refuses where a file with uncommitted work would change. Without the last two it would set the work
    # aside and put it back, perhaps in conflict, or write over a file that is ignored.
    careful = ("--ff-only", "--no-autostash", "--no-overwrite-ignore")
    return run(target.repository, "merge", "--quiet", *careful, commit).code == 0
