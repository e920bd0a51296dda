"""Compiled templates are kept in the user's temporary folder, and a page never shows that it was one of them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.projects import INCIDENT, make_project, run_sitegen

FOLLOW = """\
{% extends "base.html" %}
{% block title %}Follow{% endblock %}
{% block content %}<p>WORDS</p>{% endblock %}
"""
VANISHING = """\
import pathlib, shutil, sys
from sitegen.render import Theme
theme, folder = Theme(), pathlib.Path(sys.argv[1])
assert theme.style
before = len(list(folder.iterdir()))
shutil.rmtree(folder)
assert theme.script
print(before, int(folder.exists()))
"""
# How the library begins a file: what follows this is believed by its checksum.
HEAD = 30


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project with one entry."""
    return make_project(tmp_path / "status", incidents={"2026-11-23-card-payments": INCIDENT})


@pytest.fixture
def temporary(tmp_path: Path) -> Path:
    """A folder for temporary files that nobody else uses."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    return folder


def build(root: Path, temporary: Path, out: str = "site") -> dict[str, bytes]:
    """The pages of a clean build in a process of its own, by their names."""
    run = run_sitegen("-C", root, "build", "--as-of", "2026-11-23T12:00Z", "--out", root / out, TMPDIR=str(temporary))
    assert run.returncode == 0, run.stderr
    return {str(path.relative_to(root / out)): path.read_bytes() for path in (root / out).rglob("*.html")}


def compiled(temporary: Path) -> dict[Path, int]:
    """The files of compiled templates, each with its inode."""
    return {path: path.stat().st_ino for path in temporary.glob("_jinja2-cache-*/sitegen-*")}


def write_follow(root: Path, words: str) -> None:
    """The project's own page about following."""
    (root / "templates").mkdir(exist_ok=True)
    (root / "templates" / "follow.html").write_text(FOLLOW.replace("WORDS", words))


def test_what_was_compiled_is_not_compiled_again_and_gives_the_same_pages(root: Path, temporary: Path) -> None:
    first = build(root, temporary, "first")
    known = compiled(temporary)
    assert len(known) > 10
    assert build(root, temporary, "second") == first
    assert compiled(temporary) == known


def test_only_its_owner_can_enter_the_folder(root: Path, temporary: Path) -> None:
    build(root, temporary)
    (folder,) = {path.parent for path in compiled(temporary)}
    assert folder.stat().st_mode & 0o777 == 0o700


def test_an_edited_template_of_the_project_is_compiled_again(root: Path, temporary: Path) -> None:
    write_follow(root, "Ask at the desk.")
    assert b"Ask at the desk." in build(root, temporary)["follow.html"]
    write_follow(root, "Ask in the hall.")
    assert b"Ask in the hall." in build(root, temporary)["follow.html"]
    write_follow(root, "Ask at the desk.")
    assert b"Ask at the desk." in build(root, temporary)["follow.html"]


def test_two_projects_have_templates_of_their_own(root: Path, temporary: Path, tmp_path: Path) -> None:
    other = make_project(tmp_path / "other")
    write_follow(root, "Ask at the desk.")
    write_follow(other, "Ask in the hall.")
    assert b"Ask at the desk." in build(root, temporary)["follow.html"]
    assert b"Ask in the hall." in build(other, temporary)["follow.html"]


@pytest.mark.parametrize("damage", ["emptied", "cut", "scribbled over"])
def test_a_damaged_file_is_compiled_again(root: Path, temporary: Path, damage: str) -> None:
    whole = build(root, temporary, "whole")
    for path in compiled(temporary):
        content = path.read_bytes()
        rest = {"emptied": b"", "cut": content[: len(content) // 2], "scribbled over": content[:HEAD] + b"\xff" * 99}
        path.write_bytes(rest[damage])
    assert build(root, temporary, "again") == whole
    assert build(root, temporary, "then") == whole


def test_where_there_is_no_folder_for_temporary_files_templates_are_compiled_each_time(
    root: Path, temporary: Path, tmp_path: Path
) -> None:
    whole = build(root, temporary, "whole")
    (tmp_path / "elsewhere").mkdir()
    (temporary / f"_jinja2-cache-{os.getuid()}").rename(tmp_path / "kept")
    (temporary / f"_jinja2-cache-{os.getuid()}").symlink_to(tmp_path / "elsewhere")
    assert build(root, temporary, "linked") == whole
    assert list((tmp_path / "elsewhere").iterdir()) == []
    (temporary / f"_jinja2-cache-{os.getuid()}").unlink()
    (temporary / f"_jinja2-cache-{os.getuid()}").write_text("a file in the way")
    assert build(root, temporary, "in the way") == whole


def test_a_folder_that_vanishes_meanwhile_is_no_reason_to_fail(temporary: Path) -> None:
    command = (sys.executable, "-c", VANISHING, temporary)
    variables = {**os.environ, "TMPDIR": str(temporary)}
    run = subprocess.run(command, env=variables, capture_output=True, text=True, timeout=30, check=False)
    assert (run.returncode, run.stdout) == (0, "1 0\n"), run.stderr
