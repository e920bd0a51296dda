"""Who recorded what and when; and whatever is changed, deleted or put in another order is found."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from sitegen.ledger import LedgerError, log, verify
from sitegen.model import DeliveryState
from tests.ledger.samples import BRANCH, become, begin, claim, connection, local_ledger_at, post, record
from tests.repositories import commit_file, git, make_repository

Versions = list[tuple[str, str]]
"""The tree and the message of each commit, oldest first."""


@pytest.fixture
def project(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository whose own ledger has eight commits."""
    made = tmp_path_factory.getbasetemp() / "audited"
    if not made.exists():
        make_history(make_repository(made))
    return Path(shutil.copytree(made, tmp_path / "project"))


def make_history(root: Path) -> None:
    """Gives a new repository a ledger of eight commits."""
    commit_file(root, "sitegen.yaml", "site: {}\n")
    ledger = local_ledger_at(root)
    begin(ledger)
    doubt = become(claim(3), DeliveryState.IN_DOUBT, reason="the answer was lost")
    for entries in (
        [claim(1), claim(2)],
        [post(claim(1), "1001")],
        [post(claim(2), "1002")],
        [claim(3)],
        [doubt],
        [become(doubt, DeliveryState.CLAIMED, owner="run-2", attempt=2)],
        [connection("facebook")],
    ):
        record(ledger, *entries)


def versions(root: Path) -> Versions:
    """What the ledger's commits hold."""
    commits = git(root, "rev-list", "--reverse", BRANCH).splitlines()
    return [(git(root, "rev-parse", f"{one}^{{tree}}"), git(root, "log", "-1", "--format=%B", one)) for one in commits]


def rewrite(root: Path, kept: Versions) -> None:
    """Makes the branch consist of these trees and messages, the genesis being as it was."""
    tip = git(root, "rev-list", "--max-parents=0", BRANCH)
    for tree, message in kept[1:]:
        tip = commit(root, tip, tree, message)
    git(root, "update-ref", f"refs/heads/{BRANCH}", tip)


def commit(root: Path, parent: str, tree: str, message: str) -> str:
    """The id of a commit of somebody else's; never by chance the one that was there."""
    return git(root, "-c", "user.name=Vandal", "commit-tree", "-p", parent, "-m", message, tree)


def is_found(root: Path) -> bool:
    """Whether somebody who sees the ledger for the first time notices that it was tampered with."""
    genesis = git(root, "rev-list", "--max-parents=0", BRANCH).splitlines()[0]
    try:
        return verify(local_ledger_at(root, genesis)) != ()
    except LedgerError:
        return True


def test_the_log_says_who_recorded_what_and_when(project: Path) -> None:
    records = log(local_ledger_at(project))
    assert [len(one.entries) for one in records] == [1, 2, 1, 1, 1, 1, 1, 1]
    assert records[0].entries == (connection(),)
    assert records[2].entries == (post(claim(1), "1001"),)
    assert {one.by for one in records} == {"Test Author"}
    assert [one.commit for one in records] == git(project, "rev-list", "--reverse", BRANCH).splitlines()
    moments = git(project, "log", "--reverse", "--format=%ct", BRANCH).splitlines()
    assert [int(one.at.timestamp()) for one in records] == [int(moment) for moment in moments]


def test_an_empty_ledger_has_no_log_and_no_faults(tmp_path: Path) -> None:
    root = make_repository(tmp_path / "empty")
    assert log(local_ledger_at(root)) == ()
    assert verify(local_ledger_at(root)) == ()


def test_an_untouched_ledger_is_sound(project: Path) -> None:
    assert not is_found(project)


def test_a_rewritten_ledger_that_says_the_same_is_found(project: Path) -> None:
    rewrite(project, versions(project))
    faults = verify(local_ledger_at(project))
    assert len(faults) == 6  # all but the genesis and the first one after it, which still stands on the genesis
    assert all(fault.endswith("Vandal) was not made by sitegen, or not like this.") for fault in faults)


@pytest.mark.parametrize("place", range(1, 7))
def test_a_deleted_commit_is_found(project: Path, place: int) -> None:
    # All but the newest: that one taken away between two runs is beyond what a ledger can tell of itself.
    kept = versions(project)
    rewrite(project, kept[:place] + kept[place + 1 :])
    assert is_found(project)


@pytest.mark.parametrize("place", range(1, 7))
def test_two_commits_in_another_order_are_found(project: Path, place: int) -> None:
    kept = versions(project)
    rewrite(project, [*kept[:place], kept[place + 1], kept[place], *kept[place + 2 :]])
    assert is_found(project)


def with_file(root: Path, tree: str, path: str, change: Callable[[bytes], bytes]) -> str:
    """The tree with one of its files changed."""
    content = change(git(root, "show", f"{tree}:{path}").encode() + b"\n")
    (root / "changed").write_bytes(content)
    git(root, "read-tree", tree)
    git(root, "update-index", "--cacheinfo", f"100644,{git(root, 'hash-object', '-w', 'changed')},{path}")
    return git(root, "write-tree")


@pytest.mark.parametrize("place", range(1, 8))
def test_a_word_changed_in_any_commit_is_found(project: Path, place: int) -> None:
    kept = versions(project)
    path = f"deliveries/{claim(1).key[:2]}/{claim(1).key}.json"
    trees = [
        with_file(project, tree, path, lambda old: old.replace(b"Most", b"Some")) if place <= number else tree
        for number, (tree, _) in enumerate(kept)
    ]
    rewrite(project, [(tree, message) for tree, (_, message) in zip(trees, kept, strict=True)])
    assert is_found(project)


@pytest.mark.parametrize("part", range(12))
def test_a_byte_changed_anywhere_in_the_newest_commit_is_found(project: Path, part: int) -> None:
    kept = versions(project)
    tree, message = kept[-1]
    path = "connections/facebook.json"

    def flip(old: bytes) -> bytes:
        place = len(old) * part // 12
        return old[:place] + bytes([old[place] ^ 1]) + old[place + 1 :]

    tip = commit(project, f"{BRANCH}~1", with_file(project, tree, path, flip), message)
    git(project, "update-ref", f"refs/heads/{BRANCH}", tip)
    assert is_found(project)


def test_a_reverted_commit_is_found(project: Path) -> None:
    git(project, "checkout", "--quiet", BRANCH)
    git(project, "revert", "--no-edit", "HEAD~4")
    git(project, "checkout", "--quiet", "main")
    assert is_found(project)


def test_a_merge_into_the_ledger_is_found(project: Path) -> None:
    git(project, "checkout", "--quiet", BRANCH)
    git(project, "merge", "--quiet", "--no-ff", "--strategy=ours", "--allow-unrelated-histories", "-m", "m", "main")
    git(project, "checkout", "--quiet", "main")
    assert is_found(project)


def test_every_fault_names_its_commit_and_who_made_it(project: Path) -> None:
    git(project, "checkout", "--quiet", BRANCH)
    vandal = commit_file(project, "notes.md", "I was here\n")
    git(project, "checkout", "--quiet", "main")
    with pytest.raises(LedgerError, match=r"notes\.md"):
        verify(local_ledger_at(project))
    git(project, "checkout", "--quiet", BRANCH)
    git(project, "rm", "--quiet", "notes.md")
    git(project, "commit", "--quiet", "--message", "Nobody saw it")
    git(project, "checkout", "--quiet", "main")
    faults = verify(local_ledger_at(project))
    assert len(faults) == 4
    assert faults[0].startswith(f"The ledger's commit {vandal[:12]} (")
    assert "Test Author" in faults[0]
