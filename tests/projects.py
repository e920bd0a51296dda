"""Projects in temporary folders, read and built as the command does it."""

import os
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from sitegen import project
from sitegen.build import build

MOMENT = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
URL = "https://status.example.com"
SETTINGS = f"""\
format: 1
site: {{name: Example Pay, url: {URL}, time_zone: Europe/Warsaw, languages: [en, pl]}}
components:
  - group: Payments
    components:
      - {{key: checkout, name: Checkout, description: Paying in shops and apps}}
      - {{key: api, name: {{en: Payments API, pl: API płatności}}}}
  - {{key: website, name: Website}}
"""
INCIDENT = """\
title: Card payments fail at checkout
components: {checkout: major_outage}
workaround: Pay by bank transfer.
updates:
  - at: 2026-11-23 03:09
    next_update_by: 2026-11-23 13:30
    message: Most card payments are failing. Orders paid by bank transfer work.
"""


def make_project(folder: Path, settings: str = SETTINGS, incidents: Mapping[str, str | bytes] | None = None) -> Path:
    """The folder as a project; `incidents` are files by name under `incidents/`, `.yaml` where a name has no suffix."""
    files: dict[str, str | bytes] = {"sitegen.yaml": settings}
    for name, content in (incidents or {}).items():
        files[f"incidents/{name if '.' in name else name + '.yaml'}"] = content
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def build_site(root: Path, moment: datetime = MOMENT, out: Path | None = None) -> Path:
    """The folder (default: the project's `site`) with the project's site at the moment; no bad content stops this."""
    content = project.read(root)
    assert content.project is not None, [str(problem) for problem in content.problems]
    build(content.project, out or root / "site", moment)
    return out or root / "site"


def run_sitegen(*words: str | Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own; ten times slower than `build_site`."""
    command = (sys.executable, "-m", "sitegen", *words)
    return subprocess.run(
        command, env={**os.environ, **variables}, capture_output=True, text=True, timeout=30, check=False
    )
