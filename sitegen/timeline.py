"""One incident folded at a moment: what state it is in, what it did to each component and when, what it promised."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Protocol

import msgspec

from sitegen.model import ENDINGS, Condition, Gap, Impact, Incident, Kind, Status, Text, Update, Window
from sitegen.pictures import SUFFIXES

GRACE = timedelta(minutes=5)
_PICTURE = re.compile("|".join(map(re.escape, SUFFIXES)), re.IGNORECASE)
_IMPACT_OF = {
    Condition.DEGRADED_PERFORMANCE: Impact.MINOR,
    Condition.PARTIAL_OUTAGE: Impact.MAJOR,
    Condition.MAJOR_OUTAGE: Impact.CRITICAL,
}


class Phase(StrEnum):
    """Where an entry stands for a visitor: coming (maintenance ahead), open (in effect now), over."""

    COMING = "coming"
    OPEN = "open"
    OVER = "over"


class Span(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One component in one condition from `start` until `end` (UTC; None: still), because of one incident."""

    component: str
    condition: Condition
    start: datetime
    end: datetime | None


class Step(msgspec.Struct, frozen=True):
    """One visible update, the status after it, the components it changed, and the estimate it replaced."""

    update: Update
    status: Status | None
    changes: Mapping[str, Condition]
    number: int


class Estimate(msgspec.Struct, frozen=True):
    """When it should work again (UTC), as said at one moment."""

    said: datetime
    eta: datetime


class Tale(Protocol):
    """The whole of an entry, as far as it has come: large, so that it may only be loaded when somebody asks."""

    @property
    def incident(self) -> Incident:
        """The entry as it was read."""

    @property
    def steps(self) -> tuple[Step, ...]:
        """Its visible updates, oldest first."""

    @property
    def estimates(self) -> tuple[Estimate, ...]:
        """The estimates that changed something, oldest first."""


class Told(msgspec.Struct, frozen=True):
    """A tale that is there already."""

    incident: Incident
    steps: tuple[Step, ...]
    estimates: tuple[Estimate, ...]


class Facts(msgspec.Struct, frozen=True, array_like=True):
    """What bars, lists and the order of things need to know of an entry as a visitor sees it; moments are UTC.

    `started` is when customers were first hit, `ended` when it was last declared over. `late` says that a maintenance
    runs longer than planned. `promise` is the outstanding next update. `readable`: the whole of the entry could be
    read. `created` is when it was first told of, `spoken` when an update or its post-mortem was last added, `touched`
    when that or an edit happened; `said` counts the updates. `published` is when its post-mortem appeared, `undone`
    that this promised something that nobody has done yet. `pictured`: its texts name pictures.
    """

    id: str
    kind: Kind
    title: Text
    draft: bool
    aliases: tuple[str, ...]
    window: Window | None
    phase: Phase
    status: Status | None
    conditions: Mapping[str, Condition]
    spans: tuple[Span, ...]
    impact: Impact
    started: datetime
    ended: datetime | None
    promise: datetime | None
    late: bool
    readable: bool
    created: datetime
    spoken: datetime | None
    touched: datetime | None
    published: datetime | None
    undone: bool
    said: int
    pictured: bool

    @property
    def duration(self) -> timedelta | None:
        """From the first effect to the end; None while it lasts."""
        return None if self.ended is None else max(self.ended - self.started, timedelta())


class Timeline(Facts, frozen=True):
    """One incident as a visitor sees it at `moment` (UTC): its facts, and its whole tale."""

    moment: datetime
    tale: Tale

    @property
    def incident(self) -> Incident:
        """The entry as it was read."""
        return self.tale.incident

    @property
    def steps(self) -> tuple[Step, ...]:
        """The visible updates, oldest first."""
        return self.tale.steps

    @property
    def estimates(self) -> tuple[Estimate, ...]:
        """When it should work again, as it was said and changed, oldest first."""
        return self.tale.estimates

    @property
    def overdue(self) -> bool:
        """Whether the promised update has not come five minutes after its time (COMMUNICATION.md, "Metrics")."""
        return self.promise is not None and self.moment > self.promise + GRACE


class _Change(msgspec.Struct, frozen=True):
    """From `at` on, these components are in these conditions; `ends` puts all back to operational first."""

    at: datetime
    conditions: Mapping[str, Condition]
    ends: bool = False
    reopens: bool = False


def fold(incident: Incident, moment: datetime) -> Timeline:
    """The incident at the moment (aware): updates after it are not shown yet and have no effect."""
    told = tell(incident, moment)
    return join(find_facts(told, moment), moment, told)


def join(facts: Facts, moment: datetime, tale: Tale) -> Timeline:
    """The timeline of an entry whose facts at the moment (aware) are known."""
    return Timeline(*(*msgspec.structs.astuple(facts), moment, tale))


