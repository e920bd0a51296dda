"""Stories to incidents, maintenances and notices of ours, by the rules in the package's docstring."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

import msgspec

from sitegen import entry
from sitegen.importers.conversion import Findings
from sitegen.importers.fitting import divide, fit_title, name_updates
from sitegen.importers.statuspage.conditions import Conditions, Course, of_incident, of_maintenance
from sitegen.importers.statuspage.merging import begun
from sitegen.importers.statuspage.statuses import Turn, set_statuses
from sitegen.importers.statuspage.stories import Said, Story
from sitegen.importers.statuspage.systems import Systems
from sitegen.model import ENDINGS, Condition, Impact, Incident, Kind, Site, Text, Update, Window
from sitegen.timeline import fold

_PLANNED = frozenset(("scheduled", "in_progress", "in progress", "verifying", "completed"))
_MINUTE = timedelta(minutes=1)


def make_incident(story: Story, site: Site, systems: Systems, findings: Findings) -> Incident | None:
    """The entry, its id and aliases still empty; None, told, where nothing says when it was."""
    moment = begun(story)
    if moment is None:
        findings.lose(story.where, f"Nothing says when “{story.title}” was, so no entry was made.")
        return None
    maker = _Maker(story, moment, site, systems, findings)
    if not story.is_planned and not any(said.status in _PLANNED for said in story.said):
        return maker.incident()
    window = maker.window()
    return maker.notice() if window is None else maker.maintenance(window)


class _Maker:
    """Makes one entry of what is known of it; `moment` is the first that is."""

    def __init__(self, story: Story, moment: datetime, site: Site, systems: Systems, findings: Findings) -> None:
        self.site, self.systems, self.findings = site, systems, findings
        title = fit_title(story.title, moment.astimezone(site.zone).date(), story.where, findings)
        said = tuple(self._give_texts(story, title.text, moment))
        if title.whole:
            said = (msgspec.structs.replace(said[0], text=f"{title.whole}\n\n{said[0].text}".strip()), *said[1:])
        self.story = msgspec.structs.replace(story, title=title.text, said=said)

    def _give_texts(self, story: Story, title: str, moment: datetime) -> Iterator[Said]:
        """The updates, none without a text: the page showed its status, or its title, for one."""
        for said in story.said:
            word = said.status.replace("_", " ").capitalize() or "Update"
            if not said.text:
                self.findings.warn(said.where, f"This update has no text; its status stands for one: “{word}.”")
            yield said if said.text else msgspec.structs.replace(said, text=f"{word}.")
        if not story.said:
            self.findings.warn(story.where, f"“{title}” has no updates; its title stands for one.")
            status = "" if story.status in ("resolved", "postmortem", "completed") else story.status
            yield Said(status=status, text=title, at=moment, where=story.where)

    def incident(self) -> Incident:
        """An incident."""
        story = self.story
        turns = set_statuses(story, Kind.INCIDENT, self.findings)
        made = self._make(Kind.INCIDENT, turns, of_incident(story, turns, self.systems, self.findings))
        made = msgspec.structs.replace(made, started=self._started(turns))
        # A feed names no impact; without one the page would say that there was none, which nobody said.
        return self._with_impact(made) if self.story.is_exact else msgspec.structs.replace(made, impact=Impact.MINOR)

    def maintenance(self, window: Window) -> Incident:
        """A maintenance with its window."""
        turns = set_statuses(self.story, Kind.MAINTENANCE, self.findings)
        course = of_maintenance(self.story, turns, self.systems, self.findings)
        made = self._make(Kind.MAINTENANCE, turns, course)
        return self._with_impact(msgspec.structs.replace(made, window=window))

    def notice(self) -> Incident:
        """Planned work without its time, as a feed tells it: a notice, each text with the word that stood before it."""
        story = self.story
        what = f"Nothing says from when to when “{story.title}” was planned: it is a notice and touches no component."
        self.findings.warn(story.where, what, "Write `type: maintenance` and `window` if you know.")
        turns = tuple(Turn(_with_word(said), None) for said in story.said)
        keys = (self.systems.key(touch) for one in story.said for touch in one.touches)
        named = {key: Condition.OPERATIONAL for key in keys if key is not None}
        made = self._make(Kind.NOTICE, turns, Course(named, ({},) * len(turns)))
        return msgspec.structs.replace(made, until=story.said[-1].at)

    def window(self) -> Window | None:
        """The planned time, if it can be one."""
        start, end = self.story.start, self.story.end
        if start is None or end is None:
            return None
        if end > start:
            return Window(start, end)
        self.findings.warn(self.story.where, f"It was planned to end ({end:%Y-%m-%d %H:%M} UTC) before it begins.")
        return None

    def _make(self, kind: Kind, turns: Iterable[Turn], course: Course) -> Incident:
        updates = (
            update
            for turn, changes in zip(turns, course.changes, strict=True)
            for update in divide(self._update(turn, changes), self.site.default_language, self.findings)
        )
        return Incident(
            id="",
            where=self.story.where,
            title=self._text(self.story.title),
            kind=kind,
            components=course.beginning,
            updates=name_updates(updates),
        )

    def _update(self, turn: Turn, changes: Conditions) -> Update:
        said = turn.said
        own = said.code if re.fullmatch(entry.UPDATE_ID_PATTERN, said.code) else ""
        text = self._text(said.text)
        return Update(id=own, at=said.at, message=text, where=said.where, status=turn.status, components=changes)

    def _text(self, text: str) -> Text:
        return Text({self.site.default_language: text})

    def _started(self, turns: tuple[Turn, ...]) -> datetime | None:
        """When customers were first hit, where that is not when it was first told."""
        started, first = self.story.started, turns[0].said.at
        if started is None or abs(started - first) < _MINUTE:
            return None
        ends = [turn.said.at for turn in turns if turn.status in ENDINGS]
        if ends and started > ends[-1]:
            what = f"It is said to start at {started:%Y-%m-%d %H:%M} UTC, after its end; that was left out."
            self.findings.warn(self.story.where, what)
            return None
        if started > first:
            what = f"It is said to start at {started:%Y-%m-%d %H:%M} UTC, after the first word about it."
            self.findings.advise(self.story.where, what)
        return started

    def _with_impact(self, incident: Incident) -> Incident:
        """The entry with the page's word for its impact, where it does not follow from the components."""
        word = self.story.impact
        if word == "maintenance" or not word:
            return incident
        if word not in [impact.value for impact in Impact]:
            self.findings.warn(self.story.where, f"`{word[:60]}` is no impact; it was left out.")
            return incident
        follows = fold(incident, incident.updates[-1].at).impact
        if follows is Impact(word):
            return incident
        if follows is not Impact.NONE:
            what = f"The page called its impact {word}; of its components {follows} would follow."
            self.findings.advise(self.story.where, f"{what} The page's word stays.")
        return msgspec.structs.replace(incident, impact=Impact(word))


def _with_word(said: Said) -> Said:
    """An update with its status as the feed writes it, before the text."""
    if not said.status:
        return said
    return msgspec.structs.replace(said, text=f"**{said.status.replace('_', ' ').capitalize()}** - {said.text}")
