"""`sitegen import`: another tool's history into a new project, with an account of every file and decision."""

import json
import os
from pathlib import Path

import click

from sitegen import config, load
from sitegen.cli import session
from sitegen.importers import IMPORTERS, import_folder
from sitegen.importers.conversion import Conversion, Refusal
from sitegen.problems import Severity


@click.command()
@click.argument("tool", type=click.Choice(sorted(IMPORTERS)))
@click.argument("source", type=click.Path(exists=True, path_type=Path))
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="How to print the report.")
@click.pass_obj
def command(folder: Path, tool: str, source: Path, form: str) -> None:
    """Make a project in the current folder (or -C DIR) of the history in SOURCE; nothing there is changed.

    SOURCE is a folder; of a Statuspage it may be one saved file. Every oddity of the old data is a decision or a
    warning in the report, with its place in SOURCE.

    \b
    Example:
      sitegen -C status import cstate ../old-status-page
      sitegen -C status import statuspage ../saved
      sitegen -C status import upptime ../upptime --format json > report.json
    """
    _refuse_used(folder)
    outcome = import_folder(IMPORTERS[tool], source)
    if isinstance(outcome, Refusal):
        session.tell(outcome.problems)
        raise session.Failure(f"{outcome.reason} {outcome.hint}".strip())
    _write(folder, outcome)
    click.echo(_as_json(outcome) if form == "json" else _as_text(outcome, folder))
    session.finish(outcome.problems)


def _refuse_used(folder: Path) -> None:
    """Two histories in one folder could not be told apart any more."""
    incidents = folder / load.FOLDER
    for used in (folder / config.FILE, *(incidents.iterdir() if incidents.is_dir() else (incidents,))):
        if os.path.lexists(used):
            raise session.Failure(f"{used} exists already: import into an empty folder. Nothing was written.")


def _write(folder: Path, outcome: Conversion) -> None:
    """The incidents first: only with its settings is the folder a project."""
    written = {**outcome.incidents, **outcome.postmortems, config.FILE: outcome.settings_yaml}
    for path, content in written.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)


def _as_text(outcome: Conversion, folder: Path) -> str:
    lines = [str(session.redact(problem)) for problem in outcome.problems]
    lines += [f"{skipped.path}: {skipped.reason}" for skipped in (*outcome.skipped, *outcome.unread)]
    lines += [
        "",
        f"{outcome.files_read} files read, {len(outcome.incidents)} entries written to {folder / 'incidents'}, "
        f"{len(outcome.skipped)} files without an entry, {len(outcome.unread)} not read.",
        *((f"{len(outcome.postmortems)} of them have a post-mortem.",) if outcome.postmortems else ()),
    ]
    lines.append(", ".join(f"{_count(outcome, one)} {name}" for one, name in _NAMES.items()) + ".")
    return "\n".join(lines)


_NAMES = {Severity.ERROR: "losses", Severity.WARNING: "warnings", Severity.ADVICE: "decisions"}


def _count(outcome: Conversion, severity: Severity) -> int:
    return sum(problem.severity is severity for problem in outcome.problems)


def _as_json(outcome: Conversion) -> str:
    report = {
        "files_read": outcome.files_read,
        "incidents_written": len(outcome.incidents),
        "postmortems_written": len(outcome.postmortems),
        "origins": {str(path): str(origin) for path, origin in sorted(outcome.origins.items())},
        "skipped": [{"path": str(one.path), "reason": one.reason} for one in outcome.skipped],
        "unread": [{"path": str(one.path), "reason": one.reason} for one in outcome.unread],
        "problems": [session.as_json(problem) for problem in outcome.problems],
    }
    return json.dumps(report, indent=2, ensure_ascii=False)
