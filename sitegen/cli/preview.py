"""An entry in the terminal, as its page will show it."""

from collections.abc import Iterator
from datetime import datetime

import click

from sitegen import markup
from sitegen.cli.session import say
from sitegen.languages import Language, language
from sitegen.model import Incident, Kind, Settings, Site
from sitegen.timeline import Phase, Step, Timeline, fold
from sitegen.words import label


def show(incident: Incident, settings: Settings, moment: datetime) -> None:
    """Print the head of the page and its newest update on stderr, at the moment and in the site's first language."""
    line = fold(incident, max(moment, *(update.at for update in incident.updates)))
    lang = language(settings.site.default_language)
    lines = [*_head(line, settings, lang), "", *_update(line.steps[-1], settings.site, lang)]
    lines += _promises(line, settings.site, lang)
    click.echo("\n" + "".join(f"  {text}".rstrip() + "\n" for text in lines), err=True)


def _head(line: Timeline, settings: Settings, lang: Language) -> Iterator[str]:
    site, incident = settings.site, line.incident
    yield click.style(say(incident.title, site), bold=True)
    yield " · ".join(_state(line, site, lang))
    for component in settings.components:
        if line.phase is Phase.COMING and component.key in incident.components:
            yield f"{lang.gettext('Services:')} {say(component.name, site)}"
        elif component.key in line.conditions:
            yield f"{say(component.name, site)}: {lang.gettext(label(line.conditions[component.key]))}"
    if incident.kind is Kind.INCIDENT and not line.conditions:
        yield "(No component is affected: -c KEY=STATUS names one.)"
    if incident.workaround is not None and line.phase is not Phase.OVER:
        yield f"{lang.gettext('What you can do now')}: {markup.render(say(incident.workaround, site)).plain}"
    if incident.draft:
        yield "(A draft: only the preview shows it.)"


def _state(line: Timeline, site: Site, lang: Language) -> Iterator[str]:
    """The words below the title: status, impact, time."""
    incident = line.incident
    yield lang.gettext("Running longer than planned" if line.late else label(line.status or incident.kind))
    if incident.kind is Kind.INCIDENT:
        yield f"{lang.gettext('Impact:')} {lang.gettext(label(line.impact))}"
    if incident.window is None:
        yield lang.moment(line.started, site.zone)
    else:
        yield lang.span(incident.window.start, incident.window.end, site.zone)


def _update(step: Step, site: Site, lang: Language) -> Iterator[str]:
    yield f"{lang.gettext('Update %(n)s') % {'n': step.number}} · {lang.moment(step.update.at, site.zone)}"
    yield from markup.render(say(step.update.message, site)).plain.splitlines()
    if step.update.by:
        yield f"– {step.update.by}"


def _promises(line: Timeline, site: Site, lang: Language) -> Iterator[str]:
    if line.promise is not None:
        yield f"{lang.gettext('Next update by')} {lang.moment(line.promise, site.zone)}"
    if line.estimates and line.phase is Phase.OPEN:
        yield f"{lang.gettext('Expected to work again by')} {lang.moment(line.estimates[-1].eta, site.zone)}"
