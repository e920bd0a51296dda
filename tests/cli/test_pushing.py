"""`update --push` and `new --push` on real git: what reaches the remote, whoever else writes there."""

import subprocess
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from tests.cli.running import COMMAND, environment, sitegen
from tests.projects import INCIDENT, MOMENT, SETTINGS, URL
from tests.repositories import clone, commit_file, git, make_remote, make_repository

ID = "2026-11-23-card-payments"
PATH = f"incidents/{ID}.yaml"


@pytest.fixture
def remote(tmp_path: Path) -> Path:
    return make_remote(tmp_path / "remote.git", {"sitegen.yaml": SETTINGS, PATH: INCIDENT})


@pytest.fixture
def engineer(remote: Path, tmp_path: Path) -> Callable[[str], Path]:
    return lambda name: clone(remote, tmp_path / name)


def on_remote(remote: Path, path: str = PATH) -> str:
    return git(remote, "show", f"main:{path}") + "\n"


@pytest.mark.slow
def test_ten_clones_that_race_keep_all_eleven_updates(engineer: Callable[[str], Path], remote: Path) -> None:
    folders = [engineer(f"engineer-{number}") for number in range(10)]
    running = [
        subprocess.Popen(
            (*COMMAND, "update", "--push", "-m", f"Word {number}.\n\nIt has two paragraphs."),
            cwd=folder,
            env=environment(MOMENT + timedelta(minutes=number % 3), {}),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for number, folder in enumerate(folders)
    ]
    told = [one.communicate(timeout=300) for one in running]
    assert [one.returncode for one in running] == [0] * 10, told
    text = on_remote(remote)
    assert text.startswith(INCIDENT)
    assert all(text.count(f"Word {number}.") == 1 for number in range(10))
    assert text.count("- at:") == 11
    late = engineer("late")
    sitegen(late, "check")
    shown = {address for out, _ in told for address in out.splitlines() if address.startswith(URL)}
    assert len(shown) == 10
    sitegen(late, "build", "--as-of", "2026-11-23T13:00Z")
    page = (late / f"site/incidents/{ID}.html").read_text()
    assert all(f'id="{address.rpartition("#")[2]}"' in page for address in shown)


def test_a_pushed_update_is_on_the_remote_and_here(engineer: Callable[[str], Path], remote: Path) -> None:
    ana = engineer("ana")
    told = sitegen(ana, "update", "--push", "-m", "Half of the payments work.")
    assert told.stdout.splitlines() == [PATH, f"{URL}/incidents/{ID}.html?u=20261123T1200Z#u-20261123T1200Z"]
    assert "Pushed to main as " in told.stderr
    assert "Customers see it when" not in told.stderr
    assert (
        on_remote(remote)
        == (ana / PATH).read_text()
        == f"{INCIDENT}  - at: 13:00\n    message: Half of the payments work.\n"
    )
    assert git(ana, "status", "--porcelain") == ""
    assert git(ana, "log", "-1", "--format=%s") == f"Update {ID}"


def test_a_pushed_new_entry_is_on_the_remote_and_here(engineer: Callable[[str], Path], remote: Path) -> None:
    ana = engineer("ana")
    path = "incidents/2026-11-23-search-is-slow.yaml"
    assert sitegen(ana, "new", "Search is slow", "--push", "-m", "Results take long.").stdout.startswith(path)
    assert on_remote(remote, path) == (ana / path).read_text()
    assert git(ana, "log", "-1", "--format=%s") == "Open 2026-11-23-search-is-slow"


def test_an_entry_that_somebody_else_opened_meanwhile_is_not_opened_twice(engineer: Callable[[str], Path]) -> None:
    ana, jan = engineer("ana"), engineer("jan")
    words = ("new", "Search is slow", "--push", "-m", "Results take long.")
    sitegen(ana, *words)
    assert "exists already; add to it with `sitegen update`" in sitegen(jan, *words, code=4).stderr
    assert not (jan / "incidents/2026-11-23-search-is-slow.yaml").exists()


def test_uncommitted_work_is_not_touched(engineer: Callable[[str], Path], remote: Path) -> None:
    ana = engineer("ana")
    (ana / PATH).write_text(INCIDENT.replace("Most card", "Nearly all card"))
    told = sitegen(ana, "update", "--push", "-m", "Half of the payments work.")
    assert "`git pull` brings it in" in told.stderr
    assert "Nearly all" in (ana / PATH).read_text()
    assert "Half" not in (ana / PATH).read_text()
    assert "Nearly all" not in on_remote(remote)
    assert "Half" in on_remote(remote)


def test_what_is_said_is_checked_against_the_newest_file(engineer: Callable[[str], Path], remote: Path) -> None:
    ana, jan = engineer("ana"), engineer("jan")
    sitegen(ana, "resolve", "--push", "-m", "All card payments work. No payment was lost.")
    before = on_remote(remote)
    words = ("update", "--push", "--status", "monitoring", "-m", "Half of the payments work.")
    told = sitegen(jan, *words, code=4, at=MOMENT + timedelta(minutes=1))
    assert "After `resolved` this update says `monitoring`" in told.stderr
    assert told.stdout == ""
    assert on_remote(remote) == before


def test_whoever_is_a_minute_behind_the_newest_word_stands_after_it(
    engineer: Callable[[str], Path], remote: Path
) -> None:
    ana, jan = engineer("ana"), engineer("jan")
    sitegen(ana, "update", "--push", "-m", "The first word.", at=MOMENT + timedelta(minutes=2))
    told = sitegen(jan, "update", "--push", "-m", "The second word.")
    assert told.stdout.rstrip().endswith("#u-20261123T1202n2")
    assert on_remote(remote).endswith('- at: 13:02\n    id: "20261123T1202n2"\n    message: The second word.\n')


def test_an_entry_that_is_not_on_the_remote_is_told(engineer: Callable[[str], Path]) -> None:
    ana = engineer("ana")
    sitegen(ana, "new", "Search is slow", "-m", "Results take long.")
    assert (
        "is not on the remote's branch: push it first"
        in sitegen(ana, "update", "slow", "--push", "-m", "Still slow.", code=4).stderr
    )


def test_a_project_in_a_folder_of_its_repository_is_pushed_there(tmp_path: Path) -> None:
    remote = make_remote(tmp_path / "remote.git", {"ops/status/sitegen.yaml": SETTINGS, f"ops/status/{PATH}": INCIDENT})
    ana = clone(remote, tmp_path / "ana")
    sitegen(ana / "ops/status/incidents", "update", "--push", "-m", "Half of the payments work.")
    assert "Half" in on_remote(remote, f"ops/status/{PATH}")


def test_without_a_repository_nothing_is_pushed_or_written(root: Path) -> None:
    told = sitegen(root, "update", "--push", "-m", "Half of the payments work.", code=4)
    assert "is not in a git repository, so there is nowhere to push to" in told.stderr
    assert (root / PATH).read_text() == INCIDENT


def test_without_a_remote_or_an_identity_nothing_is_pushed_or_written(
    tmp_path: Path, engineer: Callable[[str], Path], remote: Path
) -> None:
    alone = make_repository(tmp_path / "alone")
    commit_file(alone, "sitegen.yaml", SETTINGS)
    commit_file(alone, PATH, INCIDENT)
    nameless, lost = engineer("nameless"), engineer("lost")
    git(lost, "remote", "set-url", "origin", "file:///nowhere/at/all.git")
    nobody, somebody = tmp_path / "nobody", tmp_path / "home/gitconfig"
    nobody.write_text("")
    for folder, person, reason in (
        (alone, somebody, "origin"),
        (lost, somebody, "/nowhere/at/all.git"),
        (nameless, nobody, 'git config --global user.name "Your Name"'),
    ):
        words = ("update", "--push", "-m", "Half of the payments work.")
        told = sitegen(folder, *words, code=4, GIT_CONFIG_GLOBAL=str(person))
        assert reason in told.stderr
        assert "Traceback" not in told.stderr
        assert (folder / PATH).read_text() == INCIDENT
    assert on_remote(remote) == INCIDENT
