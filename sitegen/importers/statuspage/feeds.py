"""Statuspage's history feeds (`history.atom`, `history.rss`), and LambStatus', which resemble them, to stories.

A feed tells when each update was shown, to the minute, without the year and by the page's clock. The year is the one
that brings it nearest to its neighbour, from the entry's own full date on; the clock's distance from UTC is that of
the same date. Components and impact stand in no feed.
"""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from html import unescape
from urllib.parse import unquote, urlsplit

import msgspec

from sitegen.importers.assembly import Account
from sitegen.importers.conversion import Findings
from sitegen.importers.cstate.clock import YEARS
from sitegen.importers.cstate.document import clean
from sitegen.importers.records import parse_moment
from sitegen.importers.statuspage.bodies import to_markdown
from sitegen.importers.statuspage.elements import Element
from sitegen.importers.statuspage.stories import Said, Story, join
from sitegen.problems import Location

_UPDATE = re.compile(
    r"<p>\s{0,99}<small>(.{1,300}?)</small>\s{0,99}<br\s?/?>\s{0,99}<strong>([^<]{1,60})</strong>(?:\s-(?=\s|<))?",
    re.IGNORECASE | re.DOTALL,
)
_PLANNED = re.compile(r"<strong>THIS IS A SCHEDULED EVENT(.{1,400}?)</strong>", re.IGNORECASE | re.DOTALL)
_TIME = re.compile(
    r"(?P<month>[A-Z][a-z]{2})[a-z]*\.?\s+(?P<day>\d{1,2})(?:,\s*(?P<year>\d{4}))?,\s*(?P<hour>\d{1,2}):(?P<minute>\d{2})"
    r"(?:\s*(?P<half>[AaPp][Mm]))?(?:\s+(?P<zone>[A-Z]{2,5}|[+-]\d{2}:?\d{2}))?"
)
_CLOCK = re.compile(r"\s*(\d{1,2}):(\d{2})\s*(?P<half>[AaPp][Mm])?")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
# Hours from UTC, where a feed's dates are in UTC and its texts are not.
_WEST = {"PST": -8, "PDT": -7, "MST": -7, "MDT": -6, "CST": -6, "CDT": -5, "EST": -5, "EDT": -4}
_EAST = {"CET": 1, "CEST": 2, "WET": 0, "WEST": 1, "EET": 2, "EEST": 3, "BST": 1, "JST": 9, "AEST": 10, "AEDT": 11}
_ZONES = {"UTC": 0, "GMT": 0, **_WEST, **_EAST}
_NUMBER = re.compile(r"Incident/([1-9]\d{0,11})\Z")
_DAY = timedelta(days=1)


class Feed(msgspec.Struct, frozen=True):
    """What a feed says: the page's name, address and language, and its entries; `found` counts unread ones too."""

    name: str
    url: str
    language: str
    stories: tuple[Story, ...]
    found: int
    where: Location


def read_feed(root: Element, findings: Findings) -> Feed | str:
    """The feed, or why these elements are none."""
    channel = root.first("channel") if root.name == "rss" else root
    if root.name not in ("feed", "rss") or channel is None:
        return "It is no Atom or RSS feed."
    url = _address(channel)
    title = clean(channel.say("title"), channel.where, findings)
    entries = tuple(channel.all("entry" if root.name == "feed" else "item"))
    stories = tuple(_Reader(entry, url, findings).read() for entry in entries)
    language = root.attributes.get("xml:lang", "") or channel.say("language")
    name = re.sub(r"\s*[-–]\s*Incident History\Z", "", title)
    read = tuple(one for one in stories if one is not None)
    return Feed(name, url, language, read, len(entries), channel.where)


def _address(element: Element) -> str:
    """Where the thing itself is read, not the feed."""
    for link in element.all("link"):
        if link.attributes.get("rel", "alternate") == "alternate":
            return link.attributes.get("href", "") or link.text
    return ""


