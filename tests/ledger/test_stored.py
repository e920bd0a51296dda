"""The ledger on a git remote: exact about who won, and never trusting a branch that is not the one that it was."""

import time
from datetime import timedelta
from pathlib import Path

import pytest

from sitegen.ledger import LedgerError, verify
from tests.ledger.samples import (
    BRANCH,
    begin,
    claim,
    connection,
    install_hook,
    ledger_at,
    local_ledger_at,
    post,
    record,
)
from tests.repositories import clone, commit_file, git, make_repository

KILL_ONCE = 'rm "$0"; kill -9 $PPID'
AFTERWARDS = '[ "$1" = committed ] || exit 0\n'


def somebody_else_pushes_from(other: Path) -> str:
    """A hook, once: a commit of somebody else's reaches the ledger, then the push that ran the hook is cut off."""
    return f"""rm "$0"
cd {other} && unset $(git rev-parse --local-env-vars) GIT_QUARANTINE_PATH
git fetch -q origin {BRANCH} && git checkout -q FETCH_HEAD
git commit -q --allow-empty -m theirs && git push -q origin HEAD:{BRANCH}
kill -9 $PPID"""


def refs(root: Path) -> str:
    """Every ref of the repository but the remote's own, and where HEAD is."""
    return git(root, "for-each-ref", "refs/heads", "refs/tags") + git(root, "rev-parse", "HEAD")


def everything(root: Path) -> tuple[str, bytes, set[str]]:
    """What must stay: refs, index, and what stands in the folder and in .git."""
    names = {str(path) for folder in (root, root / ".git") for path in folder.iterdir()}
    return refs(root), (root / ".git" / "index").read_bytes(), names


def test_entries_are_small_files_that_a_person_can_read(remote: Path, root: Path) -> None:
    ledger = ledger_at(root)
    begin(ledger)
    record(ledger, claim())
    listed = git(remote, "ls-tree", "-r", "--name-only", BRANCH).splitlines()
    assert listed == ["connections/twitter.json", f"deliveries/{claim().key[:2]}/{claim().key}.json"]
    assert '"incident": "2026-11-23-card-payments"' in git(remote, "show", f"{BRANCH}:{listed[1]}")


def test_the_history_says_in_a_line_what_was_recorded(remote: Path, root: Path) -> None:
    ledger = ledger_at(root)
    begin(ledger)
    record(ledger, claim(1))
    record(ledger, post(claim(1)), claim(2), claim(3))
    assert git(remote, "log", "--reverse", "--format=%an: %s", BRANCH).splitlines() == [
        "Test Author: 1 connected",
        "Test Author: claimed: twitter, 2026-11-23-card-payments, 20261123T0301Z",
        "Test Author: 2 claimed, 1 posted",
    ]


def test_the_users_repository_keeps_its_refs_index_and_files(root: Path) -> None:
    git(root, "checkout", "--quiet", "--detach")
    before = everything(root)
    ledger = ledger_at(root)
    begin(ledger)
    record(ledger, claim())
    ledger_at(root).read()
    assert everything(root) == before


def test_a_project_without_a_remote_keeps_its_ledger_itself(tmp_path: Path) -> None:
    root = make_repository(tmp_path / "project")
    commit_file(root, "sitegen.yaml", "site: {}\n")
    genesis = begin(local_ledger_at(root))
    after = record(local_ledger_at(root, genesis), claim())
    assert git(root, "rev-parse", BRANCH) == after.tip
    assert verify(local_ledger_at(root, genesis)) == ()


def test_a_clone_of_depth_one_reads_and_appends_and_stays_shallow(remote: Path, root: Path, tmp_path: Path) -> None:
    commit_file(root, "more", "more\n")
    git(root, "push", "--quiet")
    genesis = begin(ledger_at(root))
    record(ledger_at(root), claim(1))
    for options in (("--depth=1",), ("--depth=1", "--no-single-branch")):
        shallow = clone(remote, tmp_path / f"shallow-{len(options)}", *options)
        ledger = ledger_at(shallow, genesis)
        assert claim(1).key in ledger.read().deliveries
        record(ledger, claim(10 + len(options)))
        assert verify(ledger) == ()
        assert git(shallow, "rev-list", "--count", "HEAD") == "1"
    assert len(ledger_at(root, genesis).read().deliveries) == 3


def test_a_read_brings_only_what_is_new(root: Path, remote: Path, tmp_path: Path) -> None:
    ledger, other = ledger_at(root), ledger_at(clone(remote, tmp_path / "other"))
    begin(other)
    record(other, *(claim(number) for number in range(300)))
    ledger.read()
    record(other, claim(301))
    before = git(root, "count-objects", "-v").splitlines()
    assert claim(301).key in ledger.read().deliveries
    grown = [
        int(now.split()[1]) - int(then.split()[1])
        for then, now in zip(before, git(root, "count-objects", "-v").splitlines(), strict=True)
    ]
    assert grown[0] <= 5  # loose objects: the commit, three trees at most, the entry
    assert grown[2] == 0  # no pack with the 300 others


