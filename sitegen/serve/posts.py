"""The items of a plan as the preview draws them: in words, with the texts and addresses that the page shows."""

import json
from collections.abc import Mapping
from datetime import datetime

import msgspec

from sitegen import checks, links
from sitegen.announce import Announcement
from sitegen.compose import channel_language
from sitegen.languages import Language, language
from sitegen.mirror.kit import Copy
from sitegen.mirror.plan import Decision, Deed, Item, is_connected
from sitegen.mirror.preview import Shown, show, total
from sitegen.model import Channel, Connection, Part, Saying, Site
from sitegen.serve.outlook import Outlook

ENGLISH = language("en")
"""The page is for engineers, like the commands."""

_PLATFORMS: Mapping[str, str] = {"twitter": "X", "facebook": "Facebook", "email": "E-mail", "mastodon": "Mastodon"}
_PARTS: Mapping[str, str] = {
    Part.POSTMORTEM: "Post-mortem",
    Part.REMINDER_24H: "Reminder a day before",
    Part.REMINDER_1H: "Reminder an hour before",
    Part.REMINDER_START: "Word at the start",
    Part.REMINDER_END: "Word at the planned end",
}
_SAYINGS: Mapping[Saying, str] = {
    Saying.POST: "Update {}",
    Saying.CORRECTION: "Correction of update {}",
    Saying.RETRACTION: "Retraction of update {}",
}
_DEEDS: Mapping[Deed, str] = {
    Deed.SEND: "Will be posted",
    Deed.COMMENT: "Will be said in the post and as a comment below it",
    Deed.EDIT: "Will replace the words of the post",
    Deed.DELETE: "Will be deleted",
}
_DECISIONS: Mapping[Decision, str] = {
    Decision.TAKE_OVER: "Will be finished",
    Decision.WAIT: "Waits",
    Decision.SKIP: "Stays unsaid",
    Decision.DONE: "Decided before",
}


class Drawing(msgspec.Struct, frozen=True):
    """One item as the page draws it."""

    shown: Shown
    site: Site
    language: str

    @property
    def item(self) -> Item:
        """What the plan says."""
        return self.shown.item

    @property
    def part(self) -> str:
        """What it speaks of, in words."""
        return name_part(self.item.announcement, self.site)

    @property
    def title(self) -> str:
        """What the incident is called in the language of the channel."""
        return self.item.announcement.incident.title.read(self.language, self.site.default_language)

    @property
    def decided(self) -> str:
        """What becomes of it, in words."""
        item = self.item
        if item.decision is Decision.DONE and item.entry is not None:
            return str(item.entry.state).capitalize()
        return _DEEDS[item.deed] if item.decision is Decision.DELIVER else _DECISIONS[item.decision]

    @property
    def pieces(self) -> tuple[str, str, str]:
        """The text up to its link, the link, and the rest."""
        draft = self.item.draft
        if draft is None:
            return ("", "", "")
        return draft.text.rpartition(draft.link) if draft.link in draft.text and draft.link else (draft.text, "", "")

    @property
    def page(self) -> str:
        """Where this preview shows the page that it is about."""
        page = links.in_language(links.incident_page(self.item.story), self.language, self.site)
        update = self.item.announcement.update
        return f"/{page}#{links.anchor(update)}" if update is not None else f"/{page}"

    @property
    def picture(self) -> str:
        """Where this preview shows its picture, empty where it has none."""
        return f"/{links.picture_file(self.shown.picture)}" if self.shown.picture else ""

    @property
    def event(self) -> str:
        """What the receiver of a webhook reads, as JSON."""
        draft = self.item.draft
        assert draft is not None
        body = {
            "type": "announcement",
            "id": self.item.key,
            "channel": self.item.channel.name,
            "language": self.item.channel.language,
            "title": draft.title,
            "text": draft.text,
            "link": draft.link,
        }
        return json.dumps(body, indent=2, ensure_ascii=False)


class Column(msgspec.Struct, frozen=True):
    """One channel with its drawings, in the order of delivery; `connection` None: not connected as it is configured."""

    channel: Channel
    language: Language
    connection: Connection | None
    drawings: tuple[Drawing, ...]

    @property
    def platform(self) -> str:
        """What people call it."""
        return _PLATFORMS.get(self.channel.kind, self.channel.kind.capitalize())

    @property
    def account(self) -> str:
        """The account, without what looks like a secret in it."""
        return checks.redact(self.channel.account)

    @property
    def cost(self) -> float:
        """What its posts cost together, in US dollars."""
        return total(drawing.item for drawing in self.drawings)

    @property
    def coming(self) -> tuple[Drawing, ...]:
        """What will be said, or waits."""
        return tuple(one for one in self.drawings if one.item.speaks or one.item.decision is Decision.WAIT)

    @property
    def unsaid(self) -> tuple[Drawing, ...]:
        """What is left out."""
        return tuple(one for one in self.drawings if one.item.decision is Decision.SKIP)

    @property
    def done(self) -> tuple[Drawing, ...]:
        """What was decided before."""
        return tuple(one for one in self.drawings if one.item.decision is Decision.DONE)


class Sheet(msgspec.Struct, frozen=True):
    """One announcement of the copy-paste kit, in one language."""

    copy: Copy
    site: Site

    @property
    def part(self) -> str:
        """What it speaks of, in words."""
        return name_part(self.copy.announcement, self.site)

    @property
    def title(self) -> str:
        """What the incident is called in the language of the texts."""
        return self.copy.announcement.incident.title.read(self.copy.language, self.site.default_language)

    @property
    def language(self) -> Language:
        """The language of the texts."""
        return language(self.copy.language)


def find_columns(outlook: Outlook) -> tuple[Column, ...]:
    """The channels that can be planned, as they stand in the settings."""
    return tuple(_column(channel, outlook) for channel in outlook.channels if channel.name in outlook.plans)


def find_sheets(outlook: Outlook) -> tuple[Sheet, ...]:
    """The copy-paste kit, newest first."""
    return tuple(Sheet(copy, outlook.settings.site) for copy in outlook.copies)


def name_part(one: Announcement, site: Site) -> str:
    """What an announcement speaks of, in words, with the time that it names."""
    if one.update is None:
        return _PARTS.get(one.part, one.part)
    return f"{_SAYINGS[one.saying].format(one.number)} · {tell(one.update.at, site)}"


def tell(moment: datetime, site: Site) -> str:
    """A moment as the page writes it, in the site's zone."""
    return ENGLISH.moment(moment, site.zone)


def _column(channel: Channel, outlook: Outlook) -> Column:
    settings, known = outlook.settings, outlook.known
    code = channel_language(channel, settings)
    shown = show(outlook.plans[channel.name], known)
    return Column(
        channel,
        language(code),
        known.connections[channel.name] if is_connected(known, channel, settings) else None,
        tuple(Drawing(one, settings.site, code) for one in shown),
    )
