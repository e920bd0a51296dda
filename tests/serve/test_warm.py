"""What the preview does at a change: little, once, and only what somebody looks at; read from what it sends."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest

from sitegen.serve.builder import Builder
from tests.projects import INCIDENT, MOMENT, make_project
from tests.repositories import git, isolate_git
from tests.serve.asking import ID, SOON, ask, edit, served, stamp_of

COUNT = 60
# One counter for each state of the preview: a page tells the how manieth entry it was that was rendered.
COUNTER = "{% set numbers = cycler(*range(1, 1000)) %}{% macro count() %}{{ numbers.next() }}{% endmacro %}\n"
COUNTED = """\
{% import "counter.html" as counter %}<!doctype html><title>{{ line.incident.title.read("en", "en") }}</title>
<p>Rendered: {{ counter.count() }}</p>
"""


def name(number: int) -> str:
    return f"2026-10-{1 + number % 30:02}-entry-{number}"


def page_of(number: int) -> str:
    return f"/incidents/{name(number)}.html"


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """A project with many entries and a theme that counts what is rendered of them."""
    entries = {name(number): INCIDENT.replace("2026-11-23", name(number)[:10]) for number in range(COUNT)}
    root = make_project(tmp_path / "project", incidents=entries)
    (root / "templates").mkdir()
    (root / "templates/counter.html").write_text(COUNTER)
    (root / "templates/incident.html").write_text(COUNTED)
    return root


def rendered(page: str) -> int:
    found = re.search(r"Rendered: (\d+)", page)
    assert found is not None
    return int(found[1])


def expect_news(address: str, seen: str) -> str:
    """The stamp after the change that is under way."""
    stamp = ask(address, f"/_events?seen={seen}").text
    assert stamp != seen
    return stamp


def count_states(before: str, after: str) -> int:
    """How many states came after the one until the other."""
    return int(after.rpartition(".")[2]) - int(before.rpartition(".")[2])


def test_a_change_renders_what_was_looked_at_and_then_what_is_looked_at(many: Path) -> None:
    with served(many) as address:
        seen = stamp_of(ask(address, page_of(7)).text)
        edit(many, f"incidents/{name(7)}.yaml", "Card payments", "All payments")
        expect_news(address, seen)
        changed = ask(address, page_of(7)).text
        assert "All payments fail" in changed
        assert rendered(changed) == 1
        assert rendered(ask(address, page_of(8)).text) <= 3  # in two languages
        assert rendered(ask(address, page_of(7)).text) == 1


def test_what_a_change_does_not_touch_is_not_rendered_again(root: Path) -> None:
    """The page of what is over carries no moment: it is the same to the byte, but for the stamp that reloads it."""
    (root / "incidents/2026-10-01-old.yaml").write_text(
        INCIDENT.replace("2026-11-23", "2026-10-01")
        + "  - {at: 2026-10-01 05:00, status: resolved, message: All works again.}\n"
    )
    (root / "templates").mkdir()
    (root / "templates/counter.html").write_text(COUNTER)
    (root / "templates/incident.html").write_text(COUNTED)
    with served(root) as address:
        before = ask(address, "/incidents/2026-10-01-old.html").text
        seen = stamp_of(before)
        edit(root, f"incidents/{ID}.yaml", "Card payments", "All payments")
        stamp = expect_news(address, seen)
        assert rendered(ask(address, f"/incidents/{ID}.html").text) == 1
        assert ask(address, "/incidents/2026-10-01-old.html").text == before.replace(seen, stamp)


def test_a_burst_of_saves_is_one_state(many: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    isolate_git(monkeypatch, tmp_path / "home")
    git(many, "init", "--quiet")
    git(many, "add", ".")
    git(many, "commit", "--quiet", "--message", "As it was")
    for number in range(COUNT):
        edit(many, f"incidents/{name(number)}.yaml", "Card payments", "All payments")
    with served(many) as address:
        before = stamp_of(ask(address, page_of(1)).text)
        git(many, "checkout", "--quiet", ".")
        after = expect_news(address, before)
        sleep(1.0)
        after = stamp_of(ask(address, page_of(COUNT - 1)).text)
        assert "Card payments fail" in ask(address, page_of(COUNT - 1)).text
        # One; two where the machine is so busy that git itself pauses.
        assert 1 <= count_states(before, after) <= 2


@pytest.mark.parametrize("litter", [f".{ID}.yaml.swp", f"{ID}.yaml~", f"#{ID}.yaml#", "4913.tmp"])
def test_what_editors_leave_behind_is_no_news(root: Path, litter: str) -> None:
    with served(root) as address:
        seen = stamp_of(ask(address).text)
        (root / "incidents" / litter).write_text("title: Half\n")
        sleep(0.5)
        edit(root, f"incidents/{ID}.yaml", "Card payments", "All payments")
        assert count_states(seen, expect_news(address, seen)) == 1


class Minutes:
    """A clock that is a minute further whenever it is asked."""

    def __init__(self, start: datetime) -> None:
        self.now = start

    def __call__(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now


def test_a_save_that_changes_nothing_is_no_news_however_late_it_is(root: Path, tmp_path: Path) -> None:
    with Builder(root, tmp_path, Minutes(MOMENT)) as builder:
        first = builder.settled(SOON)
        place = root / f"incidents/{ID}.yaml"
        place.write_text(place.read_text())
        builder.ask()
        assert builder.settled(SOON) == first


def test_a_moment_that_is_due_is_news_though_no_file_changed(root: Path, tmp_path: Path) -> None:
    now = [datetime(2026, 11, 23, 2, 0, tzinfo=UTC)]
    with Builder(root, tmp_path, lambda: now[0]) as builder:
        first = builder.settled(SOON)
        now[0] = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
        builder.ask()
        assert builder.settled(SOON).stamp != first.stamp


# Templates that can't be used


def break_template(root: Path, condition: str) -> None:
    (root / "templates/incident.html").write_text(
        COUNTED + f"\n{{% if {condition} %}}{{{{ line.nothing.such }}}}{{% endif %}}\n"
    )


def test_a_broken_template_stands_over_the_page_that_was_looked_at(many: Path) -> None:
    with served(many) as address:
        seen = stamp_of(ask(address, page_of(7)).text)
        break_template(many, "true")
        seen = expect_news(address, seen)
        page = ask(address, page_of(7)).text
        assert "Card payments fail at checkout" in page
        assert "Your last change is not in this page" in page
        assert "templates/incident.html:4" in page
        (many / "templates/incident.html").write_text(COUNTED.replace("Rendered", "Mended"))
        expect_news(address, seen)
        page = ask(address, page_of(7)).text
        assert "Mended: " in page
        assert "Your last change" not in page


def test_a_broken_template_is_told_of_though_nobody_looked_at_a_page_of_its_kind(many: Path) -> None:
    with served(many) as address:
        seen = stamp_of(ask(address).text)
        break_template(many, "true")
        expect_news(address, seen)
        assert "templates/incident.html:4" in ask(address).text


def test_a_template_that_fails_for_one_entry_is_told_of_where_that_one_is_looked_at(many: Path) -> None:
    with served(many) as address:
        seen = stamp_of(ask(address, page_of(7)).text)
        ask(address, page_of(50))
        for number in (8, 9, 10, 11):  # longer ago than what is rendered ahead
            ask(address, page_of(number))
        break_template(many, f"line.incident.id in ('{name(50)}', '{name(51)}')")
        seen = expect_news(address, seen)
        assert "Your last change" not in ask(address, page_of(7)).text
        known, unknown = ask(address, page_of(50)), ask(address, page_of(51))
        assert known.status == 200
        assert "Card payments fail at checkout" in known.text
        assert unknown.status == 500
        for reply in (known, unknown):
            assert "templates/incident.html:4" in reply.text
            assert stamp_of(reply.text) == seen
        (many / "templates/incident.html").write_text(COUNTED)
        expect_news(address, seen)
        assert ask(address, page_of(51)).status == 200


# What builds have left


@contextmanager
def command(*words: str | Path) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        (sys.executable, "-m", "sitegen", *map(str, words)), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        yield running


def test_a_project_that_was_built_is_shown_as_it_is_now_and_its_cache_stays_as_it_was(root: Path) -> None:
    with command("-C", root, "build") as building:
        building.communicate(timeout=SOON)
    edit(root, f"incidents/{ID}.yaml", "Card payments", "All payments")
    before = _list(root)
    with served(root) as address:
        assert "All payments fail" in ask(address).text
        edit(root, f"incidents/{ID}.yaml", "All payments", "Most payments")
        expect_news(address, stamp_of(ask(address).text))
    edit(root, f"incidents/{ID}.yaml", "Most payments", "All payments")
    assert _list(root) == before


def test_a_cache_that_is_damaged_or_strange_is_no_hindrance(root: Path) -> None:
    with command("-C", root, "build") as building:
        building.communicate(timeout=SOON)
    kept = root / ".sitegen/cache"
    for place in kept.iterdir():
        place.write_bytes(place.read_bytes()[:-1] + b"x")
    os.mkfifo(kept / "pipe")
    (kept / "link").symlink_to("/dev/zero")
    (kept / "folder").mkdir()
    with served(root) as address:
        assert "Card payments fail" in ask(address).text


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_the_command_ends_in_the_middle_of_its_first_look_and_leaves_no_process_behind(
    many: Path, end: signal.Signals
) -> None:
    for number in range(COUNT, 1500):
        (many / f"incidents/{name(number)}.yaml").write_text(INCIDENT.replace("2026-11-23", name(number)[:10]))
    with subprocess.Popen(
        (sys.executable, "-m", "sitegen", "-C", many, "serve", "--port", "0"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as running:
        assert running.stdout is not None
        assert running.stdout.readline()
        running.send_signal(end)
        assert running.communicate(timeout=SOON) == ("", "Stopped.\n")
        assert running.returncode == 0
    wait_until_gone(running.pid)


def wait_until_gone(session: int) -> None:
    """Until no process of the session is left."""
    deadline = monotonic() + SOON
    with suppress(ProcessLookupError):
        while monotonic() < deadline:
            os.killpg(session, 0)
            sleep(0.05)
        pytest.fail("a process was left behind")


def _list(root: Path) -> dict[str, Any]:
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}
