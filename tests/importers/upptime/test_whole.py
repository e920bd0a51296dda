"""Whole Upptime repositories: every entry accounted for, whatever stands in the files."""

import copy
import shutil
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen.importers import import_folder
from sitegen.importers.conversion import Conversion, Refusal
from tests.importers.reading import load_all, losses, told
from tests.importers.upptime.repository import SETTINGS, UPPTIME, automatic, comment, commits, convert, issue, outcome
from tests.importers.upptime.test_issues import NIGHT, PLANNED, RESOLVED, SAID

ISSUES = [automatic(comments=2), issue(5, "Moving", PLANNED, "maintenance"), issue(9, "Slow maps", "Slow.", "status")]
COMMENTS = [SAID, RESOLVED, comment(9, "08:00", "Faster now.")]
REAL = {"compusport+uptime": 51, "manticoresoftware+upptime": 47}


def test_every_file_is_accounted_for() -> None:
    made = convert({"status-commits.tsv": NIGHT, "issues.json": ISSUES, "comments.json": COMMENTS})
    load_all(made)
    assert made.files_read == 5
    assert {str(one.path): one.reason for one in made.skipped} == {
        "comments.json": "What it tells stands in the entries of measurements, and of issues in other files.",
        "history/ticket-shop.yml": "It tells of a site's last state and since when it is watched, not of an incident.",
    }
    assert {str(origin) for origin in made.origins.values()} == {"status-commits.tsv", "issues.json"}


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ("", "There is no"),
        ("sites: []", "names no site"),
        ("sites: [{url: x}]", "names no site"),
        ("&a sites", "can't be read"),
    ],
)
def test_what_is_no_upptime_repository_is_refused(settings: str, reason: str) -> None:
    made = outcome({}, settings)
    assert isinstance(made, Refusal)
    assert reason in made.reason


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a JSON value."""
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inner:
        yield from places(one, (*path, key))


SAVED = {"issues": ISSUES, "comments": COMMENTS}
PLACES = [path for path in places(SAVED) if len(path) > 1]
VALUES: st.SearchStrategy[object] = st.sampled_from(
    [
        None,
        True,
        0,
        -1,
        10**30,
        "",
        "x",
        "2024-03-01T07:00:00Z",
        "1990-01-01T00:00:00Z",
        [],
        {},
        [{}],
        {"name": "status"},
    ]
) | st.text(max_size=6)
LINES = st.sampled_from(
    ["07:00 down 503", "07:00 up 200", "08:00 degraded 200 Map (beta)", "08:00 down 0 Old", "09:00 up 0 Old"]
)


@given(
    st.lists(st.tuples(st.sampled_from(PLACES), VALUES), max_size=4),
    st.lists(LINES, max_size=9).map(lambda lines: commits(*lines)),
    st.text(max_size=8),
)
def test_whatever_is_changed_nothing_raises_and_every_issue_is_counted(
    changes: list[tuple[tuple[Any, ...], object]], history: str, added: str
) -> None:
    saved = copy.deepcopy(SAVED)
    for (*inner, last), value in changes:
        change(saved, inner, last, value)
    files = {"status-commits.tsv": history + added, "issues.json": saved["issues"], "comments.json": saved["comments"]}
    made = outcome(files, SETTINGS)
    assert isinstance(made, Conversion)
    load_all(made)
    accounted = ("was made", "opened, so no entry", "This is no issue", "was saved twice", "is no object")
    if not any(words in one.what for words in accounted for one in made.problems):
        left = sum(int(one.what.split()[0]) for one in made.problems if "have neither the label" in one.what)
        alone = [one for one in made.origins.values() if str(one) == "issues.json"]
        joined = sum(int(one.what.split()[0]) for one in made.problems if "are one entry with" in one.what)
        assert len(alone) + joined + left == count(saved["issues"])
    assert made == outcome(files, SETTINGS)


def count(value: object) -> int:
    """How many objects stand in a list and the lists in it."""
    return sum(map(count, value)) if isinstance(value, list) else 1


def change(value: Any, inner: list[Any], last: Any, new: object) -> None:
    """Change one place, if it is still there."""
    try:
        for key in inner:
            value = value[key]
        value[last] = copy.deepcopy(new)
    except (KeyError, IndexError, TypeError):
        return


@pytest.mark.slow
def test_a_hundred_thousand_commits_take_no_time() -> None:
    begin = datetime(2020, 1, 1, tzinfo=UTC)
    lines = []
    for number in range(100_000):
        state = "🟥 Ticket Shop is down (0" if number % 50 == 1 else "🟩 Ticket Shop is up (200"
        at = begin + timedelta(minutes=number * 20)
        lines.append(f"{number:040x}\t{at.isoformat()}\t{state} in 42 ms) [skip ci] [upptime]")
    began = time.perf_counter()
    made = convert({"status-commits.tsv": "\n".join(lines)})
    assert time.perf_counter() - began < 60
    assert len(made.incidents) == 2000


@pytest.mark.parametrize(("folder", "count"), REAL.items())
def test_real_repositories_arrive_whole(folder: str, count: int, real_data: Path) -> None:
    root = real_data / "upptime" / folder
    made = import_folder(UPPTIME, root)
    assert isinstance(made, Conversion)
    assert len(load_all(made)[1]) == count == (root / "status-commits.tsv").read_text().count("🟥")
    assert losses(made) == []


def test_real_issues_become_entries_with_their_comments(real_data: Path, tmp_path: Path) -> None:
    for name in (".upptimerc.yml", "status-commits.tsv"):
        shutil.copy(real_data / "upptime" / "compusport+uptime" / name, tmp_path)
    shutil.copy(real_data / "upptime" / "issues-sample.json", tmp_path / "issues.json")
    made = import_folder(UPPTIME, tmp_path)
    assert isinstance(made, Conversion)
    incidents = load_all(made)[1]
    assert len(incidents) == REAL["compusport+uptime"] + 5
    assert len(told(made, "Only the day is known")) == 5
    said = [text for one in incidents.values() for text in (update.message.read("en", "en") for update in one.updates)]
    assert sum("**Resolved:**" in text for text in said) == 4
