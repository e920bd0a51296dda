"""The tables of fields in the reference are the definitions that the program reads by."""

from collections.abc import Iterator
from types import ModuleType

import pytest

from sitegen import entry
from sitegen.config import declared
from sitegen.fields import Made, Record
from sitegen.model import STATUSES, WRITABLE_CONDITIONS, Impact, Kind
from tests.docs.documents import Document

INCIDENT = Document("docs/reference/incident.md")
SETTINGS = Document("docs/reference/settings.md")
# The heading over the table of each record.
HEADINGS: dict[Document, dict[str, str]] = {
    INCIDENT: {
        "INCIDENT": "Fields of an entry",
        "UPDATE": "Fields of an update",
        "EDITED": "Fields of an edit",
        "WINDOW": "Fields of a window",
        "POSTMORTEM": "Fields of a post-mortem",
        "ACTION": "Fields of an action",
    },
    SETTINGS: {
        "SETTINGS": "Fields of the file",
        "SITE": "Fields of the site",
        "COMPONENT": "Fields of a component",
        "GROUP": "Fields of a group",
        "POLICY_SHAPE": "Fields of the policy",
        "CHANNEL": "Fields of a channel",
        "TARGET": "Fields of a target",
        "LEDGER": "Fields of the ledger",
    },
}
MODULES = {INCIDENT: entry, SETTINGS: declared}


def records(module: ModuleType) -> dict[str, Record]:
    """Every record that the module declares."""
    declared = {name: value.record if isinstance(value, Made) else value for name, value in vars(module).items()}
    return {name: value for name, value in declared.items() if isinstance(value, Record)}


def tables() -> Iterator[object]:
    for document, headings in HEADINGS.items():
        for name, heading in headings.items():
            yield pytest.param(document, heading, records(MODULES[document])[name], id=name)


@pytest.mark.parametrize("document", HEADINGS, ids=lambda document: document.path.stem)
def test_every_record_has_a_table(document: Document) -> None:
    assert HEADINGS[document].keys() == records(MODULES[document]).keys()


@pytest.mark.parametrize(("document", "heading", "record"), tuple(tables()))
def test_a_table_names_every_field_with_its_meaning(document: Document, heading: str, record: Record) -> None:
    expected = {field.name: ("yes" if field.required else "", field.meaning) for field in record.fields}
    assert {row[0].strip("`"): row[1:3] for row in document.table(heading)} == expected
    assert [row[0] for row in document.table(heading) if not row[3]] == []


def test_every_word_of_the_formats_is_named() -> None:
    statuses = {row[0].strip("`"): row[1] for row in INCIDENT.table("Statuses")}
    assert statuses.keys() == set(Kind)
    assert all(f"`{status}`" in statuses[kind] for kind in Kind for status in STATUSES[kind])
    assert all(f"`{condition}`" in INCIDENT.section("Conditions") for condition in WRITABLE_CONDITIONS)
    assert all(f"`{impact}`" in INCIDENT.text for impact in Impact)
    assert all(f"`{cause}`" in SETTINGS.text for cause in declared.CAUSES)


def test_caps_are_the_programs_own() -> None:
    assert f"at most {entry.MAX_MESSAGE:,} characters" in INCIDENT.text
