"""How texts sound: advice on words, in the languages that have a list of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen.checks.copies import LIKENESS, likeness, trigrams
from sitegen.checks.phrases import Topic, find_topic, languages, phrases
from sitegen.checks.prose import prose, sentences
from sitegen.problems import Severity
from tests.unit.checking import MONOLINGUAL, SETTINGS, problems, saying, settings, with_postmortem

POLISH = SETTINGS.replace("[en, pl]", "[pl, en]")


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ("blame", "This was caused by a user error."),
        ("promise", "This will never happen again."),
        ("minimising", "Only a few customers are hit."),
        ("filler", "We apologise for any inconvenience this may have caused."),
        ("filler", "Thank you for your  patience."),
        ("relative-time", "It will work again in 30 minutes."),
        ("relative-time", "We expect this within the next two hours."),
        ("relative-time", "It began an hour ago, tomorrow we go on."),
    ],
)
def test_words_that_help_nobody_are_named(rule: str, message: str) -> None:
    (problem,) = problems(saying(message), rule)
    assert "`" in problem.what
    assert problem.severity is not Severity.ERROR


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ("blame", "Wystąpił błąd użytkownika."),
        ("promise", "To się już nie powtórzy."),
        ("minimising", "Problem dotyczy tylko kilku klientów."),
        ("filler", "Przepraszamy za wszelkie niedogodności."),
        ("relative-time", "Usługa wróci za dwie godziny."),
    ],
)
def test_polish_has_its_own_words(rule: str, message: str) -> None:
    of = settings(POLISH)
    text = saying("-").replace("message: |\n      -", f"message: {{pl: {message!r}}}")
    assert len(problems(text, rule, of)) == 1
    assert problems(text.replace("pl:", "en:"), rule, of) == []


@pytest.mark.parametrize(
    "message",
    [
        "Most card payments are failing. Orders paid by bank transfer work.",
        "We found the cause: a certificate we use to talk to the card processor expired. We are installing a new one.",
        "Card payments work again for most customers since 03:58 UTC.",
        "The adjustment was justified. Run `just build` to see it.",
    ],
)
def test_plain_words_pass(message: str) -> None:
    for rule in ("blame", "promise", "minimising", "filler", "relative-time", "long-sentence", "stock-phrase"):
        assert problems(saying(message), rule) == []


def test_words_in_code_are_not_judged() -> None:
    message = "Run this:\n\n```\necho tomorrow, any inconvenience\n```\nand then `yesterday`."
    assert problems(saying(message), "filler") == problems(saying(message), "relative-time") == []


@pytest.mark.parametrize(("count", "found"), [(25, 0), (26, 1)])
def test_a_sentence_has_at_most_twenty_five_words(count: int, found: int) -> None:
    message = f"Short. {' '.join(['Payment'] * count)}. Short again, with `some code` and more words after it."
    assert len(problems(saying(message), "long-sentence")) == found


def test_items_headings_and_tables_are_sentences_of_their_own() -> None:
    items = "\n".join(f"- item number {number} of the list of things" for number in range(9))
    assert problems(saying(f"# What we do\n{items}\n\n|a|b|\n|-|-|\n|{'word ' * 30}|x|"), "long-sentence") == []


def test_addresses_count_for_nothing_in_a_sentence() -> None:
    assert prose("See [the page](https://example.com/a) or https://example.com/b.").split() == [
        "See",
        "[the",
        "page]",
        "or",
    ]


def test_abbreviations_before_small_letters_end_no_sentence() -> None:
    assert list(sentences("Some, e.g. cards, fail. Others work! Zażółć działa. Łódź też.")) == [
        "Some, e.g. cards, fail.",
        "Others work!",
        "Zażółć działa.",
        "Łódź też.",
    ]


RESOLVED = {"status": "resolved"}


@pytest.mark.parametrize(
    ("message", "count"),
    [
        ("All card payments work.", 1),
        ("All card payments work. No payment was taken twice and no order was lost.", 0),
        ("All card payments work. All data is intact.", 0),
    ],
)
def test_a_resolution_says_whether_data_was_lost(message: str, count: int) -> None:
    assert len(problems(saying(message, **RESOLVED), "data-loss")) == count


def test_data_is_not_asked_about_before_the_end_or_in_maintenance() -> None:
    assert problems(saying("Card payments fail."), "data-loss") == []
    maintenance = "title: Upgrade\ntype: maintenance\nwindow: {start: 2026-11-23 22:00, end: 23:00}\nupdates:\n"
    assert problems(f"{maintenance}  - {{at: 2026-11-23 09:00, status: completed, message: Done.}}", "data-loss") == []


def twice(first: str, second: str) -> str:
    return f"{saying(first)}  - at: 2026-11-23 03:40\n    message: {second!r}\n"


def test_a_message_that_repeats_the_last_one_is_pointed_out() -> None:
    text = twice("We are still working on the card processor.", "We are still working on our card processor.")
    (problem,) = problems(text, "copy")
    assert problem.where.line == 7


def test_news_is_no_copy() -> None:
    assert problems(twice("Most card payments are failing.", "The certificate expired at 03:00 UTC."), "copy") == []


@pytest.mark.parametrize(
    "message",
    [
        "We are currently investigating this issue.",
        "This incident is now resolved.",
        "We will provide another update as soon as we have more information.",
        "Since 03:02 UTC card payments fail. We apologize for any inconvenience this may have caused!",
    ],
)
def test_a_stock_phrase_is_recognised_in_variations(message: str) -> None:
    assert len(problems(saying(message), "stock-phrase")) == 1


@given(st.text(), st.text())
def test_likeness_is_the_same_both_ways_and_whole_with_itself(one: str, other: str) -> None:
    assert likeness(trigrams(one), trigrams(other)) == likeness(trigrams(other), trigrams(one)) <= 1
    assert likeness(trigrams(f"{one}x"), trigrams(f"{one}x")) == 1


@given(st.text(max_size=60), st.text(max_size=60))
def test_the_short_cut_for_unequal_lengths_hides_no_likeness(one: str, other: str) -> None:
    first, second = trigrams(one), trigrams(other)
    exact = len(first & second) / len(first | second) if first | second else 0
    assert (exact > LIKENESS) == (likeness(first, second) > LIKENESS)


@pytest.mark.parametrize("language", languages())
def test_every_language_has_every_section(language: str) -> None:
    english, known = phrases("en"), phrases(language)
    assert english is not None
    assert known is not None
    assert set(known.topics) == set(Topic)
    assert all((known.stock, known.hedges, known.numbers, known.states))


@pytest.mark.parametrize("language", languages())
def test_every_stock_phrase_is_recognised_as_one(language: str) -> None:
    known = phrases(language)
    assert known is not None
    of = settings(MONOLINGUAL if language == "en" else POLISH)
    for phrase in known.stock:
        text = saying("-").replace("message: |\n      -", f"message: {{{language}: {phrase!r}}}")
        assert len(problems(text, "stock-phrase", of)) == 1


@given(st.sampled_from(languages()), st.sampled_from(Topic), st.text(max_size=20))
def test_the_cheap_look_first_misses_no_phrase(language: str, topic: Topic, around: str) -> None:
    known = phrases(language)
    assert known is not None
    text = f"{around} {' '.join(known.topics[topic].anchors)} 5 minutes {around}"
    assert find_topic(text, language, topic) == [found[0] for found in known.topics[topic].pattern.finditer(text)]


@pytest.mark.parametrize(
    "blank",
    [
        *("[…]", "[...]", "[service name]", "[your cause]", "[XX]", "[insert time here]", "[wpisz przyczynę]"),
        *(
            "TODO",
            "XXX",
            "at XX:XX",
            "<service>",
            "<your name>",
            "{name}",
            "{{ service }}",
            "____",
            "Lorem ipsum dolor",
        ),
    ],
)
def test_an_unfilled_blank_is_an_error(blank: str) -> None:
    (problem,) = problems(saying(f"Since this morning {blank} fails."), "placeholder")
    assert problem.severity is Severity.ERROR


@pytest.mark.parametrize(
    "text",
    [
        *("`GET /users/{id}`", "[the page](https://example.com)", "[x] done, [ ] open", "{{7*7}}", "<https://a.b>"),
        *("<b>bold</b> and <br>", "x[0] and a[…](b)", "[Maintenance] Upgrade", "____\n\n___", "a < b > c", "[1]"),
        *("todo", "snake__case"),
    ],
)
def test_what_only_looks_like_a_blank_passes(text: str) -> None:
    assert problems(saying(f"Look:\n\n{text}"), "placeholder") == []


@pytest.mark.parametrize("word", ["@someone", "#outage", "install.sh", "docs.example.com"])
def test_words_that_channels_make_links_of_are_pointed_out(word: str) -> None:
    (problem,) = problems(saying(f"See {word}, please."), "mention")
    assert f"`{word}`" in problem.what


@pytest.mark.parametrize(
    "text",
    [
        *(
            "https://docs.example.com/install.sh",
            "ops@example.com",
            "ticket #42",
            "@examplestatus",
            "e.g. this.The end",
        ),
        *("git.example-pay.eu", "status.example-pay.eu", "version 1.2.3"),
    ],
)
def test_links_that_are_meant_pass(text: str) -> None:
    assert problems(saying(f"See {text}, please."), "mention") == []


def test_a_message_that_channels_never_get_may_name_anything() -> None:
    assert problems(saying("See install.sh.", social="Card payments fail."), "mention") == []
    assert problems(saying("See install.sh.", social="false"), "mention") == []
    assert len(problems(saying("Card payments fail.", twitter="See install.sh."), "mention")) == 1
    without_channels = settings(SETTINGS[: SETTINGS.index("channels:")])
    assert problems(saying("See install.sh."), "mention", without_channels) == []


WHOLE = """\
## Summary
On 23 November card payments failed for 94 minutes.

