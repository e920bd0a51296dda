"""Every body has the shape that live pages send, whatever the project says, and refers to nothing that is not there."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

import html5lib
import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from sitegen.build import scene
from sitegen.model import Incident
from sitegen.pages import api as kind
from sitegen.project import Project
from tests.api.exports import FILES, Api, export, read_api
from tests.api.shapes import find_faults
from tests.browser.gallery import GALLERY, GALLERY_SETTINGS
from tests.docs.documents import ROOT
from tests.projects import build_site, make_project
from tests.security.samples import PAYLOADS
from tests.security.writing import make_full_project, quote
from tests.unit.strategies import SETTINGS, incidents, moments

CAPTURES = (
    "digitalocean/incidents_latest150.json",
    "digitalocean/scheduled-maintenances_latest40.json",
    "ZSharpe+ManagerDashboard/incidents.json",
)


def test_captures_of_live_pages_have_the_shapes_of_the_schemas(real_data: Path) -> None:
    folder = real_data / "statuspage"
    summaries = sorted((folder / "digitalocean" / "snapshots").glob("*.json"))
    assert len(summaries) >= 12
    for file in summaries:
        assert find_faults(json.loads(file.read_bytes()), "summary") == []
    for name in CAPTURES:
        body = json.loads((folder / name).read_bytes())
        schema = "incidents" if "incidents" in body else "scheduled-maintenances"
        assert find_faults(body, schema) == []


def test_every_body_has_the_shape_of_a_live_page(tmp_path: Path) -> None:
    assert_sound(export(tmp_path))


def test_the_example_and_the_texts_that_break_layouts_have_the_shape_too(tmp_path: Path) -> None:
    assert_sound(export(tmp_path / "gallery", GALLERY, GALLERY_SETTINGS))
    files = {file.name: file.read_bytes() for file in (ROOT / "incidents").iterdir() if file.is_file()}
    assert_sound(export(tmp_path / "example", files, (ROOT / "sitegen.yaml").read_text("utf-8")))


def test_a_project_without_any_entry_has_the_shape_too(tmp_path: Path) -> None:
    api = export(tmp_path, {})
    assert_sound(api)
    assert api["summary"]["status"] == {"indicator": "none", "description": "All Systems Operational"}


@pytest.mark.parametrize("family", PAYLOADS)
def test_no_text_changes_the_shape_or_becomes_an_element(family: str, tmp_path: Path) -> None:
    payload = " ".join(PAYLOADS[family])
    assert_sound(read_api(build_site(make_full_project(tmp_path, lambda place: quote(place, payload)))))


def test_names_come_back_letter_by_letter(tmp_path: Path) -> None:
    title = 'Tags such as <title> & &amp; \\ " żółć 漢字 🜚 are lost'
    text = f"title: {json.dumps(title, ensure_ascii=False)}\nupdates: [{{at: 2026-11-23 03:09, message: Yes.}}]"
    assert [one["name"] for one in export(tmp_path, {"2026-11-23-tags": text})["incidents"]["incidents"]] == [title]


def test_bodies_are_plain_text_in_which_no_tag_begins(tmp_path: Path) -> None:
    text = """\
title: Losses are small
updates:
  - at: 2026-11-23 03:09
    message: |
      Under <1% of **all** [orders](https://example.com/o) & "carts" are lost, see <b>here</b>.
      Next line.

      - one
      - two
"""
    (update,) = export(tmp_path, {"2026-11-23-losses": text})["incidents"]["incidents"][0]["incident_updates"]
    body = update["body"].replace("\u200b", "")
    line = 'Under <1% of all orders (https://example.com/o) & "carts" are lost, see <b>here</b>.'
    assert body == f"{line}\nNext line.\n\n- one\n- two"
    assert list(elements(update["body"])) == []


def test_without_a_site_url_there_is_no_api(tmp_path: Path) -> None:
    site = build_site(make_project(tmp_path, "site: {name: Example Pay}\ncomponents: [{key: api, name: API}]\n"))
    assert (site / "index.html").is_file()
    assert not (site / "api").exists()


@pytest.mark.slow
@settings(max_examples=40)
@given(st.lists(incidents(), max_size=4, unique_by=lambda one: one.id), moments())
def test_any_incidents_have_the_shape_and_refer_to_what_is_there(found: Sequence[Incident], moment: datetime) -> None:
    content = Project(root=Path(), settings=SETTINGS, incidents=tuple(found), pictures={}, unread=())
    told = {page.path: json.loads(page.render()) for page in kind.pages(scene(content, moment))}
    assert_sound({name: told[PurePosixPath(f"api/v2/{name}.json")] for name in FILES})


def assert_sound(api: Api) -> None:
    """The shapes, the ids and the order that every export has."""
    for name, schema in FILES.items():
        assert find_faults(api[name], schema, whole=True) == [], name
        assert next(iter(api[name])) == "page"
        assert api[name]["page"] == api["summary"]["page"]
    assert_refers(api)
    for one in entries(api):
        assert [*elements(*(update["body"] for update in one["incident_updates"]))] == []
        assert_newest_first([update["display_at"] for update in one["incident_updates"]])
    for told in api.values():
        assert_newest_first([one["created_at"] for one in told.get("incidents", ())])
        assert_newest_first([one["created_at"] for one in told.get("scheduled_maintenances", ())])


def assert_refers(api: Api) -> None:
    """Whatever is named by its id exists, and no id names two things."""
    components = {one["id"]: one for one in api["components"]["components"]}
    told = {one["id"]: one for one in entries(api)}
    updates = [update for one in told.values() for update in one["incident_updates"]]
    ids = Counter((*components, *told, *(update["id"] for update in updates), api["status"]["page"]["id"]))
    assert set(ids.values()) == {1}
    assert len(components) == len(api["components"]["components"])
    for one in components.values():
        inside = [inner["id"] for inner in components.values() if inner["group_id"] == one["id"]]
        assert one.get("components", []) == inside
        assert one["group_id"] is None or components[one["group_id"]]["group"]
    for one in told.values():
        assert all(leaf == components[leaf["id"]] for leaf in one["components"])
        assert {update["incident_id"] for update in one["incident_updates"]} == {one["id"]}
    affected = [item for update in updates for item in update["affected_components"] or ()]
    assert all(components[item["code"]]["name"] in item["name"] for item in affected)
    assert {one["page_id"] for one in (*components.values(), *told.values())} == {api["status"]["page"]["id"]}


def assert_newest_first(written: Sequence[str]) -> None:
    """The times stand in this order, whatever their offsets."""
    times = [datetime.fromisoformat(text) for text in written]
    assert times == sorted(times, reverse=True)


def entries(api: Api) -> Iterator[Any]:
    """Every incident and maintenance of every body."""
    for told in api.values():
        yield from told.get("incidents", ())
        yield from told.get("scheduled_maintenances", ())


def elements(*texts: str) -> Iterator[Any]:
    """The elements that a browser makes of the texts."""
    for text in texts:
        yield from html5lib.parseFragment(text, namespaceHTMLElements=False)
