"""Composes the post of one announcement on one channel."""

import msgspec

from sitegen import links, markup
from sitegen.announce import Announcement, Stage
from sitegen.channel import Traits
from sitegen.compose.shortening import shorten
from sitegen.compose.taming import tame
from sitegen.compose.wording import SOCIAL_KINDS, wording
from sitegen.languages import Language, language
from sitegen.model import Channel, Kind, Part, Saying, Settings, Status, Text
from sitegen.words import label

_STOPS = (".", "!", "?", "…", "。", "！", "？")


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """What will be posted: `text` as a whole with the `link` in it, `title` for channels that have one.

    `image` is the name of a picture of the project, with its `alt` text; empty where there is none.
    """

    text: str
    title: str
    link: str
    image: str = ""
    alt: str = ""


def compose(announcement: Announcement, channel: Channel, traits: Traits, settings: Settings) -> Draft:
    """The words of an announcement on a channel; the link, the end of the story and the visible line are never cut.

    A text that lacks the channel's language is said in the one it has, unmarked: readers see which it is, and the
    page behind the link tells.
    """
    return _Composer(announcement, channel, traits, settings).compose()


def channel_language(channel: Channel, settings: Settings) -> str:
    """The language that a channel speaks."""
    return channel.language or settings.site.default_language


def words(text: str) -> str:
    """A post without its last line, which numbers and dates the update and links to it."""
    return text.rpartition("\n")[0].rstrip()


