"""Flags of the writing commands, read as strictly and complained about as kindly as the files are."""

import sys
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, TypeVar

import click

from sitegen import moments
from sitegen.fields import nearest
from sitegen.model import WRITABLE_CONDITIONS, Condition, Settings, Site

F = TypeVar("F", bound=Callable[..., Any])
W = TypeVar("W", bound=StrEnum)

_ENTRY = (
    click.option("-m", "--message", metavar="TEXT", help="What customers need to know now, in Markdown."),
    click.option(
        "-c",
        "--component",
        "components",
        metavar="KEY=STATUS",
        multiple=True,
        help="What is affected and how much, e.g. checkout=major_outage; repeat it for more.",
    ),
    click.option("--at", metavar="TIME", help="When this is said, if not now: 03:09, 2026-11-23T03:09Z."),
    click.option("--next-update-by", metavar="TIME", help="When the next update comes: 30m, 04:00."),
    click.option("--eta", metavar="TIME", help="When it should work again: 2h, 04:30."),
    click.option("--by", metavar="NAME", help="A short signature."),
    click.option("--push", is_flag=True, help="Put it on the remote's branch at once, whoever else writes there."),
)


def entry_options(command: F) -> F:
    """The flags that every update can have."""
    for option in reversed(_ENTRY):
        command = option(command)
    return command


def read_components(flags: Iterable[str], settings: Settings) -> dict[str, Condition]:
    """The conditions in `KEY=STATUS` flags."""
    known = [component.key for component in settings.components]
    conditions: dict[str, Condition] = {}
    for flag in flags:
        key, _, word = flag.partition("=")
        if key not in known:
            raise click.BadParameter(f"`{key}` is not a component. {nearest(key, known)}", param_hint="--component")
        conditions[key] = read_word(word, WRITABLE_CONDITIONS, "--component")
    return conditions


def read_word(text: str, words: Iterable[W], flag: str) -> W:
    """The word among those allowed."""
    allowed = list(words)
    for word in allowed:
        if word.value == text:
            return word
    hint = nearest(text, [word.value for word in allowed])
    raise click.BadParameter(f"`{text}` is not known here. {hint}", param_hint=flag)


def read_time(text: str | None, start: datetime, site: Site, flag: str) -> datetime | None:
    """The moment of a flag said at `start` (UTC), None where it is absent."""
    if text is None:
        return None
    try:
        return moments.resolve_after(moments.parse(text), site.zone, start)
    except (moments.MomentError, OverflowError) as error:
        raise click.BadParameter(str(error), param_hint=flag) from error


def read_at(text: str | None, now: datetime, site: Site) -> datetime:
    """When an entry is said: by the flag (a bare clock time is the last such one up to now), else now, to the minute."""
    if text is None:
        return now.replace(second=0, microsecond=0)
    try:
        written = moments.parse(text)
        if written.clock is None:
            return moments.resolve(written, site.zone)
        day = now.astimezone(site.zone).date()
        local = datetime.combine(day, written.clock)
        at = moments.localise(local, site.zone)
        return at if at <= now else moments.localise(local - timedelta(days=1), site.zone)
    except moments.MomentError as error:
        raise click.BadParameter(f"{error.what} {error.hint}", param_hint="--at") from error


def ask_message(message: str | None, hint: str) -> str:
    """The message: the flag, else `$EDITOR` on a terminal, else wrong usage."""
    if message is not None:
        return message
    if not is_interactive():
        raise click.UsageError("A message is needed: -m 'What customers need to know now.'")
    text = click.edit(f"\n\n# {hint}\n# Lines that begin with # are left out.\n", extension=".md")
    written = "\n".join(line for line in (text or "").splitlines() if not line.startswith("#")).strip()
    if not written:
        raise click.Abort
    return written


def is_interactive() -> bool:
    """Whether a person can be asked."""
    return sys.stdin.isatty() and sys.stdout.isatty()
