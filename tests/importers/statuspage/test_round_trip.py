"""The API that our own sites have, imported: the same titles, times, statuses and components for what it lists."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from sitegen import project
from sitegen.importers import import_folder
from sitegen.importers.conversion import Conversion
from sitegen.model import Incident, Kind, Settings
from sitegen.timeline import fold
from tests.importers.reading import load_all, losses
from tests.importers.statuspage.saved import STATUSPAGE
from tests.projects import MOMENT, build_site, make_project

SETTINGS = """\
site: {name: Harbour, url: https://status.ferries.example, time_zone: Europe/Warsaw}
components:
  - group: Boats
    components:
      - {key: boat-tickets, name: Tickets}
      - {key: radio, name: Radio, description: Between boat and pier}
  - group: Buses
    components:
      - {key: bus-tickets, name: Tickets, since: 2026-03-01}
  - {key: map, name: Map}
"""
INCIDENTS: Mapping[str, str | bytes] = {
    "2026-11-20-closed": """\
title: Ticket shop is closed
components: {boat-tickets: major_outage, map: degraded_performance}
started: 2026-11-20 06:40
updates:
  - {at: 2026-11-20 07:00, message: Nobody can buy a ticket.}
  - {at: 07:30, status: identified, components: {bus-tickets: partial_outage}, message: A fuse.}
  - {at: 07:30, id: second, components: {map: operational}, message: The map is back.}
  - {at: 08:00, status: monitoring, components: {boat-tickets: degraded_performance}, message: By card only.}
  - {at: 09:00, status: resolved, message: All tickets are sold again.}
aliases: [incidents/c0de00000001]
""",
    "2026-11-20-closed.md": "---\npublished: 2026-11-22 10:00\n---\nThe fuse was old.\n",
    "2026-11-21-none": """\
title: A noise at the pier
impact: none
updates: [{at: 2026-11-21 09:00, message: We look for it.}]
""",
    "2026-11-22-mast": """\
title: A new radio mast
type: maintenance
components: {radio: under_maintenance}
window: {start: 2026-11-22 01:00, end: 2026-11-22 03:00}
updates:
  - {at: 2026-11-15 09:00, status: scheduled, message: We will put it up.}
  - {at: 2026-11-22 01:05, status: in_progress, message: We put it up.}
  - {at: 2026-11-22 02:50, status: completed, message: It stands.}
""",
    "2026-11-30-paint": """\
title: Fresh paint
type: maintenance
components: {map: under_maintenance}
window: {start: 2026-11-30 01:00, end: 2026-11-30 03:00}
updates: [{at: 2026-11-20 09:00, status: scheduled, message: The map is painted.}]
""",
}


def names(settings: Settings) -> dict[str, str]:
    """What customers call each component, by its key."""
    titled = ((group.name.read("en", "en") if group.name else "", group.components) for group in settings.groups)
    return {one.key: f"{group} {one.name.read('en', 'en')}" for group, components in titled for one in components}


def tell(incident: Incident, settings: Settings, moment: datetime = MOMENT) -> object:
    """What a visitor learns of an entry, component by component and step by step."""
    line, called = fold(incident, moment), names(settings)
    spans = sorted((called[one.component], one.condition.value, one.start, one.end or moment) for one in line.spans)
    steps = [(step.update.at, step.status, step.update.message.read("en", "en")) for step in line.steps]
    text = incident.postmortem.body.read("en", "en") if incident.postmortem else None
    return incident.title.read("en", "en"), incident.kind, line.impact, line.started, steps, spans, text


def test_what_our_own_api_exports_comes_back_the_same(tmp_path: Path) -> None:
    site = build_site(make_project(tmp_path / "status", SETTINGS, INCIDENTS))
    made = import_folder(STATUSPAGE, site / "api" / "v2")
    assert isinstance(made, Conversion)
    assert losses(made) == []
    settings, _ = load_all(made)
    files = {path.name: content for path, content in (*made.incidents.items(), *made.postmortems.items())}
    again = make_project(tmp_path / "again", made.settings_yaml.decode(), files)
    old, new = (project.read(root).project for root in (tmp_path / "status", again))
    assert old is not None
    assert new is not None
    assert list(names(new.settings).values()) == list(names(old.settings).values())
    assert settings.site == old.settings.site
    told = [sorted(map(str, (tell(one, home.settings) for one in home.incidents))) for home in (old, new)]
    assert told[0] == told[1]
    assert {one.kind for one in new.incidents} == {Kind.INCIDENT, Kind.MAINTENANCE}
    assert ("incidents/c0de00000001",) in [one.aliases for one in new.incidents]
