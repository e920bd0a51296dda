"""The commits of Upptime to incidents: each says that it was measured, and nothing that was not."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from sitegen.importers import import_folder
from sitegen.importers.conversion import Conversion
from sitegen.model import Condition, Impact, Status
from sitegen.timeline import fold
from tests.importers.reading import groups, load_all, losses, messages, moment, statuses, titles, told
from tests.importers.upptime.repository import LAST, SETTINGS, UPPTIME, commits, convert, only
from tests.repositories import git, isolate_git, make_repository

LATER = datetime(2024, 4, 1, tzinfo=UTC)
NIGHT = commits("06:00 up 200", "07:00 down 503", "08:00 up 200")


def test_a_time_down_is_an_incident_that_says_what_was_measured() -> None:
    made = convert({"status-commits.tsv": NIGHT})
    found = only(made)
    assert found.title.read("en", "en") == "Ticket Shop is down (automatic measurement)"
    assert messages(found) == [
        "Automatic measurement: Ticket Shop answered with HTTP status 503 in 42 ms and counts as down.",
        "Automatic measurement: Ticket Shop is up again, with HTTP status 200 in 42 ms.",
    ]
    assert statuses(found) == [Status.INVESTIGATING, Status.RESOLVED]
    (span,) = fold(found, LATER).spans
    assert (span.component, span.condition) == ("ticket-shop", Condition.MAJOR_OUTAGE)
    assert (span.start, span.end) == (moment("2024-03-01T07:00:00Z"), moment("2024-03-01T08:00:00Z"))
    assert found.impact is Impact.MINOR
    assert losses(made) == []


def test_no_answer_is_no_status_of_http() -> None:
    found = only(convert({"status-commits.tsv": commits("07:00 down 0", "08:00 up 200")}))
    assert messages(found)[0] == "Automatic measurement: Ticket Shop did not answer."


def test_degraded_and_down_are_one_incident_and_repeated_findings_are_counted() -> None:
    lines = ("07:00 degraded 200", "07:10 down 500", "07:20 down 500", "07:30 degraded 200", "08:00 up 200")
    made = convert({"status-commits.tsv": commits(*lines)})
    found = only(made)
    assert found.components == {"ticket-shop": Condition.DEGRADED_PERFORMANCE}
    assert [one.components.get("ticket-shop") for one in found.updates] == [
        None,
        Condition.MAJOR_OUTAGE,
        Condition.DEGRADED_PERFORMANCE,
        None,
    ]
    assert told(made, "1 measurements found Ticket Shop as before") == ["status-commits.tsv:2:1"]


def test_sites_are_components_known_since_they_are_watched() -> None:
    settings, _ = load_all(convert({"status-commits.tsv": NIGHT}))
    assert groups(settings) == [("", ["ticket-shop"]), ("", ["map-beta"])]
    shop, plan = settings.components
    assert str(shop.since) == "2024-01-05"
    assert shop.description is not None
    assert shop.description.read("en", "en") == "https://ferries.example/tickets"
    assert plan.description is None  # Its address is a secret's name.
    assert (settings.site.name.read("en", "en"), settings.site.url) == ("Ferries Status", "https://up.ferries.example")
    assert settings.site.source == "https://github.com/ferries/uptime"


def test_a_site_that_only_commits_name_comes_last() -> None:
    made = convert({"status-commits.tsv": commits("07:00 down 503 Old Radio", "08:00 up 200 Old Radio")})
    assert groups(load_all(made)[0])[-1] == ("Other", ["old-radio"])
    assert told(made, "`Old Radio` is not among the sites")


def test_what_never_came_back_stays_open_unless_the_last_measurement_says_so() -> None:
    down = commits("07:00 down 503")
    found = only(convert({"status-commits.tsv": down}))
    assert messages(found)[-1] == "Automatic measurement: Ticket Shop is up again, with HTTP status 200."
    assert found.updates[-1].at == moment("2024-03-27T23:10:55Z")
    made = convert({"status-commits.tsv": down, "history/ticket-shop.yml": LAST.replace("status: up", "status: down")})
    assert statuses(only(made)) == [Status.INVESTIGATING]
    assert told(made, "Nothing says that Ticket Shop came back; it stays open.")


def test_a_site_that_was_down_at_last_without_a_commit_is_open() -> None:
    made = convert({"history/ticket-shop.yml": LAST.replace("status: up", "status: down").replace("200", "502")})
    assert only(made).updates[0].at == moment("2024-03-27T23:10:55Z")
    assert told(made, "No commit and no issue says when a site was down")


def test_a_repository_with_messages_of_its_own_is_understood() -> None:
    own = SETTINGS + 'commitMessages:\n  statusChange: "$STATUS: $SITE_NAME, $SITE_NAME ($RESPONSE_CODE)"\n'
    lines = (
        "a\t2024-03-01T07:00:00Z\tdown: Ticket Shop, Ticket Shop (503)",
        "b\t2024-03-01T08:00:00Z\t🟩 Ticket Shop is up (200 in 42 ms) [skip ci] [upptime]",
        "c\t2024-03-01T08:00:00Z\t:card_file_box: Update status summary",
    )
    made = convert({"status-commits.tsv": "\n".join(lines)}, own)
    assert messages(only(made)) == [
        "Automatic measurement: Ticket Shop answered with HTTP status 503 and counts as down.",
        "Automatic measurement: Ticket Shop is up again, with HTTP status 200 in 42 ms.",
    ]
    assert told(made, "1 other commits say nothing") == ["status-commits.tsv"]


def test_a_line_that_is_no_commit_is_lost_aloud() -> None:
    made = convert({"status-commits.tsv": NIGHT + "fatal: the disk is full\n"})
    assert losses(made) == ["This line is no commit: `fatal: the disk is full`"]


def test_a_history_that_begins_late_is_told() -> None:
    assert told(
        convert({"status-commits.tsv": NIGHT}), "watched since 2024-01-05, but the first commit is of 2024-03-01"
    )


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        ({"2024-03-01": 61}, ""),
        (
            {"2024-03-01": 20},
            "counted other minutes down of Ticket Shop than its commits and issues have (2024-03-01: 20",
        ),
        ({"2024-02-01": 9}, "days of which nothing here says when (2024-02-01: 9)"),
        ({}, "On 1 days Upptime counted no minute down of Ticket Shop"),
    ],
)
def test_its_own_count_of_minutes_is_compared_and_makes_no_entry(minutes: dict[str, int], words: str) -> None:
    summary = [{"name": "Ticket Shop", "slug": "ticket-shop", "dailyMinutesDown": minutes}]
    made = convert({"status-commits.tsv": NIGHT, "history/summary.json": summary})
    assert len(made.incidents) == 1
    counted = [one for one in made.problems if "counted" in one.what]
    assert [str(one.where) for one in counted] == ["history/summary.json:4:3"] * (len(counted))
    assert any(words in one.what for one in counted) if words else counted == []


def test_a_clone_gives_its_commits_through_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    isolate_git(monkeypatch, tmp_path / "home")
    root = make_repository(tmp_path / "uptime")
    (root / "history").mkdir()
    (root / ".upptimerc.yml").write_text(SETTINGS)
    for number, (state, sign) in enumerate((("up", "🟩"), ("down", "🟥"), ("up", "🟩"))):
        (root / "history" / "ticket-shop.yml").write_text(f"{LAST}# {number}\n")
        git(root, "add", "--all")
        monkeypatch.setenv("GIT_COMMITTER_DATE", f"2024-03-01T0{number + 6}:00:00Z")
        git(root, "commit", "--quiet", "--message", f"{sign} Ticket Shop is {state} (0 in 0 ms) [skip ci] [upptime]")
    made = import_folder(UPPTIME, root)
    assert isinstance(made, Conversion)
    assert titles(load_all(made)[1]) == ["Ticket Shop is down (automatic measurement)"]
    assert only(made).updates[0].at == moment("2024-03-01T07:00:00Z")
    inner = root / "inner"
    inner.mkdir()
    (inner / ".upptimerc.yml").write_text(SETTINGS)
    other = import_folder(UPPTIME, inner)
    assert isinstance(other, Conversion)
    assert other.incidents == {}  # The commits of another repository around it are not its own.
