"""What `init --ci` writes is what the hosts take: schemas, linters, few rights, and every secret in its place."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from sitegen import __version__
from sitegen.channel import Rejected
from sitegen.channels import CHANNELS
from sitegen.channels.credentials import collect
from sitegen.model import Channel
from tests.ci.projects import make_hosted, settings, write_project
from tests.docs.documents import Document

PROGRAMS = Path(sys.executable).parent
CHANNEL_SETTINGS = """\
channels:
  twitter: {account: examplestatus}
  twitter-pl: {kind: twitter, account: examplestatus_pl}
"""
KEPT = {"path": ".sitegen/cache\nsite\n", "key": "sitegen-${{ github.run_id }}-${{ github.run_attempt }}"}
# Enough for each kind to come as far as its secrets.
ACCOUNTS = {"email": "status@lists.example.com", "mastodon": "@status@social.example", "webhook": "https://example.com"}


@pytest.fixture(scope="module")
def github(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with the workflows for GitHub."""
    return write_project(tmp_path_factory.mktemp("github"), "github", settings())


@pytest.fixture(scope="module")
def gitlab(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with the pipeline for GitLab."""
    return write_project(tmp_path_factory.mktemp("gitlab"), "gitlab", settings())


def lint(name: str, *words: str | Path, given: str | None = None) -> str:
    """What the linter finds to complain of."""
    ended = subprocess.run((PROGRAMS / name, *words), input=given, capture_output=True, text=True, check=False)
    return ended.stdout + ended.stderr if ended.returncode else ""


def read_workflows(root: Path) -> dict[str, Any]:
    files = sorted((root / ".github/workflows").glob("*.yml"))
    assert len(files) == 4
    return {file.stem: yaml.safe_load(file.read_text("utf-8")) for file in files}


def read_pipeline(root: Path) -> list[Any]:
    """The form and the jobs of the pipeline."""
    return list(yaml.safe_load_all((root / ".gitlab-ci.yml").read_text("utf-8")))


def jobs(root: Path) -> Iterator[tuple[str, Any]]:
    for name, workflow in read_workflows(root).items():
        for key, job in workflow["jobs"].items():
            yield f"{name}/{key}", job


def steps(root: Path) -> Iterator[tuple[str, Any]]:
    for name, job in jobs(root):
        for step in job["steps"]:
            yield f"{name.partition('/')[0]}/{step['name']}", step


def test_githubs_schema_takes_the_workflows(github: Path) -> None:
    files = sorted((github / ".github/workflows").iterdir())
    assert lint("check-jsonschema", "--builtin-schema", "vendor.github-workflows", *files) == ""


def test_gitlabs_schema_takes_both_parts_of_the_pipeline(gitlab: Path, tmp_path: Path) -> None:
    for number, part in enumerate(read_pipeline(gitlab)):
        file = tmp_path / f"{number}.yml"
        file.write_text(yaml.safe_dump(part, sort_keys=False))
        assert lint("check-jsonschema", "--builtin-schema", "vendor.gitlab-ci", file) == ""


def test_every_script_for_github_is_sound_and_stops_at_the_first_failure(github: Path) -> None:
    for name, step in steps(github):
        if "run" in step:
            assert step["run"].startswith("set -euo pipefail\n"), name
            assert lint("shellcheck", "--shell=bash", "-", given=step["run"]) == "", name


def test_every_script_for_gitlab_is_sound_and_stops_at_the_first_failure(gitlab: Path) -> None:
    _, body = read_pipeline(gitlab)
    (before,) = body["default"]["before_script"]
    assert before.startswith("set -euo pipefail\n")
    for name in ("check", "file", "pages", "mirror", "live"):
        script = "\n".join((before, *body[name]["script"]))
        assert lint("shellcheck", "--shell=bash", "-", given=script) == "", name


def test_each_job_has_the_rights_that_it_needs_and_no_others(github: Path) -> None:
    assert all(workflow["permissions"] == {} for workflow in read_workflows(github).values())
    assert {name: job["permissions"] for name, job in jobs(github)} == {
        "status-check/check": {"contents": "read"},
        "status-incident/incident": {"contents": "write"},
        "status-publish/publish": {"contents": "write"},
        "status-weekly/check": {"contents": "read", "issues": "write"},
        "status-weekly/keep-alive": {"actions": "write"},
    }


def test_the_actions_that_are_used_are_pinned_to_commits_with_their_versions(github: Path) -> None:
    used = {step["uses"] for _, step in steps(github) if "uses" in step}
    assert {action.partition("@")[0] for action in used} == {
        "actions/checkout",
        "actions/cache/restore",
        "actions/cache/save",
    }
    lines = [line for file in (github / ".github/workflows").iterdir() for line in file.read_text().splitlines()]
    pinned = re.compile(r" +uses: (actions/\w+)[\w/]*@([0-9a-f]{40}) # (v\d+\.\d+\.\d+)")
    pins = [pinned.fullmatch(line) for line in lines if " uses:" in line]
    assert len({pin.groups() for pin in pins if pin}) == 2
    assert all(pins)


def test_only_what_publishes_fetches_what_was_kept_and_keeps_it(github: Path, gitlab: Path) -> None:
    """A proposal could fetch it; what it kept could be fetched by nobody else. It does neither."""
    used = [
        (name, step["uses"].partition("@")[0][14:]) for name, step in steps(github) if "cache" in str(step.get("uses"))
    ]
    fetch, keep = "Fetch what the last run kept", "Keep it for the next run"
    assert used == [
        (f"{name}/{step}", what)
        for name in ("status-incident", "status-publish")
        for step, what in ((fetch, "restore"), (keep, "save"))
    ]
    fetched, kept = ([step for name, step in steps(github) if name.endswith(end)] for end in (fetch, keep))
    assert [step["with"] for step in kept] == [KEPT] * 2
    assert [step["with"] for step in fetched] == [{**KEPT, "restore-keys": "sitegen-"}] * 2
    caches = {name: job["cache"] for name, job in read_pipeline(gitlab)[1].items() if "cache" in job}
    assert caches == {"pages": {"key": "sitegen", "paths": [".sitegen/cache", "public"]}}


def test_what_is_kept_never_holds_up_or_fails_a_publication(github: Path) -> None:
    caring = [step for _, step in steps(github) if "cache" in str(step.get("uses"))]
    assert {(step["continue-on-error"], step["timeout-minutes"]) for step in caring} == {(True, 1)}


def test_what_publishes_never_runs_twice_at_once_and_is_never_cancelled(github: Path, gitlab: Path) -> None:
    workflows = read_workflows(github)
    lanes = [workflows[name]["concurrency"] for name in ("status-publish", "status-incident")]
    assert lanes == [{"group": "status-publish", "cancel-in-progress": False, "queue": "max"}] * 2
    assert {read_pipeline(gitlab)[1][job].get("resource_group") for job in ("file", "pages", "mirror")} == {"status"}


def test_the_form_offers_the_components_and_every_field_has_a_default(github: Path, gitlab: Path) -> None:
    form = read_workflows(github)["status-incident"][True]["workflow_dispatch"]["inputs"]
    (header, _) = read_pipeline(gitlab)
    for fields in (form, header["spec"]["inputs"]):
        assert fields["component"]["options"] == ["as before", "checkout", "on"]
        assert all(isinstance(field["default"], str) for field in fields.values())
        assert all(field["default"] in field.get("options", [field["default"]]) for field in fields.values())
        assert list(fields) == ["what", "component", "condition", "status", "title", "message", "entry"]


def test_secrets_reach_the_steps_that_say_and_no_others(github: Path) -> None:
    holding = {name for name, step in steps(github) if "secrets." in json.dumps(step)}
    assert holding == {
        "status-incident/Publish",
        "status-publish/Publish",
        "status-weekly/Check what is live",
    }
    shared = [
        {**workflow, "jobs": {key: {**job, "steps": []} for key, job in workflow["jobs"].items()}}
        for workflow in read_workflows(github).values()
    ]
    assert "secrets." not in str(shared)


@pytest.mark.parametrize("kind", CHANNELS)
def test_every_secret_that_a_channel_asks_for_is_handed_to_it(kind: str, github: Path) -> None:
    with pytest.raises(Rejected, match="Credentials are missing") as asked:
        CHANNELS[kind].open_client(
            Channel(name=kind, kind=kind, account=ACCOUNTS.get(kind, "100")),
            collect(kind, {}),
            clock=lambda: datetime.now(UTC),
        )
    wanted = set(re.findall(r"SITEGEN_[A-Z_]+", asked.value.reason)) - {"SITEGEN_SECRETS_FILE"}
    handed = dict(steps(github))["status-publish/Publish"]["env"]
    assert wanted
    assert {name: handed.get(name) for name in wanted} == {name: f"${{{{ secrets.{name} }}}}" for name in wanted}


def test_the_how_to_names_every_secret(github: Path) -> None:
    handed = {name for name in dict(steps(github))["status-publish/Publish"]["env"] if name.startswith("SITEGEN_")}
    told = Document("docs/how-to/publish-from-github.md").section("Secrets")
    assert handed <= set(re.findall(r"`(SITEGEN_[A-Z_]+)`", told))


def test_an_account_with_a_name_of_its_own_has_secrets_of_its_own(tmp_path: Path) -> None:
    root = write_project(tmp_path, "github", settings(CHANNEL_SETTINGS))
    handed = dict(steps(root))["status-incident/Publish"]["env"]
    assert handed["SITEGEN_TWITTER_PL_API_KEY"] == "${{ secrets.SITEGEN_TWITTER_PL_API_KEY }}"
    assert "SITEGEN_TWITTER_API_KEY" in handed


def test_this_version_is_what_is_installed(github: Path, gitlab: Path) -> None:
    for file in (github / ".github/status-requirements.txt", gitlab / ".gitlab/status-requirements.txt"):
        assert file.read_text().splitlines()[-1] == f"sitegen-status=={__version__}"


def test_a_project_in_a_folder_is_worked_on_there(tmp_path: Path) -> None:
    root = make_hosted(tmp_path, "github", settings(), "ops/my status's page")
    folders = {job["defaults"]["run"].get("working-directory") for _, job in jobs(root)}
    assert folders == {"ops/my status's page", None}
    assert not (root / "ops/my status's page/.github").exists()
    kept = {step["with"]["path"] for _, step in steps(root) if "cache" in str(step.get("uses"))}
    assert kept == {"ops/my status's page/.sitegen/cache\nops/my status's page/site\n"}
