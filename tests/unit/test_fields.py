"""Declared formats: one declaration reads, complains at the place, and gives the schema for editors."""

from datetime import timedelta
from fractions import Fraction
from pathlib import PurePosixPath
from typing import Any

import pytest

from sitegen import entry, source
from sitegen.fields import Field, ListOf, MapOf, Reading, Record, Shape, Vocabulary, nearest
from sitegen.model import STATUSES, Kind, Text
from sitegen.shapes import Choice, Day, Declared, Flag, Line, OrFalse, Span, Translated, Weight

FILE = PurePosixPath("x.yaml")
VOCABULARY = Vocabulary(languages=("en", "pl"), components=("checkout", "api"), channels=("twitter",))


def read(shape: Shape[Any], text: str) -> tuple[Any, list[str], int]:
    """What the shape makes of the YAML text, the problems, and how many of them lost something."""
    root = source.read(FILE, text.encode()).root
    assert root is not None
    reading = Reading(VOCABULARY)
    value = shape.read(root, reading)
    return value, [str(problem).removeprefix(f"{FILE}:") for problem in reading.problems], reading.lost


@pytest.mark.parametrize(
    ("shape", "text", "value"),
    [
        (Line(), "  two words ", "two words"),
        (Line(prose=True), "|\n  one\n  two\n", "one\ntwo"),
        (Line(pattern="[a-z]+", form="a word"), "abc", "abc"),
        (Choice(("a", "b")), "b", "b"),
        (Choice(tuple(Kind)), "notice", Kind.NOTICE),
        (Declared("components"), "api", "api"),
        (Flag(), "True", True),
        (Flag(), "false", False),
        (Span(), "1h30m", timedelta(minutes=90)),
        (Weight(), "0.3", Fraction(3, 10)),
        (Weight(), "1.0", Fraction(1)),
        (Translated(Line()), "one", Text({"en": "one"})),
        (Translated(Line()), "{pl: jeden}", Text({"pl": "jeden"})),
        (OrFalse(Line()), "FALSE", False),
        (OrFalse(Line()), "no", "no"),
        (ListOf(Line()), "[a, b]", ("a", "b")),
        (ListOf(Line(), lenient=True), "a", ("a",)),
        (MapOf(Declared("components"), Line()), "{api: x}", {"api": "x"}),
    ],
)
def test_what_fits_is_read_without_a_word(shape: Shape[Any], text: str, value: object) -> None:
    assert read(shape, text) == (value, [], 0)


@pytest.mark.parametrize(
    ("shape", "text", "problem"),
    [
        (Line(), "[a]", "1:1: Here stands a list or map where a text belongs. Quote it if it is a text."),
        (Line(), "''", "1:1: This text has 0 characters; 1 to 200 are allowed. Say what customers see."),
        (Line(pattern="[a-z]+", form="a word"), "A1", "1:1: `A1` is not a word."),
        (Choice(("alpha", "beta")), "alhpa", "1:1: `alhpa` is not known here. Did you mean `alpha`?"),
        (Choice(("alpha", "beta")), "x", "1:1: `x` is not known here. Known are: alpha, beta."),
        (Declared("components"), "ap", "1:1: `ap` is not among the components of sitegen.yaml. Did you mean `api`?"),
        (Flag(), "yes", "1:1: `yes` is neither `true` nor `false`."),
        (Day(), "2026-02-30", "1:1: `2026-02-30` is not a day of the calendar. Write it as `2026-11-23`."),
        (Span(), "soon", "1:1: `soon` is not a span of time. Write `30m`, `2h` or `3d`."),
        (Weight(), "1.1", "1:1: `1.1` is not a number from 0 to 1. Write it as `0.3`."),
        (Weight(), "٠", "1:1: `٠` is not a number from 0 to 1. Write it as `0.3`."),
        (Translated(Line()), "{de: x}", "1:2: `de` is not a language of this site. Known are: en, pl."),
        (ListOf(Line()), "a", "1:1: A list belongs here. Begin each item with `- `."),
        (MapOf(Line(), Line()), "[a]", "1:1: A map belongs here. Write `name: value`."),
    ],
)
def test_what_does_not_fit_is_lost_and_told(shape: Shape[Any], text: str, problem: str) -> None:
    value, problems, lost = read(shape, text)
    assert not value
    assert (problems, lost) == ([problem], 1)


@pytest.mark.parametrize(
    ("shape", "text", "value"),
    [
        (Line(5, 9), "abc", "abc"),
        (Line(1, 3), "abcd", "abcd"),
        (Line(), '"a\\u0007b"', "ab"),
        (Line(), '"a\\nb"', "a b"),
    ],
)
def test_a_text_that_is_only_unfit_is_told_and_kept(shape: Shape[Any], text: str, value: str) -> None:
    found, problems, lost = read(shape, text)
    assert (found, len(problems), lost) == (value, 1, 0)


def test_what_does_not_fit_in_a_list_or_map_drops_out_alone() -> None:
    assert read(ListOf(Choice(("a", "b"))), "[a, x, b]")[0] == ("a", "b")
    assert read(MapOf(Declared("components"), Choice(("a",))), "{api: a, x: a, checkout: y}")[0] == {"api": "a"}


NAME, COLOUR = Field("name", Line(), "Its name.", required=True), Field("colour", Line(), "Its colour.")
THING = Record((NAME, COLOUR), extra="channels", extra_shape=Line())


def test_a_record_gives_what_its_fields_and_the_declared_words_hold() -> None:
    values, problems, lost = read(THING, "name: x\ntwitter: y\n")
    assert (values.get(NAME), values.get(COLOUR), values.get_or(COLOUR, "red")) == ("x", None, "red")
    assert values.extras(THING) == {"twitter": "y"}
    assert (values.place(NAME).line, values.place(NAME).column, values.place(COLOUR).line) == (1, 7, 1)
    assert (problems, lost, values.lost, values.damaged) == ([], 0, 0, frozenset())


def test_an_unknown_key_names_the_nearest_and_a_missing_one_what_it_means() -> None:
    values, problems, lost = read(THING, "nmae: x\ncolour: [a]\n")
    assert problems == [
        "1:1: `nmae` is not a field here. Did you mean `name`?",
        "2:9: Here stands a list or map where a text belongs. Quote it if it is a text.",
        "1:1: `name` is missing. Its name.",
    ]
    assert lost == values.lost == 3
    assert values.damaged == {"nmae", "colour"}


def test_the_nearest_word_is_named_else_all_else_nothing() -> None:
    assert nearest("chekout", ["api", "checkout"]) == "Did you mean `checkout`?"
    assert nearest("zzz", ["api", "checkout"]) == "Known are: api, checkout."
    assert nearest("zzz", []) == ""


def test_the_schema_of_an_incident_knows_its_fields_its_words_and_what_is_needed() -> None:
    schema = entry.schema(VOCABULARY)
    assert schema["required"] == ["title", "updates"]
    assert schema["additionalProperties"] is False
    assert schema["properties"]["components"]["propertyNames"] == {"enum": ["checkout", "api"]}
    update = schema["properties"]["updates"]["items"]
    assert update["required"] == ["at", "message"]
    assert "twitter" in update["properties"]
    assert set(update["properties"]["status"]["enum"]) == {str(one) for kind in STATUSES.values() for one in kind}


def test_every_field_of_a_schema_tells_what_it_means() -> None:
    assert all(one["description"] for one in entry.schema(VOCABULARY)["properties"].values())


def test_without_declared_words_any_well_formed_one_will_do() -> None:
    schema = entry.schema(Vocabulary())
    assert schema["properties"]["components"]["propertyNames"] == {"type": "string"}
