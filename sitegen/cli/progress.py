"""What is being done right now, for a person at a terminal; nothing anywhere else."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click


@contextmanager
def show_progress(what: str) -> Iterator[None]:
    """Show `what` on a terminal's line while the block runs, and take it away again; empty shows nothing."""
    shown = bool(what) and sys.stderr is not None and sys.stderr.isatty()
    if shown:
        click.secho(what, err=True, nl=False, dim=True)
    try:
        yield
    finally:
        if shown:
            click.echo("\r\x1b[K", err=True, nl=False)
