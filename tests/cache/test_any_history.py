"""Whatever happens to a project, going on from earlier builds gives the bytes and the problems of a clean build."""

import shutil
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

import sitegen.cache.kept
from tests.cache.projects import ENGLISH, NO_URL, OTHER_ZONE, PICTURE, START, assert_same
from tests.projects import SETTINGS

pytestmark = pytest.mark.slow
IDS = ("2026-11-23-checkout", "2026-11-22-api", "2026-09-01-website", "2026-11-24-coming")
OPEN = """\
title: {title}
components: {{{component}: {condition}}}
workaround: Pay by bank transfer.
updates:
  - at: {day} 11:{minute:02}
    next_update_by: {day} 13:30
    message: {message}
"""
END = """\
  - at: {day} 14:0{digit}
    status: resolved
    message: {message} It works again.
"""
EDITED = """\
    edited: {{at: {day} 15:00, note: The first text named a wrong time.}}
"""
MAINTENANCE = """\
type: maintenance
title: {title}
components: {{{component}: under_maintenance}}
window: {{start: {day} 12:30, end: {day} 13:00}}
{alias}updates:
  - at: 2026-11-20 10:00
    message: {message}
"""
NOTICE = """\
type: notice
title: {title}
until: {day} 18:00
draft: {draft}
updates:
  - at: {day} 08:00
    message: {message}
"""
ACCOUNT = """\
---
published: 2026-11-23 {hour}:00
actions:
  - {{text: Test the fallback, owner: on-call, due: 2026-11-2{digit}}}
---
# What happened
{message}
"""
MESSAGES = (
    "Most card payments are failing.",
    "Most card payments are slow.",
    "See ![the graph](graph.png) for **details**.",
    "The password: hunter2hunter2 is in here.",
    "A [link](javascript:alert(1)) and TODO.",
)
TEMPLATES = (
    '{% extends "default/follow.html" %}',
    '{% extends "default/follow.html" %}{% block footer %}As of {{ r.moment(view.moment) }}{% endblock %}',
    '{% extends "default/follow.html" %}{% block footer %}{{ r.scene.view.overall }}{% endblock %}',
)
entries = st.builds(
    lambda form, end, edited, **words: (
        form.format(**words)
        + (EDITED.format(**words) if edited else "")
        + (END.format(**words) if end and form is OPEN else "")
    ),
    form=st.sampled_from((OPEN, OPEN, MAINTENANCE, NOTICE)),
    end=st.booleans(),
    edited=st.booleans(),
    title=st.sampled_from(("Payments fail", "Payments are slow")),
    component=st.sampled_from(("checkout", "api", "website", "unheard-of")),
    condition=st.sampled_from(("major_outage", "degraded_performance")),
    day=st.sampled_from(("2026-11-23", "2026-11-22", "2026-11-24", "2026-09-01")),
    minute=st.integers(0, 59),
    digit=st.integers(0, 9),
    draft=st.sampled_from(("true", "false")),
    alias=st.sampled_from(("", "aliases: [old/page]\n", "aliases: [incidents/q5bb6tbftgrm]\n")),
    message=st.sampled_from(MESSAGES),
)
accounts = st.builds(
    ACCOUNT.format, hour=st.integers(10, 23), digit=st.integers(0, 9), message=st.sampled_from(MESSAGES)
)
moments = st.builds(
    lambda length: START + length,
    st.one_of(
        st.sampled_from([timedelta(minutes=minutes) for minutes in (0, 1, 30, 31, 60, 90, 95, 96, 120, 180)]),
        st.timedeltas(timedelta(days=-3), timedelta(days=3)),
        st.timedeltas(timedelta(days=-200), timedelta(days=200)),
    ),
)


