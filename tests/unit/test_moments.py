"""Times as engineers write them: every form of FORMAT.md, and what must never be guessed."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen import moments
from sitegen.moments import MomentError, Written
from tests.unit.entries import at

WARSAW = ZoneInfo("Europe/Warsaw")


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-23 03:09", "2026-11-23 02:09"),
        ("2026-11-23T03:09", "2026-11-23 02:09"),
        ("2026-07-01 03:09", "2026-07-01 01:09"),
        ("2026-11-23 3:09", "2026-11-23 02:09"),
        ("2026-11-23 03:09:30", "2026-11-23 02:09:30"),
        ("2026-11-23T03:09Z", "2026-11-23 03:09"),
        ("2026-11-23T03:09:30.123Z", "2026-11-23 03:09:30"),
        ("2026-11-23 03:09 UTC", "2026-11-23 03:09"),
        ("2026-11-23T03:09+01:00", "2026-11-23 02:09"),
        ("2026-11-23 03:09 -0330", "2026-11-23 06:39"),
        ("2026-01-01T00:00+14:00", "2025-12-31 10:00"),
    ],
)
def test_an_absolute_time_is_in_the_zone_it_names_else_in_that_of_the_site(text: str, moment: str) -> None:
    assert moments.resolve(moments.parse(text), WARSAW) == at(moment)


@pytest.mark.parametrize(
    "text",
    [
        *("", "soon", "now", "3", "309", "3:9", "003:20", "24:00", "03:60", "-1:00", "2026-11-23", "23.11.2026 03:09"),
        *("2026-13-01 03:09", "2026-02-29 03:09", "2026-11-23 03:09:60", "2026-11-23T03:09 CET", "2026-11-23 03:09+1"),
        *("2026-11-23T03:09+14:01", "2026-11-23T03:09+01:60", "1.5h", "30", "30s", "-30m", "m", "h30", "1m1h", "30 m"),
        *("٠٣:٠٩", "２０２６-11-23 03:09", "03:09\n", " 03:09", "1969-12-31 23:59", "3000-01-01 00:00", "100000m"),
    ],
)
def test_what_is_none_of_the_forms_is_told_with_what_to_write(text: str) -> None:
    with pytest.raises(MomentError) as told:
        moments.parse(text)
    assert told.value.what.endswith(".")
    assert told.value.hint.endswith(".")


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("30m", timedelta(minutes=30)),
        ("2h", timedelta(hours=2)),
        ("1h30m", timedelta(minutes=90)),
        ("0m", timedelta()),
        ("3d", timedelta(days=3)),
        ("1d2h3m", timedelta(days=1, hours=2, minutes=3)),
        ("400d", timedelta(days=400)),
    ],
)
def test_a_span_counts_from_what_it_is_said_at(text: str, span: timedelta) -> None:
    assert moments.parse_duration(text) == span
    assert moments.resolve_after(moments.parse(text), WARSAW, at("2026-10-25 00:00")) == at("2026-10-25 00:00") + span


@pytest.mark.parametrize("text", ["", "5wd", "2 h", "soon", "h"])
def test_what_is_no_span_is_refused(text: str) -> None:
    with pytest.raises(MomentError):
        moments.parse_duration(text)


def test_working_days_are_a_form_of_their_own() -> None:
    assert moments.parse_working_days("5wd") == 5
    assert moments.parse_working_days("5d") is None


@pytest.mark.parametrize(
    ("start", "text", "moment"),
    [
        ("2026-11-23 02:09", "03:09", "2026-11-23 02:09"),  # the very minute
        ("2026-11-23 02:09:40", "03:09", "2026-11-23 02:09:40"),  # never before what stands above
        ("2026-11-23 02:09", "03:31", "2026-11-23 02:31"),
        ("2026-11-23 22:50", "00:10", "2026-11-23 23:10"),  # over midnight
        ("2026-11-23 02:09", "03:08", "2026-11-24 02:08"),
        ("2026-12-31 22:50", "00:10", "2026-12-31 23:10"),  # over New Year
        ("2026-10-25 00:45", "02:15", "2026-10-25 01:15"),  # the first 02:15 has passed
        ("2026-10-25 01:45", "02:15", "2026-10-26 01:15"),  # both have
        ("2026-03-29 01:00", "02:30", "2026-03-30 00:30"),  # the clocks have skipped it already
    ],
)
def test_a_clock_time_is_the_first_such_moment_not_before_the_start(start: str, text: str, moment: str) -> None:
    assert moments.resolve_after(moments.parse(text), WARSAW, at(start)) == at(moment)


@pytest.mark.parametrize("form", ["2026-10-25 02:30", "02:30"])
def test_a_time_that_comes_twice_is_an_error_that_names_both(form: str) -> None:
    with pytest.raises(MomentError) as told:
        moments.resolve_after(moments.parse(form), WARSAW, at("2026-10-24 22:00"))
    assert "happens twice" in told.value.what
    assert told.value.hint == "Write `2026-10-25T02:30+02:00` or `2026-10-25T02:30+01:00`."


@pytest.mark.parametrize("form", ["2026-03-29 02:30", "02:30"])
def test_a_time_that_the_clocks_skip_is_an_error_that_names_both_neighbours(form: str) -> None:
    with pytest.raises(MomentError) as told:
        moments.resolve_after(moments.parse(form), WARSAW, at("2026-03-28 23:00"))
    assert "does not exist" in told.value.what
    assert told.value.hint == "Write `2026-03-29T01:30+01:00` or `2026-03-29T03:30+02:00`."


@pytest.mark.parametrize(
    ("zone", "local"), [("America/Sao_Paulo", "2018-11-04 00:00"), ("Africa/Cairo", "2026-04-24 00:30")]
)
def test_a_midnight_that_does_not_exist_is_told_as_well(zone: str, local: str) -> None:
    with pytest.raises(MomentError, match="does not exist"):
        moments.resolve(moments.parse(local), ZoneInfo(zone))


@pytest.mark.parametrize("form", ["03:09", "30m"])
def test_a_bare_clock_time_or_span_alone_is_no_moment(form: str) -> None:
    with pytest.raises(MomentError, match="lacks its date"):
        moments.resolve(moments.parse(form), WARSAW)


def test_exactly_one_part_of_a_written_time_is_set() -> None:
    midnight = datetime(2026, 11, 23, 0, 0)  # noqa: DTZ001 - as written, without a zone
    assert moments.parse("2026-11-23 00:00") == Written("2026-11-23 00:00", local=midnight)
    assert moments.parse("00:00") == Written("00:00", clock=time(0, 0))
    assert moments.parse("0m") == Written("0m", duration=timedelta())


@pytest.mark.parametrize("text", ["2026-11-31", "2026-1-01", "20261123", "0001-01-01", "9999-12-31", "", "٢٠٢٦-11-23"])
def test_a_day_outside_of_the_calendar_is_refused(text: str) -> None:
    with pytest.raises(MomentError):
        moments.parse_date(text)
    assert moments.parse_date("2024-02-29") == date(2024, 2, 29)


@pytest.mark.parametrize(
    "name", ["", "Warsaw", "Europe", "../etc/passwd", "/etc/localtime", "Europe/Warsaw\0", "a.b", "Ł"]
)
def test_a_name_that_is_no_zone_is_no_file_either(name: str) -> None:
    assert moments.find_zone(name) is None
    assert moments.find_zone("Europe/Warsaw") == WARSAW


@given(st.text())
def test_any_text_is_a_time_or_told(text: str) -> None:
    try:
        written = moments.parse(text)
    except MomentError:
        return
    assert [written.local, written.moment, written.clock, written.duration].count(None) == 3


@given(
    st.datetimes(datetime(1970, 1, 2), datetime(2990, 1, 1)),  # noqa: DTZ001 - the strategy wants them naive
    st.times(),
    st.sampled_from(["Europe/Warsaw", "America/Sao_Paulo", "Asia/Kathmandu", "Australia/Lord_Howe", "Africa/Cairo"]),
)
def test_a_clock_time_is_shown_by_the_clocks_and_at_most_a_day_away(start: datetime, clock: time, zone: str) -> None:
    begin, clock = start.replace(second=0, microsecond=0, tzinfo=UTC), clock.replace(second=0, microsecond=0)
    try:
        found = moments.resolve_after(Written("", clock=clock), ZoneInfo(zone), begin)
    except MomentError:
        return  # the clocks skip or repeat it: told, not guessed
    assert found.astimezone(ZoneInfo(zone)).time() == clock
    assert begin <= found <= begin + timedelta(hours=25)
