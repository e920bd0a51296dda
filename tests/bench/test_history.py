"""The invented history that speed is measured with: deterministic, sound, and as long and rich as it says."""

import re
from pathlib import Path

import pytest

from bench.gen import write_project
from bench.ground import Pen
from bench.story import BEGIN, END, Entry, invent
from sitegen import project
from sitegen.checks import Context, check
from sitegen.problems import has_errors

COUNT = 400


@pytest.fixture(scope="module")
def entries() -> tuple[Entry, ...]:
    return tuple(invent(COUNT))


def share(part: int, whole: int) -> float:
    return 100 * part / whole


def test_the_same_count_and_seed_give_the_same_files(tmp_path: Path) -> None:
    for name in ("one", "other"):
        write_project(invent(20), tmp_path / name)
    one, other = (
        {file.name: file.read_bytes() for file in (tmp_path / name / "incidents").iterdir()}
        for name in ("one", "other")
    )
    assert one == other
    assert len([name for name in one if name.endswith(".yaml")]) == 20


def test_another_seed_gives_another_history() -> None:
    assert [one.title for one in invent(20, seed=1)] != [one.title for one in invent(20)]


def test_it_spans_the_same_months_at_any_size() -> None:
    for count in (30, COUNT):
        moments = [one.updates[0].at for one in invent(count)]
        assert moments[0] == BEGIN
        assert (END - moments[-1]).days <= (END - BEGIN).days // count + 1


def test_it_is_as_rich_as_it_says(entries: tuple[Entry, ...]) -> None:
    messages = [update.message for one in entries for update in one.updates]
    rich = [text for text in messages if re.search(r"^(?:- |1\. )|\]\(|`|\*\*", text, re.MULTILINE)]
    foreign = [text for text in messages if re.search("[\u0370-\u04ff\u3040-\u9fff]", text)]
    accounts = [one.postmortem for one in entries if one.postmortem]
    assert share(len(rich), len(messages)) == pytest.approx(40, abs=4)
    assert share(len(foreign), len(messages)) == pytest.approx(10, abs=3)
    assert share(len(accounts), COUNT) == pytest.approx(10, abs=3)
    assert share(len([one for one in entries if one.window]), COUNT) == pytest.approx(5, abs=3)
    assert {3, 6} <= {len(one.updates) for one in entries if not one.window} <= {3, 4, 5, 6}
    assert all("| UTC | |" in account.body for account in accounts)


def test_every_account_has_400_to_950_words(entries: tuple[Entry, ...]) -> None:
    lengths = [len(one.postmortem.body.split()) for one in entries if one.postmortem and one.title.isascii()]
    assert min(lengths) >= 400
    assert max(lengths) <= 950


def test_sitegen_finds_no_error_in_it_even_after_more_updates(tmp_path: Path) -> None:
    write_project(invent(60), tmp_path)
    pen = Pen(tmp_path, 60)
    sentences = [pen.write() for _ in range(30)]
    content = project.read(tmp_path)
    assert not has_errors(content.problems), content.problems
    assert content.project is not None
    problems = tuple(check(content.project.incidents, Context(content.project.settings, END)))
    assert not has_errors(problems), problems
    shown = next(one for one in content.project.incidents if one.id == pen.entry.id).updates
    assert [str(one.message.read("en", "en")).strip() for one in shown[-30:]] == sentences
    pen.undo()
    assert pen.file.read_text("utf-8") == pen.written
