"""SECURITY.md, row 16: whatever is changed, deleted or put in another order in the record of what was said is found."""

import random
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from sitegen.ledger import LedgerError, verify
from tests.faults.scene import SECOND, Scene
from tests.ledger.samples import BRANCH, local_ledger_at
from tests.ledger.test_audit import make_history
from tests.projects import URL
from tests.repositories import git, isolate_git, make_repository

History = list[bytes]
"""The commits of the ledger as git holds them, oldest first."""


def read_history(root: Path) -> History:
    """The commits of the repository's ledger."""
    return [show(root, "commit", one) for one in git(root, "rev-list", "--reverse", BRANCH).splitlines()]


def show(root: Path, kind: str, name: str) -> bytes:
    """An object, byte for byte."""
    return subprocess.run(("git", "-C", root, "cat-file", kind, name), capture_output=True, check=True).stdout


def keep(root: Path, kind: str, content: bytes) -> str:
    """The id of the object, which may be one that git would not make."""
    words = ("git", "-C", root, "hash-object", "-w", "--stdin", "--literally", "-t", kind)
    return subprocess.run(words, input=content, capture_output=True, check=True).stdout.decode().strip()


def rewrite(root: Path, history: History) -> None:
    """Makes these commits the repository's ledger, each the child of the one before."""
    tip = ""
    for raw in history:
        header, message = raw.split(b"\n\n", 1)
        lines = [line for line in header.split(b"\n") if not line.startswith(b"parent ")]
        parents = [b"parent " + tip.encode()] if tip else []
        tip = keep(root, "commit", b"\n".join((lines[0], *parents, *lines[1:])) + b"\n\n" + message)
    git(root, "update-ref", f"refs/heads/{BRANCH}", tip)


def is_found(root: Path, genesis: str) -> bool:
    """Whether somebody who sees the ledger for the first time notices."""
    try:
        return verify(local_ledger_at(root, genesis)) != ()
    except LedgerError:
        return True


