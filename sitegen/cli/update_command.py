"""`sitegen update`: the next word about an entry."""

from pathlib import Path

import click

from sitegen.cli import flags, session, updating


@click.command()
@click.argument("entry", required=False)
@click.option("--status", metavar="WORD", help="investigating, identified, monitoring; absent: as before.")
@flags.entry_options
@click.pass_obj
def command(folder: Path, /, entry: str | None, status: str | None, push: bool, **given: object) -> None:
    """Add an update to ENTRY: any unique part of its id, or nothing where only one is open.

    Everything else in the file stays byte for byte as it is.

    \b
    Example:
      sitegen update -m "The cause is an expired certificate; we are replacing it." --status identified
      sitegen update payments -c checkout=degraded_performance -m "Most payments work again." --push
    """
    project = session.require(session.read(folder))
    incident = updating.choose(project, entry)
    updating.add(project, incident, updating.read_flags(given, status), push=push)
