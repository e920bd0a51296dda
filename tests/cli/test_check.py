"""`check`: every problem at once, in three forms, strict on pull requests, and silent edits since a commit."""

import json
from pathlib import Path

import pytest

from tests.cli.running import sitegen
from tests.projects import INCIDENT, SETTINGS, make_project
from tests.repositories import clone, commit_file, git, make_remote, make_repository

ID = "2026-11-23-card-payments"
PATH = f"incidents/{ID}.yaml"
TWO = INCIDENT + "  - at: 03:31\n    status: identified\n    message: A certificate has expired.\n"


def test_a_project_without_problems_is_fine(root: Path) -> None:
    told = sitegen(root, "check")
    assert (told.stdout, told.stderr) == ("", "Entries read: 1. Errors: 0.\n")


def test_one_bad_file_never_hides_another(root: Path) -> None:
    (root / "incidents/2026-11-20-search.yaml").write_text(INCIDENT.replace("message:", "mesage:"))
    (root / "incidents/2026-11-21-search.yaml").write_text(INCIDENT.replace("checkout:", "chekout:"))
    (root / "incidents/2026-11-22-search.yaml").write_text("title: [")
    (root / "incidents/notes.yaml").write_text("x")
    told = sitegen(root, "check", code=1)
    lines = told.stdout.splitlines()
    assert any(line.startswith("incidents/2026-11-20-search.yaml:7:5: ") and "`message`" in line for line in lines)
    assert any(line.startswith("incidents/2026-11-21-search.yaml:2:14: ") and "`checkout`" in line for line in lines)
    assert any(line.startswith("incidents/2026-11-22-search.yaml:1:") for line in lines)
    assert any(line.startswith("incidents/notes.yaml: ") for line in lines)
    assert told.stderr.startswith("Entries read: 4. Errors: ")


def test_a_warning_alone_is_fine(root: Path) -> None:
    (root / "incidents/notes.txt").write_text("mine")
    assert sitegen(root, "check").stdout == (
        "incidents/notes.txt: warning: Files that end in `.txt` are not read. "
        "Incidents end in `.yaml`, post-mortems in `.md`.\n"
    )


def test_json_has_every_problem_with_its_place(root: Path) -> None:
    (root / "incidents/notes.txt").write_text("mine")
    (root / PATH).write_text(INCIDENT.replace("message:", "mesage:"))
    problems = json.loads(sitegen(root, "check", "--format", "json", code=1).stdout)
    assert {problem["severity"] for problem in problems} == {"error", "warning"}
    misspelt = next(problem for problem in problems if "mesage" in problem["what"])
    assert misspelt == {
        "path": PATH,
        "line": 7,
        "column": 5,
        "severity": "error",
        "rule": "format",
        "what": "`mesage` is not a field here.",
        "hint": "Did you mean `message`?",
    }


def test_json_of_no_problems_is_an_empty_list(root: Path) -> None:
    assert json.loads(sitegen(root, "check", "--format", "json").stdout) == []


def test_annotations_carry_place_and_weight_and_are_escaped(root: Path) -> None:
    (root / "incidents/a,b:c.yaml").write_text("x")
    (root / "incidents/notes.txt").write_text("mine")
    (root / PATH).write_text(INCIDENT.replace("checkout:", '"100%\\n::error::x":'))
    lines = sitegen(root, "check", "--format", "github", code=1).stdout.splitlines()
    assert all(line.startswith(("::error file=", "::warning file=", "::notice file=")) for line in lines)
    assert any(line.startswith("::error file=incidents/a%2Cb%3Ac.yaml,line=1,col=1::") for line in lines)
    assert any(line.startswith("::warning file=incidents/notes.txt,") for line in lines)
    hostile = next(line for line in lines if "100%25" in line)
    assert hostile.startswith(f"::error file={PATH},line=2,col=14::`100%25%0A::error::x` is not among")


