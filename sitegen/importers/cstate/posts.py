"""One cState post as a reader of it would understand it: what was said when, of what, and whether it is over."""

import re
from datetime import UTC, date, datetime, time, timedelta

import msgspec

from sitegen.importers.conversion import Findings
from sitegen.importers.cstate.addresses import page_name
from sitegen.importers.cstate.body import Said, read_body
from sitegen.importers.cstate.clock import YEARS, Clock
from sitegen.importers.cstate.document import Document, clean, is_false, is_true
from sitegen.importers.cstate.settings import Page, Systems
from sitegen.source import Scalar, Sequence

SEVERITIES = ("notice", "disrupted", "down")
MIN_TITLE, MAX_TITLE = 5, 120
_LONG = timedelta(days=30)
_FAR = timedelta(days=7)
_KNOWN = frozenset(
    (
        *("title", "date", "resolved", "resolvedwhen", "severity", "affected", "section", "informational", "pin"),
        *("draft", "url", "slug", "aliases"),
    )
)
_DAY = re.compile(r"(\d{4})[-_.](\d{1,2})[-_.](\d{1,2})(?!\d)[-_. ]*", re.ASCII)


class Post(msgspec.Struct, frozen=True, kw_only=True):
    """A post's facts. An id is made of `day` and `name`, the day and the rest of the file's name.

    `opened` is when it began, `ended` when its front matter says it ended, never before that; both in UTC. `affected`
    are keys of components. `severity` is one of SEVERITIES or empty. `said` stands oldest first, at least one.
    """

    document: Document
    day: date
    name: str
    title: str
    opened: datetime
    is_over: bool
    ended: datetime | None
    severity: str
    affected: tuple[str, ...]
    said: tuple[Said, ...]

    def has(self, flag: str) -> bool:
        """Whether a key of the front matter says true."""
        return is_true(self.document.node(flag))


def read_post(document: Document, page: Page, systems: Systems, findings: Findings) -> Post | str:
    """The post's facts, every guess told; or why nothing can be made of it."""
    return _Reader(document, page, systems, findings).read()


