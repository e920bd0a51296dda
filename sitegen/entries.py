"""The entries of a project as builds need them: known from earlier builds, whole only where somebody looks inside.

Of each entry a summary is at hand; its body lies in a file of the cache with those of its month, and is loaded when a
page shows it. So neither the time of a build nor its memory grows with what nobody looks at.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache, partial
from pathlib import Path, PurePosixPath
from typing import overload

import msgspec

from sitegen import markup, scan
from sitegen.cache import Cache, Drawers, digest, keep
from sitegen.checks import give_verdict
from sitegen.manuscripts import Manuscript, read
from sitegen.model import Incident, Picture, Settings
from sitegen.problems import Location, Problem
from sitegen.timeline import (
    Estimate,
    Facts,
    Step,
    Timeline,
    Told,
    find_facts,
    find_stage,
    fold,
    is_visible,
    join,
    list_moments,
    list_prose,
    tell,
)
from sitegen.workers import spread

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_MOMENT = timedelta(microseconds=1)
# Bodies that are held at once: enough for every page of a site's past week, little beside ten thousand.
_HELD = 256
_SUMMARIES = "summaries"


class Summary(msgspec.Struct, frozen=True, array_like=True):
    """What a build needs to know of an entry that it does not show.

    `sources` are the digests of all that it was made of, pictures among them where it is `pictured`; `state` is the
    digest of these, the path and the origin. After the moment `settled` (UTC) nothing about it turns any more:
    `facts` are how it stands from then on. `problems` are those of reading it, `verdict` those of what it says.
    """

    path: str
    line: int
    sources: tuple[bytes, ...]
    state: bytes
    pictured: bool
    settled: datetime
    facts: Facts
    problems: tuple[Problem, ...]
    verdict: tuple[Problem, ...]

    @property
    def id(self) -> str:
        """The entry's id."""
        return self.facts.id

    @property
    def aliases(self) -> tuple[str, ...]:
        """Its former ids and addresses."""
        return self.facts.aliases

    @property
    def where(self) -> Location:
        """The place at which it begins."""
        return Location(PurePosixPath(self.path), self.line, self.line)


class Body(msgspec.Struct, frozen=True, array_like=True):
    """An entry whole: as it was read, as it may be shown where a text was withheld, and its texts as rendered.

    `origin` is that of the circumstances that it was read in.
    """

    origin: bytes
    incident: Incident
    safe: Incident | None
    prose: tuple[markup.Remembered, ...]


class Circumstances(msgspec.Struct, frozen=True):
    """What all entries are read in the light of: `origin` stands for program and settings, `shown` for the pictures."""

    root: Path
    origin: bytes
    settings: Settings
    pictures: Mapping[str, Picture]
    shown: bytes


class _Known(msgspec.Struct, frozen=True, array_like=True):
    """The summaries as they are kept; `origin` is the digest of what all of them depend on."""

    origin: bytes = b""
    summaries: tuple[Summary, ...] = ()


class Entries(Sequence[Incident]):
    """All entries of a project in the order of their ids, each loaded when it is asked for."""

    def __init__(
        self,
        summaries: Mapping[str, Summary],
        written: Mapping[str, Manuscript],
        circumstances: Circumstances,
        drawers: Drawers[Body],
    ) -> None:
        self.summaries = tuple(summaries[name] for name in written)
        self._by_id, self._written = summaries, written
        self.circumstances, self._drawers = circumstances, drawers
        self._load = lru_cache(_HELD)(self._find_body)
        self._tell = lru_cache(_HELD)(self._find_tale)

    @overload
    def __getitem__(self, place: int) -> Incident: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Incident]: ...
    def __getitem__(self, place: int | slice) -> Incident | Sequence[Incident]:
        if isinstance(place, slice):
            return [self._load(one.id).incident for one in self.summaries[place]]
        return self._load(self.summaries[place].id).incident

    def __len__(self) -> int:
        return len(self.summaries)

    @property
    def verdict(self) -> tuple[Problem, ...]:
        """What the rules of a build say as long as the files stay as they are."""
        return tuple(problem for one in self.summaries for problem in one.verdict)

    @property
    def state(self) -> bytes:
        """The digest of all entries, shown or not."""
        return digest(*(one.state for one in self.summaries))

    def unsettled(self, moment: datetime) -> Iterator[Incident]:
        """The entries about which something may still turn."""
        return (self._shown(one.id) for one in self.summaries if moment <= one.settled)

    def timelines(self, moment: datetime, *, drafts: bool) -> Iterator[tuple[Timeline, bytes]]:
        """The visible entries at the moment (aware), each with the digest of its files and how far it has come."""
        for one in self.summaries:
            if one.facts.draft and not drafts:
                continue
            if moment > one.settled:
                yield join(one.facts, moment, _Tale(self, one.id, moment)), one.state
            elif is_visible(incident := self._shown(one.id), moment):
                yield fold(incident, moment), digest(one.state, *find_stage(incident, moment))

    def tell(self, name: str, moment: datetime) -> Told:
        """The tale of an entry at the moment (aware)."""
        return self._tell(name, moment)

    def _shown(self, name: str) -> Incident:
        body = self._load(name)
        return body.safe or body.incident

    def _find_tale(self, name: str, moment: datetime) -> Told:
        return tell(self._shown(name), moment)

    def _find_body(self, name: str) -> Body:
        """From its drawer; where that is damaged, from the files that it was made of."""
        body = self._drawers.find(_drawer(name), name, self._by_id[name].state)
        if body is None:
            written, root = self._written[name], self.circumstances.root
            found = (scan.scan_file(root, path).contents for path in written.paths)
            contents = {path: content for files in found for path, content in files.items()}
            _, body = _examine(written, contents, self.circumstances)
        markup.learn(body.prose)
        return body


