"""Where a project lies: in which folder of its repository, on which branch, under which address at its host."""

import os
import re
from pathlib import Path, PurePosixPath

import msgspec

from sitegen.git.command import GitError, Repository, run

# A web address, or what ssh takes: `git@HOST:PATH`; a path on this machine is neither.
_ORIGIN = re.compile(
    r"(?P<scheme>(?:https?|ssh)://)?(?:[^@/]*@)?(?P<host>[\w-]+(?:\.[\w-]+)+)(?(scheme)(?::\d+)?/|:)"
    r"(?P<path>.+?)(?:\.git)?/?"
)


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """The project's `folder` below the repository's `top`, the `branch` that is published, and where `origin` is.

    `host` and `path` are the two parts of the web address of `origin` (`github.com`, `OWNER/NAME`), empty where there
    is no such remote.
    """

    top: Path
    folder: PurePosixPath = PurePosixPath()
    branch: str = "main"
    host: str = ""
    path: str = ""


def find_place(root: Path) -> Place:
    """Where the project in the existing folder lies; without git or a repository it is a repository to be."""
    try:
        repository = Repository.find(root)
    except GitError:
        repository = None
    if repository is None:
        return Place(top=root)
    origin = _ORIGIN.fullmatch(_answer(repository, "remote", "get-url", "origin"))
    return Place(
        top=repository.root,
        folder=repository.path_of(root.resolve()),
        branch=_find_branch(repository),
        host=origin["host"] if origin else "",
        path=origin["path"] if origin else "",
    )


def _find_branch(repository: Repository) -> str:
    """The remote's default branch as far as it is known here, else the current one."""
    followed = _answer(repository, "symbolic-ref", "--quiet", "refs/remotes/origin/HEAD")
    current = _answer(repository, "symbolic-ref", "--quiet", "HEAD")
    return followed.removeprefix("refs/remotes/origin/") or current.removeprefix("refs/heads/") or "main"


def _answer(repository: Repository, command: str, *words: str) -> str:
    answer = run(repository, command, *words)
    return os.fsdecode(answer.output).strip() if answer.code == 0 else ""
