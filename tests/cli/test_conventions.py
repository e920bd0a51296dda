"""What holds for every command: streams, exit codes, help, colour, ends that come early."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sitegen.cli import COMMANDS
from tests.cli.running import COMMAND, Terminal, environment, sitegen
from tests.projects import MOMENT, make_project

ID = "2026-11-23-card-payments"
BROKEN_COMMAND = """
import sys, types, click
import sitegen.cli

@click.command()
def command():
    raise ZeroDivisionError("a secret detail")

stand_in = types.ModuleType("sitegen.cli.status_command")
stand_in.command = command
sys.modules[stand_in.__name__] = stand_in
sys.argv = ["sitegen", "status"]
sitegen.cli.main()
"""


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_of_every_command_has_an_example_of_that_command(name: str, tmp_path: Path) -> None:
    told = sitegen(tmp_path, name, "--help").stdout
    assert told.startswith(f"Usage: sitegen {name}")
    assert re.search(rf"Example:\n +sitegen (-C \S+ )?{name}\b", told)
    assert "\\" not in told.replace(" \\\n", "")


def test_the_help_names_every_command_with_what_it_is_for(tmp_path: Path) -> None:
    told = sitegen(tmp_path, "--help").stdout
    for name, purpose in COMMANDS.items():
        assert re.search(rf"^  {name} +{re.escape(purpose)}$", told, re.MULTILINE)


def test_the_help_loads_nothing_heavy() -> None:
    seen = (
        "import sys, sitegen.cli; sys.argv = ['sitegen', '--help']\ntry: sitegen.cli.main()\nexcept SystemExit: pass\n"
    )
    heavy = "print([name for name in ('jinja2', 'markdown', 'nh3', 'watchdog') if name in sys.modules])"
    told = subprocess.run((sys.executable, "-c", seen + heavy), capture_output=True, text=True, check=True).stdout
    assert told.splitlines()[-1] == "[]"


def test_an_unknown_command_or_flag_is_wrong_usage(root: Path) -> None:
    assert "No such command 'statsu'" in sitegen(root, "statsu", code=2).stderr
    assert "--jsn" in sitegen(root, "status", "--jsn", code=2).stderr
    assert sitegen(root, "import", "nagios", ".", code=2).stdout == ""


@pytest.mark.parametrize("name", ["new", "update", "resolve", "check", "status", "build"])
def test_a_folder_without_a_project_is_wrong_usage(name: str, tmp_path: Path) -> None:
    assert "`sitegen init` makes a project" in sitegen(tmp_path, name, code=2).stderr


def test_settings_that_give_no_project_stop_every_command_but_check(tmp_path: Path) -> None:
    root = make_project(tmp_path, settings="site: {nam: X}\n")
    for words in (
        ("new", "Nothing works", "-m", "…"),
        ("update", "-m", "…"),
        ("resolve", "-m", "…"),
        ("status",),
        ("build",),
    ):
        told = sitegen(root, *words, code=4)
        assert told.stdout == ""
        assert "sitegen.yaml:1:8: Unknown" in told.stderr or "sitegen.yaml" in told.stderr
        assert "can't be used" in told.stderr
    assert not (root / "site").exists()
    assert "sitegen.yaml:1" in sitegen(root, "check", code=1).stdout


def test_it_works_on_the_project_in_another_folder(root: Path, tmp_path: Path) -> None:
    assert ID in sitegen(tmp_path, "-C", "status", "status").stdout
    assert ID in sitegen(tmp_path, "-C", "status/incidents", "status").stdout
    assert ID in sitegen(root / "incidents", "status").stdout


def test_a_folder_that_does_not_exist_is_not_searched_above(root: Path) -> None:
    assert "There is no folder tset." in sitegen(root, "-C", "tset", "status", code=2).stderr


@pytest.mark.parametrize(
    "words", [("status", "--as-of", "noon"), ("build", "--as-of", "12:00"), ("check", "--as-of", "2026-02-30 10:00")]
)
def test_a_moment_that_is_none_is_wrong_usage(words: tuple[str, ...], root: Path) -> None:
    assert "--as-of" in sitegen(root, *words, code=2).stderr
    assert not (root / "site").exists()


def test_a_clock_that_is_no_number_is_wrong_usage(root: Path) -> None:
    assert "SOURCE_DATE_EPOCH" in sitegen(root, "status", code=2, SOURCE_DATE_EPOCH="yesterday").stderr


def test_arguments_in_another_encoding_are_wrong_usage(root: Path) -> None:
    before = sorted(root.rglob("*"))
    for words in (("update", "-m", b"caf\xe9"), ("new", b"caf\xe9 is closed", "-m", "Sorry."), ("update", b"\xff")):
        assert "is not UTF-8" in sitegen(root, *words, code=2).stderr
    assert sorted(root.rglob("*")) == before


def test_a_file_name_that_is_no_text_is_told_all_the_same(root: Path) -> None:
    (root / os.fsdecode(b"incidents/caf\xe9.yaml")).write_text("title: x\n")
    assert r"incidents/caf\udce9.yaml" in sitegen(root, "check", code=1).stdout
    sitegen(root, "check", "--format", "json", code=1)
    sitegen(root, "build", code=1)


def test_a_terminal_that_lacks_a_letter_stops_nothing(root: Path) -> None:
    told = sitegen(root, "update", "-m", "Płatności działają.", PYTHONIOENCODING="latin-1")
    assert r"P\u0142atno\u015bci" in told.stderr


def test_no_output_is_coloured_unless_on_a_terminal(root: Path) -> None:
    (root / f"incidents/{ID}.yaml").write_text("title: x\n")
    for words in (("check",), ("status",), ("build",)):
        finished = sitegen(root, *words, code=0 if words == ("status",) else 1)
        assert "\x1b" not in finished.stdout + finished.stderr


def test_a_terminal_gets_colour_unless_it_asks_for_none(root: Path) -> None:
    with Terminal(root, "status") as terminal:
        assert terminal.finish() == 0
        assert "\x1b[1m" in terminal.shown
    with Terminal(root, "status", NO_COLOR="1") as terminal:
        assert terminal.finish() == 0
        assert "\x1b" not in terminal.shown


def test_a_reader_that_has_seen_enough_is_no_error(root: Path) -> None:
    for words in ("check --format json", "status --json", "--help"):
        line = f"{sys.executable} -m sitegen {words} | true"
        finished = subprocess.run(
            ("bash", "-c", line), cwd=root, env=environment(MOMENT, {}), capture_output=True, text=True, check=True
        )
        assert finished.stderr == ""


def test_closed_output_is_no_error(root: Path) -> None:
    line = f"{sys.executable} -m sitegen status >&-"
    finished = subprocess.run(
        ("bash", "-c", line), cwd=root, env=environment(MOMENT, {}), capture_output=True, text=True
    )
    assert (finished.returncode, finished.stderr) == (0, "")


def test_a_mistake_of_the_program_is_told_without_a_traceback() -> None:
    command = (sys.executable, "-c", BROKEN_COMMAND)
    finished = subprocess.run(command, capture_output=True, text=True, check=False)
    assert finished.returncode == 4
    assert finished.stdout == ""
    assert "made a mistake at <string>" in finished.stderr
    assert "ZeroDivisionError" in finished.stderr
    assert "Traceback" not in finished.stderr
    assert "a secret detail" not in finished.stderr


def test_a_mistake_of_the_program_has_a_traceback_where_one_is_asked_for() -> None:
    finished = subprocess.run(
        (sys.executable, "-c", BROKEN_COMMAND), env={**os.environ, "SITEGEN_DEBUG": "1"}, capture_output=True, text=True
    )
    assert finished.returncode == 4
    assert "Traceback" in finished.stderr


def test_an_interrupted_build_ends_in_a_word_and_leaves_no_half_site(root: Path) -> None:
    (root / "templates").mkdir()
    (root / "templates/404.html").write_text(
        "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"
    )
    running = subprocess.Popen(
        (*COMMAND, "build"), cwd=root, env=environment(MOMENT, {}), stderr=subprocess.PIPE, text=True
    )
    while not (root / "site/.sitegen-stage").exists():
        assert running.poll() is None
        time.sleep(0.02)
    running.send_signal(signal.SIGINT)
    _, told = running.communicate(timeout=30)
    assert (running.returncode, told.strip()) == (4, "Stopped.")
    assert [path.name for path in (root / "site").iterdir()] == [".sitegen-files"]
