"""Long accounts as teams write them: nested lists, lines broken at a margin, headings of any level, tables."""

import re
import textwrap
from collections.abc import Iterator
from xml.etree.ElementTree import Element

import html5lib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen.markup import render
from sitegen.problems import Severity

Tree = list["Tree"]


def parse(text: str, top_heading: int = 3) -> Element:
    """The page's body as a browser reads it."""
    html = render(text, top_heading=top_heading).html
    body = html5lib.parse(html, namespaceHTMLElements=False).find("body")
    assert body is not None
    return body


def outline(text: str, top_heading: int = 3) -> list[tuple[int, str]]:
    """Level and words of every heading."""
    headings = (one for one in parse(text, top_heading).iter() if re.fullmatch("h[1-6]", str(one.tag)))
    return [(int(one.tag[1]), "".join(one.itertext())) for one in headings]


def lists(element: Element) -> Tree:
    """The items of the lists in an element, each as those of the lists in it."""
    return [lists(item) for child in element if child.tag in ("ul", "ol") for item in child]


def written(tree: Tree, step: int, level: int = 0) -> Iterator[str]:
    for items in tree:
        yield " " * step * level + "- item"
        yield from written(items, step, level + 1)


TREES: st.SearchStrategy[Tree] = st.recursive(
    st.just([]), lambda inner: st.lists(inner, min_size=1, max_size=3), max_leaves=12
).filter(bool)


@given(TREES)
def test_a_list_nests_the_same_by_two_spaces_by_three_and_by_four(tree: Tree) -> None:
    texts = ["\n".join(written(tree, step)) for step in (2, 3, 4)]
    assert lists(parse(texts[2])) == tree
    assert len({render(text).html for text in texts}) == 1
    assert len({render(text).plain for text in texts}) == 1


def test_marks_of_both_kinds_nest_in_each_other_by_their_width() -> None:
    text = "1. First\n   - one\n   - two\n2. Second\n  - three\n\n- Bullet\n  1. a\n  2. b\n- Last"
    assert lists(parse(text)) == [[[], []], [[]], [[], []], []]
    assert [one.tag for one in parse(text).iter() if one.tag in ("ul", "ol")] == ["ol", "ul", "ul", "ul", "ol"]
    assert lists(parse("1. a\n   1. x\n   2. y\n2. b")) == [[[], []], []]


@pytest.mark.parametrize("indent", ["  ", "   ", "    "])
def test_what_stands_below_an_item_belongs_to_it(indent: str) -> None:
    text = f"- Ran it:\n{indent}```\n{indent}a\n{indent}  b\n{indent}```\n- Then:\n\n{indent}More of it.\n\nAfter."
    body = parse(text)
    assert [child.tag for child in body] == ["ul", "p"]
    assert [one.text for one in body.iter("code")] == ["a\n  b"]
    assert ["".join(one.itertext()).split() for one in body.iter("li")] == [
        ["Ran", "it:", "a", "b"],
        *[["Then:", "More", "of", "it."]],
    ]


def test_code_indented_in_an_item_and_after_a_list_stays_code() -> None:
    body = parse("- Item\n\n        code\n\nText\n\n    - code\n      - code too")
    assert [one.text for one in body.iter("code")] == ["code", "- code\n  - code too"]


def test_an_item_too_far_to_the_right_is_read_as_before() -> None:
    assert lists(parse("- a\n        - b")) == [[]]
    assert lists(parse("- a\n\n- b\n    - c\n  - d\n- e")) == [[], [[], []], []]


def test_a_year_within_an_item_begins_no_list() -> None:
    assert lists(parse("- It has been so since\n2024. We were *wrong*.\n- x")) == [[], []]


@pytest.mark.parametrize(
    ("levels", "shown"),
    [
        ([1, 2, 2, 3], [3, 4, 4, 5]),
        ([2, 3, 2], [3, 4, 3]),
        ([3, 3], [3, 3]),
        ([1, 3, 1], [3, 4, 3]),
        ([2, 1, 2, 4, 3], [3, 3, 4, 5, 5]),
        ([1, 2, 3, 4, 5, 6], [3, 4, 5, 6, 6, 6]),
    ],
)
def test_the_outline_begins_below_the_page_and_skips_no_level(levels: list[int], shown: list[int]) -> None:
    text = "\n".join(f"{'#' * level} Heading {number}\ntext" for number, level in enumerate(levels))
    assert outline(text) == [(level, f"Heading {number}") for number, level in enumerate(shown)]
    assert [level for level, _ in outline(text, top_heading=2)] == [min(6, level - 1) for level in _uncut(levels)]


