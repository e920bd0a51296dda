"""Targets that are a branch, on real git: what reaches it, what stays, and that nothing of the user's is touched."""

import subprocess
import sys
from pathlib import Path, PurePosixPath

import pytest

from sitegen.git import GitError, Repository
from sitegen.git.publishing import Published, Site, publish_site
from tests.repositories import clone, commit_file, git, make_repository

RECORD = PurePosixPath(".sitegen-files")
BRANCH = "gh-pages"


def site(folder: Path, **files: str) -> Site:
    """A built folder: `a_html` is the file `a.html`, a double underscore a folder."""
    texts = {PurePosixPath(name.replace("__", "/").replace("_", ".")): text for name, text in files.items()}
    for path, text in texts.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    (folder / RECORD).write_text("".join(f"{path}\n" for path in sorted(texts)))
    return Site(folder, tuple(sorted(texts)), RECORD)


def publish(root: Path, wanted: Site) -> Published:
    return publish_site(Repository(root), "origin", BRANCH, wanted, "Publish the status page")


def names(remote: Path) -> list[str]:
    return git(remote, "ls-tree", "-r", "--name-only", BRANCH).splitlines()


def count(remote: Path) -> int:
    return int(git(remote, "rev-list", "--count", BRANCH))


def test_the_branch_begins_with_the_site_and_grows_by_one_commit_for_each_change(
    root: Path, remote: Path, tmp_path: Path
) -> None:
    assert publish(root, site(tmp_path / "one", index_html="1", now_json="{}", old__x_html="x")).new
    assert names(remote) == [".nojekyll", ".sitegen-files", "index.html", "now.json", "old/x.html"]
    assert publish(root, site(tmp_path / "two", index_html="2", now_json="{}", old="a file now")).new
    assert names(remote) == [".nojekyll", ".sitegen-files", "index.html", "now.json", "old"]
    assert git(remote, "show", f"{BRANCH}:index.html") == "2"
    assert count(remote) == 2


def test_nothing_changed_makes_no_commit(root: Path, remote: Path, tmp_path: Path) -> None:
    first = publish(root, site(tmp_path / "one", index_html="1"))
    again = publish(root, site(tmp_path / "two", index_html="1"))
    assert (again.commit, again.new) == (first.commit, False)
    assert count(remote) == 1


def test_files_of_others_stay(root: Path, remote: Path, tmp_path: Path) -> None:
    publish(root, site(tmp_path / "one", index_html="1", gone_html="1"))
    other = clone(remote, tmp_path / "other", f"--branch={BRANCH}")
    commit_file(other, "CNAME", "status.example.com\n")
    git(other, "push", "--quiet")
    publish(root, site(tmp_path / "two", index_html="2"))
    assert names(remote) == [".nojekyll", ".sitegen-files", "CNAME", "index.html"]


def test_a_file_of_others_is_never_written_over(root: Path, remote: Path, tmp_path: Path) -> None:
    publish(root, site(tmp_path / "one", index_html="1"))
    other = clone(remote, tmp_path / "other", f"--branch={BRANCH}")
    commit_file(other, "now.json", "theirs")
    git(other, "push", "--quiet")
    with pytest.raises(GitError, match=r"now\.json on the branch gh-pages is in the way"):
        publish(root, site(tmp_path / "two", index_html="2", now_json="{}"))
    assert git(remote, "show", f"{BRANCH}:now.json") == "theirs"


def test_a_branch_that_holds_other_things_is_refused(root: Path, remote: Path, tmp_path: Path) -> None:
    before = git(remote, "rev-parse", "main")
    with pytest.raises(GitError, match="main holds files that sitegen did not write"):
        publish_site(Repository(root), "origin", "main", site(tmp_path / "one", index_html="1"), "…")
    assert git(remote, "rev-parse", "main") == before


def test_work_index_branches_and_hooks_of_the_user_are_left_alone(root: Path, tmp_path: Path) -> None:
    hook = root / ".git/hooks/pre-push"
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    (root / "staged").write_text("staged")
    git(root, "add", "staged")
    (root / "sitegen.yaml").write_text("unfinished")

    def look() -> tuple[str, ...]:
        words = (("status", "--porcelain"), ("for-each-ref", "refs/heads"), ("rev-parse", "HEAD"), ("diff", "--cached"))
        return tuple(git(root, *line) for line in words)

    before = look()
    publish(root, site(tmp_path / "one", index_html="1"))
    assert look() == before


def test_bytes_arrive_as_they_were_built(root: Path, remote: Path, tmp_path: Path) -> None:
    (root / ".gitattributes").write_text("* text eol=crlf ident\n")
    publish(root, site(tmp_path / "one", index_html="$Id$\na\r\nb\n"))
    shown = subprocess.run(("git", "-C", remote, "show", f"{BRANCH}:index.html"), capture_output=True, check=True)
    assert shown.stdout == b"$Id$\na\r\nb\n"


