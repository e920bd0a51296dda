"""Pushes one commit to a branch and finds out what became of it."""

import random
import re
from datetime import timedelta
from enum import StrEnum

import msgspec

from sitegen.git.command import Answer, GitError, Repository, run
from sitegen.git.fetching import fetch_commit, known_commit, offered_refs

# What git and its hosts answer to whoever came second.
_OVERTAKEN = re.compile(
    r"\((?:fetch first|non-fast-forward|stale info|cannot lock ref|failed to update ref|incorrect old value"
    "|reference already exists)"
)
# How git itself (a remote's words begin otherwise) fails while it still says hello: nothing has been sent yet.
_NOTHING_SENT = re.compile(
    "^fatal: .*(?:Could not read from remote repository|upon initial contact|unable to access|Authentication failed"
    "|could not read (?:User|Pass)|does not appear to be|unable to find remote helper|not allowed|not found"
    "|cannot be parsed)",
    re.MULTILINE,
)


class Verdict(StrEnum):
    """What a push came to: it landed, somebody was faster, it was refused for good, or nobody can tell yet."""

    LANDED = "landed"
    OVERTAKEN = "overtaken"
    REFUSED = "refused"
    UNKNOWN = "unknown"


class Branch(msgspec.Struct, frozen=True):
    """The branch `name` of a `remote`; the remote `.` is the repository itself."""

    repository: Repository
    remote: str
    name: str

    @property
    def ref(self) -> str:
        """Its full name there."""
        return f"refs/heads/{self.name}"


def push(target: Branch, commit: str, *options: str) -> Answer:
    """What git says to pushing the commit, and nothing with it, to the branch."""
    alone = ("--porcelain", "--no-follow-tags", "--recurse-submodules=no")
    return run(target.repository, "push", *alone, *options, "--", target.remote, f"{commit}:{target.ref}")


def judge(answer: Answer) -> Verdict:
    """What the answer to `push` means."""
    lines = answer.output.decode(errors="replace").splitlines()
    refusal = next((line for line in lines if line.startswith("!")), "")
    if answer.code == 0:
        return Verdict.LANDED
    if _OVERTAKEN.search(refusal):
        return Verdict.OVERTAKEN
    if "[remote failure]" in refusal:
        return Verdict.UNKNOWN
    # 1 is a definite no, of the remote or of the user's own pre-push hook.
    refused = answer.code == 1 or _NOTHING_SENT.search(answer.complaint)
    return Verdict.REFUSED if refused else Verdict.UNKNOWN


def find_newest(target: Branch, *options: str, with_contents: bool = True) -> str | None:
    """The id of the branch's newest commit, brought here (see `fetch_commit`) when it is not; None: no such branch."""
    tip = offered_refs(target.repository, target.remote, target.ref).get(target.ref)
    if tip and not known_commit(target.repository, tip):
        fetch_commit(target.repository, target.remote, tip, *options, with_contents=with_contents)
    return tip


def find_newest_after(target: Branch, verdict: Verdict) -> str | None:
    """The newest commit after a push that did not surely land; GitError says so when that cannot be learnt."""
    try:
        return find_newest(target)
    except GitError as failed:
        if verdict is not Verdict.UNKNOWN:
            raise
        doubt = f"The change may have reached {target.name} or not: look there before you try again."
        raise GitError(f"{doubt} {failed}") from failed


def contains(repository: Repository, tip: str | None, commit: str) -> bool:
    """Whether the commit is the tip or one that it stands on; a branch without a tip has none."""
    return tip is not None and run(repository, "merge-base", "--is-ancestor", commit, tip).code == 0


def pause(attempt: int) -> timedelta:
    """How long to wait after the attempt: random, so that those who collided part; at most three seconds."""
    return timedelta(seconds=random.uniform(0, 0.1 * 2 ** min(attempt, 5)))
