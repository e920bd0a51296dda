"""Which incidents and maintenance the API lists where, and what it says of them."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.api.exports import INCIDENTS, MOMENT, SETTINGS, Api, entry, export, read_api
from tests.projects import build_site, make_project

CHECKOUT, SLOW, NETWORK = "Card payments fail at checkout", "The API answers slowly", "New switches for the website"
DATABASE, MOVED = "A new database for reports", "Moving to another rack"


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Api:
    """The export of the project."""
    return export(tmp_path_factory.mktemp("api"))


def names(told: Any) -> list[str]:
    """The names of what a body lists."""
    return [one["name"] for one in (*told.get("incidents", ()), *told.get("scheduled_maintenances", ()))]


def test_each_file_lists_what_belongs_there_and_nothing_hidden(api: Api) -> None:
    assert names(api["incidents"]) == [CHECKOUT, SLOW]
    assert names(api["incidents/unresolved"]) == [CHECKOUT]
    assert names(api["scheduled-maintenances"]) == [DATABASE, NETWORK, MOVED]
    assert names(api["scheduled-maintenances/upcoming"]) == [DATABASE]
    assert names(api["scheduled-maintenances/active"]) == [NETWORK]
    assert names(api["summary"]) == [CHECKOUT, DATABASE, NETWORK]


def test_lists_end_after_the_fifty_newest_and_open_entries_are_all_there(tmp_path: Path) -> None:
    update = "updates: [{at: 2026-11-01 03:09, message: Slow.}]"
    many = {f"2026-11-01-n{number:02}": f"title: Number {number:02}\n{update}" for number in range(60)}
    window = "type: maintenance\nwindow: {start: 2026-12-01 01:00, end: 2026-12-01 02:00}"
    planned = {f"2026-11-02-m{number:02}": f"title: Work {number:02}\n{window}\n{update}" for number in range(60)}
    api = export(tmp_path, {**many, **planned})
    assert names(api["incidents"]) == [f"Number {number:02}" for number in range(59, 9, -1)]
    assert names(api["scheduled-maintenances"]) == [f"Work {number:02}" for number in range(59, 9, -1)]
    assert len(names(api["incidents/unresolved"])) == 60
    assert len(names(api["scheduled-maintenances/upcoming"])) == 60


def test_an_open_incident_tells_its_course(api: Api) -> None:
    told = entry(api, CHECKOUT)
    assert (told["status"], told["impact"]) == ("monitoring", "critical")
    assert told["started_at"] == "2026-11-23T03:02:00.000+01:00"
    assert told["created_at"] == "2026-11-23T03:09:00.000+01:00"
    assert told["monitoring_at"] == told["updated_at"] == "2026-11-23T04:02:00.000+01:00"
    assert told["resolved_at"] is None
    assert told["shortlink"] == "https://status.example.com/incidents/2026-11-23-checkout.html"
    said = [(update["status"], update["body"]) for update in told["incident_updates"]]
    assert said == [
        ("monitoring", "Half of them work again."),
        ("identified", "A certificate expired."),
        ("investigating", "Most card payments fail."),
    ]
    assert [one["name"] for one in told["components"]] == ["Checkout", "API"]


def test_each_update_tells_what_it_did_to_the_components_named_so_far(api: Api) -> None:
    told = [update["affected_components"] for update in reversed(entry(api, CHECKOUT)["incident_updates"])]
    assert [[turn(one) for one in affected] for affected in told] == [
        ["Payments - Checkout: operational > major_outage"],
        [
            "Payments - Checkout: major_outage > major_outage",
            "Payments - API: operational > degraded_performance",
        ],
        [
            "Payments - Checkout: major_outage > partial_outage",
            "Payments - API: degraded_performance > degraded_performance",
        ],
    ]


def test_the_end_puts_components_back_and_the_clock_starts_a_maintenance(api: Api, tmp_path: Path) -> None:
    resolved = next(one for one in entry(api, SLOW)["incident_updates"] if one["status"] == "resolved")
    assert [turn(one) for one in resolved["affected_components"]] == [
        "Payments - API: degraded_performance > operational"
    ]
    done = "  - {at: 2026-11-23 14:00, status: completed, message: Done.}\n"
    later = {"2026-11-23-network": INCIDENTS["2026-11-23-network"] + done}
    told = entry(export(tmp_path, later, moment=MOMENT + timedelta(hours=2)), NETWORK)
    assert told["resolved_at"] == "2026-11-23T14:00:00.000+01:00"
    assert [turn(one) for update in told["incident_updates"] for one in update["affected_components"]] == [
        "Website: under_maintenance > operational",
        "Website: operational > operational",
    ]


def turn(affected: Mapping[str, str]) -> str:
    """What became of one component."""
    return f"{affected['name']}: {affected['old_status']} > {affected['new_status']}"


def test_a_maintenance_follows_the_clock_and_began_when_it_was_told_of(api: Api) -> None:
    told = entry(api, NETWORK)
    assert (told["status"], told["impact"]) == ("in_progress", "maintenance")
    assert told["scheduled_for"] == told["updated_at"] == "2026-11-23T12:00:00.000+01:00"
    assert told["scheduled_until"] == "2026-11-23T16:00:00.000+01:00"
    assert told["started_at"] == told["created_at"] == "2026-11-20T09:00:00.000+01:00"
    assert [one["status"] for one in told["components"]] == ["under_maintenance"]


def test_a_cancelled_maintenance_is_completed(api: Api) -> None:
    told = entry(api, MOVED)
    assert told["status"] == "completed"
    assert told["resolved_at"] == told["updated_at"] == "2026-11-18T17:00:00.000+01:00"
    assert [update["status"] for update in told["incident_updates"]] == ["completed", "scheduled"]


def test_a_published_postmortem_is_the_newest_update_of_its_incident(api: Api, tmp_path: Path) -> None:
    told = entry(api, SLOW)
    assert told["status"] == told["incident_updates"][0]["status"] == "postmortem"
    assert told["incident_updates"][0]["body"] == "Why\n\nA queue was full."
    assert told["incident_updates"][0]["display_at"] == told["updated_at"] == "2026-11-22T10:00:00.000+01:00"
    assert told["resolved_at"] == "2026-11-20T09:00:00.000+01:00"
    before = entry(export(tmp_path, moment=datetime(2026, 11, 22, 8, tzinfo=UTC)), SLOW)
    assert before["status"] == before["incident_updates"][0]["status"] == "resolved"


def test_a_reopened_incident_is_open_in_spite_of_its_postmortem(tmp_path: Path) -> None:
    more = "  - {at: 2026-11-23 08:00, status: investigating, message: Slow again.}\n"
    again = {**INCIDENTS, "2026-11-20-slow": INCIDENTS["2026-11-20-slow"] + more}
    told = entry(export(tmp_path, again), SLOW)
    assert (told["status"], told["resolved_at"]) == ("investigating", None)
    assert [update["status"] for update in told["incident_updates"]] == [
        *("investigating", "postmortem", "resolved", "investigating")
    ]


def test_of_updates_in_one_minute_the_lower_one_is_newer_and_monitoring_began_with_the_first(tmp_path: Path) -> None:
    text = """\
