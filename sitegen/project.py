"""A project's folder to settings, incidents and pictures: the only reader of what engineers write."""

import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

import msgspec

from sitegen import config, load, pictures, postmortem, source
from sitegen.model import Incident, Picture, Postmortem, Settings
from sitegen.problems import Location, Problem, Severity, sort_problems

MAX_FILE = max(source.MAX_BYTES, pictures.MAX_BYTES)
_TEXTS = (".yaml", ".yml", ".md")
_EDITORS_LITTER = ("~", ".swp", ".tmp", ".bak", ".orig")


class Project(msgspec.Struct, frozen=True, kw_only=True):
    """All content of a project: incidents by id, pictures by name.

    `unread` are files that look like incidents and can't even be listed, so that nothing is certain (never green).
    """

    root: Path
    settings: Settings
    incidents: tuple[Incident, ...]
    pictures: Mapping[str, Picture]
    unread: tuple[PurePosixPath, ...]


class Content(msgspec.Struct, frozen=True):
    """A project, or none where `sitegen.yaml` does not give one, and every problem found."""

    project: Project | None
    problems: tuple[Problem, ...]


class Files(msgspec.Struct, frozen=True):
    """The bytes of regular files under a folder by path relative to the project, and what was left out."""

    contents: Mapping[PurePosixPath, bytes]
    problems: tuple[Problem, ...]


def find_root(start: Path) -> Path | None:
    """The nearest folder at or above `start` that holds `sitegen.yaml`."""
    start = start.resolve()
    return next((folder for folder in (start, *start.parents) if (folder / config.FILE).is_file()), None)


def read(root: Path) -> Content:
    """The project in the folder; nothing in it raises, and links, pipes and devices are never followed."""
    settings_file = root / config.FILE
    if not stat.S_ISREG(settings_file.lstat().st_mode):
        return Content(None, (Problem(Location(config.FILE), "This is no regular file.", "Replace the link."),))
    configuration = config.read(settings_file.read_bytes()[: source.MAX_BYTES + 1])
    if configuration.settings is None:
        return Content(None, configuration.problems)
    files = collect(root, load.FOLDER)
    content = assemble(root, files.contents, configuration.settings)
    problems = (*configuration.problems, *files.problems, *content.problems)
    return Content(content.project, sort_problems(problems))


def collect(root: Path, folder: PurePosixPath) -> Files:
    """The texts and pictures under the folder."""
    contents: dict[PurePosixPath, bytes] = {}
    problems: list[Problem] = []
    for path, mode in _walk(root, folder):
        if not stat.S_ISREG(mode):
            hint = "Links, pipes and devices are not read: put the file itself here."
            problems.append(Problem(Location(path), "This is no regular file.", hint))
        elif path.suffix.lower() in (*_TEXTS, *pictures.SUFFIXES):
            with (root / path).open("rb") as file:
                contents[path] = file.read(MAX_FILE + 1)
        else:
            what = f"Files that end in `{path.suffix}` are not read."
            hint = "Incidents end in `.yaml`, post-mortems in `.md`."
            problems.append(Problem(Location(path), what, hint, Severity.WARNING))
    return Files(contents, tuple(problems))


def _walk(root: Path, folder: PurePosixPath) -> Iterator[tuple[PurePosixPath, int]]:
    """Every file below the folder with its mode, sorted; hidden ones and what editors leave behind excepted."""
    try:
        entries = sorted(os.scandir(root / folder), key=lambda entry: entry.name)
    except FileNotFoundError:
        return
    for entry in entries:
        if entry.name.startswith((".", "#")) or entry.name.endswith(_EDITORS_LITTER):
            continue
        path = folder / entry.name
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(root, path)
        else:
            yield path, entry.stat(follow_symlinks=False).st_mode


def assemble(root: Path, files: Mapping[PurePosixPath, bytes], settings: Settings) -> Content:
    """The project of these files (also as they stood at another commit)."""
    problems: list[Problem] = []
    found = {path: file for path, file in files.items() if path.suffix.lower() in (".yaml", ".yml")}
    entries = {path: _read_incident(path, file, settings, problems) for path, file in found.items()}
    unique = _drop_twins(entries, problems)
    accounts = _read_postmortems(files, settings, problems)
    incidents = tuple(
        msgspec.structs.replace(unique[name], postmortem=accounts.pop(name, None)) for name in sorted(unique)
    )
    for account in accounts.values():
        what = "There is no incident of this name."
        problems.append(Problem(account.where, what, "A post-mortem has its incident's name and ends in `.md`."))
    problems += load.find_collisions(incidents)
    named = {incident.where.path for incident in incidents}
    project = Project(
        root=root,
        settings=settings,
        incidents=incidents,
        pictures=_read_pictures(files, problems),
        unread=tuple(path for path in found if path not in named),
    )
    return Content(project, tuple(problems))


def _read_incident(path: PurePosixPath, file: bytes, settings: Settings, problems: list[Problem]) -> Incident | None:
    if load.read_id(path) is None:
        what = f"`{path.stem}` is not the id of an incident, so the page can't list it."
        problems.append(Problem(Location(path), what, "Name the file like `2026-11-23-checkout-payments.yaml`."))
        return None
    entry = load.read_incident(path, file, settings)
    problems += entry.problems
    return entry.incident


def _drop_twins(entries: Mapping[PurePosixPath, Incident | None], problems: list[Problem]) -> dict[str, Incident]:
    unique: dict[str, Incident] = {}
    for path in sorted(entries):
        incident = entries[path]
        if incident is not None and unique.setdefault(incident.id, incident) is not incident:
            what = f"`{incident.id}` belongs to {unique[incident.id].where.path} already."
            problems.append(Problem(Location(path), what, "Rename this file."))
    return unique


def _read_postmortems(
    files: Mapping[PurePosixPath, bytes], settings: Settings, problems: list[Problem]
) -> dict[str, Postmortem]:
    by_id: dict[str, dict[str, tuple[PurePosixPath, bytes]]] = {}
    for path, file in files.items():
        if path.suffix == ".md" and (name := postmortem.split_name(path)) is not None:
            by_id.setdefault(name[0], {})[name[1] or settings.site.default_language] = (path, file)
    accounts = {}
    for incident_id, texts in by_id.items():
        entry = postmortem.read_postmortem(texts, settings)
        problems += entry.problems
        if entry.postmortem is not None:
            accounts[incident_id] = entry.postmortem
    return accounts


def _read_pictures(files: Mapping[PurePosixPath, bytes], problems: list[Problem]) -> dict[str, Picture]:
    found: dict[str, Picture] = {}
    for path, file in files.items():
        if path.suffix.lower() not in pictures.SUFFIXES:
            continue
        picture = pictures.inspect(path.name, file)
        if isinstance(picture, str):
            problems.append(Problem(Location(path), picture))
        elif found.setdefault(path.name, picture) is not picture:
            problems.append(Problem(Location(path), "Another folder has a picture of this name.", "Rename one."))
    return found
