"""SECURITY.md, row 18: no time comes from git or from the files' own; a depth-1 clone gives the same bytes."""

import os
from pathlib import Path

import pytest

from tests.projects import INCIDENT, SETTINGS, build_site
from tests.repositories import clone, commit_file, git, isolate_git, make_remote
from tests.security.parsing import files

OVER = INCIDENT.replace("    next_update_by", "    status: resolved\n    next_update_by")
ACCOUNT = "---\npublished: 2026-11-23 10:00\n---\nWhat happened.\n"


@pytest.fixture
def remote(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with a history of several commits, which edit and remove entries."""
    isolate_git(monkeypatch, tmp_path / "home")
    incidents = {"incidents/2026-11-20-old.yaml": OVER, "incidents/2026-11-23-open.yaml": INCIDENT}
    remote = make_remote(tmp_path / "remote", {"sitegen.yaml": SETTINGS, **incidents})
    writer = clone(remote, tmp_path / "writer")
    commit_file(writer, "incidents/2026-11-23-open.yaml", INCIDENT.replace("Most", "Nearly all"))
    commit_file(writer, "incidents/2026-11-20-old.md", ACCOUNT)
    commit_file(writer, "incidents/2026-11-21-other.yaml", OVER)
    git(writer, "push", "--quiet", "origin", "HEAD")
    return remote


def test_a_depth_1_clone_gives_the_same_bytes(remote: Path, tmp_path: Path) -> None:
    whole, shallow = clone(remote, tmp_path / "whole"), clone(remote, tmp_path / "shallow", "--depth=1")
    assert (shallow / ".git" / "shallow").is_file()
    assert files(build_site(whole)) == files(build_site(shallow))
    assert b"Nearly all" in files(shallow / "site")["index.html"]


def test_an_export_without_any_git_gives_the_same_bytes(remote: Path, tmp_path: Path) -> None:
    whole, bare = clone(remote, tmp_path / "whole"), clone(remote, tmp_path / "bare")
    (bare / ".git").rename(tmp_path / "elsewhere")
    assert files(build_site(whole)) == files(build_site(bare))


def test_the_times_of_files_play_no_role(remote: Path, tmp_path: Path) -> None:
    now, then = clone(remote, tmp_path / "now"), clone(remote, tmp_path / "then")
    for number, path in enumerate(sorted(then.rglob("*.[ym]*"), reverse=True)):
        os.utime(path, (number, number))
    assert files(build_site(now)) == files(build_site(then))
