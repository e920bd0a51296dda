"""The command line: assembles the commands, and turns every failure into an exit code and a sentence."""

import gc
import importlib
import io
import os
import sys
from pathlib import Path

import click
from click.shell_completion import CompletionItem

from sitegen.cli.ending import NOTHING_DONE
from sitegen.cli.explaining import explain
from sitegen.cli.version import version_option

# In the order of the help: write, look, ship, once. A command is the module of its name; what it is for stands here,
# so that the help loads none of them.
COMMANDS = {
    "init": "Make a new project.",
    "new": "Open an incident, a maintenance or a notice.",
    "update": "Add the next word to an entry.",
    "resolve": "Say that an entry is over.",
    "postmortem": "Draft what is told once it is over.",
    "check": "Name every problem, before customers see it.",
    "status": "Say what is true and what is owed now.",
    "serve": "Show the site on this machine as it changes.",
    "build": "Render the site.",
    "publish": "Build, bring the site to its hosts, and say what is due.",
    "mirror": "Say what is due on every connected channel, once.",
    "import": "Make a project of another tool's history.",
}


class Commands(click.Group):
    """Loads a command's module when it is asked for, so that none pays for what another one imports."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order of the help."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"sitegen.cli.{cmd_name}_command")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list in the help."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """What completes a word: nobody waits for twelve modules between two keys."""
        commands = [CompletionItem(name, help=purpose) for name, purpose in COMMANDS.items()]
        own = click.Command.shell_complete(self, ctx, incomplete)
        return [one for one in commands if one.value.startswith(incomplete)] + own


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "-C",
    "folder",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    help="Work on the project in DIR.",
)
@version_option
@click.pass_context
def sitegen(context: click.Context, folder: Path) -> None:
    """Status pages and incident communication from git.

    \b
    Example:
      sitegen init status && cd status
      sitegen new "Card payments fail" --component website=major_outage -m "Most card payments are failing."
      sitegen serve
    """
    context.obj = folder


# New objects between two searches for lost ones: a long history makes very many that stay, and hardly any get lost. The
# preview, which stays, searches when it has time.
SELDOM = 100_000


def main() -> None:
    """Run the command line; the exit code is DESIGN.md's: 0 fine, 1 needs a person, 2 wrong usage, 4 nothing done."""
    _print_anything()
    gc.set_threshold(SELDOM)
    try:
        _refuse_bytes(sys.argv[1:])
        colour = False if os.environ.get("NO_COLOR") else None
        code = sitegen.main(prog_name="sitegen", standalone_mode=False, color=colour)
    except click.Abort:
        click.echo("Stopped.", err=True)
        code = NOTHING_DONE
    except click.ClickException as error:
        error.show()
        code = error.exit_code if isinstance(error, click.UsageError) else NOTHING_DONE
    except Exception as error:
        explain(error)
        code = NOTHING_DONE
    sys.exit(code)


def _print_anything() -> None:
    """A name that is no text, or a text that the terminal can't show, must not stop a message."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _refuse_bytes(words: list[str]) -> None:
    """What is written in another encoding would stand wrong on the page, or nowhere."""
    for word in words:
        if any("\ud800" <= character <= "\udfff" for character in word):
            raise click.UsageError(f"`{word}` is not UTF-8. Set the terminal to UTF-8 and write it again.")
