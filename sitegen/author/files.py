"""The bytes of incident files, made or added to, and always read again before they are handed out."""

import re
from collections.abc import Collection, Iterable
from itertools import count
from pathlib import PurePosixPath

import msgspec

from sitegen import entry, load, source
from sitegen.author.layout import Layout
from sitegen.author.lines import Lines, indent, item
from sitegen.model import Incident, Settings, Update
from sitegen.problems import Location, Problem, Severity

_NEWLINE = re.compile(r"\r\n|\n|\r")
_BLANK = " \t\r\n"


class Refused(Exception):  # noqa: N818 - an answer to the engineer, not a failure of the program
    """Nothing is written: `what` is in the way, `hint` tells what to do; both are whole sentences."""

    def __init__(self, what: str, hint: str = "") -> None:
        super().__init__(f"{what} {hint}".strip())
        self.what, self.hint = what, hint


def dump_incident(incident: Incident, settings: Settings) -> bytes:
    """The file, in UTF-8 with LF, that reads as this incident again.

    The post-mortem, the gaps and the places are no part of it. Raises Refused for an incident that no file holds
    without a problem: a text with blanks at its ends, updates out of order, a moment between two seconds.
    """
    if not load.is_id(incident.id):
        raise Refused(f"`{incident.id}` can't be the id of an incident.", "Write it as `2026-11-23-checkout-payments`.")
    path = load.FOLDER / f"{incident.id}.yaml"
    layout = Layout(settings.site.zone, settings.site.default_language)
    content = "".join(f"{line}\n" for line in layout.incident(incident)).encode()
    result = load.read_incident(path, content, settings)
    _refuse_new_problems(content, result.problems, ())
    wanted = msgspec.structs.replace(incident, postmortem=None, gaps=())
    if _without_places(result.incident) != _without_places(wanted):
        raise Refused(f"{path} would not say the same when read again.", "Check its texts and times.")
    return content


def append_update(content: bytes, path: PurePosixPath, update: Update, settings: Settings) -> bytes:
    """The file with one more update at the end of its list, every other byte as it was.

    The update's `where` plays no role; an empty `id` becomes the usual one, or a free one where that is taken.
    Raises Refused where the file can't be read or takes no further update, and for an update that would add a problem.
    """
    updates = _find_updates(path, content)
    before = load.read_incident(path, content, settings)
    if not before.incident.updates:
        raise Refused(f"No update in {path} can be read.", "`sitegen check` tells why; correct the file first.")
    named = _name(update, before.incident.updates)
    # In a file with problems the update above may not be the one that a clock time counts from.
    previous = None if before.problems else before.incident.updates[-1].at
    layout = Layout(settings.site.zone, settings.site.default_language)
    grown = _insert(content, updates, layout.update(named, after=previous))
    after = load.read_incident(path, grown, settings)
    _refuse_new_problems(grown, after.problems, before.problems)
    wanted = msgspec.structs.replace(before.incident, updates=(*before.incident.updates, named))
    if _without_places(after.incident) != _without_places(wanted):
        raise Refused(f"{path} would not read as it was with one more update.", "Add the update by hand.")
    return grown


def _find_updates(path: PurePosixPath, content: bytes) -> source.Sequence:
    """The list of updates in a file; raises Refused where none stands that an item can be added to."""
    document = source.read(path, content)
    if not document.complete:
        problem = next(problem for problem in document.problems if problem.severity is Severity.ERROR)
        raise Refused(f"The file can't be read completely: {problem.where}: {problem.what}", problem.hint)
    updates = document.root.get(entry.UPDATES.name) if isinstance(document.root, source.Mapping) else None
    if not isinstance(updates, source.Sequence):
        raise Refused(f"{path} has no list of updates.", "Write `updates:` and the first update by hand.")
    if updates.flow:
        what = f"{updates.where}: The updates stand in brackets, where none can be added safely."
        raise Refused(what, "Begin each update on a line of its own with `- `.")
    return updates


def _name(update: Update, others: Collection[Update]) -> Update:
    """The update with its id: two of the same minute need different ones (FORMAT.md)."""
    taken = {other.id for other in others}
    usual = load.default_update_id(update.at)
    names = (usual if number == 1 else f"{usual[:-1]}n{number}" for number in count(1))
    return msgspec.structs.replace(update, id=update.id or next(name for name in names if name not in taken))


def _insert(content: bytes, updates: source.Sequence, update: Lines) -> bytes:
    """The file with the update's lines below the last update, indented and ended as the file's own are."""
    text = content.decode()
    # In a file that could be read these are the parser's lines: what else splitlines breaks at is forbidden there.
    lines = text.splitlines(keepends=True)
    last = _last_line(lines, updates)
    offset = max(2, updates.items[-1].where.column - updates.where.column)
    newline: str = _NEWLINE.findall(text)[0]
    added = newline.join(indent(item(update, offset), updates.where.column - 1))
    is_ended = lines[last - 1].splitlines() != [lines[last - 1]]
    lines.insert(last, added + newline if is_ended else newline + added)
    return "".join(lines).encode()


def _last_line(lines: list[str], updates: source.Sequence) -> int:
    """The last line, from 1, of the last update: comments and closing brackets deeper than its dash are its own."""
    last = updates.end
    for number, line in enumerate(lines[updates.end :], updates.end + 1):
        if line.strip(_BLANK) and len(line) - len(line.lstrip(" ")) < updates.where.column:
            break
        last = number
    while not lines[last - 1].strip(_BLANK):
        last -= 1
    return last


def _refuse_new_problems(content: bytes, found: Iterable[Problem], known: Iterable[Problem]) -> None:
    """Raises Refused for the first problem that was not there before, wherever the old ones stand now."""
    old = [(problem.what, problem.hint) for problem in known]
    for problem in found:
        if (problem.what, problem.hint) in old:
            old.remove((problem.what, problem.hint))
        else:
            line = dict(enumerate(content.decode().splitlines(), 1)).get(problem.where.line, "").strip()
            raise Refused(f"`{line[:80]}` does not fit: {problem.what}" if line else problem.what, problem.hint)


def _without_places(incident: Incident) -> Incident:
    nowhere = Location(PurePosixPath())
    updates = tuple(msgspec.structs.replace(update, where=nowhere) for update in incident.updates)
    return msgspec.structs.replace(incident, where=nowhere, updates=updates)
