"""Targets that are a folder or a command, and several of them side by side."""

import time
from collections.abc import Iterable
from pathlib import Path

import pytest

from sitegen.model import Target
from sitegen.publish import BuiltSite, Deployment, deploying, open_site
from sitegen.publish import command as commands
from tests.projects import INCIDENT, build_site, make_project


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return make_project(tmp_path / "status", incidents={"2026-11-23-card-payments": INCIDENT})


@pytest.fixture
def built(root: Path) -> BuiltSite:
    return open_site(build_site(root))


def folder(name: str, path: Path | str) -> Target:
    return Target(name=name, kind="folder", folder=str(path))


def command(name: str, run: str) -> Target:
    return Target(name=name, kind="command", run=run)


def deploy(root: Path, built: BuiltSite, *targets: Target) -> tuple[Deployment, ...]:
    told: list[Deployment] = []
    with deploying(targets, built, root, told.append) as deployments:
        ended = deployments.wait_for_all()
    assert sorted(told, key=lambda one: one.target.name) == sorted(ended, key=lambda one: one.target.name)
    return ended


def failures(ended: Iterable[Deployment]) -> dict[str, str]:
    return {one.target.name: one.failure for one in ended if one.failure}


def tree(place: Path) -> dict[str, bytes]:
    return {str(path.relative_to(place)): path.read_bytes() for path in place.rglob("*") if path.is_file()}


def test_a_folder_gets_the_site(root: Path, built: BuiltSite, tmp_path: Path) -> None:
    assert not failures(deploy(root, built, folder("here", tmp_path / "www"), folder("beside", "../beside")))
    assert tree(tmp_path / "www") == tree(tmp_path / "beside") == tree(built.folder)


def test_a_folder_keeps_what_others_put_there_and_loses_what_was_ours(
    root: Path, built: BuiltSite, tmp_path: Path
) -> None:
    www = tmp_path / "www"
    deploy(root, built, folder("here", www))
    (www / "robots.txt").write_text("theirs")
    (root / "incidents/2026-11-23-card-payments.yaml").unlink()
    deploy(root, open_site(build_site(root)), folder("here", www))
    assert not (www / "incidents").exists()
    assert (www / "robots.txt").read_text() == "theirs"


def test_a_folder_of_others_is_refused(root: Path, built: BuiltSite, tmp_path: Path) -> None:
    (tmp_path / "www").mkdir()
    (tmp_path / "www/index.html").write_text("theirs")
    assert "did not write" in failures(deploy(root, built, folder("here", tmp_path / "www")))["here"]
    assert tree(tmp_path / "www") == {"index.html": b"theirs"}


def test_the_home_page_changes_last(root: Path, built: BuiltSite, tmp_path: Path) -> None:
    www = tmp_path / "www"
    deploy(root, built, folder("here", www))
    assert (www / "index.html").stat().st_ctime_ns == max(
        (www / path).stat().st_ctime_ns for path in built.paths if path.suffix == ".html"
    )


def test_a_command_runs_in_the_projects_folder_and_is_told_where_the_site_is(
    root: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    spaced = open_site(build_site(root, out=tmp_path / "the built site; exit 7"))
    line = f"cat sitegen.yaml > /dev/null && cp -r {{site}} '{tmp_path}/copy' && echo copied && echo loud >&2"
    assert not failures(deploy(root, spaced, command("host", line)))
    assert tree(tmp_path / "copy") == tree(spaced.folder)
    told = capfd.readouterr()
    assert told.out == ""
    assert told.err.split() == ["copied", "loud"]


def test_a_command_that_fails_is_named_with_its_code(root: Path, built: BuiltSite) -> None:
    assert "ended with 23" in failures(deploy(root, built, command("host", "exit 23")))["host"]


def test_a_command_cannot_wait_for_an_answer(root: Path, built: BuiltSite) -> None:
    assert failures(deploy(root, built, command("host", "read answer")))


@pytest.mark.slow
def test_a_command_that_hangs_is_ended_with_all_it_started(
    root: Path, built: BuiltSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "LONGEST", commands.LONGEST / 3600)
    line = f"(sleep 4; touch '{tmp_path}/late') & sleep 60"
    assert "was ended" in failures(deploy(root, built, command("host", line)))["host"]
    time.sleep(4.5)
    assert not (tmp_path / "late").exists()


def test_leaving_in_the_middle_ends_the_commands(root: Path, built: BuiltSite) -> None:
    begun = time.monotonic()
    with pytest.raises(KeyboardInterrupt), deploying([command("host", "sleep 60")], built, root, lambda one: None):
        raise KeyboardInterrupt
    assert time.monotonic() - begun < 20


def test_one_that_fails_stops_no_other(root: Path, built: BuiltSite, tmp_path: Path) -> None:
    targets = (
        command("broken", "exit 1"),
        folder("here", tmp_path / "www"),
        Target(name="branch", kind="branch", branch="gh-pages"),
        Target(name="nothing", kind="folder"),
    )
    ended = deploy(root, built, *targets)
    assert [one.target.name for one in ended] == ["broken", "here", "branch", "nothing"]
    told = failures(ended)
    assert told.keys() == {"broken", "branch", "nothing"}
    assert "no git remote" in told["branch"]
    assert "`publish.nothing` in sitegen.yaml needs `folder:`" in told["nothing"]
    assert (tmp_path / "www/index.html").exists()


def test_nobody_waits_for_a_slow_one_to_know_the_first_that_is_there(
    root: Path, built: BuiltSite, tmp_path: Path
) -> None:
    gate = tmp_path / "gate"
    slow, fast = command("slow", f"until [ -e '{gate}' ]; do sleep 0.1; done"), folder("fast", tmp_path / "www")
    with deploying((slow, command("broken", "exit 1"), fast), built, root, lambda one: None) as deployments:
        first = deployments.wait_for_any(one for one in (slow, fast))
        assert first is not None
        assert first.target.name == "fast"
        gate.touch()
        assert deployments.wait_for_any(()) is None
