"""The command line: assembles the commands, and turns every failure into an exit code and a sentence."""

import importlib
import os
import sys
import traceback
from pathlib import Path

import click

from sitegen import __version__
from sitegen.author import Refused
from sitegen.cli.session import NOTHING_DONE, Failure
from sitegen.git.command import GitError
from sitegen.output import OutputError
from sitegen.render import TemplateError

# In the order of the help: write, look, ship, once. A command is the module of its name.
COMMANDS = ("init", "new", "update", "resolve", "check", "status", "serve", "build", "import")


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


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "-C",
    "folder",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    help="Work on the project in DIR.",
)
@click.version_option(__version__, prog_name="sitegen")
@click.pass_context
def sitegen(context: click.Context, folder: Path) -> None:
    """Status pages and incident communication from git.

    \b
    Example:
      sitegen init status && cd status
      sitegen new "Card payments fail" --component checkout=major_outage -m "Most card payments are failing."
      sitegen serve
    """
    context.obj = folder


def main() -> None:
    """Run the command line; the exit code is DESIGN.md's: 0 fine, 1 needs a person, 2 wrong usage, 4 nothing done."""
    try:
        code = sitegen.main(standalone_mode=False)
    except click.Abort:
        click.echo("Stopped; nothing was written.", err=True)
        code = NOTHING_DONE
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except (GitError, OutputError, Refused, TemplateError) as error:
        Failure(str(error)).show()
        code = NOTHING_DONE
    except Exception as error:
        _confess(error)
        code = NOTHING_DONE
    sys.exit(code)


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
