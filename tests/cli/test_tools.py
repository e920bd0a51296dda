"""What surrounds the commands: versions for a bug report, completion in shells, the hook before each commit."""

import json
import os
import pty
import re
import select
import shlex
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
import yaml

from sitegen import __version__
from sitegen.cli import COMMANDS
from tests.cli.running import sitegen
from tests.docs.documents import ROOT, Document
from tests.projects import INCIDENT, make_project

PROGRAMS = Path(sys.executable).parent
COMPLETE = """\
eval "$(_SITEGEN_COMPLETE=bash_source sitegen)"
COMP_WORDS=({words}) COMP_CWORD={place}
_sitegen_completion sitegen
printf '%s\\n' "${{COMPREPLY[@]}}"
"""

READY = "ready> "


def shell(line: str) -> str:
    """What bash says to the line, with the program on its path."""
    variables = {"PATH": f"{PROGRAMS}{os.pathsep}{os.defpath}", "HOME": os.devnull}
    done = subprocess.run(("bash", "-c", line), capture_output=True, text=True, env=variables, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_versions_name_the_program_python_the_platform_and_every_library(tmp_path: Path) -> None:
    first, python, platform, *libraries = sitegen(tmp_path, "--version").stdout.splitlines()
    assert first == f"sitegen {__version__}"
    assert re.fullmatch(rf"\S+ {re.escape('.'.join(map(str, sys.version_info[:3])))}\S*", python)
    assert platform
    declared = {re.split(r"[^\w.-]", one)[0] for one in metadata.requires("sitegen-status") or ()}
    assert {line.split()[0]: line.split()[1] for line in libraries} == {one: metadata.version(one) for one in declared}


@pytest.mark.parametrize(("words", "variable"), [(["--version"], {}), (["x"], {"_SITEGEN_COMPLETE": "bash_complete"})])
def test_versions_and_completion_load_no_library_but_click(words: list[str], variable: dict[str, str]) -> None:
    start = f"import sys, sitegen.cli; sys.argv = ['sitegen', *{words!r}]\n"
    seen = f"{start}try: sitegen.cli.main()\nexcept SystemExit: pass\n"
    heavy = "import json; print(json.dumps([name for name in sys.modules if '.' not in name]))"
    completing = {**os.environ, "COMP_WORDS": "sitegen ", "COMP_CWORD": "1", **variable}
    told = subprocess.run(
        (sys.executable, "-c", seen + heavy), capture_output=True, text=True, env=completing, check=True
    )
    assert not {"jinja2", "markdown", "nh3", "yaml", "tweepy", "requests", "babel"} & set(
        json.loads(told.stdout.splitlines()[-1])
    )


def test_bash_completes_every_command_and_the_flags_of_each() -> None:
    assert shell(COMPLETE.format(words="sitegen ''", place=1)).split() == [*COMMANDS]
    assert shell(COMPLETE.format(words="sitegen po", place=1)).split() == ["postmortem"]
    assert "--next-update-by" in shell(COMPLETE.format(words="sitegen update --n", place=2)).split()
    assert "--version" in shell(COMPLETE.format(words="sitegen --", place=1)).split()


def start_lines() -> list[str]:
    """What the guide adds to the start files of bash, zsh and fish."""
    rows = Document("docs/how-to/set-up-your-tools.md").table("Completion")
    return [row[2].strip("`").replace("\\|", "|") for row in rows]


def type_into_bash(home: Path, keys: str) -> str:
    """What a terminal shows when somebody types the keys into bash; it reads the start file in `home`."""
    terminal, end = pty.openpty()
    variables = {"PATH": f"{PROGRAMS}{os.pathsep}{os.defpath}", "HOME": str(home), "TERM": "dumb"}
    shell = subprocess.Popen(
        ("bash", "-i"), stdin=end, stdout=end, stderr=end, env=variables, cwd=home, start_new_session=True
    )
    os.close(end)
    shown = ""
    while select.select([terminal], [], [], 60)[0]:
        try:
            shown += os.read(terminal, 4096).decode()
        except OSError:  # the shell is gone
            break
        if keys and READY in shown:
            os.write(terminal, keys.encode())
            keys = ""
    os.close(terminal)
    shell.kill()
    shell.wait()
    return shown


def test_tab_completes_what_somebody_types_into_bash(tmp_path: Path) -> None:
    (tmp_path / ".bashrc").write_text(f"{start_lines()[0]}\nPS1='{READY}'\n")
    shown = type_into_bash(tmp_path, "sitegen po\t--he\t\nexit\n")
    assert "sitegen postmortem --help" in shown
    assert "Draft the post-mortem of ENTRY" in shown


def test_each_shell_of_the_guide_gets_a_script() -> None:
    lines = start_lines()
    assert len(lines) == 3
    for line in lines:
        (command,) = re.findall(r"_SITEGEN_COMPLETE=\w+ sitegen", line)
        assert "_sitegen_completion" in shell(command)


def hook() -> dict[str, Any]:
    """The one hook that the repository offers."""
    (only,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    return dict(only)


def run_hook(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """What pre-commit runs in the folder; `words` in place of the hook's own arguments."""
    found = hook()
    command = [*shlex.split(found["entry"]), *(words or found["args"])]
    variables = {**os.environ, "PATH": f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}", "PRE_COMMIT": "1"}
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, env=variables, check=False)


def test_the_hook_stops_a_commit_with_an_error_and_no_other(tmp_path: Path) -> None:
    root = make_project(tmp_path / "status", incidents={"2026-11-23-card-payments": INCIDENT})
    assert run_hook(root).returncode == 0
    (root / "incidents/2026-11-23-card-payments.yaml").write_text(INCIDENT.replace("message:", "mesage:"))
    stopped = run_hook(root)
    assert stopped.returncode == 1
    assert "Did you mean `message`?" in stopped.stdout
    assert run_hook(tmp_path, "-C", "status", "check").stdout == stopped.stdout


@pytest.mark.parametrize(
    ("path", "looked_at"),
    [
        *(("sitegen.yaml", True), ("status/sitegen.yaml", True), ("incidents/2026-11-23-x.yaml", True)),
        *(("incidents/2026/2026-11-23-x.pl.md", True), ("status/incidents/errors.png", True)),
        *(("README.md", False), ("site/incidents.html", False), ("docs/sitegen.yaml.md", False)),
    ],
)
def test_the_hook_looks_at_what_a_page_is_made_of(path: str, looked_at: bool) -> None:
    assert bool(re.search(hook()["files"], path)) == looked_at


def test_the_guide_names_the_hook_that_there_is() -> None:
    (config,) = [body for _, body in Document("docs/how-to/set-up-your-tools.md").blocks("text")]
    (repository,) = yaml.safe_load(config)["repos"]
    assert repository["hooks"] == [{"id": hook()["id"]}]
    assert hook()["language"] == "python"
    assert hook()["pass_filenames"] is False
