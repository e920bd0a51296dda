"""Each kind of change, one at a time: no page that shows it stays as it was."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from time import sleep

import pytest

import sitegen.cache.kept
from tests.cache.projects import ENGLISH, NO_URL, OTHER_ZONE, PICTURE, START, assert_same, go_on, look
from tests.projects import INCIDENT, SETTINGS, make_project, run_sitegen

PAYMENTS = """\
title: Transfers were late
components: {api: partial_outage}
aliases: [old/transfers]
updates:
  - at: 2026-11-20 10:00
    message: Transfers are late. See ![the graph](graph.png).
  - at: 2026-11-20 11:00
    status: resolved
    message: Transfers arrive again.
    edited: {at: 2026-11-24 09:00, note: The first text named a wrong time.}
"""
ACCOUNT = """\
---
published: 2026-11-22 10:00
actions:
  - {text: Test the fallback, owner: on-call, due: 2026-11-25}
---
# What happened

A queue was full.
"""
WORK = """\
type: maintenance
title: New cables
components: {website: under_maintenance}
window: {start: 2026-11-23 18:00, end: 2026-11-23 19:00}
updates:
  - at: 2026-11-10 10:00
    message: The website may be slow.
"""
AHEAD = """\
type: notice
title: A new address
until: 2026-11-26 10:00
updates:
  - at: 2026-11-24 08:00
    message: Our address changes.
"""
FILES: dict[str, str | bytes] = {
    "2026-11-23-checkout": INCIDENT,
    "2026-11-20-payments": PAYMENTS,
    "2026-11-20-payments.md": ACCOUNT,
    "2026-11-10-cables": WORK,
    "2026-11-24-address": AHEAD,
    "graph.png": PICTURE,
}
Change = Callable[[Path], object]


def write(name: str, text: str | bytes) -> Change:
    def change(root: Path) -> None:
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_bytes(text.encode() if isinstance(text, str) else text)

    return change


def move(old: str, new: str) -> Change:
    def change(root: Path) -> None:
        (root / new).parent.mkdir(exist_ok=True)
        (root / old).rename(root / new)

    return change


CHANGES: dict[str, Change] = {
    "an update": write("incidents/2026-11-20-payments.yaml", PAYMENTS.replace("late.", "very late.")),
    "a component": write("incidents/2026-11-20-payments.yaml", PAYMENTS.replace("api", "website")),
    "an alias": write("incidents/2026-11-20-payments.yaml", PAYMENTS.replace("old/", "new/")),
    "a secret": write("incidents/2026-11-20-payments.yaml", PAYMENTS.replace("late.", "password: hunter2hunter2")),
    "an entry that can't be read": write("incidents/2026-11-20-payments.yaml", b"\xff\xfe"),
    "a name that is no id": move("incidents/2026-11-20-payments.yaml", "incidents/payments.yaml"),
    "another id": move("incidents/2026-11-10-cables.yaml", "incidents/2026-11-10-wires.yaml"),
    "another folder": move("incidents/2026-11-10-cables.yaml", "incidents/2026/2026-11-10-cables.yaml"),
    "a twin": write("incidents/2026/2026-11-20-payments.yaml", INCIDENT),
    "no entry": lambda root: (root / "incidents/2026-11-23-checkout.yaml").unlink(),
    "a draft": write("incidents/2026-11-23-checkout.yaml", f"{INCIDENT}draft: true\n"),
    "a post-mortem": write("incidents/2026-11-20-payments.md", ACCOUNT.replace("full", "empty")),
    "a translated post-mortem": write("incidents/2026-11-20-payments.pl.md", "# Co się stało\n\nKolejka.\n"),
    "no post-mortem": lambda root: (root / "incidents/2026-11-20-payments.md").unlink(),
    "an unpublished post-mortem": write("incidents/2026-11-20-payments.md", ACCOUNT.replace("11-22", "12-22")),
    "a picture": write("incidents/graph.png", PICTURE + b"more"),
    "no picture": lambda root: (root / "incidents/graph.png").unlink(),
    "a file that is not read": write("incidents/notes.txt", "nothing"),
    "one language less": write("sitegen.yaml", ENGLISH),
    "another zone": write("sitegen.yaml", OTHER_ZONE),
    "no address": write("sitegen.yaml", NO_URL),
    "a component's name": write("sitegen.yaml", SETTINGS.replace("name: Website", "name: Web")),
    "a style": write("templates/variables.css", ":root { --gap: 1px }"),
    "a template": write(
        "templates/month.html", '{% extends "default/month.html" %}{% block footer %}Ours{% endblock %}'
    ),
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project of everything, built."""
    settings = SETTINGS.replace(", url:", ", source: https://github.com/example/status, url:")
    folder = make_project(tmp_path / "project", settings, FILES)
    go_on(folder)
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("change", CHANGES)
def test_no_page_misses(root: Path, tmp_path: Path, change: str) -> None:
    CHANGES[change](root)
    assert_same(root, tmp_path / "clean")


@pytest.mark.parametrize(
    "length",
    [
        timedelta(minutes=1),
        timedelta(hours=1, minutes=36),  # the promised update did not come
        timedelta(hours=5),  # 18:00 in Warsaw: the window opens
        timedelta(hours=6, seconds=1),  # and it closes
        timedelta(hours=20),  # a notice is published
        timedelta(days=3),  # a promise of a post-mortem is overdue, and a text was edited
        timedelta(days=120),
        timedelta(days=-1),
        timedelta(days=-200),
    ],
    ids=str,
)
def test_no_page_misses_that_time_has_passed(root: Path, tmp_path: Path, length: timedelta) -> None:
    assert_same(root, tmp_path / "clean", START + length)


def test_a_promise_that_is_overdue_since_midnight_is_marked(root: Path, tmp_path: Path) -> None:
    go_on(root, START + timedelta(days=2))
    assert_same(root, tmp_path / "clean", START + timedelta(days=3))
    assert b"overdue" in (root / "site/incidents/2026-11-20-payments.html").read_bytes()


def test_a_template_that_asks_for_the_moment_gets_it_on_every_page(root: Path, tmp_path: Path) -> None:
    footer = "{% block footer %}{{ r.iso(view.moment) }}{% endblock %}"
    write("templates/incident.html", f'{{% extends "default/incident.html" %}}{footer}')(root)
    go_on(root)
    assert_same(root, tmp_path / "clean", START + timedelta(minutes=1))
    assert b"2026-11-23T12:01:00Z" in (root / "site/incidents/2026-11-20-payments.html").read_bytes()


def test_a_template_behind_a_link_is_looked_at_in_every_build(root: Path, tmp_path: Path) -> None:
    write("parts/footer.html", "One")(root)
    text = '{% extends "default/month.html" %}{% block footer %}{% include "parts/footer.html" %}{% endblock %}'
    write("templates/month.html", text)(root)
    (root / "templates/parts").symlink_to(root / "parts")
    for part in ("One", "Two"):
        write("parts/footer.html", part)(root)
        sleep(0.05)  # longer than any clock of a file system that this runs on
        for _ in range(2):
            assert run_sitegen("-C", root, "build", "--as-of", START.isoformat()).returncode in (0, 1)
        assert part in (root / "site/history/2026-11.html").read_text()
    assert_same(root, tmp_path / "clean")


def test_another_version_of_the_program_believes_nothing(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sitegen.cache.kept, "digest_program", lambda seen: b"another version")
    before = look(root / ".sitegen/cache")
    assert_same(root, tmp_path / "clean")
    after = look(root / ".sitegen/cache")
    assert not set(before.values()) & set(after.values()) - {b"*\n"}
