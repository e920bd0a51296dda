"""`import`: the report, what is refused, and a project that builds at once."""

import json
from pathlib import Path

import pytest

from tests.cli.running import sitegen
from tests.projects import SETTINGS

CONFIG = "title: Harbour\ntheme: cstate\nparams:\n  systems:\n    - {name: Web Shop}\n    - {name: API}\n"
GOOD = """\
---
title: The shop was slow
date: 2026-10-02T08:00:00+02:00
resolved: true
resolvedWhen: 2026-10-02T09:30:00+02:00
severity: disrupted
affected: [Web Shop]
section: issue
---
Orders took a minute.
"""
ODD = GOOD.replace("2026-10-02T08:00:00+02:00", "2026-10-03 08:00").replace("[Web Shop]", "[Web Shop, Fax]")
LOST = GOOD.replace("date: 2026-10-02T08:00:00+02:00", "date: some day")
RELATIVE = """\
---
title: The shop was slow
date: 2026-10-02 08:00:00
status: "resolved"
max_severity: down
current_severity: ok
resolved_on: 2026-10-02 09:30:00
---
"""


@pytest.fixture
def old(tmp_path: Path) -> Path:
    return write(tmp_path / "old", {"2026-10-02-slow.md": GOOD})


def write(folder: Path, posts: dict[str, str], config: str = CONFIG) -> Path:
    issues = folder / "content/issues"
    issues.mkdir(parents=True)
    (folder / "config.yml").write_text(config)
    for name, text in posts.items():
        (issues / name).write_text(text)
    return folder


def files(root: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_an_imported_history_is_a_project_that_builds_at_once(old: Path, tmp_path: Path) -> None:
    before = files(old)
    told = sitegen(tmp_path, "-C", "status", "import", "cstate", "old")
    assert "1 entries written to status/incidents" in told.stdout
    assert files(old) == before
    root = tmp_path / "status"
    assert sitegen(root, "check").stderr == "Entries read: 1. Errors: 0.\n"
    sitegen(root, "build")
    assert (root / "site/incidents/2026-10-02-slow.html").exists()


def test_the_report_counts_every_file_and_places_every_oddity(tmp_path: Path) -> None:
    old = write(tmp_path / "old", {"good.md": GOOD, "odd.md": ODD, "_index.md": "---\ntitle: Issues\n---\n"})
    report = json.loads(sitegen(tmp_path, "-C", "status", "import", "cstate", old, "--format", "json").stdout)
    written = len([*(tmp_path / "status/incidents").iterdir()])
    assert report["incidents_written"] == written == len(report["origins"]) == 2
    assert report["files_read"] == 1 + written + len(report["skipped"])
    assert report["unread"] == []
    undeclared = next(problem for problem in report["problems"] if "Fax" in problem["what"])
    assert undeclared["path"] == "content/issues/odd.md"
    assert undeclared["line"] == 7
    assert undeclared.keys() == {"path", "line", "column", "severity", "rule", "what", "hint"}
    text = sitegen(tmp_path, "-C", "again", "import", "cstate", old).stdout
    assert f"content/issues/odd.md:7:{undeclared['column']}: " in text
    assert "4 files read, 2 entries written to again/incidents" in text


def test_what_was_lost_needs_a_person(tmp_path: Path) -> None:
    old = write(tmp_path / "old", {"good.md": GOOD})
    (old / "content/issues/link.md").symlink_to(old / "content/issues/good.md")
    told = sitegen(tmp_path, "-C", "status", "import", "cstate", old, code=1)
    assert "content/issues/link.md: Not read: " in told.stdout
    assert "1 losses" in told.stdout
    assert (tmp_path / "status/sitegen.yaml").exists()


def test_a_relative_of_the_tool_is_refused_with_a_reason(tmp_path: Path) -> None:
    write(tmp_path / "old", {"2026-10-02-slow.md": RELATIVE})
    (tmp_path / "status").mkdir()
    told = sitegen(tmp_path, "-C", "status", "import", "cstate", "old", code=4)
    assert "`max_severity`" in told.stderr
    assert "`resolvedWhen`" in told.stderr
    assert told.stdout == ""
    assert [*(tmp_path / "status").iterdir()] == []


@pytest.mark.parametrize("config", ["title: Blog\n", "[", "- x\n", ""])
def test_what_is_no_history_is_refused(config: str, tmp_path: Path) -> None:
    write(tmp_path / "old", {"post.md": "---\ntitle: Hello\n---\n"}, config)
    sitegen(tmp_path, "-C", "status", "import", "cstate", "old", code=4)
    assert not (tmp_path / "status").exists()


def test_a_folder_without_settings_is_refused(tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    assert "no `config.yml` here" in sitegen(tmp_path, "import", "cstate", "old", code=4).stderr
    assert "does not exist" in sitegen(tmp_path, "import", "cstate", "older", code=2).stderr


@pytest.mark.parametrize("used", ["sitegen.yaml", "incidents/2026-11-23-mine.yaml", "incidents/notes.txt"])
def test_a_folder_that_is_in_use_is_refused(used: str, old: Path, tmp_path: Path) -> None:
    path = tmp_path / "status" / used
    path.parent.mkdir(parents=True)
    path.write_text(SETTINGS)
    before = files(tmp_path)
    told = sitegen(tmp_path, "-C", "status", "import", "cstate", "old", code=4)
    assert f"status/{used} exists already" in told.stderr
    assert files(tmp_path) == before


def test_a_repository_without_a_project_may_be_imported_into(old: Path, tmp_path: Path) -> None:
    (tmp_path / "status/incidents").mkdir(parents=True)
    (tmp_path / "status/README.md").write_text("ours")
    sitegen(tmp_path, "-C", "status", "import", "cstate", "old")
    assert (tmp_path / "status/README.md").read_text() == "ours"


STATUSPAGE = {
    "page": {"id": "p4ge00000001", "name": "Harbour", "url": "https://status.ferries.example", "time_zone": "UTC"},
    "incidents": [
        {
            "id": "c0de00000001",
            "name": "Nobody can buy tickets",
            "status": "postmortem",
            "impact": "none",
            "postmortem_body": "A fuse blew.",
            "postmortem_published_at": "2026-10-03T09:00:00Z",
            "incident_updates": [
                {
                    "id": "s0ld00000001",
                    "status": "resolved",
                    "body": "Sold again.",
                    "display_at": "2026-10-02T08:00:00Z",
                }
            ],
        }
    ],
}


def test_a_post_mortem_is_written_beside_its_incident(tmp_path: Path) -> None:
    saved = tmp_path / "saved.json"
    saved.write_text(json.dumps(STATUSPAGE))
    told = sitegen(tmp_path, "-C", "status", "import", "statuspage", "saved.json")
    assert "1 of them have a post-mortem." in told.stdout
    root = tmp_path / "status"
    assert "Errors: 0." in sitegen(root, "check").stderr
    sitegen(root, "build")
    page = root / "site/incidents/2026-10-02-nobody-can-buy-tickets.html"
    assert "A fuse blew." in page.read_text()
    report = json.loads(sitegen(tmp_path, "-C", "two", "import", "statuspage", saved, "--format", "json").stdout)
    assert (report["incidents_written"], report["postmortems_written"]) == (1, 1)
