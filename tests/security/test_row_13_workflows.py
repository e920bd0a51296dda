"""SECURITY.md, row 13: nothing that somebody typed or proposed is read by the shell of a shipped workflow as a command.

Rows 12 and 14 as far as the workflows can keep them: a proposal has no secrets and runs as itself.
"""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.ci.pipeline import Pipeline, replay_pipeline
from tests.ci.projects import make_hosted, settings, write_project
from tests.ci.replay import Event, replay
from tests.ci.shell import make_programs
from tests.repositories import commit_file, git, isolate_git

# What becomes a command, another word, an option or an order to the runner where a text is not handed over as one.
PAYLOADS = (
    "$(touch {})",
    "`touch {}`",
    "'; touch {}; '",
    '"; touch {}; "',
    "a\n\ntouch {}\n",
    "${{{{ secrets.SITEGEN_TWITTER_API_KEY }}}}",
    "$[[ inputs.title ]] $CI_JOB_TOKEN",
    "--push=no --draft",
    "-m x",
    "* ~ $HOME",
)
FIELDS = ("title", "message", "entry")


@pytest.fixture(autouse=True)
def _isolated_git(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    isolate_git(monkeypatch, tmp_path / "home")


def _note(folder: Path) -> Path:
    """Programs among which `sitegen` notes its words in `words`, one a line, each as it came, and fails."""
    note = f"""printf '%s\\0' "$@" | tr '\\n' '|' | tr '\\0' '\\n' > {folder}/words; exit 1"""
    return make_programs(folder / "programs", sitegen=note, pip="exit 0")


def _expect(payload: str, what: str) -> list[str]:
    """The words for `sitegen` where every field holds the payload."""
    text = payload.replace("\n", "|")
    return [what, "--push", f"--message={text}", "--", text]


@pytest.mark.parametrize("what", ["new", "update", "resolve"])
def test_what_is_typed_into_githubs_form_reaches_sitegen_as_it_is(what: str, tmp_path: Path) -> None:
    root, programs = make_hosted(tmp_path, "github", settings()), _note(tmp_path)
    file, secrets = root / ".github/workflows/status-incident.yml", {"SITEGEN_TWITTER_API_KEY": "canary"}
    for number, payload in enumerate(PAYLOADS):
        text = payload.format(tmp_path / "touched")
        form = Event(name="workflow_dispatch", inputs={"what": what, **dict.fromkeys(FIELDS, text)}, secrets=secrets)
        run = replay(file, "incident", form, tmp_path / "remote.git", tmp_path / f"run-{number}", programs)
        assert (tmp_path / "words").read_text().splitlines() == _expect(text, what)
        assert not (tmp_path / "touched").exists()
        assert re.match(r"::stop-commands::\S{20,}\n", run.steps[1].output)


@pytest.mark.parametrize("what", ["new", "update", "resolve"])
def test_what_is_typed_into_gitlabs_form_reaches_sitegen_as_it_is(what: str, tmp_path: Path) -> None:
    root, programs = make_hosted(tmp_path, "gitlab", settings()), _note(tmp_path)
    for number, payload in enumerate(PAYLOADS):
        text = payload.format(tmp_path / "touched")
        form = Pipeline(source="web", inputs={"what": what, **dict.fromkeys(FIELDS, text)})
        replay_pipeline(root / ".gitlab-ci.yml", form, tmp_path / "remote.git", tmp_path / f"run-{number}", programs)
        assert (tmp_path / "words").read_text().splitlines() == _expect(text, what)
        assert not (tmp_path / "touched").exists()


def test_the_name_of_a_proposals_target_is_one_word(tmp_path: Path) -> None:
    root = make_hosted(tmp_path, "github", settings())
    branch = f"$(touch${{IFS}}{tmp_path / 'touched'})"
    git(root, "switch", "--quiet", "--create", "proposal")
    commit_file(root, "incidents/2026-11-20-a.yaml", "title: x\n")
    git(root, "push", "--quiet", "origin", "proposal")
    file = root / ".github/workflows/status-check.yml"
    proposal = Event(name="pull_request", branch="proposal", base=branch)
    note = f"""case "$1" in check) printf '%s\\n' "$@" > {tmp_path}/words ;; esac"""
    programs = make_programs(tmp_path / "programs", sitegen=note)
    run = replay(file, "check", proposal, tmp_path / "remote.git", tmp_path / "run", programs)
    assert run.code == 0, run.output
    words = (tmp_path / "words").read_text().splitlines()
    assert words == ["check", "--base", f"origin/{branch}", "--format", "github"]
    assert not (tmp_path / "touched").exists()


@pytest.fixture(scope="module")
def github(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_project(tmp_path_factory.mktemp("github"), "github", settings())


@pytest.fixture(scope="module")
def gitlab(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_project(tmp_path_factory.mktemp("gitlab"), "gitlab", settings())


def test_the_linter_of_workflows_finds_nothing(github: Path) -> None:
    zizmor = Path(sys.executable).with_name("zizmor")
    words = ("--offline", "--no-online-audits", "--no-config", "--persona", "pedantic", "--no-progress", ".")
    ended = subprocess.run((zizmor, *words), cwd=github, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout
    assert "No findings to report" in ended.stdout


def test_no_script_has_an_expression_in_it(github: Path, gitlab: Path) -> None:
    workflows = [yaml.safe_load(file.read_text("utf-8")) for file in (github / ".github/workflows").iterdir()]
    steps = [step for workflow in workflows for job in workflow["jobs"].values() for step in job["steps"]]
    assert [step["run"] for step in steps if "${{" in step.get("run", "")] == []
    _, pipeline = yaml.safe_load_all((gitlab / ".gitlab-ci.yml").read_text("utf-8"))
    scripts = [line for job in pipeline.values() if isinstance(job, dict) for line in job.get("script", ())]
    assert len(scripts) == 5
    assert [line for line in scripts if "$[[" in line] == []


def test_gitlab_expands_nothing_in_what_is_typed(gitlab: Path) -> None:
    _, pipeline = yaml.safe_load_all((gitlab / ".gitlab-ci.yml").read_text("utf-8"))
    typed: dict[str, Any] = {
        name: value
        for name, value in pipeline["file"]["variables"].items()
        if re.search(r"\.(title|message|entry) ", str(value))
    }
    assert set(typed) == {"TITLE", "MESSAGE", "ENTRY"}
    assert all(value["expand"] is False for value in typed.values())


def test_a_proposal_runs_as_itself_without_secrets(github: Path) -> None:
    for file in (github / ".github/workflows").iterdir():
        text = file.read_text("utf-8")
        assert not re.search(r"^\s*(pull_request_target|workflow_run|issue_comment):", text, re.MULTILINE)
        assert "toJSON" not in text
        if "\n  pull_request:" in text:
            assert file.stem == "status-check"
            assert "secrets." not in text
            assert re.findall(r": (write\S*)", text) == []
