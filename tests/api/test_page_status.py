"""What the API says of the whole page follows from its components alone."""

from pathlib import Path
from typing import Any

import pytest

from tests.api.exports import FILES, SETTINGS, export
from tests.docs.documents import Document

NONE = {"indicator": "none", "description": "All Systems Operational"}
MAINTENANCE = {"indicator": "maintenance", "description": "Service Under Maintenance"}
DEGRADED = {"indicator": "minor", "description": "Partially Degraded Service"}
PARTIAL = {"indicator": "minor", "description": "Minor Service Outage"}
MAJOR = {"indicator": "major", "description": "Partial System Outage"}
EVERYTHING = {"indicator": "critical", "description": "Major Service Outage"}
SINGLE = (NONE, MAINTENANCE, DEGRADED, PARTIAL, MAJOR)
API = Document("docs/reference/api.md")
# The conditions of checkout, api, reports-api and website, and what the page says.
TABLE = (
    ("operational operational operational operational", NONE),
    ("under_maintenance operational operational operational", MAINTENANCE),
    ("under_maintenance under_maintenance under_maintenance under_maintenance", MAINTENANCE),
    ("degraded_performance operational operational operational", DEGRADED),
    ("degraded_performance degraded_performance degraded_performance degraded_performance", DEGRADED),
    ("under_maintenance operational operational degraded_performance", DEGRADED),
    ("partial_outage operational operational operational", PARTIAL),
    ("partial_outage partial_outage partial_outage partial_outage", PARTIAL),
    ("partial_outage degraded_performance under_maintenance operational", PARTIAL),
    ("operational operational operational major_outage", MAJOR),
    ("major_outage partial_outage degraded_performance under_maintenance", MAJOR),
    ("major_outage major_outage major_outage operational", MAJOR),
    ("major_outage major_outage major_outage major_outage", EVERYTHING),
)
KEYS = ("checkout", "api", "reports-api", "website")


def tell(folder: Path, conditions: str, more: str = "") -> Any:
    """The summary of a page whose components are in these conditions because of one incident."""
    written = ", ".join(f"{key}: {word}" for key, word in zip(KEYS, conditions.split(), strict=True))
    incident = (
        f"title: All at once\ncomponents: {{{written}}}\n{more}updates: [{{at: 2026-11-23 03:09, message: Some.}}]"
    )
    return export(folder, {"2026-11-23-all": incident})["summary"]


@pytest.mark.parametrize(("conditions", "said"), TABLE)
def test_the_worst_component_decides(conditions: str, said: dict[str, str], tmp_path: Path) -> None:
    summary = tell(tmp_path, conditions)
    assert summary["status"] == said
    leaves = [one["status"] for one in summary["components"] if not one["group"]]
    assert leaves == conditions.split()


def test_the_documents_have_the_same_table() -> None:
    said = [(row[1].strip("`"), row[2]) for row in API.table("Status")]
    assert said == [(one["indicator"], one["description"]) for one in reversed((*SINGLE, EVERYTHING))]
    assert {name.removeprefix("api/v2/").removesuffix(".json") for name in API.first_column("Paths")} == set(FILES)


@pytest.mark.parametrize(
    ("conditions", "payments"),
    [
        ("operational operational major_outage operational", "operational"),
        ("operational under_maintenance operational operational", "under_maintenance"),
        ("degraded_performance under_maintenance operational operational", "degraded_performance"),
        ("degraded_performance partial_outage operational operational", "partial_outage"),
        ("major_outage partial_outage operational operational", "major_outage"),
    ],
)
def test_a_group_shows_its_worst_component_and_counts_for_nothing(
    conditions: str, payments: str, tmp_path: Path
) -> None:
    groups = {one["name"]: one["status"] for one in tell(tmp_path, conditions)["components"] if one["group"]}
    assert groups["Payments"] == payments


@pytest.mark.parametrize("impact", ["none", "minor", "major", "critical"])
def test_the_impact_of_an_open_incident_plays_no_part(impact: str, tmp_path: Path) -> None:
    summary = tell(tmp_path, TABLE[0][0], f"impact: {impact}\n")
    assert [one["impact"] for one in summary["incidents"]] == [impact]
    assert summary["status"] == NONE


def test_a_running_maintenance_that_touches_nothing_plays_no_part(tmp_path: Path) -> None:
    window = "window: {start: 2026-11-23 12:00, end: 2026-11-23 16:00}"
    update = "{at: 2026-11-23 12:00, status: in_progress, message: Now.}"
    text = f"type: maintenance\ntitle: New switches\n{window}\nupdates: [{update}]"
    summary = export(tmp_path, {"2026-11-23-network": text})["summary"]
    assert [one["status"] for one in summary["scheduled_maintenances"]] == ["in_progress"]
    assert summary["status"] == NONE


def test_what_is_unknown_counts_as_degraded(tmp_path: Path) -> None:
    """Only the component of the entry that can't be read is in doubt."""
    update = "{at: 2026-11-23 03:09, status: investigatin, message: Slow.}"
    text = f"title: Something with the website\ncomponents: {{website: operational}}\nupdates: [{update}]"
    summary = export(tmp_path, {"2026-11-23-doubt": text})["summary"]
    doubted = {one["name"] for one in summary["components"] if one["status"] != "operational"}
    assert doubted == {"Website"}
    assert summary["status"] == DEGRADED


def test_a_file_that_cannot_be_read_makes_everything_degraded(tmp_path: Path) -> None:
    summary = export(tmp_path, {"2026-11-23-broken": b"\xff\xfe not a text"})["summary"]
    assert {one["status"] for one in summary["components"]} == {"degraded_performance"}
    assert summary["status"] == DEGRADED


def test_positions_are_counted_among_neighbours(tmp_path: Path) -> None:
    told = tell(tmp_path, TABLE[0][0])["components"]
    assert [(one["name"], one["position"]) for one in told] == [
        *(("Payments", 1), ("Checkout", 1), ("API", 2), ("Reports", 2), ("API", 1), ("Website", 3))
    ]


def test_a_page_of_one_component_can_be_down_as_a_whole(tmp_path: Path) -> None:
    settings = SETTINGS[: SETTINGS.index("components:")] + "components: [{key: website, name: Website}]\n"
    update = "{at: 2026-11-23 03:09, message: It is away.}"
    text = f"title: The website is away\ncomponents: {{website: major_outage}}\nupdates: [{update}]"
    assert export(tmp_path, {"2026-11-23-away": text}, settings)["status"]["status"] == EVERYTHING
