"""What Markdown becomes: safe HTML, pleasant plain text, and a located concern for each mistake."""

import random
import re
import sys
import time
from collections.abc import Iterator
from xml.etree.ElementTree import Element

import html5lib
import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from sitegen.markup import Concern, Picture, Rendered, render
from sitegen.problems import Severity

GRAPH = Picture("media/2026-11-23-checkout-graph.png", 640, 360)
ALIGNMENTS = {"align-left", "align-center", "align-right"}
BARE = {"p", "ul", "ol", "li", "blockquote", "pre", "code", "em", "strong", "br", "hr", "table", "thead", "tbody", "tr"}
ATTRIBUTES = {
    **{tag: set[str]() for tag in BARE | {"h3", "h4", "h5", "h6"}},
    "ol": {"start"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height", "loading"},
    "th": {"class"},
    "td": {"class"},
}
SAFE_ADDRESS = re.compile(r"(?:https?://[^/]|mailto:[^/]|tel:[+\d]|\.\./[^/\\]|#)")

PAYLOADS = (
    "[a](javascript:alert(1))",
    "[a](JaVaScRiPt:alert(1))",
    "[a](java\tscript:alert(1))",
    "[a](java\nscript:alert(1))",
    "[a](\x01javascript:alert(1))",
    "[a](&#106;avascript:alert(1))",
    "[a](javascript&colon;alert(1))",
    "[a](java&Tab;script:alert(1))",
    "[a](javascript:alert(1) 'title')",
    "[a](<javascript:alert(1)>)",
    "[a](data:text/html;base64,PHNjcmlwdD4=)",
    "[a](vbscript:msgbox)",
    "[a](blob:https://example.com/1)",
    "[a](file:///etc/passwd)",
    "[a](//evil.example/)",
    "[a](/\\evil.example/)",
    "[a](\\\\evil.example\\x)",
    "[a](https:\\\\evil.example)",
    "[a](https:evil.example)",
    "[a](https:///evil.example)",
    "[a](https://)",
    "[a](https://[::1)",
    "[a](https://example.com:port/)",
    "[a](https://bank.example@evil.example/)",
    "[a](https://exa mple.com/)",
    "[a](https://exam\u200bple.com/)",
    "[a](https://bank.example&commat;evil.example/)",
    "[a](../../other-site/)",
    "[a]()",
    "[a](:x)",
    "[a](mailto:)",
    "[a](tel:<b>)",
    "[a][r]\n\n[r]: javascript:alert(1)",
    "[r]\n\n[r]: data:text/html,x 'title'",
    "<javascript://%0aalert(1)>",
    "![a][r]\n\n[r]: https://evil.example/pixel.png",
    "![a](https://evil.example/pixel.png)",
    "![a](data:image/png;base64,AAAA)",
    '![a" onerror="alert(1)](x.png)',
    '![a](x.png" onerror="alert(1))',
    "[![a](javascript:alert(1))](javascript:alert(2))",
    "[a [b](javascript:alert(1)) c](vbscript:x)",
    '![]("([](())',
)
INERT = (
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<a href=javascript:alert(1)>x",
    "<b>unclosed <i>tags",
    "<!-- comment --> <!--> <![CDATA[x]]> <?php x ?>",
    "<style>p{}</style><link rel=stylesheet href=x><base href=//evil.example><meta http-equiv=refresh>",
    "</div></article></body>",
    "&lt;script&gt;alert(1)&lt;/script&gt; &#60;b&#62; &#x3c;i&#x3e;",
    "# heading {: #id onclick=alert(1) }",
    "text\n{: onclick=alert(1) style=color:red }",
    "*em*{: onmouseover=alert(1) }",
    '``` {#id .class onclick="alert(1)"}\n</code></pre><script>alert(1)</script>\n```',
    '```html" onclick="alert(1)\n<b>\n```',
    "    </code></pre><script>alert(1)</script>",
    "`</code><script>alert(1)</script>`",
    "a | b\n:-- | --:\n<td style=x> | </table><script>",
    "\x02klzzwxh:0000\x03 \x02wzxhzdk:0\x03 \x02code0\x03 \x0260\x03b>",
    "<javascript:alert(1)> javascript:alert(1) data:text/html,x //evil.example",
    "<script@evil.example> <a@b>",
)


def parse(html: str) -> Element:
    """The page's body as a browser reads it."""
    body = html5lib.parse(html, namespaceHTMLElements=False).find("body")
    assert body is not None
    return body


def elements(html: str) -> Iterator[Element]:
    return (element for element in parse(html).iter() if element.tag != "body")


def assert_safe(html: str) -> None:
    for element in elements(html):
        assert element.tag in ATTRIBUTES, f"{element.tag} in {html!r}"
        assert set(element.keys()) <= ATTRIBUTES[element.tag], html
        assert {element.get("class", "align-left")} <= ALIGNMENTS
        assert SAFE_ADDRESS.match(element.get("href", "#")), html
        assert element.get("src", "../media/x").startswith("../media/"), html


def shown_text(html: str) -> str:
    return "".join(parse(html).itertext())


def errors(rendered: Rendered) -> list[Concern]:
    return [concern for concern in rendered.concerns if concern.severity is Severity.ERROR]


FRAMES = ("{}", "Before\n\n- {}", "> {}", "# {}", "a | b\n--|--\n{} | c", "**{}**")


@pytest.mark.parametrize("frame", FRAMES)
@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_dangerous_address_becomes_text_with_an_error(payload: str, frame: str) -> None:
    rendered = render(payload if "\n" in payload else frame.format(payload), root="../")
    assert_safe(rendered.html)
    assert not [element for element in elements(rendered.html) if element.tag in ("a", "img")]
    assert errors(rendered)


@pytest.mark.parametrize("payload", INERT)
@pytest.mark.parametrize("frame", ["{}", "- {}", "> {}", "Before {} *after*"])
def test_raw_html_is_text(payload: str, frame: str) -> None:
    rendered = render(frame.format(payload), root="../")
    assert_safe(rendered.html)
    for word in re.findall(r"[a-z]{4,}", payload if "`" not in payload else ""):
        assert word in rendered.html


def test_template_code_appears_literally() -> None:
    assert render("{{7*7}} {% raw %} ${7}").html == "<p>{{7*7}} {% raw %} ${7}</p>"


_FRAGMENTS = st.sampled_from(
    [
        *PAYLOADS,
        *INERT,
        "**",
        "_",
        "`",
        "```\n",
        "\n\n",
        "\n- ",
        "\n1. ",
        "\n> ",
        "    ",
        "[",
        "](",
        ")",
        "![",
        "<",
        "|",
    ]
)


@given(st.one_of(st.text(), st.lists(st.one_of(_FRAGMENTS, st.text(max_size=5)), max_size=12).map("".join)))
def test_no_text_makes_an_element_outside_the_allow_list(text: str) -> None:
    rendered = render(text, pictures={"x.png": GRAPH}, root="../")
    assert_safe(rendered.html)
    unprintable = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff\ud800-\udfff]")
    assert not unprintable.search(rendered.html + rendered.plain)
    assert "klzzwxh" not in rendered.html or "klzzwxh" in text


