"""Drafts the post-mortem of an entry: what the record knows is filled in, everything else is a question."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta

import msgspec

from sitegen.languages import Language, language
from sitegen.model import Site, Update
from sitegen.timeline import Timeline
from sitegen.words import label

_LONGEST = 300


class FirstWord(msgspec.Struct, frozen=True):
    """When customers were first told of an entry in a place (UTC): a channel, or the page itself."""

    place: str
    at: datetime


class _Event(msgspec.Struct, frozen=True):
    """One row of the timeline."""

    at: datetime
    what: str


def draft_account(line: Timeline, site: Site, due: datetime | None, first_words: Iterable[FirstWord] = ()) -> str:
    """The text of the file, a draft: the site's first language, its zone, `due` (UTC) from the policy.

    `first_words` are those of the record of posts; on the page itself it is the first update, by its own word. What a
    person has to answer stands in brackets with a question mark, which `check` takes for a blank.
    """
    lang = language(site.default_language)
    return f"---\n{_fields(line, site, due, lang)}---\n{_body(line, site, lang, first_words)}"


def _blank(question: str) -> str:
    return f"[{question}]"


def _fields(line: Timeline, site: Site, due: datetime | None, lang: Language) -> str:
    """The front matter; its comments are for engineers, so they are in English like all that the commands say."""
    english = language("en")
    action, owner = lang.gettext("What will be done?"), lang.gettext("Which role does it?")
    wanted = f" The policy asks for it by {english.moment(due, site.zone)} ({line.impact} impact)." if due else ""
    return (
        f"# A draft that nobody sees until `published` is set.{wanted}\n"
        "# published: YYYY-MM-DD HH:MM\n"
        "# image: a picture beside this file\n"
        "# alt: what the picture shows\n"
        "actions:  # listed in public until they are done\n"
        f'  - text: "{_blank(action)}"\n'
        f'    owner: "{_blank(owner)}"\n'
        "    # due: YYYY-MM-DD\n"
        "    # done: YYYY-MM-DD\n"
    )


def _body(line: Timeline, site: Site, lang: Language, first_words: Iterable[FirstWord]) -> str:
    _ = lang.gettext
    events = _("Timeline")
    sections = (
        (_("What happened"), (_("What broke, for whom, from when until when?"),)),
        (_("Impact"), (_("How many customers were hit, and what did they see?"), _("Was anything lost or wrong?"))),
        (_("Why it happened"), (_("What was the cause?"), _("Why did nothing stop it earlier?"))),
        (_("What we learned"), (_("What helped, and what was missing?"), _("Where were we lucky?"))),
        (_("What changes"), (_("What is different already, and what will be?"),)),
    )
    parts = [_blank(_("For what are we sorry, and to whom?"))]
    for place, (heading, questions) in enumerate(sections):
        parts += [f"## {heading}", *map(_blank, questions)]
        if place == 0:
            parts += [f"## {events}", "\n".join(_timeline(line, site, lang, first_words))]
    return "\n\n".join(parts) + "\n"


def _timeline(line: Timeline, site: Site, lang: Language, first_words: Iterable[FirstWord]) -> Iterator[str]:
    """A table of the events, oldest first; a day is named where it begins."""
    _ = lang.gettext
    head, when, what = (_("Time"), _("Event")), _("When?"), _("What did we see, try and decide?")
    yield f"| {' | '.join(head)} |"
    yield "|---|---|"
    day = None
    for event in sorted(_events(line, site, lang, first_words), key=lambda one: one.at):
        local = event.at.astimezone(site.zone).date()
        say: Callable[..., str] = lang.clock if local == day else lang.moment
        yield f"| {say(event.at, site.zone)} | {event.what} |"
        day = local
    yield f"| {_blank(when)} | {_blank(what)} |"


def _events(line: Timeline, site: Site, lang: Language, first_words: Iterable[FirstWord]) -> Iterator[_Event]:
    _ = lang.gettext
    yield _Event(line.started, _("Customers are first affected."))
    for step in line.steps:
        state = _(label(step.status or line.kind))
        yield _Event(step.update.at, f"{state}: {_quote(step.update, lang)}")
    for word in (*_on_page(line, site), *first_words):
        waited = lang.duration(max(word.at - line.started, timedelta()))
        told = _("Customers are first told on %(channel)s, after %(duration)s.")
        yield _Event(word.at, told % {"channel": word.place, "duration": waited})


def _on_page(line: Timeline, site: Site) -> Iterator[FirstWord]:
    if site.url and line.steps:
        yield FirstWord(site.url.partition("://")[2], line.steps[0].update.at)


def _quote(update: Update, lang: Language) -> str:
    """The first paragraph of an update in one cell of a table; of one that was taken back, why it was."""
    is_retracted = update.retracted is not None
    text = (update.retracted or update.message).read(lang.code, lang.code)
    words = " ".join(text.strip().partition("\n\n")[0].split()).replace("\\|", "|").replace("|", "\\|")
    short = words if len(words) <= _LONGEST else f"{words[:_LONGEST].rsplit(' ', 1)[0]} …"
    return f"{lang.gettext('Retracted:')} {short}" if is_retracted else short
