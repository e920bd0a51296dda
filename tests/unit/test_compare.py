"""Silent edits: whatever was public and says something else now is named, unless it says so itself."""

import pytest

from sitegen.compare import find_silent_edits
from sitegen.model import Incident
from sitegen.problems import Severity
from tests.unit.entries import at, make_incident

HEAD = "title: Orders fail\ncomponents: {checkout: major_outage}\n"
FIRST, SECOND = "{at: 03:09, message: Most orders fail.}", "{at: 03:30, message: All works., status: resolved}"
NOW = at("2026-11-23 12:00")


def entry(*updates: str, more: str = "", name: str = "2026-11-23-orders") -> Incident:
    return make_incident(HEAD + more + "updates:\n" + "".join(f"  - {update}\n" for update in updates), name)


def told(before: list[Incident], after: list[Incident]) -> list[str]:
    return [str(problem) for problem in find_silent_edits(before, after, NOW, Severity.ERROR)]


BEFORE = [entry(FIRST, SECOND)]


@pytest.mark.parametrize(
    "after",
    [
        [FIRST, SECOND],
        [FIRST, SECOND, "{at: 05:00, message: A note.}"],
        ["{at: 03:09, message: Most orders fail., next_update_by: 1h, by: Ana, social: false}", SECOND],
        ["{at: 03:09, message: {en: Most orders fail., pl: Nie działa.}}", SECOND],
        ["{at: 03:09, message: All orders fail., edited: {at: 2026-11-23 04:00, note: All of them.}}", SECOND],
        ["{at: 03:09, message: Most orders fail., retracted: They did not.}", SECOND],
        ["{at: 03:05, id: 20261123T0309Z, message: Most orders fail.}", SECOND],
        ["{at: 02:00, message: Told later.}", FIRST, SECOND],
    ],
)
def test_what_adds_or_marks_itself_is_fine(after: list[str]) -> None:
    assert told(BEFORE, [entry(*after)]) == []


@pytest.mark.parametrize(
    "changed",
    [
        "{at: 03:09, message: Some orders fail.}",
        "{at: 03:09, message: {pl: Większość zamówień nie działa.}}",
        "{at: 03:09, message: Most orders fail., status: identified}",
        "{at: 03:09, message: Most orders fail., components: {api: major_outage}}",
    ],
)
def test_a_text_status_or_component_that_changed_without_a_word_is_named_at_its_place(changed: str) -> None:
    assert told(BEFORE, [entry(changed, SECOND)]) == [
        "incidents/2026-11-23-orders.yaml:4:5: Update 20261123T0309Z was public and says something else now. "
        "Add `edited: {at: …, note: what changed}`, or keep the text and add `retracted: why`."
    ]


def test_an_old_mark_does_not_cover_a_new_edit() -> None:
    marked = "{at: 03:09, message: %s, edited: {at: 2026-11-23 04:00, note: Named the product.}}"
    assert told([entry(marked % "One.", SECOND)], [entry(marked % "Another.", SECOND)])


def test_a_corrected_moment_needs_the_old_name_and_the_line_to_add_is_printed() -> None:
    assert told(BEFORE, [entry("{at: 03:05, message: Most orders fail.}", SECOND)]) == [
        "incidents/2026-11-23-orders.yaml:4:5: Update 20261123T0309Z has another time now, and so another address. "
        "Add this line to it: `id: 20261123T0309Z`"
    ]


def test_an_update_that_vanished_is_named() -> None:
    assert told(BEFORE, [entry(FIRST)]) == [
        "incidents/2026-11-23-orders.yaml:1:1: Update 20261123T0330Z was public and is gone. "
        "Put it back and add `retracted: why`."
    ]


def test_a_file_that_vanished_is_named_and_a_renamed_one_is_found_by_its_alias() -> None:
    assert told(BEFORE, []) == [
        "incidents/2026-11-23-orders.yaml: 2026-11-23-orders was public and its file is gone. Put it back; "
        "where it was wrong, mark its updates `retracted: why`. A renamed file needs `aliases`."
    ]
    renamed = entry(FIRST, SECOND, more="aliases: [2026-11-23-orders]\n", name="2026-11-23-all-orders")
    assert told(BEFORE, [renamed]) == []


def test_what_nobody_saw_may_change_freely() -> None:
    future = "{at: 2026-11-23 13:00, message: All works., status: resolved}"
    assert told([entry(FIRST, future)], [entry(FIRST)]) == []
    assert told([entry(future)], []) == []
    assert told([entry(FIRST, more="draft: true\n")], []) == []


def test_a_published_entry_that_became_a_draft_is_named() -> None:
    assert told(BEFORE, [entry(FIRST, SECOND, more="draft: true\n")])


def test_the_severity_is_the_one_asked_for() -> None:
    found = list(find_silent_edits(BEFORE, [], NOW, Severity.WARNING))
    assert [(problem.severity, problem.rule) for problem in found] == [(Severity.WARNING, "silent-edit")]