def test_a_push_that_landed_without_an_answer_counts_as_ours(remote: Path, root: Path) -> None:
    ledger = ledger_at(root)
    seen = record(ledger, connection())
    install_hook(remote, "reference-transaction", AFTERWARDS + KILL_ONCE)
    after = ledger.append(seen, {claim().key: claim()})
    assert after is not None
    assert not (remote / "hooks" / "reference-transaction").exists()
    assert after.tip == git(remote, "rev-parse", BRANCH)
    assert git(remote, "rev-list", "--count", BRANCH) == "2"


def test_a_push_that_landed_unanswered_is_found_below_what_others_added(
    remote: Path, root: Path, tmp_path: Path
) -> None:
    other = clone(remote, tmp_path / "other")
    ledger = ledger_at(root)
    seen = record(ledger, connection())
    install_hook(remote, "reference-transaction", AFTERWARDS + somebody_else_pushes_from(other))
    after = ledger.append(seen, {claim().key: claim()})
    assert after is not None
    assert after.tip == git(remote, "rev-parse", f"{BRANCH}~1")


def test_a_push_that_was_cut_off_before_it_landed_is_repeated(remote: Path, root: Path) -> None:
    ledger = ledger_at(root)
    seen = record(ledger, connection())
    install_hook(remote, "pre-receive", KILL_ONCE)
    after = ledger.append(seen, {claim().key: claim()})
    assert after is not None
    assert after.tip == git(remote, "rev-parse", BRANCH)


def test_a_push_that_was_cut_off_while_another_landed_is_a_lost_race(remote: Path, root: Path, tmp_path: Path) -> None:
    other = clone(remote, tmp_path / "other")
    ledger = ledger_at(root)
    seen = record(ledger, connection())
    install_hook(remote, "pre-receive", somebody_else_pushes_from(other))
    assert ledger.append(seen, {claim().key: claim()}) is None
    assert git(remote, "log", "-1", "--format=%s", BRANCH) == "theirs"
    assert git(remote, "rev-list", "--count", BRANCH) == "2"


def test_a_push_that_hangs_is_ended_and_found_where_it_landed(remote: Path, root: Path) -> None:
    ledger = ledger_at(root, time_limit=timedelta(seconds=3))
    seen = record(ledger, connection())
    install_hook(remote, "reference-transaction", AFTERWARDS + 'rm "$0"\nexec sleep 60')
    after = ledger.append(seen, {claim().key: claim()})
    assert after is not None
    assert after.tip == git(remote, "rev-parse", BRANCH)


def test_a_remote_that_always_hangs_up_is_told_and_nothing_was_recorded(remote: Path, root: Path) -> None:
    ledger = ledger_at(root)
    seen = record(ledger, connection())
    install_hook(remote, "pre-receive", "kill -9 $PPID")
    with pytest.raises(LedgerError, match=r"nothing can be posted: The change is not on sitegen-ledger, after 5"):
        ledger.append(seen, {claim().key: claim()})
    assert git(remote, "rev-parse", BRANCH) == seen.tip


def test_when_nobody_can_tell_whether_it_landed_that_is_said(remote: Path, root: Path) -> None:
    ledger = ledger_at(root)
    seen = record(ledger, connection())
    install_hook(remote, "reference-transaction", f"{AFTERWARDS}mv {remote} {remote}.moved; kill -9 $PPID")
    with pytest.raises(LedgerError, match="may have reached sitegen-ledger or not"):
        ledger.append(seen, {claim().key: claim()})


def test_a_host_that_declines_is_told_in_its_words_and_asked_once(remote: Path, root: Path) -> None:
    ledger = ledger_at(root)
    seen = record(ledger, connection())
    install_hook(remote, "pre-receive", 'echo asked >> "$GIT_DIR/asked"; echo "protected branch" >&2; exit 1')
    with pytest.raises(LedgerError, match="remote: protected branch"):
        ledger.append(seen, {claim().key: claim()})
    assert (remote / "asked").read_text(encoding="utf-8") == "asked\n"


def test_the_users_hook_before_a_push_has_no_say_in_the_record(root: Path) -> None:
    install_hook(root, "pre-push", "exit 1")
    assert begin(ledger_at(root))


def test_an_unreachable_remote_is_told_at_once(remote: Path, root: Path) -> None:
    genesis = begin(ledger_at(root))
    remote.rename(remote.with_name("moved"))
    begun = time.monotonic()
    with pytest.raises(LedgerError, match=r"nothing can be posted: git ls-remote: fatal"):
        ledger_at(root, genesis).read()
    assert time.monotonic() - begun < 5


