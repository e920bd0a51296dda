"""The interface's languages: the forms of dates, times and numbers, and catalogues that are complete."""

import ast
import os
import shutil
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen.languages import available, language

REPOSITORY = Path(__file__).parents[2]
WARSAW = ZoneInfo("Europe/Warsaw")
NIGHT = datetime(2026, 11, 23, 3, 9, 59, tzinfo=UTC)

EVERY_FORM = """
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo
from sitegen.languages import available, language

start, zone = datetime(2026, 10, 24, 23, 5, tzinfo=UTC), ZoneInfo("Europe/Warsaw")
for code in available():
    spoken = language(code)
    forms = (
        code, spoken.name, spoken.direction, spoken.gettext("less than a minute"), spoken.date(start.date()),
        spoken.day(start.date()), spoken.month(2026, 10), spoken.clock(start, zone), spoken.moment(start, zone),
        spoken.span(start, start + timedelta(hours=3), zone), spoken.duration(timedelta(hours=29)),
        spoken.percent(Fraction(2, 3)), spoken.number(1234567), spoken.list(["a", "b", "c"]),
    )
    print(ascii(forms))
"""


def run_python(script: str, folder: Path = REPOSITORY, **environment: str) -> str:
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
    finished = subprocess.run(
        [sys.executable, "-c", script], cwd=folder, env=kept | environment, capture_output=True, text=True, check=False
    )
    assert finished.returncode == 0, finished.stderr
    return finished.stdout


