"""What went wrong, in a sentence: the world in the way, or a mistake of this program."""

import os
import traceback
from pathlib import Path

import click

from sitegen import __version__
from sitegen.cli.ending import Failure


def explain(error: Exception) -> None:
    """Say what is in the way; whatever is no answer to the user is a mistake of this program."""
    # Imported here, because the commands that never raise them need not load what does.
    from sitegen.author import Refused
    from sitegen.git import GitError
    from sitegen.ledger import LedgerError
    from sitegen.output import OutputError
    from sitegen.render import TemplateError

    if isinstance(error, click.ClickException):
        error.show()
    elif isinstance(error, (GitError, LedgerError, OutputError, Refused, TemplateError)):
        Failure(str(error)).show()
    elif isinstance(error, OSError) and error.strerror:
        named = f"{error.filename}: " if error.filename else ""
        Failure(f"{named}{error.strerror}.").show()
    else:
        _confess(error)


def _confess(error: Exception) -> None:
    """A mistake of this program: say so, with what a report of it needs."""
    if os.environ.get("SITEGEN_DEBUG"):
        traceback.print_exception(error)
    last = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{Path(last.filename).name}:{last.lineno}"
    click.echo(
        f"sitegen {__version__} made a mistake at {place}: {type(error).__name__}. Nothing else is known to be wrong.\n"
        "Please report it with the command you ran; SITEGEN_DEBUG=1 shows where it happened.",
        err=True,
    )