_WORDS = st.lists(st.text(st.characters(categories=("L", "N", "Po", "Pd", "Zs", "Sm")), max_size=30), max_size=5)


@given(_WORDS.map("\n".join), st.integers(0, 2))
def test_plain_sentences_read_the_same_with_and_without_the_parser(text: str, blanks: int) -> None:
    text = text.replace("\n", "\n" * (blanks + 1))
    alone = render(text)
    parsed = render(f"{text}\n\n`x`")
    assert f"{alone.html}\n<p><code>x</code></p>".strip() == parsed.html
    assert f"{alone.plain}\n\nx".strip() == parsed.plain


@given(st.lists(st.text(st.characters(categories=("L", "N")), min_size=1), min_size=1))
def test_every_word_of_a_sentence_survives(words: list[str]) -> None:
    rendered = render(" ".join(words) + " and **more**.")
    for word in words:
        assert word in shown_text(rendered.html)
        assert word in rendered.plain


def test_a_text_is_rendered_the_same_whatever_was_rendered_before() -> None:
    texts = ["[a]\n\n[a]: https://example.com/", "[a]", "```\nx\n```", *PAYLOADS, *INERT]
    alone = {text: render(text) for text in texts}
    random.Random(7).shuffle(texts)
    assert {text: render(text) for text in texts} == alone
    assert "<a" not in alone["[a]"].html


