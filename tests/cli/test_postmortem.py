"""`postmortem`: a draft beside the entry, from what the record knows; nobody sees it before it is published."""

import re
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from tests.cli.running import sitegen
from tests.docs.documents import Document
from tests.projects import MOMENT, SETTINGS, make_project
from tests.serve import posting

ID = "2026-11-23-card-payments"
ENTRY = """\
title: Card payments fail at checkout
components: {checkout: major_outage}
started: 2026-11-22 23:50
updates:
  - at: 2026-11-22 23:58
    message: |
      Most card payments are failing,
      in shops | and apps.

      Orders paid by bank transfer work.
  - at: 2026-11-23 00:21
    status: resolved
    message: All card payments work. No order was lost.
"""
MINOR = ENTRY.replace("major_outage", "degraded_performance").replace("Card payments fail", "Receipts come late")
TIMELINE = """\
| Time | Event |
|---|---|
| 22 Nov 2026, 23:50 CET | Customers are first affected. |
| 23:58 CET | Investigating: Most card payments are failing, in shops \\| and apps. |
| 23:58 CET | Customers are first told on status.example.com, after 8 minutes. |
| 23 Nov 2026, 00:21 CET | Resolved: All card payments work. No order was lost. |
| [When?] | [What did we see, try and decide?] |
"""
ANSWERED = """\
---
published: 2026-11-23 12:00
actions:
  - {text: Watch the dates of all certificates, owner: Operations, due: 2026-12-01}
  - {text: Call the card processor, owner: Support, due: 2026-11-22, done: 2026-11-22}
---
We are sorry. For half an hour 4,000 customers could not pay by card.

## What happened

A certificate expired.

## Why it happened

Nobody was reminded.

## What changes

An alarm rings before that.
"""


@pytest.fixture
def over(tmp_path: Path) -> Path:
    """A project with one incident that is over and owes a post-mortem."""
    return make_project(tmp_path / "status", incidents={ID: ENTRY})


def draft(root: Path, name: str = ID) -> Path:
    """Where a draft stands."""
    return root / "incidents" / f"{name}.md"


def test_a_draft_tells_what_the_record_knows_and_asks_the_rest(over: Path) -> None:
    told = sitegen(over, "postmortem")
    assert told.stdout == f"incidents/{ID}.md\n"
    assert "The policy asks for it by 26 Nov 2026, 00:21 CET." in told.stderr
    text = draft(over).read_text()
    assert TIMELINE in text
    assert "The policy asks for it by 26 Nov 2026, 00:21 CET (critical impact)." in text
    assert re.findall("^## (.+)$", text, re.MULTILINE) == [
        *("What happened", "Timeline", "Impact", "Why it happened", "What we learned", "What changes")
    ]
    body = text.split("---\n", 2)[2].replace(TIMELINE, "")
    prose = [line for line in body.splitlines() if line and not line.startswith("## ")]
    assert prose
    assert all(re.fullmatch(r"\[.+\?\]", line) for line in prose), "a sentence was written for the team"


def test_a_draft_is_no_mistake_and_nobody_sees_it(over: Path) -> None:
    sitegen(over, "postmortem")
    assert "Errors: 0." in sitegen(over, "check").stderr
    sitegen(over, "build")
    for page in (over / "site").rglob("*.*"):
        assert b"For what are we sorry" not in page.read_bytes()


def test_a_blank_that_is_left_is_an_error_at_its_line_once_it_is_published(over: Path) -> None:
    sitegen(over, "postmortem")
    text = draft(over).read_text().replace("# published: YYYY-MM-DD HH:MM", "published: 2026-11-24 10:00")
    text = text.replace("[For what are we sorry, and to whom?]", "We are sorry.")
    draft(over).write_text(text)
    told = sitegen(over, "check", code=1).stdout
    line = text.splitlines().index("[What broke, for whom, from when until when?]") + 1
    assert f"incidents/{ID}.md:{line}:1: The post-mortem has a blank that nobody filled in: `[What broke" in told
    assert "The action has a blank that nobody filled in: `[What will be done?]`" in told
    assert "The owner of an action has a blank that nobody filled in: `[Which role does it?]`" in told


