"""Incident files are written so that they read as meant, and added to without another byte changed."""

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import PurePosixPath

import hypothesis.strategies as st
import msgspec
import pytest
import yaml
from hypothesis import given

from sitegen import author, load
from sitegen.author.layout import Layout
from sitegen.model import Condition, Incident, Status, Text, Update
from sitegen.problems import Location
from tests.unit.strategies import SETTINGS, incidents, lines, prose, texts, updates

PATH = PurePosixPath("incidents/2026-11-23-checkout-payments.yaml")
SITE = SETTINGS.site


def at(text: str) -> datetime:
    """A moment of the incident's day, written in UTC; Warsaw's clocks are an hour ahead."""
    return datetime.fromisoformat(f"2026-11-23T{text}").replace(tzinfo=UTC)


def say(message: str, moment: datetime, status: Status | None = None) -> Update:
    """An update as the commands make it: no id, no place."""
    return Update(id="", at=moment, message=Text({"en": message}), where=Location(PATH), status=status)


def read(content: bytes) -> Incident:
    """The incident in a file without any problem."""
    found = load.read_incident(PATH, content, SETTINGS)
    assert found.problems == ()
    return found.incident


def without_places(history: tuple[Update, ...]) -> list[Update]:
    """The updates, wherever they stand."""
    return [msgspec.structs.replace(update, where=Location(PATH)) for update in history]


def added(before: bytes, after: bytes) -> bytes:
    """The one slice that was put in; fails where anything else changed."""
    size = len(after) - len(before)
    start = next((n for n, (old, new) in enumerate(zip(before, after, strict=False)) if old != new), len(before))
    assert after[:start] + after[start + size :] == before
    return after[start : start + size]


@given(incidents())
def test_what_is_written_reads_as_the_same_incident(incident: Incident) -> None:
    content = author.dump_incident(incident, SETTINGS)
    found = load.read_incident(load.FOLDER / f"{incident.id}.yaml", content, SETTINGS)
    nowhere = msgspec.structs.replace(found.incident, where=incident.where, updates=incident.updates)
    assert found.problems == ()
    assert nowhere == incident
    assert without_places(found.incident.updates) == without_places(incident.updates)


@given(texts(lines(least=5)), texts(prose()))
def test_other_readers_of_yaml_take_every_text_for_text(title: Text, workaround: Text) -> None:
    incident = msgspec.structs.replace(FULL, title=title, workaround=workaround)
    found = yaml.safe_load(author.dump_incident(incident, SETTINGS))
    for text, value in ((title, found["title"]), (workaround, found["workaround"])):
        variants = value if isinstance(value, dict) else {"en": value}
        assert {language: variant.strip() for language, variant in variants.items()} == text.variants


FULL = Incident(
    id="2026-11-23-checkout-payments",
    where=Location(PATH),
    title=Text({"en": "Card payments: error #42 at checkout"}),
    components={"checkout": Condition.MAJOR_OUTAGE, "payments_api": Condition.DEGRADED_PERFORMANCE},
    started=at("02:02"),
    workaround=Text({"en": "Pay by bank transfer."}),
    updates=(
        Update(
            id="20261123T0209Z",
            at=at("02:09"),
            message=Text({"en": "Most card payments are failing. Orders paid by bank transfer work."}),
            where=Location(PATH),
            status=Status.INVESTIGATING,
            next_update_by=at("02:39"),
        ),
        Update(
            id="first",
            at=at("02:31:10"),
            message=Text({"en": "Cause: a certificate.\n\n- expired", "pl": "Wygasły certyfikat."}),
            where=Location(PATH),
            status=Status.IDENTIFIED,
            components={"checkout": Condition.PARTIAL_OUTAGE},
            eta=at("03:30"),
            social=False,
            by="Ana",
        ),
    ),
    causes=("certificate",),
)
FULL_TEXT = """\
title: "Card payments: error #42 at checkout"
components:
  checkout: major_outage
  payments_api: degraded_performance
started: 2026-11-23 03:02
workaround: Pay by bank transfer.
updates:
  - at: 2026-11-23 03:09
    next_update_by: 2026-11-23 03:39
    message: Most card payments are failing. Orders paid by bank transfer work.
  - at: 2026-11-23T03:31:10+01:00
    id: first
    status: identified
    components: {checkout: partial_outage}
    eta: 2026-11-23 04:30
    message:
      en: |
        Cause: a certificate.

        - expired
      pl: Wygasły certyfikat.
    social: false
    by: Ana
cause: certificate
"""


def test_a_file_looks_as_a_person_would_write_it() -> None:
    assert author.dump_incident(FULL, SETTINGS).decode() == FULL_TEXT


