"""Whole folders of saved files: every entry accounted for, whatever stands in them."""

import copy
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen.importers import import_folder
from sitegen.importers.conversion import Conversion, Refusal
from tests.importers.reading import load_all, losses, messages, told
from tests.importers.statuspage.saved import (
    DOWN,
    SOLD,
    STATUSPAGE,
    Json,
    component,
    convert,
    incident,
    outcome,
    planned,
    summary,
    update,
)

SAMPLE = summary(
    incident(SOLD, DOWN, components=[component("t1ckets00001", "Tickets")]),
    incident(update("postmortem", "20:00", "A fuse."), SOLD, DOWN, id="c0de00000002", impact="none"),
    planned=[planned(update("scheduled", "07:00", "We will."))],
)
REAL = {"digitalocean": 206, "ZSharpe+ManagerDashboard": 22, "hangtwenty+lurk_incidents": 3}


def test_every_file_is_accounted_for(tmp_path: Path) -> None:
    (tmp_path / "api").mkdir()
    (tmp_path / "api" / "summary.json").write_text(json.dumps(SAMPLE))
    (tmp_path / "components.json").write_text(json.dumps(summary()))
    (tmp_path / "notes.txt").write_text("Saved on a Friday.")
    (tmp_path / "login.json").write_text('{"error": "Unauthorized"}')
    made = import_folder(STATUSPAGE, tmp_path)
    assert isinstance(made, Conversion)
    assert made.files_read == 4
    assert {str(one.path): one.reason for one in made.skipped} == {
        "components.json": "It gave the page and its components.",
        "login.json": "Nothing in it is Statuspage's.",
        "notes.txt": "It is neither JSON nor a feed.",
    }
    assert {str(origin) for origin in made.origins.values()} == {"api/summary.json"}
    assert len(load_all(made)[1]) == 3


def test_one_saved_file_is_enough(tmp_path: Path) -> None:
    (tmp_path / "c0de.json").write_text(json.dumps({"page": SAMPLE["page"], "incident": SAMPLE["incidents"][0]}))
    (tmp_path / "other.json").write_text("[]")
    made = import_folder(STATUSPAGE, tmp_path / "c0de.json")
    assert isinstance(made, Conversion)
    assert (made.files_read, len(made.incidents)) == (1, 1)


def test_pages_of_the_api_that_a_tool_put_into_one_file_are_read(tmp_path: Path) -> None:
    first, second = [incident(SOLD, DOWN)], [incident(SOLD, DOWN, id="c0de00000002")]
    for text in (json.dumps([first, second]), json.dumps(first) + "\n" + json.dumps(second)):
        assert len(convert({"incidents.json": text}).incidents) == 2


@pytest.mark.parametrize(
    "files", [{}, {"a.json": "{}"}, {"a.json": "[1, 2"}, {"a.json": "[" * 100_000}, {"a.json": b"\xff{"}]
)
def test_what_is_no_statuspage_is_refused(files: dict[str, object]) -> None:
    assert isinstance(outcome(files), Refusal)


@pytest.mark.parametrize(("count", "warned"), [(99, False), (100, True)])
def test_a_last_page_that_is_full_may_not_be_the_last(count: int, warned: bool) -> None:
    first = [on_another_day(number) for number in range(100)]
    second = [on_another_day(100 + number) for number in range(count)]
    made = convert({"incidents-1.json": first, "incidents-2.json": second, "incidents-3.json": []})
    assert bool(told(made, "there may be more")) is warned
    assert {one.reason[:22] for one in made.skipped} == {"It is an empty list, a"}


def test_values_of_the_wrong_sort_are_told_and_the_rest_is_read() -> None:
    broken = SAMPLE | {"incidents": [7, incident(SOLD, DOWN, name=["no"], impact=3)], "components": {"a": 1}}
    made = convert({"summary.json": broken, "twice.json": '{"incidents": [], "incidents": [], "page": {"name": "X"}}'})
    assert len(made.incidents) == 2
    assert [one[:60] for one in losses(made)] == [
        "In `incidents` stands `7`, which is no object.",
        '`components` is `{"a": 1}`, which is no list; it was left ou',
        "`impact` is `3`, which is no text; it was left out.",
        '`name` is `["no"]`, which is no text; it was left out.',
        "An object has `incidents` twice; the last one was taken.",
    ]