def tell(incident: Incident, moment: datetime) -> Told:
    """The tale of the incident as far as it has come by the moment (aware)."""
    steps = tuple(_steps(incident, moment))
    estimates = (Estimate(step.update.at, step.update.eta) for step in steps if step.update.eta)
    return Told(incident, steps, tuple(_revisions(estimates)))


def find_facts(told: Told, moment: datetime) -> Facts:
    """What follows from the tale at the moment (aware) that it was told for."""
    incident, steps = told.incident, told.steps
    spans = tuple(_spans(incident, steps, moment))
    status = _status(incident, steps, moment)
    phase = _phase(incident, status, moment)
    account, published = incident.postmortem, _published(incident, moment)
    spoken = (*(step.update.at for step in steps), *((published,) if published else ()))
    edited = (step.update.edited.at for step in steps if step.update.edited is not None)
    started = _started(incident, steps)
    return Facts(
        id=incident.id,
        kind=incident.kind,
        title=incident.title,
        draft=incident.draft,
        aliases=incident.aliases,
        window=incident.window,
        phase=phase,
        status=status,
        conditions=_conditions_now(incident, steps, spans, moment),
        spans=spans,
        impact=incident.impact or _worst_impact(incident, steps),
        started=started,
        ended=_ended(incident, steps, phase),
        promise=_promise(steps, phase),
        late=_is_late(incident, phase, moment),
        readable=not incident.gaps,
        created=steps[0].update.at if steps else started,
        spoken=max(spoken, default=None),
        touched=max((*spoken, *(at for at in edited if at <= moment)), default=None),
        published=published,
        undone=account is not None and published is not None and any(not action.done for action in account.actions),
        said=len(steps),
        pictured=any(map(_PICTURE.search, list_prose(incident))) or (account is not None and bool(account.image)),
    )


def is_visible(incident: Incident, moment: datetime) -> bool:
    """From the first update on; where none could be read at once, for nobody knows when it was."""
    begun = (*(update.at for update in incident.updates), *(gap.since for gap in incident.gaps))
    return not incident.updates or min(begun) <= moment


def find_stage(incident: Incident, moment: datetime) -> tuple[int, int]:
    """How far an incident has come by the moment (aware): at two moments of one stage nothing about it differs.

    It counts which of its own moments are over, and which have come; they never change places.
    """
    known = tuple(list_moments(incident))
    return sum(at < moment for at in known), sum(at <= moment for at in known)


def list_moments(incident: Incident) -> Iterator[datetime]:
    """The moments (UTC) at which something about an incident turns: before, at and after each it may look different."""
    yield from (gap.since for gap in incident.gaps)
    for update in incident.updates:
        yield update.at
        if update.next_update_by is not None:
            yield update.next_update_by + GRACE
        if update.edited is not None:
            yield update.edited.at
    if incident.window is not None:
        yield from (incident.window.start, incident.window.end)
    account = incident.postmortem
    found = (incident.started, incident.until, None if account is None else account.published)
    yield from (at for at in found if at is not None)


def list_prose(incident: Incident) -> Iterator[str]:
    """Every text that is Markdown, in every language."""
    texts = [incident.workaround, None if incident.postmortem is None else incident.postmortem.body]
    for update in incident.updates:
        texts += (update.message, update.retracted, None if update.edited is None else update.edited.note)
    for text in texts:
        yield from () if text is None else text.variants.values()


def _published(incident: Incident, moment: datetime) -> datetime | None:
    account = incident.postmortem
    if account is None or account.published is None or account.published > moment:
        return None
    return account.published


def _steps(incident: Incident, moment: datetime) -> Iterator[Step]:
    status: Status | None = None
    for number, update in enumerate((one for one in incident.updates if one.at <= moment), start=1):
        status = update.status or status
        yield Step(update, status, update.components, number)


def _started(incident: Incident, steps: tuple[Step, ...]) -> datetime:
    if incident.window is not None:
        begun = (step.update.at for step in steps if step.update.status is Status.IN_PROGRESS)
        return min(incident.window.start, next(begun, incident.window.start))
    if incident.started is not None:
        return incident.started
    return incident.updates[0].at if incident.updates else incident.gaps[0].since


def _status(incident: Incident, steps: tuple[Step, ...], moment: datetime) -> Status | None:
    """The status said last; a maintenance follows the clock where nobody says more (FORMAT.md, "Maintenance")."""
    said = steps[-1].status if steps else None
    if incident.window is None or said in ENDINGS:
        return said
    if said in (None, Status.SCHEDULED):
        return Status.IN_PROGRESS if moment >= incident.window.start else Status.SCHEDULED
    return said


def _phase(incident: Incident, status: Status | None, moment: datetime) -> Phase:
    if status in ENDINGS or (incident.until is not None and moment >= incident.until):
        return Phase.OVER
    if status is Status.SCHEDULED:
        return Phase.COMING
    if incident.kind is Kind.NOTICE and incident.updates and incident.updates[0].at > moment:
        return Phase.COMING
    return Phase.OPEN


