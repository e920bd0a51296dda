"""The output folder: only what changed is written, only what is ours is removed, and nothing leads out of it."""

import os
from collections.abc import Callable
from pathlib import Path, PurePosixPath

import pytest

from sitegen.output import OutputError, Written, write
from sitegen.pages import Page

MANIFEST = ".sitegen-files"
SITE = {"404.html": "gone", "incidents/a.html": "a", "incidents/deep/er/b.html": "b", "index.html": "home"}


def pages(texts: dict[str, str]) -> list[Page]:
    return [Page(path, None, _render(text)) for path, text in texts.items()]


def _render(text: str) -> Callable[[], bytes]:
    return lambda: text.encode()


def put(folder: Path, texts: dict[str, str]) -> Written:
    return write(folder, pages(texts))


def files(folder: Path) -> dict[str, str]:
    """Every file below the folder but the manifest, with its text."""
    found = (path for path in folder.rglob("*") if path.is_file() and path.name != MANIFEST)
    return {path.relative_to(folder).as_posix(): path.read_text() for path in found}


def marks(folder: Path) -> dict[str, tuple[int, int]]:
    """What shows that a file was touched: its inode and its time."""
    stats = ((path, path.stat()) for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): (stat.st_ino, stat.st_mtime_ns) for path, stat in stats}


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "project" / "site"


def test_a_first_build_makes_the_folder_and_says_what_is_ours(out: Path) -> None:
    written = put(out, SITE)
    assert files(out) == SITE
    assert written == Written(tuple(map(PurePosixPath, SITE)), (), 4)
    assert (out / MANIFEST).read_text() == "404.html\nincidents/a.html\nincidents/deep/er/b.html\nindex.html\n"


def test_a_build_without_changes_touches_nothing_at_all(out: Path) -> None:
    put(out, SITE)
    before = marks(out)
    assert put(out, SITE) == Written((), (), 4)
    assert marks(out) == before


def test_only_what_changed_is_written(out: Path) -> None:
    put(out, SITE)
    before = marks(out)
    written = put(out, SITE | {"index.html": "new home", "new.html": "new"})
    after = marks(out)
    assert written.changed == (PurePosixPath("index.html"), PurePosixPath("new.html"))
    assert {name for name in after if after[name] != before.get(name)} == {"index.html", "new.html", MANIFEST}
    assert files(out) == SITE | {"index.html": "new home", "new.html": "new"}


def test_a_change_that_keeps_the_length_is_written_too(out: Path) -> None:
    put(out, SITE)
    put(out, SITE | {"index.html": "HOME"})
    assert (out / "index.html").read_text() == "HOME"


def test_what_is_no_longer_a_page_is_removed_with_the_folders_that_this_empties(out: Path) -> None:
    put(out, SITE)
    written = put(out, {"index.html": "home"})
    assert written.removed == tuple(PurePosixPath(path) for path in sorted(SITE) if path != "index.html")
    assert sorted(path.name for path in out.iterdir()) == [MANIFEST, "index.html"]


def test_what_we_did_not_write_is_never_removed_nor_touched(out: Path) -> None:
    put(out, SITE)
    theirs = {"CNAME": "status.example.com", "incidents/deep/notes.txt": "mine"}
    for name, text in theirs.items():
        (out / name).write_text(text)
    before = marks(out)
    written = put(out, {"index.html": "home"})
    assert set(map(str, written.removed)) == {"404.html", "incidents/a.html", "incidents/deep/er/b.html"}
    assert files(out) == theirs | {"index.html": "home"}
    assert {name: mark for name, mark in marks(out).items() if name in theirs} == {
        name: before[name] for name in theirs
    }


def test_a_file_of_ours_that_somebody_changed_or_deleted_comes_back(out: Path) -> None:
    put(out, SITE)
    (out / "index.html").write_text("defaced")
    (out / "404.html").unlink()
    assert set(map(str, put(out, SITE).changed)) == {"404.html", "index.html"}
    assert files(out) == SITE


@pytest.mark.parametrize("name", ["index.html", "notes.txt", ".gitignore", "folder/x"])
def test_a_folder_with_files_of_others_is_refused_before_anything_is_touched(name: str, out: Path) -> None:
    (out / name).parent.mkdir(parents=True)
    (out / name).write_text("precious")
    with pytest.raises(OutputError, match="did not write"):
        put(out, SITE)
    assert files(out) == {name: "precious"}
    assert not (out / MANIFEST).exists()


def test_a_file_of_others_in_the_place_of_a_new_page_is_refused_at_once(out: Path) -> None:
    put(out, {"index.html": "home"})
    (out / "404.html").write_text("mine")
    with pytest.raises(OutputError, match="did not write"):
        put(out, {"index.html": "changed", "404.html": "gone"})
    assert files(out) == {"index.html": "home", "404.html": "mine"}
    (out / "404.html").write_text("gone")
    assert put(out, {"index.html": "home", "404.html": "gone"}).changed == ()


def test_a_pipe_in_the_place_of_what_is_set_aside_does_not_hang(out: Path) -> None:
    put(out, {"index.html": "home"})
    os.mkfifo(out / ".sitegen-stage")
    with pytest.raises(OutputError):
        put(out, SITE)