def test_a_published_one_appears_on_the_page_and_in_the_feed_and_is_no_duty_any_more(over: Path) -> None:
    assert "a post-mortem by 26 Nov 2026, 00:21 CET" in sitegen(over, "status").stdout
    draft(over).write_text(ANSWERED)
    assert "a post-mortem" not in sitegen(over, "status").stdout
    sitegen(over, "build")
    page = (over / "site" / "incidents" / f"{ID}.html").read_text()
    assert "4,000 customers could not pay" in page
    assert page.index("<h2>Post-mortem</h2>") < page.index("<h3>What happened</h3>") < page.index("<h2>Updates</h2>")
    assert "4,000 customers could not pay" in (over / "site" / "updates.atom").read_text()


def test_actions_stand_on_the_page_and_the_open_ones_in_the_history_until_they_are_done(over: Path) -> None:
    draft(over).write_text(ANSWERED)
    sitegen(over, "build")
    page, archive = ((over / "site" / name).read_text() for name in (f"incidents/{ID}.html", "history.html"))
    assert "Watch the dates of all certificates" in page
    assert "Call the card processor" in page
    assert "Watch the dates of all certificates" in archive
    assert f'href="incidents/{ID}.html#postmortem"' in archive
    assert "Call the card processor" not in archive
    draft(over).write_text(ANSWERED.replace("due: 2026-12-01", "due: 2026-12-01, done: 2026-11-23"))
    sitegen(over, "build")
    assert "Still to be done" not in (over / "site" / "history.html").read_text()


def test_an_action_past_its_day_is_overdue_on_the_pages_and_in_the_status(over: Path) -> None:
    draft(over).write_text(ANSWERED)
    duty = f"{ID}: Watch the dates of all certificates (Operations) by 1 Dec 2026, 23:59 CET – overdue"
    last_minute, next_day = (MOMENT.replace(month=12, day=1, hour=22, minute=59) + timedelta(minutes=n) for n in (0, 1))
    assert "Owed" not in sitegen(over, "status", at=last_minute).stdout
    assert duty in sitegen(over, "status", at=next_day).stdout
    for moment, marks in ((last_minute, 0), (next_day, 1)):
        sitegen(over, "build", at=moment)
        for name in (f"incidents/{ID}.html", "history.html"):
            assert (over / "site" / name).read_text().count("– overdue") == marks


def test_what_is_open_is_owed_before_what_is_over(root: Path) -> None:
    (root / "incidents/2026-11-20-old.yaml").write_text(ENTRY.replace("2026-11-2", "2026-11-1"))
    owed = sitegen(root, "status").stdout.partition("Owed:\n")[2].splitlines()
    assert [line.split(":")[0].strip() for line in owed] == [ID, "2026-11-20-old"]
    assert owed[1].endswith("– overdue")


def test_without_an_id_the_newest_that_owes_one_and_has_none_is_taken(tmp_path: Path) -> None:
    older, newer = "2026-11-21-older", "2026-11-22-newer"
    entries = {
        older: ENTRY.replace("2026-11-22", "2026-11-20").replace("2026-11-23", "2026-11-21"),
        newer: ENTRY,
        "2026-11-23-small": MINOR,
    }
    root = make_project(tmp_path, incidents=entries)
    assert sitegen(root, "postmortem").stdout == f"incidents/{newer}.md\n"
    assert sitegen(root, "postmortem").stdout == f"incidents/{older}.md\n"
    told = sitegen(root, "postmortem", code=2).stderr
    assert f"drafted already:\n  incidents/{newer}.md\n  incidents/{older}.md" in told


def test_a_fragment_names_any_entry_that_is_over_also_one_that_owes_nothing(tmp_path: Path) -> None:
    root = make_project(tmp_path, incidents={"2026/2026-11-23-small": MINOR, ID: ENTRY})
    told = sitegen(root, "postmortem", "small")
    assert told.stdout == "incidents/2026/2026-11-23-small.md\n"
    assert "policy" not in told.stderr + (root / told.stdout.strip()).read_text()
    assert "Which one is meant?" in sitegen(root, "postmortem", "2026-11", code=2).stderr


