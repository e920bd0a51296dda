"""Cases as files: an incident is dropped into a folder, what must come of it stands beside it."""

import json
from pathlib import Path, PurePosixPath
from typing import Any

import msgspec

from sitegen import config, load
from sitegen.load import Entry
from sitegen.model import Incident
from sitegen.problems import Problem

FOLDER = Path(__file__).parent
VALID = tuple(sorted((FOLDER / "valid").glob("*.yaml")))
INVALID = tuple(sorted((FOLDER / "invalid").glob("*/*.yaml")))
_EMPTY: tuple[Any, ...] = (None, "", (), [], {})
_found = config.read((FOLDER / "sitegen.yaml").read_bytes())
assert _found.settings is not None
assert not _found.problems
SETTINGS = _found.settings


def read(case: Path) -> Entry:
    """The case as the loader reads it, standing under `incidents/`; its name is the incident's id."""
    return load.read_incident(PurePosixPath("incidents", case.name), case.read_bytes(), SETTINGS)


def show_incident(incident: Incident) -> str:
    """The incident as JSON in the order of the model; places and whatever is empty are left out."""
    return json.dumps(_prune(msgspec.to_builtins(incident, enc_hook=str)), indent=1, ensure_ascii=False) + "\n"


def show_problems(problems: tuple[Problem, ...]) -> str:
    """The problems as the command prints them, in the order of the file."""
    return "".join(f"{problem}\n" for problem in sorted(problems, key=lambda problem: problem.where))


def expect(case: Path) -> dict[Path, str]:
    """What stands beside the case, by file: `.json` for what is kept and, for an invalid one, `.txt` for problems."""
    entry = read(case)
    files = {case.with_suffix(".json"): show_incident(entry.incident)}
    if case in INVALID:
        files[case.with_suffix(".txt")] = show_problems(entry.problems)
    return files


def _prune(value: Any) -> Any:
    match value:
        case {"variants": texts}:
            return texts
        case dict():
            kept = ((key, one) for key, one in value.items() if key != "where" and one not in _EMPTY)
            return {key: _prune(one) for key, one in kept if (key, one) != ("draft", False)}
        case list() | tuple():
            return [_prune(one) for one in value]
    return value
