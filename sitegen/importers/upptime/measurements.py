"""The commits by which Upptime records that a site went down or came back, to the times that it was down."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from pathlib import Path, PurePosixPath

import msgspec

from sitegen.git.command import GitError, Repository, ask
from sitegen.importers.conversion import Findings
from sitegen.importers.records import parse_moment
from sitegen.problems import Location

COMMITS = PurePosixPath("status-commits.tsv")
_HEAD = "commit\tdate\tsubject"
# What Upptime writes where `commitMessages.statusChange` says nothing else (upptime/uptime-monitor, update.ts).
_USUAL = "$PREFIX $SITE_NAME is $STATUS ($RESPONSE_CODE in $RESPONSE_TIME ms) [skip ci] [upptime]"
_PARTS = {
    "$PREFIX": r"\S{1,20}",
    "$SITE_NAME": r"(?P<name>.{1,200}?)",
    "$SITE_URL": r"\S{1,500}",
    "$SITE_METHOD": r"[A-Z]{1,20}",
    "$STATUS": r"(?P<status>up|down|degraded)",
    "$RESPONSE_CODE": r"(?P<code>\d{1,3})",
    "$RESPONSE_TIME": r"(?P<time>\d{1,9})",
}


class State(StrEnum):
    """What Upptime found."""

    UP = "up"
    DOWN = "down"
    DEGRADED = "degraded"


class Measurement(msgspec.Struct, frozen=True):
    """One commit: what was found at `at` (UTC); `code` is the HTTP status, 0 for none, -1 for one that is not told."""

    at: datetime
    name: str
    state: State
    code: int
    milliseconds: int
    commit: str
    where: Location


class Period(msgspec.Struct, frozen=True):
    """A time in which a site was not up: the measurements that changed something, and the one that ended it."""

    name: str
    found: tuple[Measurement, ...]
    end: Measurement | None = None
    repeated: int = 0

    @property
    def begin(self) -> Measurement:
        """The measurement with which it began."""
        return self.found[0]


def gather(root: Path) -> Mapping[PurePosixPath, bytes]:
    """The commits of a clone as if they were saved in a file; what git complains of stands there as well."""
    try:
        repository = Repository.find(root)
        if repository is None or repository.root.resolve() != root.resolve():
            return {}
        form = "--format=%H%x09%cI%x09%s"
        return {COMMITS: ask(repository, "log", "--reverse", form, "--", "history")}
    except GitError as error:
        return {COMMITS: str(error).replace("\n", " ").encode()}


def read_measurements(content: bytes, template: str, findings: Findings) -> tuple[Measurement, ...]:
    """The measurements, oldest first; other commits are counted, what is none is told."""
    pattern = _compile(template, findings)
    found: list[Measurement] = []
    others = 0
    for number, line in enumerate(content.decode("utf-8", "replace").splitlines(), 1):
        commit, _, rest = line.partition("\t")
        date, _, subject = rest.partition("\t")
        at, where = parse_moment(date), Location(COMMITS, number, 1)
        match = pattern.fullmatch(subject.strip())
        if at is not None and match is not None:
            found.append(_make(match, at, commit, where))
        elif at is not None:
            others += 1
        elif line.strip() and line != _HEAD:
            findings.lose(where, f"This line is no commit: `{line[:120]}`", "Expected: hash, date, subject; with tabs.")
    if others:
        findings.advise(Location(COMMITS), f"{others} other commits say nothing of a site's state.")
    return tuple(sorted(found, key=lambda one: one.at))


def _compile(template: str, findings: Findings) -> re.Pattern[str]:
    """The form of the messages: the repository's own, or the usual one, for older commits."""
    own = template and "$SITE_NAME" in template and "$STATUS" in template
    if template and not own:
        what = f"Commits in the form `{template[:80]}` do not tell which site is in which state; only others are read."
        findings.warn(Location(PurePosixPath(".upptimerc.yml")), what)
    forms = (template, _USUAL) if own and template != _USUAL else (_USUAL,)
    alternatives = [re.sub(r"\(\?P<(\w+)>", rf"(?P<\g<1>{number}>", _escape(form)) for number, form in enumerate(forms)]
    return re.compile("|".join(f"(?:{one})" for one in alternatives))


def _escape(template: str) -> str:
    """The template as a pattern; of a part that it names twice only the first tells anything."""
    pieces = re.split(r"(\$(?:PREFIX|SITE_NAME|SITE_URL|SITE_METHOD|STATUS|RESPONSE_CODE|RESPONSE_TIME))", template)
    seen: set[str] = set()
    out = []
    for piece in pieces:
        part = _PARTS.get(piece, re.escape(piece))
        out.append(re.sub(r"\(\?P<\w+>", "(?:", part) if piece in seen else part)
        seen.add(piece)
    return "".join(out)


def _make(match: re.Match[str], at: datetime, commit: str, where: Location) -> Measurement:
    parts = {name[:-1]: text for name, text in match.groupdict().items() if text is not None}
    code, time = int(parts.get("code", -1)), int(parts.get("time", -1))
    return Measurement(at, parts["name"], State(parts["status"]), code, time, commit, where)


def find_periods(measurements: Iterable[Measurement]) -> Iterator[Period]:
    """The times in which a site was not up, in the order of their ends, those without one last."""
    running: dict[str, Period] = {}
    for one in measurements:
        period = running.get(one.name)
        if one.state is State.UP:
            if period is not None:
                yield msgspec.structs.replace(running.pop(one.name), end=one)
        elif period is None:
            running[one.name] = Period(one.name, (one,))
        elif period.found[-1].state is one.state:
            running[one.name] = msgspec.structs.replace(period, repeated=period.repeated + 1)
        else:
            running[one.name] = msgspec.structs.replace(period, found=(*period.found, one))
    yield from running.values()