title: Orders are lost
updates:
  - {id: aaaa, at: 2026-11-23 03:09, message: First.}
  - {id: bbbb, at: 2026-11-23 03:09, status: monitoring, message: Second.}
  - {id: cccc, at: 2026-11-23 03:20, status: identified, message: Third.}
  - {id: dddd, at: 2026-11-23 03:40, status: monitoring, message: Fourth.}
"""
    told = entry(export(tmp_path, {"2026-11-23-orders": text}), "Orders are lost")
    assert [update["body"] for update in told["incident_updates"]] == ["Fourth.", "Third.", "Second.", "First."]
    assert told["monitoring_at"] == "2026-11-23T03:09:00.000+01:00"


def test_what_was_retracted_is_not_said_again_and_an_edit_moves_the_times(tmp_path: Path) -> None:
    text = """\
title: Orders are lost
updates:
  - at: 2026-11-23 03:09
    message: All orders are lost.
    retracted: No order was lost.
  - at: 2026-11-23 03:30
    message: We look for the cause.
    edited: {at: 2026-11-23 05:00, note: A wrong name stood here.}
"""
    told = entry(export(tmp_path, {"2026-11-23-orders": text}), "Orders are lost")
    assert [update["body"] for update in told["incident_updates"]] == [
        "We look for the cause.",
        "Retracted: No order was lost.",
    ]
    edited = told["incident_updates"][0]
    assert edited["display_at"] == edited["created_at"] == "2026-11-23T03:30:00.000+01:00"
    assert edited["updated_at"] == told["updated_at"] == "2026-11-23T05:00:00.000+01:00"


def test_an_entry_of_which_nothing_can_be_read_still_says_something(tmp_path: Path) -> None:
    told = export(tmp_path, {"2026-11-23-broken": b"\xff\xfe not a text"})["incidents"]["incidents"]
    assert [one["name"] for one in told] == ["2026-11-23-broken"]
    assert [update["status"] for update in told[0]["incident_updates"]] == ["investigating"]
    assert "could not be read" in told[0]["incident_updates"][0]["body"]


def test_offsets_follow_the_season_and_utc_is_z(tmp_path: Path) -> None:
    update = "updates: [{at: 2026-10-24 12:00Z, message: Slow.}, {at: 2026-10-26 12:00Z, message: Still.}]"
    told = {"2026-10-24-slow": f"title: Slow over the night\n{update}"}
    for number, (zone, expected) in enumerate((
        ("Europe/Warsaw", ["2026-10-26T13:00:00.000+01:00", "2026-10-24T14:00:00.000+02:00"]),
        ("America/Los_Angeles", ["2026-10-26T05:00:00.000-07:00", "2026-10-24T05:00:00.000-07:00"]),
        ("UTC", ["2026-10-26T12:00:00.000Z", "2026-10-24T12:00:00.000Z"]),
    )):  # fmt: skip
        api = export(tmp_path / str(number), told, SETTINGS.replace("Europe/Warsaw", zone))
        assert api["status"]["page"]["time_zone"] == zone
        assert [one["display_at"] for one in api["incidents"]["incidents"][0]["incident_updates"]] == expected


def test_texts_are_in_the_first_language_and_of_what_it_lacks_in_another(tmp_path: Path) -> None:
    polish = SETTINGS.replace("[en, pl]", "[pl, en]")
    api = export(tmp_path, INCIDENTS, polish)
    assert api["status"]["page"]["name"] == "Przykład"
    assert [one["name"] for one in api["components"]["components"]] == [
        *("Payments", "Checkout", "Interfejs", "Reports", "API", "Website")
    ]
    assert not (tmp_path / "site" / "en" / "api").exists()


def test_a_build_without_news_leaves_every_file_as_it_was(tmp_path: Path) -> None:
    """The moment of the build stands in none of them, so that consumers take nothing for news that is none."""
    root = make_project(tmp_path, SETTINGS, INCIDENTS)
    before = read_api(build_site(root, MOMENT, tmp_path / "before"))
    assert read_api(build_site(root, MOMENT + timedelta(minutes=29), tmp_path / "same")) == before
    after = read_api(build_site(root, MOMENT + timedelta(minutes=30), tmp_path / "after"))
    assert before["status"]["page"]["updated_at"] == "2026-11-23T12:00:00.000+01:00"
    assert after["status"]["page"]["updated_at"] == "2026-11-23T13:30:00.000+01:00"
