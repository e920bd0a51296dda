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
_INCIDENTS = (".yaml", ".yml")
_TEXTS = (*_INCIDENTS, ".md")
_FOR_PEOPLE = "README.md"
EDITORS_LITTER = ("~", ".swp", ".tmp", ".bak", ".orig")


class Project(msgspec.Struct, frozen=True, kw_only=True):
    """All content of a project: incidents by id, pictures by name.

    `unread` are files that look like incidents and can't even be listed, so that nothing is certain (never green).
    """

    root: Path
    settings: Settings
    incidents: tuple[Incident, ...]
    pictures: Mapping[str, Picture]
    unread: tuple[PurePosixPath, ...]

    def read_picture(self, name: str) -> bytes:
        """The bytes of the picture of that name, none where there is no such picture."""
        picture = self.pictures.get(name)
        return picture.content if picture else b""


class Content(msgspec.Struct, frozen=True):
    """A project, or none where `sitegen.yaml` does not give one, and every problem found."""

    project: Project | None
    problems: tuple[Problem, ...]


class Files(msgspec.Struct, frozen=True):
    """The bytes of regular files under a folder by path relative to the project; what can't be read is in `lost`."""

    contents: Mapping[PurePosixPath, bytes]
    lost: tuple[PurePosixPath, ...] = ()
    problems: tuple[Problem, ...] = ()


def find_root(start: Path) -> Path | None:
    """The nearest folder at or above `start` that holds `sitegen.yaml`."""
    start = start.resolve()
    return next((folder for folder in (start, *start.parents) if (folder / config.FILE).is_file()), None)


def read(root: Path) -> Content:
    """The project in the folder; nothing in it raises, and links, pipes and devices are never followed."""
    collector = _Collector(root)
    collector.read(config.FILE)
    if config.FILE not in collector.contents:
        return Content(None, tuple(collector.problems))
    configuration = config.read(collector.contents[config.FILE])
    if configuration.settings is None:
        return Content(None, configuration.problems)
    files = collect(root, load.FOLDER)
    content = assemble(root, files, configuration.settings)
    found = (*configuration.problems, *content.problems)
    return Content(content.project, sort_problems(found))


def collect(root: Path, folder: PurePosixPath) -> Files:
    """The texts and pictures under the folder."""
    collector = _Collector(root)
    collector.collect(folder)
    return Files(collector.contents, tuple(collector.lost), tuple(collector.problems))


class _Collector:
    """Reads regular files only; notes every other one, and never waits for a pipe."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.contents: dict[PurePosixPath, bytes] = {}
        self.lost: list[PurePosixPath] = []
        self.problems: list[Problem] = []

    def collect(self, folder: PurePosixPath) -> None:
        """Everything below the folder; hidden files and what editors leave behind excepted."""
        for entry in self._entries(folder):
            path = folder / entry.name
            if entry.name.startswith((".", "#")) or entry.name.endswith(EDITORS_LITTER):
                continue
            if entry.is_dir():
                self.collect(path)
            elif path.suffix.lower() in (*_TEXTS, *pictures.SUFFIXES) or not entry.is_file(follow_symlinks=False):
                self.read(path)
            else:
                what = f"Files that end in `{path.suffix}` are not read."
                hint = "Incidents end in `.yaml`, post-mortems in `.md`."
                self.problems.append(Problem(Location(path), what, hint, Severity.WARNING))

    def read(self, path: PurePosixPath) -> None:
        """One file, at most one byte more than allowed."""
        try:
            if not stat.S_ISREG((self.root / path).lstat().st_mode):
                self._lose(path, "This is no regular file.", "Links, pipes and devices are not read.")
                return
            with (self.root / path).open("rb") as file:
                self.contents[path] = file.read(MAX_FILE + 1)
        except OSError as error:
            self._lose(path, f"This file can't be read: {error.strerror}.", "")

    def _entries(self, folder: PurePosixPath) -> list[os.DirEntry[str]]:
        place = self.root / folder
        if place.is_symlink():
            self._lose(folder, "This is a link.", "Links are not followed: put the folder itself here.")
            return []
        try:
            return sorted(os.scandir(place), key=lambda entry: entry.name)
        except FileNotFoundError:
            return []
        except OSError as error:
            self._lose(folder, f"This folder can't be read: {error.strerror}.", "")
            return []

    def _lose(self, path: PurePosixPath, what: str, hint: str) -> None:
        self.lost.append(path)
        self.problems.append(Problem(Location(path), what, hint))


def assemble(root: Path, files: Files, settings: Settings) -> Content:
    """The project of these files (also as they stood at another commit)."""
    problems = list(files.problems)
    entries = {path: _read_incident(path, file, settings, problems) for path, file in _incident_files(files)}
    unique = _drop_twins(entries, problems)
    accounts = _read_postmortems(files.contents, settings, problems)
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
        pictures=_read_pictures(files.contents, problems),
        unread=tuple(path for path in (*entries, *files.lost) if path not in named and not _is_prose(path)),
    )
    return Content(project, tuple(problems))


def _is_prose(path: PurePosixPath) -> bool:
    """Whether the file is no incident for sure, so that nothing about the state is lost with it."""
    return path.suffix.lower() in (".md", *pictures.SUFFIXES)


def _incident_files(files: Files) -> Iterator[tuple[PurePosixPath, bytes | None]]:
    """The files of incidents, with None for what could not be read."""
    for path in sorted({*files.contents, *files.lost}):
        if path.suffix.lower() in _INCIDENTS:
            yield path, files.contents.get(path)


def _read_incident(
    path: PurePosixPath, file: bytes | None, settings: Settings, problems: list[Problem]
) -> Incident | None:
    if load.read_id(path) is None:
        what = f"`{path.stem}` is not the id of an incident, so the page can't list it."
        problems.append(Problem(Location(path), what, "Name the file like `2026-11-23-checkout-payments.yaml`."))
        return None
    entry = load.read_incident(path, file or b"", settings)
    problems += () if file is None else entry.problems  # why it could not be read has been told
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
        name = postmortem.split_name(path)
        if name is None and path.suffix.lower() == ".md" and path.name != _FOR_PEOPLE:
            what, hint = "No incident has a post-mortem of this name, so it is not read.", "Name it like the incident."
            problems.append(Problem(Location(path), what, hint, Severity.WARNING))
        elif name is not None:
            language = name[1] or settings.site.default_language
            twin = by_id.setdefault(name[0], {}).setdefault(language, (path, file))
            if twin[0] != path:
                what = f"{twin[0]} is the post-mortem in `{language}` already."
                problems.append(Problem(Location(path), what, "Keep one of the two."))
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
        elif pictures.tells_place(picture):
            what = "This picture tells where it was taken."
            problems.append(Problem(Location(path), what, "Save it without that.", Severity.WARNING))
    return found
