"""`sitegen resolve`: the end of an incident, a maintenance or a notice."""

from pathlib import Path

import click

from sitegen.cli import flags, session, updating
from sitegen.model import Kind, Status

_END = {
    Kind.INCIDENT: Status.RESOLVED,
    Kind.MAINTENANCE: Status.COMPLETED,
    Kind.NOTICE: Status.RESOLVED,
}


@click.command()
@click.argument("entry", required=False)
@click.option("--cancelled", is_flag=True, help="Maintenance: it does not take place.")
@flags.word_options
@click.pass_obj
def command(folder: Path, /, entry: str | None, cancelled: bool, push: bool, **given: object) -> None:
    """Say that ENTRY is over: every component is operational again.

    \b
    Example:
      sitegen resolve -m "All card payments work. No payment was taken twice and no order was lost."
    """
    project = session.require(session.read(folder))
    incident = updating.choose(project, entry)
    if cancelled and incident.kind is not Kind.MAINTENANCE:
        raise click.UsageError("--cancelled belongs to maintenance.")
    status = Status.CANCELLED if cancelled else _END[incident.kind]
    updating.add(project, incident, updating.read_flags(given, status.value), push=push)