def test_a_force_push_of_main_leaves_the_ledger_alone(remote: Path, root: Path) -> None:
    genesis = begin(ledger_at(root))
    before = ledger_at(root, genesis).read()
    git(root, "checkout", "--quiet", "--orphan", "fresh")
    commit_file(root, "sitegen.yaml", "site: {name: new}\n")
    git(root, "push", "--quiet", "--force", "origin", "fresh:main")
    assert ledger_at(root, genesis).read() == before


def test_a_mirror_push_that_deletes_the_ledger_is_noticed(remote: Path, root: Path, tmp_path: Path) -> None:
    ledger = ledger_at(root)
    genesis = begin(ledger)
    partial = clone(remote, tmp_path / "partial", "--single-branch")
    git(partial, "push", "--quiet", "--mirror", "origin")
    for reader in (ledger, ledger_at(partial, genesis)):
        with pytest.raises(LedgerError, match=r"sitegen-ledger is gone on origin\. .*put back"):
            reader.read()


def test_a_ledger_that_vanishes_between_reading_and_writing_is_not_begun_anew(remote: Path, root: Path) -> None:
    ledger = ledger_at(root)
    seen = record(ledger, connection())
    git(remote, "update-ref", "-d", f"refs/heads/{BRANCH}")
    assert ledger.append(seen, {claim().key: claim()}) is None
    assert git(remote, "for-each-ref", f"refs/heads/{BRANCH}") == ""


def test_another_beginning_than_the_configured_genesis_is_refused(remote: Path, root: Path, tmp_path: Path) -> None:
    genesis = begin(ledger_at(root))
    git(remote, "update-ref", "-d", f"refs/heads/{BRANCH}")
    record(ledger_at(clone(remote, tmp_path / "other")), claim(7))
    with pytest.raises(LedgerError, match=rf"begins with [0-9a-f]{{12}} instead of {genesis[:12]}, the genesis"):
        ledger_at(root, genesis).read()


def test_a_short_genesis_is_enough(root: Path) -> None:
    genesis = begin(ledger_at(root))
    assert ledger_at(root, genesis[:7]).read().genesis == genesis


def test_a_history_rewound_since_the_last_look_is_refused(remote: Path, root: Path) -> None:
    ledger = ledger_at(root)
    genesis = begin(ledger)
    record(ledger, claim())
    git(remote, "update-ref", f"refs/heads/{BRANCH}", genesis)
    with pytest.raises(LedgerError, match="no longer holds what it held before"):
        ledger.read()


def plant(root: Path, name: str, text: str) -> None:
    """Pushes a commit to the ledger's branch by hand, with the text at the name."""
    git(root, "fetch", "--quiet", "origin", BRANCH)
    git(root, "checkout", "--quiet", "--detach", "FETCH_HEAD")
    commit_file(root, name, text)
    git(root, "push", "--quiet", "origin", f"HEAD:{BRANCH}")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("README.md", "Hello"),
        ("deliveries/aa/aabbccdd.json", "{}"),
        ("deliveries/aa/aabbccdd.json", "not JSON"),
        ("connections/x.json", '{"channel": "y"}'),
        ("connections/twitter.json", '{ "account": "@Other" }'),
    ],
)
def test_what_this_program_did_not_write_is_refused(
    root: Path, tmp_path: Path, remote: Path, name: str, text: str
) -> None:
    genesis = begin(ledger_at(root))
    plant(clone(remote, tmp_path / "vandal"), name, text)
    with pytest.raises(LedgerError, match=rf"{name} on the ledger's branch .* by hand"):
        ledger_at(root, genesis).read()


def test_a_link_in_the_ledger_is_refused(root: Path, tmp_path: Path, remote: Path) -> None:
    genesis = begin(ledger_at(root))
    vandal = clone(remote, tmp_path / "vandal")
    (vandal / "deliveries").symlink_to("/etc")
    git(vandal, "add", "deliveries")
    plant(vandal, "connections/x.json", "{}")
    with pytest.raises(LedgerError, match="deliveries is not a regular file"):
        ledger_at(root, genesis).read()


def test_an_entry_deleted_since_the_last_look_is_noticed(root: Path, tmp_path: Path, remote: Path) -> None:
    ledger = ledger_at(root)
    begin(ledger)
    record(ledger, claim())
    vandal = clone(remote, tmp_path / "vandal")
    git(vandal, "checkout", "--quiet", "--detach", f"origin/{BRANCH}")
    git(vandal, "rm", "--quiet", "-r", "deliveries")
    git(vandal, "commit", "--quiet", "--message", "Clean up")
    git(vandal, "push", "--quiet", "origin", f"HEAD:{BRANCH}")
    with pytest.raises(LedgerError, match=r"deliveries/.*\.json was deleted"):
        ledger.read()
