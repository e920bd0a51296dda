"""`init`: a project that builds at once, whatever it is called and wherever it is made."""

import json
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import jsonschema
import pytest

from tests.cli.running import environment, sitegen
from tests.projects import MOMENT
from tests.repositories import git, make_repository

FILES = [".gitignore", ".sitegen/incident.schema.json", "incidents/2026-11-23-example.yaml", "sitegen.yaml"]


WORKFLOWS = [
    ".github/status-requirements.txt",
    ".github/workflows/status-check.yml",
    ".github/workflows/status-incident.yml",
    ".github/workflows/status-publish.yml",
    ".github/workflows/status-weekly.yml",
]
TARGET = "publish:\n  pages: {kind: branch, branch: gh-pages}\n"


def contents(root: Path) -> dict[str, bytes]:
    return {name: (root / name).read_bytes() for name in files(root)}


def files(root: Path) -> list[str]:
    found = (path.relative_to(root) for path in root.rglob("*") if path.is_file())
    return sorted(str(path) for path in found if path.parts[0] not in (".git", "site"))


def test_a_new_project_is_whole_and_builds_at_once(tmp_path: Path) -> None:
    told = sitegen(tmp_path, "init", "status", "--name", "Example Pay", "--url", "https://status.example.com")
    root = tmp_path / "status"
    assert sorted(told.stdout.splitlines()) == FILES == files(root)
    checked = sitegen(root, "check")
    assert (checked.stdout, checked.stderr) == ("", "Entries read: 1. Errors: 0.\n")
    sitegen(root, "build")
    assert "Example Pay" in (root / "site/index.html").read_text()
    assert (root / "site/incidents/2026-11-23-example.html").exists()
    assert "No incidents reported" in sitegen(root, "status").stdout


def test_the_same_moment_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        sitegen(tmp_path, "init", name, "--name", "Status")
    assert all((tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes() for name in FILES)


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 3, 29, 2, 40, tzinfo=UTC),  # two hours ago it was 01:40; forty minutes later 02:20 never was
        datetime(2026, 10, 25, 2, 30, tzinfo=UTC),  # two hours ago it was 02:30, for the first time
        datetime(2026, 11, 23, 23, 30, tzinfo=UTC),  # half past midnight in Warsaw: the example is yesterday's
    ],
)
def test_the_example_can_be_read_whenever_it_was_made(moment: datetime, tmp_path: Path) -> None:
    sitegen(tmp_path, "init", "status", "--zone", "Europe/Warsaw", at=moment)
    assert "Errors: 0." in sitegen(tmp_path / "status", "check", at=moment).stderr


@pytest.mark.parametrize(
    "name",
    [
        'Anna\'s "Pay": a # b',
        "🎉 Płatności",
        "- dash",
        "true",
        "2026-11-23",
        "{x}",
        "[x]",
        "*x &y !z",
        "a\\b",
        "%s {} {0}",
    ],
)
def test_a_name_may_have_any_characters(name: str, tmp_path: Path) -> None:
    sitegen(tmp_path, "init", "status", "--name", name)
    sitegen(tmp_path / "status", "check")
    sitegen(tmp_path / "status", "build")
    now = sitegen(tmp_path / "status", "status", "--json")
    assert json.loads(now.stdout)["overall"] == "clear"


def test_without_a_name_it_is_the_folders(tmp_path: Path) -> None:
    sitegen(tmp_path, "init", "example-pay")
    assert "  name: Example Pay\n" in (tmp_path / "example-pay/sitegen.yaml").read_text()


@pytest.mark.parametrize(
    ("flag", "value", "reason"),
    [
        ("--zone", "Europe/Warszawa", "Europe/Warsaw"),
        ("--zone", "UTC # local", "UTC # local"),
        ("--zone", "UTC\n  languages: [pl]", "zone"),
        ("--zone", "../../etc/localtime", "zone"),
        ("--url", "status.example.com", "status.example.com"),
        ("--url", "ftp://example.com", "ftp"),
        ("--url", "https://example.com # home", "example.com"),
        ("--name", "a\x07b", "U+0007"),
    ],
)
def test_a_flag_that_makes_no_settings_is_wrong_usage(flag: str, value: str, reason: str, tmp_path: Path) -> None:
    told = sitegen(tmp_path, "init", "status", flag, value, code=2)
    assert reason in told.stderr
    assert not (tmp_path / "status").exists()