class _Reader:
    """Reads one entry."""

    def __init__(self, entry: Element, home: str, findings: Findings) -> None:
        self.entry, self.home, self.findings = entry, home, findings

    def read(self) -> Story | None:
        """The story; None, told, where nothing says when it was."""
        dated = self._dated()
        if dated is None:
            self.findings.lose(self.entry.where, f"“{self.entry.say('title')[:80]}” has no date, so it was left out.")
            return None
        content = self.entry.say("content", "encoded", "description", "summary")
        window, content = self._window(content, dated)
        said, account = self._split(content, dated)
        address = _address(self.entry) or self.entry.say("guid", "id")
        return Story(
            code=self._path(address).rpartition("/")[2],
            title=clean(self.entry.say("title"), self.entry.where, self.findings),
            where=self.entry.where,
            is_planned=window is not None or "/maintenances/" in address,
            is_exact=False,
            said=said,
            start=window and window[0],
            end=window and window[1],
            account=account,
            aliases=self._aliases(address),
            updated=max((one.at for one in said), default=_to_second(dated)),
        )

    def _dated(self) -> datetime | None:
        text = self.entry.say("updated", "published", "pubDate", "date")
        moment = parse_moment(text)
        try:
            local = datetime.fromisoformat(text.upper()) if moment else parsedate_to_datetime(text)
            return local if local.tzinfo and local.year in YEARS else None
        except (ValueError, TypeError, IndexError, OverflowError):
            return None

    def _path(self, address: str) -> str:
        """The path of an address below that of the page."""
        try:
            path, home = urlsplit(address).path, urlsplit(self.home).path.rstrip("/")
        except ValueError:
            return ""
        return unquote(path.removeprefix(home)).strip("/")

    def _aliases(self, address: str) -> tuple[str, ...]:
        """The old address, and the number by which Atom readers know the entry, as our own feed keeps it."""
        number = _NUMBER.search(self.entry.say("id"))
        path = self._path(address)
        if not path:
            self.findings.warn(self.entry.where, "This entry has no address; no old link leads to it.")
        return (*((path,) if path else ()), *((f"Incident/{number[1]}",) if number else ()))

    def _window(self, content: str, dated: datetime) -> tuple[tuple[datetime, datetime] | None, str]:
        """The planned time that stands above a maintenance's updates, and the rest; what it is none of stays."""
        match = _PLANNED.search(content)
        words = "" if match is None else _plain(match[1])
        start, dash, end = words.partition(" - ")
        zone = re.search(r" ([A-Z]{2,5})\Z", words)
        begun = self._moment(f"{start} {zone[1]}" if zone else start, dated, dated) if match else None
        if match is None or begun is None or not dash:
            return None, content
        clock = _CLOCK.fullmatch(end.removesuffix(zone[0]) if zone else end)
        ended = self._moment(end, begun, dated) if clock is None else _at_clock(begun, dated, clock, zone and zone[1])
        return ((begun, ended), content.replace(match[0], "", 1)) if ended else (None, content)

    def _split(self, content: str, dated: datetime) -> tuple[tuple[Said, ...], Account | None]:
        """The updates, oldest first, and the post-mortem."""
        found = list(_UPDATE.finditer(content))
        ends = [*(match.start() for match in found[1:]), len(content)]
        said: list[Said] = []
        neighbour = dated
        for match, end in zip(found, ends, strict=False):
            neighbour = self._at(match, neighbour, dated)
            status, text = _plain(match[2]).lower(), self._text(content[match.end() : end])
            said.append(Said(status=status, text=text, at=neighbour, where=self.entry.where))
        accounts = [Account(one.text, one.at, one.where) for one in said if one.status == "postmortem" and one.text]
        said = [one for one in said if one.status != "postmortem"]
        self._compare(said, dated)
        said += self._unusual(content[: found[0].start()] if found else content, dated)
        said.reverse()
        return tuple(sorted(said, key=lambda one: one.at)), join(accounts)

    def _text(self, markup: str) -> str:
        return to_markdown(clean(markup, self.entry.where, self.findings, prose=True))

    def _at(self, update: re.Match[str], neighbour: datetime, dated: datetime) -> datetime:
        """When an update was said; its neighbour's time, told, where that can't be read."""
        text = _plain(update[1])
        # The first may be from after the entry's date, which is that of its end; each other one is older.
        at = self._moment(text, neighbour, dated, is_older=neighbour is not dated)
        if at is None:
            what = f"`{text[:60]}` is no time; the text stands at that of its neighbour."
            self.findings.warn(self.entry.where, what)
        return at or _to_second(neighbour)

    def _unusual(self, above: str, dated: datetime) -> list[Said]:
        """What stands above the updates, or in their place, as a text of the entry's own date."""
        text = self._text(above)
        if text:
            what = "This text has not the form of an update; it stands at the entry's date."
            self.findings.warn(self.entry.where, what)
        return [Said(status="", text=text, at=_to_second(dated), where=self.entry.where)] if text else []

    def _compare(self, said: list[Said], dated: datetime) -> None:
        """Tell where the dates of the texts and that of the entry are not of the same time."""
        if said and abs(said[0].at - dated) > 2 * _DAY:
            day = dated.astimezone(UTC).date()
            what = f"Its newest text is of {said[0].at:%Y-%m-%d %H:%M} UTC, the entry of {day}"
            self.findings.warn(self.entry.where, f"{what}; the date beside the text was taken.")

    def _moment(self, text: str, near: datetime, dated: datetime, *, is_older: bool = False) -> datetime | None:
        """The moment (UTC) that a text names; without a year the one nearest to `near`, or the last before it."""
        match = _TIME.search(text)
        if match is None or match["month"] not in _MONTHS:
            return None
        offset = _offset(match["zone"], dated)
        years = (int(match["year"]),) if match["year"] else (near.year - 1, near.year, near.year + 1)
        moments = [moment for year in years if (moment := _make(match, year, offset))]
        before = [moment for moment in moments if moment <= near + _DAY] if is_older else []
        return min(before or moments, key=lambda moment: abs(moment - near), default=None)


def _to_second(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0)


def _make(match: re.Match[str], year: int, offset: timedelta) -> datetime | None:
    try:
        hour = _hour(int(match["hour"]), match["half"])
        month = _MONTHS.index(match["month"]) + 1
        moment = datetime(year, month, int(match["day"]), hour, int(match["minute"]), tzinfo=UTC) - offset
    except (ValueError, OverflowError):
        return None
    return moment if moment.year in YEARS else None


def _hour(hour: int, half: str | None) -> int:
    return hour if half is None else hour % 12 + (12 if half.lower() == "pm" else 0)


def _at_clock(start: datetime, dated: datetime, clock: re.Match[str], zone: str | None) -> datetime | None:
    """The first such time of day after the start, by the page's clock."""
    offset = _offset(zone, dated)
    try:
        local = (start + offset).replace(hour=_hour(int(clock[1]), clock["half"]), minute=int(clock[2]))
    except (ValueError, OverflowError):
        return None
    end = local - offset
    return end if end > start else end + _DAY


def _offset(zone: str | None, dated: datetime) -> timedelta:
    """How far the page's clock is from UTC: as the entry's date has it, else by the zone's name."""
    own = dated.utcoffset() or timedelta()
    if zone in ("UTC", "GMT", None) or not own:
        return own if zone is None else timedelta(hours=_ZONES.get(zone, 0))
    return own


def _plain(markup: str) -> str:
    return " ".join(unescape(re.sub(r"<[^<>]{0,200}>", "", markup)).split())