def test_lines_break_where_they_were_broken_and_a_list_may_follow_directly() -> None:
    rendered = render("Two things fail:\n- cards\n- wallets\n1. First\n2. Second\nlast line")
    assert [element.tag for element in elements(rendered.html)] == ["p", "ul", "li", "li", "ol", "li", "li", "br"]
    assert render("one\ntwo").html == "<p>one<br>\ntwo</p>"
    assert rendered.plain == "Two things fail:\n\n- cards\n- wallets\n\n1. First\n2. Second\n   last line"


def test_a_year_at_the_end_of_a_sentence_begins_no_list() -> None:
    assert "<li>" not in render("It has been so since\n2024. We were *wrong*.").html


@pytest.mark.parametrize("language", ["cs", "de", "en", "es", "fr", "pl", "ro", "ru", "sk", "uk"])
def test_a_number_before_a_month_stays_text(language: str) -> None:
    for form in ("format", "stand-alone"):
        for month in Locale(language).months[form]["wide"].values():
            for date in (f"23. {month}", f"1. {month.title()} 2026: *x*"):
                assert "<li>" not in render(f"{date}\nx").html
                assert render(f"{date}\nx").plain.startswith(date.replace("*", ""))
    assert render("- 23. November").html.count("<li>") == 1
    assert '<ol start="23">' in render("23. Reboot").html


def test_a_ticket_number_is_no_heading_and_headings_are_shifted() -> None:
    assert render("#42 is fixed *now*").html == "<p>#42 is fixed <em>now</em></p>"
    assert render("Text\n# Impact #\nMore").html == "<p>Text</p>\n<h3>Impact</h3>\n<p>More</p>"
    assert render("# C#\n\n##### Deep", top_heading=4).html == "<h4>C#</h4>\n<h5>Deep</h5>"


def test_a_heading_or_a_rule_ends_a_list() -> None:
    found = render("- a\n---\n- b\n# Next\n***\nDone")
    assert [element.tag for element in elements(found.html)] == ["ul", "li", "hr", "ul", "li", "h3", "hr", "p"]
    assert not found.concerns


def test_fenced_code_is_kept_to_the_byte_wherever_it_stands() -> None:
    code = "if a < b && c:\n\n\treturn \\*x*  # [y](z) 23. May\n"
    for text in (f"```py\n{code}```", f"Text\n~~~~\n{code}~~~~\nMore", f"- item\n\n    ```\n    {code}    ```"):
        rendered = render(text)
        assert [e.text for e in elements(rendered.html) if e.tag == "code"] == [code.rstrip("\n")]
        assert not rendered.concerns
    assert render("a\n\n```\ncode").concerns[0].line == 2


def test_a_table_aligns_by_class() -> None:
    rendered = render("| Card | Failed |\n|:--|--:|\n| *debit* | `a|b` |")
    classes = [(e.tag, e.get("class")) for e in elements(rendered.html) if e.tag in ("th", "td")]
    assert classes == [("th", "align-left"), ("th", "align-right"), ("td", "align-left"), ("td", "align-right")]
    assert rendered.plain == "Card | Failed\ndebit | a|b"
    assert render("a | b\n--|--\n1 | 2 | 3").plain == "a | b\n1 | 2 | 3"


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("See https://example.com/a_b_c.", ["https://example.com/a_b_c"]),
        ("(https://example.org/wiki/A_(b))", ["https://example.org/wiki/A_(b)"]),
        ("[https://example.com/x] **https://example.com/y**!", ["https://example.com/x", "https://example.com/y"]),
        ("<https://example.com/?a=1&b=2>", ["https://example.com/?a=1&b=2"]),
        ("https://example.com/?a=1&copy=2&amp;c=3", ["https://example.com/?a=1&copy=2&c=3"]),
        ("`https://example.com` xhttps://example.com https://", []),
        ("詳細はhttps://example.com/a。次に", ["https://example.com/a"]),
        ("[x](https://example.com/a(b)c) [y](#z)", ["https://example.com/a(b)c", "#z"]),
        ("[x](HTTPS://EXAMPLE.com:8443/A)", ["https://example.com:8443/A"]),
        ("[m](mailto:a@b.example?subject=x) <c@b.example>", ["mailto:a@b.example?subject=x", "mailto:c@b.example"]),
        ("[call](tel:+48123456789)", ["tel:+48123456789"]),
        ("[1](incidents/x.html) [2](/incidents/y.html#u)", ["../incidents/x.html", "../incidents/y.html#u"]),
        ("[home](/) [r]\n\n[r]: https://example.com 'x'", ["../index.html", "https://example.com"]),
    ],
)
def test_an_address_becomes_a_link(text: str, links: list[str]) -> None:
    rendered = render(text, root="../")
    found = [element.get("href") for element in elements(rendered.html) if element.tag == "a"]
    assert found == links
    assert not rendered.concerns


