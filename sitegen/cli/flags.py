"""Flags of the writing commands: read by the rules of the files, complained about as kindly."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, TypeVar

import click

from sitegen import moments
from sitegen.checks.structure import AHEAD
from sitegen.fields import nearest
from sitegen.model import WRITABLE_CONDITIONS, Condition, Settings, Site

F = TypeVar("F", bound=Callable[..., Any])
W = TypeVar("W", bound=StrEnum)

_WORD = (
    click.option("-m", "--message", metavar="TEXT", help="What customers need to know now, in Markdown."),
    click.option("--at", metavar="TIME", help="When this is said, if not now: 03:09, 2026-11-23T03:09Z."),
    click.option("--by", metavar="NAME", help="A short signature."),
    click.option("--push", is_flag=True, help="Put it on the remote's branch at once, whoever else writes there."),
)
_STATE = (
    click.option(
        "-c",
        "--component",
        "components",
        metavar="KEY=STATUS",
        multiple=True,
        help="What is affected and how much, e.g. checkout=major_outage; repeat it for more.",
    ),
    click.option("--next-update-by", metavar="TIME", help="When the next update comes: 30m, 04:00."),
    click.option("--eta", metavar="TIME", help="When it should work again: 2h, 04:30."),
)


def word_options(command: F) -> F:
    """The flags of every word about an entry, also the last one."""
    return _add(command, _WORD)


def state_options(command: F) -> F:
    """The flags of a word after which the entry goes on."""
    return _add(command, _STATE)


def _add(command: F, options: tuple[Callable[[F], F], ...]) -> F:
    for option in reversed(options):
        command = option(command)
    return command


def read_components(flags: Iterable[str], settings: Settings) -> dict[str, Condition]:
    """The conditions in `KEY=STATUS` flags."""
    known = [component.key for component in settings.components]
    conditions: dict[str, Condition] = {}
    for flag in flags:
        key, equals, word = flag.partition("=")
        if key not in known:
            raise click.BadParameter(f"`{key}` is not a component. {nearest(key, known)}", param_hint="--component")
        if not equals:
            raise click.BadParameter(f"Say how much, e.g. `{key}=major_outage`.", param_hint="--component")
        conditions[key] = read_word(word, WRITABLE_CONDITIONS, "--component")
    return conditions


def read_word(text: str, words: Iterable[W], flag: str) -> W:
    """The word among those allowed, or the only one that begins so: `major` is enough at 3 a.m."""
    allowed = list(words)
    fitting = [word for word in allowed if word.value == text] or [
        word for word in allowed if text and word.value.startswith(text)
    ]
    if len(fitting) == 1:
        return fitting[0]
    hint = nearest(text, [word.value for word in fitting or allowed])
    raise click.BadParameter(f"`{text}` is not known here. {hint}", param_hint=flag)


def read_time(text: str | None, start: datetime, site: Site, flag: str) -> datetime | None:
    """The moment of a flag said at `start` (UTC), None where it is absent."""
    if text is None:
        return None
    try:
        return moments.resolve_after(moments.parse(text), site.zone, start)
    except moments.MomentError as error:
        raise _wrong_time(error, flag) from error


def read_at(text: str | None, now: datetime, site: Site, flag: str = "--at") -> datetime:
    """When something was: by the flag, else now, to the minute.

    A bare clock time is the last such one, so that 23:50 shortly after midnight is yesterday's; one that is ahead by
    no more than clocks differ is today's.
    """
    if text is None:
        return now.replace(second=0, microsecond=0)
    try:
        written = moments.parse(text)
        if written.clock is None:
            return moments.resolve(written, site.zone)
        today = now.astimezone(site.zone).date()
        local = datetime.combine(today, written.clock)
        if local.replace(tzinfo=site.zone).astimezone(UTC) > now + AHEAD:
            local -= timedelta(days=1)
        return moments.localise(local, site.zone)
    except moments.MomentError as error:
        raise _wrong_time(error, flag) from error


def _wrong_time(error: moments.MomentError, flag: str) -> click.BadParameter:
    return click.BadParameter(f"{error.what} {error.hint}".strip(), param_hint=flag)