class _Composer:
    """Composes one post."""

    def __init__(self, announcement: Announcement, channel: Channel, traits: Traits, settings: Settings) -> None:
        self.announcement, self.channel, self.traits, self.site = announcement, channel, traits, settings.site
        self.incident, self.stage = announcement.incident, announcement.stage
        self.language: Language = language(channel_language(channel, settings))
        self.retracts = announcement.saying is Saying.RETRACTION

    def compose(self) -> Draft:
        title, link = self._tame(self._head()), self._link()
        foot = " ".join(part for part in (self._visible_line(), link) if part)
        text = self._fit(_sentence(title), self._tame(self._body()), foot)
        account = self.incident.postmortem if self.stage is Stage.POSTMORTEM else None
        if account is None or not account.image:
            return Draft(text=text, title=title, link=link)
        alt = self._say(account.alt) if account.alt else ""
        return Draft(text=text, title=title, link=link, image=account.image, alt=alt)

    def _say(self, text: Text) -> str:
        return text.read(self.language.code, self.site.default_language)

    def _plain(self, text: Text) -> str:
        plain = markup.render(self._say(text)).plain
        return plain if self.traits.long else " ".join(plain.split())

    def _tame(self, text: str) -> str:
        return tame(text) if self.channel.kind in SOCIAL_KINDS else text

    def _head(self) -> str:
        """What it is about; the end says so in its first word."""
        title = " ".join(self._say(self.incident.title).split()).rstrip(".")
        lead = self._lead()
        return f"{lead}: {title}" if lead else title

    def _lead(self) -> str:
        say = self.language.gettext
        if self.retracts:
            return self.language.gettext("Correction")
        match self.stage:
            case Stage.POSTMORTEM:
                return self.language.gettext("Post-mortem")
            case Stage.REMINDER:
                return self._lead_of_reminder()
            case Stage.FIRST:
                return say(label(Kind.MAINTENANCE)) if self.incident.kind is Kind.MAINTENANCE else ""
        update = self.announcement.update
        return say(label(update.status)) if update and update.status else self.language.gettext("Update")

    def _lead_of_reminder(self) -> str:
        """Each of the four in other words: platforms refuse copies."""
        window = self.incident.window
        assert window is not None
        match self.announcement.part:
            case Part.REMINDER_1H:
                start = self.language.clock(window.start, self.site.zone)
                return self.language.gettext("Starts at %(time)s") % {"time": start}
            case Part.REMINDER_START:
                return self.language.gettext(label(Status.IN_PROGRESS))
            case Part.REMINDER_END:
                return self.language.gettext("Running longer than planned")
        return self.language.gettext(label(Kind.MAINTENANCE))

    def _body(self) -> str:
        update, account = self.announcement.update, self.incident.postmortem
        if update is None:
            return self._account(account.body) if self.stage is Stage.POSTMORTEM and account else self._window()
        if self.retracts:
            return self._plain(update.retracted) if update.retracted else ""
        text = wording(update, self.channel, self.language.code) or update.message
        parts = [self._plain(text)]
        if self.stage is Stage.FIRST:
            parts = [self._window(), *parts, self._workaround()]
        return ("\n\n" if self.traits.long else " ").join(part for part in parts if part)

    def _window(self) -> str:
        """When a maintenance is planned, with its zone: nobody reads a post at the minute it is written."""
        window = self.incident.window
        return f"{self.language.span(window.start, window.end, self.site.zone)}." if window else ""

    def _workaround(self) -> str:
        if self.incident.workaround is None:
            return ""
        heading = self.language.gettext("What you can do now")
        return f"{heading}: {self._plain(self.incident.workaround)}"

    def _account(self, body: Text) -> str:
        """The whole post-mortem, or its sentences without headings for channels that only tell of it."""
        plain = markup.render(self._say(body)).plain
        if self.traits.long:
            return plain
        blocks = [" ".join(block.split()) for block in plain.split("\n\n")]
        return " ".join([block for block in blocks if block.endswith((*_STOPS, ":"))] or blocks)

    def _visible_line(self) -> str:
        """What people and the reconciliation tell posts of one incident apart by: "Update 3 · 14:05 UTC"."""
        update = self.announcement.update
        if update is None:
            return ""
        correction = self.language.gettext("Correction of update %(n)s")
        name = correction if self.retracts else self.language.gettext("Update %(n)s")
        return f"{name % {'n': self.announcement.number}} · {self.language.clock(update.at, self.site.zone)}"

    def _link(self) -> str:
        """The permalink, where the channel's settings want one in this post; mail and webhooks have it always."""
        story = self.stage in (Stage.FIRST, Stage.POSTMORTEM)
        wanted = {
            "every": True,
            "first": story,
            "first-and-last": story or self.stage in (Stage.END, Stage.REMINDER),
            "never": False,
        }[self.channel.link]
        if not self.site.url or not (wanted or self.channel.kind not in SOCIAL_KINDS):
            return ""
        return self._permalink()

    def _permalink(self) -> str:
        """Each post's own address, so that no two posts can be taken for one another."""
        announcement, code = self.announcement, self.language.code
        if announcement.update is not None and not self.retracts:
            return links.permalink(self.site, self.incident, announcement.update, code)
        page = links.absolute(self.site, links.in_language(links.incident_page(self.incident.id), code, self.site))
        if self.stage is Stage.POSTMORTEM:
            return f"{page}?u={announcement.part}#postmortem"
        update = announcement.update or self.incident.updates[0]
        asked = f"{announcement.part}-{announcement.saying}" if self.retracts else announcement.part
        return f"{page}?u={asked}#{links.anchor(update)}"

    def _fit(self, head: str, body: str, foot: str) -> str:
        """Head and foot whole, as much of the body as there is room for; a head alone is cut where it must be."""

        def join(head: str, body: str) -> str:
            said = ("\n\n" if self.traits.long else " ").join(part for part in (head, body) if part)
            return ("\n\n" if self.traits.long else "\n").join(part for part in (said, foot) if part)

        def fits(text: str) -> bool:
            return self.traits.limit is None or self.traits.measure(text) <= self.traits.limit

        kept = shorten(body, lambda part: fits(join(head, part)))
        return join(head if kept else shorten(head, lambda part: fits(join(part, ""))), kept)


def _sentence(text: str) -> str:
    return text if text.endswith(_STOPS) else f"{text}."
