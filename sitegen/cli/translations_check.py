"""`sitegen check --translations`: every text that lacks a language of the site, and how far each language is."""

from collections.abc import Iterable, Iterator
from datetime import datetime

import click

from sitegen.checks import is_open
from sitegen.checks.translations import Translatable, find_lacks, translatable, translatable_settings
from sitegen.model import Incident
from sitegen.problems import Problem
from sitegen.project import Project
from sitegen.timeline import fold


def find(project: Project, moment: datetime) -> tuple[Problem, ...]:
    """A piece of advice for each text; what readers see most at the moment comes first (see `_in_order`)."""
    return tuple(find_lacks(_in_order(project, moment), project.settings.site.languages))


def sum_up(project: Project, moment: datetime) -> None:
    """On stderr: how many of the texts each language has, and what could not be counted."""
    texts = tuple(_in_order(project, moment))
    for language in project.settings.site.languages:
        done = sum(not one.lacks((language,)) for one in texts)
        click.echo(f"{language}: {done} of {len(texts)} texts.", err=True)
    if project.unread:
        click.echo(f"Files that could not be read: {len(project.unread)}. `sitegen check` says why.", err=True)


def _in_order(project: Project, moment: datetime) -> Iterator[Translatable]:
    """Open incidents, then the names that stand on every page, then the other entries; entries newest first."""
    newest = sorted(project.incidents, key=lambda one: fold(one, moment).started, reverse=True)
    yield from _of(one for one in newest if is_open(one, moment))
    yield from translatable_settings(project.settings)
    yield from _of(one for one in newest if not is_open(one, moment))


def _of(incidents: Iterable[Incident]) -> Iterator[Translatable]:
    return (text for incident in incidents for text in translatable(incident))
