"""From what was read at each host to what a person should know: of one host, and between hosts."""

from collections.abc import Iterable, Iterator
from datetime import timedelta

from sitegen.freshness.builds import Builds
from sitegen.freshness.events import Event, describe_lack
from sitegen.freshness.fetching import Outcome
from sitegen.freshness.finding import Finding, Rule, list_files
from sitegen.freshness.host import Look
from sitegen.freshness.reading import Reading, list_earlier
from sitegen.problems import Severity

ON_ITS_WAY = timedelta(minutes=15)
"""So long after its time a word may be missing without needing a person: publication and caches take theirs."""

_RULES = {
    Outcome.PAGE: Rule.WRONG,
    Outcome.BARRED: Rule.WRONG,
    Outcome.GONE: Rule.MISSING,
    Outcome.FAILED: Rule.UNSEEN,
    Outcome.UNREACHED: Rule.UNSEEN,
}
_HINTS = {
    Rule.UNSEEN: "Readers may get no more than this; try again, then ask whoever runs the host.",
    Rule.MISSING: "Publish anew, and see that the host serves every file of the site.",
    Rule.WRONG: "Publish anew; if it stays, look for what changes files on their way, or builds with another version.",
    Rule.OLD: "Publish what is here, and find out why nobody has.",
    Rule.HALF: "Publish anew, and find out why only a part of the site arrived.",
}
_OPEN = "A status page is for everybody: see that the host gives out this file as it is."
_FROM_A_CACHE = "Only a cache on the way has this: the host itself is right."
_PURGE = "Empty that cache, and let it keep these files for a minute at most."
_PULL = "Get the newest commit, and look again: what is here may be what is old."


def compare(looks: Iterable[Look], builds: Builds) -> tuple[Finding, ...]:
    """Everything that is wrong at these hosts, host by host; nothing of one that is what the files say."""
    seen = tuple(looks)
    return tuple(finding for look in seen for finding in _Comparison(look, seen, builds).find())


class _Comparison:
    """One host beside the others."""

    def __init__(self, look: Look, looks: tuple[Look, ...], builds: Builds) -> None:
        self.look, self.builds = look, builds
        self.others = tuple(one for one in looks if one is not look and not one.silent)
        self.unheard = look.words - _name_all(builds)

    def find(self) -> Iterator[Finding]:
        """Every finding of the host."""
        if self.look.silent:
            yield self._note(Rule.UNSEEN, (), self.look.silent)
            return
        behind = self._list_behind()
        yield from self._find_failures([one for one in self.look.readings if not one.known and one not in behind])
        yield from self._find_lacks(behind)
        if self.unheard:
            yield self._tell_unheard()
        for other in self.others:
            yield from self._find_ahead(other, frozenset[Event]().union(*(one.lacks for one in behind)))

    def _note(
        self,
        rule: Rule,
        readings: Iterable[Reading],
        what: str,
        hint: str = "",
        lacks: Iterable[Event] = (),
    ) -> Finding:
        events = sorted(lacks, reverse=True)
        return Finding(
            host=self.look.host,
            rule=rule,
            files=tuple(str(one.path) for one in readings),
            what=what,
            hint=hint or _HINTS[rule],
            lacks=tuple(event.name for event in events),
            severity=Severity.WARNING if events and not any(map(self._is_overdue, events)) else Severity.ERROR,
        )

    def _is_overdue(self, event: Event) -> bool:
        """The pages turn on time by themselves, but not for programs; a word comes by publication only."""
        return event.is_word and self.builds.moment - event.at > ON_ITS_WAY

    def _list_behind(self) -> list[Reading]:
        """What is as it was once; a file that is gone only where its host knows of nothing that it would tell.

        Where a host is ahead of the files here, nothing of it is old, whatever it looks like.
        """
        lacking = [one for one in self.look.readings if one.lacks and not self.unheard]
        return [one for one in lacking if one.known or not any(self._find_knowing(self.look, one.lacks))]

    def _find_knowing(self, look: Look, events: Iterable[Event]) -> Iterator[Reading]:
        """The files of a host that tell of at least one of these events."""
        wanted = tuple(events)
        for one in look.readings:
            if any(self._tells(one, event) for event in wanted):
                yield one

    def _tells(self, one: Reading, event: Event) -> bool:
        """Whether the file could not be what it is without the event."""
        if one.moment is None or event in one.lacks or not self.builds.concerns(one.path, event):
            return False
        return not any(
            event in without and self.builds.render(one.path, one.moment, without) == one.answer.body
            for without in list_earlier(self.builds)
        )

    def _find_failures(self, failed: Iterable[Reading]) -> Iterator[Finding]:
        """What is no build of ours, the same trouble once; what differs because it is newer is told elsewhere."""
        troubles: dict[tuple[Outcome, str, bool], list[Reading]] = {}
        for one in failed:
            differs = one.answer.outcome is Outcome.PAGE
            if not (differs and self.unheard):
                troubles.setdefault((one.answer.outcome, "" if differs else one.told, one.cached), []).append(one)
        for (outcome, _, cached), readings in troubles.items():
            what, hint = readings[0].told, _OPEN if outcome is Outcome.BARRED else ""
            yield self._note(_RULES[outcome], readings, *(_blame_cache(what) if cached else (what, hint)))

    def _find_lacks(self, behind: Iterable[Reading]) -> Iterator[Finding]:
        """What is old, and what is old while another file of the host is not."""
        groups: dict[tuple[Rule, bool], list[Reading]] = {}
        for one in behind:
            rule = Rule.HALF if any(self._find_knowing(self.look, one.lacks)) else Rule.OLD
            groups.setdefault((rule, one.cached), []).append(one)
        for (rule, cached), readings in groups.items():
            lacks = frozenset[Event]().union(*(one.lacks for one in readings))
            what = f"This {describe_lack(lacks, self.builds.moment)}."
            if rule is Rule.HALF:
                knowing = tuple(str(one.path) for one in self._find_knowing(self.look, lacks))
                what += f" The same host tells it in {list_files(knowing)}."
            yield self._note(rule, readings, *(_blame_cache(what) if cached else (what, "")), lacks)

    def _tell_unheard(self) -> Finding:
        """That the host knows what the files here do not."""
        differing = [one for one in self.look.readings if not one.known and one.answer.outcome is Outcome.PAGE]
        names = list_files(tuple(sorted(self.unheard, reverse=True)))
        return self._note(Rule.AHEAD, differing, f"This is ahead of the files here: it tells of {names}.", _PULL)

    def _find_ahead(self, other: Look, lacks: frozenset[Event]) -> Iterator[Finding]:
        """What the other host tells and this one does not."""
        told = {event for event in lacks if any(self._find_knowing(other, (event,)))}
        if told:
            what = f"{other.host} is ahead: this {describe_lack(told, self.builds.moment)}."
            yield self._note(Rule.AHEAD, (), what, _HINTS[Rule.OLD], told)
        if newer := (other.words - _name_all(self.builds)) - self.look.words:
            names = list_files(tuple(sorted(newer, reverse=True)))
            yield self._note(Rule.AHEAD, (), f"{other.host} is ahead: it tells of {names}.", _HINTS[Rule.OLD])


def _blame_cache(what: str) -> tuple[str, str]:
    """What is told, and the hint, of what the host itself has right."""
    return f"{what} {_FROM_A_CACHE}", _PURGE


def _name_all(builds: Builds) -> frozenset[str]:
    """Every update in the files, whether its time has come or not."""
    incidents = builds.project.incidents
    return frozenset(f"{incident.id} · {update.id}" for incident in incidents for update in incident.updates)
