"""Which files make up each entry, and what stands in them."""

from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath

import msgspec

from sitegen import load, pictures, postmortem
from sitegen.model import Incident, Settings
from sitegen.problems import Location, Problem, Severity
from sitegen.scan import INCIDENTS, Files

_FOR_PEOPLE = "README.md"


class Manuscript(msgspec.Struct, frozen=True):
    """The paths of an entry's files: of the incident, and by language those of its post-mortem."""

    id: str
    path: str
    texts: Mapping[str, str] = {}

    @property
    def paths(self) -> tuple[str, ...]:
        """All of them."""
        return (self.path, *self.texts.values())


class Shelf(msgspec.Struct, frozen=True):
    """The manuscripts of a project by id, in the order of ids; post-mortems without an incident by its would-be id.

    `unread` are files that look like incidents and give none, so that nothing is certain (never green).
    """

    manuscripts: Mapping[str, Manuscript]
    orphans: Mapping[str, Mapping[str, str]]
    unread: tuple[PurePosixPath, ...]
    problems: tuple[Problem, ...]


class Reading(msgspec.Struct, frozen=True):
    """What stands in a manuscript, and what is wrong with it."""

    incident: Incident
    problems: tuple[Problem, ...]


def sort(files: Files, settings: Settings) -> Shelf:
    """Put together what belongs together."""
    problems: list[Problem] = []
    paths = _find_incidents(files, problems)
    texts = _find_texts(files.contents, settings.site.default_language, problems)
    used = frozenset(paths.values())
    unread = (name for name in sorted({*filter(_is_incident, files.contents), *files.lost}) if name not in used)
    return Shelf(
        {name: Manuscript(name, path, texts.get(name, {})) for name, path in sorted(paths.items())},
        {name: found for name, found in texts.items() if name not in paths},
        tuple(PurePosixPath(name) for name in unread if not _is_prose(name)),
        tuple(problems),
    )


def read(manuscript: Manuscript, contents: Mapping[str, bytes], settings: Settings) -> Reading:
    """The entry in these files; why one of them is not among the contents has been told already."""
    path = PurePosixPath(manuscript.path)
    content = contents.get(manuscript.path)
    if content is None:
        entry = load.Entry(load.read_incident(path, b"", settings).incident, ())
    else:
        entry = load.read_incident(path, content, settings)
    if not manuscript.texts:
        return Reading(entry.incident, entry.problems)
    account = read_account(manuscript.texts, contents, settings)
    incident = msgspec.structs.replace(entry.incident, postmortem=account.postmortem)
    return Reading(incident, (*entry.problems, *account.problems))


def read_account(
    texts: Mapping[str, str], contents: Mapping[str, bytes], settings: Settings
) -> postmortem.PostmortemEntry:
    """The post-mortem in the files of these languages."""
    files = {language: (PurePosixPath(path), contents.get(path, b"")) for language, path in texts.items()}
    return postmortem.read_postmortem(files, settings)


def _is_incident(name: str) -> bool:
    return name.lower().endswith(INCIDENTS)


def _is_prose(name: str) -> bool:
    """Whether the file is no incident for sure, so that nothing about the state is lost with it."""
    return name.lower().endswith((".md", *pictures.SUFFIXES))


def _find_incidents(files: Files, problems: list[Problem]) -> dict[str, str]:
    """The path of each incident by its id; of twins the first, by path."""
    found: dict[str, str] = {}
    for name in _in_order_of_paths(name for name in (*files.contents, *files.lost) if _is_incident(name)):
        own = load.read_id(name)
        if own is None:
            what = f"`{PurePosixPath(name).stem}` is not the id of an incident, so the page can't list it."
            hint = "Name the file like `2026-11-23-checkout-payments.yaml`."
            problems.append(Problem(Location(PurePosixPath(name)), what, hint))
        elif found.setdefault(own, name) != name:
            what = f"`{own}` belongs to {found[own]} already."
            problems.append(Problem(Location(PurePosixPath(name)), what, "Rename this file."))
    return found


def _in_order_of_paths(names: Iterable[str]) -> list[str]:
    """Part by part, as paths are compared."""
    return sorted(names, key=lambda name: name.split("/"))


def _find_texts(names: Iterable[str], main: str, problems: list[Problem]) -> dict[str, dict[str, str]]:
    """The paths of post-mortems by id and language."""
    found: dict[str, dict[str, str]] = {}
    for name in names:
        if not name.lower().endswith(".md"):
            continue
        path = PurePosixPath(name)
        parts = postmortem.split_name(path)
        if parts is not None:
            twin = found.setdefault(parts[0], {}).setdefault(parts[1] or main, name)
            if twin != name:
                what = f"{twin} is the post-mortem in `{parts[1] or main}` already."
                problems.append(Problem(Location(path), what, "Keep one of the two."))
        elif path.name != _FOR_PEOPLE:
            what, hint = "No incident has a post-mortem of this name, so it is not read.", "Name it like the incident."
            problems.append(Problem(Location(path), what, hint, Severity.WARNING))
    return found
