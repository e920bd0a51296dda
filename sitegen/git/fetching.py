"""Finds the commit that a name means, and brings it from a remote when it is not here."""

import re

import msgspec

from sitegen.git.command import GitError, Repository, ask, ask_word, run

_COMMIT_ID = re.compile("[0-9a-f]{40}(?:[0-9a-f]{24})?")
_REVISION = re.compile(r"(?P<name>[^~^:\s]+)(?P<steps>(?:[~^]\d*)*)")


def commit_at(repository: Repository, ref: str) -> str:
    """The id of the commit that `ref` means to git, fetched when a shallow clone lacks it.

    Fetched from the remote that the first segment of `ref` names, else from `origin`; no branch moves, and a
    complete clone stays complete. Raises GitError when there is no such commit here or there.
    """
    if ref.startswith("-"):
        raise GitError(f"{ref} cannot be the name of a commit: it looks like an option.")
    try:
        commit = known_commit(repository, ref) or _fetch_missing(repository, ref)
    except GitError as failed:
        raise GitError(f"{ref} is not known here and could not be fetched. {failed}") from failed
    if commit is None:
        raise GitError(f"{ref} is no branch, tag or commit, neither here nor at a remote. Is the name right?")
    return commit


def known_commit(repository: Repository, revision: str) -> str | None:
    """The id of the commit that the revision means, None when it is not in this clone."""
    answer = run(repository, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")
    return answer.output.decode().strip() if answer.code == 0 else None


def offered_refs(repository: Repository, remote: str, *names: str) -> dict[str, str]:
    """Those of the full ref names that exist at the remote now, in the order asked for, with what they point to."""
    listing = ask(repository, "ls-remote", "--", remote, *names).decode(errors="replace")
    there = {name: target for target, _, name in (line.partition("\t") for line in listing.splitlines())}
    return {name: there[name] for name in names if name in there}


def fetch_commit(repository: Repository, remote: str, commit: str, *options: str, with_contents: bool = True) -> None:
    """Brings the commit and what it needs into this clone: by id and into no ref, so FETCH_HEAD stays as it is.

    Not `with_contents` it needs no contents of files, where the remote knows how to leave these out; they are looked
    at as `bringing_contents`.
    """
    quiet = ("--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules")
    clone = repository if with_contents else bringing_contents(repository, remote)
    ask(clone, "fetch", *quiet, *options, "--", remote, commit)


def bringing_contents(repository: Repository, remote: str) -> Repository:
    """The repository as a partial clone: what is not here is brought from the remote when it is looked at.

    For single commands. The user's own settings stay, or all that is fetched from there would lack its contents.
    """
    settings = (f"remote.{remote}.promisor=true", f"remote.{remote}.partialCloneFilter=blob:none")
    return msgspec.structs.replace(repository, settings=settings)


def _fetch_missing(repository: Repository, ref: str) -> str | None:
    parts = _REVISION.fullmatch(ref)
    remotes = ask_word(repository, "remote").splitlines()
    if parts is None:
        return None
    name = parts["name"].removeprefix("refs/remotes/")
    remote, _, short = name.partition("/")
    if remote not in remotes:
        remote, short = "origin", name
    if remote not in remotes:
        return None
    start = known_commit(repository, name) or _fetch_named(repository, remote, short)
    if start and parts["steps"] and _is_shallow(repository):
        steps = re.findall(r"[~^](\d*)", parts["steps"])
        fetch_commit(repository, remote, start, f"--deepen={sum(int(step or 1) for step in steps)}")
    return known_commit(repository, start + parts["steps"]) if start else None


def _fetch_named(repository: Repository, remote: str, name: str) -> str | None:
    refs = offered_refs(repository, remote, name, f"refs/heads/{name}", f"refs/tags/{name}")
    start = name if _COMMIT_ID.fullmatch(name) else next(iter(refs.values()), None)
    if start and not known_commit(repository, start):
        # Only what is shallow anyway is spared the history.
        fetch_commit(repository, remote, start, *(("--depth=1",) if _is_shallow(repository) else ()))
    return start


def _is_shallow(repository: Repository) -> bool:
    return ask_word(repository, "rev-parse", "--is-shallow-repository") == "true"


def has_remote(repository: Repository, name: str) -> bool:
    """Whether the repository knows a remote of that name."""
    return run(repository, "remote", "get-url", "--", name).code == 0