def test_half_a_character_does_not_stop_anything() -> None:
    made = convert({"a.json": json.dumps(summary(incident(SOLD, DOWN))).replace("Nobody", "Nobody \\ud83d")})
    (found,) = load_all(made)[1].values()
    assert messages(found)[0] == "Nobody \ufffd can buy."
    assert told(made, "half a character")


def paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a JSON value."""
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inner:
        yield from paths(one, (*path, key))


PLACES = [path for path in paths(SAMPLE) if path]
BODIES = {"Nobody can buy.", "Tickets are sold.", "A fuse.", "We will."}
VALUES: st.SearchStrategy[object] = st.sampled_from(
    [
        None,
        True,
        0,
        -1,
        10**30,
        "",
        "x",
        "2024-03-01T07:00:00Z",
        "9999-12-31T23:59:59-14:00",
        [],
        {},
        [[]],
        [{}],
        {"id": 1},
    ]
) | st.text(max_size=6)


@given(st.lists(st.tuples(st.sampled_from(PLACES), VALUES, st.booleans()), max_size=4))
def test_whatever_is_changed_nothing_raises_and_every_entry_is_counted(
    changes: list[tuple[tuple[Any, ...], object, bool]],
) -> None:
    sample = copy.deepcopy(SAMPLE)
    for (*inner, last), value, removes in changes:
        change(sample, inner, last, value, removes=removes)
    made = outcome({"summary.json": sample})
    if isinstance(made, Refusal):
        return
    load_all(made)
    kept = [one for name in ("incidents", "scheduled_maintenances") for one in entries(sample.get(name))]
    lost = sum("no entry was made" in what or "No incident was made" in what for what in losses(made))
    twins = sum(
        int(one.what.split(" was saved ")[1].split()[0]) - 1 for one in made.problems if " was saved " in one.what
    )
    assert len(made.incidents) + lost + twins == len(kept)
    written = "".join(content.decode() for content in (*made.incidents.values(), *made.postmortems.values()))
    told_of = "".join(one.what for one in made.problems)
    for body in bodies(kept) & BODIES:
        assert body in written or body in told_of, body
    assert made == outcome({"summary.json": sample})


def bodies(kept: list[Any]) -> set[str]:
    """The texts of all updates."""
    updates = (one for entry in kept for one in entries(entry.get("incident_updates")))
    return {body for one in updates if isinstance(body := one.get("body"), str)}


def change(value: Any, inner: list[Any], last: Any, new: object, *, removes: bool) -> None:
    """Change or take out one place, if it is still there."""
    try:
        for key in inner:
            value = value[key]
        if removes:
            del value[last]
        else:
            value[last] = copy.deepcopy(new)
    except (KeyError, IndexError, TypeError):
        return


def entries(value: object) -> list[Any]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def on_another_day(number: int) -> Json:
    """An incident of a day of its own in every two thousand."""
    day = f"20{number // 2000 + 10}-{number // 28 % 12 + 1:02}-{number % 28 + 1:02}"
    moved: Json = json.loads(json.dumps(incident(SOLD, DOWN, id=f"c{number:011}")).replace("2024-03-01", day))
    return moved


@pytest.mark.slow
def test_five_thousand_incidents_in_two_files_take_no_time() -> None:
    sample = json.dumps(summary(*(on_another_day(number) for number in range(5000))))
    began = time.perf_counter()
    made = convert({f"page-{number}.json": sample for number in range(2)})
    assert time.perf_counter() - began < 60
    assert len(made.incidents) == 5000


@pytest.mark.parametrize(("folder", "count"), REAL.items())
def test_real_pages_arrive_whole(folder: str, count: int, real_data: Path) -> None:
    made = import_folder(STATUSPAGE, real_data / "statuspage" / folder)
    assert isinstance(made, Conversion)
    assert len(load_all(made)[1]) == count
    assert losses(made) == []


def test_every_word_of_real_updates_arrives(real_data: Path) -> None:
    for folder in REAL:
        root = real_data / "statuspage" / folder
        made = import_folder(STATUSPAGE, root)
        assert isinstance(made, Conversion)
        incidents = load_all(made)[1]
        said = {word for one in incidents.values() for text in messages(one) for word in text.split()}
        newest = {"incidents_latest150.json", "scheduled-maintenances_latest40.json", "incidents.json"}
        for path in (path for path in root.rglob("*.json") if path.name in newest):
            saved = json.loads(path.read_text())
            for one in (*saved.get("incidents", ()), *saved.get("scheduled_maintenances", ())):
                for update_ in one["incident_updates"]:
                    assert set(update_["body"].split()) <= said, (path, update_["body"])
