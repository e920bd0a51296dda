"""The languages the pages can speak: their words, and how they write dates, times, durations and numbers.

The words are gettext catalogues, `locale/CODE/messages.po`, compiled in memory when a language is first used; to
add one see `locale/README.md`. Dates and numbers follow Unicode CLDR through babel, always in European digits; where
CLDR puts no-break spaces ("1 234" in Polish, "5 heures" in French) they stay. Nothing depends on the machine's own
locale or zone.

English is written as Britain writes it, day before month, no comma before "and", on a 24-hour clock: readers all
over the world take "3 Nov 2026" in one way only.
"""

import datetime
import re
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from functools import cache, lru_cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from math import floor, inf
from pathlib import Path
from typing import Final, Literal

import msgspec
from babel import Locale
from babel.dates import format_date, format_skeleton, format_time, format_timedelta
from babel.lists import format_list
from babel.numbers import format_decimal, format_percent

SOURCE_LANGUAGE: Final = "en"
_SOURCE_LOCALE: Final = "en-GB"
_CATALOGUES: Final = Path(__file__).with_name("locale")
_MINUTE: Final = datetime.timedelta(minutes=1)
_Unit = Literal["day", "hour", "minute"]
_UNITS: Final[tuple[tuple[_Unit, datetime.timedelta], ...]] = (
    ("day", datetime.timedelta(days=1)),
    ("hour", datetime.timedelta(hours=1)),
    ("minute", _MINUTE),
)


