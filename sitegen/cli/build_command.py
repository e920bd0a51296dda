"""`sitegen build`: the whole site into a folder."""

from pathlib import Path
from typing import NoReturn
from zoneinfo import ZoneInfo

import click

from sitegen.cache import Cache, Told, find_finished, list_source
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
@click.option(
    "--jobs",
    metavar="N",
    type=click.IntRange(min=1),
    help="Use at most N processes; otherwise one for each core, where there is enough to do.",
)
@session.as_of_option
@click.pass_obj
def command(folder: Path, out: Path | None, as_of: str | None, jobs: int | None) -> None:
    """Render the site.

    Problems of content never stop a build: they withhold or mark one thing, and the exit code is 1.

    \b
    Example:
      sitegen build
      sitegen build --out /srv/status --as-of 2026-11-23T03:09Z
    """
    root = session.find_root(folder)
    target = out or root / OUT
    source = list_source(root)
    told = find_finished(root, source, target)
    if told is not None and told.moment == session.choose_moment(as_of, ZoneInfo(told.zone)):
        _finish(told, target, 0, 0)
    # Imported here: where nothing has changed they cost more than all else.
    from sitegen.build import build

    cache = Cache(root, source=source)
    content = session.read(root, cache, jobs)
    project = session.require(content)
    zone = project.settings.site.zone
    built = build(project, target, moment := session.choose_moment(as_of, zone), cache=cache, jobs=jobs)
    told = Told(moment, zone.key, sort_problems((*content.problems, *built.problems)), built.written.total)
    if not project.unread:
        cache.finish(target, told)
    _finish(told, target, len(built.written.changed), len(built.written.removed))


def _finish(told: Told, target: Path, changed: int, removed: int) -> NoReturn:
    session.tell(told.problems)
    click.echo(f"{told.total} files in {target} ({changed} written, {removed} removed)")
    session.finish(told.problems)
