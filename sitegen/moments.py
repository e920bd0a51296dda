"""Times as engineers write them, resolved to moments in UTC without guessing."""

import re
import zoneinfo
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

# Zones come from the pinned tzdata package, never from the machine: equal input gives equal bytes everywhere.
zoneinfo.reset_tzpath(to=())

_ABSOLUTE = re.compile(
    r"(?P<date>\d{4}-\d\d-\d\d)[T ](?P<time>\d\d?:\d\d(?::\d\d)?)(?:\.\d+)? ?(?P<offset>Z|UTC|[+-]\d\d:?\d\d)?",
    re.ASCII,
)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_CLOCK = re.compile(r"\d\d?:\d\d", re.ASCII)
_DURATION = re.compile(r"(?:(\d{1,4})d)?(?:(\d{1,4})h)?(?:(\d{1,5})m)?", re.ASCII)
_WORKING_DAYS = re.compile(r"(\d{1,3})wd", re.ASCII)
# Far from both ends of what `datetime` holds, so that no zone and no span can lead beyond them.
YEARS = range(1970, 3000)
_MAX_OFFSET = timedelta(hours=14)
FORMS = "Write `2026-11-23 03:09`, `2026-11-23T03:09Z` or `03:09`."


class MomentError(ValueError):
    """A time that can't be understood: `what` is wrong, `hint` tells what to write instead."""

    def __init__(self, what: str, hint: str = FORMS) -> None:
        super().__init__(what)
        self.what, self.hint = what, hint


class Written(msgspec.Struct, frozen=True):
    """A time as it stands in a file, not yet a moment: exactly one of the parts is set.

    `local` is in the site's zone, `moment` in UTC, `clock` is a time of day, `duration` counts from something else.
    """

    text: str
    local: datetime | None = None
    moment: datetime | None = None
    clock: time | None = None
    duration: timedelta | None = None


def parse(text: str) -> Written:
    """The time that `text` is; raises MomentError for what is none of FORMAT.md's forms."""
    if match := _ABSOLUTE.fullmatch(text):
        return _absolute(text, match)
    if _CLOCK.fullmatch(text):
        return Written(text, clock=_clock(text, text))
    if text and (duration := _DURATION.fullmatch(text)):
        days, hours, minutes = (int(part or 0) for part in duration.groups())
        return Written(text, duration=timedelta(days=days, hours=hours, minutes=minutes))
    raise MomentError(f"`{text}` is not a time.")


def _absolute(text: str, match: re.Match[str]) -> Written:
    local = datetime.combine(parse_date(match["date"]), _clock(match["time"], text))
    if match["offset"] is None:
        return Written(text, local=local)
    return Written(text, moment=(local - _offset(match["offset"])).replace(tzinfo=UTC))


def _offset(text: str) -> timedelta:
    if text in ("Z", "UTC"):
        return timedelta()
    digits = text[1:].replace(":", "")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    if offset > _MAX_OFFSET or int(digits[2:]) > 59:
        raise MomentError(f"`{text}` is no zone's distance from UTC.", "Write it as `+01:00`, at most 14 hours.")
    return -offset if text[0] == "-" else offset


def _clock(text: str, whole: str) -> time:
    try:
        hours, minutes, *seconds = (int(part) for part in text.split(":"))
        return time(hours, minutes, seconds[0] if seconds else 0)
    except ValueError:
        raise MomentError(f"`{whole}` has no such time of day.", "Hours go to 23, minutes to 59.") from None


def parse_date(text: str) -> date:
    """The calendar day `YYYY-MM-DD` of one of YEARS; raises MomentError."""
    try:
        if not _DAY.fullmatch(text):
            raise ValueError
        day = date.fromisoformat(text)
    except ValueError:
        raise MomentError(f"`{text}` is not a day of the calendar.", "Write it as `2026-11-23`.") from None
    if day.year not in YEARS:
        raise MomentError(f"`{text}` is beyond the calendar.", f"Years from {YEARS[0]} to {YEARS[-1]} are read.")
    return day


def parse_duration(text: str) -> timedelta:
    """A span such as `30m`, `2h`, `1h30m` or `3d`; raises MomentError."""
    match = _DURATION.fullmatch(text)
    if not text or not match:
        raise MomentError(f"`{text}` is not a span of time.", "Write `30m`, `2h` or `3d`.")
    days, hours, minutes = (int(part or 0) for part in match.groups())
    return timedelta(days=days, hours=hours, minutes=minutes)


def parse_working_days(text: str) -> int | None:
    """The number of working days in `5wd`, or None for another form."""
    match = _WORKING_DAYS.fullmatch(text)
    return int(match[1]) if match else None


def resolve(written: Written, zone: ZoneInfo) -> datetime:
    """The moment (UTC) of an absolute time; raises MomentError for a time of day or a span alone."""
    if written.moment is not None:
        return written.moment
    if written.local is None:
        raise MomentError(f"`{written.text}` lacks its date.", "Write `2026-11-23 03:09`.")
    return localise(written.local, zone)


def resolve_after(written: Written, zone: ZoneInfo, start: datetime) -> datetime:
    """The moment (UTC) of a time said at `start`: a clock time is the first such moment not before it.

    A span counts from `start`. Raises MomentError, also where the clocks skip or repeat the time that it would be.
    """
    if written.duration is not None:
        return start + written.duration
    if written.clock is None:
        return resolve(written, zone)
    minute = start.replace(second=0, microsecond=0)
    here = minute.astimezone(zone).replace(tzinfo=None, fold=0)
    local = datetime.combine(here.date(), written.clock)
    moments = _moments(local, zone)
    later = [moment for moment in moments if moment >= minute]
    if len(later) == 1:
        return max(later[0], start)
    if later or (not moments and local >= here):
        return localise(local, zone)
    return localise(local + timedelta(days=1), zone)


def localise(local: datetime, zone: ZoneInfo) -> datetime:
    """The moment (UTC) of a wall-clock time in `zone`.

    Raises MomentError for one that the clocks skip or show twice, naming both choices.
    """
    moments = _moments(local, zone)
    if len(moments) == 1:
        return moments[0]
    if moments:
        raise _ambiguous(local, zone, moments)
    before, after = (local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (1, 0))
    first, second = (_with_offset(moment.astimezone(zone)) for moment in (before, after))
    raise MomentError(
        f"{local:%Y-%m-%d %H:%M} does not exist in {zone.key}: the clocks skip it.",
        f"Write `{first}` or `{second}`.",
    )


def _moments(local: datetime, zone: ZoneInfo) -> list[datetime]:
    """The one, two or no moments at which the clocks of `zone` show `local`, in order."""
    candidates = {local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)}
    return sorted(at for at in candidates if at.astimezone(zone).replace(tzinfo=None, fold=0) == local)


def _ambiguous(local: datetime, zone: ZoneInfo, moments: list[datetime]) -> MomentError:
    first, second = (_with_offset(moment.astimezone(zone)) for moment in moments)
    return MomentError(
        f"{local:%Y-%m-%d %H:%M} happens twice in {zone.key}: the clocks go back.",
        f"Write `{first}` or `{second}`.",
    )


def _with_offset(moment: datetime) -> str:
    return moment.isoformat(timespec="minutes")


def find_zone(name: str) -> ZoneInfo | None:
    """The IANA zone of that name, None where there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def zone_names() -> list[str]:
    """Every zone's name, sorted."""
    return sorted(zoneinfo.available_timezones())
