"""Times that a site was down, and issues, to incidents of ours: each measurement is told as one."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

import msgspec

from sitegen.importers.conversion import Findings
from sitegen.importers.fitting import divide, fit_title, name_updates
from sitegen.importers.upptime.issues import Issue, Remark, read_window
from sitegen.importers.upptime.measurements import Measurement, Period, State
from sitegen.importers.upptime.settings import LANGUAGE, Sites
from sitegen.model import STATUSES, Condition, Impact, Incident, Kind, Status, Text, Update, Window
from sitegen.problems import Location

_CONDITIONS = {State.DOWN: Condition.MAJOR_OUTAGE, State.DEGRADED: Condition.DEGRADED_PERFORMANCE}
_TITLES = {State.DOWN: "is down", State.DEGRADED: "has degraded performance"}
_SIGNS = "🛑⚠️🟥🟨🟩 "
_MAX_BY = 60


class Made(msgspec.Struct, frozen=True):
    """An entry without its id and aliases, the moment that its id is made of, and its old addresses."""

    incident: Incident
    moment: datetime
    aliases: tuple[str, ...] = ()


class Maker:
    """Makes the entries of one repository."""

    def __init__(self, sites: Sites, findings: Findings) -> None:
        self.sites, self.findings = sites, findings

    def measured(self, period: Period, issue: Issue | None) -> Made:
        """A time that a site was down, with what people wrote about it in the issue that Upptime opened for it."""
        begin = period.begin
        site = self.sites.find(period.name, begin.where)
        usual = f"{site.name} {_TITLES[begin.state]}"
        title = usual if issue is None else issue.title.strip(_SIGNS)
        updates = [*self._measurements(period), *(self._note(remark) for remark in _of_people(issue))]
        end = period.end
        if end is not None:
            updates.append(_update(end.at, _say_end(site.name, end), end.where, Status.RESOLVED))
        else:
            self.findings.warn(begin.where, f"Nothing says that {site.name} came back; it stays open.")
        incident = self._incident(
            f"{usual} (automatic measurement)" if title == usual else title, updates, begin.at, begin.where
        )
        incident = msgspec.structs.replace(
            incident, components={site.key: _CONDITIONS[begin.state]}, impact=_measured_impact(period)
        )
        return Made(incident, begin.at, () if issue is None else _aliases(issue))

    def _measurements(self, period: Period) -> Iterator[Update]:
        site = self.sites.find(period.name, period.begin.where)
        for number, one in enumerate(period.found):
            changes = {site.key: _CONDITIONS[one.state]} if number else {}
            yield _update(one.at, _say(site.name, one), one.where, changes=changes)
        if period.repeated:
            what = f"{period.repeated} measurements found {site.name} as before; they are not told one by one."
            self.findings.advise(period.begin.where, what)

    def reported(self, issue: Issue) -> Made:
        """An issue as an incident: its text and comments, and its end."""
        condition = Condition.DEGRADED_PERFORMANCE if "degraded" in issue.title.lower() else Condition.MAJOR_OUTAGE
        updates = [self._note(remark) for remark in self._spoken(issue)]
        self._end(issue, updates)
        incident = self._incident(issue.title.strip(_SIGNS), updates, issue.opened, issue.where)
        components = dict.fromkeys((self.sites.find(name, issue.where).key for name in self._sites(issue)), condition)
        measured = issue.is_automatic and condition is Condition.MAJOR_OUTAGE
        impact = Impact.MINOR if measured and components else None
        return Made(
            msgspec.structs.replace(incident, components=components, impact=impact), issue.opened, _aliases(issue)
        )

    def _sites(self, issue: Issue) -> tuple[str, ...]:
        """What an issue calls its sites: labels that are slugs; else, of Upptime's own, the name in its title."""
        known = tuple(label for label in issue.labels if self.sites.knows(label))
        name, down, _ = issue.title.strip(_SIGNS).rpartition(" is down")
        name = name if down else issue.title.strip(_SIGNS).removesuffix(" has degraded performance")
        return known or ((name,) if issue.is_automatic and name else ())

    def planned(self, issue: Issue) -> Made:
        """A maintenance; without the times of its hidden comment a notice, for nothing says when."""
        window = read_window(issue)
        facts = (issue.facts.get(key, "") for key in ("expectedDown", "expectedDegraded"))
        names = (name.strip() for fact in facts for name in fact.split(","))
        keys = tuple(self.sites.find(name, issue.where).key for name in names if name)
        updates = [self._note(remark) for remark in self._spoken(issue)]
        if window is None:
            return Made(self._notice(issue, keys, updates), issue.opened, _aliases(issue))
        self._complete(issue, Window(*window), updates)
        incident = self._incident(issue.title.strip(_SIGNS), updates, issue.opened, issue.where, Kind.MAINTENANCE)
        components = dict.fromkeys(keys, Condition.UNDER_MAINTENANCE)
        planned = msgspec.structs.replace(incident, window=Window(*window), components=components)
        return Made(planned, issue.opened, _aliases(issue))

    def _notice(self, issue: Issue, keys: Iterable[str], updates: Sequence[Update]) -> Incident:
        what = f"Issue {issue.number} has no `start` and `end` that can be read: it became a notice."
        self.findings.warn(issue.where, what, "Write `type: maintenance` and `window` if you know.")
        made = self._incident(issue.title.strip(_SIGNS), updates, issue.opened, issue.where, Kind.NOTICE)
        until = (issue.closed or made.updates[-1].at) if issue.is_closed else None
        return msgspec.structs.replace(made, until=until, components=dict.fromkeys(keys, Condition.OPERATIONAL))

    def _complete(self, issue: Issue, window: Window, updates: list[Update]) -> None:
        """The end of a maintenance: Upptime closes its issue some time after the planned end, people before it."""
        if not issue.is_closed:
            self.findings.warn(issue.where, f"Issue {issue.number} is open: this maintenance has no end yet.")
            return
        at = max(issue.opened, min(issue.closed or window.end, window.end))
        status = Status.CANCELLED if at < window.start else Status.COMPLETED
        what = f"Its issue is closed, so “{status.capitalize()}.” was added at {at:%Y-%m-%d %H:%M} UTC."
        self.findings.advise(issue.where, what)
        updates.append(_update(at, f"{status.capitalize()}.", issue.where, status))

    def _end(self, issue: Issue, updates: list[Update]) -> None:
        """The end of an incident: Upptime's own last comment, else when the issue was closed."""
        ends = [number for number, remark in enumerate(self._spoken(issue)) if remark.is_end]
        if ends and issue.is_closed:
            updates[ends[-1]] = msgspec.structs.replace(updates[ends[-1]], status=Status.RESOLVED)
        elif issue.is_closed:
            at = max(issue.opened, issue.closed or max(update.at for update in updates))
            self.findings.advise(issue.where, f"Issue {issue.number} is closed, so “Closed.” was added.")
            updates.append(_update(at, "Closed.", issue.where, Status.RESOLVED))
        else:
            self.findings.warn(issue.where, f"Issue {issue.number} is open, and so is this incident.")

    def _spoken(self, issue: Issue) -> Sequence[Remark]:
        """The texts of an issue that say something; of one that says nothing its title."""
        spoken = [remark for remark in issue.remarks if remark.text]
        if spoken:
            return spoken
        self.findings.warn(issue.where, f"Issue {issue.number} has no text; its title stands for one.")
        return (Remark(issue.opened, issue.title or f"Issue {issue.number}", "", issue.where),)

    def _note(self, remark: Remark) -> Update:
        return msgspec.structs.replace(_update(remark.at, remark.text, remark.where), by=remark.by[:_MAX_BY])

    def _incident(
        self, title: str, updates: Iterable[Update], moment: datetime, where: Location, kind: Kind = Kind.INCIDENT
    ) -> Incident:
        fitted = fit_title(title, moment.date(), where, self.findings)
        first, *others = sorted(updates, key=lambda update: update.at)
        if fitted.whole:
            text = f"{fitted.whole}\n\n{first.message.read(LANGUAGE, LANGUAGE)}"
            first = msgspec.structs.replace(first, message=Text({LANGUAGE: text}))
        if kind is not Kind.NOTICE:
            first = msgspec.structs.replace(first, status=first.status or STATUSES[kind][0])
        parts = (part for update in (first, *others) for part in divide(update, LANGUAGE, self.findings))
        title_text = Text({LANGUAGE: fitted.text})
        return Incident(id="", where=where, title=title_text, kind=kind, updates=name_updates(parts))