def test_annotations_count_from_the_top_of_the_repository(tmp_path: Path) -> None:
    make_repository(tmp_path / "team")
    root = make_project(tmp_path / "team/ops/status", incidents={ID: "title: x\n"})
    assert f"file=ops/status/{PATH}," in sitegen(root, "check", "--format", "github", code=1).stdout


def test_a_schema_that_lags_behind_the_settings_is_told(root: Path) -> None:
    (root / ".sitegen").mkdir()
    schema = root / ".sitegen/incident.schema.json"
    schema.write_text(sitegen(root, "check", "--schema").stdout)
    assert sitegen(root, "check").stdout == ""
    (root / "sitegen.yaml").write_text(SETTINGS + "  - {key: search, name: Search}\n")
    told = sitegen(root, "check").stdout
    assert told.startswith(".sitegen/incident.schema.json: warning: ")
    assert "`sitegen check --schema > .sitegen/incident.schema.json`" in told
    schema.write_text(sitegen(root, "check", "--schema").stdout)
    assert sitegen(root, "check").stdout == ""


def test_advice_on_style_waits_for_a_pull_request_while_an_incident_is_open(root: Path) -> None:
    (root / PATH).write_text(INCIDENT.replace("Most card", "We are sorry for any inconvenience. Just a few card"))
    assert sitegen(root, "check").stdout == ""
    told = sitegen(root, "check", GITHUB_EVENT_NAME="pull_request_target").stdout
    assert "advice: " in told
    assert sitegen(root, "check", CI_MERGE_REQUEST_IID="7").stdout == told


# --base


@pytest.fixture
def published(tmp_path: Path) -> Path:
    """A repository whose HEAD holds an incident with two updates."""
    root = make_repository(tmp_path / "team")
    commit_file(
        root,
        "sitegen.yaml",
        SETTINGS.replace("[en, pl]", "[en]").replace("{en: Payments API, pl: API płatności}", "API"),
    )
    commit_file(root, PATH, TWO)
    return root


def compare(root: Path, code: int = 0, ref: str = "HEAD", event: str = "", merge_request: str = "") -> str:
    words = ("check", "--base", ref)
    return sitegen(root, *words, code=code, GITHUB_EVENT_NAME=event, CI_MERGE_REQUEST_IID=merge_request).stdout


def change(root: Path, old: str, new: str) -> None:
    text = (root / PATH).read_text()
    assert old in text
    (root / PATH).write_text(text.replace(old, new))


def test_what_did_not_change_is_fine(published: Path) -> None:
    assert compare(published) == compare(published, event="pull_request") == ""


def test_a_changed_text_is_named(published: Path) -> None:
    change(published, "A certificate has expired.", "A human made a mistake.")
    told = compare(published)
    assert told.startswith(
        f"{PATH}:8:5: warning: Update 20261123T0231Z was public and says something else now. Add `edited:"
    )
    assert compare(published, code=1, event="pull_request") == told.replace(": warning", "")
    assert compare(published, code=1, merge_request="7") == told.replace(": warning", "")
    assert compare(published, event="push") == told


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("    status: identified\n", "    status: monitoring\n"),
        ("    status: identified\n", "    status: identified\n    components: {checkout: operational}\n"),
    ],
)
def test_a_changed_state_is_named(old: str, new: str, published: Path) -> None:
    change(published, old, new)
    assert "says something else now" in compare(published)


def test_a_vanished_update_is_named(published: Path) -> None:
    (published / PATH).write_text(INCIDENT)
    assert f"{PATH}:1:1: warning: Update 20261123T0231Z was public and is gone." in compare(published)


def test_a_deleted_file_is_named(published: Path) -> None:
    (published / PATH).unlink()
    assert f"{PATH}: warning: {ID} was public and its file is gone." in compare(published)
    assert "is gone" in compare(published, code=1, event="pull_request")


