"""The page of commands says what the program's own help says."""

from tests.docs.cli_reference import PAGE, page


def test_the_page_of_commands_is_the_programs_own_help() -> None:
    again = "Run `python -m tests.docs.cli_reference` and look at what changed."
    assert PAGE.read_text(encoding="utf-8") == page(), again
