"""How a command ends: its exit codes, and the failure that did nothing; light enough to be loaded for a help text."""

import click

FINE, NEEDS_A_PERSON, NOTHING_DONE = 0, 1, 4


class Failure(click.ClickException):
    """The command did nothing, for the reason given."""

    exit_code = NOTHING_DONE
