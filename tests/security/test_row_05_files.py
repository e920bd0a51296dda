"""SECURITY.md, row 5: links, pipes and devices are never followed, and what sitegen did not write stays."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from sitegen.root import find_root
from tests.projects import INCIDENT, build_site, make_project, run_sitegen
from tests.security.parsing import files
from tests.security.samples import png

SECRET = "the text of another file"
OTHER = INCIDENT.replace("Card payments fail at checkout", SECRET)
MOMENT = ("--as-of", "2026-11-23T12:00Z")
Trap = Callable[[Path, Path], None]


def _link(path: Path, elsewhere: Path) -> None:
    path.symlink_to(elsewhere)


def _pipe(path: Path, elsewhere: Path) -> None:
    os.mkfifo(path)


def _device(path: Path, elsewhere: Path) -> None:
    try:
        os.mknod(path, 0o600 | 0o020000, os.makedev(1, 5))  # /dev/zero: reading it never ends
    except PermissionError:
        pytest.skip("only root may make devices")


def _socket(path: Path, elsewhere: Path) -> None:
    try:
        os.mknod(path, 0o600 | 0o140000)
    except PermissionError:
        pytest.skip("this system makes no sockets this way")


TRAPS: dict[str, Trap] = {"link": _link, "pipe": _pipe, "device": _device, "socket": _socket}


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """A folder that is no part of the project."""
    incidents: dict[str, str | bytes] = {"2026-11-20-other": OTHER, "x.md": SECRET, "x.png": png(2, 2)}
    folder = make_project(tmp_path / "elsewhere", OTHER, incidents)
    for name in ("private.txt", "index.html", "_headers"):
        (folder / name).write_text(SECRET)
    return folder


def _content(folder: Path) -> dict[str, bytes]:
    return files(folder)


@pytest.mark.parametrize("trap", TRAPS)
@pytest.mark.parametrize("name", ["2026-11-22-trap.yaml", "2026-11-23-open.md", "trap.png", "folder"])
def test_no_link_pipe_or_device_among_the_incidents_is_read(
    name: str, trap: str, tmp_path: Path, elsewhere: Path
) -> None:
    root = make_project(tmp_path / "project", incidents={"2026-11-23-open": INCIDENT})
    target = {".yaml": "incidents/2026-11-20-other.yaml", ".md": "incidents/x.md", ".png": "incidents/x.png"}
    TRAPS[trap](root / "incidents" / name, elsewhere / target.get(Path(name).suffix, "incidents"))
    ended = run_sitegen("-C", root, "build", *MOMENT)
    assert (ended.returncode, name in ended.stderr) == (1, True)
    assert SECRET not in ended.stderr + ended.stdout
    found = _content(root / "site")
    assert "incidents/2026-11-23-open.html" in found
    assert not any(SECRET.encode() in content for content in found.values())
    assert not [page for page in found if page.startswith("media/") or "other" in page]


@pytest.mark.parametrize("trap", TRAPS)
@pytest.mark.parametrize("name", ["incidents", "sitegen.yaml"])
def test_no_link_pipe_or_device_in_place_of_the_whole_is_read(
    name: str, trap: str, tmp_path: Path, elsewhere: Path
) -> None:
    root = make_project(tmp_path / "project")
    (root / name).unlink(missing_ok=True)
    TRAPS[trap](root / name, elsewhere / name)
    ended = run_sitegen("-C", root, "build", *MOMENT)
    assert ended.returncode in (1, 2, 4)
    assert "made a mistake" not in ended.stderr
    assert name in ended.stderr
    site = root / "site"
    assert not site.exists() or not any(SECRET.encode() in content for content in _content(site).values())


def test_an_ordinary_file_in_place_of_the_incidents_is_told(tmp_path: Path) -> None:
    root = make_project(tmp_path / "project")
    (root / "incidents").write_text("x")
    ended = run_sitegen("-C", root, "build", *MOMENT)
    assert "made a mistake" not in ended.stderr
    assert ended.returncode == 1


@pytest.mark.parametrize("trap", TRAPS)
def test_an_output_folder_that_is_none_is_refused_untouched(trap: str, tmp_path: Path, elsewhere: Path) -> None:
    root = make_project(tmp_path / "project", incidents={"2026-11-23-open": INCIDENT})
    before = _content(elsewhere)
    TRAPS[trap](root / "site", elsewhere)
    ended = run_sitegen("-C", root, "build", *MOMENT)
    assert ended.returncode in (2, 4)
    assert "made a mistake" not in ended.stderr
    assert _content(elsewhere) == before


# Names of sitegen's own and of its pages, with a folder and a file within it.
IN_THE_OUTPUT = [
    *(".sitegen-files", ".sitegen-files.new", ".sitegen-stage", "index.html", "_headers"),
    *("incidents", "incidents/2026-11-23-open.html", "media"),
]


@pytest.mark.parametrize(
    ("trap", "target"), [("link", "."), ("link", "private.txt"), ("pipe", "."), ("device", "."), ("socket", ".")]
)
@pytest.mark.parametrize("name", IN_THE_OUTPUT)
def test_nothing_is_written_or_removed_through_the_output_folder(
    name: str, trap: str, target: str, tmp_path: Path, elsewhere: Path
) -> None:
    root = make_project(tmp_path / "project", incidents={"2026-11-23-open": INCIDENT, "x.png": png(2, 2)})
    site = build_site(root)
    before = _content(elsewhere)
    _remove(site / name)
    TRAPS[trap](site / name, elsewhere / target)
    changed = INCIDENT.replace("Most", "Nearly all")
    make_project(root, incidents={"2026-11-23-open": changed, "2026-11-22-new": INCIDENT, "y.png": png(2, 2)})
    ended = run_sitegen("-C", root, "build", *MOMENT)
    assert ended.returncode in (0, 1, 4)
    assert "made a mistake" not in ended.stderr
    assert _content(elsewhere) == before
    if ended.returncode != 4:
        assert b"Nearly all" in (site / "index.html").read_bytes()


def _remove(path: Path) -> None:
    if path.is_dir():
        for inner in path.iterdir():
            _remove(inner)
        path.rmdir()
    else:
        path.unlink(missing_ok=True)


def test_a_folder_with_files_of_others_is_refused_untouched(elsewhere: Path, tmp_path: Path) -> None:
    root = make_project(tmp_path / "project", incidents={"2026-11-23-open": INCIDENT})
    before = _content(elsewhere)
    for out in (elsewhere, root):
        assert run_sitegen("-C", root, "build", *MOMENT, "--out", out).returncode == 4
    assert _content(elsewhere) == before


def test_what_others_put_into_the_site_stays(tmp_path: Path) -> None:
    root = make_project(tmp_path / "project", incidents={"2026-11-23-open": INCIDENT})
    site = build_site(root)
    for name in ("CNAME", "incidents/note.txt", "extra/x.html", ".well-known/security.txt"):
        (site / name).parent.mkdir(exist_ok=True)
        (site / name).write_text("theirs")
    (root / "incidents" / "2026-11-23-open.yaml").unlink()
    build_site(root)
    assert not (site / "incidents/2026-11-23-open.html").exists()
    for name in ("CNAME", "incidents/note.txt", "extra/x.html", ".well-known/security.txt"):
        assert (site / name).read_text() == "theirs"


def test_a_file_of_others_in_the_place_of_a_new_page_is_not_lost(tmp_path: Path) -> None:
    root = make_project(tmp_path / "project")
    site = build_site(root)
    theirs = site / "incidents" / "2026-11-23-open.html"
    theirs.parent.mkdir()
    theirs.write_text("theirs")
    make_project(root, incidents={"2026-11-23-open": INCIDENT})
    ended = run_sitegen("-C", root, "build", *MOMENT)
    assert theirs.read_text() == "theirs"
    assert ended.returncode in (1, 4)
    assert "2026-11-23-open.html" in ended.stderr


def test_a_list_of_files_can_not_name_files_outside(tmp_path: Path, elsewhere: Path) -> None:
    root = make_project(tmp_path / "project", incidents={"2026-11-23-open": INCIDENT})
    site = build_site(root)
    before = _content(elsewhere)
    (site / "out").symlink_to(elsewhere)
    with (site / ".sitegen-files").open("a") as listed:
        listed.write(
            f"../../elsewhere/private.txt\n{elsewhere}/private.txt\nout/private.txt\n.\n..\n\0\n../sitegen.yaml\n"
        )
    build_site(root)
    assert _content(elsewhere) == before
    assert find_root(root) == root


def test_what_editors_leave_behind_is_not_read(tmp_path: Path) -> None:
    litter = {f"{name}": OTHER for name in (".2026-11-22-x.yaml.swp", "2026-11-22-x.yaml~", "#2026-11-22-x.yaml#")}
    site = build_site(make_project(tmp_path / "project", incidents={"2026-11-23-open": INCIDENT, **litter}))
    assert not any(SECRET.encode() in content for content in _content(site).values())
