"""`sitegen check --live URL…`: whether hosts serve what the files say, from anywhere; it asks for pages and no more."""

from collections.abc import Iterable
from datetime import datetime
from urllib.parse import urlsplit

import click

from sitegen import checks
from sitegen.cli.ending import FINE, NEEDS_A_PERSON, NOTHING_DONE
from sitegen.cli.findings import show
from sitegen.freshness import Look, Report, inspect
from sitegen.problems import Severity
from sitegen.project import Project


def check(project: Project, urls: Iterable[str], moment: datetime, form: str) -> int:
    """Print what is wrong at each host, and give the exit code; raises UsageError for what is no host's address."""
    report = inspect(project, [_read_address(url) for url in urls], moment)
    show(report.findings, form)
    for look in report.looks:
        if report.is_fresh(look):
            click.echo(_praise(look), err=form != "text")
    _sum_up(report)
    if all(look.silent for look in report.looks):
        click.echo("Nothing could be looked at.", err=True)
        return NOTHING_DONE
    return NEEDS_A_PERSON if any(one.severity is Severity.ERROR for one in report.findings) else FINE


def _read_address(url: str) -> str:
    """The address of a home page without the slash at its end."""
    try:
        parts = urlsplit(url)
        is_address = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_address = False
    if not is_address or "@" in url or "?" in url or "#" in url:
        message = f"{checks.redact(url)} is not the address of a page: write https://status.example.com, no password."
        raise click.UsageError(message)
    return url.removesuffix("index.html").rstrip("/")


def _praise(look: Look) -> str:
    built = f", built {look.built:%Y-%m-%d %H:%M} UTC" if look.built is not None else ""
    return f"{look.host} is what the files say{built}"


def _sum_up(report: Report) -> None:
    """On stderr: how much was read, and how much is wrong."""
    files = sum(len(look.readings) for look in report.looks)
    errors = sum(one.severity is Severity.ERROR for one in report.findings)
    click.echo(f"Hosts: {len(report.looks)}. Files compared: {files}. Differences: {errors}.", err=True)
