"""Post-mortems: fields and texts of the Markdown files beside an incident (FORMAT.md), and every slip in its place."""

from datetime import UTC, date, datetime
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen import config
from sitegen.model import Action, Postmortem, Text
from sitegen.postmortem import MAX_BODY, MAX_BYTES, PostmortemEntry, read_postmortem, split_name
from sitegen.problems import Location, Severity

MAIN = PurePosixPath("incidents/2026-11-23-checkout.md")
POLISH = PurePosixPath("incidents/2026-11-23-checkout.pl.md")
SETTINGS = config.read(b"""\
site: {name: Example, time_zone: Europe/Warsaw, languages: [en, pl]}
components: [{key: checkout, name: Checkout}]
""").settings
WHOLE = """\
---
published: 2026-11-25 10:00
image: timeline.png
alt: {en: Load over time, pl: Obciążenie w czasie}
actions:
  - text: Renew certificates by machine
    owner: Platform team
    due: 2026-12-15
  - {text: Warn thirty days ahead, owner: Operations, due: 2026-12-01, done: 2026-11-24}
---

# What happened

A certificate expired.
"""


def read(main: str | bytes | None, **others: str | bytes) -> PostmortemEntry:
    assert SETTINGS is not None
    texts = others if main is None else {"en": main, **others}
    names = {"en": MAIN} | {code: MAIN.with_suffix(f".{code}.md") for code in others}
    files = {code: (names[code], text.encode() if isinstance(text, str) else text) for code, text in texts.items()}
    return read_postmortem(files, SETTINGS)


def told(entry: PostmortemEntry) -> list[str]:
    return [str(problem).removeprefix("incidents/2026-11-23-checkout.") for problem in entry.problems]


def kept(entry: PostmortemEntry) -> Postmortem:
    assert entry.postmortem is not None
    return entry.postmortem


def test_a_whole_post_mortem_is_read_in_the_zone_of_the_site() -> None:
    renew = Action(Text({"en": "Renew certificates by machine"}), "Platform team", date(2026, 12, 15))
    warn = Action(Text({"en": "Warn thirty days ahead"}), "Operations", date(2026, 12, 1), date(2026, 11, 24))
    postmortem = Postmortem(
        body=Text({"en": "# What happened\n\nA certificate expired."}),
        where=Location(MAIN, 12, 1),
        published=datetime(2026, 11, 25, 9, 0, tzinfo=UTC),
        image="timeline.png",
        alt=Text({"en": "Load over time", "pl": "Obciążenie w czasie"}),
        actions=(renew, warn),
    )
    assert read(WHOLE) == PostmortemEntry(postmortem, ())


@pytest.mark.parametrize("lines", ["\r\n", "\r"])
def test_byte_order_mark_and_foreign_line_ends_change_nothing(lines: str) -> None:
    assert read("\ufeff" + WHOLE.replace("\n", lines)) == read(WHOLE)


def test_blanks_around_the_fields_change_only_the_place() -> None:
    entry = read("\n\n" + WHOLE.replace("---\n", "---  \n"))
    assert kept(entry).where == Location(MAIN, 14, 1)
    assert kept(entry).published == kept(read(WHOLE)).published
    assert not entry.problems


@pytest.mark.parametrize("front", ["", "---\n---\n", "---\n\n---\n", "---\n# published: 2026-11-25 10:00\n---\n"])
def test_without_fields_it_is_a_draft_and_no_mistake(front: str) -> None:
    entry = read(f"{front}What happened.\n")
    assert kept(entry).published is None
    assert kept(entry).body == Text({"en": "What happened."})
    assert not entry.problems


def test_indented_first_lines_and_rules_in_the_text_stay() -> None:
    assert kept(read("\n    code\n\n---\n\nMore\n")).body == Text({"en": "    code\n\n---\n\nMore"})
    assert kept(read(WHOLE + "\n---\n\nMore\n")).body.read("en", "en").endswith("\n\n---\n\nMore")


