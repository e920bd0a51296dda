"""The same invented history as content of the Hugo site in `bench/hugo/`, with all worked out that its templates need.

Spans, impact and lengths are computed here, outside of what is measured: templates that fold updates are slow, and
people who use Hugo write such facts into the front matter.
"""

import json
import shutil
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from typing import Any

import msgspec

from bench.story import COMPONENTS, END, Entry, Update
from sitegen.pages import embed
from sitegen.pages.past import LISTED
from sitegen.render import Theme

SITE = Path(__file__).with_name("hugo")
_IMPACT = {"degraded_performance": "minor", "partial_outage": "major", "major_outage": "critical"}
_WORST_FIRST = ("major_outage", "partial_outage", "degraded_performance", "under_maintenance", "operational")
_LAST = ("resolved", "completed")


class Span(msgspec.Struct, frozen=True):
    """How long a component was in one state; an end of None: still."""

    component: str
    state: str
    start: datetime
    end: datetime | None


def write_content(entries: Iterable[Entry], folder: Path) -> None:
    """The Hugo site with its content into the folder, which may exist."""
    shutil.copytree(SITE, folder, dirs_exist_ok=True)
    entries = tuple(entries)
    older = _find_older(entries)
    incidents = folder / "content" / "incidents"
    for entry in entries:
        body = entry.postmortem.body if entry.postmortem else ""
        facts = {**_facts(entry), "years": _list_years(entry, older)}
        (incidents / f"{entry.id}.md").write_text(f"{_encode(facts)}\n\n{body}\n", encoding="utf-8")
    _write_components(folder, older)
    _write_theme(folder)


def _find_older(entries: tuple[Entry, ...]) -> Mapping[str, tuple[int, ...]]:
    """By component the years of its entries that are older than the newest 30 that have begun, newest first."""
    begun: dict[str, list[int]] = {component.key: [] for component in COMPONENTS}
    for entry in sorted(entries, key=_begin, reverse=True):
        if _phase(entry) != "coming":
            for key in entry.components:
                begun[key].append(_begin(entry).year)
    return {key: tuple(years[LISTED:]) for key, years in begun.items()}


def _list_years(entry: Entry, older: Mapping[str, tuple[int, ...]]) -> list[str]:
    """The years of components that list the entry, as terms."""
    year = _begin(entry).year
    return [f"{year}-{key}" for key in entry.components if year in older[key]]


def _write_components(folder: Path, older: Mapping[str, tuple[int, ...]]) -> None:
    groups = [
        {"name": name, "components": [{"key": one.key, "name": one.name} for one in members]}
        for name, members in groupby(COMPONENTS, key=lambda component: component.group)
    ]
    _write(folder / "data" / "components.json", {"groups": groups, "names": {one.key: one.name for one in COMPONENTS}})
    for component in COMPONENTS:
        key, count, years = component.key, len(older[component.key]), list(dict.fromkeys(older[component.key]))
        facts: dict[str, Any] = {"older": count, "by_year": years}
        _write_page(folder / "content" / "components" / key, {"title": component.name, **facts})
        for year in years:
            told = {"title": f"{component.name}: {year}", "url": f"/history/{year}/{key}.html"}
            _write_page(folder / "content" / "years" / f"{year}-{key}", {**told, **facts, "key": key, "year": year})


def _write_page(place: Path, facts: Mapping[str, Any]) -> None:
    """The facts as the front matter of a page that lists others."""
    place.mkdir(parents=True, exist_ok=True)
    (place / "_index.md").write_text(f"{_encode(facts)}\n", encoding="utf-8")


def _write_theme(folder: Path) -> None:
    """The style and script of our default theme: they weigh the same on both sides."""
    theme = Theme()
    told = {"style": str(theme.style), "script": str(theme.script), "policy": theme.policy}
    _write(folder / "data" / "theme.json", told)
    (folder / "static").mkdir(exist_ok=True)
    (folder / "static" / "_headers").write_text("/*\n  X-Content-Type-Options: nosniff\n", encoding="utf-8")
    shutil.copyfile(Path(embed.__file__).with_name("embed.js"), folder / "static" / "embed.js")


