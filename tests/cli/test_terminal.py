"""`new`, `update` and `resolve` with a person at the terminal, who is asked, answers, and changes their mind."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.cli.running import Terminal
from tests.projects import INCIDENT, MOMENT

ID = "2026-11-23-card-payments"
SLOW = "2026-11-23-search-is-slow"
CTRL_C, CTRL_D = "\x03", "\x04"


@pytest.fixture
def editor(tmp_path: Path) -> Path:
    """A program for EDITOR: it keeps what it was given and writes `message` above it."""
    program = tmp_path / "editor"
    program.write_text('#!/bin/sh\ncp "$1" "$0.given"\ncat "$0.message" "$0.given" > "$1"\n')
    program.chmod(0o755)
    say(program, "Results take *ten seconds*.\n\n# Not a comment\n#1 in our list.")
    return program


def say(editor: Path, message: str) -> None:
    editor.with_name("editor.message").write_text(message)


def files(root: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_whoever_gives_nothing_is_asked_for_everything(quiet: Path, editor: Path) -> None:
    with Terminal(quiet, "new", EDITOR=str(editor)) as person:
        person.answer("Title (what customers see): ", "Odd")
        person.expect("This text has 3 characters; 5 to 120 are allowed.")
        person.answer("Title (what customers see): ", "Search is slow")
        person.expect("Components: checkout (Checkout), api (Payments API), website (Website)")
        person.answer("nothing more): ", "websit=major")
        person.expect("Did you mean `website`?")
        person.answer("nothing more): ", "website=deg")
        person.answer("nothing more): ")
        person.expect("Search is slow").expect("Website: Degraded performance").expect("Results take ten seconds.")
        assert files(quiet).keys() == {quiet / "sitegen.yaml"}
        person.answer("Write it? [Y/n]: ")
        assert person.finish() == 0
    assert (quiet / f"incidents/{SLOW}.yaml").read_text() == (
        "title: Search is slow\n"
        "components: {website: degraded_performance}\n"
        "updates:\n"
        "  - at: 2026-11-23 13:00\n"
        "    message: |\n"
        "      Results take *ten seconds*.\n"
        "\n"
        "      # Not a comment\n"
        "      #1 in our list.\n"
    )
    assert "What is wrong, what still works, what customers can do." in editor.with_name("editor.given").read_text()
    assert person.shown.rstrip().splitlines()[-3] == f"incidents/{SLOW}.yaml"


def test_what_was_given_is_not_asked_for(quiet: Path, editor: Path) -> None:
    with Terminal(quiet, "new", "-m", "Results take long.") as person:
        person.answer("Title (what customers see): ", "Search is slow")
        person.answer("nothing more): ")
        person.answer("Write it? [Y/n]: ", "y")
        assert person.finish() == 0
    with Terminal(quiet, "update", "--status", "identified", EDITOR=str(editor)) as person:
        person.answer("Write it? [Y/n]: ")
        assert person.finish() == 0
        assert "Status (" not in person.shown


def test_maintenance_is_asked_for_its_window(quiet: Path, editor: Path) -> None:
    with Terminal(quiet, "new", "Database upgrade", "--maintenance", EDITOR=str(editor)) as person:
        person.answer("Begins (e.g. 2026-12-06 22:00): ", "some day")
        person.expect("`some day` is not a time.")
        person.answer("Begins (e.g. 2026-12-06 22:00): ", "2026-12-06 22:00")
        person.answer("Should be over (e.g. 2h, 23:30): ", "2h")
        person.answer("nothing more): ")
        person.expect("6 Dec 2026, 22:00 – 7 Dec 2026, 00:00 CET")
        person.answer("Write it? [Y/n]: ")
        assert person.finish() == 0


def test_a_notice_is_not_asked_for_components(quiet: Path, editor: Path) -> None:
    with Terminal(quiet, "new", "Prices change in May", "--notice", EDITOR=str(editor)) as person:
        person.answer("Write it? [Y/n]: ")
        assert person.finish() == 0
        assert "Affected" not in person.shown


def test_an_update_is_asked_for_its_status_and_its_message(root: Path, editor: Path) -> None:
    with Terminal(root, "update", EDITOR=str(editor)) as person:
        person.answer("Status (investigating, identified, monitoring, resolved; Enter: as before): ", "m")
        person.expect("Monitoring").expect("Update 2")
        person.answer("Write it? [Y/n]: ")
        assert person.finish() == 0
    assert "    status: monitoring\n" in (root / f"incidents/{ID}.yaml").read_text()


def test_an_update_may_leave_the_status_as_it_was(root: Path, editor: Path) -> None:
    with Terminal(root, "update", EDITOR=str(editor)) as person:
        person.answer("Enter: as before): ").answer("Write it? [Y/n]: ")
        assert person.finish() == 0
    assert "status:" not in (root / f"incidents/{ID}.yaml").read_text()


def test_a_resolution_is_asked_for_its_message_only(root: Path, editor: Path) -> None:
    say(editor, "All card payments work. No payment was lost.")
    with Terminal(root, "resolve", EDITOR=str(editor)) as person:
        person.expect("Resolved").answer("Write it? [Y/n]: ")
        assert person.finish() == 0
        assert "Status (" not in person.shown


def test_a_no_writes_nothing_and_gives_the_message_back(root: Path, editor: Path) -> None:
    before = files(root)
    with Terminal(root, "resolve", EDITOR=str(editor)) as person:
        person.answer("Write it? [Y/n]: ", "n")
        person.expect("What you wrote:").expect("Results take *ten seconds*.").expect("Nothing was written.")
        assert person.finish() == 4
    assert files(root) == before


@pytest.mark.parametrize("key", [CTRL_C, CTRL_D])
def test_whoever_leaves_in_the_middle_writes_nothing(key: str, quiet: Path, editor: Path) -> None:
    before = files(quiet)
    with Terminal(quiet, "new", EDITOR=str(editor)) as person:
        person.expect("Title (what customers see): ").leave(key).expect("Stopped.")
        assert person.finish() == 4
    with Terminal(quiet, "new", "Search is slow", EDITOR=str(editor)) as person:
        person.answer("nothing more): ").expect("Write it? [Y/n]: ").leave(key)
        person.expect("Results take *ten seconds*.").expect("Stopped.")
        assert person.finish() == 4
        assert "Traceback" not in person.shown
    assert files(quiet) == before


def test_a_refused_message_is_given_back(root: Path, editor: Path) -> None:
    say(editor, "Payments with [service] fail.")
    before = files(root)
    with Terminal(root, "resolve", EDITOR=str(editor)) as person:
        person.expect("What you wrote:\n\nPayments with [service] fail.\n").expect("`[service]`")
        assert person.finish() == 4
    assert files(root) == before


def test_an_empty_message_writes_nothing(root: Path, editor: Path) -> None:
    before = files(root)
    say(editor, "\n  \n")
    with Terminal(root, "resolve", EDITOR=str(editor)) as person:
        person.expect("There is no message, so nothing was written.")
        assert person.finish() == 4
    assert files(root) == before


@pytest.mark.parametrize("program", ["false", "true", "no-such-editor"])
def test_an_editor_that_writes_nothing_writes_nothing(program: str, root: Path) -> None:
    before = files(root)
    with Terminal(root, "resolve", EDITOR=program) as person:
        assert person.finish() == 4
        assert "Traceback" not in person.shown
    assert files(root) == before


def test_a_wrong_flag_is_told_before_anybody_writes_a_message(root: Path, editor: Path) -> None:
    (root / "incidents" / f"{SLOW}.yaml").write_text(INCIDENT)
    for words, code in (
        (("update", "card", "--status", "monitoring", "--eta", "soon"), 2),
        (("update",), 2),
        (("new", "Odd", "-c", "checkout=major_outage"), 4),
        (("new", "Search is slow", "-c", "nothing=major_outage"), 2),
    ):
        with Terminal(root, *words, EDITOR=str(editor)) as person:
            assert person.finish() == code
    assert not editor.with_name("editor.given").exists()


def test_a_message_on_the_command_line_is_written_without_a_question(root: Path) -> None:
    with Terminal(root, "update", "-m", "Half of the payments work.", at=MOMENT + timedelta(minutes=1)) as person:
        assert person.finish() == 0
        assert "Write it?" not in person.shown