def test_foreign_fields_are_errors_and_the_text_is_shown_all_the_same() -> None:
    entry = read("---\nlayout: post\ndate: 2019-03-01\npublished: 2026-11-25T10:00Z\nactoins: []\n---\nText\n")
    assert kept(entry).published == datetime(2026, 11, 25, 10, 0, tzinfo=UTC)
    assert told(entry) == [
        "md:2:1: `layout` is not a field here. Known are: published, image, alt, actions.",
        "md:3:1: `date` is not a field here. Known are: published, image, alt, actions.",
        "md:5:1: `actoins` is not a field here. Did you mean `actions`?",
    ]


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("yes", "is not a time"),
        ("2026-02-30 10:00", "is not a day of the calendar"),
        ("10:00", "lacks its date"),
        ("", "is not a time"),
        ("[2026]", "a list or map"),
        ("2026-03-29 02:30", "the clocks skip it"),
        ("2026-10-25 02:30", "happens twice"),
        ("0001-01-01 00:00", "beyond the calendar"),
        ("2026-11-25 10:00\npublished: 2026-11-26 10:00", "stands here twice"),
        ("2026-11-25 10:00\nalt: a: b", "starts a new field"),
        ("2026-11-25 10:00\n\nProse whose fields were never ended.", "neither `key: value` nor"),
    ],
)
def test_a_moment_of_publication_in_doubt_leaves_a_draft_and_says_so(written: str, reason: str) -> None:
    entry = read(f"---\npublished: {written}\n---\nText\n")
    assert kept(entry).published is None
    assert kept(entry).body == Text({"en": "Text"})
    assert any(reason in line for line in told(entry))
    assert any(line.startswith("md:2:1: This post-mortem stays a draft") for line in told(entry))


def test_fields_that_never_end_are_told_and_nothing_is_lost() -> None:
    text = "---\npublished: 2026-11-25 10:00\n\n# What happened\n"
    entry = read(text)
    assert kept(entry).published is None
    assert kept(entry).body == Text({"en": text.strip()})
    assert [line.partition(".")[0] for line in told(entry)] == ["md:1:1: The fields that this `---` begins do not end"]


@pytest.mark.parametrize("image", ["../secret.png", "chart.svg", "https://example.com/a.png", "A.png", "a/b.png"])
def test_a_picture_must_be_a_file_beside_the_text(image: str) -> None:
    entry = read(f"---\npublished: 2026-11-25 10:00\nimage: {image}\nalt: A chart\n---\nText\n")
    assert (kept(entry).image, kept(entry).alt) == ("", None)
    assert kept(entry).published is not None
    assert told(entry)[0].startswith(f"md:3:8: `{image}` is not the name of a picture.")


def test_a_picture_needs_a_description_and_a_description_a_picture() -> None:
    undescribed = read("---\nimage: chart.png\n---\nText\n")
    assert kept(undescribed).image == ""
    assert told(undescribed)[0].startswith("md:2:8: A picture needs a description")
    alone = read("---\nalt: A chart\n---\nText\n")
    assert kept(alone).alt is None
    assert [problem.severity for problem in alone.problems] == [Severity.WARNING]


def test_an_action_that_can_not_be_read_drops_out_alone() -> None:
    entry = read("---\nactions:\n- text: One\n- {text: Two, owner: Ops, due: soon}\n- {owner: Ops}\n---\nText\n")
    assert kept(entry).actions == (Action(Text({"en": "Two"}), "Ops"),)
    assert [line.split(": ")[0] for line in told(entry)] == ["md:3:3", "md:4:32", "md:5:3"]


def test_a_translation_adds_its_text() -> None:
    entry = read(WHOLE, pl="\ufeffWygasł certyfikat.\r\n")
    assert kept(entry).body.read("pl", "en") == "Wygasł certyfikat."
    assert kept(entry).body.read("en", "en").startswith("# What happened")
    assert not entry.problems


def test_fields_of_a_translation_are_warned_of_and_change_nothing() -> None:
    entry = read("Text\n", pl="---\n\npublished: 2026-11-25 10:00\n---\nTekst\n")
    assert kept(entry).published is None
    assert kept(entry).body == Text({"en": "Text", "pl": "Tekst"})
    warning = "pl.md:3:1: warning: Fields in a translation are not read. Write them in `2026-11-23-checkout.md`."
    assert told(entry) == [warning]


def test_a_translation_alone_is_an_error_and_stays_a_draft() -> None:
    entry = read(None, pl="Tekst\n")
    assert kept(entry).body == Text({"pl": "Tekst"})
    assert kept(entry).where == Location(POLISH, 1, 1)
    assert kept(entry).published is None
    missing = "pl.md: This translates a post-mortem that is missing."
    assert told(entry) == [f"{missing} Write `2026-11-23-checkout.md`; until then this post-mortem is a draft."]


def test_a_language_that_the_site_does_not_speak_is_an_error() -> None:
    entry = read(WHOLE, PL="Tekst\n")
    assert tuple(kept(entry).body.variants) == ("en",)
    assert told(entry) == ["PL.md: `PL` is not a language of this site. Known are: en, pl."]


@pytest.mark.parametrize("text", ["", "\n", " \t\r\n\u00a0\n", "\ufeff", "---\npublished: 2026-11-25 10:00\n---\n \n"])
def test_a_post_mortem_of_nothing_but_blanks_is_an_error(text: str) -> None:
    entry = read(text)
    assert entry.postmortem is None
    assert told(entry) == ["md: This post-mortem has no text. Tell what happened, or delete the file."]


