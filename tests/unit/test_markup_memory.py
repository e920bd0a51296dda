"""A text is rendered once for all the places where it looks the same, and only patterns that could match are tried."""

from xml.etree.ElementTree import Element, tostring

from hypothesis import given
from hypothesis import strategies as st

from sitegen.markup import Picture, Rendered, render
from sitegen.markup.characters import clean
from sitegen.markup.dialect import _SIGNS, _library, _parser, parse
from sitegen.markup.limits import find_excess
from sitegen.markup.lines import arrange
from sitegen.markup.memory import Memory, Place, Remembered
from sitegen.markup.rendering import _render

PICTURES = {"a.png": Picture("media/a.png", 40, 30)}
PIECES = st.sampled_from(
    (
        *("plain words", "**bold**", "*", "_it_", "`code`", "``", "# Heading", "### Deeper"),
        *("- item", "1. first", "> q"),
        *("[page](incidents/a.html)", "[out](https://example.com)", "[mail](mailto:a@example.com)", "<b@example.com>"),
        *("[ref]", "[ref]: https://example.com/r", "[here]: components/api.html", "[here][here]", "![x](a.png)"),
        "![]()",
        *("https://example.com/x", "&amp;", "&#104;ttps", "<br>", "[^1]", "\\*", "\\[", "| a | b |", "|---|---|", "  "),
        *("[", "]", "(", ")", "!", "^", ":", "]:", "://", "&", "<", "_", "https"),
    )
)
TEXTS = st.lists(st.tuples(PIECES, st.sampled_from((" ", "\n", "\n\n", ""))), max_size=12).map(
    lambda parts: "".join(piece + gap for piece, gap in parts)
)
ROOTS = st.sampled_from(("", "../", "https://status.example.com/"))


@given(TEXTS, st.lists(st.tuples(ROOTS, st.integers(2, 4)), min_size=2, max_size=4))
def test_a_remembered_rendering_is_the_one_that_would_be_made_again(text: str, places: list[tuple[str, int]]) -> None:
    for root, heading in places:
        again = _render(text, PICTURES, root, heading)[1]
        assert render(text, pictures=PICTURES, root=root, top_heading=heading) == again


@given(TEXTS)
def test_patterns_that_are_left_out_would_find_nothing(text: str) -> None:
    arranged = arrange(clean(text)[0])
    tree = parse(arranged)
    if tree is not None and find_excess(text, arranged) is None and not arranged.code:
        assert tostring(tree) == tostring(_parse_with_all_patterns("\n".join(arranged.lines)))


def test_every_pattern_has_its_signs_in_the_order_of_the_library() -> None:
    library = _library()
    assert [library.inlinePatterns[name] for name in _SIGNS] == list(library.inlinePatterns)
    assert len(_parser().patterns) == len(library.inlinePatterns)


def test_a_text_with_a_picture_is_never_taken_from_memory() -> None:
    text = "See ![errors](errors.png) for the errors per minute."
    assert "<img" not in render(text).html
    assert "<img" in render(text, pictures={"errors.png": Picture("media/errors.png", 4, 3)}).html


def test_memory_holds_no_more_than_it_may() -> None:
    memory = Memory(1_000)
    for number in range(100):
        memory.keep(Remembered(str(number), Place(), Rendered("x" * 90, "")))
    known = [number for number in range(100) if memory.find(str(number), "", 3)]
    assert 0 < len(known) <= 11
    assert 99 in known


def _parse_with_all_patterns(text: str) -> Element:
    library, root = _library(), Element("div")
    library.parser.parseChunk(root, f"{text}\n\n")
    for step in library.treeprocessors:
        step.run(root)
    return root
