"""`sitegen check`: every problem of every file at once, before customers see it."""

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path, PurePosixPath

import click
import msgspec

from sitegen import checks, load, project
from sitegen.cli import editors, session, translations_check
from sitegen.cli.findings import LEVELS
from sitegen.cli.proposals import runs_on_pull_request
from sitegen.compare import find_silent_edits
from sitegen.git import GitError, Repository, files_at
from sitegen.model import Delivery, Incident
from sitegen.problems import Problem, Severity, sort_problems
from sitegen.project import Content, Project
from sitegen.root import find_root
from sitegen.scan import Files


@click.command()
@click.argument("urls", metavar="[URL]...", nargs=-1)
@click.option("--format", "form", type=click.Choice(["text", "json", "github"]), default="text", help="How to print.")
@click.option("--base", metavar="REF", help="Name published updates that changed or vanished since this commit.")
@click.option("--live", is_flag=True, help="Compare what stands on the channels and at the site's address instead.")
@click.option(
    "--most",
    type=click.IntRange(0),
    default=20,
    show_default=True,
    help="With --live: posts to read back, for each channel the newest.",
)
@click.option("--translations", is_flag=True, help="List the texts that lack a language of the site instead.")
@click.option("--schema", is_flag=True, help="Print the JSON Schema of incident files, for editors, and stop.")
@session.as_of_option
@click.pass_obj
def command(
    folder: Path,
    urls: tuple[str, ...],
    form: str,
    base: str | None,
    live: bool,
    most: int,
    translations: bool,
    schema: bool,
    as_of: str | None,
) -> None:
    """Name every problem: where it is, what it is, what to do.

    With --live it asks every channel, the ledger and the live page whether what stands there is what the files say.
    It reads, and changes nothing. With the addresses of hosts it asks those instead: do home pages, feeds and API there
    say what the files say? That needs no secrets, and runs anywhere.

    With --translations it lists each text that lacks a language of the site: of open incidents first, then the names
    in sitegen.yaml, then of the other entries, the newest first.

    \b
    Example:
      sitegen check
      sitegen check --base origin/main --format github
      sitegen check --live
      sitegen check --live https://status.example.com https://backup.example.net
      sitegen check --translations
      sitegen check --schema > .sitegen/incident.schema.json
    """
    if live and (base is not None or schema):
        raise click.UsageError("--live compares with the channels, not with a commit: say it alone.")
    if urls and not live:
        raise click.UsageError("Addresses go with --live: it looks at what stands there.")
    if translations and (base is not None or schema or live):
        raise click.UsageError("--translations lists texts and compares nothing: say it alone.")
    if schema:
        _print_schema(folder)
        return
    if translations:
        _list_translations(folder, form, as_of)
        return
    if live:
        _check_live(folder, urls, form, most, as_of)
        return
    root = session.find_root(folder)
    content = project.read(root)
    problems: tuple[Problem, ...] = content.problems
    if content.project is not None:
        moment = session.choose_moment(as_of, content.project.settings.site.zone)
        problems = sort_problems((*problems, *_find(content.project, moment, base)))
    _print(problems, form, root)
    if form == "text":
        _sum_up(problems, content)
    session.finish(problems)


def _check_live(folder: Path, urls: tuple[str, ...], form: str, most: int, as_of: str | None) -> None:
    """What it imports loads what only talking to others needs."""
    found = session.require(session.read(folder))
    moment = session.choose_moment(as_of, found.settings.site.zone)
    if urls:
        from sitegen.cli import freshness_check

        click.get_current_context().exit(freshness_check.check(found, urls, moment, form))
    from sitegen.cli import live_check

    click.get_current_context().exit(live_check.check(found, moment, form, most))


def _list_translations(folder: Path, form: str, as_of: str | None) -> None:
    root = session.find_root(folder)
    content = project.read(root)
    found = session.require(content)
    moment = session.choose_moment(as_of, found.settings.site.zone)
    _print(translations_check.find(found, moment), form, root)
    translations_check.sum_up(found, moment)


def _print_schema(folder: Path) -> None:
    root = find_root(folder)
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
        before = _at(found, base)
        yield from _with_posts(find_silent_edits(before, found.incidents, moment, severity), before, found)


def _with_posts(problems: Iterable[Problem], before: Iterable[Incident], found: Project) -> Iterator[Problem]:
    """The problems; of an entry whose file is gone also what goes on standing on the channels."""
    names = {name for incident in found.incidents for name in (incident.id, *incident.aliases)}
    gone = {old.where.path: old for old in before if old.id not in names}
    told = tuple(problems)
    posts = _find_posts(found, [gone[one.where.path] for one in told if one.where.path in gone])
    for problem in told:
        old = gone.get(problem.where.path)
        standing = posts.get(old.id, ()) if old is not None else ()
        urls = ", ".join(post.url or post.remote_id for post in standing)
        more = f" Posts of it that stand: {len(standing)} ({urls})." if standing else ""
        yield msgspec.structs.replace(problem, what=f"{problem.what}{more}")


def _find_posts(found: Project, gone: list[Incident]) -> Mapping[str, tuple[Delivery, ...]]:
    if not (gone and found.settings.channels):
        return {}
    from sitegen.cli import live_check  # it loads what only talking to platforms needs

    return live_check.find_posts_of(found, gone)


def _at(found: Project, ref: str) -> tuple[Incident, ...]:
    """The incidents as they stood at a commit, read in the light of today's settings."""
    repository = Repository.find(found.root)
    if repository is None:
        raise session.Failure(f"{found.root} is not in a git repository, so there is no `{ref}` to compare with.")
    here = repository.path_of(found.root / load.FOLDER)
    files = files_at(repository, ref, here)
    contents = {str(load.FOLDER / path.relative_to(here)): file for path, file in files.items()}
    old = project.assemble(found.root, Files(contents), found.settings).project
    return tuple(old.incidents) if old is not None else ()


def _print(problems: tuple[Problem, ...], form: str, root: Path) -> None:
    match form:
        case "json":
            click.echo(json.dumps([session.as_json(problem) for problem in problems], indent=2, ensure_ascii=False))
        case "github":
            prefix = _place_in_repository(root)
            for problem in map(session.redact, problems):
                click.echo(_as_annotation(problem, prefix))
        case _:
            session.tell(problems, err=False)


def _sum_up(problems: tuple[Problem, ...], content: Content) -> None:
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
    where = problem.where
    place = f"file={_escape(str(prefix / where.path), ':,')},line={max(where.line, 1)},col={max(where.column, 1)}"
    return f"::{LEVELS[problem.severity]} {place}::{_escape(f'{problem.what} {problem.hint}'.strip())}"


def _escape(text: str, more: str = "") -> str:
    return "".join(f"%{ord(one):02X}" if one in "%\r\n" + more else one for one in text)
