"""What editors need to help with incident files: their JSON Schema, and the line that points at it."""

import json
from collections.abc import Iterator
from pathlib import PurePosixPath

from sitegen import config, entry
from sitegen.fields import Vocabulary
from sitegen.model import Settings
from sitegen.problems import Location, Problem, Severity
from sitegen.project import Project

SCHEMA = PurePosixPath(".sitegen/incident.schema.json")
POINTER = f"# yaml-language-server: $schema=../{SCHEMA}\n"


def schema_text(settings: Settings | None) -> str:
    """The JSON Schema with the words that the settings declare; without settings any well-formed word will do."""
    vocabulary = Vocabulary() if settings is None else config.vocabulary(settings)
    return json.dumps(entry.schema(vocabulary), indent=2, ensure_ascii=False) + "\n"


def find_stale_schema(found: Project) -> Iterator[Problem]:
    """A schema in the project that is not the one of its settings any more: editors would mark what is right."""
    place = found.root / SCHEMA
    if place.is_file() and place.read_bytes() != schema_text(found.settings).encode():
        what, hint = "Editors here go by older settings.", f"Renew it: `sitegen check --schema > {SCHEMA}`."
        yield Problem(Location(SCHEMA), what, hint, Severity.WARNING, "schema")
