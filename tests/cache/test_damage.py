"""The cache is believed only where it is whole and of this program; whatever else it is, the site is right."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from sitegen import project
from sitegen.build import build
from sitegen.cache import Cache, Seen, Stamp
from tests.cache.projects import PICTURE, START, assert_same, go_on, look, start_anew
from tests.projects import INCIDENT, SETTINGS, make_project

ENTRY = "incidents/2026-11-23-checkout.yaml"
Spoil = Callable[[bytes], bytes]
DAMAGES: dict[str, Spoil] = {
    "empty": lambda content: b"",
    "half": lambda content: content[: len(content) // 2],
    "one byte short": lambda content: content[:-1],
    "one byte more": lambda content: content + b"\0",
    "first byte turned": lambda content: bytes([content[0] ^ 1]) + content[1:],
    "last byte turned": lambda content: content[:-1] + bytes([content[-1] ^ 1]),
    "middle byte turned": lambda content: content[:200] + bytes([content[200] ^ 255]) + content[201:],
    "another version": lambda content: content.replace(b"cache 1", b"cache 2", 1),
    "something else": lambda content: b"\x80\x04N.",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project that was built twice, so that all of its cache is in use."""
    make_project(tmp_path / "project", SETTINGS, {"2026-11-23-checkout": INCIDENT, "graph.png": PICTURE})
    go_on(tmp_path / "project")
    go_on(tmp_path / "project")
    return tmp_path / "project"


def cache_files(root: Path) -> list[Path]:
    return sorted(place for place in (root / ".sitegen/cache").iterdir() if place.name != ".gitignore")


def edit(root: Path) -> None:
    """A change that a build must not miss."""
    place = root / ENTRY
    place.write_text(place.read_text().replace("Most card payments", "Some card payments"))


@pytest.mark.parametrize("damage", DAMAGES)
def test_damaged_files_are_as_good_as_none(root: Path, tmp_path: Path, damage: str) -> None:
    for place in cache_files(root):
        place.write_bytes(DAMAGES[damage](place.read_bytes()))
    edit(root)
    assert_same(root, tmp_path / "clean")


def test_files_of_the_cache_that_changed_places_are_not_taken_for_each_other(root: Path, tmp_path: Path) -> None:
    contents = [place.read_bytes() for place in cache_files(root)]
    for place, content in zip(cache_files(root), contents[1:] + contents[:1], strict=True):
        place.write_bytes(content)
    edit(root)
    assert_same(root, tmp_path / "clean")


def test_folders_in_the_place_of_its_files_harm_nothing(root: Path, tmp_path: Path) -> None:
    for place in cache_files(root):
        place.unlink()
        place.mkdir()
    edit(root)
    assert_same(root, tmp_path / "clean")


def test_a_file_in_the_place_of_the_folder_harms_nothing(tmp_path: Path) -> None:
    root = make_project(tmp_path / "project", SETTINGS, {"2026-11-23-checkout": INCIDENT})
    (root / ".sitegen").write_text("no folder")
    assert_same(root, tmp_path / "clean")
    assert (root / ".sitegen").read_text() == "no folder"


@pytest.mark.parametrize("link", [".sitegen", ".sitegen/cache"])
def test_nothing_is_written_beyond_a_link(tmp_path: Path, link: str) -> None:
    root = make_project(tmp_path / "project", SETTINGS, {"2026-11-23-checkout": INCIDENT})
    (tmp_path / "elsewhere").mkdir()
    (root / link).parent.mkdir(exist_ok=True)
    (root / link).symlink_to(tmp_path / "elsewhere")
    assert_same(root, tmp_path / "clean")
    assert look(tmp_path / "elsewhere") == {}


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_done_without(root: Path, tmp_path: Path) -> None:
    (root / ".sitegen/cache").chmod(0o500)
    edit(root)
    assert_same(root, tmp_path / "clean")


