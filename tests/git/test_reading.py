"""Files come out of a commit as they were committed, and what a shallow clone lacks is fetched."""

import os
from pathlib import Path, PurePosixPath

import pytest

from sitegen.git import GitError, Repository, files_at
from tests.repositories import clone, commit_file, git, make_remote, make_repository

WHOLE = PurePosixPath()
INCIDENTS = PurePosixPath("incidents")


def found(path: Path) -> Repository:
    """The repository at the path, which must be one."""
    repository = Repository.find(path)
    assert repository is not None
    return repository


def names(files: dict[PurePosixPath, bytes]) -> set[str]:
    """The names as text."""
    return {str(name) for name in files}


def make_history(tmp_path: Path) -> tuple[Path, list[str]]:
    """A remote whose branch has three commits to `incidents/x.yaml`, and their ids."""
    remote = make_remote(tmp_path / "remote.git", {"incidents/x.yaml": "one\n"})
    author = clone(remote, tmp_path / "author")
    commits = [git(author, "rev-parse", "HEAD")]
    commits += [commit_file(author, "incidents/x.yaml", text) for text in ("two\n", "three\n")]
    git(author, "push", "--quiet", "origin", "main")
    return remote, commits


def test_the_repository_is_found_from_any_folder_inside_it(tmp_path: Path) -> None:
    root = make_repository(tmp_path / "a name with spaces")
    (root / "deep" / "inside").mkdir(parents=True)
    assert found(root / "deep" / "inside").root == root.resolve()


def test_outside_of_any_repository_there_is_none(tmp_path: Path) -> None:
    assert Repository.find(tmp_path) is None


def test_without_git_the_error_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(GitError, match="git is not installed"):
        Repository.find(tmp_path)


def test_a_path_is_told_relative_to_the_root_even_through_a_linked_folder(tmp_path: Path) -> None:
    root = make_repository(tmp_path / "project")
    (root / "incidents").mkdir()
    (tmp_path / "link").symlink_to(root, target_is_directory=True)
    repository = found(root)
    assert repository.path_of(tmp_path / "link" / "incidents" / "new.yaml") == INCIDENTS / "new.yaml"
    assert repository.path_of(tmp_path / "link" / "incidents") == INCIDENTS
    with pytest.raises(ValueError, match="elsewhere"):
        repository.path_of(tmp_path / "elsewhere")


def test_files_are_given_as_they_stood_then_below_the_folder_only(tmp_path: Path) -> None:
    root = make_repository(tmp_path / "project")
    commit_file(root, "sitegen.yaml", "site: {}\n")
    then = commit_file(root, "incidents/2026/x.yaml", "one\n")
    commit_file(root, "incidents/2026/x.yaml", "two\n")
    commit_file(root, "incidents-old/y.yaml", "old\n")
    assert files_at(found(root), then, INCIDENTS) == {INCIDENTS / "2026" / "x.yaml": b"one\n"}
    assert names(files_at(found(root), "HEAD", WHOLE)) == {
        "sitegen.yaml", "incidents/2026/x.yaml", "incidents-old/y.yaml",
    }  # fmt: skip


def test_a_folder_that_did_not_exist_yet_is_empty(tmp_path: Path) -> None:
    root = make_repository(tmp_path / "project")
    commit_file(root, "sitegen.yaml", "site: {}\n")
    assert files_at(found(root), "HEAD", INCIDENTS) == {}


def test_uncommitted_work_is_not_what_stood_there(tmp_path: Path) -> None:
    root = make_repository(tmp_path / "project")
    commit_file(root, "x.yaml", "one\n")
    (root / "x.yaml").write_text("two\n", encoding="utf-8")
    assert files_at(found(root), "HEAD", WHOLE) == {PurePosixPath("x.yaml"): b"one\n"}