def test_a_local_time_that_happens_twice_is_written_with_its_offset() -> None:
    twice = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    written = Layout(SITE.zone, "en").update(say("Payments fail.", twice))
    assert written[0] == "at: 2026-10-25T02:30:00+02:00"


@pytest.mark.parametrize(
    ("changed", "what"),
    [
        (
            {"title": Text({"en": "Bad"})},
            "`title: Bad` does not fit: This text has 3 characters; 5 to 120 are allowed.",
        ),
        ({"title": Text({"de": "Ein Ausfall"})}, "`de: Ein Ausfall` does not fit"),
        ({"id": "Outage"}, "`Outage` can't be the id of an incident."),
        ({"id": "2026-02-30-outage"}, "`2026-02-30-outage` can't be the id"),
        ({"workaround": Text({"en": " blanks around "})}, "would not say the same"),
        ({"started": at("02:02").replace(microsecond=5)}, "would not say the same"),
        ({"updates": FULL.updates[::-1]}, "This update is before the one above it"),
        ({"updates": ()}, "`updates` is missing."),
        ({"workaround": Text({"en": "half an emoji \ud83d"})}, "does not fit: This is not YAML"),
    ],
)
def test_what_no_file_can_say_is_refused_with_a_reason(changed: dict[str, object], what: str) -> None:
    with pytest.raises(author.Refused, match=re.escape(what)):
        author.dump_incident(msgspec.structs.replace(FULL, **changed), SETTINGS)


COMMENTS = ("", "  ", "# at the edge", "   # a note: {odd", "        # deep - note")
MESSAGES: tuple[tuple[str, ...], ...] = (
    ("message: Most card payments fail.",),
    ("message: Most card payments", "  fail."),
    ("message: 'It''s # down'",),
    ('message: "First line', '', '     # second"'),
    ("message: |", "  Most card payments fail.", "", "  - at: checkout"),
    ("message: |", "    Deeply indented.", "", "", "", ""),
    ("message: |+", "  Kept.", "", "", ""),
    ("message: |-", "  Cut.", ""),
    ("message: |2", "    Indented code.", "  ", ""),
    ("message: >", "  Folded", "  text."),
    ("message:", "  en: Payments fail.", "  pl: |", "    Płatności nie działają."),
    ("message: {en: Payments fail.,", "  pl: Płatności nie działają.}"),
)  # fmt: skip
FIELDS: tuple[tuple[str, ...], ...] = (
    ("components: {checkout: major_outage}",),
    ("components: {", "  checkout: major_outage,", "  website: operational", "  }"),
    ("components:", "      checkout: operational  # it works"),
    ("status: identified   # the certificate",),
    ("social: false",),
    ("eta: 2h",),
)
KEYS_AFTER = ("cause: certificate", "draft: true", "impact: major", "started: 2026-11-23 03:02  # from the logs")


@st.composite
def items(draw: st.DrawFn, moment: str, offset: int) -> list[str]:
    """One update as a person may write it, its text `offset` characters behind the dash."""
    if draw(st.integers(0, 9)) == 0:
        return [f"- {{at: {moment}, message: Payments fail.}}"]
    chosen = draw(st.lists(st.sampled_from(FIELDS), max_size=2, unique_by=lambda field: field[0].split(":")[0]))
    fields = draw(st.permutations([(f"at: {moment}",), draw(st.sampled_from(MESSAGES)), *chosen]))
    lines = [line for field in fields for line in field]
    if draw(st.integers(0, 9)) == 0:
        return ["-  # on the next line", *(" " * offset + line if line else "" for line in lines)]
    return ["-".ljust(offset) + lines[0], *(" " * offset + line if line else "" for line in lines[1:])]


@st.composite
def files(draw: st.DrawFn) -> bytes:
    """Files as people leave them behind: their indentation, comments, blank lines, order, and ends of lines."""
    dash, offset = draw(st.integers(0, 4)), draw(st.integers(2, 5))
    gaps = st.lists(st.sampled_from(COMMENTS), max_size=2)
    after = draw(st.lists(st.sampled_from(KEYS_AFTER), unique=True))
    lines = [*draw(gaps), "title: Card payments fail", *draw(gaps), "updates:  # oldest first"]
    for moment in ("2026-11-23 03:09", "03:31"):
        lines += (*(" " * dash + line if line else "" for line in draw(items(moment, offset))), *draw(gaps))
    lines += [line for key in after for line in (key, *draw(gaps))]
    end = draw(st.sampled_from(("", "\n", "\n\n\n", "\n   ", "\n# the end", "\n...\n")))
    text = "\n".join(lines).rstrip() + end
    text = draw(st.sampled_from(("", "\ufeff"))) + text
    return text.replace("\n", draw(st.sampled_from(("\n", "\r\n")))).encode()


