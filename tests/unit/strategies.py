"""Random texts, updates and incidents, of every sort that a file can hold without a problem."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import PurePosixPath
from typing import Literal

import hypothesis.strategies as st
import msgspec

from sitegen import config, load
from sitegen.model import (
    STATUSES,
    WRITABLE_CONDITIONS,
    Condition,
    Edited,
    Impact,
    Incident,
    Kind,
    Settings,
    Text,
    Update,
    Window,
)
from sitegen.problems import Location

SITE = b"""\
site: {name: Example Pay, url: https://status.example.com, time_zone: Europe/Warsaw, languages: [en, pl]}
components:
  - {key: checkout, name: Checkout}
  - {key: payments_api, name: Payments API}
  - {key: website, name: Website}
channels:
  mastodon-pl: {kind: mastodon, account: example, language: pl}
"""
# English and Polish, three components, Warsaw: what the random incidents belong to.
_found = config.read(SITE).settings
assert _found is not None
SETTINGS: Settings = _found
# Forbidden everywhere: controls, and what turns the reading direction of the text that follows (SECURITY.md).
_UNFIT = "\ufeff\ufffe\uffff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_LETTERS = st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters=_UNFIT)
_NASTY = (
    *("no", "Yes", "null", "~", "true", "False", "false", "3:20", "010", "1e3", "2026-11-23", ".inf", "0x1F"),
    *("---", "...", "- a list", "? a key", "a: b", "a:b", "a :", "ends with:", "# comment", "error #42 seen", "a#b"),
    *("'single'", '"double"', 'back\\slash "quoted"', "&anchor", "*alias", "!tag", "%directive", "@at", "`tick`"),
    *("| literal", "> folded", "{flow: map}", "[flow, list]", "<<<<<<< HEAD", "=======", "<<: *x", "a, b", "= 5"),
    *("tab\tinside", "non\u00a0breaking", "zero\u200bwidth", "line\u2028separator", "Zażółć gęślą jaźń", "Größe"),
    *("👩🏽\u200d💻 🇵🇱 🧯", "تعذّر الدفع بالبطاقة", "שלום", "支払いに失敗しました", "e\u0301 combined", "{{ braces }}"),
)
_NASTY_LINES = (
    "    code",
    "\ttab first",
    "   ",
    "trailing  ",
    "\t",
    "Heading\n=======",
    "Cut\n---",
    "```",
    "a\rb",
    "a\r\nb",
)
_DST = tuple(
    datetime.fromisoformat(text).replace(tzinfo=UTC)
    for text in ("2026-10-25T00:30", "2026-10-25T01:30", "2026-10-25T02:00", "2026-03-29T00:59", "2026-03-29T01:00")
)


def lines(least: int = 1, most: int = 120) -> st.SearchStrategy[str]:
    """Texts on one line, as the reader gives them: without blanks at their ends."""
    random = st.text(_LETTERS, min_size=least, max_size=most)
    nasty = st.lists(st.sampled_from(_NASTY), min_size=1, max_size=4).map(" ".join)
    joined = st.one_of(nasty, random).map(lambda text: " ".join(text.splitlines()).strip()[:most].strip())
    return joined.map(lambda text: text if len(text) >= least else "Checkout")


def prose(most: int = 500) -> st.SearchStrategy[str]:
    """Texts of any number of lines, without blanks at their ends."""
    parts = st.one_of(st.just(""), st.sampled_from(_NASTY_LINES), lines(), st.text(_LETTERS, max_size=30))
    joined = st.lists(parts, min_size=1, max_size=6).map(lambda found: "\n".join(found).strip()[:most].strip())
    return joined.map(lambda text: text or "Payments fail.")


def texts(inner: st.SearchStrategy[str]) -> st.SearchStrategy[Text]:
    """Texts in one or both of the languages."""
    return st.dictionaries(st.sampled_from(("en", "pl")), inner, min_size=1).map(Text)


def moments() -> st.SearchStrategy[datetime]:
    """Moments to the second, in UTC: mostly whole minutes, often at a change of the clocks."""
    years = st.datetimes(datetime(2019, 1, 1), datetime(2032, 1, 1))  # noqa: DTZ001 - the strategy wants them naive
    spread = years.map(lambda at: at.replace(microsecond=0, tzinfo=UTC))
    return st.one_of(spread.map(lambda at: at.replace(second=0)), spread, st.sampled_from(_DST))


def _conditions() -> st.SearchStrategy[Mapping[str, Condition]]:
    keys = [component.key for component in SETTINGS.components]
    return st.dictionaries(st.sampled_from(keys), st.sampled_from(WRITABLE_CONDITIONS))


def _wordings() -> st.SearchStrategy[Text | Literal[False]]:
    return st.one_of(st.just(False), texts(prose()), st.just(Text({"en": "False"})))


def _later(at: datetime) -> st.SearchStrategy[datetime | None]:
    return st.one_of(st.none(), st.integers(0, 3000).map(lambda minutes: at + timedelta(minutes=minutes)))


@st.composite
def updates(
    draw: st.DrawFn, kind: Kind = Kind.INCIDENT, at: st.SearchStrategy[datetime] | None = None, first: bool = False
) -> Update:
    """Updates without an id (`author` gives one); the first of an incident always has a status."""
    said = draw(moments() if at is None else at)
    statuses = st.sampled_from(STATUSES[kind])
    return Update(
        id="",
        at=said,
        message=draw(texts(prose())),
        where=Location(PurePosixPath()),
        status=draw(statuses if first and kind is Kind.INCIDENT else st.none() | statuses),
        components=draw(_conditions()),
        next_update_by=draw(_later(said)),
        eta=draw(_later(said)),
        social=draw(st.none() | _wordings()),
        overrides=draw(st.dictionaries(st.sampled_from(("twitter", "facebook", "mastodon-pl")), _wordings())),
        by=draw(st.just("") | lines(most=60)),
        retracted=draw(st.none() | texts(prose())),
        edited=draw(st.none() | st.builds(Edited, moments(), texts(prose()))),
    )


@st.composite
def _histories(draw: st.DrawFn, kind: Kind) -> tuple[Update, ...]:
    """Updates oldest first, some at equal moments, each with an id of its own."""
    ats = sorted(draw(st.lists(moments(), min_size=1, max_size=3)))
    if draw(st.booleans()):
        ats.append(ats[-1] + timedelta(seconds=draw(st.sampled_from((0, 20, 600, 7200)))))
    names = draw(st.lists(st.from_regex(r"[A-Za-z0-9]{4,16}", fullmatch=True), min_size=4, max_size=4, unique=True))
    taken: set[str] = set()
    history = []
    for number, at in enumerate(ats):
        update = draw(updates(kind, st.just(at), first=number == 0))
        usual = load.default_update_id(at)
        name = names[number] if usual in taken or draw(st.booleans()) else usual
        taken.add(name)
        history.append(msgspec.structs.replace(update, id=name))
    return tuple(history)


@st.composite
def incidents(draw: st.DrawFn) -> Incident:
    """Incidents, maintenances and notices, drafts among them."""
    kind = draw(st.sampled_from(tuple(Kind)))
    window = st.builds(lambda at, minutes: Window(at, at + timedelta(minutes=minutes)), moments(), st.integers(1, 9999))
    name = f"{draw(moments()):%Y-%m-%d}-{draw(st.sampled_from(('checkout-payments', 'x', '502', 'a-' * 30)))}"
    return Incident(
        id=name,
        where=Location(load.FOLDER / f"{name}.yaml"),
        title=draw(texts(lines(least=5))),
        kind=kind,
        components=draw(_conditions()),
        impact=draw(st.none() | st.sampled_from(Impact)),
        started=draw(st.none() | moments()),
        workaround=draw(st.none() | texts(prose())),
        updates=draw(_histories(kind)),
        causes=tuple(draw(st.lists(st.sampled_from(SETTINGS.causes), max_size=3, unique=True))),
        window=draw(window) if kind is Kind.MAINTENANCE else None,
        until=draw(st.none() | moments()) if kind is Kind.NOTICE else None,
        draft=draw(st.booleans()),
        aliases=tuple(
            draw(st.lists(st.sampled_from(("issues/2019-03-outage/", "incidents/kx81", "old-id", "-1")), unique=True))
        ),
    )
