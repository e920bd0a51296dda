"""What holds for every post, whatever engineers write: its length, its link, and nothing that turns into more."""

import re
import unicodedata

import hypothesis.strategies as st
import msgspec
import pytest
from hypothesis import given, settings
from twitter_text import extract_emojis_with_indices, extract_urls, parse_tweet

from sitegen.announce import announce
from sitegen.compose import Draft, compose
from sitegen.compose.shortening import shorten
from sitegen.model import Channel, Incident, Text
from tests.unit.strategies import lines, prose
from tests.unit.telling import BEGIN, CAUSE, EMAIL, END, FACEBOOK, SETTINGS, TRAITS, TWITTER, at, story, weigh

EVERY = msgspec.structs.replace(TWITTER, link="every")
FAMILY, FLAG = "👨‍👩‍👧‍👦", "🇵🇱"
# What twitter-text takes for a mention, a hashtag or a cashtag, and a little more.
SIGNS = re.compile(r"[@＠#＃](?!\ufe0f?\u20e3)(?:\w|[^\x00-\x7f\u200b…])|[$＄][^\W\d_]")


def incident(title: str, message: str, workaround: str | None = None) -> Incident:
    """A first word, a change and an end with this message."""
    plain = story(BEGIN, CAUSE, END)
    return msgspec.structs.replace(
        plain,
        title=Text({"en": title}),
        workaround=None if workaround is None else Text({"en": workaround}),
        updates=tuple(
            msgspec.structs.replace(update, message=Text({"en": message}), social=Text({"en": message}))
            for update in plain.updates
        ),
    )


def drafts(one: Incident, channel: Channel = EVERY) -> list[Draft]:
    return [compose(each, channel, TRAITS[channel.kind], SETTINGS) for each in announce((one,), at("12:00"))]


def first(message: str, channel: Channel = EVERY, limit: int | None = 270) -> Draft:
    """The first word about an incident with this message."""
    traits = msgspec.structs.replace(TRAITS[channel.kind], limit=limit)
    return compose(announce((incident("Orders fail", message),), at("12:00"))[0], channel, traits, SETTINGS)


def body(message: str, limit: int | None = 270) -> str:
    """What is left of the message."""
    return first(message, limit=limit).text.removeprefix("Orders fail.").rpartition("\n")[0].strip()


HOSTILE = st.lists(
    st.sampled_from(
        (
            *(
                "@bob",
                "＠bob",
                "é@bob",
                "RT@bob",
                ".@bob",
                "#tag",
                "＃タグ",
                "a#b",
                "#1st",
                "#️⃣",
                "$AAPL",
                "＄MSFT",
                "$5",
            ),
            *(
                "example.com",
                "v1.2.3.py",
                "日本.jp",
                "💩.la",
                "fixed.It",
                "e.g.",
                "x.co.uk",
                "http://a.example",
                "bob@x.io",
            ),
            *(
                "HTTPS://EXAMPLE.COM/a?b#c",
                "(https://x.com/a)",
                "https://u:p@x.com.",
                "//x.com",
                "t.co/abc",
                "xn--p1ai.xn--p1ai",
            ),
            *(
                FAMILY,
                FLAG,
                "e\u0301",
                "支払いに失敗しました。",
                "क्षि",
                "\u200d",
                "\u200b",
                "[x](https://x.com)",
                "<https://x.com>",
            ),
        )
    ),
    min_size=1,
    max_size=30,
)
ANY = st.one_of(prose(), HOSTILE.map(" ".join), HOSTILE.map("".join))
TITLES = st.one_of(lines(least=5), HOSTILE.map(lambda words: " ".join(words)[:120].strip() or "Orders"))


@settings(max_examples=60)
@given(TITLES, ANY, st.none() | ANY)
def test_every_post_fits_and_has_its_link_and_its_line_whole(title: str, message: str, workaround: str | None) -> None:
    for number, draft in enumerate(drafts(incident(title, message, workaround)), start=1):
        assert weigh(draft.text) <= 270
        assert parse_tweet(draft.text).valid
        assert draft.text.endswith(draft.link)
        assert f"Update {number} · " in draft.text


@settings(max_examples=60)
@given(TITLES, ANY, st.none() | ANY)
def test_nothing_an_engineer_writes_becomes_a_link_a_mention_or_a_tag(
    title: str, message: str, workaround: str | None
) -> None:
    for draft in drafts(incident(title, message, workaround)):
        assert extract_urls(draft.text) == [draft.link]
        assert SIGNS.search(draft.text.removesuffix(draft.link)) is None


@settings(max_examples=15)
@given(ANY)
def test_the_end_says_so_first_however_long_the_rest_is(message: str) -> None:
    long = "We found the cause. " * 100
    assert drafts(incident("Card payments fail", long + message))[-1].text.startswith("Resolved: Card payments fail.")


@settings(max_examples=200)
@given(ANY, st.integers(0, 300))
def test_a_shortened_text_is_a_beginning_of_it_that_fits(text: str, room: int) -> None:
    kept = shorten(text, lambda part: len(part) <= room)
    assert len(kept) <= room
    assert text.startswith(kept.removesuffix("…"))
    assert kept == text or len(text) > room


