"""`sitegen update`: the next word about an entry."""

from pathlib import Path

import click

from sitegen.cli import asking, flags, session, updating
from sitegen.model import STATUSES, Kind


@click.command()
@click.argument("entry", required=False)
@click.option(
    "--status",
    metavar="WORD",
    help="investigating, identified, monitoring; maintenance: in_progress, verifying; absent: as before.",
)
@flags.state_options
@flags.word_options
@click.pass_obj
def command(folder: Path, /, entry: str | None, status: str | None, push: bool, **given: object) -> None:
    """Add an update to ENTRY: any unique part of its id, or nothing where only one is open.

    Everything else in the file stays byte for byte as it is. Run bare on a terminal it asks for status and message.

    \b
    Example:
      sitegen update -m "The cause is an expired certificate; we are replacing it." --status identified
      sitegen update payments -c checkout=degraded_performance -m "Most payments work again." --push
    """
    project = session.require(session.read(folder))
    incident = updating.choose(project, entry)
    if status is None and given["message"] is None and asking.is_interactive():
        status = _ask_status(incident.kind)
    updating.add(project, incident, updating.read_flags(given, status), push=push)


def _ask_status(kind: Kind) -> str | None:
    words = STATUSES[kind]
    question = f"Status ({', '.join(words)}; Enter: as before)"
    return asking.ask(question, lambda answer: flags.read_word(answer, words, "--status"), default="") or None
