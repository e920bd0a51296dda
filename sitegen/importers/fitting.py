"""Makes titles and texts of another tool fit into our files without a word lost."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime

import msgspec

from sitegen import load
from sitegen.importers.conversion import Findings
from sitegen.importers.cstate.body import split_long
from sitegen.importers.cstate.posts import MAX_TITLE, MIN_TITLE
from sitegen.model import Text, Update
from sitegen.problems import Location


class Title(msgspec.Struct, frozen=True):
    """A title that fits, and the whole of one that had to be cut: it belongs above the first text."""

    text: str
    whole: str = ""


def fit_title(title: str, day: date, where: Location, findings: Findings) -> Title:
    """The title, with the day where it is too short or missing, cut at a word where it is too long; each is told."""
    if not title:
        findings.warn(where, f"It has no title; the day became one: “Incident – {day}”.")
        return Title(f"Incident – {day}")
    if len(title) < MIN_TITLE:
        findings.warn(where, f"The title is too short; the day was added: “{title} – {day}”.")
        return Title(f"{title} – {day}")
    if len(title) <= MAX_TITLE:
        return Title(title)
    findings.warn(where, "The title is too long; it was cut, and stands whole above the first text.")
    return Title(f"{title[: MAX_TITLE - 1].rsplit(' ', 1)[0]}…", title)


def divide(update: Update, language: str, findings: Findings) -> Iterator[Update]:
    """The update; one whose text is too long goes on in others of the same moment, which have no id yet."""
    text = update.message.read(language, language)
    first, *others = split_long(text) or ("",)
    yield msgspec.structs.replace(update, message=Text({language: first}))
    if others:
        what = f"This text has {len(text)} characters; it was divided into {len(others) + 1} updates."
        findings.warn(update.where, what, "A post-mortem may hold it better.")
    for other in others:
        yield Update(id="", at=update.at, message=Text({language: other}), where=update.where)


def name_updates(updates: Iterable[Update]) -> tuple[Update, ...]:
    """The updates, each with an id that no other has: its own, else that of its minute, else a free one like it."""
    taken: set[str] = set()
    numbers: dict[datetime, int] = {}
    named = []
    for update in updates:
        own = update.id if update.id not in taken else ""
        while not own or own in taken:
            usual, number = load.default_update_id(update.at), numbers.get(update.at, 0) + 1
            numbers[update.at] = number
            own = usual if number == 1 else f"{usual[:13]}n{number}"
        taken.add(own)
        named.append(msgspec.structs.replace(update, id=own))
    return tuple(named)