LATER = st.sampled_from((0, 1, 60, 600, 7200, 100_000)).map(lambda seconds: at("02:31") + timedelta(seconds=seconds))


# Refused is not caught: none of these files may be refused.
@given(files(), updates(at=LATER))
def test_an_update_is_added_and_every_other_byte_stays(before: bytes, update: Update) -> None:
    history = read(before).updates
    after = author.append_update(before, PATH, update, SETTINGS)
    slice_ = added(before, after)
    *kept, new = without_places(read(after).updates)
    assert kept == without_places(history)
    assert msgspec.structs.replace(new, id="") == msgspec.structs.replace(update, where=Location(PATH))
    assert slice_.count(b"\n") == slice_.count(b"\r\n") or b"\r\n" not in before


NEW = say("Fixed: all card payments work.", at("03:47"), Status.RESOLVED)
HEAD = "title: Card payments fail\nupdates:\n"
# Each file with `«»` where the update belongs, in this form.
PLACES = {
    "at the end": (HEAD + "  - at: 2026-11-23 03:09\n    message: Payments fail.\n«»", 2, 2),
    "without a last newline": (HEAD + "  - at: 2026-11-23 03:09\n    message: Payments fail.«»", 2, 2),
    "before a blank line and a key": (
        HEAD + "- at: 2026-11-23 03:09\n  message: |\n    Fail.\n«»\n\ncause: data\n",
        0,
        2,
    ),
    "below a comment of the last update": (
        HEAD + "  -   at: 2026-11-23 03:09\n      message: Fail.\n\n      # told support\n«»  # - at: 04:00\n# end\n",
        2,
        4,
    ),
    "below the closing bracket": (
        HEAD
        + "- message: Fail.\n  at: 2026-11-23 03:09\n  components: {\n    checkout: operational\n  }\n«»draft: true",
        0,
        2,
    ),
    "before kept blank lines": (HEAD + " - at: 2026-11-23 03:09\n   message: |+\n     Fail.\n«»\n\n\n", 1, 2),
    "before the end of the document": ("---\n" + HEAD + " - at: 2026-11-23 03:09\n   message: Fail.\n«»...\n", 1, 2),
    "below a quoted text that hangs out": (
        HEAD + "   - at: 2026-11-23 03:09\n     message: 'Payments\n\n    fail.\n    # still'\n«»aliases: [old]\n",
        3,
        2,
    ),
    "below brackets": (HEAD + "  - {at: 2026-11-23 03:09, message: Payments fail.}\n«»\n# note\n", 2, 2),
    "behind a line separator": (
        HEAD + '  - at: 2026-11-23 03:09\n    message: "One\u2028    two"\n«»cause: data\n',
        2,
        2,
    ),
}


@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["LF", "CRLF"])
@pytest.mark.parametrize(("marked", "dash", "offset"), PLACES.values(), ids=PLACES)
def test_an_update_goes_to_its_place_in_the_indentation_of_the_file(
    marked: str, dash: int, offset: int, newline: str
) -> None:
    marked = marked.replace("\n", newline)
    written = ["at: 04:47", "status: resolved", "message: |", "  Fixed: all card payments work."]
    wanted = newline.join(
        " " * dash + (" " * offset if number else "-".ljust(offset)) + line for number, line in enumerate(written)
    )
    is_ended = not marked.endswith("«»") or marked.endswith(f"{newline}«»")
    wanted = wanted + newline if is_ended else newline + wanted
    grown = author.append_update(marked.replace("«»", "").encode(), PATH, NEW, SETTINGS)
    assert grown.decode() == marked.replace("«»", wanted)


def last_lines(content: bytes, count: int) -> list[str]:
    return [line.strip() for line in content.decode().splitlines()[-count:]]


FIRST = (HEAD + "  - at: 2026-11-23 03:09\n    message: Payments fail.\n").encode()


@pytest.mark.parametrize(
    ("moment", "written"),
    [
        (at("02:31"), "- at: 03:31"),
        (at("22:59"), "- at: 23:59"),
        (at("23:01"), "- at: 2026-11-24 00:01"),
        (at("02:31:20"), "- at: 2026-11-23T03:31:20+01:00"),
    ],
)
def test_the_time_of_an_update_is_as_short_as_it_can_be(moment: datetime, written: str) -> None:
    grown = author.append_update(FIRST, PATH, say("All is well.", moment), SETTINGS)
    assert last_lines(grown, 2) == [written, "message: All is well."]


def test_promises_are_clock_times_unless_they_are_far_away() -> None:
    update = msgspec.structs.replace(say("All is well.", at("02:31")), eta=at("22:00"), next_update_by=at("03:00"))
    grown = author.append_update(FIRST, PATH, update, SETTINGS)
    assert last_lines(grown, 3)[:2] == ["eta: 2026-11-23 23:00", "next_update_by: 04:00"]


