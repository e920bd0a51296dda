"""`maintenance.ics` as calendars read it: the same event for ever, newer with every word, cancelled and still there."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import icalendar
import pytest

from tests.feeds.readers import INCIDENTS, MOMENT, SETTINGS, URL, parse_events
from tests.projects import build_site, make_project

WORK_ID = "2026-11-30-work"
WORK = """\
title: Work on the database
type: maintenance
components: {website: under_maintenance}
window: {start: 2026-11-30 22:00, end: 2026-12-01 02:00}
updates:
  - {at: 2026-11-20 09:00, message: The website is away.}
"""
MORE = "  - {at: 2026-11-21 09:00, message: It takes an hour longer.}\n"
EDITED = "  - {at: 2026-11-21 09:00, message: It takes an hour, edited: {at: 2026-11-21 10:00, note: It said two.}}\n"
RETRACTED = EDITED.replace("edited:", "retracted: It does not., edited:")
CANCELLED = "  - {at: 2026-11-22 09:00, status: cancelled, message: The work is not needed.}\n"
LATER = "  - {at: 2026-11-24 09:00, message: This is said tomorrow.}\n"


def read_event(folder: Path, entry: str, moment: datetime = MOMENT, name: str = WORK_ID) -> icalendar.Component:
    """The one event of a calendar with this entry."""
    (event,) = parse_events(build_site(make_project(folder, SETTINGS, {name: entry}), moment)).values()
    return event


def unfold(content: bytes) -> list[str]:
    """The lines of a calendar by hand, as RFC 5545 (3.1) has them: CRLF, at most 75 bytes, folds begin with a space."""
    assert content.endswith(b"\r\n")
    lines = content.split(b"\r\n")[:-1]
    assert not [line for line in lines if b"\n" in line or b"\r" in line or len(line) > 75]
    return re.sub(b"\r\n[ \t]", b"", content).decode().split("\r\n")[:-1]


def test_an_independent_reader_finds_every_maintenance_and_nothing_else(site: Path) -> None:
    for path in ("maintenance.ics", "pl/maintenance.ics"):
        calendar = icalendar.Calendar.from_ical((site / path).read_bytes())
        assert calendar.errors == []
        assert {part.name for part in calendar.walk()} == {"VCALENDAR", "VEVENT"}
        assert set(parse_events(site, path)) == {"Work, on: the; database", "New switches", "The cancelled work"}


def test_an_event_says_when_where_and_what(site: Path) -> None:
    event = parse_events(site)["Work, on: the; database"]
    assert event.decoded("DTSTART") == datetime(2026, 11, 30, 21, 0, tzinfo=UTC)
    assert event.decoded("DTEND") == datetime(2026, 12, 1, 1, 0, tzinfo=UTC)
    assert str(event["URL"]) == f"{URL}/incidents/2026-11-30-database.html"
    assert str(event["DESCRIPTION"]) == "Services: Website\n\nIt takes an hour longer."
    assert str(event["STATUS"]) == "CONFIRMED"
    assert str(event["TRANSP"]) == "TRANSPARENT"
    assert event.decoded("CREATED") == datetime(2026, 11, 20, 8, 0, tzinfo=UTC)


def test_the_lines_read_by_hand_say_the_same(site: Path) -> None:
    lines = unfold((site / "maintenance.ics").read_bytes())
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-1] == "END:VCALENDAR"
    assert lines.count("BEGIN:VEVENT") == lines.count("END:VEVENT") == 3
    assert "VERSION:2.0" in lines
    assert r"SUMMARY:Work\, on: the\; database" in lines
    for name in ("NAME", "X-WR-CALNAME"):
        assert rf"{name}:Example Pay\, Ltd\; Co – Maintenance" in lines
    assert r"DESCRIPTION:Services: Website\n\nIt takes an hour longer." in lines
    assert "DTSTART:20261130T210000Z" in lines


def test_a_long_text_of_any_script_is_folded_and_comes_back(tmp_path: Path) -> None:
    message = "決済サービス; a\\\\b, بوابة الدفع – żółć 🜚 " * 30
    event = read_event(tmp_path, WORK.replace("The website is away.", f'"{message}"'))
    assert str(event["DESCRIPTION"]).endswith(message.replace("\\\\", "\\").strip())
    unfold((tmp_path / "site/maintenance.ics").read_bytes())


def test_the_name_of_an_event_never_changes(tmp_path: Path) -> None:
    first = read_event(tmp_path / "a", WORK)["UID"]
    assert str(first) == "ghebdbj6u4na@status.example.com", "given once, for ever"
    changed = WORK.replace("Work on", "More work on").replace("22:00", "20:00") + MORE
    assert read_event(tmp_path / "b", changed)["UID"] == first
    renamed = WORK.replace("type:", "aliases: [2026-11-30-work]\ntype:")
    assert read_event(tmp_path / "c", renamed, name="2026-11-30-works")["UID"] == first
    assert read_event(tmp_path / "d", WORK, name="2026-11-30-other")["UID"] != first


def test_the_name_is_the_same_in_every_language_and_another_on_another_site(site: Path, tmp_path: Path) -> None:
    english, polish = (parse_events(site, path) for path in ("maintenance.ics", "pl/maintenance.ics"))
    assert [one["UID"] for one in english.values()] == [one["UID"] for one in polish.values()]
    name = "2026-11-23-network"
    below = make_project(tmp_path, SETTINGS.replace(URL, f"{URL}/pay"), {name: INCIDENTS[name]})
    (elsewhere,) = parse_events(build_site(below, MOMENT)).values()
    assert str(elsewhere["UID"]) == f"{english['New switches']['UID']}/pay"


def test_the_sequence_grows_with_everything_that_is_said_and_the_clock_changes_nothing(tmp_path: Path) -> None:
    stages = [WORK, WORK + MORE, WORK + EDITED, WORK + RETRACTED, WORK + RETRACTED + CANCELLED]
    found = [read_event(tmp_path / str(n), stage)["SEQUENCE"] for n, stage in enumerate(stages)]
    assert found == [0, 1, 2, 3, 4]
    for days in (0, 8, 30):
        event = read_event(tmp_path / f"day-{days}", WORK + MORE, MOMENT + timedelta(days=days))
        assert event.to_ical() == read_event(tmp_path / "same", WORK + MORE).to_ical()


def test_the_stamp_is_that_of_the_newest_word_never_of_the_build(tmp_path: Path) -> None:
    for name, entry, hour in (("a", WORK + MORE, 8), ("b", WORK + EDITED, 9), ("c", WORK + MORE + LATER, 8)):
        event = read_event(tmp_path / name, entry)
        assert event.decoded("DTSTAMP") == datetime(2026, 11, 21, hour, 0, tzinfo=UTC)
        assert event["SEQUENCE"] == (2 if name == "b" else 1)


@pytest.mark.parametrize("days", [0, 10, 1000])
def test_what_was_cancelled_stays_and_says_so(days: int, tmp_path: Path) -> None:
    event = read_event(tmp_path, WORK + CANCELLED, MOMENT + timedelta(days=days))
    assert str(event["STATUS"]) == "CANCELLED"
    assert str(event["DESCRIPTION"]).endswith("The work is not needed.")


def test_what_was_retracted_is_not_said_again(tmp_path: Path) -> None:
    event = read_event(tmp_path, WORK + RETRACTED)
    assert str(event["DESCRIPTION"]) == "Services: Website\n\nRetracted: It does not."


def test_all_that_is_ahead_is_there_and_of_the_past_the_newest_fifty(tmp_path: Path) -> None:
    done = "  - {at: 2026-01-01 05:00, status: completed, message: Done.}\n"
    past = WORK.replace("2026-11-30 22:00, end: 2026-12-01 02:00", "2026-01-01 04:00, end: 2026-01-01 06:00")
    incidents: dict[str, str | bytes] = {f"2026-12-01-n{n}": WORK.replace("Work", f"Work {n}") for n in range(60)}
    before = past.replace("2026-11-20 09:00", "2026-01-01 03:00") + done
    incidents |= {f"2026-01-01-n{n}": before.replace("Work", f"Old work {n}") for n in range(60)}
    events = parse_events(build_site(make_project(tmp_path, SETTINGS, incidents), MOMENT))
    assert len([title for title in events if title.startswith("Work")]) == 60
    assert len([title for title in events if title.startswith("Old")]) == 50


def test_a_calendar_without_maintenance_can_be_subscribed_to(tmp_path: Path) -> None:
    site = build_site(make_project(tmp_path, SETTINGS), MOMENT)
    assert parse_events(site) == {}
    assert unfold((site / "maintenance.ics").read_bytes())[0] == "BEGIN:VCALENDAR"