def _ended(incident: Incident, steps: tuple[Step, ...], phase: Phase) -> datetime | None:
    if phase is not Phase.OVER:
        return None
    ends = [step.update.at for before, step in pairwise((None, *steps)) if step and _ends(step, before)]
    return ends[-1] if ends else incident.until


def _ends(step: Step, before: Step | None) -> bool:
    """Whether this step is the end: a note after it is not another one."""
    return step.status in ENDINGS and (before is None or before.status not in ENDINGS)


def _is_late(incident: Incident, phase: Phase, moment: datetime) -> bool:
    return phase is Phase.OPEN and incident.window is not None and moment > incident.window.end


def _promise(steps: tuple[Step, ...], phase: Phase) -> datetime | None:
    """The newest promise of a next update: any later update has kept or replaced it."""
    return steps[-1].update.next_update_by if steps and phase is Phase.OPEN else None


def _revisions(estimates: Iterable[Estimate]) -> Iterator[Estimate]:
    """The estimates that changed something."""
    last: datetime | None = None
    for estimate in estimates:
        if estimate.eta != last:
            yield estimate
        last = estimate.eta


def _worst_impact(incident: Incident, steps: tuple[Step, ...]) -> Impact:
    """The worst over the incident's life, however short (FORMAT.md, `impact`)."""
    conditions = (*incident.components.values(), *(one for step in steps for one in step.changes.values()))
    impacts = (_IMPACT_OF.get(condition, Impact.NONE) for condition in conditions)
    return max(impacts, key=lambda impact: impact.rank, default=Impact.NONE)


def _changes(incident: Incident, steps: tuple[Step, ...], moment: datetime) -> Iterator[_Change]:
    """What happened to components, in order; a maintenance ahead touches nothing."""
    start = _started(incident, steps)
    if not steps or start > moment or (incident.window is not None and _is_cancelled_before(start, steps)):
        return
    yield _Change(start, incident.components)
    over = False
    for step in steps:
        ends = step.update.status in ENDINGS
        if step.changes or ends or (over and step.update.status):
            yield _Change(max(step.update.at, start), step.changes, ends, reopens=over and not ends)
        over = ends or (over and step.update.status is None)


def _is_cancelled_before(start: datetime, steps: tuple[Step, ...]) -> bool:
    return any(step.update.at <= start and step.update.status in ENDINGS for step in steps)


def _spans(incident: Incident, steps: tuple[Step, ...], moment: datetime) -> Iterator[Span]:
    """Every stretch that a component spent in another condition than operational, and what is unknown."""
    state: dict[str, tuple[Condition, datetime]] = {}
    before_end: dict[str, Condition] = {}
    expired = incident.until if incident.until is not None and incident.until <= moment else None
    for change in _changes(incident, steps, moment):
        if expired is not None and change.at >= expired:
            break
        if change.ends:
            before_end = {key: condition for key, (condition, _) in state.items()} or before_end
        target = dict.fromkeys(state, Condition.OPERATIONAL) if change.ends else dict(change.conditions)
        if change.reopens and not change.conditions:
            target = before_end
        for key, condition in target.items():
            yield from _leave(state, key, condition, change.at)
    for key, (condition, since) in state.items():
        yield Span(key, condition, since, expired)
    for gap in incident.gaps:
        yield from _unknown(gap, steps, moment)


def _leave(
    state: dict[str, tuple[Condition, datetime]], key: str, condition: Condition, at: datetime
) -> Iterator[Span]:
    """Put the component into the condition, and give the stretch that this closes."""
    current = state.get(key)
    if current is not None and current[0] is condition:
        return
    if current is not None:
        del state[key]
        if current[1] < at:
            yield Span(key, current[0], current[1], at)
    if condition is not Condition.OPERATIONAL:
        state[key] = (condition, at)


def _unknown(gap: Gap, steps: tuple[Step, ...], moment: datetime) -> Iterator[Span]:
    """What could not be read may say anything, until a later update says that all is over."""
    if gap.since > moment:
        return
    ends = (step.update.at for step in steps if step.update.status in ENDINGS and step.update.at > gap.since)
    end = next(ends, None)
    for key in gap.components:
        yield Span(key, Condition.UNKNOWN, gap.since, end)


def _conditions_now(
    incident: Incident, steps: tuple[Step, ...], spans: tuple[Span, ...], moment: datetime
) -> Mapping[str, Condition]:
    """The condition of every component that the incident ever touched, at the moment."""
    named = (*incident.components, *(key for step in steps for key in step.changes))
    touched = dict.fromkeys((*named, *(span.component for span in spans)), Condition.OPERATIONAL)
    for span in spans:
        if span.start <= moment and span.end is None:
            touched[span.component] = worst((touched[span.component], span.condition))
    return touched


def worst(conditions: Iterable[Condition]) -> Condition:
    """The worst of the conditions, operational where there is none."""
    return max(conditions, key=lambda condition: condition.rank, default=Condition.OPERATIONAL)
