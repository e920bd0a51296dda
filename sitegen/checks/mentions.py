"""Words that a channel would turn into a link which nobody meant."""

import re
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from sitegen.checks.rule import Context, Finding, quote
from sitegen.checks.texts import Part, PlacedText, texts
from sitegen.model import Incident, Settings

# Channels that make links of plain text by themselves.
LINKING_KINDS = frozenset({"twitter", "facebook", "mastodon"})
_SPOKEN = frozenset({Part.TITLE, Part.WORKAROUND, Part.SOCIAL, Part.OVERRIDE})
_ADDRESS = re.compile(r"(?<![a-zA-Z])(?:https?://|mailto:)[^\s<>]++", re.IGNORECASE)
_SIGN = re.compile(r"[@#]|\.[a-z]{2}")
_HANDLE = re.compile(r"(?<![\w@/.&+-])@\w{2,30}(?![\w@])")
_TAG = re.compile(r"(?<![\w#&/])#(?=\d{0,30}[^\W\d])\w{1,60}(?!\w)")
# The endings that texts of engineers really have, files among them; "fixed.It" is a missing space.
_ENDINGS = (
    "com|org|net|edu|gov|int|info|biz|io|dev|app|cloud|online|site|tech|co|uk|eu|de|fr|nl|pl|ch|es|cz|sk|se|dk|fi|ru|ua|jp|cn|br"
    "|au|ca|mx|ai|gg|tv|sh|py|rs|pl|md|zip|mov|ht|st|cc|ws"
)
_HOST = re.compile(
    rf"(?<![\w@/.~=-])(?:[a-z0-9](?:[a-z0-9-]{{0,61}}[a-z0-9])?\.){{1,5}}(?:{_ENDINGS})(?![\w@-]|\.\w)", re.ASCII
)


def look_for_mentions(incident: Incident, context: Context) -> Iterable[Finding]:
    """Bare `@name`, `#tag` and `word.tld` in what is said on channels, where the project has such channels."""
    settings = context.settings
    if not any(channel.kind in LINKING_KINDS for channel in settings.channels):
        return
    meant = _meant(settings)
    for placed in _spoken(incident):
        bare = [word for word in _find(placed.text) if word.casefold() not in meant]
        if bare:
            quoted = ", ".join(quote(word) for word in dict.fromkeys(bare[:5]))
            what = f"On social channels this becomes a link, in the {placed.name}: {quoted}."
            yield Finding(placed.where, what, "Write it another way, or as a whole https address if a link is meant.")


def _spoken(incident: Incident) -> Iterator[PlacedText]:
    """What channels get: titles, workarounds, and of each update `social` in place of `message`."""
    for placed in texts(incident):
        replaced = placed.update is not None and placed.update.social is not None
        if placed.part in _SPOKEN or (placed.part is Part.MESSAGE and not replaced):
            yield placed


def _find(text: str) -> Iterator[str]:
    if not _SIGN.search(text):
        return
    plain = _ADDRESS.sub(" ", text)
    for pattern in (_HANDLE, _TAG, _HOST):
        yield from (found[0] for found in pattern.finditer(plain))


def _meant(settings: Settings) -> frozenset[str]:
    """Names that a project says on purpose: its accounts, its own hosts, components that are called like a host."""
    site = settings.site
    accounts = (f"@{channel.account}" for channel in settings.channels if channel.account)
    hosts = (urlsplit(address).hostname or "" for address in (site.url, site.support, site.subscribe))
    names = (name for component in settings.components for name in component.name.variants.values())
    return frozenset(word.casefold() for word in (*accounts, *hosts, *names, *site.name.variants.values()))
