"""One edit reaches the remote exactly once, whatever happens meanwhile, and the user's own work is left alone."""

import multiprocessing
import time
from collections.abc import Callable
from datetime import timedelta
from multiprocessing.synchronize import Barrier
from pathlib import Path, PurePosixPath

import pytest

from sitegen.git import GitError, Pushed, Repository, push_edit
from tests.repositories import BRANCH, clone, commit_file, git, make_remote, make_repository

INCIDENT = PurePosixPath("incidents/x.yaml")
FIRST = "title: x\nupdates:\n- the beginning\n"
RACERS = 10


def appending(line: str) -> Callable[[bytes | None], bytes]:
    """An edit that appends the line to a file that must exist."""

    def append(newest: bytes | None) -> bytes:
        assert newest is not None
        return newest + line.encode() + b"\n"

    return append


def push(root: Path, line: str = "- added", time_limit: timedelta = timedelta(minutes=1)) -> Pushed:
    """Appends the line to the incident on the remote, from the checkout at the root."""
    return push_edit(Repository(root, time_limit), INCIDENT, appending(line), "Add an update")


def published(remote: Path, name: PurePosixPath = INCIDENT, branch: str = BRANCH) -> str:
    """The file as it stands on the remote's branch, but for the last line break."""
    return git(remote, "show", f"{branch}:{name}")


def install_hook(repository: Path, name: str, script: str) -> None:
    """Makes the shell script a hook of the repository, bare or not."""
    folder = repository / ".git" / "hooks" if (repository / ".git").exists() else repository / "hooks"
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    (folder / name).chmod(0o755)


def state_of(root: Path) -> tuple[str, bytes, dict[str, bytes]]:
    """Where HEAD is, the index and every file of the user's."""
    files = {str(path): path.read_bytes() for path in root.rglob("*") if path.is_file() and ".git" not in path.parts}
    return git(root, "rev-parse", "HEAD"), (root / ".git" / "index").read_bytes(), files


@pytest.fixture
def remote(tmp_path: Path) -> Path:
    """A bare repository with one incident and one other file."""
    return make_remote(tmp_path / "remote.git", {str(INCIDENT): FIRST, "sitegen.yaml": "site: {}\n"})


@pytest.fixture
def root(remote: Path, tmp_path: Path) -> Path:
    """A checkout of the remote's branch."""
    return clone(remote, tmp_path / "clone")


def test_the_edit_is_on_the_remote_and_in_a_clean_checkout(remote: Path, root: Path) -> None:
    pushed = push(root)
    assert published(remote) + "\n" == FIRST + "- added\n"
    assert pushed == Pushed(git(remote, "rev-parse", BRANCH), BRANCH, attempts=1, checkout_updated=True)
    assert git(root, "rev-parse", "HEAD") == pushed.commit
    assert (root / INCIDENT).read_text(encoding="utf-8") == FIRST + "- added\n"
    assert git(root, "status", "--porcelain", "--branch") == f"## {BRANCH}...origin/{BRANCH}"


def test_the_commit_changes_one_file_in_the_users_name(remote: Path, root: Path) -> None:
    push(root)
    assert git(remote, "log", "-1", "--format=%an <%ae>, %cn, %s", BRANCH) == (
        "Test Author <author@example.com>, Test Author, Add an update"
    )
    assert git(remote, "diff", "--name-only", f"{BRANCH}~1", BRANCH) == str(INCIDENT)


def push_when_all_are_ready(root: Path, number: int, start: Barrier) -> None:
    """One racer, in a process of its own."""
    start.wait()
    push(root, f"- racer {number}")


