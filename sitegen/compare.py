"""What changed in public since another commit: updates that were edited or vanished without a word."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from sitegen.model import Incident, Update
from sitegen.problems import Location, Problem, Severity

RULE = "silent-edit"


def find_silent_edits(
    before: Iterable[Incident], after: Iterable[Incident], moment: datetime, severity: Severity
) -> Iterator[Problem]:
    """Every update that was public in `before` at the moment and says something else, or nothing, in `after`.

    One that is marked `edited` (anew) or `retracted` says so itself and is fine (FORMAT.md, `edited`).
    """
    there = {name: incident for incident in after for name in (incident.id, *incident.aliases)}
    for old in before:
        if old.draft:
            continue
        published = [update for update in old.updates if update.at <= moment]
        new = there.get(old.id)
        if new is None:
            if published:
                yield _vanished(old, severity)
            continue
        for update in published:
            yield from _compare(update, new, severity)


def _vanished(old: Incident, severity: Severity) -> Problem:
    what = f"{old.id} was public and its file is gone."
    hint = "Put it back; where it was wrong, mark its updates `retracted: why`. A renamed file needs `aliases`."
    return Problem(Location(old.where.path), what, hint, severity, RULE)


def _compare(old: Update, new: Incident, severity: Severity) -> Iterator[Problem]:
    same = next((update for update in new.updates if update.id == old.id), None)
    if same is None:
        moved = next((update for update in new.updates if update.message == old.message), None)
        yield _moved(old, moved, severity) if moved else _missing(old, new, severity)
    elif _says_otherwise(old, same) and not _is_marked(old, same):
        what = f"Update {old.id} was public and says something else now."
        hint = "Add `edited: {at: …, note: what changed}`, or keep the text and add `retracted: why`."
        yield Problem(same.where, what, hint, severity, RULE)


def _moved(old: Update, moved: Update, severity: Severity) -> Problem:
    what = f"Update {old.id} has another time now, and so another address."
    hint = f"Add this line to it: `id: {old.id}`"
    return Problem(moved.where, what, hint, severity, RULE)


def _missing(old: Update, new: Incident, severity: Severity) -> Problem:
    what = f"Update {old.id} was public and is gone."
    return Problem(new.where, what, "Put it back and add `retracted: why`.", severity, RULE)


def _says_otherwise(old: Update, new: Update) -> bool:
    """Whether a text, the status or a component that was public is another one; a new language is none of these."""
    texts = any(new.message.variants.get(language) != text for language, text in old.message.variants.items())
    return texts or old.status != new.status or dict(old.components) != dict(new.components)


def _is_marked(old: Update, new: Update) -> bool:
    return new.retracted is not None or (new.edited is not None and new.edited != old.edited)
