"""What is wrong somewhere else than in a file, printed in the form that was asked for."""

import json
from collections.abc import Iterable
from typing import Protocol

import click
import msgspec

from sitegen import checks
from sitegen.problems import Severity

LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.ADVICE: "notice"}
"""What GitHub calls the weights."""


class Telling(Protocol):
    """A frozen struct that says in one line what is wrong and what to do."""

    @property
    def what(self) -> str:
        """What is wrong, in whole sentences."""

    @property
    def hint(self) -> str:
        """What to do."""

    @property
    def severity(self) -> Severity:
        """How much it matters."""


def show(findings: Iterable[Telling], form: str) -> None:
    """Print the findings (`text`, `json` or `github`) without the secrets that what they quote may hold."""
    told = [_redact(finding) for finding in findings]
    match form:
        case "json":
            click.echo(json.dumps([msgspec.to_builtins(one) for one in told], indent=2, ensure_ascii=False))
        case "github":
            for one in told:
                click.echo(f"::{LEVELS[one.severity]}::{str(one).replace('%', '%25')}")
        case _:
            for one in told:
                click.secho(str(one), fg="red" if one.severity is Severity.ERROR else None)


def _redact(finding: Telling) -> Telling:
    fields = {"what": checks.redact(finding.what), "hint": checks.redact(finding.hint)}
    return msgspec.structs.replace(finding, **fields)  # type: ignore[type-var]