@pytest.mark.parametrize("make", [Path.mkdir, Path.touch])
def test_an_empty_checkout_of_a_branch_is_welcome(make: Callable[[Path], None], out: Path) -> None:
    out.mkdir(parents=True)
    make(out / ".git")
    put(out, SITE)
    assert (out / ".git").exists()
    assert put(out, SITE).changed == ()


@pytest.mark.parametrize("first", [True, False], ids=["first build", "later build"])
def test_what_a_killed_build_left_aside_is_cleaned_up(first: bool, out: Path) -> None:
    if not first:
        put(out, SITE)
    stale = out / ".sitegen-stage" / "incidents" / "half.html"
    stale.parent.mkdir(parents=True)
    stale.write_text("<htm")
    put(out, SITE)
    assert files(out) == SITE
    assert not (out / ".sitegen-stage").exists()


def test_when_a_page_can_not_be_made_nothing_has_changed(out: Path) -> None:
    put(out, SITE)
    before = marks(out)

    def fail() -> bytes:
        raise LookupError

    with pytest.raises(LookupError):
        write(out, [*pages({"index.html": "new"}), Page("last.html", None, fail)])
    assert marks(out) == before
    assert not (out / ".sitegen-stage").exists()


@pytest.mark.parametrize("path", ["../evil", "a/../../evil", "/tmp/evil", "", "a\0b"])
def test_a_page_outside_of_the_folder_is_refused(path: str, out: Path) -> None:
    put(out, SITE)
    before = marks(out)
    with pytest.raises(OutputError, match="outside"):
        put(out, SITE | {path: "evil"})
    assert marks(out) == before


def test_a_manifest_that_names_files_outside_removes_none_of_them(out: Path) -> None:
    put(out, SITE)
    outside = out.parent / "sitegen.yaml"
    outside.write_text("precious")
    with (out / MANIFEST).open("a") as manifest:
        manifest.write(f"../sitegen.yaml\n{outside}\n\n.\nincidents\n\0\n")
    put(out, SITE)
    assert outside.read_text() == "precious"
    assert files(out) == SITE


def test_promise_5_a_link_as_the_folder_is_refused(out: Path, tmp_path: Path) -> None:
    real = tmp_path / "elsewhere"
    real.mkdir()
    out.parent.mkdir()
    out.symlink_to(real)
    with pytest.raises(OutputError, match="not a folder of its own"):
        put(out, SITE)
    assert list(real.iterdir()) == []


def test_a_file_as_the_folder_is_refused(out: Path) -> None:
    out.parent.mkdir()
    out.write_text("precious")
    with pytest.raises(OutputError, match="not a folder of its own"):
        put(out, SITE)
    assert out.read_text() == "precious"


@pytest.mark.parametrize("name", ["incidents", ".sitegen-stage"])
def test_a_link_in_the_way_leads_no_file_out(name: str, out: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    put(out, {"index.html": "home"})
    (out / name).symlink_to(elsewhere)
    with pytest.raises(OutputError, match="links are not followed"):
        put(out, SITE)
    assert list(elsewhere.iterdir()) == []
    assert (out / "index.html").read_text() == "home"


def test_a_link_where_a_page_belongs_is_replaced_and_its_target_left_alone(out: Path, tmp_path: Path) -> None:
    target = tmp_path / "precious.html"
    target.write_text("home")
    put(out, SITE)
    (out / "index.html").unlink()
    (out / "index.html").symlink_to(target)
    put(out, SITE | {"index.html": "new home"})
    assert (target.read_text(), (out / "index.html").read_text()) == ("home", "new home")
    assert not (out / "index.html").is_symlink()


def test_a_link_among_folders_of_ours_removes_nothing_behind_it(out: Path, tmp_path: Path) -> None:
    put(out, SITE)
    elsewhere = tmp_path / "elsewhere"
    os.replace(out / "incidents", elsewhere)  # noqa: PTH105 - as `mv` does
    (out / "incidents").symlink_to(elsewhere)
    put(out, {"index.html": "home"})
    assert files(elsewhere) == {"a.html": "a", "deep/er/b.html": "b"}


@pytest.mark.parametrize(("theirs", "ours"), [("incidents", "incidents/a.html"), ("index.html/x", "index.html")])
def test_a_file_where_a_folder_belongs_or_the_other_way_round_is_refused_at_once(
    theirs: str, ours: str, out: Path
) -> None:
    put(out, {"404.html": "gone"})
    (out / theirs).parent.mkdir(exist_ok=True)
    (out / theirs).write_text("precious")
    with pytest.raises(OutputError, match="Remove it"):
        put(out, {"404.html": "changed", ours: "x"})
    assert files(out) == {"404.html": "gone", theirs: "precious"}


def test_a_folder_that_can_not_be_written_is_told_in_a_sentence(out: Path) -> None:
    out.parent.mkdir()
    (out.parent / "file").write_text("")
    with pytest.raises(OutputError, match=r"^Writing to .* failed: .*\.$"):
        put(out.parent / "file" / "site", SITE)