@pytest.mark.slow
def test_ten_clones_race_and_all_eleven_updates_are_kept_once(remote: Path, tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    start = context.Barrier(RACERS)
    roots = [clone(remote, tmp_path / f"racer-{number}") for number in range(RACERS)]
    racers = [
        context.Process(target=push_when_all_are_ready, args=(place, number, start))
        for number, place in enumerate(roots)
    ]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join(timeout=120)
    assert [racer.exitcode for racer in racers] == [0] * RACERS
    updates = published(remote).splitlines()[2:]
    assert sorted(updates) == sorted(["- the beginning", *(f"- racer {number}" for number in range(RACERS))])
    assert git(remote, "rev-list", "--merges", BRANCH) == ""
    assert git(remote, "rev-list", "--count", BRANCH) == str(1 + RACERS)


def test_the_newest_version_is_edited_not_the_one_in_the_checkout(remote: Path, root: Path, tmp_path: Path) -> None:
    other = clone(remote, tmp_path / "other")
    commit_file(other, str(INCIDENT), FIRST + "- theirs\n")
    git(other, "push", "--quiet")
    assert push(root).checkout_updated
    assert (root / INCIDENT).read_text(encoding="utf-8") == FIRST + "- theirs\n- added\n"
    assert git(root, "rev-list", "--count", "HEAD") == "3"


def test_whoever_is_overtaken_starts_again_from_the_newest(remote: Path, root: Path, tmp_path: Path) -> None:
    other = clone(remote, tmp_path / "other")
    seen: list[bytes | None] = []

    def slowly(newest: bytes | None) -> bytes:
        seen.append(newest)
        if len(seen) == 1:
            push(other, "- theirs")
        return appending("- ours")(newest)

    pushed = push_edit(Repository(root), INCIDENT, slowly, "Add an update")
    assert seen == [FIRST.encode(), FIRST.encode() + b"- theirs\n"]
    assert pushed.attempts == 2
    assert published(remote).splitlines()[2:] == ["- the beginning", "- theirs", "- ours"]


def test_two_equal_edits_in_the_same_second_both_count(
    remote: Path, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # One name, one second, one file, one change: without more they would be one and the same commit.
    monkeypatch.setenv("GIT_AUTHOR_DATE", "2026-11-23T03:09:00Z")
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2026-11-23T03:09:00Z")
    other = clone(remote, tmp_path / "other")
    numbers = PurePosixPath("number")
    meanwhile = [lambda: push_edit(Repository(other), numbers, count_up, "Count")]

    def count_up(newest: bytes | None) -> bytes:
        return b"%d" % (int(newest or 0) + 1)

    def count_up_slowly(newest: bytes | None) -> bytes:
        while meanwhile:
            meanwhile.pop()()
        return count_up(newest)

    push_edit(Repository(root), numbers, count_up_slowly, "Count")
    assert published(remote, numbers) == "2"


def test_being_overtaken_too_often_is_told_and_nothing_of_ours_is_there(
    remote: Path, root: Path, tmp_path: Path
) -> None:
    other = clone(remote, tmp_path / "other")

    def always_late(newest: bytes | None) -> bytes:
        push(other, "- theirs")
        return appending("- ours")(newest)

    with pytest.raises(GitError, match=r"(?s)not on main, after 2 attempts.*git push"):
        push_edit(Repository(root), INCIDENT, always_late, "Add an update", attempts=2)
    assert "- ours" not in published(remote)


def test_uncommitted_work_and_the_index_stay_byte_for_byte(remote: Path, root: Path) -> None:
    (root / INCIDENT).write_text(FIRST + "- half an upd", encoding="utf-8")
    (root / "sitegen.yaml").write_text("site: {name: staged}\n", encoding="utf-8")
    git(root, "add", "sitegen.yaml")
    (root / "sitegen.yaml").write_text("site: {name: changed}\n", encoding="utf-8")
    (root / "note").write_text("untracked\n", encoding="utf-8")
    before = state_of(root)
    assert not push(root).checkout_updated
    assert state_of(root) == before
    assert published(remote).endswith("- the beginning\n- added")


def test_uncommitted_work_in_another_file_survives_the_fast_forward(root: Path) -> None:
    (root / "sitegen.yaml").write_text("site: {name: staged}\n", encoding="utf-8")
    git(root, "add", "sitegen.yaml")
    (root / "note").write_text("untracked\n", encoding="utf-8")
    assert push(root).checkout_updated
    assert git(root, "status", "--porcelain") == "M  sitegen.yaml\n?? note"
    assert (root / INCIDENT).read_text(encoding="utf-8") == FIRST + "- added\n"


def test_work_is_never_set_aside_to_fast_forward(root: Path) -> None:
    git(root, "config", "merge.autoStash", "true")
    (root / INCIDENT).write_text("mine\n", encoding="utf-8")
    before = state_of(root)
    assert not push(root).checkout_updated
    assert state_of(root) == before


def test_an_ignored_file_in_the_way_is_not_written_over(remote: Path, root: Path) -> None:
    (root / ".git" / "info" / "exclude").write_text("new.yaml\n", encoding="utf-8")
    (root / "new.yaml").write_text("mine\n", encoding="utf-8")
    pushed = push_edit(Repository(root), PurePosixPath("new.yaml"), lambda _: b"theirs\n", "Create")
    assert not pushed.checkout_updated
    assert (root / "new.yaml").read_text(encoding="utf-8") == "mine\n"
    assert published(remote, PurePosixPath("new.yaml")) == "theirs"


def test_commits_of_the_users_own_are_neither_pushed_nor_moved(remote: Path, root: Path) -> None:
    own = commit_file(root, "sitegen.yaml", "site: {name: mine}\n")
    assert not push(root).checkout_updated
    assert git(root, "rev-parse", "HEAD") == own
    assert published(remote, PurePosixPath("sitegen.yaml")) == "site: {}"


def test_a_detached_head_pushes_to_the_default_branch_and_stays(remote: Path, root: Path) -> None:
    git(root, "checkout", "--quiet", "--detach")
    before = state_of(root)
    pushed = push(root)
    assert (pushed.branch, pushed.checkout_updated) == (BRANCH, False)
    assert state_of(root) == before
    assert published(remote).endswith("- added")


def test_a_branch_that_follows_nothing_pushes_to_the_default_branch(remote: Path, root: Path) -> None:
    git(root, "checkout", "--quiet", "-b", "experiment")
    before = state_of(root)
    pushed = push(root)
    assert (pushed.branch, pushed.checkout_updated) == (BRANCH, False)
    assert state_of(root) == before
    assert published(remote).endswith("- added")


def test_a_branch_pushes_to_the_one_that_it_follows(remote: Path, root: Path) -> None:
    git(remote, "branch", "night/shift", BRANCH)
    git(root, "fetch", "--quiet")
    git(root, "checkout", "--quiet", "-b", "mine", "origin/night/shift")
    pushed = push(root)
    assert (pushed.branch, pushed.checkout_updated) == ("night/shift", True)
    assert published(remote, branch="night/shift").endswith("- added")
    assert published(remote).endswith("- the beginning")


def test_from_inside_a_hook_of_another_repository_the_right_one_is_pushed(
    remote: Path, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = make_repository(tmp_path / "other")
    commit_file(other, "theirs.yaml", "theirs\n")
    before = (other / ".git" / "index").read_bytes()
    with monkeypatch.context() as inside:
        inside.setenv("GIT_DIR", str(other / ".git"))
        inside.setenv("GIT_INDEX_FILE", str(other / ".git" / "index"))
        assert push(root).checkout_updated
    assert (other / ".git" / "index").read_bytes() == before
    assert git(root, "status", "--porcelain") == ""
    assert published(remote).endswith("- added")


def test_nothing_is_left_in_the_repository_but_objects(root: Path) -> None:
    git(root, "config", "core.splitIndex", "true")
    git(root, "checkout", "--quiet", "--detach")
    before = {path.name for path in (root / ".git").iterdir()}
    push(root)
    assert {path.name for path in (root / ".git").iterdir()} == before


def test_a_clone_of_depth_one_pushes_and_can_still_pull(remote: Path, root: Path, tmp_path: Path) -> None:
    shallow = clone(remote, tmp_path / "shallow", "--depth=1")
    push(root, "- first")
    assert push(shallow, "- second").checkout_updated
    push(root, "- third")
    git(shallow, "pull", "--quiet", "--ff-only")
    assert published(remote).splitlines()[3:] == ["- first", "- second", "- third"]


def test_a_new_file_is_created_in_a_new_folder(remote: Path, root: Path) -> None:
    path = PurePosixPath("incidents/2026/zażółć gęślą.yaml")
    push_edit(Repository(root), path, lambda newest: b"new\n" if newest is None else newest, "Create")
    assert (root / path).read_text(encoding="utf-8") == "new\n"
    assert published(remote, path) == "new"


def test_line_breaks_and_the_mode_of_the_file_are_kept(remote: Path, root: Path) -> None:
    git(root, "config", "core.autocrlf", "true")
    (root / "program").write_bytes(b"a\n")
    (root / "program").chmod(0o755)
    git(root, "add", "program")
    git(root, "commit", "--quiet", "--message", "A program")
    git(root, "push", "--quiet")
    push_edit(Repository(root), PurePosixPath("program"), lambda old: (old or b"") + b"b\r\nc\n", "Change")
    assert git(remote, "ls-tree", BRANCH, "program").startswith("100755 ")
    assert git(remote, "rev-parse", f"{BRANCH}:program") == git(root, "rev-parse", "HEAD:program")
    assert git(remote, "cat-file", "-s", f"{BRANCH}:program") == str(len(b"a\nb\r\nc\n"))


def test_an_edit_that_changes_nothing_makes_no_commit(remote: Path, root: Path) -> None:
    before = git(remote, "rev-parse", BRANCH)
    pushed = push_edit(Repository(root), INCIDENT, lambda newest: newest or b"", "Nothing")
    assert pushed.commit == git(remote, "rev-parse", BRANCH) == before


def test_when_the_edit_raises_nothing_has_happened(remote: Path, root: Path) -> None:
    def refuse(newest: bytes | None) -> bytes:
        raise LookupError("no such incident")

    before, there = state_of(root), git(remote, "rev-parse", BRANCH)
    with pytest.raises(LookupError, match="no such incident"):
        push_edit(Repository(root), INCIDENT, refuse, "Add an update")
    assert state_of(root) == before
    assert git(remote, "rev-parse", BRANCH) == there


@pytest.mark.parametrize("hook", ["pre-receive", "update"])
def test_a_hook_that_declines_is_told_in_its_words_and_asked_once(remote: Path, root: Path, hook: str) -> None:
    install_hook(remote, hook, 'echo asked >> "$GIT_DIR/asked"; echo "closed on Fridays" >&2; exit 1')
    with pytest.raises(GitError, match=r"git push: remote: closed on Fridays\n"):
        push(root)
    assert (remote / "asked").read_text(encoding="utf-8") == "asked\n"
    assert "- added" not in published(remote)


def test_what_a_remote_says_cannot_steer_the_terminal_or_leak_a_password(remote: Path, root: Path) -> None:
    words = r"printf 'see \033[2Jhttps://robot:canary@example.com/rules\n' >&2"
    install_hook(remote, "pre-receive", f"{words}; exit 1")
    with pytest.raises(GitError, match=r"see  \[2Jhttps://example\.com/rules") as told:
        push(root)
    assert "canary" not in str(told.value)
    assert "\x1b" not in str(told.value)


def test_the_users_own_hook_before_a_push_runs_and_may_decline(remote: Path, root: Path) -> None:
    install_hook(root, "pre-push", 'echo asked >> .git/asked; echo "not from this machine" >&2; exit 1')
    with pytest.raises(GitError, match="not from this machine"):
        push(root)
    assert (root / ".git" / "asked").read_text(encoding="utf-8") == "asked\n"
    assert "- added" not in published(remote)


KILL_ONCE = 'rm "$0"; kill -9 $PPID'


def test_a_push_that_landed_without_an_answer_is_not_applied_twice(remote: Path, root: Path) -> None:
    install_hook(remote, "reference-transaction", f'[ "$1" = committed ] || exit 0\n{KILL_ONCE}')
    pushed = push(root)
    assert not (remote / "hooks" / "reference-transaction").exists()
    assert pushed.commit == git(remote, "rev-parse", BRANCH)
    assert published(remote) + "\n" == FIRST + "- added\n"


def test_a_push_that_landed_unanswered_is_found_below_what_others_added(
    remote: Path, root: Path, tmp_path: Path
) -> None:
    other = clone(remote, tmp_path / "other")
    script = f"""[ "$1" = committed ] || exit 0
rm "$0"
cd {other} && unset $(git rev-parse --local-env-vars) && git pull -q && echo '- theirs' >> {INCIDENT}
git commit -qam theirs && git push -q
kill -9 $PPID"""
    install_hook(remote, "reference-transaction", script)
    pushed = push(root)
    assert published(remote).splitlines()[2:] == ["- the beginning", "- added", "- theirs"]
    assert pushed.commit == git(remote, "rev-parse", f"{BRANCH}~1")


def test_a_push_that_was_cut_off_before_it_landed_is_repeated(remote: Path, root: Path) -> None:
    install_hook(remote, "pre-receive", KILL_ONCE)
    assert push(root).attempts == 2
    assert published(remote) + "\n" == FIRST + "- added\n"


def test_a_push_that_hangs_is_ended_and_found_where_it_landed(remote: Path, root: Path) -> None:
    install_hook(remote, "reference-transaction", '[ "$1" = committed ] || exit 0\nrm "$0"\nexec sleep 60')
    begun = time.monotonic()
    pushed = push(root, time_limit=timedelta(seconds=2))
    assert time.monotonic() - begun < 30  # the helper that git has started was ended with it
    assert pushed.commit == git(remote, "rev-parse", BRANCH)
    assert published(remote) + "\n" == FIRST + "- added\n"


def test_a_remote_that_always_hangs_up_is_told_after_three_attempts(remote: Path, root: Path) -> None:
    install_hook(remote, "pre-receive", 'echo asked >> "$GIT_DIR/asked"; kill -9 $PPID')
    with pytest.raises(GitError, match=r"not on main, after 3 attempts\. git push: .*"):
        push(root)
    assert (remote / "asked").read_text(encoding="utf-8") == "asked\n" * 3


def test_when_nobody_can_tell_whether_it_landed_that_is_said(remote: Path, root: Path) -> None:
    install_hook(
        remote, "reference-transaction", f'[ "$1" = committed ] || exit 0\nmv {remote} {remote}.moved; kill -9 $PPID'
    )
    with pytest.raises(GitError, match="may have reached main or not: look there before you try again"):
        push(root)
    assert published(Path(f"{remote}.moved")).endswith("- added")


def test_a_remote_that_is_gone_is_told_at_once(remote: Path, root: Path) -> None:
    remote.rename(remote.with_name("moved"))
    with pytest.raises(GitError, match=r"git ls-remote: fatal: .*does not appear to be a git repository"):
        push(root)


def test_a_missing_right_to_push_is_told_in_the_hosts_words_and_asked_once(root: Path, tmp_path: Path) -> None:
    host = tmp_path / "host"
    host.write_text(
        f"#!/bin/sh\necho asked >> {tmp_path}/asked\necho 'this key may only read' >&2\nexit 1\n", encoding="utf-8"
    )
    host.chmod(0o755)
    git(root, "config", "remote.origin.receivepack", str(host))
    with pytest.raises(GitError, match=r"git push: this key may only read\nfatal: Could not read from remote"):
        push(root)
    assert (tmp_path / "asked").read_text(encoding="utf-8") == "asked\n"


def test_without_an_identity_the_error_names_the_two_commands(remote: Path, root: Path, own_home: Path) -> None:
    (own_home / "gitconfig").write_text("", encoding="utf-8")
    with pytest.raises(GitError, match=r"git config --global user\.name .*\n.*git config --global user\.email"):
        push(root)
    assert "- added" not in published(remote)


def test_who_signs_commits_signs_this_one(remote: Path, root: Path, tmp_path: Path) -> None:
    signer = tmp_path / "signer"
    signer.write_text(
        "#!/bin/sh\ncat > /dev/null\necho -----BEGIN PGP SIGNATURE-----\necho '[GNUPG:] SIG_CREATED ' >&2\n",
        encoding="utf-8",
    )
    signer.chmod(0o755)
    git(root, "config", "gpg.program", str(signer))
    git(root, "config", "commit.gpgSign", "true")
    push(root)
    assert "BEGIN PGP SIGNATURE" in git(remote, "cat-file", "commit", BRANCH)


def test_a_symbolic_link_is_not_written_through(remote: Path, root: Path) -> None:
    (root / "link.yaml").symlink_to(INCIDENT)
    git(root, "add", "link.yaml")
    git(root, "commit", "--quiet", "--message", "A link")
    git(root, "push", "--quiet")
    with pytest.raises(GitError, match=r"link\.yaml is not a regular file"):
        push_edit(Repository(root), PurePosixPath("link.yaml"), appending("- added"), "Add an update")


@pytest.mark.parametrize("path", ["../outside", ".git/config", "sitegen.yaml/x"])
def test_a_path_that_no_commit_may_hold_is_refused(remote: Path, root: Path, path: str) -> None:
    before = git(remote, "rev-parse", BRANCH)
    with pytest.raises(GitError):
        push_edit(Repository(root), PurePosixPath(path), lambda _: b"x", "Escape")
    assert git(remote, "rev-parse", BRANCH) == before


def test_a_branch_or_a_remote_that_does_not_exist_is_told(root: Path) -> None:
    with pytest.raises(GitError, match="The remote origin has no branch nowhere"):
        push_edit(Repository(root), INCIDENT, appending("x"), "Add", branch="nowhere")
    with pytest.raises(GitError, match="git ls-remote: fatal: 'nowhere' does not appear to be"):
        push_edit(Repository(root), INCIDENT, appending("x"), "Add", remote="nowhere")


def test_an_empty_remote_is_told(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet", "--bare", "empty.git")
    root = make_repository(tmp_path / "project")
    git(root, "remote", "add", "origin", str(tmp_path / "empty.git"))
    with pytest.raises(GitError, match="has no default branch"):
        push(root)
