"""Writes `docs/reference/cli.md` from the commands themselves: `python -m tests.docs.cli_reference`."""

from collections.abc import Iterator
from inspect import cleandoc
from pathlib import Path
from textwrap import dedent

import click

from sitegen.cli import COMMANDS, sitegen

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "cli.md"
HEAD = """\
# Commands

This page is made from the program's own help by `python -m tests.docs.cli_reference`; a test compares the two.

Results go to stdout, messages to stderr. Colours appear only on a terminal. Every command takes `-h` or `--help`.
What the exit codes mean stands in [exit-codes.md](exit-codes.md).

"""


def page() -> str:
    """The whole page."""
    root = click.Context(sitegen, info_name="sitegen")
    parts = ["\n".join(_section(sitegen, root))]
    for name in COMMANDS:
        command = sitegen.get_command(root, name)
        assert command is not None
        parts.append("\n".join(_section(command, click.Context(command, info_name=name, parent=root))))
    return HEAD + "\n".join(parts)


def _section(command: click.Command, context: click.Context) -> Iterator[str]:
    """What one command is for, an example, and its options."""
    text, _, example = cleandoc(command.help or "").partition("\b\nExample:\n")
    yield f"## `{context.command_path}`\n"
    yield f"`{' '.join([context.command_path, *command.collect_usage_pieces(context)])}`\n"
    yield from (f"{' '.join(paragraph.split())}\n" for paragraph in text.strip().split("\n\n"))
    yield f"```sh\n{dedent(example).rstrip()}\n```\n"
    options = [option for option in command.params if isinstance(option, click.Option)]
    if records := [record for option in options if (record := option.get_help_record(context))]:
        yield "| option | what it does |\n|---|---|"
    yield from (f"| `{_cell(names)}` | {_cell(' '.join(meaning.split()))} |" for names, meaning in records)
    yield ""


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