def utc(day: int, hour: int, minute: int = 0, *, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


def test_english_comes_first_and_every_catalogue_is_a_language() -> None:
    assert available()[0] == "en"
    assert "pl" in available()
    assert len(set(available())) == len(available())
    for code in available():
        assert language(code).code == code
        assert language(code).name


def test_a_language_names_itself_and_its_direction() -> None:
    assert (language("en").name, language("en").direction) == ("English", "ltr")
    assert (language("pl").name, language("pl").direction) == ("polski", "ltr")
    assert language("pl") is language("pl")


@pytest.mark.parametrize("code", ["xx", "de_XX", "", "..", "../locale/pl", "pl\n", "PL", "README.md"])
def test_an_unknown_code_is_a_key_error(code: str) -> None:
    with pytest.raises(KeyError):
        language(code)


def test_days_and_months_are_written_in_the_language() -> None:
    english, polish, day = language("en"), language("pl"), date(2026, 11, 3)
    assert (english.date(day), polish.date(day)) == ("3 November 2026", "3 listopada 2026")
    assert (english.day(day), polish.day(day)) == ("3 Nov", "3 lis")
    assert (english.month(2026, 11), polish.month(2026, 11)) == ("November 2026", "listopad 2026")


@pytest.mark.parametrize(
    ("zone", "written"),
    [
        (UTC, "03:09 UTC"),
        (ZoneInfo("Etc/UTC"), "03:09 UTC"),
        (WARSAW, "04:09 CET"),
        (ZoneInfo("Europe/London"), "03:09 GMT"),
        (ZoneInfo("America/Sao_Paulo"), "00:09 UTC-03:00"),
        (ZoneInfo("Asia/Kathmandu"), "08:54 UTC+05:45"),
        (ZoneInfo("Etc/GMT+1"), "02:09 UTC-01:00"),
        (timezone(-timedelta(hours=3, minutes=30)), "23:39 UTC-03:30"),
    ],
)
def test_the_clock_has_24_hours_and_says_its_zone(zone: ZoneInfo, written: str) -> None:
    assert language("en").clock(NIGHT, zone) == written
    assert language("pl").clock(NIGHT, zone) == written


def test_a_moment_is_day_time_and_zone() -> None:
    assert language("en").moment(NIGHT, WARSAW) == "23 Nov 2026, 04:09 CET"
    assert language("pl").moment(NIGHT, WARSAW) == "23 lis 2026, 04:09 CET"
    assert language("en").moment(utc(1, 22, month=7), WARSAW) == "2 Jul 2026, 00:00 CEST"


def test_the_hour_that_comes_twice_is_told_apart_by_its_zone() -> None:
    first, second = utc(25, 0, 30, month=10), utc(25, 1, 30, month=10)
    assert language("en").moment(first, WARSAW) == "25 Oct 2026, 02:30 CEST"
    assert language("en").moment(second, WARSAW) == "25 Oct 2026, 02:30 CET"


@pytest.mark.parametrize(
    ("start", "end", "written"),
    [
        (utc(23, 21), utc(23, 22, 30), "23 Nov 2026, 22:00–23:30 CET"),
        (utc(23, 21), utc(24, 1), "23 Nov 2026, 22:00 – 24 Nov 2026, 02:00 CET"),
        (utc(23, 21), utc(24, 21), "23 Nov 2026, 22:00 – 24 Nov 2026, 22:00 CET"),
        (utc(23, 21), utc(23, 21), "23 Nov 2026, 22:00 CET"),
        (utc(24, 23, month=10), utc(25, 3, month=10), "25 Oct 2026, 01:00 CEST – 04:00 CET"),
        (utc(25, 0, 30, month=10), utc(25, 1, 30, month=10), "25 Oct 2026, 02:30 CEST – 02:30 CET"),
        (utc(25, 0, 30, month=10), utc(25, 1, 10, month=10), "25 Oct 2026, 02:30 CEST – 02:10 CET"),
        (utc(24, 20, month=10), utc(25, 4, month=10), "24 Oct 2026, 22:00 CEST – 25 Oct 2026, 05:00 CET"),
        (utc(29, 0, 30, month=3), utc(29, 1, 30, month=3), "29 Mar 2026, 01:30 CET – 03:30 CEST"),
    ],
)
def test_a_window_names_day_and_zone_as_often_as_needed(start: datetime, end: datetime, written: str) -> None:
    assert language("en").span(start, end, WARSAW) == written
    assert language("en").span(start.astimezone(WARSAW), end.astimezone(WARSAW), WARSAW) == written


def test_a_window_in_polish() -> None:
    polish = language("pl")
    assert polish.span(utc(23, 21), utc(23, 22, 30), WARSAW) == "23 lis 2026, 22:00–23:30 CET"
    assert polish.span(utc(23, 21), utc(24, 1), WARSAW) == "23 lis 2026, 22:00 – 24 lis 2026, 02:00 CET"


def test_times_that_cannot_be_meant_are_refused() -> None:
    english, naive = language("en"), NIGHT.replace(tzinfo=None)
    with pytest.raises(ValueError, match="without a zone"):
        english.clock(naive, UTC)
    with pytest.raises(ValueError, match="before it starts"):
        english.span(utc(25, 1, 10, month=10), utc(25, 0, 30, month=10).astimezone(WARSAW), WARSAW)
    with pytest.raises(ValueError, match="negative"):
        english.duration(timedelta(seconds=-1))


@pytest.mark.parametrize(
    ("length", "english", "polish"),
    [
        (timedelta(), "less than a minute", "mniej niż minuta"),
        (timedelta(seconds=59.9), "less than a minute", "mniej niż minuta"),
        (timedelta(seconds=119), "1 minute", "1 minuta"),
        (timedelta(minutes=2), "2 minutes", "2 minuty"),
        (timedelta(minutes=5), "5 minutes", "5 minut"),
        (timedelta(minutes=12), "12 minutes", "12 minut"),
        (timedelta(minutes=22), "22 minutes", "22 minuty"),
        (timedelta(hours=1, minutes=5), "1 hour 5 minutes", "1 godzina 5 minut"),
        (timedelta(hours=23, minutes=59, seconds=59), "23 hours 59 minutes", "23 godziny 59 minut"),
        (timedelta(hours=24), "1 day", "1 dzień"),
        (timedelta(days=1, minutes=59), "1 day", "1 dzień"),
        (timedelta(days=2, hours=3, minutes=4), "2 days 3 hours", "2 dni 3 godziny"),
        (timedelta(days=400), "400 days", "400 dni"),
    ],
)
def test_a_duration_has_two_units_at_most_in_their_plural(length: timedelta, english: str, polish: str) -> None:
    assert language("en").duration(length) == english
    assert language("pl").duration(length) == polish


@pytest.mark.parametrize(
    ("share", "english", "polish"),
    [
        (Fraction(1), "100%", "100%"),
        (1 - Fraction(1, 129600 * 60), "99.999%", "99,999%"),
        (1 - Fraction(90, 129600), "99.930%", "99,930%"),
        (1 - Fraction(60, 129600), "99.953%", "99,953%"),
        (Fraction(1, 1000000), "0.000%", "0,000%"),
        (Fraction(0), "0.000%", "0,000%"),
    ],
)
def test_a_percentage_has_three_decimals_rounded_down(share: Fraction, english: str, polish: str) -> None:
    assert language("en").percent(share) == english
    assert language("pl").percent(share) == polish


@given(st.fractions(0, 1).filter(lambda share: share < 1), st.integers(0, 5))
def test_less_than_the_whole_never_reads_100_percent(share: Fraction, decimals: int) -> None:
    written = Decimal(language("en").percent(share, decimals).removesuffix("%"))
    assert written < 100
    assert 0 <= share * 100 - Fraction(written) < Fraction(1, 10**decimals)


def test_numbers_and_enumerations_follow_the_language() -> None:
    english, polish = language("en"), language("pl")
    assert (english.number(1234567), polish.number(1234567)) == (
        "1,234,567",
        "1\N{NO-BREAK SPACE}234\N{NO-BREAK SPACE}567",
    )
    assert (english.list(["a", "b", "c"]), polish.list(["a", "b", "c"])) == ("a, b and c", "a, b i c")
    assert [english.list(items) for items in ([], ["a"], ["a", "a"], ["{0}", "%s"])] == [
        "",
        "a",
        "a and a",
        "{0} and %s",
    ]


NARROW, WIDE = "\N{NARROW NO-BREAK SPACE}", "\N{NO-BREAK SPACE}"
# Of 3 November 2026, 02:05 UTC: the day in full and short, its month, and the moment.
DATES = {
    "ro": ("3 noiembrie 2026", "3 nov.", "noiembrie 2026", "3 nov. 2026, 03:05 CET"),
    "ru": (f"3 ноября 2026{NARROW}г.", "3 нояб.", f"ноябрь 2026{NARROW}г.", f"3 нояб. 2026{NARROW}г., 03:05 CET"),
    "uk": (f"3 листопада 2026{NARROW}р.", "3 лист.", f"листопад 2026{NARROW}р.", f"3 лист. 2026{NARROW}р., 03:05 CET"),
    "de": ("3. November 2026", "3. Nov.", "November 2026", "3. Nov. 2026, 03:05 CET"),
    "es": ("3 de noviembre de 2026", "3 nov", "noviembre de 2026", "3 nov 2026, 03:05 CET"),
    "fr": ("3 novembre 2026", "3 nov.", "novembre 2026", "3 nov. 2026, 03:05 CET"),
}


@pytest.mark.parametrize("code", DATES)
def test_dates_and_times_in_the_other_languages(code: str) -> None:
    spoken, start = language(code), utc(3, 2, 5)
    day, short, month, moment = DATES[code]
    assert (spoken.date(start.date()), spoken.day(start.date()), spoken.month(2026, 11)) == (day, short, month)
    assert (spoken.moment(start, WARSAW), spoken.clock(start, WARSAW)) == (moment, "03:05 CET")
    assert spoken.span(start, utc(3, 5, 5), WARSAW) == moment.replace("03:05", "03:05–06:05")


# Of 1, 2, 5, 21 and 101 hours or days, and of two units.
DURATIONS = {
    "ro": ("1 oră", "2 ore", "5 ore", "21 de ore", "101 zile", "1 oră 5 minute"),
    "ru": ("1 час", "2 часа", "5 часов", "21 час", "101 день", "1 час 5 минут"),
    "uk": ("1 година", "2 години", "5 годин", "21 година", "101 день", "1 година 5 хвилин"),
    "de": ("1 Stunde", "2 Stunden", "5 Stunden", "21 Stunden", "101 Tage", "1 Stunde 5 Minuten"),
    "es": ("1 hora", "2 horas", "5 horas", "21 horas", "101 días", "1 hora 5 minutos"),
    "fr": ("1 heure", "2 heures", "5 heures", "21 heures", "101 jours", "1 heure 5 minutes"),
}


@pytest.mark.parametrize("code", DURATIONS)
def test_durations_in_the_other_languages(code: str) -> None:
    lengths = (*(timedelta(hours=n) for n in (1, 2, 5, 21)), timedelta(days=101), timedelta(hours=1, minutes=5))
    assert tuple(language(code).duration(one).replace(WIDE, " ") for one in lengths) == DURATIONS[code]


@pytest.mark.parametrize(
    ("code", "share", "number", "listed"),
    [
        ("ro", f"99,930{WIDE}%", "1.234.567", "a, b și c"),
        ("ru", f"99,930{WIDE}%", f"1{WIDE}234{WIDE}567", "a, b и c"),
        ("uk", "99,930%", f"1{WIDE}234{WIDE}567", "a, b і c"),
        ("de", f"99,930{WIDE}%", "1.234.567", "a, b und c"),
        ("es", f"99,930{WIDE}%", "1.234.567", "a, b y c"),
        ("fr", f"99,930{WIDE}%", f"1{NARROW}234{NARROW}567", "a, b et c"),
    ],
)
def test_numbers_in_the_other_languages(code: str, share: str, number: str, listed: str) -> None:
    spoken = language(code)
    assert spoken.percent(1 - Fraction(90, 129600)) == share
    assert (spoken.number(1234567), spoken.list(["a", "b", "c"])) == (number, listed)


def test_what_has_no_translation_stays_english() -> None:
    polish = language("pl")
    assert polish.gettext("A sentence no catalogue has") == "A sentence no catalogue has"
    assert [polish.ngettext("%(num)s dog", "%(num)s dogs", n) for n in (1, 2)] == ["%(num)s dog", "%(num)s dogs"]
    assert polish.gettext("") == ""


def test_nothing_depends_on_the_machines_locale_or_zone() -> None:
    odd = run_python(EVERY_FORM, LC_ALL="ar_EG.UTF-8", LANG="xx_YY.bogus@odd", TZ="Nowhere/Land", PYTHONHASHSEED="1")
    assert odd == run_python(EVERY_FORM, LC_ALL="C", LANGUAGE="pl:de", TZ="Asia/Kathmandu", PYTHONHASHSEED="2")
    assert odd == run_python(EVERY_FORM, TZ="UTC")


def test_a_site_in_english_never_loads_the_catalogue_reader() -> None:
    script = "import sys; from sitegen.languages import language; {}; print('babel.messages' in sys.modules)"
    assert run_python(script.format("language('en').gettext('x')")) == "False\n"
    assert run_python(script.format("language('pl').gettext('x')")) == "True\n"


HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"Plural-Forms: {}\\n"\n\n'
DOGS = 'msgid "%(num)s dog"\nmsgid_plural "%(num)s dogs"\n{}\n'
POLISH_RULE = "nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);"


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A copy of the package's languages alone, to add catalogues to; importable from the folder returned."""
    (tmp_path / "sitegen").mkdir()
    (tmp_path / "sitegen" / "__init__.py").touch()
    shutil.copy(REPOSITORY / "sitegen" / "languages.py", tmp_path / "sitegen")
    return tmp_path


def add_catalogue(package: Path, code: str, plural_rule: str, entries: str) -> None:
    folder = package / "sitegen" / "locale" / code
    folder.mkdir(parents=True)
    (folder / "messages.po").write_text(HEADER.format(plural_rule) + entries, "utf-8")


def test_a_language_comes_by_adding_a_folder(package: Path) -> None:
    for code in ("pt-BR", "de", "ja", "he"):
        add_catalogue(package, code, "nplurals=2; plural=(n != 1);", f'msgid "Yes"\nmsgstr "Yes in {code}"\n')
    assert (
        run_python("from sitegen.languages import *; print(language('pt-BR').gettext('Yes'))", package)
        == "Yes in pt-BR\n"
    )
    told = [ast.literal_eval(line) for line in run_python(EVERY_FORM, package).splitlines()]
    assert [forms[:3] for forms in told] == [
        ("en", "English", "ltr"),
        ("de", "Deutsch", "ltr"),
        ("he", "עברית", "rtl"),
        ("ja", "日本語", "ltr"),
        ("pt-BR", "português (Brasil)", "ltr"),
    ]
    assert [forms[4] for forms in told[1:3]] == ["24. Oktober 2026", "24 באוקטובר 2026"]
    assert [forms[10] for forms in told[1:4:2]] == ["1 Tag 5 Stunden", "1 日 5 時間"]
    assert told[1][11] == "66,666\N{NO-BREAK SPACE}%"


def test_ngettext_chooses_among_the_three_polish_forms(package: Path) -> None:
    forms = 'msgstr[0] "%(num)s pies"\nmsgstr[1] "%(num)s psy"\nmsgstr[2] "%(num)s psów"'
    add_catalogue(package, "pl", POLISH_RULE, DOGS.format(forms))
    script = """
from sitegen.languages import language
for n in (0, 1, 2, 4, 5, 12, 21, 22, 112, 122):
    print(ascii(language("pl").ngettext("%(num)s dog", "%(num)s dogs", n) % {"num": n}))
"""
    expected = ["0 psów", "1 pies", "2 psy", "4 psy", "5 psów", "12 psów", "21 psów", "22 psy", "112 psów", "122 psy"]
    assert run_python(script, package).splitlines() == [ascii(form) for form in expected]


def test_a_fuzzy_translation_is_never_shown(package: Path) -> None:
    add_catalogue(package, "pl", POLISH_RULE, '#, fuzzy\nmsgid "Yes"\nmsgstr "Nie"\n')
    assert (
        run_python("from sitegen.languages import language; print(language('pl').gettext('Yes'))", package) == "Yes\n"
    )
