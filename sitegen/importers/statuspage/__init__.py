"""Saved pages of a Statuspage to a project: its JSON, its history feeds, and those of the authenticated API.

What is decided by rule, in the words of the two tools:

- Files: every file below the folder that is JSON of the public v2 API (`summary.json`, `incidents.json`,
  `scheduled-maintenances.json`, `components.json`, one incident), of the authenticated v1 API (lists of incidents,
  components, groups; the page), or a history feed, LambStatus' among them. What a file is, its content tells.
- The same entry in several files is one: the newest by `updated_at` counts, and the API before a feed. A feed that goes
  on later adds its later updates. What only an older capture has is told.
- Kind: what is listed as a maintenance, has `scheduled_for`, or has its statuses. Its window is `scheduled_for` to
  `scheduled_until`; in a feed, the planned time above its updates. Without one it is a notice, for nothing says when.
- Times: `at` is `display_at`, the time that the page showed; when it was typed (`created_at`) is told where it differs.
  `started` is `started_at` where the first update is a minute or more away from it. All are kept to the second.
- Components: `new_status` of the first update, then each change. Where no update names any state, that which the impact
  means. A maintenance has what the first update from its start on says, `under_maintenance` before there is one.
- Impact: the page's own word, wherever it does not follow from the components; `minor` for what only a feed tells.
- Statuses: the page's. After an end an incident begins again as `investigating`; a maintenance stays over. `postmortem`
  is none: its text is the post-mortem. Where only the entry says that it is over, the word that Statuspage shows is
  added ("Resolved.", "Completed."). What is open in the newest capture of it, and not listed as open in a later
  `summary.json`, is over by then: its last word is taken for its end, and says so. Everything else stays open.
- Texts: HTML that Statuspage allows becomes Markdown, everything else stays what it was. One without a text has its
  status for one. Too long a text goes on in another update, too long a title stands whole above the first text.
- Names: an id has the day of the first update in the page's zone; updates keep the ids of the API. `incidents/<code>`
  is an alias, and so is `Incident/<number>` where an Atom feed tells the number by which readers know the entry.
- Left out, and told: own words for X, short links, that an update was touched, and that a component was hidden.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import PurePosixPath
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from sitegen import languages, moments
from sitegen.config.shapes import Address
from sitegen.fields import Reading, Vocabulary
from sitegen.importers.assembly import Assembly, begin
from sitegen.importers.conversion import Conversion, Findings, Importer, Refusal, Skipped
from sitegen.importers.statuspage.captures import Capture, read_capture
from sitegen.importers.statuspage.endings import end_unlisted
from sitegen.importers.statuspage.incidents import make_incident
from sitegen.importers.statuspage.merging import Found, begun, merge
from sitegen.importers.statuspage.stories import Story
from sitegen.importers.statuspage.systems import Systems
from sitegen.model import Component, Group, Site, Text
from sitegen.problems import Location, sort_problems
from sitegen.source import Scalar

_MOST = 32 * 1024 * 1024
_EVER = datetime.min.replace(tzinfo=UTC)
_MAX_NAME = 120
# How many entries stand on a page of the authenticated API (its documentation of GET …/incidents, seen 2026-11-23).
_FULL = 100


def convert(files: Mapping[PurePosixPath, bytes]) -> Conversion | Refusal:
    """The project that these saved files make, or why they are none. Pure: no clock, no files.

    Everything in `settings_yaml`, `incidents` and `postmortems` loads without a problem.
    """
    findings = Findings()
    captures: list[Capture] = []
    skipped: list[Skipped] = []
    for path in sorted(files):
        read = read_capture(path, files[path], findings)
        if isinstance(read, Capture):
            captures.append(read)
        else:
            skipped.append(Skipped(path, read))
    if not captures:
        reason = "Nothing here is of a Statuspage: no JSON of its API, no history feed."
        hint = "Save `/api/v2/summary.json`, `incidents.json` and `scheduled-maintenances.json` of the page first."
        return Refusal(reason, hint, sort_problems(findings.problems))
    captures.sort(key=lambda one: (one.taken or _EVER, one.path))
    return _Converter(captures, skipped, findings).convert(len(files))


class _Converter:
    """Makes one project of the captures, which stand oldest first."""

    def __init__(self, captures: Sequence[Capture], skipped: list[Skipped], findings: Findings) -> None:
        self.captures, self.skipped, self.findings = captures, skipped, findings
        self.site = _Front(captures, findings).read()
        found = tuple(Found(story, capture.taken) for capture in captures for story in capture.stories)
        self.stories = end_unlisted(merge(found, findings), captures, findings)
        self.systems = Systems(captures, self.stories, self.site.default_language, findings)

    def convert(self, files_read: int) -> Conversion | Refusal:
        """The whole of it."""
        assembly = begin("Made from saved pages of a Statuspage.", self.site, self._groups(), self.findings)
        if assembly is None:
            return Refusal("The names of the components do not fit.", "", sort_problems(self.findings.problems))
        made = Counter(story.where.path for story in self.stories if self._add(story, assembly))
        self._account(made)
        self._tell_full_pages()
        self._tell_unjudged()
        self._tell_links()
        return assembly.conclude(self.skipped, files_read)

    def _groups(self) -> Sequence[Group]:
        groups = tuple(self.systems.make_groups())
        if groups:
            return groups
        where = Location(self.captures[0].path)
        what = "No file names a component, and a page needs one: it is called as the page is."
        hint = "Name in sitegen.yaml what your customers use."
        self.findings.warn(where, f"{what} Before the newest entry it is shown as unknown.", hint)
        newest = max((story.updated for story in self.stories if story.updated), default=None)
        since = None if newest is None else newest.astimezone(self.site.zone).date()
        return (Group(None, (Component("service", self.site.name, None, since),)),)

    def _add(self, story: Story, assembly: Assembly) -> bool:
        incident = make_incident(story, self.site, self.systems, self.findings)
        moment = begun(story)
        if incident is None or moment is None:
            return False
        return assembly.add(incident, moment.astimezone(self.site.zone).date(), story.aliases, story.account)

    def _account(self, made: Mapping[PurePosixPath, int]) -> None:
        """Count for every file what became of its entries; one that gave none of its own is named with the reason."""
        chosen = Counter(story.where.path for story in self.stories)
        for capture in self.captures:
            here, became = chosen[capture.path], made.get(capture.path, 0)
            lost = here - became + capture.found - len(capture.stories)
            elsewhere = len(capture.stories) - here
            if capture.found:
                what = f"{capture.found} entries: {became} became files, {elsewhere} count as another file has them"
                self.findings.advise(Location(capture.path), f"{what}, {lost} were lost.")
            if not became:
                self.skipped.append(Skipped(capture.path, _reason(capture)))

    def _tell_full_pages(self) -> None:
        """A full page that is the last one saved is likely not the last one there is."""
        pages = [one for one in self.captures if one.page is None and one.feed is None and one.found]
        if pages and all(one.found >= _FULL for one in pages):
            what = f"Each page of the authenticated API that was saved is full ({_FULL} entries): there may be more."
            hint = "Save the next numbers, unless the next one is an empty `[]`."
            self.findings.warn(Location(pages[-1].path), what, hint)

    def _tell_unjudged(self) -> None:
        unjudged = [story for story in self.stories if not story.is_exact and not story.is_planned]
        if unjudged:
            what = f"{len(unjudged)} incidents stand in a feed only, which names neither components nor impact"
            hint = "Name both where you know better."
            self.findings.advise(unjudged[0].where, f"{what}: each has `impact: minor`. This is the first.", hint)

    def _tell_links(self) -> None:
        feeds = [capture for capture in self.captures if capture.feed is not None]
        numbers = sum(len(story.aliases) > 1 for capture in feeds for story in capture.stories)
        numberless = sum(1 for story in self.stories if story.code and len(story.aliases) < 2)
        if numberless and numbers:
            what = f"{numberless} entries stand in no saved Atom feed, so their numbers there are not known"
            self.findings.advise(Location(feeds[0].path), f"{what}: a feed reader shows them as new once.")


def _reason(capture: Capture) -> str:
    if capture.stories:
        return "All its entries stand in newer files."
    return "It gave the page and its components." if capture.components or capture.page else "It has no entries."


class _Front:
    """Reads what is said of the page itself, newest word first."""

    def __init__(self, captures: Sequence[Capture], findings: Findings) -> None:
        self.captures, self.findings = tuple(reversed(captures)), findings
        self.pages = [capture.page for capture in self.captures if capture.page is not None]
        self.feeds = [capture.feed for capture in self.captures if capture.feed is not None]

    def read(self) -> Site:
        """Name, address, zone and language."""
        self._compare_pages()
        language = self._language()
        name = next((name for name in self._names() if name), "")
        if not name:
            self.findings.warn(Location(self.captures[0].path), "No file names the page; it is called “Status”.")
        cut = name if len(name) <= _MAX_NAME else f"{name[: _MAX_NAME - 1].rsplit(' ', 1)[0]}…"
        return Site(name=Text({language: cut or "Status"}), url=self._url(), zone=self._zone(), languages=(language,))

    def _names(self) -> tuple[str, ...]:
        return (*(page.text("name") for page in self.pages), *(feed.name for feed in self.feeds))

    def _compare_pages(self) -> None:
        """Tell of files of several pages in one folder: a slip that mixes their histories."""
        hosts = {urlsplit(url).hostname or "" for url, _ in self._addresses() if url} - {""}
        stories = (story for capture in self.captures for story in capture.stories)
        pages = hosts or {story.page for story in stories if story.page}
        if len(pages) > 1:
            what = f"These files are of several pages ({', '.join(sorted(pages))[:200]}); they became one."
            self.findings.warn(Location(self.captures[0].path), what, "Import each from a folder of its own.")

    def _language(self) -> str:
        codes = (feed.language.replace("_", "-").split("-")[0].lower() for feed in self.feeds)
        return next((code for code in codes if code in languages.available()), languages.SOURCE_LANGUAGE)

    def _addresses(self) -> tuple[tuple[str, Location], ...]:
        """Every address of the page that any file tells, all of them encrypted as ours will be."""
        found = [(page.text("url") or _domain(page.text("domain")), page.where) for page in self.pages]
        found += [(feed.url, feed.where) for feed in self.feeds]
        return tuple((_encrypted(text), where) for text, where in found if _is_address(_encrypted(text), where))

    def _url(self) -> str:
        """The page's address; empty, told, where none is known."""
        url, where = next(iter(self._addresses()), ("", Location(self.captures[0].path)))
        if url:
            what = f"`site.url` is {url}, where the old page is."
            self.findings.advise(where, what, "Change it if the new page gets another address.")
        else:
            self.findings.warn(where, "The site's address is not known.", "Set `site.url` in sitegen.yaml.")
        return url

    def _zone(self) -> ZoneInfo:
        """The zone of the page, UTC where none is known."""
        for page in self.pages:
            name = page.text("time_zone")
            zone = moments.find_zone("UTC" if name == "Etc/UTC" else name) if name else None
            if zone is not None:
                return zone
            if name:
                self.findings.warn(page.where, f"`{name[:60]}` is not a time zone; the page's times are in UTC.")
        return ZoneInfo("UTC")


def _encrypted(address: str) -> str:
    return address.replace("http://", "https://", 1).rstrip("/")


def _is_address(text: str, where: Location) -> bool:
    reading = Reading(Vocabulary())
    return bool(text) and Address().read(Scalar(text, where, where.line), reading) == text and not reading.problems


def _domain(name: str) -> str:
    return f"https://{name}" if name else ""


IMPORTER = Importer("Statuspage", (PurePosixPath(),), convert, most=_MOST)