def test_an_empty_text_does_not_hide_its_translation_nor_its_fields() -> None:
    entry = read("---\npublished: 2026-11-25 10:00\nlayout: post\n---\n", pl="Tekst\n")
    assert kept(entry).body == Text({"pl": "Tekst"})
    assert kept(entry).published is not None
    assert [line.split(": ")[0] for line in told(entry)] == ["md", "md:3:1"]


def test_what_is_not_utf_8_is_told_and_hides_no_other_text() -> None:
    entry = read(b"---\npublished: 2026-11-25 10:00\n---\nCaf\xe9\n", pl="Tekst\n")
    assert kept(entry).body == Text({"pl": "Tekst"})
    assert kept(entry).published is None
    assert told(entry) == ["md:4:1: This line is not UTF-8 text, so the file is not read. Save it as UTF-8."]


def test_a_text_may_be_as_long_as_the_cap_and_a_longer_one_is_told_and_kept() -> None:
    assert not read("ż" * MAX_BODY).problems
    entry = read("\n" + "ż" * (MAX_BODY + 1))
    assert len(kept(entry).body.read("en", "en")) == MAX_BODY + 1
    assert told(entry) == ["md:2:1: This text has 100,001 characters; 100,000 are allowed. Shorten it."]


def test_a_file_beyond_all_measure_is_not_read() -> None:
    entry = read(b"a" * (MAX_BYTES + 1))
    assert entry.postmortem is None
    assert told(entry)[0].startswith("md: The file has more than 512 KiB")


def test_left_over_merge_markers_are_found_in_fields_and_text() -> None:
    both = "<<<<<<< HEAD\nOne\n=======\nTwo\n>>>>>>> other\n"
    entry = read(f"---\npublished: 2026-11-25 10:00\n---\n\nText\n\n{both}")
    assert told(entry)[0].startswith("md:7:1: A merge marker was left over.")
    fields = read(f"---\npublished: 2026-11-25 10:00\n{both}---\nText\n")
    assert kept(fields).published is None
    assert any(line.startswith("md:3:1: A merge marker was left over.") for line in told(fields))
    assert not read("Heading\n=======\n\n>>>>>>>\n").problems


PIECES = ("---", "...", "published:", "2026-11-25 10:00", "9999-12-31 23:59", "image: a.png", "alt:", "actions:", "- ")
BITS = ("\n", "\r\n", " ", "{", "[", '"', "&a", "\ufeff", "\0", "ż")
MESS = st.lists(st.sampled_from(PIECES + BITS) | st.text(max_size=5))


@given(MESS, MESS)
def test_no_text_ever_raises_and_every_place_lies_in_its_file(main: list[str], polish: list[str]) -> None:
    texts = {"en": "---\n" + "".join(main), "pl": "".join(polish)}
    entry = read(texts["en"].encode("utf-8", "replace"), pl=texts["pl"].encode("utf-8", "replace"))
    for problem in entry.problems:
        text = texts["pl" if problem.where.path == POLISH else "en"]
        assert problem.where.line <= len(text.splitlines()) + 1
    if entry.postmortem is not None:
        assert all(body.strip() for body in entry.postmortem.body.variants.values())
        assert bool(entry.postmortem.image) == (entry.postmortem.alt is not None)


@given(st.binary(max_size=200))
def test_no_bytes_ever_raise(content: bytes) -> None:
    entry = read(content)
    assert entry.postmortem is not None or entry.problems


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("2026-11-23-checkout.md", ("2026-11-23-checkout", "")),
        ("2026/2026-11-23-checkout.pl.md", ("2026-11-23-checkout", "pl")),
        ("2026-11-23-checkout.pt-BR.md", ("2026-11-23-checkout", "pt-BR")),
        ("2026-11-23-checkout.PL.md", ("2026-11-23-checkout", "PL")),
    ],
)
def test_a_name_tells_incident_and_language(name: str, parts: tuple[str, str]) -> None:
    assert split_name(PurePosixPath("incidents") / name) == parts


@pytest.mark.parametrize(
    "name",
    [
        *("README.md", "2026-11-23.md", "2026-11-23-Checkout.md", "2026-11-23-checkout.yaml", "2026-11-23-ż.md"),
        *("2026-11-23-a.pl.en.md", "2026-11-23-a..md", "2026-11-23-a.md\n", "2026-11-23-a.markdown"),
    ],
)
def test_other_names_tell_nothing(name: str) -> None:
    assert split_name(PurePosixPath("incidents") / name) is None


def test_real_post_mortems_are_all_kept_whole(real_data: Path) -> None:
    documents = sorted(path for path in (real_data / "postmortems").rglob("*") if path.is_file())
    assert documents
    for document in documents:
        entry = read(document.read_bytes())
        assert kept(entry).body.read("en", "en") == document.read_text("utf-8-sig").strip(), document
