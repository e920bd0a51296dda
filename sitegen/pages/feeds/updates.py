"""One item per update, so that readers who remember ids miss none; a published post-mortem is one as well."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import partial
from heapq import nlargest
from operator import attrgetter
from pathlib import PurePosixPath

import msgspec

from sitegen import links
from sitegen.model import Component, Postmortem
from sitegen.pages.feeds.feed import MOST, Feed, Item
from sitegen.pages.reader import Reader
from sitegen.timeline import Step, Timeline


class _Said(msgspec.Struct, frozen=True):
    """When something was said (UTC), of which entry, as the how-manieth, and how it is told."""

    at: datetime
    incident: str
    number: int
    tell: Callable[[Reader], Item]


class Updates:
    """The feeds of updates in one language; what several of them carry is told once."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._told: dict[tuple[str, int], Item] = {}

    def gather_all(self, path: PurePosixPath) -> Feed:
        """The newest of the whole site, for the feed at that path."""
        reader = self._reader
        return self._gather(path, links.HOME, reader.text(reader.site.name), reader.scene.view.timelines)

    def gather(self, component: Component) -> Feed:
        """The newest of the entries that ever touched the component."""
        reader, key = self._reader, component.key
        title = f"{reader.text(component.name)} – {reader.text(reader.site.name)}"
        lines = reader.scene.view.touching(component)
        return self._gather(links.component_feed(key), links.component_page(key), title, lines)

    def _gather(self, path: PurePosixPath, home: PurePosixPath, title: str, lines: Iterable[Timeline]) -> Feed:
        site, code = self._reader.site, self._reader.language.code
        own, page = (links.absolute(site, links.in_language(one, code, site)) for one in (path, home))
        # What is newest stands in the entries that were spoken of last.
        spoken = nlargest(MOST, (line for line in lines if line.spoken is not None), key=_last_said)
        said = sorted(
            (one for line in spoken for one in _list_said(line)),
            key=attrgetter("at", "incident", "number"),
            reverse=True,
        )
        return Feed(
            id=own,
            title=title,
            author=self._reader.text(site.name),
            language=code,
            own=own,
            home=page,
            items=tuple(self._tell(one) for one in said[:MOST]),
        )

    def _tell(self, said: _Said) -> Item:
        key = (said.incident, said.number)
        if key not in self._told:
            self._told[key] = said.tell(self._reader)
        return self._told[key]


def find_postmortem(line: Timeline) -> tuple[Postmortem, datetime] | None:
    """The post-mortem that visitors can read, and since when (UTC)."""
    account = line.incident.postmortem
    if account is None or account.published is None or account.published > line.moment:
        return None
    return account, account.published


def last_changed(line: Timeline, step: Step) -> datetime:
    """When the update was said, or edited, as far as that has happened (UTC)."""
    at, edited = step.update.at, step.update.edited
    return at if edited is None or edited.at > line.moment else max(at, edited.at)


def _last_said(line: Timeline) -> tuple[datetime, str]:
    """When something was last said of the entry (UTC); ids decide between two of one moment, as below."""
    return line.spoken or line.created, line.id


def _list_said(line: Timeline) -> Iterator[_Said]:
    for step in line.steps:
        yield _Said(step.update.at, line.id, step.number, partial(_tell_update, line, step))
    if (found := find_postmortem(line)) is not None:
        account, published = found
        tell = partial(_tell_postmortem, line, account, published)
        yield _Said(published, line.id, len(line.steps) + 1, tell)


def _page(reader: Reader, line: Timeline) -> str:
    code = reader.language.code
    return links.absolute(reader.site, links.in_language(links.incident_page(line.id), code, reader.site))


def _tell_update(line: Timeline, step: Step, reader: Reader) -> Item:
    update, status = step.update, f" – {reader.label(step.status)}" if step.status else ""
    return Item(
        id=f"{_page(reader, line)}#{links.anchor(update)}",
        title=reader.text(line.title) + status,
        link=links.permalink(reader.site, line.incident, update, reader.language.code),
        published=update.at,
        updated=last_changed(line, step),
        language=reader.foreign_language(update.message).code,
        content=_content(reader, step),
    )


def _tell_postmortem(line: Timeline, account: Postmortem, published: datetime, reader: Reader) -> Item:
    word = reader.language.gettext("Post-mortem")
    return Item(
        id=f"{_page(reader, line)}#postmortem",
        title=f"{reader.text(line.title)} – {word}",
        link=links.postmortem_link(reader.site, line.incident, reader.language.code),
        published=published,
        updated=published,
        language=reader.foreign_language(account.body).code,
        content=str(reader.absolute_markdown(account.body)),
    )


def _content(reader: Reader, step: Step) -> str:
    """The message, struck out where it is not true any more, and what was done to it since, as the page says it."""
    update = step.update
    html = str(reader.absolute_markdown(update.message))
    if update.retracted is not None:
        mark = reader.language.gettext("Retracted:")
        html = f"<p><strong>{mark}</strong></p>{reader.absolute_markdown(update.retracted)}<del>{html}</del>"
    if update.edited is not None:
        mark, when = reader.language.gettext("Edited"), reader.moment(update.edited.at)
        html += f"<p><strong>{mark}</strong> {when}:</p>{reader.absolute_markdown(update.edited.note)}"
    return html
