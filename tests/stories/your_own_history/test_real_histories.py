"""The main job on data that nobody here wrote: histories of other tools, imported, checked, built and opened."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from sitegen import load, project
from sitegen.model import Settings

if TYPE_CHECKING:
    from playwright.sync_api import Page

HISTORIES = ("packit+status", "desec-io+cstate", "dampsoft+cstate-ds4", "ddevault+status.sr.ht")
ENTRIES = 182
ALL_WELL = {"en": "No incidents reported as of", "de": "Keine gemeldeten Störungen"}
# Each with the number of its entries; of several captures of one incident one counts.
OTHERS = {
    "statuspage": {
        "statuspage/digitalocean": 206,
        "statuspage/ZSharpe+ManagerDashboard": 22,
        "statuspage/hangtwenty+lurk_incidents": 3,
        "feeds/parse-status-2014_history.rss": 17,
        "feeds/lambstatus-demo-2017_history.rss": 3,
        "feeds/redis-status-2021_history.atom": 2,
    },
    "upptime": {"upptime/compusport+uptime": 51, "upptime/manticoresoftware+upptime": 47},
}


def sitegen(*words: str | Path, exits: int = 0) -> str:
    """What the program prints; it must exit as said."""
    command = (sys.executable, "-m", "sitegen", *words)
    variables = {**os.environ, "SOURCE_DATE_EPOCH": "1795424400"}
    done = subprocess.run(command, capture_output=True, text=True, env=variables, check=False)
    assert done.returncode == exits, done.stdout + done.stderr
    return done.stdout


def bring(tool: str, source: Path, root: Path) -> Any:
    """The report of an import without a loss, of which a site was made."""
    root.mkdir()
    report = json.loads(sitegen("-C", root, "import", tool, source, "--format", "json"))
    assert {problem["severity"] for problem in report["problems"]} <= {"warning", "advice"}
    sitegen("-C", root, "check")
    sitegen("-C", root, "build")
    assert_every_entry_has_its_page(root)
    return report


def settings(root: Path) -> Settings:
    """What the importer wrote of the page."""
    found = project.read(root).project
    assert found is not None
    return found.settings


def posts(source: Path) -> int:
    """How many posts a history holds."""
    return len(list((source / "content" / "issues").glob("*.md")))


@pytest.mark.slow
@pytest.mark.browser
def test_every_real_history_imports_checks_builds_and_opens(real_data: Path, tmp_path: Path, page: "Page") -> None:
    written = 0
    for name in HISTORIES:
        source, root = real_data / "cstate" / name, tmp_path / name
        report = bring("cstate", source, root)
        assert report["incidents_written"] == posts(source)
        page.goto((root / "site" / "index.html").as_uri())
        expected = ALL_WELL[settings(root).site.default_language]
        assert page.get_by_role("heading", level=1).inner_text().startswith(expected)
        written += report["incidents_written"]
    assert written == ENTRIES


@pytest.mark.slow
@pytest.mark.parametrize(("tool", "name"), [(tool, name) for tool, names in OTHERS.items() for name in names])
def test_the_histories_of_other_tools_come_in_whole(tool: str, name: str, real_data: Path, tmp_path: Path) -> None:
    report = bring(tool, real_data / name, tmp_path / "status")
    assert report["incidents_written"] == OTHERS[tool][name]
    accounts = len(list((tmp_path / "status" / "incidents").glob("*.md")))
    assert accounts == (1 if "parse" in name else 0)


def assert_every_entry_has_its_page(root: Path) -> None:
    found = project.read(root).project
    assert found is not None
    for incident in found.incidents:
        text = (root / "site" / "incidents" / f"{incident.id}.html").read_text()
        assert text.count('<article class="update"') == len(incident.updates)
        assert all((root / "site" / alias / "index.html").is_file() for alias in incident.aliases), incident.aliases
        assert load.is_id(incident.id)


def test_the_look_alike_is_refused_with_a_reason(real_data: Path, tmp_path: Path) -> None:
    (source,) = (real_data / "clearstatus-not-cstate").iterdir()
    sitegen("-C", tmp_path, "import", "cstate", source, exits=4)
    assert list(tmp_path.iterdir()) == []
