"""The main job on data that nobody here wrote: four cState histories, imported, checked, built and opened."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sitegen import load, project

if TYPE_CHECKING:
    from playwright.sync_api import Page

HISTORIES = ("packit+status", "desec-io+cstate", "dampsoft+cstate-ds4", "ddevault+status.sr.ht")
ENTRIES = 182


def sitegen(*words: str | Path, exits: int = 0) -> str:
    """What the program prints; it must exit as said."""
    command = (sys.executable, "-m", "sitegen", *words)
    variables = {**os.environ, "SOURCE_DATE_EPOCH": "1795424400"}
    done = subprocess.run(command, capture_output=True, text=True, env=variables, check=False)
    assert done.returncode == exits, done.stdout + done.stderr
    return done.stdout


def posts(source: Path) -> int:
    """How many posts a history holds."""
    return len(list((source / "content" / "issues").glob("*.md")))


@pytest.mark.slow
@pytest.mark.browser
def test_every_real_history_imports_checks_builds_and_opens(real_data: Path, tmp_path: Path, page: "Page") -> None:
    written = 0
    for name in HISTORIES:
        source, root = real_data / "cstate" / name, tmp_path / name
        root.mkdir()
        report = json.loads(sitegen("-C", root, "import", "cstate", source, "--format", "json"))
        assert report["incidents_written"] == posts(source)
        assert {problem["severity"] for problem in report["problems"]} <= {"warning", "advice"}
        sitegen("-C", root, "check")
        sitegen("-C", root, "build")
        assert_every_entry_has_its_page(root)
        page.goto((root / "site" / "index.html").as_uri())
        assert page.get_by_role("heading", level=1).inner_text().startswith("No incidents reported as of")
        written += report["incidents_written"]
    assert written == ENTRIES


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
