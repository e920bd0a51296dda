"""What an entry did to each component, update by update, out of what the API says of them."""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from sitegen.importers.conversion import Findings
from sitegen.importers.statuspage.statuses import Turn
from sitegen.importers.statuspage.stories import Story, Touch
from sitegen.importers.statuspage.systems import Systems
from sitegen.model import ENDINGS, Condition, Status
from sitegen.timeline import worst

Conditions = Mapping[str, Condition]
# Statuspage makes the impact of the components; where only it is left, the way back (help of Statuspage, "Impact").
_OF_IMPACT = {
    "minor": Condition.DEGRADED_PERFORMANCE,
    "major": Condition.PARTIAL_OUTAGE,
    "critical": Condition.MAJOR_OUTAGE,
    "maintenance": Condition.UNDER_MAINTENANCE,
}
_BEFORE_START = (None, Status.SCHEDULED)


class Course(msgspec.Struct, frozen=True):
    """The conditions with which an entry begins, and the changes with each of its updates."""

    beginning: Conditions
    changes: tuple[Conditions, ...]


class _Reader:
    """Finds the components of one entry."""

    def __init__(self, story: Story, systems: Systems, findings: Findings) -> None:
        self.story, self.systems, self.findings = story, systems, findings

    def read(self, touches: Iterable[Touch], *, before: bool = False) -> dict[str, Condition]:
        """The conditions by key; of two that are one component now the worse counts."""
        found: dict[str, Condition] = {}
        for touch in touches:
            key, condition = self.systems.key(touch), touch.before if before else touch.after
            if key is None:
                what = f"A component has no name that any file tells (`{touch.code[:40]}`); it was left out."
                self.findings.lose(self.story.where, what)
            elif condition is not None:
                found[key] = worst((found.get(key, condition), condition))
        return found

    def named(self) -> dict[str, Condition]:
        """The components that the entry names, all well."""
        touches = (*self.story.named, *(touch for said in self.story.said for touch in said.touches))
        keys = (self.systems.key(touch) for touch in touches)
        return {key: Condition.OPERATIONAL for key in keys if key is not None}


def of_incident(story: Story, turns: Sequence[Turn], systems: Systems, findings: Findings) -> Course:
    """The course of an incident: each update changes what it says otherwise than the one before."""
    reader = _Reader(story, systems, findings)
    said = [reader.read(turn.said.touches) for turn in turns]
    named = reader.named()
    if named and not any(said):
        return Course(_from_impact(story, named, findings), ({},) * len(turns))
    later = {key for conditions in said[1:] for key in conditions}
    beginning = {key: one for key, one in named.items() if key not in later} | (said[0] if said else {})
    return Course(beginning, _changes(beginning, said, turns, findings))


def _changes(
    beginning: Conditions, said: Sequence[Conditions], turns: Sequence[Turn], findings: Findings
) -> tuple[Conditions, ...]:
    state, over = dict(beginning), False
    changes: list[Conditions] = []
    for number, (conditions, turn) in enumerate(zip(said, turns, strict=True)):
        ends = turn.status in ENDINGS
        over = ends or (over and turn.status is None)
        if over:
            _tell_left(conditions, turn, findings)
            state = dict.fromkeys(state, Condition.OPERATIONAL)
            changes.append({})
            continue
        changed = {key: one for key, one in conditions.items() if number and state.get(key) is not one}
        state |= conditions
        changes.append(changed)
    return tuple(changes)


def _tell_left(conditions: Conditions, turn: Turn, findings: Findings) -> None:
    left = [f"`{key}` ({one})" for key, one in conditions.items() if one is not Condition.OPERATIONAL]
    if left:
        what = f"It is over, but the page left {', '.join(left)}"
        findings.warn(turn.said.where, f"{what}; here the end puts every component back to operational.")


def _from_impact(story: Story, named: Conditions, findings: Findings) -> Conditions:
    """What the impact says of the components, where no update does."""
    condition = _OF_IMPACT.get(story.impact, Condition.OPERATIONAL)
    if condition is not Condition.OPERATIONAL:
        what = f"No update says what its components went through; `{condition}` follows from its impact"
        findings.advise(story.where, f"{what}, {story.impact}.")
    return dict.fromkeys(named, condition)


def of_maintenance(story: Story, turns: Sequence[Turn], systems: Systems, findings: Findings) -> Course:
    """The course of a maintenance: it begins with the window, whatever its announcements say of the components.

    What they are in then is what the first update from its start on says, what they were before an end where that is
    the first word, and the page's default, `under_maintenance`, where nothing is known yet.
    """
    reader = _Reader(story, systems, findings)
    named, status = reader.named(), None
    running: dict[str, Condition] = {}
    said: list[Conditions] = []
    for turn in turns:
        status = turn.status or status
        runs = status not in _BEFORE_START
        conditions = reader.read(turn.said.touches, before=status in ENDINGS) if runs else {}
        running = conditions | running
        said.append({} if status in ENDINGS else conditions)
    default = Condition.OPERATIONAL if story.keeps_running else Condition.UNDER_MAINTENANCE
    beginning = {key: running.get(key, default) for key in named}
    if named and not running and not story.keeps_running:
        what = "Nothing says what its components go through; they are `under_maintenance` from its start"
        findings.advise(story.where, f"{what}, as by default.")
    return Course(beginning, _changes(beginning, [{}, *said[1:]] if said else [], turns, findings))
