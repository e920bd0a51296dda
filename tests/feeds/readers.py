"""A project whose feeds have something of everything, and its outputs as programs that are not ours read them."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import feedparser
import html5lib
import icalendar

MOMENT = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
URL = "https://status.example.com"
SETTINGS = f"""\
site:
  name: {{en: "Example Pay, Ltd; Co", pl: Przykład}}
  url: {URL}
  time_zone: Europe/Warsaw
  languages: [en, pl]
components:
  - group: Payments
    components:
      - {{key: checkout, name: Checkout}}
      - {{key: api, name: {{en: API, pl: Interfejs}}}}
  - {{key: website, name: Website}}
"""
INCIDENTS: Mapping[str, str | bytes] = {
    "2026-11-23-checkout": """\
title: {en: Card payments fail at checkout, pl: Płatności kartą nie działają}
components: {checkout: major_outage}
workaround: Pay by bank transfer.
updates:
  - {at: 2026-11-23 03:09, message: "Most **card payments** fail, see [help](/follow.html)."}
  - at: 03:31
    status: identified
    message: A certificate expired & nothing else.
    edited: {at: 2026-11-23 05:00, note: The word key stood here.}
  - at: 04:02
    status: monitoring
    components: {checkout: partial_outage, api: degraded_performance}
    eta: 2026-11-23 13:10
    message: Half of them work again.
    retracted: None of them works again.
  - at: 04:30
    eta: 2026-11-23 14:00
    next_update_by: 2026-11-23 12:30
    message: |
      Two things are left:

      - the **old** machines,
      - the queue.
  - {at: 13:30, message: This is said half an hour after the build.}
""",
    "2026-11-20-search": """\
title: Search is slow
components: {website: degraded_performance}
aliases: [incidents/abc123def456, Incident/8938651]
updates:
  - {at: 2026-11-20 09:00, message: Search is slow.}
  - {at: 11:05, status: resolved, message: Search is fast again. Nothing was lost.}
""",
    "2026-11-20-search.md": "---\npublished: 2026-11-22 10:00\n---\n## Why\nAn index grew too *large*.\n",
    "2026-11-18-draft": """\
title: The page was slow
components: {website: degraded_performance}
updates:
  - {at: 2026-11-18 09:00, status: resolved, message: It is fast again. Nothing was lost.}
""",
    "2026-11-18-draft.md": "---\npublished: 2026-11-24 10:00\n---\nThis is published tomorrow.\n",
    "2026-11-30-database": """\
title: "Work, on: the; database"
type: maintenance
components: {website: under_maintenance}
window: {start: 2026-11-30 22:00, end: 2026-12-01 02:00}
updates:
  - {at: 2026-11-20 09:00, message: "The website is away, for hours; perhaps."}
  - {at: 2026-11-22 09:00, message: It takes an hour longer.}
""",
    "2026-11-23-network": """\
title: New switches
type: maintenance
components: {api: under_maintenance}
window: {start: 2026-11-23 12:00, end: 2026-11-23 16:00}
updates:
  - {at: 2026-11-16 09:00, message: The API may be away for minutes.}
""",
    "2026-11-25-paint": """\
title: The cancelled work
type: maintenance
components: {api: under_maintenance}
window: {start: 2026-11-25 12:00, end: 2026-11-25 13:00}
updates:
  - {at: 2026-11-16 09:00, message: The API may be away.}
  - {at: 2026-11-21 09:00, status: cancelled, message: The work is not needed.}
""",
    "2026-11-19-notice": """\
title: Closed on 24 December
type: notice
until: 2026-12-25 00:00
updates: [{at: 2026-11-19 10:00, message: Letters are answered on the 27th.}]
""",
}
FEEDS = ("updates.atom", "components/checkout.atom", "components/api.atom", "history.atom", "history.rss")


def parse_feed(site: Path, path: str) -> Any:
    """The feed as feedparser understands it, its HTML untouched; what it finds wrong fails."""
    feed = feedparser.parse((site / path).read_bytes(), sanitize_html=False, resolve_relative_uris=False)
    assert not feed.bozo, feed.get("bozo_exception")
    return feed


def parse_html(content: str) -> Any:
    """A piece of HTML; the smallest mistake in it fails."""
    return html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parseFragment(content)


def parse_json(site: Path, path: str) -> Any:
    """A JSON file."""
    return json.loads((site / path).read_bytes())


def parse_events(site: Path, path: str = "maintenance.ics") -> dict[str, icalendar.Component]:
    """The events of a calendar by their titles."""
    calendar = icalendar.Calendar.from_ical((site / path).read_bytes())
    return {str(event["SUMMARY"]): event for event in calendar.walk("VEVENT")}
