"""SECURITY.md, row 19: killed or out of space at any write, each file is old or new; the next build completes all."""

import resource
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin

import pytest

from tests.projects import INCIDENT, SETTINGS, URL, build_site, make_project
from tests.security.parsing import files, html_pages, links
from tests.security.samples import png

ONE = SETTINGS.replace("[en, pl]", "[en]")
TWO = SETTINGS.replace("Website}", "Website}\n  - {key: added, name: Added}")
ALIAS = "aliases: [old/{}]\n"
BEFORE: dict[str, str | bytes] = {
    "2026-11-20-gone": INCIDENT, "2026-11-23-open": INCIDENT + ALIAS.format("before"), "a.png": png(2, 2)
}  # fmt: skip
AFTER: dict[str, str | bytes] = {
    "2026-10-22-new": INCIDENT.replace("2026-11-23 03:09", "2026-10-22 03:09"),
    "2026-11-23-open": INCIDENT.replace("Most", "Nearly all").replace("{checkout:", "{added: major_outage, checkout:")
    + ALIAS.format("after"),
    "b.png": png(3, 3),
}
OURS = (".sitegen-files", ".sitegen-stage", ".sitegen-files.new")


class Change:
    """A project before and after a change of everything, with its site before (`old`) and after (`new`)."""

    def __init__(self, folder: Path, *, first: bool) -> None:
        self.folder = folder
        self.old, self.root = folder / "old", make_project(folder / "after", TWO, AFTER)
        if not first:
            build_site(make_project(folder / "before", ONE, BEFORE), out=self.old)
        self.new = build_site(self.root)
        self.versions = [files(self.old), files(self.new)]

    def interrupt(self, how: str, every: int) -> list[Path]:
        """The folders in which a build was interrupted, and after them one in which it was not."""
        base = self.folder / how
        words = (str(word) for word in (self.root, self.old, base, how, every))
        command = (sys.executable, "-m", "tests.security.interruption", *words)
        ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=580)
        assert ended.returncode == 0, ended.stderr
        return [base / str(number) for number in range(1, int(ended.stdout) + 1, every)]


# Every third write is tried where there is time, else every eleventh.
CASES = [11, pytest.param(3, marks=pytest.mark.slow)]


@pytest.mark.parametrize("every", CASES)
@pytest.mark.parametrize("how", ["kill", "full"])
@pytest.mark.parametrize("first", [False, True], ids=["change", "first"])
def test_every_file_is_old_or_new_and_the_next_build_completes_it(
    how: str, first: bool, every: int, tmp_path: Path
) -> None:
    change = Change(tmp_path, first=first)
    folders = change.interrupt(how, every)
    assert len(folders) > 40 // every, "there are more writes than this"
    for folder in folders:
        _assert_old_or_new(folder, change)
        _assert_every_link_leads_somewhere(folder)
        if how == "full":
            assert not [name for name in OURS[1:] if (folder / name).exists()], f"{folder.name}: staged files remain"
        _assert_completed(build_site(change.root, out=folder), change.new)


def _assert_old_or_new(folder: Path, change: Change) -> None:
    for name, content in files(folder).items():
        if not name.startswith(OURS):
            assert content in [version.get(name) for version in change.versions], f"{folder.name}: {name} is neither"


def _assert_every_link_leads_somewhere(folder: Path) -> None:
    """Whoever comes in through the home page meets no dead link."""
    pages, reached, ahead = html_pages(folder), set[str](), ["index.html"] if (folder / "index.html").exists() else []
    while ahead:
        name = ahead.pop()
        if name in reached:
            continue
        reached.add(name)
        for link in links(pages[name]):
            target = _target(name, link)
            assert target is None or (folder / target).is_file(), f"{folder.name}: {name} links to {target}"
            ahead += [target] if target in pages else []


def _target(page: str, link: str) -> str | None:
    """The file that a link leads to; None where it leads out of the site."""
    address = urldefrag(link).url.split("?")[0]
    own = urljoin(f"{URL}/{page}", address)
    if not address or not own.startswith(f"{URL}/"):
        return None
    path = unquote(own.removeprefix(f"{URL}/"))
    return f"{path}index.html" if path.endswith("/") or not path else path


def _assert_completed(folder: Path, new: Path) -> None:
    assert files(folder) == files(new)
    tree = {path.relative_to(folder) for path in folder.rglob("*")}
    assert tree == {path.relative_to(new) for path in new.rglob("*")}, f"{folder.name}: something is left over"


def _limit(size: int, *, deadly: bool) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL if deadly else signal.SIG_IGN)


@pytest.mark.parametrize("size", [100, 4_000, 15_000])
def test_a_file_cut_in_the_middle_never_reaches_its_place(size: int, tmp_path: Path) -> None:
    change = Change(tmp_path, first=False)
    out = shutil.copytree(change.old, tmp_path / "out")
    command = (sys.executable, "-B", "-m", "sitegen", "-C", str(change.root), "build", "--out", str(out))
    ended = subprocess.run(
        (*command, "--as-of", "2026-11-23T12:00Z"), capture_output=True, text=True, check=False,
        preexec_fn=lambda: _limit(size, deadly=False),
    )  # fmt: skip
    assert (ended.returncode, "made a mistake" in ended.stderr) == (4, False), ended.stderr
    assert files(out) == change.versions[0], "nothing changes where not all could be rendered"
    _assert_completed(build_site(change.root, out=out), change.new)


def test_a_build_that_changes_nothing_writes_nothing(tmp_path: Path) -> None:
    change = Change(tmp_path, first=True)
    before = {path: path.stat().st_mtime_ns for path in change.new.rglob("*")}
    build_site(change.root)
    assert {path: path.stat().st_mtime_ns for path in change.new.rglob("*") if path.is_file()} == {
        path: time for path, time in before.items() if path.is_file()
    }
