"""What a cState post says, as an incident or a notice of ours."""

import re
from collections import Counter
from datetime import datetime

import msgspec

from sitegen import load
from sitegen.importers.conversion import Findings
from sitegen.importers.cstate.body import split_long
from sitegen.importers.cstate.posts import Post
from sitegen.importers.cstate.settings import Page
from sitegen.model import Condition, Impact, Incident, Kind, Status, Text, Update
from sitegen.problems import Location

_FAR_DAYS = 7
_PICTURE = re.compile(r"!\[([^\]\n]{0,300})\]\([ \t]{0,9}<?([^\s)>]{1,300})>?[^)\n]{0,300}\)")
_LABEL = re.compile(r"[*_]{1,3}\s*(\w+)\s*:?\s*[*_]{1,3}")
_CONDITIONS = {
    "down": Condition.MAJOR_OUTAGE,
    "disrupted": Condition.PARTIAL_OUTAGE,
    "notice": Condition.UNDER_MAINTENANCE,
}
_IMPACTS = {"down": Impact.CRITICAL, "disrupted": Impact.MAJOR}
_LABELS = {
    "investigating": Status.INVESTIGATING,
    "identified": Status.IDENTIFIED,
    "monitoring": Status.MONITORING,
    "reopened": Status.INVESTIGATING,
}


def make_incident(post: Post, page: Page, findings: Findings) -> Incident:
    """The incident, by the rules in the package's docstring; its id and aliases are still empty."""
    maker = _Maker(post, page, findings)
    return maker.notice() if maker.is_notice() else maker.incident()