class AnyHistory(RuleBasedStateMachine):
    """A project under edits; after each of them both ways to build it are compared."""

    @initialize(entry=entries)
    def begin(self, entry: str) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="sitegen-history-"))
        self.root, self.clean = self.folder / "project", self.folder / "clean"
        self.moment = START
        self.program = b"1"
        (self.root / "incidents").mkdir(parents=True)
        (self.root / "sitegen.yaml").write_text(SETTINGS)
        (self.root / "incidents" / f"{IDS[0]}.yaml").write_text(entry)

    def teardown(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    @rule(name=st.sampled_from(IDS), entry=entries, deep=st.booleans())
    def write_entry(self, name: str, entry: str, deep: bool) -> None:
        place = self.root / "incidents" / ("2026" if deep else "") / f"{name}.yaml"
        place.parent.mkdir(exist_ok=True)
        place.write_text(entry)

    @rule(name=st.sampled_from(IDS), text=accounts, language=st.sampled_from(("", ".pl", ".xx")))
    def write_account(self, name: str, text: str, language: str) -> None:
        (self.root / "incidents" / f"{name}{language}.md").write_text(text)

    @rule(name=st.sampled_from(IDS), content=st.binary(max_size=20))
    def break_entry(self, name: str, content: bytes) -> None:
        (self.root / "incidents" / f"{name}.yaml").write_bytes(content)

    @rule(place=st.randoms(use_true_random=False))
    def remove(self, place: "object") -> None:
        files = sorted(path for path in (self.root / "incidents").rglob("*") if path.is_file())
        if files:
            place.choice(files).unlink()  # type: ignore[attr-defined]

    @rule(old=st.sampled_from(IDS), new=st.sampled_from(IDS))
    def rename(self, old: str, new: str) -> None:
        place = self.root / "incidents" / f"{old}.yaml"
        if place.exists():
            place.replace(self.root / "incidents" / f"{new}.yaml")

    @rule(content=st.sampled_from((PICTURE, PICTURE + b"more", b"no picture")))
    def write_picture(self, content: bytes) -> None:
        (self.root / "incidents" / "graph.png").write_bytes(content)

    @rule(text=st.sampled_from((SETTINGS, ENGLISH, OTHER_ZONE, NO_URL)))
    def write_settings(self, text: str) -> None:
        (self.root / "sitegen.yaml").write_text(text)

    @rule(name=st.sampled_from(("follow.html", "incident.html")), text=st.sampled_from(TEMPLATES))
    def write_template(self, name: str, text: str) -> None:
        (self.root / "templates").mkdir(exist_ok=True)
        (self.root / "templates" / name).write_text(text.replace("follow.html", name))

    @rule(text=st.sampled_from((":root { --gap: 1px }", ":root { --gap: 2px }")))
    def write_style(self, text: str) -> None:
        (self.root / "templates").mkdir(exist_ok=True)
        (self.root / "templates" / "variables.css").write_text(text)

    @rule()
    def remove_templates(self) -> None:
        shutil.rmtree(self.root / "templates", ignore_errors=True)

    @rule(moment=moments)
    def let_time_pass(self, moment: datetime) -> None:
        self.moment = moment

    @rule(program=st.sampled_from((b"1", b"2")))
    def change_program(self, program: bytes) -> None:
        self.program = program

    @precondition(lambda self: (self.root / "site").exists())
    @rule(name=st.sampled_from(("index.html", "now.json", "follow.html")), text=st.text(max_size=3))
    def tamper_with_site(self, name: str, text: str) -> None:
        (self.root / "site" / name).write_text(text)

    @precondition(lambda self: (self.root / ".sitegen/cache").exists())
    @rule(place=st.randoms(use_true_random=False))
    def lose_some_of_the_cache(self, place: "object") -> None:
        files = sorted((self.root / ".sitegen/cache").iterdir())
        if files:
            place.choice(files).unlink()  # type: ignore[attr-defined]

    @invariant()
    def both_builds_are_the_same(self) -> None:
        with patch.object(sitegen.cache.kept, "digest_program", lambda seen: self.program):
            assert_same(self.root, self.clean, self.moment)


AnyHistory.TestCase.settings = settings(
    max_examples=8, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck)
)
TestAnyHistory = AnyHistory.TestCase
