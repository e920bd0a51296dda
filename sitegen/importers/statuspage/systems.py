"""Statuspage's components and groups to ours: each under one key, however often the page made it anew.

The components of the page are those of its newest public list, `summary.json` or `components.json`; without one those
of the authenticated API. What only the latter lists customers never saw, so it is left out, unless an entry names it. A
name that stands in several groups has its group's in its key. What only entries name comes last; without any list the
groups are read out of names as the API writes them, `Group - Name`.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import groupby

import msgspec

from sitegen.importers.conversion import Findings
from sitegen.importers.cstate.settings import OTHERS, make_key
from sitegen.importers.records import Record
from sitegen.importers.statuspage.bodies import to_markdown
from sitegen.importers.statuspage.captures import Capture
from sitegen.importers.statuspage.stories import Story, Touch
from sitegen.model import Component, Group, Text
from sitegen.problems import Location

_MAX_NAME, _MAX_DESCRIPTION = 120, 300
_BETWEEN = " - "


class System(msgspec.Struct, frozen=True):
    """One component; `group` is the name of its group, empty without one, `place` its order on the old page."""

    code: str
    name: str
    group: str
    where: Location
    place: tuple[int, int, int] = (0, 0, 0)
    description: str = ""
    since: date | None = None

    @property
    def full(self) -> str:
        """The name as the API writes it in updates."""
        return f"{self.group}{_BETWEEN}{self.name}" if self.group else self.name


class Systems:
    """The components: found by code, else by name."""

    def __init__(
        self, captures: Sequence[Capture], stories: Sequence[Story], language: str, findings: Findings
    ) -> None:
        """`captures` stand oldest first, `stories` in the order in which what only they name is listed."""
        self.language, self.findings = language, findings
        groups = {one.name("id"): one for capture in captures for one in capture.groups}
        self.groups = {code: (one.text("name"), one.number("position")) for code, one in groups.items()}
        self.full_names = _full_names(stories)
        private, public = _find_rosters(captures)
        roster = public or private
        former = (one for capture in captures for one in capture.components)
        self.known = {one.code: one for one in (*self._read(former), *self._read(roster)) if one.code}
        self.listed = list(dict.fromkeys(sorted(self._read(roster), key=lambda one: one.place)))
        self.codes = {one.code: one for one in self.listed if one.code}
        self.names = {one.full.casefold(): one for one in reversed(self.listed)}
        self.bare = Counter(one.name.casefold() for one in self.listed)
        self.named: dict[str, System] = {}
        self._collect(stories, has_roster=bool(roster))
        self.keys = self._make_keys()
        self._tell_unused(roster)
        self._tell_hidden(roster, private)

    def _read(self, records: Iterable[Record]) -> Iterator[System]:
        """The components; the place of one in a group is first that of the group."""
        seen: dict[str, int] = {}
        for number, record in enumerate(records):
            if not (name := record.text("name")):
                self.findings.warn(record.where, "This component has no name; it was left out.")
                continue
            code, position = record.name("group_id"), record.number("position")
            group, top = self.groups.get(code, ("", position))
            place = (top, seen.setdefault(code if group else f"\n{number}", number), position if group else 0)
            text = " ".join(to_markdown(record.text("description", prose=True)).split())
            yield System(record.name("id"), name, group, record.where, place, text, record.day("start_date"))

    def _collect(self, stories: Iterable[Story], *, has_roster: bool) -> None:
        """Find the components that stand in no list, each once."""
        for story in stories:
            for touch in (*story.named, *(touch for said in story.said for touch in said.touches)):
                if self.find(touch) is None and (touch.name or touch.code in self.known):
                    self._add(self._system(touch, story.where, has_roster=has_roster), has_roster=has_roster)
        if self.named and not has_roster:
            what = f"No list of components was saved; {len(self.named)} were read out of what entries name."
            hint = "Save `summary.json` or `components.json` beside it for their order and descriptions."
            self.findings.advise(next(iter(self.named.values())).where, what, hint)

    def _system(self, touch: Touch, where: Location, *, has_roster: bool) -> System:
        full = self._full(touch)
        group, dash, name = full.partition(_BETWEEN)
        known = self.known.get(touch.code)
        if known is not None and known.group:
            group, dash, name = known.group, _BETWEEN, known.name
        if has_roster or not dash or not group or not name:
            return System(touch.code, full, "", where)
        return System(touch.code, name, group, where)

    def _add(self, system: System, *, has_roster: bool) -> None:
        self.named[system.full.casefold()] = system
        self.names[system.full.casefold()] = system
        if has_roster:
            what = f"`{system.full}` is not among the components of the page; it stands under “{OTHERS}”."
            self.findings.warn(system.where, what, "Keep it, or name a listed component in the entries.")

    def _full(self, touch: Touch) -> str:
        """The name with its group, as far as any file tells."""
        if known := self.known.get(touch.code):
            return known.full
        if touch.code in self.full_names:
            return self.full_names[touch.code]
        group, _ = self.groups.get(touch.group, ("", 0))
        return f"{group}{_BETWEEN}{touch.name}" if group else touch.name

    def find(self, touch: Touch) -> System | None:
        """The component that is meant; None for one that was never seen."""
        found = self.codes.get(touch.code) or self.names.get(self._full(touch).casefold())
        if found is None and self.bare[touch.name.casefold()] == 1 and touch.code not in self.full_names:
            found = next((one for one in self.listed if one.name.casefold() == touch.name.casefold()), None)
        if found is not None and touch.code:
            self.codes[touch.code] = found
        return found

    def key(self, touch: Touch) -> str | None:
        """The key of the component that is meant; None where it has neither a name nor a known code."""
        system = self.find(touch)
        return None if system is None else self.keys[system]

    def _make_keys(self) -> dict[System, str]:
        every = (*self.listed, *self.named.values())
        count = Counter(one.name.casefold() for one in every)
        keys: dict[System, str] = {}
        taken: set[str] = set()
        for one in every:
            keys[one] = make_key(one.name if count[one.name.casefold()] == 1 else f"{one.group} {one.name}", taken)
            taken.add(keys[one])
        return keys

    def make_groups(self) -> Iterator[Group]:
        """The groups of our settings, what only entries name last."""
        for (_, name), systems in groupby(self.listed, key=lambda one: (one.place[:2], one.group)):
            yield self._group(name, systems)
        order = list(dict.fromkeys(one.group for one in self.named.values()))
        for group in order:
            systems = (one for one in self.named.values() if one.group == group)
            yield self._group(group or (OTHERS if self.listed else ""), systems)

    def _group(self, name: str, systems: Iterable[System]) -> Group:
        codes = [code for code, (called, _) in self.groups.items() if name and called == name]
        own = _own_id(codes[0]) if len(codes) == 1 else ""
        return Group(self._text(name, _MAX_NAME), tuple(self._component(one) for one in systems), own)

    def _component(self, system: System) -> Component:
        if len(system.name) > _MAX_NAME or len(system.description) > _MAX_DESCRIPTION:
            self.findings.warn(system.where, "Its name or description was too long and was cut.")
        name = self._text(system.name, _MAX_NAME)
        assert name is not None  # Nothing without a name becomes a system.
        description = self._text(system.description, _MAX_DESCRIPTION)
        return Component(self.keys[system], name, description, system.since, _own_id(system.code))

    def _text(self, text: str, most: int) -> Text | None:
        cut = text if len(text) <= most else f"{text[: most - 1].rsplit(' ', 1)[0]}…"
        return Text({self.language: cut}) if cut else None

    def _tell_unused(self, roster: Sequence[Record]) -> None:
        hidden = [one for one in roster if one.is_true("only_show_if_degraded")]
        if hidden:
            what = f"{len(hidden)} components were shown only when they had trouble; here they always are. The first:"
            self.findings.advise(hidden[0].where, f"{what} `{hidden[0].text('name')}`.")

    def _tell_hidden(self, roster: Sequence[Record], private: Sequence[Record]) -> None:
        seen = {one.name("id") for one in roster}
        hidden = [one for one in private if one.name("id") not in seen]
        if hidden:
            names = ", ".join(f"`{one.text('name')}`" for one in hidden)[:300]
            what = f"{len(hidden)} components are in no public list, so customers did not see them: {names}"
            hint = "Add them to sitegen.yaml if they may be seen."
            self.findings.warn(hidden[0].where, f"{what}. They were left out, unless an entry names them.", hint)


def _own_id(code: str) -> str:
    """The id as our API keeps it; empty for one of another form."""
    return code if re.fullmatch("[0-9a-z]{12}", code, re.ASCII) else ""


def _find_rosters(captures: Sequence[Capture]) -> tuple[tuple[Record, ...], tuple[Record, ...]]:
    """All that the authenticated API lists, each once, and the newest public list."""
    private = [one for capture in captures if capture.is_private for one in capture.components]
    lists = (one.components for one in reversed(captures) if one.has_roster and not one.is_private and one.components)
    unlike = {one.name("id") or str(number): one for number, one in enumerate(private)}
    return tuple(unlike.values()), next(lists, ())


def _full_names(stories: Iterable[Story]) -> dict[str, str]:
    """The name with its group by code, where an update writes it."""
    touches = (touch for story in stories for said in story.said for touch in said.touches)
    return {touch.code: touch.name for touch in touches if touch.code and touch.name}
