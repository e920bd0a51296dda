"""`status`: what is open, affected, promised and overdue, for a person and for a script."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tests.cli.running import sitegen
from tests.projects import INCIDENT, MOMENT, make_project

ID = "2026-11-23-card-payments"
UPGRADE = """\
title: Database upgrade
type: maintenance
components: {website: under_maintenance}
window: {start: 2026-11-23 14:00, end: 2026-11-23 15:00}
updates:
  - at: 2026-11-16 10:00
    message: The website may be slow.
"""
HOURS = {hours: MOMENT + timedelta(hours=hours) for hours in (-12, 0, 0.5, 1, 2, 3, 100)}


def as_json(root: Path, at: datetime = MOMENT) -> dict[str, Any]:
    status: dict[str, Any] = json.loads(sitegen(root, "status", "--json", at=at).stdout)
    return status


def test_nothing_open_is_said_with_its_moment(quiet: Path) -> None:
    assert sitegen(quiet, "status").stdout == "No incidents reported as of 23 Nov 2026, 13:00 CET\n"
    assert as_json(quiet) == {
        "moment": "2026-11-23T12:00:00Z",
        "overall": "clear",
        "entries": [],
        "components": {"checkout": "operational", "api": "operational", "website": "operational"},
        "owed": [],
        "unread": [],
    }


def test_an_open_incident_is_said_with_what_is_owed(root: Path) -> None:
    assert sitegen(root, "status").stdout == (
        "There are open incidents as of 23 Nov 2026, 13:00 CET\n"
        f"  {ID}: Card payments fail at checkout (investigating, critical)\n"
        "  Checkout: Major outage\n"
        "Owed:\n"
        f"  {ID}: the promised update by 23 Nov 2026, 13:30 CET\n"
    )
    assert as_json(root)["entries"] == [
        {
            "id": ID,
            "type": "incident",
            "title": "Card payments fail at checkout",
            "phase": "open",
            "status": "investigating",
            "impact": "critical",
            "components": {"checkout": "major_outage"},
            "started": "2026-11-23T02:09:00Z",
            "updates": 1,
            "next_update_by": "2026-11-23T12:30:00Z",
            "overdue": False,
            "late": False,
            "readable": True,
        }
    ]


def test_a_broken_promise_is_overdue(root: Path) -> None:
    assert "13:30 CET – overdue" in sitegen(root, "status", at=HOURS[1]).stdout
    later = as_json(root, HOURS[1])
    assert later["entries"][0]["overdue"] is True
    assert later["owed"] == [{"id": ID, "what": "the promised update", "due": "2026-11-23T12:30:00Z", "overdue": True}]


def test_without_a_promise_the_policy_says_what_is_owed(tmp_path: Path) -> None:
    unpromised = INCIDENT.replace("    next_update_by: 2026-11-23 13:30\n", "")
    root = make_project(tmp_path, incidents={ID: unpromised})
    (owed,) = as_json(root)["owed"]
    assert (owed["due"], owed["overdue"]) == ("2026-11-23T02:39:00Z", True)


def test_an_incident_that_is_over_owes_a_post_mortem(root: Path) -> None:
    sitegen(root, "resolve", "-m", "All card payments work. No payment was lost.")
    now, later = as_json(root), as_json(root, HOURS[100])
    assert (now["overall"], now["entries"]) == ("clear", [])
    assert [(owed["what"], owed["overdue"]) for owed in now["owed"]] == [("a post-mortem", False)]
    assert [(owed["what"], owed["overdue"]) for owed in later["owed"]] == [("a post-mortem", True)]
    (root / f"incidents/{ID}.md").write_text("---\npublished: 2026-11-24 10:00\n---\nWe are sorry.\n")
    assert as_json(root, HOURS[100])["owed"] == []


def test_a_maintenance_is_said_in_every_phase(tmp_path: Path) -> None:
    root = make_project(tmp_path, incidents={"2026-11-16-upgrade": UPGRADE})
    phases = {}
    for hours in (0, 1, 3):
        status = as_json(root, HOURS[hours])
        (entry,) = status["entries"]
        phases[hours] = (entry["phase"], entry["status"], entry["late"], status["components"]["website"])
        assert status["overall"] == "clear"
    assert phases == {
        0: ("coming", "scheduled", False, "operational"),
        1: ("open", "in_progress", False, "under_maintenance"),
        3: ("open", "in_progress", True, "under_maintenance"),
    }
    assert "Database upgrade (running longer than planned)" in sitegen(root, "status", at=HOURS[3]).stdout
    (owed,) = as_json(root, HOURS[3])["owed"]
    assert (owed["overdue"], owed["due"]) == (True, "2026-11-23T14:00:00Z")


def test_a_notice_is_said_while_it_is_current(tmp_path: Path) -> None:
    notice = INCIDENT.replace("updates:", "type: notice\nuntil: 2026-11-23 14:30\nupdates:")
    root = make_project(tmp_path, incidents={"2026-11-23-prices": notice})
    assert "Card payments fail at checkout (notice)" in sitegen(root, "status").stdout
    assert as_json(root, HOURS[2])["entries"] == []


def test_what_is_not_public_yet_is_not_said(root: Path) -> None:
    (root / f"incidents/{ID}.yaml").write_text(INCIDENT + "draft: true\n")
    assert as_json(root)["entries"] == []
    (root / f"incidents/{ID}.yaml").write_text(INCIDENT)
    assert as_json(root, HOURS[-12])["entries"] == []


def test_a_moment_may_be_asked_for(root: Path) -> None:
    told = sitegen(root, "status", "--as-of", "2026-11-23 13:36").stdout
    assert told.startswith("There are open incidents as of 23 Nov 2026, 13:36 CET\n")
    assert "overdue" in told


def test_what_cannot_be_read_is_unknown_and_never_clear(quiet: Path) -> None:
    (quiet / "incidents").mkdir()
    for name in (f"{ID}.yaml", "notes.yaml"):
        path = quiet / "incidents" / name
        path.write_text("title: [")
        told = sitegen(quiet, "status")
        assert told.stdout.startswith("The state of some services is unknown as of")
        assert f"incidents/{name}" in told.stderr
        status = as_json(quiet)
        assert status["overall"] == "unknown"
        assert set(status["components"].values()) == {"unknown"}
        assert (status["unread"] == ["incidents/notes.yaml"]) is (name == "notes.yaml")
        path.unlink()