@settings(max_examples=200)
@given(
    st.lists(
        st.sampled_from((FAMILY, FLAG, "👍🏽", "❤️", "支払", "e\u0301", "क्षि", "กำ", "한", " ", "word")), max_size=40
    )
)
def test_no_letter_and_no_picture_is_ever_taken_apart(pieces: list[str]) -> None:
    text = "".join(pieces)
    emojis = [emoji["indices"] for emoji in extract_emojis_with_indices(text)]
    for room in range(len(text)):
        place = len(shorten(text, lambda part, room=room: len(part) <= room).removesuffix("…"))  # type: ignore[misc]
        assert not any(start < place < end for start, end in emojis)
        rest = text[place : place + 1]
        assert not rest or (unicodedata.category(rest)[0] != "M" and rest not in "\u0e33\u200d")
        assert not text[:place].endswith(("\u200d", "\u094d"))


@pytest.mark.parametrize("limit", [279, 280, 281])
@pytest.mark.parametrize(
    ("letter", "weight"), [("x", 1), ("é", 1), ("e\u0301", 1), ("支", 2), (FAMILY, 2), (FLAG, 2)], ids=ascii
)
def test_a_text_may_be_as_long_as_the_limit_and_no_longer(letter: str, weight: int, limit: int) -> None:
    room = limit - weigh(first("x", limit=None).text) + 1 - 2 * weight
    fitting = "ab " + letter * ((room - 3 + 2 * weight) // weight)
    assert body(fitting, limit) == unicodedata.normalize("NFC", fitting)
    assert limit - weight < weigh(first(fitting, limit=limit).text) <= limit
    too_long = fitting + letter
    assert body(too_long, limit).endswith("…")
    assert weigh(first(too_long, limit=limit).text) <= limit


def test_a_text_is_cut_at_a_sentence_then_at_a_word() -> None:
    room = 60
    assert shorten(
        "One is whole. Two is whole. Three is not whole at all, it goes on.", lambda part: len(part) < room
    ) == ("One is whole. Two is whole.")
    assert shorten("A single sentence, which goes on and on and on without an end", lambda part: len(part) <= 30) == (
        "A single sentence, which goes…"
    )
    assert shorten("It fails, e.g. the second of them, for all. 1. Wait a bit.", lambda part: len(part) < 50) == (
        "It fails, e.g. the second of them, for all."
    )
    assert shorten("Unpronounceable", lambda part: len(part) < 10) == ""


def test_a_text_without_spaces_is_cut_between_letters_and_not_before_its_closing_marks() -> None:
    japanese = "カード決済に失敗しています。原因は、証明書の期限切れです。交換しています。"
    assert (
        shorten(japanese, lambda part: len(part) <= 30) == "カード決済に失敗しています。原因は、証明書の期限切れです。"
    )
    assert shorten(japanese[:13] * 2, lambda part: len(part) <= 8) == "カード決済に失…"
    assert shorten("決済（カード）に失敗しています", lambda part: len(part) <= 4) == "決済…"


def test_a_long_title_gives_way_before_the_line_and_the_link_do() -> None:
    title = "支払いに失敗しました" * 12
    end = drafts(incident(title, "Done."))[-1]
    assert end.text.startswith("Resolved: 支払い")
    assert "…\nUpdate 3 · 04:00 UTC https" in end.text
    assert weigh(end.text) <= 270
    assert end.text.endswith(end.link)


def test_paragraphs_stay_in_what_is_kept_of_a_long_text() -> None:
    text = first("One.\n\nTwo.\n\nThree is too long.", FACEBOOK, limit=150).text
    assert text.startswith("Orders fail.\n\nOne.\n\nTwo.\n\nUpdate 1 ·")


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("Restart v1.2.3.py", "Restart v1.2.3.py"),
        ("Up at 99.9 %, e.g. api", "Up at 99.9 %, e.g. api"),
        ("Ask @bob about #42 and $AAPL or $MSFT", "Ask @bob about #42 and $AAPL or $MSFT"),
        ("See https://example.com/a?b.", "See example.com."),
        ("See [the page](https://example.com/a).", "See the page."),
        ("Write to help@example.com", "Write to help@example.com"),
        ("Cafe\u0301", "Café"),
        ("#️⃣ 1", "#️⃣ 1"),
    ],
)
def test_a_tamed_text_looks_as_it_did(written: str, seen: str) -> None:
    assert body(written).replace("\u200b", "") == seen


def test_a_mail_keeps_its_addresses() -> None:
    message = "See https://example.com/a?b or write to help@example.com. Use #42."
    assert message in first(message, EMAIL, limit=None).text


def test_a_price_and_a_decimal_stay_as_they_are() -> None:
    assert "\u200b" not in body("It was $5 or 1.5 times as much, e.g. for us.")


def test_what_a_first_word_adds_never_pushes_out_the_message_alone() -> None:
    """The workaround stands after the message: it is the first to be cut."""
    long = incident("Orders fail", "Card payments are failing. " * 5, "Pay by bank transfer. " * 10)
    assert drafts(long)[0].text.count("Card payments are failing.") == 5