def _uncut(levels: list[int]) -> list[int]:
    """The levels below h2, where h6 is no limit yet."""
    above: list[int] = []
    found = []
    for level in levels:
        above = [*(one for one in above if one < level), level]
        found.append(2 + len(above))
    return found


SENTENCES = """\
During that week we prepared for more customers than usual. To be ready we moved our names to another provider, which
had to find every name that we use. It missed one that stood for all the others, so some pages could not be found.
"""


@pytest.mark.parametrize("margin", [64, 72, 80, 100, 120])
def test_lines_that_a_margin_broke_are_one_paragraph(margin: int) -> None:
    flowing = " ".join(SENTENCES.split())
    for start in ("", "- ", "1. ", "*Note:* "):
        broken = textwrap.fill(start + flowing, margin)
        assert "\n" in broken
        assert render(broken) == render(start + flowing)
    assert render(textwrap.fill(flowing, margin)).plain == flowing


@pytest.mark.parametrize(
    "text",
    [
        "Card payments fail.\nOrders work.\nRefunds work.",
        "All card payments fail in shops, in apps and by telephone since 03:02 UTC.\nOrders paid by transfer work.",
        "Affected: card payments in shops, in apps and by telephone, refunds, reports\napi: no answer\nweb: slow",
        "https://example.com/a/very/long/address/that/nobody/wants/to/read/out/loud\nhttps://example.com/another",
        "See this long sentence that ends in an address of a page with all details:\nhttps://example.com/details",
        "Start: Wednesday\nend: Thursday",
    ],
)
def test_lines_that_people_broke_stay(text: str) -> None:
    for whole in (text, f"{text}\n\n**x**"):
        assert render(whole).html.count("<br>") == text.count("\n")
        assert render(whole).plain.startswith(text)


@pytest.mark.parametrize(
    "text",
    [
        "```\n{long}\nand more\n```",
        "    {long}\n    and more",
        "{long} | x\n--- | ---\nand more | y",
        "{long}\n---\nand more",
    ],
)
def test_code_tables_and_underlined_headings_keep_their_lines(text: str) -> None:
    whole = text.format(long="a line that is longer than sixty characters, in small letters only")
    assert len({element.tag for element in parse(whole).iter()} & {"pre", "table", "h3"}) == 1
    assert "only and more" not in render(whole).plain


@given(
    st.lists(st.lists(st.sampled_from(["shop", "Shop", "payments", "api:", "a", "failed."]), min_size=1), max_size=4)
)
def test_plain_sentences_are_put_together_the_same_with_and_without_the_parser(words: list[list[str]]) -> None:
    text = "\n".join(" ".join(line) for line in words)
    assert f"{render(text).html}\n<p><code>x</code></p>".strip() == render(f"{text}\n\n`x`").html


def test_a_break_in_a_cell_is_one_and_other_html_stays_text() -> None:
    rendered = render(
        "| Time | What |\n|---|---|\n| 03:02 | It failed.<br>We saw it.<BR/>`<br>` <b>x</b> <br class=y> |"
    )
    _, cell = html5lib.parse(rendered.html, namespaceHTMLElements=False).iter("td")
    assert [child.tag for child in cell] == ["br", "br", "code"]
    assert "<b>x</b> <br class=y>" in "".join(cell.itertext())
    assert rendered.plain == "Time | What\n03:02 | It failed. We saw it. <br> <b>x</b> <br class=y>"


def test_the_mark_of_a_note_is_raised_and_the_note_stays_where_it_stands() -> None:
    rendered = render("It was full.[^1]\n\n| a |\n|---|\n| x [^12] |\n\n[^1]: The disk\n[^12]: https://example.com")
    assert rendered.plain == "It was full.¹\n\na\nx ¹²\n\n¹ The disk\n¹² https://example.com"
    assert [link.get("href") for link in parse("[^12]: https://example.com").iter("a")] == ["https://example.com"]
    assert render("As told[^2]: full.").plain == "As told²: full."
    assert render("`[^1]` [^why] \\[^1]").plain == "[^1] [^why] [^1]"


@pytest.mark.parametrize("address", ["2026-11-20-search.md", "/incidents/2026-11-20-search.yaml", "x.md#why"])
def test_a_link_to_a_source_is_text_with_the_way_to_the_page(address: str) -> None:
    rendered = render(f"First.\n\nSee [the other one]({address}).")
    assert "<a" not in rendered.html
    (concern,) = rendered.concerns
    assert (concern.line, concern.severity) == (2, Severity.ERROR)
    assert "incidents/2026-11-23-checkout-payments.html#postmortem" in concern.hint
    assert not render("[x](https://git.example.com/2026-11-20-search.md)").concerns
