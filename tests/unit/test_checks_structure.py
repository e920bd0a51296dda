"""The times, the order and the states of an entry make sense together, or somebody is told."""

from datetime import UTC, datetime, timedelta

import pytest

from sitegen.checks import RULES, RULES_OF_A_BUILD, Context, audible, check
from sitegen.problems import Severity
from tests.unit.checking import MOMENT, MONOLINGUAL, incident, problems, saying, settings, with_postmortem

OUTAGE = """\
title: Card payments fail
components: {checkout: major_outage}
updates:
  - {at: 2026-11-23 03:09, message: Card payments fail.}
  - {at: 2026-11-23 04:09, status: resolved, message: Card payments work. No data was lost.}
"""
MAINTENANCE = """\
title: Database upgrade
type: maintenance
components: {checkout: under_maintenance}
window: {start: 2026-11-25 22:00, end: 2026-11-26 01:00}
updates:
  - {at: 2026-11-23 03:09, status: scheduled, message: We move to a new database.}
"""


def test_a_good_incident_gives_no_errors_and_no_warnings() -> None:
    found = check([incident(OUTAGE)], Context(settings(MONOLINGUAL), MOMENT))
    assert found == ()


@pytest.mark.parametrize(("minutes", "count"), [(5, 0), (6, 1)])
def test_only_an_update_over_five_minutes_ahead_of_the_clock_is_told(minutes: int, count: int) -> None:
    clock = datetime(2026, 11, 23, 3, 9, tzinfo=UTC) - timedelta(minutes=minutes)
    found = problems(saying("Card payments fail."), "ahead-of-clock", moment=clock)
    assert len(found) == count
    assert all(problem.severity is Severity.ERROR for problem in found)


def test_in_a_build_a_clock_that_is_ahead_is_a_warning() -> None:
    early = datetime(2026, 11, 22, tzinfo=UTC)
    found = check([incident(saying("Card payments fail."))], Context(settings(), early), RULES_OF_A_BUILD)
    assert [(problem.rule, problem.severity) for problem in found] == [("ahead-of-clock", Severity.WARNING)]


def test_a_build_tells_errors_alone() -> None:
    assert {rule.name for rule in RULES_OF_A_BUILD} == {r.name for r in RULES if r.severity is Severity.ERROR}


def test_rules_have_names_of_their_own() -> None:
    assert len({rule.name for rule in RULES}) == len(RULES)


def after_the_end(update: str) -> str:
    return f"{OUTAGE}  - {{at: 2026-11-23 05:00, message: More news., {update}}}\n"


@pytest.mark.parametrize("update", ["status: identified", "status: monitoring"])
def test_after_the_end_the_work_does_not_go_on(update: str) -> None:
    (problem,) = problems(after_the_end(update), "after-the-end")
    assert problem.where.line == 6
    assert "investigating" in problem.hint


@pytest.mark.parametrize(
    "update", ["by: Ana", "status: resolved", "status: investigating, components: {api: partial_outage}"]
)
def test_after_the_end_stands_another_note_or_a_new_beginning(update: str) -> None:
    text = after_the_end(update)
    for rule in ("after-the-end", "broken-after-the-end", "reopened-without-components"):
        assert problems(text, rule) == []


def test_after_a_new_beginning_the_work_goes_on() -> None:
    text = after_the_end("status: investigating, components: {api: partial_outage}")
    assert problems(f"{text}  - {{at: 2026-11-23 05:30, status: identified, message: Known.}}\n", "after-the-end") == []


def test_whoever_opens_an_incident_again_must_name_components() -> None:
    (problem,) = problems(after_the_end("status: investigating"), "reopened-without-components")
    assert problem.severity is Severity.WARNING


def test_a_note_after_the_end_breaks_nothing() -> None:
    (problem,) = problems(after_the_end("components: {api: major_outage}"), "broken-after-the-end")
    assert "api" in problem.what


def test_a_finished_maintenance_does_not_go_on() -> None:
    text = f"{MAINTENANCE}  - {{at: 2026-11-23 03:10, status: cancelled, message: Not today.}}\n"
    text += "  - {at: 2026-11-23 03:11, status: in_progress, message: Still on.}\n"
    (problem,) = problems(text, "after-the-end")
    assert problem.hint == "Make a new entry."


def test_a_draft_is_pointed_out() -> None:
    assert len(problems(f"draft: true\n{OUTAGE}", "draft")) == 1
    assert problems(OUTAGE, "draft") == []


