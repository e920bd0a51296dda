"""`status.txt`: the state now as plain text, for terminals and for readers who want nothing else."""

from collections.abc import Iterable, Iterator
from functools import partial
from textwrap import indent

from sitegen import links, markup
from sitegen.history import Overall
from sitegen.model import Incident, Kind, Text
from sitegen.pages import keys
from sitegen.pages.page import Page, Scene
from sitegen.pages.reader import Reader
from sitegen.timeline import Phase, Timeline


def pages(scene: Scene) -> Iterator[Page]:
    """The file of each language."""
    for language in scene.languages:
        path = links.in_language(links.STATUS_TEXT, language.code, scene.project.settings.site)
        key = keys.of_now(scene, "status", language.code)
        yield Page(str(path), key, partial(_render, Reader(scene, language, path)))


def _render(reader: Reader) -> bytes:
    blocks = ["\n".join(_head(reader))]
    for heading, lines in _sections(reader):
        if lines:
            blocks += [heading, *(_entry(reader, line) for line in lines)]
    return ("\n\n".join(blocks) + "\n").encode()


def _head(reader: Reader) -> Iterator[str]:
    """The one answer with its moment, and what is not operational."""
    view = reader.scene.view
    yield reader.text(reader.site.name)
    yield f"{_answer(reader)} {reader.moment(view.moment)}"
    if view.overall is Overall.UNKNOWN:
        yield reader.language.gettext("An entry could not be read, so this page does not claim that all is well.")
    if view.troubled:
        yield ""
    for record in view.troubled:
        yield f"- {reader.text(record.component.name)}: {reader.label(record.condition)}"
    if reader.site.url:
        yield f"\n{_address(reader)}"


def _answer(reader: Reader) -> str:
    gettext, ngettext, view = reader.language.gettext, reader.language.ngettext, reader.scene.view
    match view.overall:
        case Overall.INCIDENT:
            count = len(view.select(Kind.INCIDENT, Phase.OPEN))
            return ngettext("1 incident is open as of", "%(n)s incidents are open as of", count) % {"n": count}
        case Overall.UNKNOWN:
            return gettext("The state of some services is unknown as of")
    return gettext("No incidents reported as of")


def _sections(reader: Reader) -> Iterator[tuple[str, Iterable[Timeline]]]:
    """What the home page shows above the services, in its order."""
    gettext, select = reader.language.gettext, reader.scene.view.select
    yield gettext("Open incidents"), select(Kind.INCIDENT, Phase.OPEN)
    yield gettext("Notices"), select(Kind.NOTICE, Phase.OPEN)
    yield gettext("Maintenance in progress"), select(Kind.MAINTENANCE, Phase.OPEN)
    yield gettext("Coming maintenance"), select(Kind.MAINTENANCE, Phase.COMING)


def _entry(reader: Reader, line: Timeline) -> str:
    """An entry; what people wrote is indented, so that no text of theirs looks like one of ours."""
    parts = [f"* {reader.text(line.title)}", *_facts(reader, line), *_newest(reader, line)]
    parts += _promises(reader, line)
    if reader.site.url:
        parts.append(_address(reader, line.incident))
    return "\n".join((parts[0], *(indent(part, "  ") for part in parts[1:])))


def _facts(reader: Reader, line: Timeline) -> Iterator[str]:
    gettext, window = reader.language.gettext, line.window
    since, planned = gettext("since"), gettext("Services:")
    when = f"{since} {reader.moment(line.started)}"
    if window is not None:
        when = reader.language.span(window.start, window.end, reader.site.zone)
    yield f"{reader.status(line)}, {when}"
    if not line.readable:
        yield gettext(
            "This entry could not be read completely. "
            "What is missing may matter: treat the state of its services as unknown."
        )
    if line.phase is Phase.COMING:
        yield f"{planned} {reader.language.list(reader.names(line.conditions)) or '–'}"
        return
    for component in reader.affected(line):
        yield f"{reader.text(component.name)}: {reader.label(line.conditions[component.key])}"


def _newest(reader: Reader, line: Timeline) -> Iterator[str]:
    gettext, workaround = reader.language.gettext, line.incident.workaround
    if workaround is not None and line.phase is Phase.OPEN:
        yield _said(gettext("What you can do now"), _plain(reader, workaround))
    if not line.steps:
        return
    step = line.steps[-1]
    mark = gettext("Retracted:")
    text = _plain(reader, step.update.message)
    if step.update.retracted is not None:
        text = f"{mark} {_plain(reader, step.update.retracted)}"
    yield _said(f"{reader.number(step)}, {reader.moment(step.update.at)}", text)


def _promises(reader: Reader, line: Timeline) -> Iterator[str]:
    gettext = reader.language.gettext
    promised, overdue = gettext("Next update by"), gettext("overdue")
    expected, changed = gettext("Expected to work again by"), gettext("the estimate has changed")
    if line.promise is not None:
        yield f"{promised} {reader.moment(line.promise)}" + (f" – {overdue}" if line.overdue else "")
    if line.estimates and line.phase is Phase.OPEN:
        *earlier, newest = (reader.moment(estimate.eta) for estimate in line.estimates)
        yield f"{expected} {newest}" + (f" – {changed}: {', '.join(earlier)}" if earlier else "")


def _said(by: str, text: str) -> str:
    return f"{by}:\n{indent(text, '  ')}"


def _plain(reader: Reader, text: Text) -> str:
    return markup.render(reader.text(text)).plain


def _address(reader: Reader, incident: Incident | None = None) -> str:
    page = links.HOME if incident is None else links.incident_page(incident.id)
    return links.absolute(reader.site, links.in_language(page, reader.language.code, reader.site))
