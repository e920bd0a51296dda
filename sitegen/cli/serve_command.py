"""`sitegen serve`: the site on this machine, as it changes."""

import signal
import threading
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import click

from sitegen.cli import session
from sitegen.cli.outlooks import Outlooks
from sitegen.serve import PortError, State, serve
from sitegen.watch import WatchError


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), help="Listen on this port, not on 8000 or the next free one.")
@click.option("--poll", is_flag=True, help="Look for changes every second, where the system does not report them.")
@click.option("--open", "browse", is_flag=True, help="Open the site in a browser.")
@click.pass_obj
def command(folder: Path, port: int | None, poll: bool, browse: bool) -> None:
    """Show the site on this machine, with drafts, and anew after every change.

    Problems stand over the last good page; what `sitegen mirror` would say now is drawn under /_preview/. Nothing is
    written into the project or posted, and no other machine can look.

    \b
    Example:
      sitegen serve
      sitegen serve --port 8080 --open
    """
    root = session.find_root(folder)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    look, warn = Outlooks(root, _now), partial(click.echo, err=True)
    try:
        with serve(root, now=_now, port=port, poll=poll, report=_tell, warn=warn, look=look) as address:
            click.echo(f"{address} shows {root}; Ctrl-C stops it.")
            if browse:
                click.launch(address)
            threading.Event().wait()
    except (PortError, WatchError) as error:
        raise session.Failure(str(error)) from error
    except KeyboardInterrupt:
        click.echo("Stopped.", err=True)


def _now() -> datetime:
    return datetime.now(UTC)


def _tell(state: State) -> None:
    """The problems of a build, in the terminal as in the browser."""
    if state.failure:
        click.secho(state.failure, err=True, fg="red")
    session.tell(state.problems)
