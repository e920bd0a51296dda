"""The shapes that live pages send, from `schemas/`, and what is wrong with a body that has another."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry, Resource

SCHEMAS = Path(__file__).parent / "schemas"


def find_faults(body: Any, schema: str, *, whole: bool = False) -> list[str]:
    """Where the body differs from the schema of that name; `whole`: it may lack nothing that any live page sends."""
    return [f"{error.json_path}: {error.message[:200]}" for error in _validator(schema, whole).iter_errors(body)]


@cache
def _validator(name: str, whole: bool) -> Draft202012Validator:
    schemas = {file.name: json.loads(file.read_bytes()) for file in sorted(SCHEMAS.glob("*.json"))}
    for schema in schemas.values():
        Draft202012Validator.check_schema(schema)
    if whole:
        schemas = {file: _require_all(schema) for file, schema in schemas.items()}
    resources = [(file, Resource.from_contents(schema)) for file, schema in schemas.items()]
    registry: Registry[Any] = Registry().with_resources(resources)
    return Draft202012Validator(schemas[f"{name}.json"], registry=registry)


def _require_all(schema: Any) -> Any:
    """The schema with every field of every object required."""
    if isinstance(schema, list):
        return [_require_all(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    stricter = {key: _require_all(value) for key, value in schema.items()}
    return {**stricter, "required": list(schema["properties"])} if "required" in schema else stricter
