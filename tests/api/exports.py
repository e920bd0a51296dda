"""Projects for the tests of the API, and the API of a project as consumers get it."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.projects import build_site, make_project

Api = Mapping[str, Any]
FILES = {
    "summary": "summary",
    "status": "status",
    "components": "components",
    "incidents": "incidents",
    "incidents/unresolved": "incidents",
    "scheduled-maintenances": "scheduled-maintenances",
    "scheduled-maintenances/upcoming": "scheduled-maintenances",
    "scheduled-maintenances/active": "scheduled-maintenances",
}
MOMENT = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SETTINGS = """\
site:
  name: {en: Example Pay, pl: Przykład}
  url: https://status.example.com
  time_zone: Europe/Warsaw
  languages: [en, pl]
components:
  - group: Payments
    components:
      - {key: checkout, name: Checkout, description: Paying in shops, since: 2026-03-01}
      - {key: api, name: {en: API, pl: Interfejs}}
  - group: Reports
    components:
      - {key: reports-api, name: API}
  - {key: website, name: Website}
"""
INCIDENTS: Mapping[str, str] = {
    "2026-11-23-checkout": """\
title: Card payments fail at checkout
components: {checkout: major_outage}
started: 2026-11-23 03:02
updates:
  - {at: 2026-11-23 03:09, message: Most **card payments** fail.}
  - {at: 03:31, status: identified, components: {api: degraded_performance}, message: A certificate expired.}
  - {at: 04:02, status: monitoring, components: {checkout: partial_outage}, message: Half of them work again.}
  - {at: 13:30, message: This is said half an hour after the build.}
""",
    "2026-11-23-network": """\
type: maintenance
title: New switches for the website
components: {website: under_maintenance}
window: {start: 2026-11-23 12:00, end: 2026-11-23 16:00}
updates:
  - {at: 2026-11-20 09:00, status: scheduled, message: The website may be away for minutes.}
""",
    "2026-11-30-database": """\
type: maintenance
title: A new database for reports
components: {reports-api: under_maintenance}
window: {start: 2026-11-30 01:00, end: 2026-11-30 03:00}
updates:
  - {at: 2026-11-21 09:00, status: scheduled, message: Reports wait for two hours.}
""",
    "2026-11-20-slow": """\
title: The API answers slowly
components: {api: degraded_performance}
updates:
  - {at: 2026-11-20 08:00, message: Answers take four seconds.}
  - {at: 2026-11-20 09:00, status: resolved, message: Answers are fast again.}
""",
    "2026-11-20-slow.md": "---\npublished: 2026-11-22 10:00\n---\n## Why\n\nA queue was **full**.\n",
    "2026-11-18-moved": """\
type: maintenance
title: Moving to another rack
components: {checkout: under_maintenance}
window: {start: 2026-11-19 01:00, end: 2026-11-19 03:00}
updates:
  - {at: 2026-11-18 09:00, status: scheduled, message: We move to another rack.}
  - {at: 2026-11-18 17:00, status: cancelled, message: We stay where we are.}
""",
    "2026-11-17-office": """\
type: notice
title: The office is closed on Monday
updates: [{at: 2026-11-17 09:00, message: Nobody answers the telephone.}]
""",
    "2026-11-16-draft": """\
title: Nobody has to know about this yet
draft: true
components: {website: major_outage}
updates: [{at: 2026-11-16 09:00, message: A draft.}]
""",
}


def export(
    folder: Path,
    incidents: Mapping[str, str | bytes] = INCIDENTS,
    settings: str = SETTINGS,
    moment: datetime = MOMENT,
) -> Api:
    """The API of the project with these files, built in the folder at the moment: each body by its name."""
    return read_api(build_site(make_project(folder, settings, incidents), moment))


def read_api(site: Path) -> Api:
    """The bodies of a built site by their names."""
    return {name: json.loads((site / f"api/v2/{name}.json").read_bytes()) for name in FILES}


def entry(api: Api, title: str) -> Any:
    """The incident or maintenance of this name."""
    told = (*api["incidents"]["incidents"], *api["scheduled-maintenances"]["scheduled_maintenances"])
    return next(one for one in told if one["name"] == title)
