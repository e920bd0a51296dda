"""From an entry to its file: checked, written or pushed, and where to see it."""

import shutil
import stat
from collections.abc import Callable
from datetime import datetime
from pathlib import Path, PurePosixPath

import click

from sitegen import checks, links, load
from sitegen.cli.ending import Failure
from sitegen.git import Repository, push_edit
from sitegen.model import Incident, Settings
from sitegen.problems import Severity
from sitegen.project import Project

Edit = Callable[[bytes | None], bytes]


class Missing(Failure):
    """The file that an update belongs into does not stand where it should be changed."""


def check(incident: Incident, settings: Settings, moment: datetime, before: Incident | None = None) -> None:
    """Refuse what `check` would call an error; what was wrong `before` stops nobody from saying more."""
    context = checks.Context(settings, moment)
    old = () if before is None else checks.check((before,), context)
    found = [one for one in checks.check((incident,), context) if one.severity is Severity.ERROR and one not in old]
    if found:
        # Without their places: the lines they speak of stand in no file.
        reasons = "\n".join(f"{one.what} {one.hint}" for one in found)
        raise Failure(f"Nothing was written.\n{reasons}")


def save(project: Project, path: PurePosixPath, edit: Edit, summary: str, *, push: bool) -> Incident:
    """Write the file, or put the same edit on the remote's branch (FORMAT.md, "Two engineers at once").

    What comes back is the entry as it was written, on the newest file that there was.
    """
    content = _push(project, path, edit, summary) if push else _write(project.root / path, edit)
    return reread(path, content, project.settings)


def read(place: Path) -> bytes | None:
    """The bytes of a file that may be replaced, None where nothing stands; anything else is left alone, and told.

    `place` is below the resolved root of a project, so that a folder which resolves to another one is a link.
    """
    if place.parent.resolve() != place.parent:
        raise Failure(f"{place.parent} is a link, and links are not followed.")
    try:
        mode = place.lstat().st_mode
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(mode):
        raise Failure(f"{place} is no regular file; links, pipes and devices are left alone.")
    if not mode & stat.S_IWUSR:
        raise Failure(f"{place} is read-only, so it stays as it is.")
    return place.read_bytes()


def _write(place: Path, edit: Edit) -> bytes:
    """Replace the file whole or leave it as it is; its mode stays."""
    there = read(place)
    content = edit(there)
    place.parent.mkdir(parents=True, exist_ok=True)
    part = place.with_name(f".{place.name}.new")
    try:
        part.unlink(missing_ok=True)
        with part.open("xb") as file:
            file.write(content)
        if there is not None:
            shutil.copymode(place, part)
        part.replace(place)
    finally:
        part.unlink(missing_ok=True)
    return content


def _push(project: Project, path: PurePosixPath, edit: Edit, summary: str) -> bytes:
    repository = Repository.find(project.root)
    if repository is None:
        raise Failure(f"{project.root} is not in a git repository, so there is nowhere to push to.")
    written = b""

    def remember(content: bytes | None) -> bytes:
        nonlocal written
        written = edit(content)
        return written

    try:
        pushed = push_edit(repository, repository.path_of(project.root / path), remember, summary)
    except Missing as error:
        raise Missing(f"{path} is not on the remote's branch: push it first.") from error
    click.echo(f"Pushed to {pushed.branch} as {pushed.commit[:10]}.", err=True)
    if not pushed.checkout_updated:
        click.echo("Your own files are as they were; `git pull` brings it in.", err=True)
    return written


def tell_place(project: Project, incident: Incident, *, pushed: bool) -> None:
    """Print the file and the address of the newest update, and what is left to do."""
    site = project.settings.site
    update = incident.updates[-1]
    click.echo(incident.where.path)
    if site.url:
        click.echo(links.permalink(site, incident, update, site.default_language))
    else:
        click.echo(f"{links.incident_page(incident.id)}#{links.anchor(update)}")
    if not pushed:
        click.echo("Customers see it when you have committed and pushed it (--push does both).", err=True)


def reread(path: PurePosixPath, content: bytes, settings: Settings) -> Incident:
    """The incident that the bytes hold."""
    return load.read_incident(path, content, settings).incident
