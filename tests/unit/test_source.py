"""YAML to nodes: the text that was written at the place where it was written, and no file that does harm."""

import time
from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen import source
from sitegen.source import Document, Mapping, Node, Scalar, Sequence

FILE = PurePosixPath("incidents/2026-11-23-x.yaml")
BOMBS = {
    "open brackets": "[" * 30_000,
    "open braces": "{a: " * 30_000,
    "nested dashes": "- " * 30_000 + "a",
    "question marks": "? " * 30_000 + "a",
    "laughs": "a: &a [x]\n"
    + "".join(f"{chr(98 + i)}: &{chr(98 + i)} [*{chr(97 + i)}, *{chr(97 + i)}]\n" for i in range(9)),
    "many keys": "".join(f"key{number}: 1\n" for number in range(10_000)),
    "many items": "[" + "a," * 100_000 + "]",
    "many empty lines": "\n" * 250_000,
    "one long line": "a: " + "b" * 250_000,
    "many colons": ": " * 100_000,
    "many quotes": '"' * 200_000,
    "many stars": "*" * 200_000,
    "many hashes": " #" * 100_000,
    "too large": "a: " + "b" * source.MAX_BYTES,
}


def read(text: str | bytes) -> Document:
    return source.read(FILE, text.encode() if isinstance(text, str) else text)


def plain(node: Node | None) -> object:
    """The nodes as Python's own lists and dicts of texts."""
    match node:
        case Scalar():
            return node.text
        case Sequence():
            return [plain(item) for item in node.items]
        case Mapping():
            return {key.text: plain(value) for key, value in node.entries}
    return None


def told(document: Document) -> list[str]:
    return [str(problem).removeprefix(f"{FILE}:") for problem in document.problems]


@pytest.mark.parametrize(
    "text", ["3:20", "no", "Yes", "on", "010", "0x1F", "1e3", ".inf", "~", "null", "2026-11-23", "="]
)
def test_every_scalar_stays_the_text_that_was_written(text: str) -> None:
    assert plain(read(f"a: {text}\nb: [{text}]").root) == {"a": text, "b": [text]}
    assert plain(read(f"{text}: a").root) == {text: "a"}


def test_nodes_know_line_column_and_last_line() -> None:
    root = read("a: 1\nb:\n  - |\n    x\n    y\n  - {c: 'd'}\n").root
    assert isinstance(root, Mapping)
    inner = root.get("b")
    assert isinstance(inner, Sequence)
    assert (inner.where.line, inner.where.column, inner.end, inner.flow) == (3, 3, 6, False)
    block, flow = inner.items
    assert (block.where.line, block.where.column, block.end) == (3, 5, 5)
    assert isinstance(flow, Mapping)
    assert (flow.where.line, flow.where.column, flow.flow) == (6, 5, True)
    assert root.get("nothing") is None


@pytest.mark.parametrize("text", ["a: ż\r\nb: x\r\n", "a: ż\rb: x\r", "\ufeffa: ż\nb: x", "---\na: ż\nb: x\n...\n"])
def test_line_ends_byte_order_marks_and_document_marks_change_nothing(text: str) -> None:
    assert plain(read(text).root) == {"a": "ż", "b": "x"}
    assert read(text).problems == ()


@pytest.mark.parametrize(
    ("line", "comment"),
    [
        ("error #42 seen", "#42 seen"),
        ("error # 42 seen", "# 42 seen"),
        ("error   #42", "#42"),
        ("#42 seen", "#42 seen"),
        ("two words  # set apart: a comment", ""),
        ("two words\t\t# set apart", ""),
        ("error#42", ""),
        ("'error'  #42", ""),
        ('"error #42"', ""),
    ],
)
def test_a_hash_that_seems_to_swallow_text_is_noticed(line: str, comment: str) -> None:
    root = read(f"a: {line}\nb: x\n").root
    assert isinstance(root, Mapping)
    value = root.get("a")
    assert isinstance(value, Scalar)
    assert value.comment == comment


