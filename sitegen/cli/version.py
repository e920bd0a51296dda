"""`--version`: what a report of a bug has to name."""

import platform
import re

import click

from sitegen import __version__

_DISTRIBUTION = "sitegen-status"
_NAME = re.compile(r"[\w.-]+")


def describe() -> str:
    """The versions of sitegen, Python and the platform, and of every library that it declares, a line each."""
    # It reads every library's files about itself, which no other command needs.
    from importlib import metadata

    lines = [
        f"sitegen {__version__}",
        f"{platform.python_implementation()} {platform.python_version()}",
        platform.platform(),
    ]
    try:
        names = sorted(found[0] for one in metadata.requires(_DISTRIBUTION) or () if (found := _NAME.match(one)))
        lines += (f"{name} {metadata.version(name)}" for name in names)
    except metadata.PackageNotFoundError as error:
        lines.append(f"{error.name} is not installed")
    return "\n".join(lines)


def _show(context: click.Context, parameter: click.Parameter, wanted: bool) -> None:
    if wanted and not context.resilient_parsing:
        click.echo(describe())
        context.exit()


version_option = click.option(
    "--version",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_show,
    help="Show the versions that a bug report needs, and exit.",
)