class _Reader:
    """Reads one post."""

    def __init__(self, document: Document, page: Page, systems: Systems, findings: Findings) -> None:
        self.document, self.page, self.systems, self.findings = document, page, systems, findings
        self.clock = Clock(page.zone, findings)

    def read(self) -> Post | str:
        """The facts."""
        self._tell_unknown_keys()
        named, name = self._name()
        opened = self._opened(named)
        if opened is None:
            return "Neither its `date` nor its name says when it was."
        day = self._day(named, opened)
        is_over, ended = self._ending(opened)
        said = read_body(self.document, opened, self.clock, self.findings)
        self.clock.compare()
        title = self._title(name, day)
        return Post(
            document=self.document,
            day=day,
            name=name,
            title=self._shorten(title),
            opened=opened,
            is_over=is_over,
            ended=ended,
            severity=self._severity(),
            affected=self._affected(),
            said=_prepend(title, said or self._unsaid(title, opened)),
        )

    def _tell_unknown_keys(self) -> None:
        for key, node in self.document.front.entries:
            if key.text.casefold() not in _KNOWN and not (isinstance(node, Scalar) and not node.text):
                self.findings.warn(key.where, f"`{key.text}` has no counterpart; it was left out.")
        section = self.document.scalar("section")
        if section is None or section.text != "issue":
            what = "Without `section: issue` cState does not list this post; it was imported all the same."
            self.findings.warn(self.document.place("section"), what)

    def _name(self) -> tuple[date | None, str]:
        """The day that the file's name begins with, None where that is none, and the rest of the name."""
        name = page_name(self.document.path, self.page.language)
        match = _DAY.match(name)
        if match is None or int(match[1]) not in YEARS:
            return None, name
        try:
            return date(int(match[1]), int(match[2]), int(match[3])), name[match.end() :]
        except ValueError:
            self.findings.warn(self.document.line(1), "The file's name has no such day; its id has that of `date`.")
            return None, name[match.end() :]

    def _time(self, key: str) -> datetime | None:
        scalar = self.document.scalar(key)
        return None if scalar is None else self.clock.read(scalar.text, scalar.where)

    def _opened(self, named: date | None) -> datetime | None:
        """When it began: `date`, else the day in the file's name."""
        if (opened := self._time("date")) is not None:
            return opened
        if named is None:
            return None
        what = f"The post has no `date` that can be read; it begins with the day in its name, {named}."
        self.findings.warn(self.document.place("date"), what)
        return datetime.combine(named, time(), self.page.zone).astimezone(UTC)

    def _day(self, named: date | None, opened: datetime) -> date:
        """The day of the id: the file name's, so that the order of files stays; else that of `date`."""
        dated = opened.astimezone(self.page.zone).date()
        if named is None:
            return dated
        if abs(named - dated) > _FAR:
            what = f"The file's name says {named}, `date` says {dated}; each was taken as it is."
            self.findings.advise(self.document.place("date"), what)
        return named

    def _ending(self, opened: datetime) -> tuple[bool, datetime | None]:
        """Whether it is over, and when by its front matter, if that can be."""
        flag, ended = self.document.node("resolved"), self._time("resolvedWhen")
        where = self.document.place("resolvedWhen")
        if isinstance(flag, Scalar) and flag.text and not is_true(flag) and not is_false(flag):
            self.findings.warn(flag.where, f"`{flag.text}` is neither true nor false; it was left out.")
        if is_false(flag):
            if ended is not None:
                self.findings.warn(where, "It is not resolved, so its end was left out.")
            return False, None
        if ended is not None and ended < opened:
            what = f"It ends ({ended:%Y-%m-%d %H:%M} UTC) before it begins ({opened:%Y-%m-%d %H:%M} UTC)."
            self.findings.warn(where, what, "Its end was taken from its newest text instead.")
            return True, None
        if ended is not None and ended - opened > _LONG:
            self.findings.advise(where, f"It was open for {(ended - opened).days} days, if this is right.")
        return is_true(flag) or ended is not None, ended

    def _title(self, name: str, day: date) -> str:
        """The title, long enough."""
        scalar = self.document.scalar("title")
        where = self.document.place("title")
        title = "" if scalar is None else clean(scalar.text, where, self.findings)
        if scalar is not None and scalar.comment:
            self.findings.warn(where, f"`{scalar.comment}` is a comment to YAML and no part of the title.")
        if not title:
            title = clean(re.sub(r"[-_]+", " ", name), where, self.findings)
            self.findings.warn(where, f"It has no title; the file's name became one: “{title}”.")
        if len(title) < MIN_TITLE:
            title = f"{title} – {day}".removeprefix(" – ")
            self.findings.warn(where, f"The title is too short; the day was added: “{title}”.")
        return title

    def _shorten(self, title: str) -> str:
        if len(title) <= MAX_TITLE:
            return title
        what = "The title is too long; it was cut, and stands whole above the first text."
        self.findings.warn(self.document.place("title"), what)
        return f"{title[: MAX_TITLE - 1].rsplit(' ', 1)[0]}…"

    def _unsaid(self, title: str, opened: datetime) -> tuple[Said, ...]:
        line = self.document.body_line
        self.findings.warn(self.document.line(line), "It has no text; its title stands for one.")
        return (Said("" if len(title) > MAX_TITLE else title, opened, line),)

    def _severity(self) -> str:
        scalar = self.document.scalar("severity")
        word = "" if scalar is None else scalar.text.strip().casefold()
        if scalar is not None and word not in SEVERITIES:
            self.findings.warn(scalar.where, f"`{scalar.text}` is not a severity of cState; it was left out.")
        return word if word in SEVERITIES else ""

    def _affected(self) -> tuple[str, ...]:
        """The keys of the components that the post names, each once."""
        node = self.document.node("affected")
        items = node.items if isinstance(node, Sequence) else () if node is None else (node,)
        keys: dict[str, None] = {}
        for item in items:
            if not isinstance(item, Scalar):
                self.findings.warn(item.where, "This is not the name of a system; it was left out.")
            elif (key := self.systems.find_key(item.text, item.where)) is not None:
                keys[key] = None
        return tuple(keys)


def _prepend(title: str, said: tuple[Said, ...]) -> tuple[Said, ...]:
    """A title that had to be cut stands whole above the first text."""
    if len(title) <= MAX_TITLE:
        return said
    first = msgspec.structs.replace(said[0], text=f"{title}\n\n{said[0].text}".strip())
    return (first, *said[1:])