def test_a_renamed_file_is_fine_with_an_alias(published: Path) -> None:
    (published / PATH).rename(published / "incidents/2026-11-23-checkout.yaml")
    assert "its file is gone" in compare(published)
    (published / "incidents/2026-11-23-checkout.yaml").write_text(f"{TWO}aliases: [{ID}]\n")
    assert compare(published) == ""


def test_a_moved_time_is_named_with_the_line_to_add(published: Path) -> None:
    change(published, "- at: 03:31\n", "- at: 03:36\n")
    told = compare(published, code=1, event="pull_request")
    line = "id: 20261123T0231Z"
    assert f"Add this line to it: `{line}`" in told
    change(published, "- at: 03:36\n", f"- at: 03:36\n    {line}\n")
    assert compare(published, event="pull_request") == ""


@pytest.mark.parametrize(
    "mark", ["edited: {at: 2026-11-23 12:30, note: The cause was wrong.}", "retracted: It was not the certificate."]
)
def test_a_change_that_says_so_is_fine(mark: str, published: Path) -> None:
    change(published, "message: A certificate has expired.\n", f"message: A host was down.\n    {mark}\n")
    assert compare(published, event="pull_request") == ""


def test_a_new_update_and_a_new_file_are_fine(published: Path) -> None:
    change(published, "expired.\n", "expired.\n  - at: 12:00\n    message: We go on.\n")
    (published / "incidents/2026-11-23-search.yaml").write_text(INCIDENT)
    assert compare(published, event="pull_request") == ""


def test_what_was_a_draft_or_not_yet_public_may_change(published: Path) -> None:
    commit_file(published, "incidents/2026-11-23-draft.yaml", INCIDENT + "draft: true\n")
    coming = INCIDENT + "  - at: 2026-11-23 13:04\n    message: Soon said.\n"
    commit_file(published, "incidents/2026-11-23-coming.yaml", coming)
    (published / "incidents/2026-11-23-draft.yaml").unlink()
    (published / "incidents/2026-11-23-coming.yaml").write_text(coming.replace("Soon", "Now"))
    assert compare(published, event="pull_request") == ""


def test_a_project_in_a_folder_of_its_repository_is_compared_there(tmp_path: Path) -> None:
    team = make_repository(tmp_path / "team")
    commit_file(team, "ops/status/sitegen.yaml", SETTINGS)
    commit_file(team, f"ops/status/{PATH}", TWO)
    (team / "ops/status" / PATH).write_text(INCIDENT)
    assert compare(team / "ops/status").startswith(PATH)
    assert (
        f"file=ops/status/{PATH},"
        in sitegen(team / "ops/status", "check", "--base", "HEAD", "--format", "github").stdout
    )


def test_a_clone_of_depth_one_fetches_what_it_compares_with(tmp_path: Path) -> None:
    remote = make_remote(tmp_path / "remote.git", {"sitegen.yaml": SETTINGS, PATH: TWO})
    author = clone(remote, tmp_path / "author")
    git(author, "switch", "--quiet", "--create", "quiet-edit")
    commit_file(author, PATH, TWO.replace("A certificate has expired.", "All is well."))
    git(author, "push", "--quiet", "origin", "quiet-edit")
    shallow = clone(remote, tmp_path / "shallow", "--depth=1", "--branch=quiet-edit")
    assert git(shallow, "rev-list", "--count", "--all") == "1"
    assert "says something else now" in compare(shallow, code=1, ref="origin/main", event="pull_request")


def test_a_base_that_cannot_be_had_is_told(published: Path, root: Path) -> None:
    assert (
        "no-such-branch is no branch, tag or commit"
        in sitegen(published, "check", "--base", "no-such-branch", code=4).stderr
    )
    assert "looks like an option" in sitegen(published, "check", "--base=--upload-pack=x", code=4).stderr
    assert "is not in a git repository" in sitegen(root, "check", "--base", "HEAD", code=4).stderr
