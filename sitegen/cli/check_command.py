"""`sitegen check`: every problem of every file at once, before customers see it."""

import json
import os
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path, PurePosixPath

import click

from sitegen import checks, load, project
from sitegen.cli import editors, session
from sitegen.compare import find_silent_edits
from sitegen.git import GitError, Repository, files_at
from sitegen.model import Incident
from sitegen.problems import Problem, Severity, sort_problems
from sitegen.project import Content, Project


@click.command()
@click.option("--format", "form", type=click.Choice(["text", "json", "github"]), default="text", help="How to print.")
@click.option("--base", metavar="REF", help="Name published updates that changed or vanished since this commit.")
@click.option("--schema", is_flag=True, help="Print the JSON Schema of incident files, for editors, and stop.")
@session.as_of_option
@click.pass_obj
def command(folder: Path, form: str, base: str | None, schema: bool, as_of: str | None) -> None:
    """Name every problem: where it is, what it is, what to do.

    \b
    Example:
      sitegen check
      sitegen check --base origin/main --format github
      sitegen check --schema > .sitegen/incident.schema.json
    """
    if schema:
        _print_schema(folder)
        return
    root = session.find_root(folder)
    content = project.read(root)
    problems: tuple[Problem, ...] = content.problems
    if content.project is not None:
        moment = session.choose_moment(as_of, content.project.settings.site.zone)
        problems = sort_problems((*problems, *_find(content.project, moment, base)))
    _print(problems, form, content, root)
    session.finish(problems)


def _print_schema(folder: Path) -> None:
    root = project.find_root(folder)
    found = project.read(root).project if root is not None else None
    click.echo(editors.schema_text(found.settings if found else None), nl=False)


def _find(found: Project, moment: datetime, base: str | None) -> Iterable[Problem]:
    is_pull_request = runs_on_pull_request(os.environ)
    context = checks.Context(found.settings, moment)
    problems = [*checks.check(found.incidents, context)]
    problems += checks.check_settings(found.settings)
    problems += checks.check_rendering(found.incidents, found.pictures.values())
    yield from checks.audible(problems, found.incidents, moment, pull_request=is_pull_request)
    yield from editors.find_stale_schema(found)
    if base is not None:
        severity = Severity.ERROR if is_pull_request else Severity.WARNING
        yield from find_silent_edits(_at(found, base), found.incidents, moment, severity)


def runs_on_pull_request(environment: Mapping[str, str]) -> bool:
    """Whether the CI's environment says so (DESIGN.md, "No content problem stops publication")."""
    event = environment.get("GITHUB_EVENT_NAME", "")
    return event.startswith("pull_request") or bool(environment.get("CI_MERGE_REQUEST_IID"))


def _at(found: Project, ref: str) -> tuple[Incident, ...]:
    """The incidents as they stood at a commit, read in the light of today's settings."""
    repository = Repository.find(found.root)
    if repository is None:
        raise session.Failure(f"{found.root} is not in a git repository, so there is no `{ref}` to compare with.")
    here = repository.path_of(found.root / load.FOLDER)
    files = files_at(repository, ref, here)
    contents = {load.FOLDER / path.relative_to(here): file for path, file in files.items()}
    old = project.assemble(found.root, project.Files(contents), found.settings).project
    return old.incidents if old is not None else ()


def _print(problems: tuple[Problem, ...], form: str, content: Content, root: Path) -> None:
    match form:
        case "json":
            click.echo(json.dumps([session.as_json(problem) for problem in problems], indent=2, ensure_ascii=False))
        case "github":
            prefix = _place_in_repository(root)
            for problem in map(session.redact, problems):
                click.echo(_as_annotation(problem, prefix))
        case _:
            _print_text(problems, content)


def _print_text(problems: tuple[Problem, ...], content: Content) -> None:
    session.tell(problems, err=False)
    count = len(content.project.incidents) if content.project else 0
    errors = sum(problem.severity is Severity.ERROR for problem in problems)
    click.echo(f"Entries read: {count}. Errors: {errors}.", err=True)


def _place_in_repository(root: Path) -> PurePosixPath:
    """Where the project lies in its repository, which is what GitHub counts from; without git: at the top."""
    try:
        repository = Repository.find(root)
    except GitError:
        return PurePosixPath()
    return PurePosixPath() if repository is None else repository.path_of(root)


def _as_annotation(problem: Problem, prefix: PurePosixPath) -> str:
    """A line that GitHub shows at the place in the pull request; its own characters are escaped."""
    kinds = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.ADVICE: "notice"}
    where = problem.where
    place = f"file={_escape(str(prefix / where.path), ':,')},line={max(where.line, 1)},col={max(where.column, 1)}"
    return f"::{kinds[problem.severity]} {place}::{_escape(f'{problem.what} {problem.hint}'.strip())}"


def _escape(text: str, more: str = "") -> str:
    return "".join(f"%{ord(one):02X}" if one in "%\r\n" + more else one for one in text)