@pytest.mark.parametrize("keeping", [True, False], ids=["a cache that is lost", "no cache at all"])
def test_what_is_read_again_is_no_link_and_no_pipe_either(tmp_path: Path, keeping: bool) -> None:
    """Bodies that were not kept are made of the files once more, by the same rules."""
    (tmp_path / "outside.yaml").write_text(INCIDENT.replace("Most card payments", "Nobody's business"))
    root = make_project(tmp_path / "project", SETTINGS, {"2026-11-23-checkout": INCIDENT})
    (root / "incidents/2026-11-22-link.yaml").symlink_to(tmp_path / "outside.yaml")
    os.mkfifo(root / "incidents/2026-11-21-pipe.yaml")
    if keeping:
        go_on(root)
        shutil.rmtree(root / "site")
        for place in (root / ".sitegen/cache").glob("entries-*"):
            place.write_bytes(b"")
    else:
        (root / ".sitegen").write_text("no folder")
    assert_same(root, tmp_path / "clean")
    assert [name for name, page in look(root / "site").items() if b"business" in page] == []


def test_a_post_mortem_that_vanishes_while_it_is_read_again_stops_nothing(root: Path) -> None:
    account = root / ENTRY.replace(".yaml", ".md")
    account.write_text("---\npublished: 2026-11-23 11:00\n---\nA queue was full.\n")
    found = project.read(root, cache := Cache(root)).project
    assert found is not None
    account.unlink()
    for place in (root / ".sitegen/cache").glob("entries-*"):
        place.unlink()
    assert build(found, root / "site", START, cache=cache).written.total
    assert found.incidents[0].postmortem is None


def test_a_site_that_was_changed_is_made_right(root: Path, tmp_path: Path) -> None:
    home, follow = root / "site/index.html", root / "site/follow.html"
    home.write_bytes(home.read_bytes().replace(b"Most card", b"Some card"))
    before = follow.stat()
    follow.write_bytes(follow.read_bytes()[::-1])
    os.utime(follow, ns=(before.st_atime_ns, before.st_mtime_ns))
    (root / "site/now.json").unlink()
    assert_same(root, tmp_path / "clean")


@pytest.mark.parametrize(("began", "believed"), [(999, False), (1_000, False), (1_001, True)])
@pytest.mark.parametrize("stamp", [Stamp(3, 1_000, 7, 1), Stamp(3, 7, 1_000, 1)], ids=["content", "inode"])
def test_a_file_as_young_as_the_build_may_have_changed_since_without_a_trace(
    tmp_path: Path, stamp: Stamp, began: int, believed: bool
) -> None:
    """What git calls racy: it was written once more in the instant in which it was read."""
    seen = Seen(tmp_path / "seen", began)
    kept = seen.keep("file", stamp, b"one")
    seen.save()
    assert Seen(tmp_path / "seen", 0).recall("file", stamp) == (kept if believed else None)


def test_what_was_made_of_a_file_is_believed_only_with_its_checksum(root: Path, tmp_path: Path) -> None:
    results = root / ".sitegen/cache/entries-2026-11"
    assert b"Most card payments" in results.read_bytes()
    results.write_bytes(results.read_bytes().replace(b"Most card payments", b"More card payments"))
    for place in cache_files(root):
        if place.name.startswith(("made-", "finished-")):
            place.unlink()
    assert_same(root, tmp_path / "clean")


def test_a_file_written_while_it_is_read_is_read_again(root: Path, tmp_path: Path) -> None:
    """The build has listed the files, and only then one of them changes."""
    cache = Cache(root)
    edit(root)
    assert project.read(root, cache).project is not None
    cache.save()
    assert_same(root, tmp_path / "clean")


def test_two_builds_at_once_leave_a_whole_cache_and_a_whole_site(root: Path, tmp_path: Path) -> None:
    edit(root)
    words = (sys.executable, "-m", "sitegen", "-C", root, "build", "--as-of", "2026-11-23T12:00Z")
    outs = [root / "site", tmp_path / "other"]
    running = [subprocess.Popen((*words, "--out", out), stdout=subprocess.PIPE, stderr=subprocess.PIPE) for out in outs]
    assert [one.communicate(timeout=120)[1] for one in running] == [b"", b""]
    start_anew(root, tmp_path / "clean")
    assert look(outs[0]) == look(outs[1]) == look(tmp_path / "clean")
    assert_same(root, tmp_path / "clean")


def test_nothing_is_left_of_what_is_gone(root: Path) -> None:
    (root / ENTRY).unlink()
    go_on(root)
    assert not any(b"Card payments" in content for content in look(root / ".sitegen/cache").values())
