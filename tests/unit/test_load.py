"""The loader at the edges of a file; the format itself is told case by case in tests/corpus."""

from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen import load
from sitegen.model import Gap, Status, Text
from tests.unit.entries import UTC_SETTINGS, at, make_incident, make_settings, outage, read_entry

HEAD = "title: Orders fail\ncomponents: {checkout: major_outage}\nupdates:\n"


@pytest.mark.parametrize(
    "name", ["2026-11-23-x", "2026-11-23-checkout-payments", "2024-02-29--", "1970-01-01-" + "a" * 60, "2999-12-31-9"]
)
def test_a_day_and_a_slug_are_the_name_of_an_incident(name: str) -> None:
    assert load.is_id(name)


@pytest.mark.parametrize(
    "name",
    [
        *("", "x", "2026-11-23", "2026-11-23-", "2026-11-23_x", "2026-11-23-X", "2026-11-23-a.b", "2026-11-23-ż"),
        *(
            "2026-02-30-x",
            "2026-11-23-x\n",
            "\n2026-11-23-x",
            "2026-11-23-" + "a" * 61,
            "２０２６-11-23-x",
            "2026-11-23-a/b",
        ),
        *("0001-01-01-x", "9999-12-31-x", " 2026-11-23-x", "2026-11-23-x\0"),
    ],
)
def test_anything_else_is_none(name: str) -> None:
    assert not load.is_id(name)


def test_only_yaml_files_are_incidents() -> None:
    read = [load.read_id(f"incidents/2026/2026-11-23-x{suffix}") for suffix in (".yaml", ".yml", ".md")]
    assert read == ["2026-11-23-x", "2026-11-23-x", None]
    assert load.read_id("incidents/notes.yaml") is None


def test_the_zone_of_the_site_is_the_zone_of_bare_times() -> None:
    text = HEAD + "  - {at: 03:09, message: Orders fail.}\n"
    zones = ("UTC", "Europe/Warsaw", "America/Los_Angeles", "Pacific/Kiritimati")
    moments = [make_incident(text, settings=make_settings(zone)).updates[0].at for zone in zones]
    assert moments == [at(f"2026-11-2{day}") for day in ("3 03:09", "3 02:09", "3 11:09", "2 13:09")]


def test_the_day_of_the_id_begins_where_its_midnight_does_not_exist() -> None:
    cairo = make_settings("Africa/Cairo")
    text = HEAD + "  - {at: 01:05, message: Orders fail.}\n"
    assert make_incident(text, "2026-04-24-orders", cairo).updates[0].at == at("2026-04-23 22:05")


def test_the_first_update_investigates_unless_it_says_otherwise_and_only_in_an_incident() -> None:
    assert outage("at: 03:09").updates[0].status is Status.INVESTIGATING
    assert outage("at: 03:09, status: monitoring").updates[0].status is Status.MONITORING
    notice = make_incident("title: Closed today\ntype: notice\nupdates: [{at: 03:09, message: Until noon.}]\n")
    assert notice.updates[0].status is None


def test_a_time_that_comes_after_an_unreadable_update_counts_from_that_one() -> None:
    entry = read_entry(HEAD + "  - {at: 2026-11-25 10:00, by: Ana}\n  - {at: 09:00, message: Fine.}\n")
    assert [update.at for update in entry.incident.updates] == [at("2026-11-26 09:00")]


@pytest.mark.parametrize(
    ("zone", "hint"), [("UTC", "04:00"), ("Asia/Kathmandu", "04:00"), ("Australia/Adelaide", "04:00")]
)
def test_a_promise_before_the_update_is_answered_with_a_round_time_of_the_zone(zone: str, hint: str) -> None:
    text = HEAD + "  - {at: 03:20, message: Orders fail., next_update_by: 03:00}\n"
    problems = read_entry(text, settings=make_settings(zone)).problems
    assert [problem.hint for problem in problems] == [f"Did you mean {hint}?"]


def test_an_entry_that_can_not_be_read_is_listed_by_its_name_with_everything_unknown() -> None:
    incident = read_entry(b"\xff").incident
    assert incident.title == Text({"en": "2026-11-23-orders"})
    assert incident.gaps == (Gap(at("2026-11-23 00:00"), ("checkout", "api", "website")),)
    assert incident.updates == ()


@pytest.mark.parametrize(
    ("broken", "affected"),
    [
        ("  - {at: 03:20, message: x, by: {}}\n", ("checkout",)),
        ("  - {at: 03:20, message: x, status: fixed}\n", ("checkout",)),
        ("  - {at: 03:20, components: {api: major_outage}}\n", ("checkout", "api")),
        (
            "  - {at: 03:20, message: x, components: {api: major_outage, web: major_outage}}\n",
            ("checkout", "api", "website"),
        ),
        ("  - {at: 03:20, message: x, componets: {website: major_outage}}\n", ("checkout", "api", "website")),
        ("  - at: 03:20\n    message: a: b\n", ("checkout", "api", "website")),
    ],
)
def test_what_may_have_been_named_where_nothing_could_be_read_is_unknown(
    broken: str, affected: tuple[str, ...]
) -> None:
    gap = read_entry(HEAD + "  - {at: 03:09, message: Orders fail.}\n" + broken).incident.gaps[-1]
    assert gap.components == affected


def test_a_word_after_draft_that_is_neither_true_nor_false_publishes_nothing() -> None:
    for word in ("yes", "on", "1", "tru", "[true]"):
        entry = read_entry(f"draft: {word}\n{HEAD}  - {{at: 03:09, message: Orders fail.}}\n")
        assert entry.problems
        assert entry.incident.draft
    assert not read_entry(f"draft: false\n{HEAD}  - {{at: 03:09, message: Orders fail.}}\n").incident.draft


def test_names_and_aliases_that_two_files_claim_are_told_whatever_their_case() -> None:
    first = outage("at: 03:09", name="2026-11-22-orders", more="aliases: [Old/Path/]")
    second = outage("at: 03:09", name="2026-11-23-orders", more="aliases: [old/path, 2026-11-22-orders]")
    problems = [str(problem) for problem in load.find_collisions([second, first])]
    assert problems == [
        f"incidents/2026-11-23-orders.yaml:1:1: `{name}` belongs to incidents/2026-11-22-orders.yaml already. "
        "Rename this file, or drop the alias."
        for name in ("old/path", "2026-11-22-orders")
    ]
    assert load.find_collisions([first]) == ()


@given(st.text(alphabet="abe:-[]{}#&*|>'\"%@,?\n 0123456789", max_size=200), st.integers(0, 60))
def test_no_slip_of_the_keyboard_raises_and_every_loss_is_told(slip: str, place: int) -> None:
    text = HEAD + "  - at: 03:09\n    message: Orders fail.\n  - at: 04:09\n    message: All works.\n"
    entry = load.read_incident(
        PurePosixPath("incidents/2026-11-23-orders.yaml"), (text[:place] + slip + text[place:]).encode(), UTC_SETTINGS
    )
    assert entry.incident.updates or entry.incident.gaps
    assert entry.problems or len(entry.incident.updates) >= 2