def test_an_incident_whose_first_word_is_its_end_is_pointed_out() -> None:
    assert len(problems(saying("All works. No data was lost.", status="resolved"), "first-word-is-the-end")) == 1


def test_an_end_before_the_start_is_an_error() -> None:
    (problem,) = problems(f"started: 2026-11-23 05:00\n{OUTAGE}", "ends-before-start")
    assert "04:09" in problem.what
    assert "05:00" in problem.what


@pytest.mark.parametrize(("started", "count"), [("03:24", 0), ("03:25", 1), ("02:00", 0)])
def test_customers_are_hit_before_the_first_update(started: str, count: int) -> None:
    assert len(problems(f"started: 2026-11-23 {started}\n{OUTAGE}", "late-start")) == count


@pytest.mark.parametrize(("day", "count"), [(24, 0), (26, 0), (28, 1)])
def test_a_maintenance_that_never_ended_is_pointed_out_a_day_later(day: int, count: int) -> None:
    moment = datetime(2026, 11, day, 12, 0, tzinfo=UTC)
    assert len(problems(MAINTENANCE, "forgotten-maintenance", moment=moment)) == count


def test_an_ended_maintenance_is_not_forgotten() -> None:
    ended = f"{MAINTENANCE}  - {{at: 2026-11-26 00:30, status: completed, message: Done.}}\n"
    assert problems(ended, "forgotten-maintenance", moment=datetime(2027, 1, 1, tzinfo=UTC)) == []


def test_maintenance_announced_at_short_notice_gets_advice_until_it_begins() -> None:
    assert len(problems(MAINTENANCE, "short-notice")) == 1
    assert problems(MAINTENANCE, "short-notice", moment=datetime(2026, 11, 26, tzinfo=UTC)) == []
    assert problems(MAINTENANCE.replace("2026-11-23 03:09", "2026-11-18 03:09"), "short-notice") == []


def test_a_text_without_the_default_language_is_a_warning_where_it_stands() -> None:
    text = OUTAGE.replace("message: Card payments fail.", "message: {pl: Płatności kartą nie działają.}")
    (problem,) = problems(text, "default-language")
    assert (problem.where.line, problem.severity) == (4, Severity.WARNING)


def test_missing_translations_are_one_piece_of_advice_for_the_whole_entry() -> None:
    (problem,) = problems(OUTAGE, "translation")
    assert problem.what == "Not translated into `pl`: title (1), message (2)."


def test_other_words_for_channels_may_lack_a_language() -> None:
    text = "title: {en: Card payments, pl: Płatności}\nupdates:\n  - at: 2026-11-23 03:09\n    social: They fail.\n"
    assert problems(f"{text}    message: {{en: They fail., pl: Nie działają.}}\n", "translation") == []


def test_while_an_incident_is_open_only_errors_are_told() -> None:
    one = incident(saying("TODO: say sorry for any inconvenience this may have caused."))
    found = check([one], Context(settings(), MOMENT))
    assert {problem.rule for problem in found} >= {"placeholder", "filler"}
    told = audible(found, [one], MOMENT, pull_request=False)
    assert {problem.severity for problem in told} == {Severity.ERROR}


def test_a_pull_request_hears_everything() -> None:
    one = incident(saying("We apologise for any inconvenience."))
    found = check([one], Context(settings(), MOMENT))
    assert found
    assert audible(found, [one], MOMENT, pull_request=True) == found


def test_after_the_end_everything_is_told() -> None:
    one = incident(OUTAGE.replace("Card payments work.", "We apologise for any inconvenience."))
    found = check([one], Context(settings(), MOMENT))
    before_the_end = datetime(2026, 11, 23, 4, 8, tzinfo=UTC)
    assert "filler" in {problem.rule for problem in audible(found, [one], MOMENT, pull_request=False)}
    assert audible(found, [one], before_the_end, pull_request=False) == ()


def test_a_forgotten_draft_is_told_although_it_has_no_end() -> None:
    one = incident(f"draft: true\n{saying('Card payments fail.')}")
    found = check([one], Context(settings(), MOMENT))
    assert "draft" in {problem.rule for problem in audible(found, [one], MOMENT, pull_request=False)}


def test_a_post_mortem_is_talked_about_even_while_its_incident_is_open() -> None:
    one = with_postmortem("It broke.")
    found = check([one], Context(settings(), MOMENT))
    told = audible(found, [one], MOMENT, pull_request=False)
    assert {problem.where.path.suffix for problem in told} == {".md"}
