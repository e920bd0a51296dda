"""Problems: where, what, what to do, in an order that does not depend on who found them first."""

from pathlib import PurePosixPath

from sitegen.problems import Location, Problem, Severity, has_errors, sort_problems

FILE = PurePosixPath("incidents/2026-11-23-x.yaml")


def test_a_problem_reads_as_place_then_what_then_what_to_do() -> None:
    problem = Problem(Location(FILE, 14, 5), "This is wrong.", "Do that.")
    assert str(problem) == "incidents/2026-11-23-x.yaml:14:5: This is wrong. Do that."


def test_a_problem_of_a_whole_file_names_no_line_and_one_without_advice_ends_there() -> None:
    assert str(Problem(Location(FILE), "The file is empty.")) == "incidents/2026-11-23-x.yaml: The file is empty."


def test_whatever_is_no_error_says_so_when_it_is_printed() -> None:
    where = Location(FILE, 1, 1)
    assert str(Problem(where, "Odd.", severity=Severity.WARNING)).endswith(":1:1: warning: Odd.")
    assert str(Problem(where, "Long.", severity=Severity.ADVICE)).endswith(":1:1: advice: Long.")


def test_problems_are_sorted_by_file_then_by_number_of_the_line_and_told_once() -> None:
    other = PurePosixPath("incidents/2026-11-22-x.yaml")
    second = Problem(Location(FILE, 2, 9), "b")
    first, tenth, elsewhere = (
        Problem(Location(FILE, 2, 1), "b"),
        Problem(Location(FILE, 10, 1), "a"),
        Location(other, 99),
    )
    last_file = Problem(elsewhere, "z")
    assert sort_problems([tenth, second, first, last_file, second]) == (last_file, first, second, tenth)


def test_warnings_and_advice_alone_are_no_errors() -> None:
    soft = [Problem(Location(FILE), "x", severity=severity) for severity in (Severity.WARNING, Severity.ADVICE)]
    assert not has_errors(soft)
    assert has_errors([*soft, Problem(Location(FILE), "x")])
