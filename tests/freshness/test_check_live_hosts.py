"""`check --live URL…`, the whole command: what it prints where, and how it ends."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.running import sitegen
from tests.freshness.hosts import WebHost, host_folder
from tests.projects import INCIDENT, MOMENT, SETTINGS, build_site, make_project

ID = "2026-11-23-card-payments"
NOBODY = "http://127.0.0.1:1"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project with an open incident, and a channel that nobody asks."""
    channels = "channels:\n  hook: {kind: webhook, to: 'https://hooks.example.com/status'}\n"
    return make_project(tmp_path / "project", SETTINGS + channels, {ID: INCIDENT})


@pytest.fixture
def host(folder: Path, tmp_path: Path) -> Iterator[WebHost]:
    """A host that serves it."""
    with host_folder(build_site(folder, MOMENT, tmp_path / "site")) as running:
        yield running


def test_a_fresh_host_is_one_line_with_the_time_of_its_build(folder: Path, host: WebHost) -> None:
    told = sitegen(folder, "check", "--live", f"{host.url}/")
    assert told.stdout == f"{host.url} is what the files say, built 2026-11-23 12:00 UTC\n"
    assert told.stderr.startswith("Hosts: 1. Files compared: ")
    assert told.stderr.endswith(" Differences: 0.\n")


def test_differences_are_lines_of_their_own_and_need_a_person(folder: Path, host: WebHost) -> None:
    (host.folder / "updates.atom").unlink()
    told = sitegen(folder, "check", "--live", host.url, NOBODY, code=1)
    lines = told.stdout.splitlines()
    assert lines[0].startswith(f"{host.url}: missing: updates.atom: Nothing is there (404). Publish anew")
    assert lines[1].startswith(f"{NOBODY}: unseen: It can't be reached: ")
    assert len(lines) == 2


def test_programs_get_json_and_annotations(folder: Path, host: WebHost) -> None:
    assert json.loads(sitegen(folder, "check", "--live", host.url, "--format", "json").stdout) == []
    (host.folder / "updates.atom").unlink()
    told = sitegen(folder, "check", "--live", host.url, "--format", "json", code=1)
    [finding] = json.loads(told.stdout)
    assert finding == {
        "host": host.url,
        "rule": "missing",
        "files": ["updates.atom"],
        "what": "Nothing is there (404).",
        "hint": finding["hint"],
        "lacks": [],
        "severity": "error",
    }
    annotations = sitegen(folder, "check", "--live", host.url, "--format", "github", code=1).stdout
    assert annotations.startswith(f"::error::{host.url}: missing: updates.atom: ")


def test_where_no_host_is_reached_nothing_was_done(folder: Path) -> None:
    told = sitegen(folder, "check", "--live", NOBODY, code=4)
    assert "Nothing could be looked at." in told.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("check", "https://status.example.com"),
        ("check", "--live", "status.example.com"),
        ("check", "--live", "ftp://status.example.com"),
        ("check", "--live", "https://"),
        ("check", "--live", "https://[::1"),
        ("check", "--live", "https://me:hunter2@status.example.com"),
        ("check", "--live", "https://status.example.com", "--base", "HEAD"),
        ("check", "--live", "https://status.example.com", "--schema"),
    ],
)
def test_what_makes_no_sense_is_wrong_usage(words: tuple[str, ...], folder: Path) -> None:
    told = sitegen(folder, *words, code=2)
    assert told.stdout == ""
    assert "hunter2" not in told.stderr
