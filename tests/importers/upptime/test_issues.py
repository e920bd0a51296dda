"""The issues of an Upptime repository to incidents: what people wrote arrives, what Upptime wrote is not said twice."""

import json

import pytest

from sitegen.model import Condition, Impact, Kind, Status, Window
from tests.importers.reading import clocks, groups, load_all, losses, messages, moment, statuses, titles, told
from tests.importers.upptime.repository import Json, automatic, comment, commits, convert, issue, only

NIGHT = commits("07:00 down 503", "08:00 up 200")
RESOLVED = comment(7, "08:01", "**Resolved:** Ticket Shop is back up in [`2222222`](x) after 1 hour.", "upptime-bot")
SAID = comment(7, "07:30", "A fuse blew, we change it.\r\nTickets at the pier.")
PLANNED = """\
<!--
start: 2024-03-02T12:00:00+01:00
end: 2024-03-02T14:00:00+01:00
expectedDown: ticket-shop, radio
-->
We move the shop.
"""


def test_an_issue_and_its_measurement_are_one_incident_with_the_words_of_people() -> None:
    made = convert(
        {"status-commits.tsv": NIGHT, "issues.json": [automatic(comments=2)], "comments.json": [SAID, RESOLVED]}
    )
    found = only(made)
    assert messages(found) == [
        "Automatic measurement: Ticket Shop answered with HTTP status 503 in 42 ms and counts as down.",
        "A fuse blew, we change it.\nTickets at the pier.",
        "Automatic measurement: Ticket Shop is up again, with HTTP status 200 in 42 ms.",
    ]
    assert [one.by for one in found.updates] == ["", "kim", ""]
    assert found.aliases == ("incident/7",)
    assert told(made, "1 issues are one entry with the measurement")
    assert losses(made) == []


def test_an_issue_alone_is_an_incident_with_its_comments_and_its_end() -> None:
    made = convert({"issues.json": [automatic(comments=2)], "comments.json": [SAID, RESOLVED]})
    found = only(made)
    assert found.title.read("en", "en") == "Ticket Shop is down"
    assert found.components == {"ticket-shop": Condition.MAJOR_OUTAGE}
    assert found.impact is Impact.MINOR
    assert clocks(found) == ["01 07:00", "01 07:30", "01 08:01"]
    assert statuses(found) == [Status.INVESTIGATING, None, Status.RESOLVED]
    assert messages(found)[0].endswith("was **down**:\n- HTTP code: 503\n- Response time: 42 ms")


def test_an_issue_that_people_opened_keeps_their_words_and_ends_when_it_was_closed() -> None:
    made = convert({"issues.json": [issue(3, "Slow maps, degraded", "Tiles load slowly.", "status", "map")]})
    found = only(made)
    assert found.components == {"map-beta": Condition.DEGRADED_PERFORMANCE}
    assert (messages(found), clocks(found)) == (["Tiles load slowly.", "Closed."], ["01 07:00", "01 09:00"])
    assert [one.by for one in found.updates] == ["upptime-bot", ""]
    assert found.impact is None


def test_an_open_issue_is_an_open_incident() -> None:
    made = convert({"issues.json": [issue(3, "Slow maps", "Tiles load slowly.", state="open", closed_at=None)]})
    assert statuses(only(made)) == [Status.INVESTIGATING]
    assert told(made, "Issue 3 is open, and so is this incident.")


def test_comments_of_strangers_are_left_out_and_told_with_their_words() -> None:
    stranger = comment(3, "08:00", "ok", "someone", "NONE")
    made = convert({"issues.json": [issue(3, "Slow maps", "Slow.", comments=1)], "comments.json": [stranger]})
    assert messages(only(made)) == ["Slow.", "Closed."]
    assert told(made, "A comment on issue 3 is not by the team (NONE), so it was left out: “ok”")


def test_comments_that_were_not_saved_are_lost_aloud() -> None:
    made = convert({"issues.json": [issue(3, "Slow maps", "Slow.", comments=4)]})
    assert losses(made) == ["Issue 3 has 4 comments; 0 of them were saved."]


def test_issues_and_pull_requests_that_tell_of_no_incident_are_counted() -> None:
    others = [issue(1, "A question", "How?", "question"), issue(2, "Fix", "", pull_request={"url": "x"})]
    made = convert({"issues.json": others})
    assert told(made, "2 issues and pull requests have neither the label") == ["issues.json"]
    assert [str(one.path) for one in made.skipped if "issue" in str(one.path)] == ["issues.json"]


