"""Texts with HTML, entities, stars and shrugs to Markdown: what they say is what a page shows."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen import markup
from sitegen.importers.statuspage.bodies import to_markdown

SHRUG = r"¯\_(ツ)_/¯"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("one<br />two<br/><BR>three", "one\ntwo\n\nthree"),
        ("one\r\ntwo", "one\ntwo"),
        ("<b>Update: </b>now", "**Update:** now"),
        ("<em>now</em>", "*now*"),
        ("<p>One</p><p>Two</p>", "One\n\nTwo"),
        ("Less than <1% of <your-app> & <a@b.example>", "Less than <1% of <your-app> & <a@b.example>"),
        ("A &lt;b&gt; &amp; C &eacute;", "A <b> & C é"),
        ('<a href="https://x.example/a?b=1&amp;c=2">here</a>', "[here](https://x.example/a?b=1&c=2)"),
        ('<a href="/local">here</a>', "here (/local)"),
        ("<a href='https://x.example'>https://x.example</a>", "https://x.example"),
        ("<ul><li>a</li><li>b</li></ul>", "- a\n- b"),
        ("<ol><li>a<li>b</ol>", "1. a\n2. b"),
        ("<h2>Cause</h2>A fuse.", "## Cause\n\nA fuse."),
        ("<code>a_b</code>", "`a_b`"),
        ('<img src="https://x.example/p.png" alt="A plot">', "[A plot](https://x.example/p.png)"),
        ("![A plot](https://x.example/p.png)", "[A plot](https://x.example/p.png)"),
        ("* one\n* two, **strong**", "* one\n* two, **strong**"),
        ("<b>never closed", "**never closed**"),
        ("<a href='https://x.example'></a>", "https://x.example"),
        ("<i><a href='https://x.example'>here</i>", "*[here](https://x.example)*"),
        ("</b>closed <i>across</b> all</i>", "closed *across all*"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
    ],
)
def test_html_becomes_markdown_and_everything_else_stays(body: str, expected: str) -> None:
    assert to_markdown(body) == expected


@pytest.mark.parametrize(
    "text", [SHRUG, "(╯°□°)╯︵ ┻━┻", "2*3*4 = 24", "#1 of 3", "a\\*b", "[x]: https://hidden.example/y"]
)
def test_a_page_shows_every_character(text: str) -> None:
    assert markup.render(to_markdown(text)).plain == text


PIECES = st.sampled_from(
    [
        *("<b>", "</b>", "<br />", "<a href=", "'https://x.example'>", "</a>", "<ul>", "<li>", "</ul>", "<1%", "<!--"),
        *(
            "&lt;",
            "&#0;",
            "&",
            "[a]: b\n",
            "[a](",
            ")",
            "![",
            "```\n",
            "    ",
            "# ",
            "1. ",
            "- ",
            "| a | b |\n|---|---|\n",
        ),
        *(
            "\\",
            "*",
            "_",
            "`",
            "~",
            "\r\n",
            "\n\n",
            "word",
            "Wörter 42",
            SHRUG,
            "<table><tr><td>",
            "---\n",
            "=\n",
            "> ",
        ),
    ]
)


@given(st.lists(PIECES | st.text(max_size=4), max_size=25).map("".join))
def test_no_word_between_the_tags_is_lost(body: str) -> None:
    shown = markup.render(to_markdown(body)).plain
    for word in ("word", "Wörter", "42", "ツ"):
        assert len(re.findall(word, body)) <= len(re.findall(word, shown)), (body, shown)


@pytest.mark.parametrize(
    "body",
    [
        "<b>" * 60_000,
        "<i>" + "<b>" * 30_000 + "</i>" * 30_000,
        '<a href="' * 20_000,
        "<li>" * 50_000,
        "<" * 200_000,
        "<b '" * 40_000,
    ],
)
def test_hostile_markup_takes_no_time(body: str) -> None:
    began = time.perf_counter()
    to_markdown(body)
    assert time.perf_counter() - began < 5
