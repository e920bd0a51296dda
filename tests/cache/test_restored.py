"""What a build kept goes on being true in a fresh clone, however it was carried there: new times, new inodes."""

import shutil
import subprocess
from collections.abc import Callable
from functools import partial
from pathlib import Path

import msgspec
import pytest

from sitegen import output, project
from sitegen.build import prepare
from sitegen.cache import Cache
from sitegen.pages import Page
from tests.cache.projects import PICTURE, START, assert_same
from tests.projects import INCIDENT, SETTINGS, make_project
from tests.repositories import clone, git, isolate_git, make_remote

KEPT = (".sitegen/cache", "site")
ENTRY = "incidents/2026-11-23-checkout.yaml"
OVER = """\
title: Payouts are late
components: {api: degraded_performance}
updates:
  - {at: 2026-10-01 03:09, message: Payouts are late.}
  - {at: 2026-10-01 04:09, status: resolved, message: All payouts were made.}
"""
Carry = Callable[[Path, Path], object]


def carry_by_tar(source: Path, target: Path) -> None:
    """As the action of GitHub does it: times are kept, inodes are not."""
    archive = source.with_name("kept.tar")
    subprocess.run(("tar", "--posix", "-cf", archive, "-P", "-C", source, *KEPT), check=True)
    subprocess.run(("tar", "-xf", archive, "-P", "-C", target), check=True)


def carry_by_zip(source: Path, target: Path) -> None:
    """As the runner of GitLab does it; here all times are new."""
    for name in KEPT:
        archive = shutil.make_archive(str(source.with_name(name.replace("/", "-"))), "zip", source / name)
        shutil.unpack_archive(archive, target / name)


def carry_by_copy(source: Path, target: Path) -> None:
    for name in KEPT:
        (target / name).parent.mkdir(exist_ok=True)
        subprocess.run(("cp", "-r", source / name, target / name), check=True)


def go_on(root: Path) -> frozenset[str]:
    """Build with what was kept; the names of the pages that were rendered."""
    cache, rendered = Cache(root), set[str]()
    content = project.read(root, cache).project
    assert content is not None
    prepared = prepare(content, START, cache=cache, jobs=1)
    pages = [msgspec.structs.replace(page, render=partial(_render, page, rendered)) for page in prepared.pages]
    output.write(root / "site", pages, cache.made(root / "site"), jobs=1)
    cache.save()
    return frozenset(rendered)


def _render(page: Page, rendered: set[str]) -> bytes:
    rendered.add(str(page.path))
    return page.render()


@pytest.fixture
def remote(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    isolate_git(monkeypatch, tmp_path / "home")
    made = make_remote(tmp_path / "remote.git", {"README.md": "Status\n", ".gitignore": "/site/\n/.sitegen/\n"})
    writer = clone(made, tmp_path / "writer")
    entries = {f"2026-10-{day:02}-payouts": OVER.replace("10-01", f"10-{day:02}") for day in range(1, 11)}
    make_project(writer, SETTINGS, {**entries, "2026-11-23-checkout": INCIDENT, "graph.png": PICTURE})
    push(writer)
    return made


def push(writer: Path) -> None:
    git(writer, "add", "--all")
    git(writer, "commit", "--quiet", "--message", "News")
    git(writer, "push", "--quiet", "origin", "main")


@pytest.mark.parametrize("carry", [carry_by_tar, carry_by_zip, carry_by_copy])
def test_a_fresh_clone_renders_no_more_than_the_one_that_built_before(
    carry: Carry, remote: Path, tmp_path: Path
) -> None:
    before = clone(remote, tmp_path / "before", "--depth=1")
    everything = go_on(before)
    fresh = tmp_path / "fresh"
    writer = tmp_path / "writer"
    (writer / ENTRY).write_text(INCIDENT.replace("Most card payments", "Some card payments"))
    push(writer)
    clone(remote, fresh, "--depth=1")
    carry(before, fresh)
    git(before, "pull", "--quiet")
    rendered = go_on(fresh)
    assert rendered == go_on(before)
    assert "incidents/2026-11-23-checkout.html" in rendered
    assert len(rendered) < len(everything) / 2
    assert_same(fresh, tmp_path / "clean")


@pytest.mark.parametrize("carry", [carry_by_tar, carry_by_zip, carry_by_copy])
def test_what_is_not_as_the_clone_has_it_is_made_anew(carry: Carry, remote: Path, tmp_path: Path) -> None:
    """A run that goes back to an older commit, and a page that somebody changed in what was kept."""
    old = clone(remote, tmp_path / "old", "--depth=1")
    writer = tmp_path / "writer"
    (writer / "incidents/2026-10-03-payouts.yaml").unlink()
    (writer / ENTRY).write_text(INCIDENT.replace("Most card payments", "Some card payments"))
    push(writer)
    new = clone(remote, tmp_path / "new", "--depth=1")
    go_on(new)
    page = new / "site/incidents/2026-10-05-payouts.html"
    page.write_bytes(page.read_bytes().replace(b"Payouts are late", b"Payouts are fine"))
    carry(new, old)
    assert_same(old, tmp_path / "clean")
