"""Questions to the person at the terminal; where nobody can be asked, nothing is."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

from sitegen.cli.ending import Failure

_REST = "# Everything from this line on is left out."


def is_interactive() -> bool:
    """Whether a person sees the questions and can answer."""
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr))


def ask(question: str, read: Callable[[str], object], default: str | None = None) -> str:
    """The answer, stripped; one that `read` raises wrong usage for is told why and asked for again."""

    def accept(answer: str) -> str:
        if stripped := answer.strip():
            read(stripped)
        return stripped

    answer: str = click.prompt(question, default=default, show_default=False, value_proc=accept, err=True)
    return answer


def ask_message(hint: str) -> str:
    """The message from `$EDITOR`; an empty one stops the command, and so does an editor that fails."""
    written = click.edit(f"\n\n{_REST}\n# {hint}\n", extension=".md") or ""
    message = written.partition(_REST)[0].strip()
    if not message:
        raise Failure("There is no message, so nothing was written.")
    return message


@contextmanager
def kept(message: str, *, typed: bool) -> Iterator[None]:
    """Gives a message that was typed into the editor back, where anything stops it from being written."""
    try:
        yield
    except BaseException:
        if typed:
            click.echo(f"\nWhat you wrote:\n\n{message}\n", err=True)
        raise


def confirm() -> None:
    """Ask whether the entry just shown is to be written; a no ends the command."""
    if not click.confirm("Write it?", default=True, err=True):
        raise Failure("Nothing was written.")