def test_a_sentence_that_begins_like_a_definition_stays() -> None:
    assert render("[Update]: fixed.\n[21:30 UTC]: solved").plain == "[Update]: fixed.\n[21:30 UTC]: solved"


def test_an_unencrypted_link_is_a_warning_where_it_stands() -> None:
    rendered = render("Text\n\nSee http://example.com/x and\nhttp://example.com/x.")
    assert [(concern.line, concern.severity) for concern in rendered.concerns] == [
        (2, Severity.WARNING),
        (3, Severity.WARNING),
    ]
    assert rendered.html.count('<a href="http://example.com/x">') == 2


@pytest.mark.parametrize(
    "text",
    [
        "[https://bank.example](https://evil.example/x)",
        "[bank.example](https://evil.example/x)",
        "[b**ank.exa**mple/login](https://evil.example/x)",
        "[Log in at www.bank.example!](https://evil.example/x)",
        "[bank\u3002example](https://evil.example/x)",
        "[bank&#46;example](https://evil.example/x)",
        "[192.0.2.1](https://evil.example/x)",
        "[help@bank.example](https://evil.example/x)",
        "[pay\u200bment](https://evil.example/x)",
    ],
)
def test_a_link_whose_text_names_another_place_shows_where_it_leads(text: str) -> None:
    rendered = render(text)
    assert "<a" not in rendered.html
    assert rendered.plain.endswith("(https://evil.example/x)")
    assert len(errors(rendered)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "[bank.example/login](https://www.bank.example/login)",
        "[our page, v2.10, e.g. for Node.js](https://example.com)",
        "[config.yaml](https://example.com/config.yaml)",
        "[ops@example.com](mailto:ops@example.com)",
        "[https://example.com:443](https://example.com/)",
    ],
)
def test_a_link_whose_text_is_true_stays(text: str) -> None:
    assert "<a href" in render(text).html
    assert not render(text).concerns


def test_a_host_that_is_not_ascii_is_shown_as_browsers_ask_for_it() -> None:
    assert render("https://bücher.example/x").plain == "https://xn--bcher-kva.example/x"
    spoof = render("[аррӏе.com](https://аррӏе.com)")
    assert spoof.html == '<p><a href="https://xn--80ak6aa92e.com">https://xn--80ak6aa92e.com</a></p>'
    assert 'href="https://xn--strae-oqa.example"' in render("[x](https://straße.example)").html
    assert not spoof.concerns


def test_controls_of_direction_are_taken_out_with_an_error_and_joiners_stay() -> None:
    rendered = render("one\ntwo \u202ethree\u2066\n**می\u200cخواهم** 👩\u200d💻 \x00\x08\x85\ufffe\ud800&#x202e;")
    assert [(concern.line, concern.severity) for concern in rendered.concerns] == [(1, Severity.ERROR)]
    assert "U+202E" in rendered.concerns[0].what
    assert rendered.plain == "one\ntwo three\nمی\u200cخواهم 👩\u200d💻 &#x202e;"


def test_a_known_picture_has_its_size_and_description() -> None:
    rendered = render("![Errors & *time*](graph.png 'x')", pictures={"graph.png": GRAPH}, root="../")
    image = next(element for element in elements(rendered.html) if element.tag == "img")
    assert image.attrib == {
        "src": "../media/2026-11-23-checkout-graph.png",
        "alt": "Errors & *time*",
        "width": "640",
        "height": "360",
        "loading": "lazy",
    }
    assert rendered.pictures == ("graph.png",)
    assert not rendered.concerns


@pytest.mark.parametrize("picture", ["![](graph.png)", "![ ](graph.png)", "![](https://evil.example/x.png)"])
def test_a_picture_that_can_not_be_shown_says_so(picture: str) -> None:
    rendered = render(f"a\n\n{picture}", pictures={"graph.png": GRAPH})
    assert rendered.plain == "a\n\n[picture left out]"
    assert [concern.line for concern in errors(rendered)] == [2]
    assert rendered.pictures == ()