def _facts(entry: Entry) -> dict[str, Any]:
    spans, phase = tuple(_spans(entry)), _phase(entry)
    begin = _begin(entry)
    ended = entry.updates[-1].at if phase == "over" else None
    now = {span.component: span.state for span in spans if span.end is None}
    conditions = {key: now.get(key, "operational") for key in entry.components}
    if phase == "coming":
        conditions = dict(entry.components)
    facts: dict[str, Any] = {
        "title": entry.title,
        "date": _iso(begin),
        "lastmod": _iso(max(entry.updates[-1].at, entry.postmortem.published if entry.postmortem else begin)),
        "kind": "maintenance" if entry.window else "incident",
        "code": sha256(entry.id.encode()).hexdigest()[:12],
        "status": entry.updates[-1].status,
        "phase": phase,
        "edge": min(conditions.values(), key=_WORST_FIRST.index),
        "components": list(entry.components),
        "history": [f"{begin:%Y-%m}"],
        "conditions": conditions,
        "updates": [_tell(update) for update in entry.updates],
        "spans": [_tell_span(span) for span in spans],
    }
    if phase != "over":
        facts["phases"] = [phase]
    if ended:
        facts["ended"] = _iso(ended)
    if entry.window:
        facts |= {"kinds": ["maintenance"], "window_end": _iso(entry.window[1])}
    else:
        facts["impact"] = _IMPACT[min(entry.components.values(), key=_WORST_FIRST.index)]
        facts["lasted"] = f"{(ended - begin).seconds // 60} minutes" if ended else ""
    if entry.postmortem:
        actions = msgspec.to_builtins(entry.postmortem.actions)
        facts["postmortem"] = {"published": _iso(entry.postmortem.published), "actions": actions}
    return facts


def _begin(entry: Entry) -> datetime:
    return entry.window[0] if entry.window else entry.updates[0].at


def _phase(entry: Entry) -> str:
    if entry.updates[-1].status in _LAST:
        return "over"
    return "coming" if entry.window and entry.window[0] > END else "open"


def _tell(update: Update) -> dict[str, Any]:
    told: dict[str, Any] = {
        "id": f"{update.at:%Y%m%dT%H%MZ}",
        "at": _iso(update.at),
        "status": update.status,
        "message": update.message,
        "components": dict(update.components),
    }
    if update.next_update_by:
        told["next_update_by"] = _iso(update.at + update.next_update_by)
    return told


def _spans(entry: Entry) -> Iterator[Span]:
    """What the entry did to each of its components, and when."""
    over = entry.updates[-1].at if _phase(entry) == "over" else None
    if entry.window:
        begin = entry.window[0]
        if begin < END:
            yield from (Span(key, "under_maintenance", begin, over) for key in entry.components)
        return
    for key, state in entry.components.items():
        changes: list[tuple[datetime, str]] = [(entry.updates[0].at, state)]
        changes += [(update.at, update.components[key]) for update in entry.updates if key in update.components]
        changes = [one for number, one in enumerate(changes) if number == 0 or one[1] != changes[number - 1][1]]
        ends = [*(at for at, _ in changes[1:]), over]
        yield from (Span(key, condition, at, end) for (at, condition), end in zip(changes, ends, strict=True))


def _tell_span(span: Span) -> dict[str, Any]:
    told: dict[str, Any] = {"component": span.component, "state": span.state, "start": _iso(span.start)}
    if span.end:
        told["end"] = _iso(span.end)
    return {**told, "days": [{"day": day, "minutes": minutes} for day, minutes in _days(span).items()]}


def _days(span: Span) -> Mapping[str, int]:
    """The minutes of the span on each day."""
    days, start, end = {}, span.start, span.end or END
    while start < end:
        midnight = (start + timedelta(days=1)).replace(hour=0, minute=0)
        days[f"{start:%Y-%m-%d}"] = (min(midnight, end) - start).seconds // 60 or 1440
        start = midnight
    return days


def _write(file: Path, value: object) -> None:
    file.parent.mkdir(exist_ok=True)
    file.write_text(_encode(value), encoding="utf-8")


def _encode(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=None)


def _iso(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