class _Tale:
    """The tale of an entry, loaded when somebody asks."""

    __slots__ = ("_entries", "_moment", "_name")

    def __init__(self, entries: Entries, name: str, moment: datetime) -> None:
        self._entries, self._name, self._moment = entries, name, moment

    @property
    def incident(self) -> Incident:
        return self._entries.tell(self._name, self._moment).incident

    @property
    def steps(self) -> tuple[Step, ...]:
        return self._entries.tell(self._name, self._moment).steps

    @property
    def estimates(self) -> tuple[Estimate, ...]:
        return self._entries.tell(self._name, self._moment).estimates


def look_up(
    manuscripts: Mapping[str, Manuscript],
    files: scan.Files,
    circumstances: Circumstances,
    cache: Cache,
    jobs: int | None = None,
) -> Entries:
    """The entries of these manuscripts (by id); what is not known of them is found out by at most `jobs` processes.

    All that is found out is kept.
    """
    drawers: Drawers[Body] = cache.drawers(Body)
    known = {one.path: one for one in _recall(cache, circumstances.origin)}
    summaries = {
        name: one
        for name, written in manuscripts.items()
        if (one := known.get(written.path))
        and one.sources == _list_sources(written, files.digests, circumstances.shown if one.pictured else b"")
    }
    months = _find_stale_months(manuscripts, summaries, known.values(), drawers.list())
    examine = partial(_examine_month, files.contents, circumstances, drawers)
    for found in spread(months, examine, jobs, sum(map(len, months))):
        summaries.update((one.id, one) for one in found)
    for drawer in drawers.list() - {_drawer(name) for name in manuscripts}:
        drawers.drop(drawer)
    entries = Entries(summaries, manuscripts, circumstances, drawers)
    if months or len(known) != len(summaries):
        cache.keep(_SUMMARIES, _Known(circumstances.origin, entries.summaries))
    return entries


def fetch(cache: Cache) -> None:
    """Load what the cache knows of entries before it is asked for."""
    cache.fetch(_SUMMARIES, _Known)


def _recall(cache: Cache, origin: bytes) -> tuple[Summary, ...]:
    """The summaries that earlier builds kept."""
    known = cache.recall(_SUMMARIES, _Known) or _Known()
    return known.summaries if known.origin == origin else ()


def _drawer(name: str) -> str:
    """The month of an id: what is shown together is mostly of one."""
    return name[: len("2026-11")]


_Item = tuple[Manuscript, Summary | None]


def _find_stale_months(
    manuscripts: Mapping[str, Manuscript],
    summaries: Mapping[str, Summary],
    known: Iterable[Summary],
    drawers: Collection[str],
) -> list[list[_Item]]:
    """The months, newest first, in which an entry is new, changed or gone, or whose drawer is."""
    stale = {_drawer(name) for name in manuscripts if name not in summaries}
    stale |= {_drawer(one.id) for one in known if one.id not in summaries}
    stale |= {month for name in manuscripts if (month := _drawer(name)) not in drawers}
    months: dict[str, list[_Item]] = {month: [] for month in sorted(stale, reverse=True)}
    for name, written in manuscripts.items():
        if _drawer(name) in stale:
            months[_drawer(name)].append((written, summaries.get(name)))
    return [items for items in months.values() if items]


def _examine_month(
    contents: Mapping[str, bytes], circumstances: Circumstances, drawers: Drawers[Body], items: Sequence[_Item]
) -> list[Summary]:
    """The summaries of the entries that were not known; the bodies of all lie in the drawer afterwards."""
    drawer = _drawer(items[0][0].id)
    before = drawers.open(drawer)
    found, kept = [], {}
    for written, summary in items:
        body = before.get(written.id)
        if summary is None or body is None or body.state != summary.state:
            former = None if body is None else drawers.read(body)
            if former is not None and former.origin == circumstances.origin:
                markup.learn(former.prose)  # most of its texts are as they were
            summary, whole = _examine(written, contents, circumstances)
            found.append(summary)
            body = keep(summary.state, whole)
        if body is not None:
            kept[written.id] = body
    drawers.fill(drawer, kept)
    return found


def _examine(written: Manuscript, contents: Mapping[str, bytes], circumstances: Circumstances) -> tuple[Summary, Body]:
    """Everything about an entry that does not look at the clock."""
    reading = read(written, contents, circumstances.settings)
    incident = reading.incident
    verdict = give_verdict(incident, circumstances.settings, circumstances.pictures.values())
    shown = verdict.safe or incident
    settled = max(list_moments(shown), default=_NEVER)
    pictured = any("![" in text for text in list_prose(incident))
    digests = {path: digest(contents[path]) for path in written.paths if path in contents}
    sources = _list_sources(written, digests, circumstances.shown if pictured else b"")
    summary = Summary(
        path=written.path,
        line=incident.where.line,
        sources=sources,
        state=digest(circumstances.origin, written.path, *sources),
        pictured=pictured,
        settled=settled,
        facts=find_facts(tell(shown, settled + _MOMENT), settled + _MOMENT),
        problems=reading.problems,
        verdict=verdict.problems,
    )
    return summary, Body(circumstances.origin, incident, verdict.safe, markup.recall(list_prose(shown)))


def _list_sources(written: Manuscript, digests: Mapping[str, bytes], shown: bytes) -> tuple[bytes, ...]:
    """The digests of an entry's files (none for one that can't be read), and that of the pictures where they matter."""
    own = digests.get(written.path, b"")
    if not written.texts:
        return (own, shown)
    return (own, shown, *(digest(code, path, digests.get(path, b"")) for code, path in written.texts.items()))
