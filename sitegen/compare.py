"""What changed in public since another commit: updates that were edited or vanished without a word."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from sitegen.model import Incident, Status, Update
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
        published = [] if old.draft else [update for update in old.updates if update.at <= moment]
        new = there.get(old.id)
        if published and (new is None or new.draft):
            yield _gone(old, severity) if new is None else _hidden(new, severity)
        elif new is not None:
            for update in published:
                yield from _compare(update, old, new, severity)


def _gone(old: Incident, severity: Severity) -> Problem:
    what = f"{old.id} was public and its file is gone."
    hint = "Put it back; where it was wrong, mark its updates `retracted: why`. A renamed file needs `aliases`."
    return Problem(Location(old.where.path), what, hint, severity, RULE)


def _hidden(new: Incident, severity: Severity) -> Problem:
    what = f"{new.id} was public and is a draft now."
    hint = "Remove `draft`; where it was wrong, mark its updates `retracted: why`."
    return Problem(new.where, what, hint, severity, RULE)


def _compare(old: Update, before: Incident, after: Incident, severity: Severity) -> Iterator[Problem]:
    same = next((update for update in after.updates if update.id == old.id), None)
    if same is None:
        moved = next((update for update in after.updates if update.message == old.message), None)
        yield _moved(old, moved, severity) if moved else _missing(old, after, severity)
    elif (_says_otherwise(old, same) or _means_otherwise(old, before, same, after)) and not _is_marked(old, same):
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
    """Whether a text or a component that was public is another one; a new language is neither."""
    texts = any(new.message.variants.get(language) != text for language, text in old.message.variants.items())
    return texts or dict(old.components) != dict(new.components)


def _means_otherwise(old: Update, before: Incident, new: Update, after: Incident) -> bool:
    """Whether the status was changed here; the first update has one unwritten, until an earlier one is added."""
    return old.status != new.status and _status(old, before) != _status(new, after)


def _status(update: Update, incident: Incident) -> Status | None:
    """The status after the update."""
    said = incident.updates[: incident.updates.index(update) + 1]
    return next((one.status for one in reversed(said) if one.status is not None), None)


def _is_marked(old: Update, new: Update) -> bool:
    return new.retracted is not None or (new.edited is not None and new.edited != old.edited)