@pytest.fixture
def root(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A repository with a ledger of eight commits."""
    isolate_git(monkeypatch, tmp_path / "home")
    root = make_repository(tmp_path / "project")
    make_history(root)
    return root


def find_genesis(root: Path) -> str:
    """The id of the ledger's first commit."""
    return git(root, "rev-list", "--max-parents=0", BRANCH)


def flip(old: bytes, place: int) -> bytes:
    return old[:place] + bytes([old[place] ^ 1]) + old[place + 1 :]


def drop(old: bytes, place: int) -> bytes:
    return old[:place] + old[place + 1 :]


def swap(old: bytes, place: int) -> bytes:
    other = next((other for other in range(place + 1, len(old)) if old[other] != old[place]), place - 1)
    first, second = sorted((place, other))
    return old[:first] + old[second : second + 1] + old[first + 1 : second] + old[first : first + 1] + old[second + 1 :]


CHANGES = {"flipped": flip, "dropped": drop, "swapped": swap}


def test_the_untouched_history_is_sound_also_when_it_is_written_again(root: Path) -> None:
    rewrite(root, read_history(root))
    assert not is_found(root, find_genesis(root))


@pytest.mark.slow
@pytest.mark.parametrize("change", CHANGES)
def test_any_byte_of_any_commit_but_the_newest_is_found(change: str, root: Path) -> None:
    """The newest commit's entries are sealed by itself; its author, moment and words only by the one that follows."""
    history, genesis, chance = read_history(root), find_genesis(root), random.Random(change)
    tip, rewritten = git(root, "rev-parse", BRANCH), 0
    for number, raw in enumerate(history[:-1]):
        for _ in range(4):
            changed = CHANGES[change](raw, chance.randrange(len(raw) - 1))
            try:
                rewrite(root, [*history[:number], changed, *history[number + 1 :]])
            except (AssertionError, ValueError):
                continue  # not even git takes it for a commit
            if git(root, "rev-parse", BRANCH) != tip:  # not just the parent, which was put right again
                rewritten += 1
                assert is_found(root, genesis), changed
    assert rewritten > 10


@pytest.mark.slow
@pytest.mark.parametrize("change", CHANGES)
def test_any_byte_of_any_entry_in_any_commit_is_found(change: str, root: Path) -> None:
    """Its tree is made again, and everything above it: only the messages are as they were."""
    history, genesis, chance = read_history(root), find_genesis(root), random.Random(change)
    for number in range(len(history)):
        path, blob = chance.choice(list_entries(root, history[number]))
        content = show(root, "blob", blob)
        changed = CHANGES[change](content, chance.randrange(len(content) - 1))
        trees = [replace_entry(root, raw, path, blob, changed) for raw in history[number:]]
        rewrite(root, [*history[:number], *trees])
        assert is_found(root, genesis), (number, path, changed)


def list_entries(root: Path, raw: bytes) -> list[tuple[str, str]]:
    """The files of a commit with the ids of their contents."""
    listed = git(root, "ls-tree", "-r", "--format=%(path) %(objectname)", raw[5:45].decode())
    return [(path, blob) for path, _, blob in (line.partition(" ") for line in listed.splitlines())]


def replace_entry(root: Path, raw: bytes, path: str, old: str, content: bytes) -> bytes:
    """The commit with another content in the place of the old one, where it still has that."""
    if (path, old) not in list_entries(root, raw):
        return raw
    git(root, "read-tree", raw[5:45].decode())
    git(root, "update-index", "--cacheinfo", f"100644,{keep(root, 'blob', content)},{path}")
    return raw[:5] + git(root, "write-tree").encode() + raw[45:]


def drop_commit(history: History) -> History:
    """Without one of the commits that are not the newest."""
    return [*history[:2], *history[3:]]


def swap_commits(history: History) -> History:
    """Two of them in another order."""
    return [*history[:2], history[3], history[2], *history[4:]]


def begin_anew(history: History) -> History:
    """Without the first, so that it begins with another one."""
    return history[1:]


def sign_otherwise(history: History) -> History:
    """All that one claim says is as it was, but somebody else made it."""
    return [*history[:2], history[2].replace(b"Test Author", b"Test Anthor"), *history[3:]]


@pytest.mark.parametrize("tamper", [drop_commit, swap_commits, begin_anew, sign_otherwise])
def test_what_was_done_to_the_remote_is_named_and_nothing_more_is_said_of_it(
    tamper: Callable[[History], History], scene: Scene
) -> None:
    scene.file("2026-11-23-cards", SECOND)
    scene.run(minutes=1)
    git(scene.root, "fetch", "--quiet", "origin", f"{BRANCH}:{BRANCH}")
    said = scene.x.accepted
    settings = scene.root / "sitegen.yaml"
    settings.write_text(settings.read_text("utf-8").replace(URL, "http://127.0.0.1:9"), "utf-8")

    rewrite(scene.root, tamper(read_history(scene.root)))
    git(scene.root, "push", "--quiet", "--force", "origin", BRANCH)
    git(scene.root, "branch", "--quiet", "-D", BRANCH)

    found = scene.run("check", "--live", minutes=20, code=1)
    assert [line for line in found.splitlines() if line.startswith("ledger: The ledger's ")]
    scene.start(minutes=20).wait(60)
    assert scene.x.accepted == said


def test_a_ledger_that_is_gone_or_another_one_is_not_posted_on(scene: Scene) -> None:
    for other in ("", "main"):
        git(scene.root, "push", "--quiet", "--force", "origin", f"{other}:refs/heads/{BRANCH}")
        for words in (("mirror", "--no-wait"), ("mirror", "log"), ("mirror", "plan")):
            assert "find out who" in scene.run(*words, code=4), (other, words)
    assert scene.x.accepted == ()