def test_an_entry_that_is_not_over_is_refused(root: Path) -> None:
    assert "is not over: `sitegen resolve`" in sitegen(root, "postmortem", "card", code=4).stderr
    assert "No entry owes a post-mortem." in sitegen(root, "postmortem", code=2).stderr
    assert not draft(root).exists()


@pytest.mark.parametrize("there", ["Our words.\n", "", "---\npublished: 2026-11-23 12:00\n---\nText\n", "\xff"])
def test_what_is_there_is_never_touched(there: str, over: Path) -> None:
    draft(over).write_text(there, encoding="latin-1")
    assert "is there already" in sitegen(over, "postmortem", "card", code=4).stderr
    assert draft(over).read_text(encoding="latin-1") == there


def test_a_link_in_its_place_is_not_followed(over: Path, tmp_path: Path) -> None:
    draft(over).symlink_to(tmp_path / "elsewhere.md")
    sitegen(over, "postmortem", "card", code=4)
    assert not (tmp_path / "elsewhere.md").exists()


def test_the_draft_speaks_the_first_language_of_the_site(tmp_path: Path) -> None:
    root = make_project(tmp_path, SETTINGS.replace("[en, pl]", "[pl, en]"), {ID: ENTRY})
    sitegen(root, "postmortem")
    text = draft(root).read_text()
    assert "| 22 lis 2026, 23:50 CET |" in text
    assert "Rozwiązan" in text, "the status in Polish"


def test_the_hour_that_comes_twice_is_told_apart_and_a_retracted_update_says_why(tmp_path: Path) -> None:
    name = "2026-10-25-two-hours"
    entry = """\
title: Card payments fail at checkout
components: {checkout: major_outage}
started: 2026-10-25T02:40+02:00
updates:
  - {at: 2026-10-25T02:55+02:00, message: All payments fail., retracted: Transfers never failed.}
  - {at: 2026-10-25T02:10+01:00, status: resolved, message: All card payments work. No order was lost.}
"""
    root = make_project(tmp_path, incidents={name: entry})
    sitegen(root, "postmortem")
    assert """\
| 25 Oct 2026, 02:40 CEST | Customers are first affected. |
| 02:55 CEST | Investigating: Retracted: Transfers never failed. |
| 02:55 CEST | Customers are first told on status.example.com, after 15 minutes. |
| 02:10 CET | Resolved: All card payments work. No order was lost. |
""" in draft(root, name).read_text()


def test_the_posts_tell_when_customers_were_first_told(tmp_path: Path) -> None:
    root = posting.make_posting(tmp_path)
    draft(root, posting.ID).unlink()
    posting.connect(root, "twitter", "mastodon")
    posting.say_all(root, posting.AFTER_TWO)
    told = sitegen(root, "postmortem", "cards")
    text = draft(root, posting.ID).read_text()
    assert "left out" not in told.stderr
    assert "| 03:45 CET | Customers are first told on X: @examplestatus, after 36 minutes. |" in text
    assert "| 03:45 CET | Customers are first told on Mastodon: @status@mastodon.example, after 36 minutes. |" in text
    assert "| 03:09 CET | Customers are first told on " in text, "on the page"
    assert text.count("first told on") == 3, "the page, and the channels that said something"


def test_a_ledger_that_can_not_be_read_is_told_and_stops_nothing(tmp_path: Path) -> None:
    root = posting.make_posting(tmp_path)
    draft(root, posting.ID).unlink()
    shutil.rmtree(tmp_path / "remote.git")
    assert "left out" in sitegen(root, "postmortem", "cards").stderr
    assert draft(root, posting.ID).read_text().count("first told on") == 1, "the page is known without the ledger"


def test_the_guide_shows_the_questions_and_lines_that_there_are(over: Path) -> None:
    sitegen(over, "postmortem")
    text = draft(over).read_text()
    for page in ("docs/how-to/write-a-post-mortem.md", "docs/tutorial/first-incident.md"):
        asked = re.findall(r"\[[^\[\]\n]+\?\](?!\()", Document(page).text)
        assert asked
        assert [question for question in asked if question not in text] == []