## Impact
4,180 payments were refused. We are sorry.

## Root cause
A certificate expired.

## What changes
We will watch all certificates.
"""


def test_a_whole_post_mortem_needs_no_advice() -> None:
    assert problems(with_postmortem(WHOLE), "postmortem") == []


@pytest.mark.parametrize(
    ("part", "lacking"),
    [
        ("## Summary\nOn 23 November card payments failed for 94 minutes.", "what happened"),
        ("4,180 payments were refused.", "in numbers"),
        (" We are sorry.", "sorry"),
        ("## Root cause\nA certificate expired.", "why"),
        ("## What changes\nWe will watch all certificates.", "what changes"),
    ],
)
def test_each_part_of_a_post_mortem_is_missed(part: str, lacking: str) -> None:
    body = WHOLE.replace(part, "").replace(" for 94 minutes", "")
    found = [problem.what for problem in problems(with_postmortem(body), "postmortem")]
    assert any(lacking in what for what in found)
    assert len(found) <= 2


def test_an_empty_post_mortem_lacks_everything_at_once() -> None:
    assert len(problems(with_postmortem("It broke."), "postmortem")) == 5


def test_a_moment_is_no_number_of_the_impact() -> None:
    body = "Customers were hit on 2026-11-23 from 03:02 to 04:47."
    assert any("in numbers" in problem.what for problem in problems(with_postmortem(body), "postmortem"))


def test_a_picture_needs_words_for_those_who_cannot_see_it() -> None:
    assert len(problems(with_postmortem(WHOLE, image="errors.png"), "picture")) == 1
    assert problems(with_postmortem(WHOLE), "picture") == []


def test_a_language_without_words_is_left_alone() -> None:
    one = with_postmortem("Alles kaputt.", language="de")
    assert problems(one, "postmortem") == []