def test_a_project_is_never_made_twice(root: Path) -> None:
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    assert "exists already; nothing was written" in sitegen(root, "init", code=4).stderr
    assert "exists already; nothing was written" in sitegen(root.parent, "init", root.name, code=4).stderr
    assert {path: path.read_bytes() for path in root.rglob("*") if path.is_file()} == before


def test_a_file_in_the_place_of_the_folder_is_wrong_usage(tmp_path: Path) -> None:
    (tmp_path / "status").write_text("mine")
    assert "is a file" in sitegen(tmp_path, "init", "status", code=2).stderr


def test_what_is_there_stays_and_git_ignores_what_can_be_made_again(tmp_path: Path) -> None:
    root = make_repository(tmp_path / "team")
    (root / ".gitignore").write_bytes(b"*.pyc\n/site/\n# caf\xe9")
    (root / "README").write_text("ours")
    sitegen(root, "init")
    assert (root / "README").read_text() == "ours"
    assert (root / ".gitignore").read_bytes() == (
        b"*.pyc\n/site/\n# caf\xe9\n/.sitegen/*\n!/.sitegen/incident.schema.json\n"
    )
    sitegen(root, "build")
    git(root, "add", "--all")
    assert git(root, "ls-files").splitlines() == [*FILES[:2], "README", *FILES[2:]]


def test_a_project_in_a_folder_of_a_repository_ignores_its_own_site(tmp_path: Path) -> None:
    root = make_repository(tmp_path / "team")
    sitegen(root, "-C", "ops", "init", "status")
    sitegen(root / "ops/status", "build")
    git(root, "add", "--all")
    assert sorted(git(root, "ls-files").splitlines()) == [f"ops/status/{name}" for name in FILES]


def test_the_next_steps_work_as_they_are_printed(tmp_path: Path) -> None:
    bin_folder = tmp_path / "bin"
    bin_folder.mkdir()
    (bin_folder / "sitegen").write_text(f'#!/bin/sh\n[ "$1" = serve ] || exec {sys.executable} -m sitegen "$@"\n')
    (bin_folder / "sitegen").chmod(0o755)
    for name, words in (
        ("my status's page", ("init", "my status's page")),
        ("sub/status", ("-C", "sub", "init", "status")),
    ):
        steps = re.findall(r"^  (.+)$", sitegen(tmp_path, *words).stderr, re.MULTILINE)
        assert steps[1:] == ["sitegen build", "sitegen serve"]
        subprocess.run(
            ("sh", "-ec", "\n".join(steps)),
            cwd=tmp_path,
            env=environment(MOMENT, {"PATH": f"{bin_folder}:/usr/bin:/bin"}),
            capture_output=True,
            check=True,
        )
        assert (tmp_path / name / "site/index.html").exists()