@pytest.mark.parametrize(
    ("text", "problem", "kept"),
    [
        ("", " The file is empty.", None),
        ("# only this", " The file is empty.", None),
        ("a: 1\na: 2", "2:1: `a` stands here twice. Keep one of them.", {"a": "1"}),
        ("a: {b: 1, b: 2}", "1:11: `b` stands here twice. Keep one of them.", {"a": {"b": "1"}}),
        ("a: 1\n[b]: 2", "2:1: A key must be a text. Quote it if it is one.", {"a": "1"}),
        ("a: 1\nb: &x 2", "2:4: An anchor (`&name`) stands here. Write the value out, or quote the text.", {"a": "1"}),
        ("a: 1\nb: *x", "2:4: An alias (`*name`) stands here. Write the value out, or quote the text.", {"a": "1"}),
        ("a: 1\nb: !!int 2", "2:4: A tag (`!!int`) stands here. Delete it, or quote the text.", {"a": "1"}),
        ("a: 1\nb: !x 2", "2:4: A tag (`!x`) stands here. Delete it, or quote the text.", {"a": "1"}),
        ("a: 1\n---\nb: 2", "2:1: A second document begins here. Delete the `---` and what follows it.", {"a": "1"}),
        ("a: 1\n\tb: 2", "2:1: This line is indented with a tab. Use spaces.", {}),
        ("a: 1\nb: x: y", "2:5: A `: ` inside a text starts a new field here. Put the text in quotes.", {"a": "1"}),
        ("a: 1\nb: 'x\nc: 2", "2:4: The quote that begins here never ends. Close it.", {"a": "1"}),
        ("a: 1\nb: @x", "2:4: A text can't begin with this sign. Put the text in quotes.", {"a": "1"}),
        (
            "a: 1\nb: x\x00y",
            "2:5: The control character U+0000 stands here. Delete it; YAML allows none.",
            {"a": "1", "b": "xy"},
        ),
        ("a: 1\nż: \ud7ff\ufeff", "2:5: The control character U+FEFF stands here. Delete it; YAML allows none.", None),
    ],
)
def test_every_surprise_is_told_at_its_place_and_what_is_whole_is_kept(text: str, problem: str, kept: object) -> None:
    document = read(text)
    assert problem.strip() in told(document)[0]
    assert not document.complete
    if kept is not None:
        assert plain(document.root) == kept


def test_what_is_not_utf8_is_told_by_its_line() -> None:
    assert told(read(b"a: 1\nb: \xff")) == ["2:1: This line is not UTF-8 text. Save the file as UTF-8."]


@pytest.mark.parametrize("marker", ["<<<<<<< HEAD", "||||||| 3f2a9c1", "=======", ">>>>>>> main"])
def test_a_left_over_merge_marker_ends_the_reading_and_keeps_all_above(marker: str) -> None:
    document = read(f"a:\n  - b: 1\n    c: 2\n{marker}\n  - b: 3\n")
    assert plain(document.root) == {"a": [{"b": "1", "c": "2"}]}
    assert [line.split(" ", 1)[0] for line in told(document)] == ["4:1:"]


def test_a_heading_underlined_inside_a_text_is_no_merge_marker() -> None:
    assert read("a: |\n  Title\n  =======\n").problems == ()


def test_eight_levels_are_read_and_the_ninth_is_told() -> None:
    assert read("[" * 8 + "]" * 8).problems == ()
    assert "nest deeper than 8" in told(read("[" * 9 + "]" * 9))[0]


def test_twenty_thousand_values_are_read_and_one_more_is_told() -> None:
    assert read("[" + "a," * 19_999 + "]").problems == ()
    assert "More than 20000 values" in told(read("[" + "a," * 20_000 + "]"))[0]


def test_the_last_allowed_byte_is_read_and_one_more_is_told() -> None:
    largest = "a: " + "b" * (source.MAX_BYTES - 3)
    assert read(largest).problems == ()
    assert read(largest + "b").root is None


@pytest.mark.parametrize("name", BOMBS)
def test_no_bomb_takes_long(name: str) -> None:
    begun = time.process_time()
    document = read(BOMBS[name])
    assert time.process_time() - begun < 5
    assert document.problems or name in ("one long line",)


@given(st.one_of(st.text(), st.text(alphabet="ab:-[]{}#&*!|>'\"%@`,?\n \t\r\x85\u2028<=~"), st.binary()))
def test_nothing_that_a_file_can_hold_raises(content: str | bytes) -> None:
    document = read(content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass"))
    assert document.root is not None or document.problems