def test_plain_text_reads_as_if_typed() -> None:
    text = """# Impact
Payments &amp; refunds failed &lt;see [the *report*](https://example.com/r)&gt;, ask <ops@example.com>.

1. Cards
    - debit
2. Wallets

> We are sorry.
> – Ana

---
[Details](incidents/x.html), `a < b`, [https://example.com](https://example.com/), [call](tel:+48123)
"""
    assert render(text).plain.split("\n") == [
        "Impact",
        "",
        "Payments & refunds failed <see the report (https://example.com/r)>, ask ops@example.com.",
        "",
        "1. Cards",
        "   - debit",
        "2. Wallets",
        "",
        "> We are sorry.",
        "> – Ana",
        "",
        "---",
        "",
        "Details, a < b, https://example.com/, call (+48123)",
    ]


TOO_MUCH = {
    "brackets": "[" * 4_096,
    "brackets, apart": "[ a\n\n" * 2_001,
    "brackets in long lines": ("[" + "a" * 900) * 100,
    "length": "a *b* " * 20_000,
    "quotes": "> " * 21 + "a",
    "quotes in quotes": "\n\n".join(">" * depth + " a" for depth in range(1, 300)),
    "lists": "- " * 50 + "a",
    "lists in lists": "\n".join(" " * 4 * depth + "- a" for depth in range(200)),
    "emphasis in emphasis": "*a " * 490 + "a* " * 490,
    "asterisks": "*a " * 30_000,
    "underscores": "_a " * 30_000,
    "backticks": " ".join("`" * length for length in range(1, 440)),
    "backslashes": "\\*" * 40_000,
    "angle brackets": "<a@b.example> " * 7_000,
    "lines": "a\n---\n" * 16_000,
    "items": "- a\n\n" * 20_000,
    "rows": "a|b\n-|-\n" + "c|d\n" * 20_000,
    "cells": "|a" * 100 + "|\n" + "|-" * 100 + "|\n" + "|\n" * 900,
}


@pytest.mark.parametrize("text", TOO_MUCH.values(), ids=TOO_MUCH)
def test_a_text_that_would_take_too_long_is_shown_as_written_with_an_error(text: str) -> None:
    started = time.process_time()
    rendered = render(f"Before.\n\n{text}")
    assert time.process_time() - started < 2
    assert len(errors(rendered)) == 1
    assert {element.tag for element in elements(rendered.html)} <= {"p", "br"}
    assert text.split("\n")[0].rstrip() in rendered.plain


def test_too_many_brackets_are_located_and_shown() -> None:
    rendered = render("# *Fine*\n\nfine\n\n" + "[x] <b>\n" * 101)
    assert [concern.line for concern in rendered.concerns] == [4]
    assert rendered.html.startswith("<p># *Fine*</p>\n<p>fine</p>\n<p>[x] &lt;b&gt;<br>\n[x]")


@pytest.mark.slow
@pytest.mark.parametrize(
    "piece",
    [
        "[a](https://b.example) word " * 3 + "\n\n",
        "*a* _b_ **c** " * 20 + "\n\n",
        "`a` `` b ` `` " * 20 + "\n\n",
        "\\* \\_ \\a " * 50 + "\n\n",
        "https://b.example ",
        "&amp;",
        "a ",
        "# a\n" * 3 + "word " * 20,
        "- a\n- b\n\n" + "word " * 30 + "\n\n",
        "> a\n" + "word " * 20 + "\n\n",
        "a|b|c\n-|-|-\n" + "d|e|f\n" * 20 + "\n" + "word " * 60 + "\n\n",
        "```\n" + "[*_`<" * 50 + "\n```\n",
    ],
)
def test_a_long_text_within_the_limits_is_read_in_seconds_at_most(piece: str) -> None:
    text = (piece * (100_000 // len(piece)))[:100_000]
    for characters, most in (("[", 1_900), ("*_", 9_900), ("`", 4_900), ("\\", 4_900), ("\n", 4_900)):
        count = sum(text.count(character) for character in characters)
        text = text[: len(text) * most // count] if count > most and "```" not in piece else text
    started = time.process_time()
    rendered = render(text)
    assert time.process_time() - started < 5
    assert not errors(rendered)


def test_a_text_that_is_too_deep_gives_the_same_from_any_depth_of_the_stack() -> None:
    text = "*a " * 450 + "a* " * 450

    def deeper(levels: int) -> Rendered:
        return deeper(levels - 1) if levels else render(text)

    depth = sys.getrecursionlimit() // 2
    assert deeper(0) == deeper(depth)
    assert render("*a*").html == "<p><em>a</em></p>"
