"""Which of an update's texts a channel speaks."""

from sitegen.model import Channel, Text, Update

SOCIAL_KINDS = frozenset({"twitter", "facebook", "mastodon"})
"""The kinds for which `social` is meant, and which make links, mentions and tags out of plain text."""


def wording(update: Update, channel: Channel, language: str) -> Text | None:
    """The text for the channel, None where the entry keeps the update off it (FORMAT.md, `social`).

    The nearest words decide: those for the channel's name, for its kind, `social`. Where they lack the language the
    next ones speak, at last the message, which is read in the site's default language where it lacks this one.
    """
    choices = [update.overrides.get(channel.name), update.overrides.get(channel.kind)]
    if channel.kind in SOCIAL_KINDS:
        choices.append(update.social)
    said = [words for words in choices if words is not None]
    if said and said[0] is False:
        return None
    fitting = (words for words in said if isinstance(words, Text) and language in words.variants)
    return next(fitting, update.message)
