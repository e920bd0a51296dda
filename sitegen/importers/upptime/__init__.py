"""An Upptime repository to a project: its sites to components, its commits and issues to incidents.

What is decided by rule, in the words of the two tools:

- Sites: each of `.upptimerc.yml` is a component, known since the `startTime` of its file in `history/`. One that only
  commits or issues name stands in a last group.
- Commits: each time from a 🟥 or 🟨 to the next 🟩 of a site is an incident. The texts say what was measured, and that
  it was measured. `down` is a major outage, so that uptime stays what Upptime counted, `degraded` is degraded
  performance. Nobody judged how much it hurt, so the impact of both is `minor`. The first status is `investigating`,
  because every incident has one. A measurement that finds what the one before found is counted, not told.
- Issues: one with the label `status` or `maintenance` is an entry; its text and comments are updates, signed by their
  authors. One that Upptime opened for a measurement is one entry with it: what Upptime wrote itself is left out then,
  for the measurements say it. Comments by others than the team are left out, and told.
- Maintenance: `start` and `end` of the hidden comment are the window, `expectedDown` and `expectedDegraded` its
  components. Without times it is a notice. Upptime closes such an issue after its end: it is completed then, and
  cancelled if it was closed before its start.
- The end of an issue is Upptime's last comment, else its closing, with the word "Closed." What is open stays open.
- `dailyMinutesDown` makes no entry: it is a count without times, made of the same issues. It is compared, and told
  where it differs.
- Old addresses: `incident/<number>` of an issue is an alias.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import PurePosixPath

import msgspec

from sitegen import source
from sitegen.importers.assembly import begin
from sitegen.importers.conversion import Conversion, Findings, Importer, Refusal, Skipped
from sitegen.importers.upptime.entries import Made, Maker
from sitegen.importers.upptime.issues import FILES, FOLDERS, STATUS, Issue, Reader
from sitegen.importers.upptime.measurements import (
    COMMITS,
    Measurement,
    Period,
    State,
    find_periods,
    gather,
    read_measurements,
)
from sitegen.importers.upptime.minutes import Down, compare_minutes
from sitegen.importers.upptime.settings import HISTORY, SETTINGS, Page, Sites, Watched, read_page
from sitegen.problems import Location, sort_problems
from sitegen.timeline import fold

_MOST = 32 * 1024 * 1024
_SHORT_HASH = 7
_GRACE = timedelta(days=2)


def convert(files: Mapping[PurePosixPath, bytes]) -> Conversion | Refusal:
    """The project that these files of an Upptime repository make, or why they are none. Pure: no clock, no files.

    Everything in `settings_yaml` and `incidents` loads without a problem.
    """
    findings = Findings()
    if SETTINGS not in files:
        return Refusal(f"There is no `{SETTINGS}` here.", "Name the folder of a clone of your Upptime repository.")
    settings = source.read(SETTINGS, files[SETTINGS])
    findings.soften([*settings.problems])
    if settings.root is None:
        return Refusal(f"`{SETTINGS}` can't be read.", "", sort_problems(findings.problems))
    sites = Sites(settings.root, files, findings)
    if not sites.declared:
        return Refusal(f"`{SETTINGS}` names no site.", "", sort_problems(findings.problems))
    return _Converter(read_page(settings.root, findings), sites, files, findings).convert()


class _Converter:
    """Makes one project of a repository that was recognised."""

    def __init__(self, page: Page, sites: Sites, files: Mapping[PurePosixPath, bytes], findings: Findings) -> None:
        self.page, self.sites, self.files, self.findings = page, sites, files, findings
        self.reader = Reader(files, findings)
        self.issues = self.reader.read()
        self.measurements = read_measurements(files.get(COMMITS, b""), page.template, findings)
        self.maker = Maker(sites, findings)

    def convert(self) -> Conversion | Refusal:
        """The whole of it: entries first, since they may name sites that the settings lack."""
        self._tell_bounds()
        entries = sorted(self._entries(), key=lambda made: (made.moment, made.incident.where))
        assembly = begin(f"Made from {SETTINGS}.", self.page.site, self.sites.make_groups(), self.findings)
        if assembly is None:
            return Refusal("The names of the sites do not fit.", "", sort_problems(self.findings.problems))
        for made in entries:
            assembly.add(made.incident, made.moment.date(), made.aliases)
        compare_minutes(self.files, self.sites, self._downs(entries), self.findings)
        origins = {*assembly.origins.values(), *(skipped.path for skipped in self.reader.skipped), SETTINGS}
        skipped = [Skipped(path, _reason(path)) for path in self.files if path not in origins]
        return assembly.conclude([*self.reader.skipped, *skipped], len(self.files))

    def _entries(self) -> Iterator[Made]:
        """Each time that a site was down, with the issue that Upptime opened for it, and each other issue."""
        by_commit = {issue.commit[:_SHORT_HASH]: issue for issue in self.issues if issue.commit}
        joined = set()
        for period in self._periods():
            issue = by_commit.get(period.begin.commit[:_SHORT_HASH])
            if issue is not None:
                joined.add(issue.number)
            yield self.maker.measured(period, issue)
        if joined:
            what = f"{len(joined)} issues are one entry with the measurement that they were opened for."
            self.findings.advise(self.issues[0].where, what)
        for issue in self.issues:
            if issue.number not in joined:
                self._tell_foreign(issue)
                yield self.maker.planned(issue) if issue.is_planned else self.maker.reported(issue)

    def _periods(self) -> Iterator[Period]:
        """The times that sites were down; the last known state of each ends or begins one that no commit does."""
        still: dict[str, Period] = {}
        for period in find_periods(self.measurements):
            site = self.sites.find(period.name, period.begin.where)
            if period.end is None:
                still[site.key] = period
            else:
                yield period
        for site in (*self.sites.declared, *self.sites.named):
            yield from self._last_periods(site, still.get(site.key))

    def _last_periods(self, site: Watched, period: Period | None) -> Iterator[Period]:
        last = _measure_last(site)
        if period is None:
            if last is not None and last.state is not State.UP and not self._is_told(site):
                yield Period(site.name, (last,))
        elif last is not None and last.state is State.UP and last.at > period.begin.at:
            yield msgspec.structs.replace(period, end=last)
        else:
            yield period

    def _is_told(self, site: Watched) -> bool:
        """Whether an open issue says that the site is down."""
        return any(
            site.slug in issue.labels and STATUS in issue.labels and not issue.is_closed for issue in self.issues
        )

    def _downs(self, entries: Sequence[Made]) -> Iterator[Down]:
        for made in entries:
            line = fold(made.incident, made.incident.updates[-1].at)
            if made.incident.window is None:
                yield from (Down(span.component, span.start, span.end) for span in line.spans)

    def _tell_bounds(self) -> None:
        """Say from when on there are commits, where sites were watched before."""
        if not self.measurements and not self.issues:
            what = "No commit and no issue says when a site was down, so there are no entries."
            hint = f"Name a clone with its whole history, or save its commits as `{COMMITS}`."
            self.findings.warn(Location(SETTINGS), what, hint)
        started = [site.last.started for site in self.sites.declared if site.last and site.last.started]
        if self.measurements and started and self.measurements[0].at > min(started) + _GRACE:
            first = self.measurements[0]
            what = f"Sites were watched since {min(started):%Y-%m-%d}, but the first commit is of {first.at:%Y-%m-%d}."
            self.findings.warn(first.where, what, "Fetch the whole history: `git fetch --unshallow`.")

    def _tell_foreign(self, issue: Issue) -> None:
        ours = f"{self.page.owner}/{self.page.name}"
        if issue.repository and issue.repository.casefold() != ours.casefold():
            self.findings.warn(issue.where, f"Issue {issue.number} is of {issue.repository}, not of {ours}.")


def _measure_last(site: Watched) -> Measurement | None:
    """The last measurement of a site, as its file has it."""
    last = site.last
    if last is None or last.updated is None or last.status not in [state.value for state in State]:
        return None
    code = int(last.code) if last.code.isascii() and last.code.isdigit() and len(last.code) < 4 else -1
    return Measurement(last.updated, site.name, State(last.status), code, -1, "", last.where)


def _reason(path: PurePosixPath) -> str:
    if path == COMMITS:
        return "No commit in it says that a site was down."
    if path.parent == HISTORY and path.suffix in (".yml", ".yaml", ".json"):
        return "It tells of a site's last state and since when it is watched, not of an incident."
    if path in FILES or path.parent in FOLDERS:
        return "What it tells stands in the entries of measurements, and of issues in other files."
    return "It is not Upptime's."


IMPORTER = Importer("Upptime", (SETTINGS, HISTORY, COMMITS, *FILES, *FOLDERS), convert, most=_MOST, gather=gather)
