"""`sitegen init`: a new project that builds at once."""

import json
import re
from datetime import datetime, timedelta
from pathlib import Path

import click

from sitegen import config
from sitegen.cli import session
from sitegen.entry import schema
from sitegen.model import Settings
from sitegen.problems import has_errors

_SETTINGS = """\
# The whole of a project's settings; every field is explained in docs/reference/settings.md.
format: 1
site:
  name: {name}
{url}  time_zone: {zone}
  languages: [en]
components:
  - {{key: website, name: Website, since: {today}}}
  - {{key: api, name: API, since: {today}}}
"""
_INCIDENT = """\
# yaml-language-server: $schema=../.sitegen/incident.schema.json
# An example: an outage that is over. Delete the file when you have seen the page.
title: "Example: the website answered slowly"
components:
  website: degraded_performance
updates:
  - at: {first:%Y-%m-%d %H:%M}
    message: |
      Pages take about ten seconds to open. Orders that are under way are not affected.
  - at: {last:%Y-%m-%d %H:%M}
    status: resolved
    message: |
      Pages open as fast as before. A report that ran at the wrong hour had taken the database's time; no data was lost.
cause: config
"""
_IGNORED = "/site/\n/.sitegen/*\n!/.sitegen/incident.schema.json\n"


@click.command()
@click.argument("target", metavar="[DIR]", required=False, type=click.Path(file_okay=False, path_type=Path))
@click.option("--name", metavar="TEXT", help="The name on the page; default: the folder's name.")
@click.option("--url", metavar="URL", help="Where the site will live, e.g. https://status.example.com.")
@click.option("--zone", metavar="NAME", default="UTC", show_default=True, help="Its time zone.")
@click.pass_obj
def command(folder: Path, target: Path | None, name: str | None, url: str | None, zone: str) -> None:
    """Make a project in DIR: settings, one example incident, and what editors need to help.

    \b
    Example:
      sitegen init status --name "Example Pay" --url https://status.example.com --zone Europe/Warsaw
    """
    root = (folder / target if target else folder).absolute()
    settings = _settings(root, name, url, zone)
    if (root / config.FILE).exists():
        raise session.Failure(f"{root / config.FILE} exists already; nothing was written.")
    now = session.choose_moment(None, settings.site.zone).astimezone(settings.site.zone)
    first = now.replace(second=0, microsecond=0) - timedelta(hours=2)
    files = {
        str(config.FILE): _settings_text(root, name, url, zone, now),
        f"incidents/{first:%Y-%m-%d}-example.yaml": _INCIDENT.format(first=first, last=first + timedelta(minutes=40)),
        ".gitignore": _IGNORED,
        ".sitegen/incident.schema.json": _schema_text(settings),
    }
    for path, text in files.items():
        _write(root / path, text)
        click.echo(path)
    where = "" if target is None else f" -C {target}"
    click.echo(f"\nNext: sitegen{where} build, and open {root / 'site' / 'index.html'}", err=True)


def _settings_text(root: Path, name: str | None, url: str | None, zone: str, now: datetime) -> str:
    title = name or root.name.replace("-", " ").strip().title() or "Status"
    line = f"  url: {url}\n" if url else "  # url: https://status.example.com  # feeds and announcements need it\n"
    return _SETTINGS.format(name=_quote(title), url=line, zone=zone, today=f"{now:%Y-%m-%d}")


def _quote(text: str) -> str:
    """A name as YAML: bare where nothing in it means anything, else in quotes."""
    if re.fullmatch(r"\w[\w .-]*\w|\w", text):
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _settings(root: Path, name: str | None, url: str | None, zone: str) -> Settings:
    """The settings that the flags give, read as they will be; what is wrong with them is told."""
    text = _settings_text(root, name, url, zone, datetime(2026, 1, 1))  # noqa: DTZ001 - only its form is tried
    configuration = config.read(text.encode())
    if configuration.settings is None or has_errors(configuration.problems):
        raise click.UsageError(" ".join(f"{one.what} {one.hint}" for one in configuration.problems))
    return configuration.settings


def _schema_text(settings: Settings) -> str:
    return json.dumps(schema(config.vocabulary(settings)), indent=2, ensure_ascii=False) + "\n"


def _write(place: Path, text: str) -> None:
    """Write a file that is not there; what a user already has stays as it is."""
    place.parent.mkdir(parents=True, exist_ok=True)
    if not place.exists():
        place.write_text(text, "utf-8", newline="\n")
