"""The files under `incidents/` to Incidents, with every problem on the way; one bad file never hides another."""

import re
from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Protocol

import msgspec

from sitegen import entry, moments, source
from sitegen.config import vocabulary
from sitegen.fields import Field, Placed, Reading, Values, nearest
from sitegen.model import STATUSES, Edited, Gap, Incident, Kind, Named, Settings, Status, Text, Update, Window
from sitegen.problems import Location, Problem

FOLDER = PurePosixPath("incidents")
_CLOCK_REACH = timedelta(hours=12)
_NAMING_COMPONENTS = frozenset({entry.COMPONENTS.name, entry.UPDATES.name})
_ID = re.compile(entry.ID_PATTERN + r"\Z", re.ASCII)


class Entry(msgspec.Struct, frozen=True):
    """One incident as far as it could be read, and what is wrong with its file."""

    incident: Incident
    problems: tuple[Problem, ...]


def read_id(name: str) -> str | None:
    """The incident's id in a file's path, None where the name is none (FORMAT.md, "An incident")."""
    own, _, suffix = name.rpartition("/")[2].rpartition(".")
    return own if suffix in ("yaml", "yml") and is_id(own) else None


def is_id(text: str) -> bool:
    """Whether the text is the id of an incident: a day that exists, and a slug."""
    return _ID.match(text) is not None and _is_day(text[:10])


@lru_cache(10_000)  # there are fewer days than entries
def _is_day(text: str) -> bool:
    try:
        moments.parse_date(text)
    except moments.MomentError:
        return False
    return True


def read_incident(path: PurePosixPath, content: bytes, settings: Settings) -> Entry:
    """The incident in one file whose name is an id; what can't be read becomes a Gap (unknown, never green)."""
    return _Reader(path, content, settings).read()


