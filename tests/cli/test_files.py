"""What becomes of the files themselves: modes, links, full disks, left-overs."""

import os
from pathlib import Path

from tests.cli.running import forbid_writing, sitegen
from tests.projects import INCIDENT, make_project

ID = "2026-11-23-card-payments"


def names(root: Path) -> list[str]:
    return sorted(path.name for path in (root / "incidents").iterdir())


def keep_from_others() -> None:
    os.umask(0o027)


def test_a_file_keeps_its_mode(root: Path) -> None:
    path = root / f"incidents/{ID}.yaml"
    for mode in (0o600, 0o664, 0o755):
        path.chmod(mode)
        sitegen(root, "update", "-m", f"A word {mode}.")
        assert path.stat().st_mode & 0o777 == mode


def test_a_new_file_has_the_mode_of_any_new_file(quiet: Path) -> None:
    sitegen(quiet, "new", "Search is slow", "-m", "Results take long.", before=keep_from_others)
    path = quiet / "incidents/2026-11-23-search-is-slow.yaml"
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_read_only_file_stays_as_it_is(root: Path) -> None:
    path = root / f"incidents/{ID}.yaml"
    path.chmod(0o444)
    assert f"{path} is read-only" in sitegen(root, "update", "-m", "A word.", code=4).stderr
    assert path.read_text() == INCIDENT
    assert names(root) == [path.name]


def test_a_link_or_a_pipe_is_left_alone(root: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere.yaml").write_text(INCIDENT)
    (root / "incidents/2026-11-23-linked.yaml").symlink_to(tmp_path / "elsewhere.yaml")
    os.mkfifo(root / "incidents/2026-11-23-pipe.yaml")
    for name in ("linked", "pipe"):
        told = sitegen(root, "update", name, "-m", "A word.", code=4)
        assert f"2026-11-23-{name}.yaml is no regular file" in told.stderr
        assert "Card payments" not in told.stdout + told.stderr
    assert (tmp_path / "elsewhere.yaml").read_text() == INCIDENT


def test_a_link_in_the_place_of_a_new_entry_is_not_followed(quiet: Path, tmp_path: Path) -> None:
    (quiet / "incidents").mkdir()
    (quiet / "incidents/2026-11-23-search-is-slow.yaml").symlink_to(tmp_path / "nowhere.yaml")
    told = sitegen(quiet, "new", "Search is slow", "-m", "Results take long.").stdout
    assert told.startswith("incidents/2026-11-23-search-is-slow-2.yaml")
    assert not (tmp_path / "nowhere.yaml").exists()


def test_a_link_in_the_place_of_the_folder_is_not_followed(quiet: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (quiet / "incidents").symlink_to(tmp_path / "elsewhere")
    told = sitegen(quiet, "new", "Search is slow", "-m", "Results take long.", code=4).stderr
    assert "incidents is a link, and links are not followed" in told
    assert [*(tmp_path / "elsewhere").iterdir()] == []


def test_a_full_disk_leaves_the_old_file_and_nothing_else(root: Path) -> None:
    for words in (("update", "-m", "A word."), ("new", "Search is slow", "-m", "Results take long.")):
        finished = sitegen(root, *words, code=4, before=forbid_writing)
        assert finished.stdout == ""
        assert "File too large" in finished.stderr
        assert "made a mistake" not in finished.stderr
    assert (root / f"incidents/{ID}.yaml").read_text() == INCIDENT
    assert names(root) == [f"{ID}.yaml"]


def test_a_full_disk_is_told_by_every_command_that_writes(root: Path, tmp_path: Path) -> None:
    (tmp_path / "old/content/issues").mkdir(parents=True)
    (tmp_path / "old/config.yml").write_text("title: Old\nparams:\n  systems: [{name: Web}]\n")
    (tmp_path / "old/content/issues/x.md").write_text(
        "---\ntitle: Web is slow\ndate: 2026-10-02T08:00:00Z\n---\nSlow.\n"
    )
    for folder, words in (
        (root, ("build",)),
        (tmp_path, ("init", "new")),
        (tmp_path, ("-C", "imported", "import", "cstate", "old")),
    ):
        told = sitegen(folder, *words, code=4, before=forbid_writing).stderr
        assert "File too large" in told
        assert "made a mistake" not in told
    assert not (tmp_path / "new/sitegen.yaml").exists()


def test_a_file_in_the_place_of_the_folder_is_told(tmp_path: Path) -> None:
    root = make_project(tmp_path)
    (root / "incidents").write_text("")
    for words in (("new", "Search is slow", "-m", "Results take long."),):
        told = sitegen(root, *words, code=4).stderr
        assert "incidents" in told
        assert "made a mistake" not in told


def test_what_an_earlier_run_left_behind_is_no_obstacle(root: Path, tmp_path: Path) -> None:
    (tmp_path / "victim").write_text("mine")
    (root / f"incidents/.{ID}.yaml.new").symlink_to(tmp_path / "victim")
    sitegen(root, "update", "-m", "A word.")
    assert (tmp_path / "victim").read_text() == "mine"
    assert names(root) == [f"{ID}.yaml"]