def test_it_works_from_a_shallow_clone(root: Path, remote: Path, tmp_path: Path) -> None:
    publish(root, site(tmp_path / "one", index_html="1"))
    publish(root, site(tmp_path / "two", index_html="2"))
    shallow = clone(remote, tmp_path / "shallow", "--depth=1")
    publish(shallow, site(tmp_path / "three", index_html="3"))
    assert git(remote, "show", f"{BRANCH}:index.html") == "3"
    assert count(remote) == 3


@pytest.mark.parametrize("knows_how", ["true", "false"], ids=["spares contents", "sends all"])
def test_a_shallow_clone_keeps_what_it_never_saw_and_removes_what_has_gone(
    root: Path, remote: Path, tmp_path: Path, knows_how: str
) -> None:
    git(remote, "config", "uploadpack.allowFilter", knows_how)
    publish(root, site(tmp_path / "one", index_html="1", stays_html="as it was", gone_html="1"))
    other = clone(remote, tmp_path / "other", f"--branch={BRANCH}")
    commit_file(other, "CNAME", "status.example.com\n")
    git(other, "push", "--quiet")
    shallow = clone(remote, tmp_path / "shallow", "--depth=1")
    before = (shallow / ".git/config").read_text()
    publish(shallow, site(tmp_path / "two", index_html="2", stays_html="as it was"))
    assert names(remote) == [".nojekyll", ".sitegen-files", "CNAME", "index.html", "stays.html"]
    assert git(remote, "show", f"{BRANCH}:stays.html") == "as it was"
    publish(shallow, site(tmp_path / "three", index_html="3", stays_html="as it was"))
    assert git(remote, "show", f"{BRANCH}:index.html") == "3"
    assert (shallow / ".git/config").read_text() == before
    git(remote, "fsck", "--full")


def test_the_ids_of_files_are_those_of_the_repository_s_object_format(tmp_path: Path) -> None:
    remote = tmp_path / "sha256.git"
    git(tmp_path, "init", "--quiet", "--bare", "--object-format=sha256", str(remote))
    root = tmp_path / "sha256"
    git(tmp_path, "init", "--quiet", "--object-format=sha256", str(root))
    git(root, "remote", "add", "origin", remote.as_uri())
    first = publish(root, site(tmp_path / "one", index_html="1"))
    again = publish(root, site(tmp_path / "one", index_html="1"))
    assert (first.new, again.new, again.commit) == (True, False, first.commit)
    assert git(remote, "show", f"{BRANCH}:index.html") == "1"


def test_a_lost_race_is_run_again_on_the_newest_commit(root: Path, remote: Path, tmp_path: Path) -> None:
    publish(root, site(tmp_path / "one", index_html="1"))
    other = clone(remote, tmp_path / "other")
    rival = site(tmp_path / "rival", index_html="rival")
    hook, fired = remote / "hooks/pre-receive", tmp_path / "fired"
    # While our push is being received, a rival's lands: the server then refuses ours.
    rivals = publish(other, rival).commit
    git(remote, "update-ref", f"refs/heads/{BRANCH}", f"{rivals}~1")
    hook.write_text(
        f"#!/bin/sh\n[ -e {fired} ] && exit 0\ntouch {fired}\nunset GIT_QUARANTINE_PATH\n"
        f"git update-ref refs/heads/{BRANCH} {rivals}\n"
    )
    hook.chmod(0o755)
    assert publish(root, site(tmp_path / "two", index_html="2")).new
    assert fired.exists()
    assert git(remote, "show", f"{BRANCH}:index.html") == "2"
    assert git(remote, "rev-list", BRANCH).splitlines()[1] == rivals


@pytest.mark.slow
def test_clones_that_race_all_get_there_and_none_forces(root: Path, remote: Path, tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from sitegen.git import Repository\n"
        "from tests.publish.test_branch import publish, site\n"
        "name = sys.argv[3]\n"
        "publish(Path(sys.argv[1]), site(Path(sys.argv[2]), index_html=name))\n"
    )
    folders = [clone(remote, tmp_path / f"racer-{number}") for number in range(6)]
    running = [
        subprocess.Popen((sys.executable, "-c", program, folder, tmp_path / f"built-{folder.name}", folder.name))
        for folder in folders
    ]
    assert [one.wait(120) for one in running] == [0] * 6
    assert count(remote) == 6


def test_a_remote_that_is_down_is_told(root: Path, tmp_path: Path) -> None:
    git(root, "remote", "set-url", "origin", str(tmp_path / "nowhere.git"))
    with pytest.raises(GitError, match="does not appear to be a git repository"):
        publish(root, site(tmp_path / "one", index_html="1"))


def test_a_server_that_refuses_is_told(root: Path, remote: Path, tmp_path: Path) -> None:
    hook = remote / "hooks/pre-receive"
    hook.write_text("#!/bin/sh\necho This branch is protected.\nexit 1\n")
    hook.chmod(0o755)
    with pytest.raises(GitError, match="This branch is protected"):
        publish(root, site(tmp_path / "one", index_html="1"))


def test_an_unborn_repository_can_publish(remote: Path, tmp_path: Path) -> None:
    fresh = make_repository(tmp_path / "fresh")
    git(fresh, "remote", "add", "origin", remote.as_uri())
    assert publish(fresh, site(tmp_path / "one", index_html="1")).new