def _of_people(issue: Issue | None) -> Iterator[Remark]:
    """What people wrote below an issue of Upptime's: the rest says what the measurements say."""
    return (remark for remark in issue.remarks if remark.by and remark.text) if issue else iter(())


def _aliases(issue: Issue) -> tuple[str, ...]:
    """Where the old page had it."""
    return (f"incident/{issue.number}",)


def _measured_impact(period: Period) -> Impact | None:
    # A probe in one place knows that nothing answered, and not how much that hurt; nobody judged it.
    return Impact.MINOR if any(one.state is State.DOWN for one in period.found) else None


def _update(
    at: datetime, text: str, where: Location, status: Status | None = None, changes: dict[str, Condition] | None = None
) -> Update:
    return Update(id="", at=at, message=Text({LANGUAGE: text}), where=where, status=status, components=changes or {})


def _say(name: str, found: Measurement) -> str:
    """A measurement in plain words."""
    if found.code == 0:
        return f"Automatic measurement: {name} did not answer."
    if found.code < 0:
        return f"Automatic measurement: {name} counts as {found.state}."
    return f"Automatic measurement: {name} answered with {_answer(found)} and counts as {found.state}."


def _say_end(name: str, found: Measurement) -> str:
    return f"Automatic measurement: {name} is up again{f', with {_answer(found)}' if found.code > 0 else ''}."


def _answer(found: Measurement) -> str:
    return f"HTTP status {found.code}{f' in {found.milliseconds} ms' if found.milliseconds >= 0 else ''}"
