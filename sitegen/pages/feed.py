"""`updates.atom`: one entry per update, so that readers who remember ids miss none (RFC 4287)."""

from collections.abc import Iterator
from datetime import UTC, datetime
from xml.etree import ElementTree

from sitegen import links
from sitegen.languages import Language
from sitegen.pages.page import Page, Scene
from sitegen.pages.reader import Reader
from sitegen.timeline import Step, Timeline

ENTRIES = 50
_ATOM = "http://www.w3.org/2005/Atom"
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def pages(scene: Scene) -> Iterator[Page]:
    """The feed of each language; its links are absolute, so there is none without a site url."""
    site = scene.project.settings.site
    if not site.url:
        return
    for language in scene.languages:
        yield _page(scene, language)


def _page(scene: Scene, language: Language) -> Page:
    path = links.in_language(links.UPDATES_FEED, language.code, scene.project.settings.site)
    return Page(path, lambda: _feed(Reader(scene, language, path)))


def _feed(reader: Reader) -> bytes:
    site, code = reader.site, reader.language.code
    newest = _newest(reader.scene)
    feed = ElementTree.Element("feed", {"xmlns": _ATOM, "xml:lang": code})
    own = links.absolute(site, links.in_language(links.UPDATES_FEED, code, site))
    home = links.absolute(site, links.in_language(links.HOME, code, site))
    _add(feed, "id", own)
    _add(feed, "title", reader.text(site.name))
    _add(feed, "updated", reader.iso(max((_changed(step) for _, step in newest), default=_NEVER)))
    _add(feed, "link", "", rel="self", type="application/atom+xml", href=own)
    _add(feed, "link", "", rel="alternate", type="text/html", href=home)
    _add(_add(feed, "author", ""), "name", reader.text(site.name))
    for line, step in newest:
        _entry(feed, reader, line, step)
    ElementTree.indent(feed, "")
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(feed, encoding="unicode").encode() + b"\n"


def _newest(scene: Scene) -> list[tuple[Timeline, Step]]:
    steps = [(line, step) for line in scene.view.timelines for step in line.steps]
    return sorted(steps, key=lambda pair: (pair[1].update.at, pair[0].incident.id), reverse=True)[:ENTRIES]


def _changed(step: Step) -> datetime:
    edited = step.update.edited
    return step.update.at if edited is None else max(edited.at, step.update.at)


def _entry(feed: ElementTree.Element, reader: Reader, line: Timeline, step: Step) -> None:
    site, incident, update = reader.site, line.incident, step.update
    page = links.absolute(site, links.in_language(links.incident_page(incident.id), reader.language.code, site))
    entry = _add(feed, "entry", "")
    _add(entry, "id", f"{page}#{links.anchor(update)}")
    status = f" – {reader.label(step.status)}" if step.status else ""
    _add(entry, "title", reader.text(incident.title) + status)
    _add(entry, "published", reader.iso(update.at))
    _add(entry, "updated", reader.iso(_changed(step)))
    link = links.permalink(site, incident, update, reader.language.code)
    _add(entry, "link", "", rel="alternate", type="text/html", href=link)
    _add(entry, "content", _content(reader, step), type="html")


def _content(reader: Reader, step: Step) -> str:
    html = str(reader.absolute_markdown(step.update.message))
    if step.update.retracted is not None:
        reason = str(reader.absolute_markdown(step.update.retracted))
        return f"<p><strong>{reader.language.gettext('Retracted')}</strong></p>{reason}<del>{html}</del>"
    return html


def _add(parent: ElementTree.Element, name: str, text: str, **attributes: str) -> ElementTree.Element:
    child = ElementTree.SubElement(parent, name, attributes)
    child.text = text or None
    return child
