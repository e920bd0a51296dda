"""Texts to copy to places that no program may write to: VK, Odnoklassniki, LinkedIn, forums."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

import msgspec

from sitegen.announce import Announcement, withhold
from sitegen.channel import Guarantee, Traits
from sitegen.compose import Draft, compose
from sitegen.ledger import Snapshot
from sitegen.mirror.item import Decision, Item
from sitegen.model import Channel, DeliveryState, Part, Saying, Settings, Site, Text

SHORT = 280
"""The most characters of a short text."""

_DAY = timedelta(days=1)
_FULL = Traits(guarantee=Guarantee.NONE, measure=len, limit=None, long=True)
_BRIEF = Traits(guarantee=Guarantee.NONE, measure=len, limit=SHORT)
# A kind that takes links, mentions and tags out of texts; of its own words nothing is taken.
_PLACE = Channel(name="copy", kind="mastodon", link="every")

_Name = tuple[str, str, Saying]


class Copy(msgspec.Struct, frozen=True, kw_only=True):
    """One announcement in one language (a code): all of it, and at most SHORT characters; both end with the `link`."""

    announcement: Announcement
    language: str
    full: str
    short: str
    link: str


def find_copies(
    announcements: Iterable[Announcement],
    plans: Mapping[str, tuple[Item, ...]],
    known: Snapshot,
    settings: Settings,
    moment: datetime,
) -> tuple[Copy, ...]:
    """What is to be said still on some channel, or was said or due within the last day before `moment` (UTC).

    Newest first, each in every language of the site that it was written in, and in the first in any case. What was
    taken back, lost its sense, or is kept off social channels by its entry is left out, and secrets are withheld.
    """
    news = _find_news(plans, known, moment)
    wanted = [safe for one in announcements if _is_wanted(one, news, moment) for safe in withhold((one,))]
    newest_first = sorted(wanted, key=lambda one: one.at, reverse=True)
    return tuple(_copy(one, code, settings) for one in newest_first for code in _languages(one, settings.site))


def _find_news(plans: Mapping[str, tuple[Item, ...]], known: Snapshot, moment: datetime) -> frozenset[_Name]:
    """What some channel still has to say, or has said lately."""
    planned = (item for items in plans.values() for item in items if item.speaks or item.decision is Decision.WAIT)
    posted = (one for one in known.deliveries.values() if one.state is DeliveryState.POSTED and one.recorded)
    lately = (one for one in posted if one.recorded is not None and moment - one.recorded <= _DAY)
    return frozenset(
        {
            *((item.story, item.announcement.part, item.announcement.saying) for item in planned),
            *((one.incident, one.part, one.saying) for one in lately),
        }
    )


def _is_wanted(one: Announcement, news: frozenset[_Name], moment: datetime) -> bool:
    is_new = moment - one.at <= _DAY or (one.incident.id, one.part, one.saying) in news
    if not is_new or (one.until is not None and moment >= one.until):
        return False
    if one.update is None:
        return True
    taken_back = one.update.retracted is not None and one.saying is not Saying.RETRACTION
    return not taken_back and one.update.social is not False


def _languages(one: Announcement, site: Site) -> tuple[str, ...]:
    written = _text(one).variants
    return tuple(code for code in site.languages if code == site.default_language or code in written)


def _text(one: Announcement) -> Text:
    """The words that it is about."""
    if one.update is not None:
        retracted = one.update.retracted if one.saying is Saying.RETRACTION else None
        return retracted or one.update.message
    account = one.incident.postmortem
    return account.body if account is not None and one.part == Part.POSTMORTEM else one.incident.title


def _copy(one: Announcement, code: str, settings: Settings) -> Copy:
    full = _compose(_without(one, social=True), code, _FULL, settings)
    short = _compose(_without(one, social=False), code, _BRIEF, settings)
    return Copy(announcement=one, language=code, full=full.text, short=short.text, link=full.link)


def _compose(one: Announcement, code: str, traits: Traits, settings: Settings) -> Draft:
    return compose(one, msgspec.structs.replace(_PLACE, language=code), traits, settings)


def _without(one: Announcement, *, social: bool) -> Announcement:
    """The announcement without the words for single channels, and without the short ones where `social`."""
    if one.update is None:
        return one
    update = msgspec.structs.replace(one.update, overrides={})
    return msgspec.structs.replace(one, update=msgspec.structs.replace(update, social=None) if social else update)
