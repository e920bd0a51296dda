"""Times as Hugo reads them in cState's files, which are less strict than ours."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sitegen import moments
from sitegen.importers.conversion import Findings
from sitegen.problems import Location

# A status page tells of nothing outside of these years: what names another one is a slip.
YEARS = range(1990, 2200)
_TIME = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})"
    r"(?:(?:[Tt]|[ \t]+)(\d{1,3}):(\d{2})(?::(\d{2})(?:\.\d*)?)?[ \t]*(?:(Z|z|UTC)|([+-])(\d{1,2}):?(\d{2})?)?)?",
    re.ASCII,
)


class Clock:
    """Reads the times of one file; those without a zone are in the site's (Hugo: `timeZone`, else UTC)."""

    def __init__(self, zone: ZoneInfo, findings: Findings) -> None:
        self.zone, self.findings = zone, findings
        self.bare: list[Location] = []
        self.zoned: list[Location] = []

    def read(self, text: str, where: Location) -> datetime | None:
        """The moment in UTC, to the second; None, and told, for what is none."""
        text = text.strip()
        match = _TIME.fullmatch(text)
        try:
            moment = None if match is None else self._moment(match, where)
        except (ValueError, OverflowError):
            moment = None
        if moment is None:
            self.findings.warn(where, f"`{text[:60]}` is not a time; it was left out.")
        return moment

    def _moment(self, match: re.Match[str], where: Location) -> datetime:
        year, month, day, hour, minute, second = (int(part or 0) for part in match.groups()[:6])
        if year not in YEARS:
            raise ValueError(year)
        local = datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 - its zone follows
        if match[4] and len(match[4]) > 2:
            self.findings.warn(where, f"`{match[0]}` has an hour of three digits; it was read as {local:%H:%M}.")
        if match[7] or match[8]:
            self.zoned.append(where)
            return (local - _offset(match)).replace(tzinfo=UTC)
        self.bare.append(where)
        return self._localise(local, where)

    def _localise(self, local: datetime, where: Location) -> datetime:
        try:
            return moments.localise(local, self.zone)
        except moments.MomentError as error:
            moment = local.replace(tzinfo=self.zone).astimezone(UTC)
            self.findings.warn(where, error.what, f"It was read as {moment:%Y-%m-%d %H:%M} UTC.")
            return moment

    def compare(self) -> None:
        """Tell where a file has times with and without a zone side by side: one of them may be meant otherwise."""
        if self.bare and self.zoned:
            what = f"Times of this file name a zone (line {self.zoned[0].line}), this one does not"
            self.findings.warn(self.bare[0], f"{what}; it was read as {self.zone.key}, as Hugo does.")


def _offset(match: re.Match[str]) -> timedelta:
    if match[7]:
        return timedelta()
    offset = timedelta(hours=int(match[9]), minutes=int(match[10] or 0))
    return -offset if match[8] == "-" else offset