@pytest.mark.parametrize(
    "name",
    [
        "a b.yaml",
        "zażółć 東京.yaml",
        "line\nbreak.yaml",
        '"quoted"\t.yaml',
        ":(top)x",
        "-f",
        "*",
        os.fsdecode(b"\xff.yaml"),
    ],
)
def test_a_name_may_hold_any_bytes(tmp_path: Path, name: str) -> None:
    root = make_repository(tmp_path / "project")
    commit_file(root, f"incidents/{name}", "text\n")
    assert files_at(found(root), "HEAD", INCIDENTS) == {INCIDENTS / name: b"text\n"}


def test_a_folder_may_be_named_like_magic(tmp_path: Path) -> None:
    root = make_repository(tmp_path / "project")
    commit_file(root, ":(glob)**/x.yaml", "text\n")
    commit_file(root, "other/x.yaml", "text\n")
    assert names(files_at(found(root), "HEAD", PurePosixPath(":(glob)**"))) == {":(glob)**/x.yaml"}


def test_content_comes_byte_for_byte_whatever_line_breaks_the_user_prefers(tmp_path: Path) -> None:
    root = make_repository(tmp_path / "project")
    texts = {
        "crlf.yaml": "a\r\nb\r\n",
        "lf.yaml": "a\nb\n",
        "empty.yaml": "",
        "nul.yaml": "a\0b\n\n",
        "open.yaml": "end",
    }
    for name, text in texts.items():
        commit_file(root, name, text)
    git(root, "config", "core.autocrlf", "true")
    expected = {PurePosixPath(name): text.encode() for name, text in texts.items()}
    assert files_at(found(root), "HEAD", WHOLE) == expected


def test_symbolic_links_and_submodules_are_left_out_and_programs_are_not(tmp_path: Path) -> None:
    root = make_repository(tmp_path / "project")
    inner = make_repository(root / "module")
    commit_file(inner, "x.yaml", "inner\n")
    (root / "link.yaml").symlink_to("real.yaml")
    git(root, "-c", "advice.addEmbeddedRepo=false", "add", "link.yaml", "module")
    (root / "program").write_text("#!/bin/sh\n", encoding="utf-8")
    (root / "program").chmod(0o755)
    git(root, "add", "program")
    commit_file(root, "real.yaml", "real\n")
    assert names(files_at(found(root), "HEAD", WHOLE)) == {"program", "real.yaml"}


def test_a_hook_of_another_repository_does_not_lead_us_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root, other = make_repository(tmp_path / "project"), make_repository(tmp_path / "other")
    commit_file(root, "ours.yaml", "ours\n")
    commit_file(other, "theirs.yaml", "theirs\n")
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other / ".git" / "index"))
    assert names(files_at(found(root), "HEAD", WHOLE)) == {"ours.yaml"}


@pytest.mark.parametrize("ref", ["origin/main~1", "HEAD~1", "HEAD^", "main~2", "refs/remotes/origin/main~1"])
def test_a_clone_of_depth_one_fetches_the_history_it_lacks(tmp_path: Path, ref: str) -> None:
    remote, _ = make_history(tmp_path)
    shallow = clone(remote, tmp_path / "shallow", "--depth=1")
    expected = b"one\n" if ref == "main~2" else b"two\n"
    assert files_at(found(shallow), ref, INCIDENTS) == {INCIDENTS / "x.yaml": expected}


@pytest.mark.parametrize("form", ["origin/other", "other", "refs/heads/other", "v1", "annotated", "id"])
def test_a_clone_of_depth_one_fetches_another_branch_tag_or_commit(tmp_path: Path, form: str) -> None:
    remote, commits = make_history(tmp_path)
    author = clone(remote, tmp_path / "second")
    git(author, "checkout", "--quiet", "-b", "other", commits[0])
    other = commit_file(author, "incidents/x.yaml", "other\n")
    git(author, "tag", "v1")
    git(author, "tag", "--annotate", "--message", "A tag", "annotated")
    git(author, "push", "--quiet", "--tags", "origin", "other")
    shallow = clone(remote, tmp_path / "shallow", "--depth=1")
    ref = other if form == "id" else form
    assert files_at(found(shallow), ref, INCIDENTS) == {INCIDENTS / "x.yaml": b"other\n"}