def test_maintenance_has_its_window_and_components_from_the_hidden_comment() -> None:
    made = convert({"issues.json": [issue(5, "Moving", PLANNED, "maintenance", closed_at="2024-03-02T14:07:00Z")]})
    found = only(made)
    assert found.kind is Kind.MAINTENANCE
    assert found.window == Window(moment("2024-03-02T11:00:00Z"), moment("2024-03-02T13:00:00Z"))
    assert found.components == {"ticket-shop": Condition.UNDER_MAINTENANCE, "radio": Condition.UNDER_MAINTENANCE}
    assert messages(found) == ["We move the shop.", "Completed."]
    assert found.updates[-1].at == moment("2024-03-02T13:00:00Z")
    assert groups(load_all(made)[0])[-1] == ("Other", ["radio"])


@pytest.mark.parametrize(
    ("fields", "last"),
    [
        ({"closed_at": "2024-03-01T09:00:00Z"}, Status.CANCELLED),
        ({"closed_at": "2024-03-02T12:00:00Z"}, Status.COMPLETED),
        ({"state": "open", "closed_at": None}, Status.SCHEDULED),
    ],
)
def test_a_maintenance_ends_with_its_issue(fields: Json, last: Status) -> None:
    found = only(convert({"issues.json": [issue(5, "Moving", PLANNED, "maintenance", **fields)]}))
    assert statuses(found)[-1] is last


def test_a_maintenance_without_times_is_a_notice() -> None:
    made = convert({"issues.json": [issue(5, "Moving", "We move the shop.", "maintenance")]})
    assert (only(made).kind, only(made).until) == (Kind.NOTICE, moment("2024-03-01T09:00:00Z"))
    assert told(made, "has no `start` and `end` that can be read")


def test_the_command_line_of_github_saves_issues_in_another_form() -> None:
    saved = {
        "number": 3,
        "url": "https://github.com/ferries/uptime/issues/3",
        "title": "🛑 Ticket Shop is down",
        "body": "Down.",
        "state": "CLOSED",
        "author": {"login": "kim"},
        "labels": [{"name": "status"}, {"name": "ticket-shop"}],
        "createdAt": "2024-03-01T07:00:00Z",
        "closedAt": "2024-03-01T09:00:00Z",
        "comments": [
            {
                "author": {"login": "lee"},
                "authorAssociation": "MEMBER",
                "body": "A fuse.",
                "createdAt": "2024-03-01T08:00:00Z",
            }
        ],
    }
    found = only(convert({"issues.json": [saved]}))
    assert messages(found) == ["Down.", "A fuse.", "Closed."]
    assert [one.by for one in found.updates] == ["kim", "lee", ""]


def test_pages_of_issues_in_a_folder_are_read_and_twins_are_one() -> None:
    newer = issue(3, "Slow maps", "Slow.", updated_at="2024-03-02T00:00:00Z") | {"title": "Very slow maps"}
    pages = {"issues/1.json": [issue(3, "Slow maps", "Slow.")], "issues/2.json": [newer, issue(4, "Fog", "No ferry.")]}
    made = convert(pages)
    assert sorted(titles(load_all(made)[1])) == ["Fog – 2024-03-01", "Very slow maps"]
    assert told(made, "ferries/uptime#3 was saved twice")


def test_a_comment_that_was_saved_twice_is_said_once() -> None:
    files = {"issues.json": [automatic()], "comments/1.json": [SAID, RESOLVED], "comments/2.json": [SAID]}
    assert clocks(only(convert(files))) == ["01 07:00", "01 07:30", "01 08:01"]


def test_issues_of_another_repository_are_told() -> None:
    foreign = issue(3, "Slow maps", "Slow.", html_url="https://github.com/trains/uptime/issues/3")
    assert told(convert({"issues.json": [foreign]}), "Issue 3 is of trains/uptime, not of ferries/uptime.")


def test_a_day_without_a_time_is_its_beginning_and_told() -> None:
    typed = {
        "number": 3,
        "title": "Slow maps",
        "labels": ["status"],
        "state": "closed",
        "created_on": "2024-03-01",
        "body": "Slow.",
    }
    made = convert({"issues.json": json.dumps([typed])})
    assert clocks(only(made)) == ["01 00:00", "01 00:00"]
    assert told(made, "Only the day is known of `created_on`")
