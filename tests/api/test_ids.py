"""Ids outlive everything that can be changed about a thing without making it another."""

from collections.abc import Mapping
from pathlib import Path, PurePosixPath

import hypothesis.strategies as st
import msgspec
from hypothesis import given

from sitegen.model import Incident, Text
from sitegen.pages.api.ids import identify
from sitegen.problems import Location
from tests.api.exports import INCIDENTS, SETTINGS, Api, entry, export

CHECKOUT = "Card payments fail at checkout"
NAMES = (
    "2026-11-23-a",
    "2026-11-23-b",
    "2026-11-23-c",
    "incidents/x0ljvc9m1wxj",
    "incidents/9m1wxjx0ljvc/",
    "old/path",
)


def ids(api: Api) -> list[str]:
    """The ids of the page, of its components, incidents and updates, in their order."""
    entries = (*api["incidents"]["incidents"], *api["scheduled-maintenances"]["scheduled_maintenances"])
    updates = (update["id"] for one in entries for update in one["incident_updates"])
    listed = (*api["components"]["components"], *entries)
    return [api["status"]["page"]["id"], *(one["id"] for one in listed), *updates]


def test_ids_are_the_same_in_every_build(tmp_path: Path) -> None:
    """Written down here: a change of the rule would break consumers of every site there is."""
    told = export(tmp_path)
    assert told["status"]["page"]["id"] == "gd4vyvyauclj"
    assert [one["id"] for one in told["components"]["components"]] == [
        *("kkx0iv85tyci", "z1dksiomhyv7", "3yahebqzs5ao", "9inaji2za5f5", "b8b56ix32ke7", "4eyrfvpn5y7c")
    ]
    assert entry(told, CHECKOUT)["id"] == "s86kc36si5j2"
    assert entry(told, CHECKOUT)["incident_updates"][-1]["id"] == "eurx02h53jhm"
    assert entry(told, "The API answers slowly")["incident_updates"][0]["id"] == "2k4smql8qrrs"


def test_ids_stay_when_names_and_texts_change(tmp_path: Path) -> None:
    incidents = {name: change(text) for name, text in INCIDENTS.items()}
    renamed = SETTINGS.replace("name: API", "name: Interface").replace("group: Payments", "group: Money")
    renamed = renamed.replace("en: API", "en: Interface").replace("Example Pay", "Sample Pay")
    before, after = export(tmp_path / "before"), export(tmp_path / "after", incidents, renamed)
    assert ids(before) == ids(after)
    assert entry(after, "Another title")["incident_updates"][0]["body"] == "Another message."


def change(text: str) -> str:
    """The file with another title, other messages, and an update more in the future."""
    words = (line if "title:" not in line else "title: Another title" for line in text.splitlines())
    return "\n".join(
        line.partition("message:")[0] + "message: Another message.}" * ("message:" in line) for line in words
    )


def test_a_group_keeps_its_id_when_a_component_joins_it(tmp_path: Path) -> None:
    joined = SETTINGS.replace("  - group: Reports", "      - {key: refunds, name: Refunds}\n  - group: Reports")
    before, after = export(tmp_path / "before"), export(tmp_path / "after", INCIDENTS, joined)
    assert set(ids(before)) < set(ids(after))


def test_an_incident_keeps_its_ids_when_its_file_is_renamed_with_an_alias(tmp_path: Path) -> None:
    before, after = export(tmp_path / "before"), export(tmp_path / "after", rename("2026-11-23-cards"))
    assert entry(after, CHECKOUT)["shortlink"].endswith("/incidents/2026-11-23-cards.html")
    assert ids(before) == ids(after)
    without = export(tmp_path / "without", rename("2026-11-23-cards", alias=False))
    assert entry(without, CHECKOUT)["id"] != entry(before, CHECKOUT)["id"]


def test_an_incident_keeps_its_ids_when_its_file_is_renamed_again(tmp_path: Path) -> None:
    again = rename("2026-11-23-paying", more=", 2026-11-23-cards")
    assert ids(export(tmp_path / "before")) == ids(export(tmp_path / "after", again))


def rename(name: str, more: str = "", *, alias: bool = True) -> Mapping[str, str]:
    """The project with its open incident in another file."""
    text = INCIDENTS["2026-11-23-checkout"]
    added = f"aliases: [2026-11-23-checkout{more}]\n" if alias else ""
    others = {key: value for key, value in INCIDENTS.items() if key != "2026-11-23-checkout"}
    return {**others, name: added + text}


def test_an_imported_incident_keeps_its_old_code_and_those_of_its_updates(tmp_path: Path) -> None:
    text = """\
title: Sending is slow
aliases: [incidents/x0ljvc9m1wxj, 2019-02-20-slow]
components: {api: degraded_performance}
updates:
  - {id: 8twsqkq2gnmd, at: 2019-02-20 12:00, message: Slow.}
  - {at: 2019-02-20 13:00, status: resolved, message: Fast.}
"""
    told = entry(export(tmp_path / "imported", {"2019-02-20-sending": text}), "Sending is slow")
    assert told["id"] == "x0ljvc9m1wxj"
    assert told["incident_updates"][1]["id"] == "8twsqkq2gnmd"
    own = text.replace("incidents/x0ljvc9m1wxj, ", "")
    made = entry(export(tmp_path / "own", {"2019-02-20-sending": own}), "Sending is slow")
    assert "8twsqkq2gnmd" not in {update["id"] for update in made["incident_updates"]}


def test_a_note_of_another_site_is_no_code(tmp_path: Path) -> None:
    for number, alias in enumerate(("incidents/X0LJVC9M1WXJ", "incidents/x0ljvc9m1wx", "issues/x0ljvc9m1wxj")):
        text = f"aliases: [{alias}]\n{INCIDENTS['2026-11-20-slow']}"
        told = export(tmp_path / str(number), {"2026-11-20-slow": text})
        plain = export(tmp_path / f"{number}-plain", {"2026-11-20-slow": INCIDENTS["2026-11-20-slow"]})
        assert ids(told) == ids(plain)


@given(st.lists(st.tuples(st.sampled_from(NAMES[:3]), st.lists(st.sampled_from(NAMES))), unique_by=lambda one: one[0]))
def test_no_two_incidents_share_an_id_whatever_their_aliases_claim(files: list[tuple[str, list[str]]]) -> None:
    where, title = Location(PurePosixPath("incidents")), Text({"en": "Title"})
    found = [Incident(id=name, where=where, title=title, aliases=tuple(aliases)) for name, aliases in files]
    told = identify(found)
    assert len({told.incident(one) for one in found}) == len(found)
    forgotten = [msgspec.structs.replace(one, title=Text({"pl": "Tytuł"})) for one in reversed(found)]
    assert identify(forgotten) == told
