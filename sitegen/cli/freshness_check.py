"""`sitegen check --live URL…`: whether hosts serve what the files say, from anywhere; it asks for pages and no more."""

import json
from collections.abc import Iterable
from datetime import datetime
from urllib.parse import urlsplit

import click
import msgspec

from sitegen import checks
from sitegen.cli.ending import FINE, NEEDS_A_PERSON, NOTHING_DONE
from sitegen.freshness import Finding, Look, Report, inspect
from sitegen.problems import Severity
from sitegen.project import Project

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.ADVICE: "notice"}


def check(project: Project, urls: Iterable[str], moment: datetime, form: str) -> int:
    """Print what is wrong at each host, and give the exit code; raises UsageError for what is no host's address."""
    report = inspect(project, [_read_address(url) for url in urls], moment)
    findings = [_redact(finding) for finding in report.findings]
    _print(findings, form)
    for look in report.looks:
        if report.is_fresh(look):
            click.echo(_praise(look), err=form != "text")
    _sum_up(report)
    if all(look.silent for look in report.looks):
        click.echo("Nothing could be looked at.", err=True)
        return NOTHING_DONE
    return NEEDS_A_PERSON if any(one.severity is Severity.ERROR for one in findings) else FINE


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


def _redact(finding: Finding) -> Finding:
    """The finding as it may be printed: what it quotes may hold a secret."""
    return msgspec.structs.replace(finding, what=checks.redact(finding.what))


def _print(findings: list[Finding], form: str) -> None:
    match form:
        case "json":
            click.echo(json.dumps([msgspec.to_builtins(one) for one in findings], indent=2, ensure_ascii=False))
        case "github":
            for one in findings:
                click.echo(f"::{_LEVELS[one.severity]}::{str(one).replace('%', '%25')}")
        case _:
            for one in findings:
                click.secho(str(one), fg="red" if one.severity is Severity.ERROR else None)


def _sum_up(report: Report) -> None:
    """On stderr: how much was read, and how much is wrong."""
    files = sum(len(look.readings) for look in report.looks)
    errors = sum(one.severity is Severity.ERROR for one in report.findings)
    click.echo(f"Hosts: {len(report.looks)}. Files compared: {files}. Differences: {errors}.", err=True)
