"""What every command needs: the project, the moment, and how problems are told."""

import os
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn
from zoneinfo import ZoneInfo

import click
import msgspec

from sitegen import moments
from sitegen.cache import Cache
from sitegen.cli.ending import FINE, NEEDS_A_PERSON, Failure
from sitegen.model import Site, Text
from sitegen.problems import Problem, Severity, has_errors
from sitegen.root import find_root as find_project

if TYPE_CHECKING:
    from sitegen.project import Content, Project

__all__ = [
    "NEEDS_A_PERSON",
    "Failure",
    "as_json",
    "as_of_option",
    "choose_moment",
    "find_root",
    "finish",
    "read",
    "require",
    "say",
    "tell",
]
_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.ADVICE: "blue"}


def find_root(folder: Path) -> Path:
    """The project that DIR or the current folder belongs to; wrong usage where there is none."""
    if not folder.is_dir():
        raise click.UsageError(f"There is no folder {folder}.")
    root = find_project(folder)
    if root is None:
        where = "here" if folder == Path() else f"in {folder}"
        raise click.UsageError(f"There is no sitegen.yaml {where} or above. `sitegen init` makes a project.")
    return root


def read(folder: Path, cache: Cache | None = None, jobs: int | None = None) -> "Content":
    """The project and its problems; a cache spares it what has not changed, `jobs` processes share the rest."""
    from sitegen import project  # here, like the checks below: where nothing has changed a build needs neither

    return project.read(find_root(folder), cache, jobs)


def require(content: "Content") -> "Project":
    """The project; where its settings give none, the problems are told and the command ends."""
    if content.project is None:
        tell(content.problems)
        raise Failure("sitegen.yaml can't be used: it needs at least `site: {name: …}` and one component.")
    return content.project


def choose_moment(as_of: str | None, zone: ZoneInfo) -> datetime:
    """The moment (UTC) to work at: `--as-of`, else SOURCE_DATE_EPOCH, else now."""
    if as_of is not None:
        try:
            return moments.resolve(moments.parse(as_of), zone)
        except moments.MomentError as error:
            raise click.BadParameter(f"{error.what} {error.hint}", param_hint="--as-of") from error
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if epoch:
        try:
            return datetime.fromtimestamp(int(epoch), UTC)
        except (ValueError, OverflowError, OSError) as error:
            raise click.UsageError("SOURCE_DATE_EPOCH is not a number of seconds.") from error
    return datetime.now(UTC)


as_of_option = click.option(
    "--as-of", metavar="MOMENT", help="Work at this moment instead of now, e.g. 2026-11-23T03:09Z."
)


def say(text: Text, site: Site) -> str:
    """The text as readers of the site's first language get it."""
    return text.read(site.default_language, site.default_language)


def tell(problems: Iterable[Problem], *, err: bool = True) -> None:
    """Print problems, on stderr unless they are the result; errors in red on a terminal."""
    for problem in map(redact, problems):
        click.secho(str(problem), err=err, fg=_COLOURS[problem.severity])


def redact(problem: Problem) -> Problem:
    """The problem as it may be printed: what it quotes may hold a secret that stands in the wrong place."""
    from sitegen import checks

    return msgspec.structs.replace(problem, what=checks.redact(problem.what), hint=checks.redact(problem.hint))


def as_json(problem: Problem) -> dict[str, object]:
    """A problem for scripts; `line` and `column` count from 1, 0 is the whole file."""
    safe = redact(problem)
    return {
        "path": str(problem.where.path),
        "line": problem.where.line,
        "column": problem.where.column,
        "severity": problem.severity.value,
        "rule": problem.rule,
        "what": safe.what,
        "hint": safe.hint,
    }


def finish(problems: Iterable[Problem]) -> NoReturn:
    """End the command: 1 where an error needs a person, else 0."""
    click.get_current_context().exit(NEEDS_A_PERSON if has_errors(problems) else FINE)
