"""Issues of a git host, as its API or its command line saved them, to what was said of a site and when."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, time
from pathlib import PurePosixPath

import msgspec

from sitegen.importers.conversion import Findings, Skipped
from sitegen.importers.cstate.document import clean
from sitegen.importers.records import Record, parse_moment, read_records
from sitegen.problems import Location

FOLDERS = (PurePosixPath("issues"), PurePosixPath("comments"))
FILES = (PurePosixPath("issues.json"), PurePosixPath("comments.json"))
STATUS, MAINTENANCE = "status", "maintenance"
# Those who can write in a locked issue; the words of others are not the team's.
_TEAM = frozenset(("", "OWNER", "MEMBER", "COLLABORATOR"))
_FACTS = frozenset(("start", "end", "expectedDown", "expectedDegraded"))
_AUTOMATIC = re.compile(r"\AIn \[`[0-9a-f]{7,40}`\]\(")
_ENDED = re.compile(r"\A\*\*Resolved:\*\*")
_COMMIT = re.compile(r"/commit/([0-9a-f]{7,40})")
_COMMENT = re.compile(r"<!--(.{0,4000}?)-->", re.DOTALL)
_ISSUE_URL = re.compile(r"([^/]+/[^/]+)/issues/(\d{1,12})")


class Remark(msgspec.Struct, frozen=True):
    """One text: when it was written (UTC), by whom (empty: by Upptime), and whether it says that all is over."""

    at: datetime
    text: str
    by: str
    where: Location
    is_end: bool = False


class Issue(msgspec.Struct, frozen=True, kw_only=True):
    """One issue that tells of an incident or a maintenance; moments are UTC, `remarks` stand oldest first.

    `commit` is the beginning of the hash by which Upptime names the measurement that it opened the issue for.
    `facts` are those of the hidden comment of a maintenance.
    """

    number: str
    repository: str
    title: str
    labels: tuple[str, ...]
    opened: datetime
    closed: datetime | None
    is_closed: bool
    remarks: tuple[Remark, ...]
    is_automatic: bool
    commit: str
    facts: Mapping[str, str]
    where: Location

    @property
    def is_planned(self) -> bool:
        """Whether it tells of a maintenance."""
        return MAINTENANCE in self.labels


class Reader:
    """Reads the issues in all files, and gives each its comments."""

    def __init__(self, files: Mapping[PurePosixPath, bytes], findings: Findings) -> None:
        self.findings = findings
        self.skipped: list[Skipped] = []
        self.records: dict[str, Record] = {}
        self.comments: defaultdict[str, list[Record]] = defaultdict(list)
        for path in sorted(files):
            if path in FILES or path.parent in FOLDERS:
                self._sort(path, files[path])

    def _sort(self, path: PurePosixPath, content: bytes) -> None:
        records = read_records(path, content, self.findings, "number")
        if isinstance(records, str):
            self.skipped.append(Skipped(path, records))
            self.findings.lose(Location(path), records)
            return
        left = 0
        for record in records:
            if match := _ISSUE_URL.search(record.text("issue_url")):
                self.comments[match[2]].append(record)
            elif "number" not in record.fields or "title" not in record.fields:
                self.findings.lose(record.where, "This is no issue: it has no `number` or no `title`.")
            elif record.fields.get("pull_request") is None and {STATUS, MAINTENANCE} & {*_labels(record)}:
                self._keep(record)
            else:
                left += 1
        if left:
            what = f"{left} issues and pull requests have neither the label `{STATUS}` nor `{MAINTENANCE}`"
            self.findings.advise(Location(path), f"{what}: they tell of no incident.")
        if left == len(records):
            self.skipped.append(Skipped(path, "No issue in it tells of an incident."))

    def _keep(self, record: Record) -> None:
        """An issue; of two captures the newer counts."""
        name = f"{_repository(record)}#{record.name('number')}"
        other = self.records.get(name)
        if other is not None:
            self.findings.advise(record.where, f"{name} was saved twice; the newer one counts.")
        if other is None or _stamp(record) >= _stamp(other):
            self.records[name] = record

    def read(self) -> tuple[Issue, ...]:
        """The issues, oldest first."""
        issues = (self._read(record) for record in self.records.values())
        return tuple(sorted((one for one in issues if one is not None), key=lambda one: (one.opened, one.number)))

    def _read(self, record: Record) -> Issue | None:
        number, opened = record.name("number"), self._moment(record, "created")
        if opened is None:
            self.findings.lose(record.where, f"Nothing says when issue {number} was opened, so no entry was made.")
            return None
        body = _prose(record, "body")
        is_automatic = bool(_AUTOMATIC.match(body))
        labels = tuple(_labels(record))
        facts, text = _read_facts(body) if MAINTENANCE in labels else ({}, body)
        for key in sorted(facts.keys() - _FACTS):
            self.findings.warn(record.where, f"`{key[:60]}: {facts[key][:60]}` has no counterpart; it was left out.")
        first = Remark(opened, text, "" if is_automatic else _author(record), record.where)
        commit = _COMMIT.search(body) if is_automatic else None
        return Issue(
            number=number,
            repository=_repository(record),
            title=record.text("title"),
            labels=labels,
            opened=opened,
            closed=self._moment(record, "closed"),
            is_closed=record.text("state").lower() == "closed",
            remarks=(first, *self._remarks(record, number)),
            is_automatic=is_automatic,
            commit=commit[1] if commit else "",
            facts=facts,
            where=record.where,
        )

    def _moment(self, record: Record, about: str) -> datetime | None:
        """A moment in one of the forms in which it is saved; a day alone is its beginning, which is told."""
        for key in (f"{about}_at", f"{about}At"):
            if (moment := record.moment(key)) is not None:
                return moment
        day = record.day(f"{about}_on")
        if day is None:
            return None
        self.findings.warn(record.where, f"Only the day is known of `{about}_on`; it stands at 00:00 UTC.")
        return datetime.combine(day, time(), UTC)

    def _remarks(self, record: Record, number: str) -> tuple[Remark, ...]:
        is_listed = isinstance(record.fields.get("comments"), list)
        comments = record.records("comments") if is_listed else tuple(self.comments.get(number, ()))
        promised = 0 if is_listed else record.number("comments")
        if promised > len(comments):
            what = f"Issue {number} has {promised} comments; {len(comments)} of them were saved."
            self.findings.lose(record.where, what, "Save the comments as well.")
        remarks = (self._remark(one, number) for one in comments)
        # Pages that were saved twice, or while somebody wrote, have the same comment twice.
        unlike = {(one.at, one.by, one.text): one for one in remarks if one is not None}
        return tuple(sorted(unlike.values(), key=lambda one: one.at))

    def _remark(self, record: Record, number: str) -> Remark | None:
        """A comment of the team; others are told."""
        text, at = _prose(record, "body"), self._moment(record, "created")
        relation = record.text("author_association") or record.text("authorAssociation")
        if relation not in _TEAM:
            what = f"A comment on issue {number} is not by the team ({relation}), so it was left out: “{text[:80]}”"
            self.findings.warn(record.where, what)
            return None
        if at is None:
            self.findings.lose(record.where, f"Nothing says when this comment was written: “{text[:80]}”")
            return None
        is_end = bool(_ENDED.match(text))
        return Remark(at, text, "" if is_end else _author(record), record.where, is_end)


def _stamp(record: Record) -> str:
    return record.text("updated_at") or record.text("updatedAt")


def _labels(record: Record) -> Iterable[str]:
    for label in record.values("labels"):
        if isinstance(label, str):
            yield label
        elif isinstance(label, dict) and isinstance(label.get("name"), str):
            yield label["name"]


def _repository(record: Record) -> str:
    address = record.text("html_url") or record.text("url")
    match = _ISSUE_URL.search(address)
    return match[1] if match else ""


def _author(record: Record) -> str:
    """The account's name, empty for a program's."""
    user = record.fields.get("user", record.fields.get("author"))
    if isinstance(user, dict):
        name = record.inner(user).text("login")
        return "" if user.get("type") == "Bot" or name.endswith("[bot]") else name
    return clean(user, record.where, record.source.findings) if isinstance(user, str) else ""


def _prose(record: Record, key: str) -> str:
    return record.text(key, prose=True).replace("\r\n", "\n").replace("\r", "\n").strip()


def _read_facts(body: str) -> tuple[dict[str, str], str]:
    """The facts in the first hidden comment, as Upptime reads them, and the text, without it where it goes before."""
    match = _COMMENT.search(body)
    if match is None:
        return {}, body
    lines = (line.partition(":") for line in match[1].split("\n"))
    facts = {key.strip(): value.strip() for key, colon, value in lines if colon and value.strip()}
    is_hidden = not body[: match.start()].strip()
    return facts, body[match.end() :].strip() if is_hidden and facts else body


def read_window(issue: Issue) -> tuple[datetime, datetime] | None:
    """From when to when a maintenance is planned, if its facts say so."""
    start, end = (parse_moment(issue.facts.get(key, "")) for key in ("start", "end"))
    return (start, end) if start and end and start < end else None