class _Maker:
    """Makes one incident."""

    def __init__(self, post: Post, page: Page, findings: Findings) -> None:
        self.post, self.page, self.findings = post, page, findings
        self.document = post.document
        self.minutes: Counter[str] = Counter()

    def is_notice(self) -> bool:
        """Whether the post tells something without an outage."""
        if self.post.has("informational"):
            return True
        if self.post.severity != "notice" or self.post.affected:
            return False
        what = "Severity `notice` without a system: it became a notice."
        hint = "Delete `type` and `until` and add components if customers were hit."
        self.findings.advise(self.document.place("severity"), what, hint)
        return True

    def notice(self) -> Incident:
        """A notice: it names components without touching their state, and is shown until its end."""
        post = self.post
        newest = max(post.opened, post.said[-1].at)
        until = post.ended or (newest if post.is_over else None)
        if until is None and post.has("informational") and not post.has("pin"):
            until = newest
            what = "It is not pinned and has no end: cState kept it in the history only, so it ends at once."
            self.findings.warn(self.document.line(1), what)
        if until is None:
            what = "Nothing says when this notice ends; it is shown as current until someone writes `until`."
            self.findings.warn(self.document.line(1), what)
        if post.severity in _IMPACTS:
            what = "An informational post leaves systems as they are in cState; its severity was left out."
            self.findings.warn(self.document.place("severity"), what)
        updates = tuple(_with_status(update, None) for update in self._updates())
        components = dict.fromkeys(post.affected, Condition.OPERATIONAL)
        return msgspec.structs.replace(
            self._bare(), kind=Kind.NOTICE, components=components, updates=updates, until=until
        )

    def incident(self) -> Incident:
        """An incident with its end, if it has one."""
        post = self.post
        first, *others = self._updates()
        updates = (_with_status(first, first.status or Status.INVESTIGATING), *others)
        if post.is_over:
            updates = self._resolve(updates)
        else:
            self.findings.warn(self.document.place("resolved"), "It is not resolved; it stays open.")
        self._compare_beginnings(updates[0])
        if not post.severity:
            what = "It has no severity; its systems are degraded, the least that an incident can mean."
            self.findings.warn(self.document.place("severity"), what)
        condition = _CONDITIONS.get(post.severity, Condition.DEGRADED_PERFORMANCE)
        return msgspec.structs.replace(
            self._bare(),
            components=dict.fromkeys(post.affected, condition),
            impact=None if post.affected else _IMPACTS.get(post.severity),
            started=None if updates[0].at == post.opened else post.opened,
            updates=updates,
        )

    def _bare(self) -> Incident:
        return Incident(
            id="",
            where=Location(self.document.path),
            title=self._in_language(self.post.title),
            draft=self.post.has("draft"),
        )

    def _in_language(self, text: str) -> Text:
        return Text({self.page.interface: text})

    def _message(self, text: str) -> Text:
        """A text with its pictures, which were not brought along, as links to where they were."""
        return self._in_language(_PICTURE.sub(self._link_picture, text))

    def _link_picture(self, picture: re.Match[str]) -> str:
        name, address = picture[1].strip() or picture[2].rsplit("/", 1)[-1], picture[2]
        place = address if address.startswith("https://") else f"{self.page.url}/{address.lstrip('/')}"
        return f"[{name}]({place})" if place.startswith("https://") else name

    def _updates(self) -> list[Update]:
        """The updates, oldest first, with ids; what is too long for one goes on in another of the same moment."""
        updates: list[Update] = []
        for one in self.post.said:
            where = self.document.line(one.line)
            parts = split_long(one.text)
            if len(parts) > 1:
                what = f"This text has {len(one.text)} characters; it was divided into {len(parts)} updates."
                self.findings.warn(where, what, "A post-mortem may hold it better.")
            for number, part in enumerate(parts):
                status = None if number else _label(part)
                update = Update(id="", at=one.at, message=self._message(part), where=where, status=status)
                updates.append(self._identify(update))
        return updates

    def _compare_beginnings(self, first: Update) -> None:
        early = self.post.opened - first.at
        if early.total_seconds() > 0:
            what = f"Its first text is of {first.at:%Y-%m-%d %H:%M} UTC, before its `date`; customers were hit from"
            note = self.findings.warn if early.days > _FAR_DAYS else self.findings.advise
            note(first.where, f"{what} {self.post.opened:%Y-%m-%d %H:%M} UTC on.")

    def _resolve(self, updates: tuple[Update, ...]) -> tuple[Update, ...]:
        """The updates with the end where it belongs."""
        newest = updates[-1].at
        end = self.post.ended or max(self.post.opened, newest)
        if self.document.scalar("resolvedWhen") is None:
            what = f"When it ended is not said; {end:%Y-%m-%d %H:%M} UTC is the last that is known of it."
            self.findings.warn(self.document.place("resolved"), what)
        if newest < end:
            return (*updates, self._added(end))
        if updates[0].at > end:
            self.findings.advise(updates[0].where, "All its texts are from after its end; they follow it as notes.")
            return (self._added(end), *(_with_status(update, None) for update in updates))
        if newest > end:
            what = f"Its texts go on until {newest:%Y-%m-%d %H:%M} UTC; the newest one resolves it."
            self.findings.warn(self.document.place("resolvedWhen"), what)
        return (*updates[:-1], _with_status(updates[-1], Status.RESOLVED))

    def _added(self, end: datetime) -> Update:
        where = self.document.place("resolvedWhen")
        self.findings.advise(where, f"An update “{self.page.resolved}” was added at {end:%Y-%m-%d %H:%M} UTC.")
        message = self._in_language(self.page.resolved)
        return self._identify(Update(id="", at=end, message=message, where=where, status=Status.RESOLVED))

    def _identify(self, update: Update) -> Update:
        """The update with the id of its minute, or a free one where others have that."""
        usual = load.default_update_id(update.at)
        self.minutes[usual] += 1
        count = self.minutes[usual]
        return msgspec.structs.replace(update, id=usual if count == 1 else f"{usual[:-1]}n{count}")


def _with_status(update: Update, status: Status | None) -> Update:
    return msgspec.structs.replace(update, status=status)


def _label(text: str) -> Status | None:
    """The status that a text announces with its first word, as cState's own examples do."""
    match = _LABEL.match(text)
    return _LABELS.get(match[1].casefold()) if match else None