def test_a_clock_time_that_happens_twice_gets_its_offset() -> None:
    before = FIRST.replace(b"2026-11-23 03:09", b"2026-10-25 00:09")
    path = PurePosixPath("incidents/2026-10-25-checkout.yaml")
    moment = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    grown = author.append_update(before, path, say("All is well.", moment), SETTINGS)
    assert last_lines(grown, 2)[0] == "- at: 2026-10-25T02:30:00+01:00"


def test_updates_of_the_same_minute_get_ids_of_their_own() -> None:
    content = FIRST
    for number in range(3):
        content = author.append_update(content, PATH, say(f"Note {number}.", at("02:09")), SETTINGS)
    wanted = ["20261123T0209Z", "20261123T0209n2", "20261123T0209n3", "20261123T0209n4"]
    assert [update.id for update in read(content).updates] == wanted


def test_a_file_with_a_problem_elsewhere_still_takes_an_update() -> None:
    before = FIRST + b"caus: data\n"
    grown = author.append_update(before, PATH, NEW, SETTINGS)
    assert added(before, grown).startswith(b"  - at: 2026-11-23 04:47\n")
    assert grown.endswith(b"caus: data\n")


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"title: Card payments fail\n", "has no list of updates"),
        (b"title: Card payments fail\nupdates:\n", "has no list of updates"),
        (b"- at: 03:09\n", "has no list of updates"),
        (b"", "The file is empty."),
        (b"\xff\xfe", "This line is not UTF-8 text."),
        (b"updates: [{at: 2026-11-23 03:09, message: Payments fail.}]\n", "The updates stand in brackets"),
        (FIRST + b"<<<<<<< HEAD\n", "A merge marker was left over."),
        (FIRST + b"    message: Again.\n", "`message` stands here twice."),
        (FIRST + b"title: [\n", "can't be read completely"),
        (FIRST.replace(b"at:", b"when:"), "No update in incidents/2026-11-23-checkout-payments.yaml can be read."),
        (FIRST.replace(b"03:09", b"05:09"), "This update is before the one above it (05:09)."),
        (FIRST + b"    components: {\n  checkout: operational\n  }\n", "does not fit: This is not YAML"),
    ],
)
def test_a_file_that_takes_no_update_is_refused_with_a_reason(content: bytes, what: str) -> None:
    with pytest.raises(author.Refused, match=re.escape(what)):
        author.append_update(content, PATH, NEW, SETTINGS)


def test_an_update_that_is_too_long_is_refused() -> None:
    with pytest.raises(author.Refused, match=r"`message: .*` does not fit: This text has 4098 characters"):
        author.append_update(FIRST, PATH, say("long " * 819 + "end", at("03:00")), SETTINGS)


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Card payments fail at checkout", "card-payments-fail-at-checkout"),
        ("Płatności: żółta łódź – wyłączona!", "platnosci-zolta-lodz-wylaczona"),
        ("Größere Störung, Straße ß", "grossere-storung-strasse-ss"),
        ("We can’t ship; it's down", "we-cant-ship-its-down"),
        ("502 & 503 errors", "502-503-errors"),
        ("Œuvre Ærø Þór İstanbul ½", "oeuvre-aero-thor-istanbul-1-2"),
        ("Сбой API", "api"),
        ("支払いに失敗しました 3", "checkout-payments-api"),
        ("Σφάλμα πληρωμής", "checkout-payments-api"),
        ("🧯", "checkout-payments-api"),
        ("word " * 20, "word-word-word-word-word-word-word-word-word-word-word-word"),
        ("a" * 70, "a" * 60),
    ],
)
def test_an_id_is_the_title_in_ascii(title: str, slug: str) -> None:
    assert author.new_id(date(2026, 11, 23), title, (), ("checkout", "payments_api")) == f"2026-11-23-{slug}"


def test_a_title_without_ascii_and_components_is_an_incident() -> None:
    assert author.new_id(date(2026, 11, 23), "Ошибка", ()) == "2026-11-23-incident"


def test_a_taken_id_gets_a_number_and_stays_short_enough() -> None:
    long = "-".join(["word"] * 12)
    taken = [f"2026-11-23-{long.upper()}", f"2026-11-23-{long[:-5]}-2"]
    assert author.new_id(date(2026, 11, 23), "word " * 20, taken) == f"2026-11-23-{long[:-5]}-3"


@given(st.text(), st.sets(st.from_regex(r"2026-11-23-[ab-]{1,3}", fullmatch=True)))
def test_every_title_gives_a_free_id(title: str, taken: set[str]) -> None:
    found = author.new_id(date(2026, 11, 23), title, taken)
    assert load.is_id(found)
    assert found not in taken
