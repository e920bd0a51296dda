"""Documents with a text in every field: walked from the declared formats, so that a new field is written as well."""

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from sitegen import entry, shapes
from sitegen.config import declared
from sitegen.config.shapes import Address, DueShape, Zone
from sitegen.fields import ListOf, Made, MapOf, Record
from tests.projects import URL, make_project
from tests.security.samples import png

Text = Callable[["Place"], str]
IDS = {
    "incident": "2026-11-23-open",
    "resolved": "2026-11-22-over",
    "running": "2026-11-21-running",
    "coming": "2026-11-20-coming",
    "notice": "2026-11-19-notice",
}


class Place:
    """Where a text of free choice stands: the names of the fields on the way, and what may stand there."""

    def __init__(self, trail: tuple[str, ...], *, prose: bool = False, address: bool = False) -> None:
        self.trail, self.prose, self.address = trail, prose, address

    @property
    def mark(self) -> str:
        """A word that stands nowhere else."""
        return "zq" + "".join(letter for letter in "".join(self.trail) if letter.isalpha()) + "qz"


# Fields whose value has a meaning of its own; where the trail ends like this, the value is given.
_FIXED: Mapping[tuple[str, ...], Any] = {
    ("site", "url"): URL,
    ("site", "languages"): ["en", "pl"],
    ("format",): "1",
    ("at",): "2026-11-23 03:09",
    ("start",): "2026-11-23 03:30",
    ("end",): "2026-11-23 18:00",
    ("next_update_by",): "2026-11-23 13:30",
    ("eta",): "2026-11-23 14:00",
    ("started",): "2026-11-23 03:02",
    ("until",): "2026-11-25 10:00",
    ("edited", "at"): "2026-11-23 04:00",
    ("published",): "2026-11-23 10:00",
    ("id",): "U001",
    ("aliases",): [],
    ("image",): "graph.png",
    ("since",): "2020-01-01",
    ("due",): "2026-12-01",
    ("done",): "2026-12-02",
    ("key",): "web",
    ("genesis",): "3f2a9c1",
}
_WORDS = {"components": "web", "causes": "deploy", "languages": "en", "channels": "twitter"}


def write(shape: Any, text: Text, trail: tuple[str, ...] = ()) -> Any:
    """A value that the shape accepts, with `text` wherever an engineer may write freely."""
    for ending, value in _FIXED.items():
        if trail[-len(ending) :] == ending:
            return value
    match shape:
        case Made(record=record):
            return write(record, text, trail)
        case Record():
            return {name: write(inner, text, (*trail, name)) for name, inner in _entries(shape)}
        case ListOf(inner=inner):
            return [write(inner, text, trail)]
        case MapOf(keys=keys, values=values):
            return {write(keys, text, trail): write(values, text, trail)}
        case shapes.OrFalse(inner=inner):
            return write(inner, text, trail)
        case shapes.Translated(inner=inner):
            return {code: write(inner, text, (*trail, code)) for code in ("en", "pl")}
        case declared.Part():
            return write(declared.GROUP, text, trail)
        case _:
            return _write_scalar(shape, text, trail)


def _entries(record: Record) -> Iterator[tuple[str, Any]]:
    yield from ((field.name, field.shape) for field in record.fields)
    if record.extra:
        yield _WORDS[record.extra], record.extra_shape


def _write_scalar(shape: Any, text: Text, trail: tuple[str, ...]) -> str:
    match shape:
        case shapes.Line(pattern="", prose=prose):
            return text(Place(trail, prose=prose))
        case shapes.Line():
            return "twitter" if "channels" in trail else "deploy"
        case Address():
            return "https://example.com/" + text(Place(trail, address=True))
        case shapes.Choice(words=words):
            return str(words[0])
        case shapes.Declared(sort=sort):
            return _WORDS[sort]
        case shapes.Flag():
            return "false"
        case shapes.Span() | DueShape():
            return "30m"
        case shapes.Weight():
            return "0.3"
        case Zone():
            return "Europe/Warsaw"
        case _:
            raise AssertionError(f"{'.'.join(trail)} has a shape that this test can't write yet: {shape!r}")


def places() -> Iterator[Place]:
    """Every place of free text in the formats, each once."""
    found: dict[str, Place] = {}

    def note(place: Place) -> str:
        found[place.mark] = place
        return "x"

    write(declared.SETTINGS, note)
    write(entry.INCIDENT, note)
    write(entry.POSTMORTEM, note, ("postmortem",))
    yield from found.values()
    yield Place(("postmortem", "body"), prose=True)


def make_full_project(folder: Path, text: Text) -> Path:
    """A project with an entry of each kind and a post-mortem, in which every free text is the one given."""
    incidents: dict[str, str | bytes] = {f"{IDS[kind]}.yaml": _entry(kind, text) for kind in IDS}
    front, body = write(entry.POSTMORTEM, text, ("postmortem",)), text(Place(("postmortem", "body"), prose=True))
    incidents[f"{IDS['resolved']}.md"] = f"---\n{_dump(front)}\n---\n{body}\n"
    incidents[f"{IDS['resolved']}.pl.md"] = f"{body}\n"
    incidents["graph.png"] = png(4, 3)
    return make_project(folder, _dump(write(declared.SETTINGS, text)), incidents)


def _entry(kind: str, text: Text) -> str:
    written = write(entry.INCIDENT, text)
    update = written["updates"][0]
    written["type"] = "maintenance" if kind in ("running", "coming") else "notice" if kind == "notice" else "incident"
    update["status"] = {"resolved": "resolved", "running": "in_progress", "coming": "scheduled"}.get(kind)
    if kind == "coming":
        written["window"] = {"start": "2026-11-30 01:00", "end": "2026-11-30 03:00"}
    belonging = {"window": ("running", "coming"), "until": ("notice",)}
    written = {name: value for name, value in written.items() if kind in belonging.get(name, (kind,))}
    update = {name: value for name, value in update.items() if value is not None}
    return _dump({**written, "updates": [update], "aliases": [f"old/{kind}"]})


def _dump(value: Any) -> str:
    """As JSON, which is YAML too: nothing in a text can change how it is read."""
    return json.dumps(value, ensure_ascii=False, indent=1)


def quote(place: Place, text: str) -> str:
    """The text between marks of its place, so that it can be found again; in an address nothing stands apart."""
    return f"{place.mark} {text} {place.mark}".replace(" ", "/" if place.address else " ")
