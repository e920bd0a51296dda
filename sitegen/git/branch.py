"""A branch of its own, read and appended to without a checkout: each commit is a compare-and-swap of its tip."""

import time
from collections.abc import Mapping
from pathlib import PurePosixPath

from sitegen.git.chain import Step
from sitegen.git.command import GitError, Repository, ask, ask_word
from sitegen.git.committing import File, commit_tree, require_identity, tree_with
from sitegen.git.fetching import fetch_commit
from sitegen.git.sending import Branch, Verdict, contains, find_newest, find_newest_after, judge, pause, push

_HERE = "."  # to git, the repository itself is a remote like any other
_ATTEMPTS = 5
# One less than what git takes for "all of it", which would bring the history of every other branch as well.
_WHOLE_HISTORY = "--depth=2147483646"


def find_tip(repository: Repository, remote: str | None, branch: str, known: str | None = None) -> str | None:
    """The id of the branch's newest commit, which is here afterwards; None where there is no such branch.

    Fetched by id: no ref of the user's moves, and shallow or detached clones will do. `remote` None is the branch of
    this name in the repository itself. `known` is a commit of the branch that is here already: what it stands on is
    not brought again. Raises GitError where the remote cannot be read.
    """
    return find_newest(Branch(repository, remote or _HERE, branch), *((f"--negotiation-tip={known}",) if known else ()))


def find_roots(repository: Repository, remote: str | None, tip: str) -> tuple[str, ...]:
    """The ids of the commits without a parent that `tip` stands on; it must be here, and be a branch's at the remote.

    Where the clone is shallow just there, the rest of this one history is fetched.
    """
    roots = _parentless(repository, tip)
    if any("\nparent " in ask_word(repository, "cat-file", "commit", root) for root in roots):
        fetch_commit(repository, remote or _HERE, tip, _WHOLE_HISTORY)
        return _parentless(repository, tip)
    return roots


def append(
    repository: Repository,
    remote: str | None,
    branch: str,
    tip: str | None,
    changes: Mapping[PurePosixPath, bytes],
    message: str,
) -> str | None:
    """Puts the files on the branch if its tip is still `tip`; the id of the new commit, None when it is not.

    `tip` None: the branch must not exist yet, and the commit is its root. The rest of the files stays. The answer is
    exact: after a push whose answer was lost the branch is asked, and the same commit pushed again while the tip
    stands, because it cannot land twice; once the tip has moved it cannot land at all. Hooks for pushes do not run:
    they judge the work of the user, and this is none of it.

    The message ends with the ids of the parent and the tree: see `is_sealed`. Raises GitError where git refuses, the
    remote cannot be reached, or nobody can tell what became of it (it says so).
    """
    require_identity(repository)
    tree = tree_with(repository, tip, {path: File(content) for path, content in changes.items()})
    commit = commit_tree(repository, tree, tip, message, *_seal(tip, tree))
    return commit if _land(Branch(repository, remote or _HERE, branch), tip, commit) else None


def is_sealed(step: Step) -> bool:
    """Whether the commit stands on the parent and holds the tree that its own message names.

    What rebases, amends, reverts or drops commits of a branch leaves messages that no longer fit.
    """
    parent = step.parents[0] if step.parents else None
    return len(step.parents) < 2 and tuple(step.message.splitlines()[-3:-1]) == _seal(parent, step.tree)


def start_copy(repository: Repository, remote: str, branch: str) -> bool:
    """Makes the repository's own branch what the last fetch brought of the remote's, or moves it forward to there.

    False, and nothing changed, when no fetch brought the branch, or the own one lacks some of it and cannot follow.
    """
    own, fetched = f"refs/heads/{branch}", f"refs/remotes/{remote}/{branch}"
    answer = push(Branch(repository, _HERE, branch), fetched, "--no-verify")
    return judge(answer) is Verdict.LANDED or contains(repository, own, fetched)


def drop_copy(repository: Repository, branch: str, tip: str) -> None:
    """Deletes the repository's own branch, which must still stand at `tip`; GitError when it does not."""
    ask(repository, "update-ref", "-d", f"refs/heads/{branch}", tip)


def _parentless(repository: Repository, tip: str) -> tuple[str, ...]:
    return tuple(ask_word(repository, "rev-list", "--max-parents=0", tip).splitlines())


def _seal(parent: str | None, tree: str) -> tuple[str, str]:
    return f"Sitegen-Follows: {parent or 'nothing'}", f"Sitegen-Tree: {tree}"


def _land(target: Branch, tip: str | None, commit: str) -> bool:
    attempt = 0
    while True:
        attempt += 1
        answer = push(target, commit, "--no-verify", f"--force-with-lease={target.ref}:{tip or ''}")
        verdict = judge(answer)
        if verdict is Verdict.LANDED:
            return True
        if verdict is Verdict.REFUSED:
            raise GitError(str(answer))
        newest = find_newest_after(target, verdict)
        if contains(target.repository, newest, commit):
            return True
        if newest != tip:
            return False
        if attempt == _ATTEMPTS:
            raise GitError(f"The change is not on {target.name}, after {attempt} attempts. {answer}")
        time.sleep(pause(attempt).total_seconds())