def test_fetching_to_read_moves_nothing_of_the_users(tmp_path: Path) -> None:
    remote, commits = make_history(tmp_path)
    git(remote, "branch", "other", commits[1])
    shallow = clone(remote, tmp_path / "shallow", "--depth=1")
    before = git(shallow, "for-each-ref"), git(shallow, "config", "--list"), git(shallow, "status", "--porcelain")
    files_at(found(shallow), "origin/other", INCIDENTS)
    assert (
        git(shallow, "for-each-ref"),
        git(shallow, "config", "--list"),
        git(shallow, "status", "--porcelain"),
    ) == before
    assert not (shallow / ".git" / "FETCH_HEAD").exists()


def test_a_complete_clone_stays_complete_when_it_fetches(tmp_path: Path) -> None:
    remote, commits = make_history(tmp_path)
    complete = clone(remote, tmp_path / "complete", "--single-branch")
    author = clone(remote, tmp_path / "second")
    git(author, "checkout", "--quiet", "-b", "later")
    commit_file(author, "incidents/x.yaml", "later\n")
    git(author, "push", "--quiet", "origin", "later")
    assert files_at(found(complete), "later", INCIDENTS) == {INCIDENTS / "x.yaml": b"later\n"}
    assert git(complete, "rev-parse", "--is-shallow-repository") == "false"
    assert git(complete, "rev-list", "--count", "HEAD") == str(len(commits))


@pytest.mark.parametrize("ref", ["nowhere", "origin/nowhere", "HEAD~9", "main:incidents", "0" * 40, "HEAD^{tree}", ""])
def test_a_ref_that_does_not_exist_is_told_by_its_name(tmp_path: Path, ref: str) -> None:
    remote, _ = make_history(tmp_path)
    repository = found(clone(remote, tmp_path / "clone"))
    with pytest.raises(GitError) as told:
        files_at(repository, ref, INCIDENTS)
    assert str(told.value).startswith(f"{ref} is ")


def test_without_a_remote_a_missing_ref_is_told_too(tmp_path: Path) -> None:
    root = make_repository(tmp_path / "project")
    commit_file(root, "x.yaml", "one\n")
    with pytest.raises(GitError, match="origin/main is no branch, tag or commit"):
        files_at(found(root), "origin/main", WHOLE)


def test_a_ref_that_looks_like_an_option_is_refused(tmp_path: Path) -> None:
    root = make_repository(tmp_path / "project")
    commit_file(root, "x.yaml", "one\n")
    with pytest.raises(GitError, match="looks like an option"):
        files_at(found(root), "--output=stolen", WHOLE)


def test_a_remote_that_is_gone_is_told_with_what_git_says(tmp_path: Path) -> None:
    remote, _ = make_history(tmp_path)
    repository = found(clone(remote, tmp_path / "clone"))
    remote.rename(tmp_path / "moved")
    with pytest.raises(GitError, match=r"origin/later is not known here and could not be fetched\. git ls-remote"):
        files_at(repository, "origin/later", INCIDENTS)


@pytest.mark.parametrize("place", ["x", "x%0ay"])  # git itself names the second with its password
def test_credentials_in_the_address_of_a_remote_are_never_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    monkeypatch.setenv("GIT_ALLOW_PROTOCOL", "https")
    root = make_repository(tmp_path / "project")
    git(root, "remote", "add", "origin", f"https://robot:canary-token@127.0.0.1:1/{place}")
    with pytest.raises(GitError, match=r"127\.0\.0\.1") as told:
        files_at(found(root), "origin/main", WHOLE)
    assert "canary" not in str(told.value)
    assert "robot" not in str(told.value)