class _Reader:
    """Reads one file in the light of the settings."""

    def __init__(self, path: PurePosixPath, content: bytes, settings: Settings) -> None:
        self.path, self.settings, self.zone = path, settings, settings.site.zone
        self.reading = Reading(vocabulary(settings))
        self.document = source.read(path, content)
        day = moments.parse_date(path.stem[:10])
        self.day_start = datetime.combine(day, time(), self.zone).astimezone(UTC)
        self.gaps: list[datetime] = []
        self.lost_in_updates = 0

    def read(self) -> Entry:
        """The incident, at least its id."""
        values = None if self.document.root is None else entry.INCIDENT.read(self.document.root, self.reading)
        incident = self._unreadable() if values is None else self._incident(values)
        return Entry(incident, (*self.document.problems, *self.reading.problems))

    def _unreadable(self) -> Incident:
        everything = tuple(component.key for component in self.settings.components)
        return Incident(
            id=self.path.stem,
            where=Location(self.path),
            title=Text({self.settings.site.default_language: self.path.stem}),
            gaps=(Gap(self.day_start, everything),),
        )

    def _incident(self, values: Values) -> Incident:
        kind = values.get_or(entry.TYPE, Kind.INCIDENT)
        updates = self._updates(values, kind)
        incident = Incident(
            id=self.path.stem,
            where=Location(self.path, 1, 1),
            title=values.get(entry.TITLE) or Text({self.settings.site.default_language: self.path.stem}),
            kind=kind,
            components=values.get(entry.COMPONENTS) or {},
            impact=values.get(entry.IMPACT),
            started=self._moment(values, entry.STARTED),
            workaround=values.get(entry.WORKAROUND),
            updates=updates,
            causes=values.get_or(entry.CAUSE, ()),
            window=self._window(values) if kind is Kind.MAINTENANCE else None,
            until=self._moment(values, entry.UNTIL) if kind is Kind.NOTICE else None,
            draft=values.get_or(entry.DRAFT, False),
            aliases=values.get_or(entry.ALIASES, ()),
        )
        self._check_belonging(values, kind)
        return msgspec.structs.replace(incident, gaps=self._gaps(incident, values))

    def _gaps(self, incident: Incident, values: Values) -> tuple[Gap, ...]:
        """What is unknown, and since when: the components of this entry, or every one where it may have named more."""
        first = incident.updates[0].at if incident.updates else self.day_start
        last = incident.updates[-1].at if incident.updates else self.day_start
        if self.reading.lost > self.lost_in_updates:
            self.gaps.append(first)
        if not self.document.complete:
            self.gaps.append(last)
        if not self.gaps:
            return ()
        items = values.get_or(entry.UPDATES, ())
        touched = {*incident.components, *(key for item in items for key in item.get_or(entry.CHANGES, {}))}
        everything = tuple(component.key for component in self.settings.components)
        known = values.get(entry.COMPONENTS) is not None and touched and not self._hides_components(values)
        affected = tuple(key for key in everything if key in touched) if known else everything
        return tuple(Gap(since, affected) for since in sorted(set(self.gaps)))

    def _hides_components(self, values: Values) -> bool:
        """Whether components may stand in what is lost: not in a damaged `by`, but under a misspelt key they may."""
        items = values.get_or(entry.UPDATES, ())
        outside = values.damaged if values.lost > sum(item.lost for item in items) else frozenset()
        damaged = outside.union(*(item.damaged for item in items))
        harmless = {*entry.INCIDENT.shapes(self.reading.vocabulary), *entry.UPDATE.shapes(self.reading.vocabulary)}
        return not self.document.complete or bool(damaged - harmless | damaged & _NAMING_COMPONENTS)

    def _moment(self, values: Values, field: Field[Placed[moments.Written]]) -> datetime | None:
        placed = values.get(field)
        return None if placed is None else self._resolve(placed, self.day_start)

    def _resolve(self, placed: Placed[moments.Written], start: datetime) -> datetime | None:
        """The moment of a time said at `start`; what can't be one is told."""
        try:
            return moments.resolve_after(placed.value, self.zone, start)
        except moments.MomentError as error:
            self.reading.refuse(placed.where, error.what, error.hint)
            return None

    def _window(self, values: Values) -> Window | None:
        window = values.get(entry.WINDOW_FIELD)
        if window is None:
            return None
        start = self._moment(window, entry.WINDOW_START)
        end_written = window.get(entry.WINDOW_END)
        end = None if end_written is None or start is None else self._resolve(end_written, start)
        if start is None or end is None:
            return None
        if end <= start:
            self.reading.refuse(window.place(entry.WINDOW_END), "The window ends before it begins.")
            return None
        return Window(start, end)

    def _check_belonging(self, values: Values, kind: Kind) -> None:
        """Fields that belong to one kind of entry stand on no other, and those it needs are there."""
        if kind is Kind.MAINTENANCE and values.get(entry.WINDOW_FIELD) is None:
            self.reading.refuse(values.where, "A maintenance needs a `window`.", "Write `window: {start: …, end: …}`.")
        if kind is not Kind.MAINTENANCE and values.get(entry.WINDOW_FIELD) is not None:
            hint = "Add `type: maintenance`."
            self.reading.refuse(values.place(entry.WINDOW_FIELD), "Only a maintenance has a `window`.", hint)
        if kind is not Kind.NOTICE and values.get(entry.UNTIL) is not None:
            self.reading.refuse(values.place(entry.UNTIL), "Only a notice has `until`.", "Add `type: notice`.")

    def _updates(self, values: Values, kind: Kind) -> tuple[Update, ...]:
        """The updates that can be read, oldest first; each of the others leaves a gap."""
        updates: list[Update] = []
        before = self.day_start
        for item in values.get_or(entry.UPDATES, ()):
            lost = self.reading.lost
            at = self._at(item, before)
            update = None if at is None else self._update(item, at, kind, first=not updates)
            lost = item.lost + self.reading.lost - lost
            if lost:
                self.gaps.append(at or before)
            self.lost_in_updates += lost
            if update is not None:
                self._check_order(update, updates, item)
                updates.append(update)
            before = at or before
        return self._identify(sorted(updates, key=lambda update: update.at))

    def _check_order(self, update: Update, earlier: list[Update], item: Values) -> None:
        if earlier and update.at < earlier[-1].at:
            self.reading.complain(
                item.place(entry.UPDATE_AT),
                f"This update is before the one above it ({_clock(earlier[-1].at, self)}).",
                "Updates stand oldest first.",
            )

    def _at(self, item: Values, before: datetime) -> datetime | None:
        """When the update is said; `before` is the moment of the one above it, whether or not that could be read."""
        written = item.get(entry.UPDATE_AT)
        if written is not None and written.value.duration is not None:
            self.reading.refuse(written.where, f"`{written.value.text}` is not a time of day.", moments.FORMS)
            return None
        return None if written is None else self._resolve(written, before)

    def _update(self, item: Values, at: datetime, kind: Kind, *, first: bool) -> Update | None:
        message = item.get(entry.MESSAGE)
        if message is None:
            return None
        return Update(
            id=item.get_or(entry.UPDATE_ID, ""),
            at=at,
            message=message,
            where=item.where,
            status=self._status(item, kind, first=first),
            components=item.get(entry.CHANGES) or {},
            next_update_by=self._later(item, entry.NEXT_UPDATE_BY, at),
            eta=self._later(item, entry.ETA, at),
            social=item.get(entry.SOCIAL),
            overrides=item.extras(entry.UPDATE),
            by=item.get_or(entry.BY, ""),
            retracted=item.get(entry.RETRACTED),
            edited=self._edited(item),
        )

    def _status(self, item: Values, kind: Kind, *, first: bool) -> Status | None:
        status = item.get(entry.STATUS)
        if status is None:
            return Status.INVESTIGATING if first and kind is Kind.INCIDENT else None
        if status not in STATUSES[kind]:
            known = [str(word) for word in STATUSES[kind]]
            what = f"`{status}` is not a status of this type of entry ({kind})."
            self.reading.refuse(item.place(entry.STATUS), what, nearest(status, known))
            return None
        return status

    def _later(self, item: Values, field: Field[Placed[moments.Written]], at: datetime) -> datetime | None:
        """A promised moment: after `at`, and a bare clock time not more than 12 hours after it (FORMAT.md)."""
        placed = item.get(field)
        if placed is None:
            return None
        moment = self._resolve(placed, at)
        if moment is None:
            return None
        far = placed.value.clock is not None and moment - at > _CLOCK_REACH
        if far and self._day(moment) == self._day(at):
            what = f"{field.name} is over 12 hours after this update ({_clock(at, self)})."
            self.reading.refuse(placed.where, what, "Write the date as well.")
            return None
        if far or moment < at:
            what = f"{field.name} is before this update ({_clock(at, self)})."
            self.reading.refuse(placed.where, what, f"Did you mean {_next_half_hour(at, self)}?")
            return None
        return moment

    def _day(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()

    def _edited(self, item: Values) -> Edited | None:
        edited = item.get(entry.EDITED_FIELD)
        if edited is None:
            return None
        at, note = self._moment(edited, entry.EDITED_AT), edited.get(entry.EDITED_NOTE)
        return None if at is None or note is None else Edited(at, note)

    def _identify(self, updates: list[Update]) -> tuple[Update, ...]:
        """The updates with the ids that follow from their moments; two of one id are told and told apart."""
        taken: set[str] = set()
        named = []
        for update in updates:
            update_id = update.id or default_update_id(update.at)
            if update_id in taken:
                what = f"Two updates have the id `{update_id}`."
                self.reading.complain(update.where, what, "Add `id:` with 4 to 16 letters and digits to the later one.")
                update_id = _free_id(update_id, taken)
            taken.add(update_id)
            named.append(msgspec.structs.replace(update, id=update_id))
        return tuple(named)


def default_update_id(at: datetime) -> str:
    """The id of an update that names none: its moment in UTC, to the minute."""
    return at.astimezone(UTC).strftime("%Y%m%dT%H%MZ")


def _free_id(update_id: str, taken: set[str]) -> str:
    return next(name for number in range(2, 999) if (name := f"{update_id[:13]}n{number}") not in taken)


def _clock(moment: datetime, reader: _Reader) -> str:
    return moment.astimezone(reader.zone).strftime("%H:%M")


def _next_half_hour(moment: datetime, reader: _Reader) -> str:
    later = (moment + timedelta(minutes=60)).astimezone(reader.zone)
    return later.replace(minute=later.minute // 30 * 30).strftime("%H:%M")


class Claimant(Named, Protocol):
    """An incident, as far as its names go."""

    @property
    def where(self) -> Location:
        """The place at which it begins."""


def find_collisions(incidents: Collection[Claimant]) -> tuple[Problem, ...]:
    """Ids and aliases that two files claim, also without regard to case (FORMAT.md)."""
    names = [_fold(name) for one in incidents for name in (one.id, *one.aliases)]
    if len(names) == len(set(names)):
        return ()
    claimed: dict[str, Claimant] = {}
    problems = []
    for incident in sorted(incidents, key=lambda one: str(one.where.path)):
        for name in (incident.id, *incident.aliases):
            other = claimed.setdefault(_fold(name), incident)
            if other is not incident:
                what = f"`{name}` belongs to {other.where.path} already."
                problems.append(Problem(incident.where, what, "Rename this file, or drop the alias."))
    return tuple(problems)


def _fold(name: str) -> str:
    return name.strip("/").casefold()
