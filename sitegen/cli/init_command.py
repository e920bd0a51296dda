"""`sitegen init`: a new project that builds at once, and the workflows of a CI for a new or an old one."""

import os
import shlex
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePosixPath
from zoneinfo import ZoneInfo

import click

from sitegen import ci, config, load, moments
from sitegen.author import dump_incident
from sitegen.author.lines import line
from sitegen.cli import editors, session
from sitegen.model import Condition, Incident, Settings, Status, Text, Update
from sitegen.problems import Location, has_errors

_SETTINGS = """\
# The whole of a project's settings; the reference of sitegen explains every field.
format: 1
site:
  name: {name}
{url}  time_zone: {zone}
  languages: [en]
components:
  - {{key: website, name: Website, since: {since}}}
  - {{key: api, name: API, since: {since}}}
"""
_NO_URL = "  # url: https://status.example.com  # feeds and announcements need it\n"
_EXAMPLE = "# An example: an outage that is over. Delete the file when you have seen the page.\n"
_BEGINNING = "Pages take about ten seconds to open. Orders that are under way are not affected."
_END = (
    "Pages open as fast as before. A report that ran at the wrong hour had taken the database's time; no data was lost."
)
_IGNORED = ("/site/", "/.sitegen/*", f"!/{editors.SCHEMA}")


@click.command()
@click.argument("target", metavar="[DIR]", required=False, type=click.Path(file_okay=False, path_type=Path))
@click.option("--name", metavar="TEXT", help="The name on the page; default: the folder's name.")
@click.option("--url", metavar="URL", help="Where the site will live, e.g. https://status.example.com.")
@click.option("--zone", metavar="NAME", help="Its time zone; default: UTC.")
@click.option(
    "--ci",
    "host",
    type=click.Choice([host.value for host in ci.Host]),
    help="Write the workflows for that host's CI, also for a project that is there already.",
)
@click.pass_obj
def command(
    folder: Path, target: Path | None, name: str | None, url: str | None, zone: str | None, host: str | None
) -> None:
    """Make a project in DIR: settings, one example incident, and what editors need to help.

    Files that are there already stay; only to a .gitignore what is missing is added, and with --ci a target to
    settings that have none.

    \b
    Example:
      sitegen init status --name "Example Pay" --url https://status.example.com --zone Europe/Warsaw
      sitegen init --ci github
    """
    root = (folder / target if target else folder).absolute()
    if host is None or not os.path.lexists(root / config.FILE):
        _make_project(root, name, url, zone or "UTC")
    elif name or url or zone:
        raise click.UsageError(f"--name, --url and --zone are for a new project; {root / config.FILE} exists already.")
    if host is None:
        _tell_what_is_next(root)
    else:
        _add_workflows(root, ci.Host(host))


def _make_project(root: Path, name: str | None, url: str | None, zone: str) -> None:
    begun = session.choose_moment(None, ZoneInfo("UTC")).replace(second=0, microsecond=0) - timedelta(hours=2)
    text, settings = _settings(name or _name(root), url, zone, begun)
    if os.path.lexists(root / config.FILE):
        raise session.Failure(f"{root / config.FILE} exists already; nothing was written.")
    example = _example(begun, settings)
    files = {
        example.where.path: (editors.POINTER + _EXAMPLE).encode() + dump_incident(example, settings),
        editors.SCHEMA: editors.schema_text(settings).encode(),
        config.FILE: text.encode(),  # last: only with its settings is the folder a project
    }
    for path, content in files.items():
        _write(root, path, content)
    _ignore(root)


def _add_workflows(root: Path, host: ci.Host) -> None:
    """Write the workflows where the host looks for them, and say what a person does there, once."""
    settings = session.require(session.read(root)).settings
    place = ci.find_place(root)
    if host is ci.Host.GITHUB and not settings.targets:
        _add_target(root, f"publish:\n  pages: {{kind: branch, branch: {ci.PAGES_BRANCH}}}\n")
    for path, content in ci.workflows(host, settings, place).items():
        _write(root, PurePosixPath(os.path.relpath(place.top / path, root.resolve())), content)
    click.echo("\nNext:", err=True)
    for number, step in enumerate(ci.next_steps(host, settings, place), 1):
        click.echo(f"  {number}. {step}", err=True)


def _add_target(root: Path, lines: str) -> None:
    """Put the lines at the end of the settings, which are otherwise left as they are."""
    file = root / config.FILE
    text = file.read_text("utf-8")
    grown = text + ("" if text.endswith("\n") else "\n") + lines
    settings = config.read(grown.encode()).settings
    if settings is None or not settings.targets:
        click.echo(f"Add this to {config.FILE}:\n{lines}", err=True)
        return
    file.write_text(grown, "utf-8", newline="\n")
    click.echo(f"{config.FILE} has a target now: the branch that the host serves.", err=True)


def _name(root: Path) -> str:
    return root.name.replace("-", " ").strip().title() or "Status"


def _settings(name: str, url: str | None, zone: str, since: datetime) -> tuple[str, Settings]:
    """The settings that the flags give, as text and read; what is wrong with a flag is wrong usage."""
    written_url = _NO_URL if url is None else f"  url: {line(url)[0]}\n"
    local = since.astimezone(moments.find_zone(zone) or UTC)
    text = _SETTINGS.format(name=line(name)[0], url=written_url, zone=line(zone)[0], since=f"{local:%Y-%m-%d}")
    configuration = config.read(text.encode())
    if configuration.settings is None or has_errors(configuration.problems):
        raise click.UsageError(" ".join(f"{one.what} {one.hint}" for one in configuration.problems))
    return text, configuration.settings


def _example(begun: datetime, settings: Settings) -> Incident:
    """An outage of forty minutes that began at the moment (UTC)."""
    day = begun.astimezone(settings.site.zone).date()
    where = Location(load.FOLDER / f"{day.isoformat()}-example.yaml")
    said = ((begun, _BEGINNING, Status.INVESTIGATING), (begun + timedelta(minutes=40), _END, Status.RESOLVED))
    return Incident(
        id=where.path.stem,
        where=where,
        title=Text({"en": "Example: the website answered slowly"}),
        components={"website": Condition.DEGRADED_PERFORMANCE},
        updates=tuple(
            Update(id=load.default_update_id(at), at=at, message=Text({"en": text}), where=where, status=status)
            for at, text, status in said
        ),
        causes=("config",),
    )


def _write(root: Path, path: PurePosixPath, content: bytes) -> None:
    """Write a file that is not there, and print its path; what a user already has stays as it is."""
    place = root / path
    if os.path.lexists(place):
        click.echo(f"{path} was there already and stays as it is.", err=True)
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(content)
    click.echo(path)


def _ignore(root: Path) -> None:
    """Keep git from what can be made again."""
    place = root / ".gitignore"
    old = place.read_bytes() if place.exists() else b""
    missing = [name for name in _IGNORED if name.encode() not in old.split()]
    if missing:
        separator = b"" if not old or old.endswith(b"\n") else b"\n"
        place.write_bytes(old + separator + "".join(f"{name}\n" for name in missing).encode())
        click.echo(".gitignore")


def _tell_what_is_next(root: Path) -> None:
    here = os.path.relpath(root)
    click.echo("\nNext:", err=True)
    if here != ".":
        click.echo(f"  cd {shlex.quote(here)}", err=True)
    click.echo("  sitegen build\n  sitegen serve\n\nThe page is site/index.html.", err=True)
