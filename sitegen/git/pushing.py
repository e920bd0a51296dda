"""Puts one edit of one file on a branch of the remote, exactly once, whoever else pushes at the same minute."""

import os
import re
import time
from collections.abc import Callable
from pathlib import PurePosixPath

import msgspec

from sitegen.git.command import GitError, Repository, ask_word, run
from sitegen.git.committing import REGULAR, File, commit_tree, require_identity, tree_with
from sitegen.git.reading import file_at
from sitegen.git.sending import Branch, Verdict, contains, find_newest, find_newest_after, judge, pause, push

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
    require_identity(repository)
    name = branch or _followed_branch(repository, remote) or _default_branch(repository, remote)
    target = Branch(repository, remote, name)
    commit, attempt = _push_until_landed(target, path, edit, message, attempts)
    return Pushed(commit, name, attempt, _fast_forward(target, commit))


def _push_until_landed(target: Branch, path: PurePosixPath, edit: Edit, message: str, attempts: int) -> tuple[str, int]:
    tip = _existing(target, find_newest(target))
    draft = _draft(target.repository, tip, path, edit, message)
    attempt = lost = 0
    while True:
        attempt += 1
        answer = push(target, draft.commit)
        verdict = judge(answer)
        if verdict is Verdict.LANDED:
            return draft.commit, attempt
        if verdict is Verdict.REFUSED:
            raise GitError(str(answer))
        time.sleep(pause(attempt).total_seconds())
        tip = _existing(target, find_newest_after(target, verdict))
        if contains(target.repository, tip, draft.commit):
            return draft.commit, attempt
        lost += verdict is Verdict.UNKNOWN
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


def _existing(target: Branch, tip: str | None) -> str:
    if tip is None:
        raise GitError(f"The remote {target.remote} has no branch {target.name}.")
    return tip


# The commit


def _draft(repository: Repository, tip: str, path: PurePosixPath, edit: Edit, message: str) -> _Draft:
    mode, old = file_at(repository, tip, path) or (REGULAR, None)
    new = edit(old)
    if new == old:
        return _Draft(parent=tip, commit=tip)
    tree = tree_with(repository, tip, {path: File(new, mode)})
    return _Draft(parent=tip, commit=commit_tree(repository, tree, tip, message))


def _fast_forward(target: Branch, commit: str) -> bool:
    current = _current_branch(target.repository)
    if current is None or (_followed_branch(target.repository, target.remote) or current) != target.name:
        return False
    # Git itself refuses where a file with uncommitted work would change. Without the last two it would set the work
    # aside and put it back, perhaps in conflict, or write over a file that is ignored.
    careful = ("--ff-only", "--no-autostash", "--no-overwrite-ignore")
    return run(target.repository, "merge", "--quiet", *careful, commit).code == 0