class Language(msgspec.Struct, frozen=True):
    """One language of the interface: `code` is its BCP 47 tag ("pl", "pt-BR"), `name` what it calls itself.

    Every moment given to it must be aware (ValueError otherwise); it is shown in the zone given, without seconds.
    Dates, times and numbers come out as plain text, not as HTML.
    """

    code: str
    name: str
    direction: Literal["ltr", "rtl"]
    locale: Locale
    catalogue: NullTranslations

    def gettext(self, message: str) -> str:
        """The message in this language; the message itself where the catalogue lacks it."""
        return self.catalogue.gettext(message) if message else ""  # gettext keeps its own header under ""

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        """The form of the message that goes with `n`, its placeholders still unfilled."""
        return self.catalogue.ngettext(singular, plural, n)

    def date(self, day: datetime.date) -> str:
        """A day in full: "23 November 2026", "23 listopada 2026"."""
        return _write_date(self.code, day)

    def day(self, day: datetime.date) -> str:
        """A day without its year, short: "23 Nov", "23 lis"."""
        return self._written("MMMd", day)

    def month(self, year: int, month: int) -> str:
        """A month standing alone: "November 2026", "listopad 2026" (in Polish the nominative)."""
        return self._written("yMMMM", datetime.date(year, month, 1))

    def clock(self, moment: datetime.datetime, zone: datetime.tzinfo) -> str:
        """The time of day, 00:00 to 23:59, with its zone: "03:09 UTC"."""
        return self.clock_and_moment(moment, zone)[0]

    def moment(self, moment: datetime.datetime, zone: datetime.tzinfo) -> str:
        """Day, time and zone: "23 Nov 2026, 03:09 CET"."""
        return self.clock_and_moment(moment, zone)[1]

    def clock_and_moment(self, moment: datetime.datetime, zone: datetime.tzinfo) -> tuple[str, str]:
        """What `clock` and `moment` say, for one look at the zone."""
        local = _local(moment, zone)
        name = _zone_name(local)
        return f"{self._hour(local)} {name}", f"{self._day_and_clock(local)} {name}"

    def span(self, start: datetime.datetime, end: datetime.datetime, zone: datetime.tzinfo) -> str:
        """A window of time, naming its day and its zone once where both ends share them.

        On one day "23 Nov 2026, 22:00–23:30 CET", over midnight "23 Nov 2026, 22:00 – 24 Nov 2026, 02:00 CET",
        when the clocks change in between "25 Oct 2026, 01:00 CEST – 04:00 CET". Two ends in the same minute give that
        one moment. ValueError where the end is before the start.
        """
        first, last = _local(start, zone), _local(end, zone)
        if last.astimezone(datetime.UTC) < first.astimezone(datetime.UTC):
            raise ValueError(f"a window of time ends before it starts: {start} to {end}")
        same_day, same_zone = first.date() == last.date(), _zone_name(first) == _zone_name(last)
        if same_day and same_zone and self.clock(start, zone) == self.clock(end, zone):
            return self.moment(start, zone)
        begin = self._day_and_clock(first) if same_zone else self.moment(start, zone)
        finish = self.clock(end, zone) if same_day else self.moment(end, zone)
        return f"{begin}–{finish}" if same_day and same_zone else self._between(begin, finish)

    def duration(self, length: datetime.timedelta) -> str:
        """At most two units of days, hours and minutes, rounded down: "2 days 3 hours", "1 godzina 5 minut".

        They are the largest and the one below it; a zero is left out ("2 days"). Below a minute it says "less than
        a minute"; ValueError where negative.
        """
        if length < datetime.timedelta():
            raise ValueError(f"a duration is negative: {length}")
        return _write_duration(self.code, length // _MINUTE) or self.gettext("less than a minute")

    def percent(self, share: Fraction, decimals: int = 3) -> str:
        """A share from 0 to 1, rounded down: "99.930%", "99,930%"; only exactly 1 is "100%", without decimals."""
        pattern: str = self.locale.percent_formats[None].pattern
        if share == 1:
            return format_percent(1, pattern, self.locale)
        rounded = Decimal(floor(share * 10 ** (decimals + 2))).scaleb(-decimals - 2)
        places = "0." + "0" * decimals if decimals else "0"
        return format_percent(rounded, pattern.replace("0", places), self.locale)

    def number(self, number: int) -> str:
        """A whole number with its digits grouped: "1,234", in Polish "1 234" with a no-break space."""
        return format_decimal(number, locale=self.locale)

    def list(self, items: Iterable[str]) -> str:
        """The items in their order as an enumeration: "a, b and c"; nothing for none."""
        return format_list(tuple(items), locale=self.locale)

    def _written(self, skeleton: str, day: datetime.date) -> str:
        return _write_day(self.code, skeleton, day)

    def _day_and_clock(self, local: datetime.datetime) -> str:
        return _joining(self.code).format(self._hour(local), self._written("yMMMd", local.date()))

    def _hour(self, local: datetime.datetime) -> str:
        return _write_clock(self.code, local.hour, local.minute)

    def _between(self, first: str, last: str) -> str:
        pattern: str = self.locale.interval_formats[None]
        return pattern.replace("\u2009", " ").format(first, last)  # CLDR's thin spaces get lost in small print


@cache
def available() -> tuple[str, ...]:
    """The codes of all languages there are: English, in which the sources are written, then the others sorted."""
    return (SOURCE_LANGUAGE, *sorted(path.parent.name for path in _CATALOGUES.glob("*/messages.po")))


@cache
def language(code: str) -> Language:
    """The language of one of the `available` codes; KeyError for any other."""
    if code not in available():
        raise KeyError(code)
    own = Locale.parse(code, sep="-")
    is_source = code == SOURCE_LANGUAGE
    return Language(
        code=code,
        name=own.get_display_name() or code,
        direction="rtl" if own.text_direction == "rtl" else "ltr",
        locale=Locale.parse(_SOURCE_LOCALE, sep="-") if is_source else own,
        catalogue=NullTranslations() if is_source else _compile(_CATALOGUES / code / "messages.po", own),
    )


# A site shows few days and minutes, each of them often, and a pattern of CLDR takes 40 µs to fill in.
_MOST_WRITTEN: Final = 4096


@lru_cache(_MOST_WRITTEN)
def _write_date(code: str, day: datetime.date) -> str:
    return format_date(day, "long", language(code).locale)


@lru_cache(_MOST_WRITTEN)
def _write_day(code: str, skeleton: str, day: datetime.date) -> str:
    return format_skeleton(skeleton, day, locale=language(code).locale)


@lru_cache(_MOST_WRITTEN)
def _write_clock(code: str, hour: int, minute: int) -> str:
    """Hours in two digits also where CLDR leaves out the zero (Spanish): the page's script compares the digits."""
    locale = language(code).locale
    pattern: str = locale.datetime_skeletons["Hm"].pattern
    return format_time(datetime.time(hour, minute), re.sub(r"\bH\b", "HH", pattern), locale=locale)


@lru_cache(_MOST_WRITTEN)
def _write_duration(code: str, minutes: int) -> str:
    """Side by side: CLDR's own joins vary from ", " to "and", and Arabic's says the second unit twice."""
    locale = language(code).locale
    return " ".join(
        format_timedelta(part, granularity=unit, threshold=inf, locale=locale)
        for unit, part in _largest_units(minutes * _MINUTE)
    )


@cache
def _joining(code: str) -> str:
    """How a language puts a time of day, {0}, and a day, {1}, together."""
    pattern: str = language(code).locale.datetime_formats["medium"]
    return pattern.replace("'", "")


def _compile(path: Path, locale: Locale) -> GNUTranslations:
    # Imported here: they double what babel costs to start, and English needs none of it.
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    compiled = BytesIO()
    with path.open("rb") as source:
        write_mo(compiled, read_po(source, locale))
    compiled.seek(0)
    return GNUTranslations(compiled)


def _local(moment: datetime.datetime, zone: datetime.tzinfo) -> datetime.datetime:
    if moment.tzinfo is None:
        raise ValueError(f"a moment without a zone: {moment}")
    return moment.astimezone(zone)


def _zone_name(local: datetime.datetime) -> str:
    """The abbreviation customers know ("CET"), or "UTC-03:00" where the zone has only a number ("-03")."""
    abbreviation = local.tzname()
    if abbreviation is not None and abbreviation.isalpha():
        return abbreviation
    return str(datetime.timezone(local.utcoffset() or datetime.timedelta()))


def _largest_units(length: datetime.timedelta) -> tuple[tuple[_Unit, datetime.timedelta], ...]:
    """The largest unit a length has and the one below it, each with its whole units; a zero is left out."""
    pieces: list[tuple[_Unit, datetime.timedelta]] = []
    for unit, size in _UNITS:
        rest = length % size
        if pieces or rest < length:
            pieces.append((unit, length - rest))
        length = rest
    return tuple((unit, whole) for unit, whole in pieces[:2] if whole)