def test_the_editors_schema_is_beside_the_file_that_points_at_it(tmp_path: Path) -> None:
    sitegen(tmp_path, "init", "status")
    example = tmp_path / "status/incidents/2026-11-23-example.yaml"
    named = re.match(r"# yaml-language-server: \$schema=(\S+)\n", example.read_text())
    assert named is not None
    schema = json.loads((example.parent / named[1]).read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    assert not list(
        jsonschema.Draft202012Validator(schema["properties"]["components"]).iter_errors({"api": "operational"})
    )
    assert list(jsonschema.Draft202012Validator(schema["properties"]["components"]).iter_errors({"apy": "operational"}))


def test_a_new_project_with_workflows_is_whole_and_builds_at_once(tmp_path: Path) -> None:
    told = sitegen(tmp_path, "init", "status", "--url", "https://status.example.com", "--ci", "github")
    root = tmp_path / "status"
    assert sorted(told.stdout.splitlines()) == sorted([*FILES, *WORKFLOWS]) == files(root)
    assert (root / "sitegen.yaml").read_text().endswith(TARGET)
    assert sitegen(root, "check").stderr == "Entries read: 1. Errors: 0.\n"
    sitegen(root, "build")


def test_an_old_project_gets_workflows_and_keeps_what_it_has(root: Path) -> None:
    before = contents(root)
    mine = root / ".github/workflows/status-check.yml"
    mine.parent.mkdir(parents=True)
    mine.write_text("mine")
    told = sitegen(root, "init", "--ci", "github")
    assert f"{WORKFLOWS[1]} was there already and stays as it is." in told.stderr
    assert mine.read_text() == "mine"
    after = contents(root)
    assert after.pop("sitegen.yaml") == before.pop("sitegen.yaml") + TARGET.encode()
    assert after == {**before, **{name: after[name] for name in WORKFLOWS}}
    again = sitegen(root, "init", "--ci", "github")
    assert (again.stdout, contents(root)["sitegen.yaml"].count(b"publish:")) == ("", 1)


def test_a_project_that_publishes_already_keeps_its_targets(root: Path) -> None:
    settings = root / "sitegen.yaml"
    settings.write_text(settings.read_text() + "publish: {copy: {kind: folder, folder: ../out}}\n")
    before = settings.read_bytes()
    sitegen(root, "init", "--ci", "github")
    assert settings.read_bytes() == before


def test_a_pipeline_for_gitlab_needs_no_target(root: Path) -> None:
    before = (root / "sitegen.yaml").read_bytes()
    told = sitegen(root, "init", "--ci", "gitlab")
    assert told.stdout.splitlines() == [".gitlab-ci.yml", ".gitlab/status-requirements.txt"]
    assert (root / "sitegen.yaml").read_bytes() == before


def test_flags_of_a_new_project_are_refused_for_an_old_one(root: Path) -> None:
    before = contents(root)
    told = sitegen(root, "init", "--ci", "github", "--url", "https://status.example.com", code=2)
    assert "are for a new project" in told.stderr
    assert contents(root) == before


def test_settings_that_cannot_be_read_get_no_workflows(tmp_path: Path) -> None:
    (tmp_path / "status").mkdir()
    (tmp_path / "status/sitegen.yaml").write_text("site: [x")
    assert "sitegen.yaml" in sitegen(tmp_path, "init", "status", "--ci", "github", code=4).stderr
    assert files(tmp_path / "status") == ["sitegen.yaml"]


def test_workflows_lie_at_the_top_of_the_repository(tmp_path: Path) -> None:
    root = make_repository(tmp_path / "team")
    told = sitegen(root, "init", "ops/status", "--ci", "github")
    assert "../../.github/status-requirements.txt" in told.stdout.splitlines()
    assert [name for name in files(root) if name.startswith(".github")] == WORKFLOWS
    assert 'working-directory: "ops/status"' in (root / WORKFLOWS[3]).read_text()


@pytest.mark.parametrize(
    ("origin", "web", "page"),
    [
        ("git@github.com:Example/Status.git", "https://github.com/Example/Status", "https://example.github.io/Status"),
        (
            "https://x:y@github.com/example/status",
            "https://github.com/example/status",
            "https://example.github.io/status",
        ),
        ("ssh://git@github.com:22/a/a.github.io.git", "https://github.com/a/a.github.io", "https://a.github.io"),
        ("../remote.git", "https://github.com/OWNER/NAME", "https://OWNER.github.io/NAME"),
    ],
)
def test_the_next_steps_name_the_addresses_of_this_repository(origin: str, web: str, page: str, tmp_path: Path) -> None:
    root = make_repository(tmp_path / "team")
    git(root, "remote", "add", "origin", origin)
    told = sitegen(root, "init", "--ci", "github").stderr
    assert f"{web}/settings/pages" in told
    assert f"`url` of the `site`: {page}\n" in told
    assert f"The page is at {page}, the form for a phone at {web}/actions/workflows/status-incident.yml" in told
    assert "x:y" not in told


def test_the_branch_that_is_published_is_the_remotes_default(tmp_path: Path) -> None:
    root = make_repository(tmp_path / "team")
    git(root, "symbolic-ref", "HEAD", "refs/heads/proposal")
    git(root, "symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/trunk/1")
    sitegen(root, "init", "--ci", "github")
    assert 'branches: ["trunk/1"]' in (root / WORKFLOWS[3]).read_text()


def test_the_steps_for_gitlab_begin_with_the_right_to_push(tmp_path: Path) -> None:
    root = make_repository(tmp_path / "team")
    git(root, "remote", "add", "origin", "git@git.example.com:group/sub/status.git")
    told = sitegen(root, "init", "--ci", "gitlab").stderr
    assert "1. At https://git.example.com/group/sub/status/-/settings/ci_cd, " in told
    assert "allow Git push requests" in told
