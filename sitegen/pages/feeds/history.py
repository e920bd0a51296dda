"""One item per incident with all its updates, as hosted Statuspages write it, for readers that come from there.

Notices are left out, as from the API: hosted pages know none. The text is plain, each update one paragraph of HTML that
programs take apart; the messages with their links and pictures stand in the feeds of updates.
"""

from datetime import datetime
from functools import cached_property
from html import escape
from operator import itemgetter
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from sitegen import links, markup
from sitegen.languages import SOURCE_LANGUAGE
from sitegen.model import STATUSES, Kind, Text, Window
from sitegen.pages.api.ids import identify
from sitegen.pages.feeds.feed import MOST, Feed, Item
from sitegen.pages.feeds.numbers import number
from sitegen.pages.feeds.updates import find_postmortem
from sitegen.pages.reader import Reader
from sitegen.timeline import Step, Timeline

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class History:
    """The feeds of incidents and maintenance in one language."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def gather(self, path: PurePosixPath) -> Feed:
        """The 50 entries that changed last, for the feed at that path."""
        reader, code = self._reader, self._reader.language.code
        word, name = reader.language.gettext("History"), reader.text(reader.site.name)
        own, home = (links.in_language(one, code, reader.site) for one in (path, links.HOME))
        return Feed(
            id=f"{self._tag(':/')}history",
            title=f"{name} – {word}",
            author=name,
            language=code,
            own=links.absolute(reader.site, own),
            home=links.absolute(reader.site, home),
            items=self._items,
        )

    def _tag(self, mark: str) -> str:
        """What ids begin with; further languages, and sites below a path of their host, have ids of their own."""
        address, code = urlsplit(self._reader.site.url), self._reader.language.code
        folders = [address.path.strip("/"), "" if code == self._reader.site.default_language else code]
        inside = "".join(f"{folder}/" for folder in folders if folder)
        return f"tag:{address.hostname},2005{mark}{inside}"

    @cached_property
    def _items(self) -> tuple[Item, ...]:
        """The same in both forms of the feed."""
        scene = self._reader.scene
        ids = identify(scene.project.named)
        numbers = number(scene.project.named, ids)
        lines = (line for line in scene.view.timelines if line.said and line.kind is not Kind.NOTICE)
        newest = sorted(lines, key=lambda line: (_changed(line), line.id), reverse=True)[:MOST]
        return tuple(self._tell(line, numbers.incident(line.incident), ids.incident(line.incident)) for line in newest)

    def _tell(self, line: Timeline, n: int, code: str) -> Item:
        return Item(
            id=f"{self._tag(':')}Incident/{n}",
            title=self._reader.text(line.title),
            link=self._link(line, code),
            published=line.steps[0].update.at,
            updated=_changed(line),
            language=self._reader.language.code,
            content=_write(self._reader, line),
        )

    def _link(self, line: Timeline, code: str) -> str:
        """The incident's page; of an imported one the address that its readers know, where a copy stands."""
        site, language = self._reader.site, self._reader.language.code
        old = f"incidents/{code}"
        if language == site.default_language and old in {alias.strip("/") for alias in line.aliases}:
            return f"{site.url}/{old}"
        return links.absolute(site, links.in_language(links.incident_page(line.id), language, site))


def _changed(line: Timeline) -> datetime:
    """The newest thing that was said of an entry, or done to its texts (UTC)."""
    return line.touched or line.created


def _write(reader: Reader, line: Timeline) -> str:
    """Everything that was said of the entry, newest first; of a maintenance its window before that."""
    said = [(step.update.at, step.number, _write_update(reader, line, step)) for step in line.steps]
    if (found := find_postmortem(line)) is not None:
        account, published = found
        word = reader.language.gettext("Postmortem")
        said.append((published, len(said) + 1, _paragraph(reader, published, word, _plain(reader, account.body))))
    said.sort(key=itemgetter(0, 1), reverse=True)
    window = line.window
    return (_write_window(reader, window) if window else "") + "".join(html for _, _, html in said)


def _write_update(reader: Reader, line: Timeline, step: Step) -> str:
    """What was said, never without a status."""
    update, text = step.update, _plain(reader, step.update.message)
    if update.retracted is not None:
        mark = escape(reader.language.gettext("Retracted:"))
        text = f"{mark} {_plain(reader, update.retracted)}<br /><del>{text}</del>"
    return _paragraph(reader, update.at, reader.label(step.status or STATUSES[line.kind][0]), text)


def _paragraph(reader: Reader, at: datetime, word: str, html: str) -> str:
    head = f"<small>{_day(reader, at)}, {_clock(reader, at)} {_zone(reader, at)}</small>"
    return f"<p>{head}<br><strong>{escape(word)}</strong> - {html}</p>"


def _write_window(reader: Reader, window: Window) -> str:
    mark = escape(reader.language.gettext("THIS IS A SCHEDULED EVENT"))
    start, end = window.start, window.end
    same = reader.day_of(start) == reader.day_of(end)
    until = _clock(reader, end) if same else f"{_day(reader, end)}, {_clock(reader, end)}"
    when = f"{_day(reader, start)}, {_clock(reader, start)} - {until} {_zone(reader, end)}"
    return f"<p><strong>{mark} {when}</strong></p>"


def _plain(reader: Reader, text: Text) -> str:
    """The text as plain as bodies of hosted pages are, with its lines."""
    return escape(markup.render(reader.text(text)).plain, quote=False).replace("\n", "<br />")


def _day(reader: Reader, at: datetime) -> str:
    """Month and day as hosted pages have them: English months are not those of CLDR (`Sep`, not `Sept`)."""
    local = at.astimezone(reader.site.zone)
    if reader.language.code == SOURCE_LANGUAGE:
        month = _MONTHS[local.month - 1]
    else:
        month = reader.language.locale.months["format"]["abbreviated"][local.month]
    return f"{escape(month)} <var data-var='date'>{local.day}</var>"


def _clock(reader: Reader, at: datetime) -> str:
    return f"<var data-var='time'>{at.astimezone(reader.site.zone):%H:%M}</var>"


def _zone(reader: Reader, at: datetime) -> str:
    return escape(reader.clock(at).rpartition(" ")[2])
