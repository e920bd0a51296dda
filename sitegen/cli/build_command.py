"""`sitegen build`: the whole site into a folder."""

from pathlib import Path

import click

from sitegen.build import build
from sitegen.cli import session
from sitegen.problems import sort_problems

OUT = Path("site")


@click.command()
@click.option(
    "--out",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write the site to DIR instead of the project's site/.",
)
@session.as_of_option
@click.pass_obj
def command(folder: Path, out: Path | None, as_of: str | None) -> None:
    """Render the site.

    Problems of content never stop a build: they withhold or mark one thing, and the exit code is 1.

    \b
    Example:
      sitegen build
      sitegen build --out /srv/status --as-of 2026-11-23T03:09Z
    """
    content = session.read(folder)
    project = session.require(content)
    moment = session.choose_moment(as_of, project.settings.site.zone)
    target = out or project.root / OUT
    built = build(project, target, moment)
    problems = sort_problems((*content.problems, *built.problems))
    session.tell(problems)
    changed, removed = len(built.written.changed), len(built.written.removed)
    click.echo(f"{built.written.total} files in {target} ({changed} written, {removed} removed)")
    session.finish(problems)
