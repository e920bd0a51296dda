"""A project's folder to settings, incidents and pictures: the only reader of what engineers write."""

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath

import msgspec

from sitegen import config, load, pictures, postmortem, source
from sitegen.cache import Cache, Seen, Shelf, digest, make_stamp
from sitegen.model import Incident, Picture, Postmortem, Settings
from sitegen.problems import Location, Problem, Severity, sort_problems

MAX_FILE = max(source.MAX_BYTES, pictures.MAX_BYTES)
_INCIDENTS = (".yaml", ".yml")
_TEXTS = (*_INCIDENTS, ".md")
_FOR_PEOPLE = "README.md"
EDITORS_LITTER = ("~", ".swp", ".tmp", ".bak", ".orig")


class Digests(msgspec.Struct, frozen=True):
    """The digests of what a project was read from: of `sitegen.yaml`, and by its id of each incident's files.

    The files' names count: pages link to them.
    """

    settings: bytes
    incidents: Mapping[str, bytes]


class Project(msgspec.Struct, frozen=True, kw_only=True):
    """All content of a project: incidents by id, pictures by name.

    `unread` are files that look like incidents and can't even be listed, so that nothing is certain (never green).
    `digests` are there where a cache was asked for them.
    """

    root: Path
    settings: Settings
    incidents: tuple[Incident, ...]
    pictures: Mapping[str, Picture]
    unread: tuple[PurePosixPath, ...]
    digests: Digests | None = None

    def read_picture(self, name: str) -> bytes:
        """The bytes of the picture of that name, none where there is no such picture."""
        picture = self.pictures.get(name)
        return picture.content if picture else b""


class Content(msgspec.Struct, frozen=True):
    """A project, or none where `sitegen.yaml` does not give one, and every problem found."""

    project: Project | None
    problems: tuple[Problem, ...]


class Files(msgspec.Struct, frozen=True):
    """The bytes of regular files under a folder by path relative to the project; what can't be read is in `lost`.

    `digests` of them are there where a cache was asked; contents that it knows are read when they are looked at.
    """

    contents: Mapping[PurePosixPath, bytes]
    lost: tuple[PurePosixPath, ...] = ()
    problems: tuple[Problem, ...] = ()
    digests: Mapping[PurePosixPath, bytes] = {}


def read(root: Path, cache: Cache | None = None) -> Content:
    """The project in the folder; nothing in it raises, and links, pipes and devices are never followed.

    With a cache, files that are as they were when it was kept are not read again; the content is the same.
    """
    collector = _Collector(root)
    collector.read(config.FILE)
    if config.FILE not in collector.contents:
        return Content(None, tuple(collector.problems))
    configuration = config.read(collector.contents[config.FILE])
    if configuration.settings is None:
        return Content(None, configuration.problems)
    files = collect(root, load.FOLDER, None if cache is None else cache.seen)
    known = None
    if cache is not None:
        known = _Known(cache, digest(collector.contents[config.FILE]))
    content = assemble(root, files, configuration.settings, known)
    found = (*configuration.problems, *content.problems)
    return Content(content.project, sort_problems(found))


def collect(root: Path, folder: PurePosixPath, seen: Seen | None = None) -> Files:
    """The texts and pictures under the folder."""
    collector = _Collector(root, seen)
    collector.collect(folder)
    return Files(collector.contents, tuple(collector.lost), tuple(collector.problems), collector.digests)


class _Contents(Mapping[PurePosixPath, bytes]):
    """The bytes of files by path; what is known already is read only where somebody asks for it."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._read: dict[PurePosixPath, bytes | None] = {}

    def add(self, path: PurePosixPath, content: bytes | None) -> None:
        """One more file; without its content it is read when it is asked for."""
        self._read[path] = content

    def __getitem__(self, path: PurePosixPath) -> bytes:
        content = self._read[path]
        if content is None:
            content = self._read[path] = self._look(path)
        return content

    def _look(self, path: PurePosixPath) -> bytes:
        """The bytes, none where the file has just vanished: that is the state of an entry that can't be read."""
        try:
            with (self._root / path).open("rb") as file:
                return file.read(MAX_FILE + 1)
        except OSError:
            return b""

    def __contains__(self, path: object) -> bool:
        return path in self._read  # without a look inside

    def __iter__(self) -> Iterator[PurePosixPath]:
        return iter(self._read)

    def __len__(self) -> int:
        return len(self._read)


class _Collector:
    """Reads regular files only; notes every other one, and never waits for a pipe."""

    def __init__(self, root: Path, seen: Seen | None = None) -> None:
        self.root = root
        self.seen = seen
        self.contents = _Contents(root)
        self.digests: dict[PurePosixPath, bytes] = {}
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
        """One file, at most one byte more than allowed; not at all where it is as it was."""
        try:
            stamp = make_stamp((self.root / path).lstat())
            if stamp is None:
                self._lose(path, "This is no regular file.", "Links, pipes and devices are not read.")
                return
            known = None if self.seen is None else self.seen.recall(str(path), stamp)
            if known is not None:
                self.digests[path] = known
                self.contents.add(path, None)
                return
            with (self.root / path).open("rb") as file:
                content = file.read(MAX_FILE + 1)
        except OSError as error:
            self._lose(path, f"This file can't be read: {error.strerror}.", "")
            return
        self.contents.add(path, content)
        if self.seen is not None:
            self.digests[path] = self.seen.keep(str(path), stamp, content)

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


class _Known:
    """What earlier builds made of files, and what this one finds out, under the settings of that digest."""

    def __init__(self, cache: Cache, settings: bytes) -> None:
        results = cache.results(settings)
        self.settings = settings
        self.incidents: Shelf[load.Entry] = results.shelf("incidents", load.Entry)
        self.postmortems: Shelf[postmortem.PostmortemEntry] = results.shelf("postmortems", postmortem.PostmortemEntry)


class _Account(msgspec.Struct, frozen=True):
    """What the post-mortem files of an incident gave, and the digest of all of them."""

    postmortem: Postmortem | None
    digest: bytes


def _join(incident: Incident, account: _Account | None) -> Incident:
    return incident if account is None else msgspec.structs.replace(incident, postmortem=account.postmortem)


def assemble(root: Path, files: Files, settings: Settings, known: _Known | None = None) -> Content:
    """The project of these files (also as they stood at another commit)."""
    problems = list(files.problems)
    entries = {path: _read_incident(path, files, settings, problems, known) for path in _incident_files(files)}
    unique = _drop_twins(entries, problems)
    accounts = _read_postmortems(files, settings, problems, known)
    incidents = tuple(_join(unique[name], accounts.get(name)) for name in sorted(unique))
    for name, account in accounts.items():
        if account.postmortem is not None and name not in unique:
            what = "There is no incident of this name."
            hint = "A post-mortem has its incident's name and ends in `.md`."
            problems.append(Problem(account.postmortem.where, what, hint))
    problems += load.find_collisions(incidents)
    named = {incident.where.path for incident in incidents}
    project = Project(
        root=root,
        settings=settings,
        incidents=incidents,
        pictures=_read_pictures(files.contents, problems),
        unread=tuple(path for path in (*entries, *files.lost) if path not in named and not _is_prose(path)),
        digests=None if known is None else _find_digests(known.settings, files, incidents, accounts),
    )
    return Content(project, tuple(problems))


def _find_digests(
    settings: bytes, files: Files, incidents: Iterable[Incident], accounts: Mapping[str, _Account]
) -> Digests:
    """The digests of the incidents that were read from files whose digests are known."""
    found = {}
    for incident in incidents:
        own = files.digests.get(incident.where.path)
        account = accounts.get(incident.id)
        if own is not None:
            texts = b"" if account is None else account.digest
            found[incident.id] = digest(str(incident.where.path), own, texts)
    return Digests(settings, found)


def _is_prose(path: PurePosixPath) -> bool:
    """Whether the file is no incident for sure, so that nothing about the state is lost with it."""
    return path.suffix.lower() in (".md", *pictures.SUFFIXES)


def _incident_files(files: Files) -> Iterator[PurePosixPath]:
    """The files of incidents, also those that could not be read."""
    for path in sorted((*files.contents, *files.lost)):  # no set: in their own order they are nearly sorted
        if path.suffix.lower() in _INCIDENTS:
            yield path


def _read_incident(
    path: PurePosixPath, files: Files, settings: Settings, problems: list[Problem], known: _Known | None
) -> Incident | None:
    if load.read_id(path) is None:
        what = f"`{path.stem}` is not the id of an incident, so the page can't list it."
        problems.append(Problem(Location(path), what, "Name the file like `2026-11-23-checkout-payments.yaml`."))
        return None
    if path not in files.contents:
        return load.read_incident(path, b"", settings).incident  # why it could not be read has been told
    entry = None if known is None else known.incidents.recall(str(path), files.digests[path])
    if entry is None:
        content = files.contents[path]
        entry = load.read_incident(path, content, settings)
        if known is not None and digest(content) == files.digests[path]:
            known.incidents.keep(str(path), files.digests[path], entry)
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
    files: Files, settings: Settings, problems: list[Problem], known: _Known | None
) -> dict[str, _Account]:
    by_id: dict[str, dict[str, PurePosixPath]] = {}
    for path in files.contents:
        name = postmortem.split_name(path)
        if name is None and path.suffix.lower() == ".md" and path.name != _FOR_PEOPLE:
            what, hint = "No incident has a post-mortem of this name, so it is not read.", "Name it like the incident."
            problems.append(Problem(Location(path), what, hint, Severity.WARNING))
        elif name is not None:
            language = name[1] or settings.site.default_language
            twin = by_id.setdefault(name[0], {}).setdefault(language, path)
            if twin != path:
                what = f"{twin} is the post-mortem in `{language}` already."
                problems.append(Problem(Location(path), what, "Keep one of the two."))
    return {name: _read_postmortem(name, texts, files, settings, problems, known) for name, texts in by_id.items()}


def _read_postmortem(
    name: str,
    texts: Mapping[str, PurePosixPath],
    files: Files,
    settings: Settings,
    problems: list[Problem],
    known: _Known | None,
) -> _Account:
    key = b"" if known is None else _digest_texts(texts, files.digests)
    entry = None if known is None else known.postmortems.recall(name, key)
    if entry is None:
        contents = {language: (path, files.contents[path]) for language, path in texts.items()}
        entry = postmortem.read_postmortem(contents, settings)
        now = {path: digest(content) for path, content in contents.values()}
        if known is not None and _digest_texts(texts, now) == key:
            known.postmortems.keep(name, key, entry)
    problems += entry.problems
    return _Account(entry.postmortem, key)


def _digest_texts(texts: Mapping[str, PurePosixPath], digests: Mapping[PurePosixPath, bytes]) -> bytes:
    parts = ((language, str(path), digests[path]) for language, path in texts.items())
    return digest(*(part for text in parts for part in text))


def _read_pictures(files: Mapping[PurePosixPath, bytes], problems: list[Problem]) -> dict[str, Picture]:
    found: dict[str, Picture] = {}
    for path in files:
        if path.suffix.lower() not in pictures.SUFFIXES:
            continue
        picture = pictures.inspect(path.name, files[path])
        if isinstance(picture, str):
            problems.append(Problem(Location(path), picture))
        elif found.setdefault(path.name, picture) is not picture:
            problems.append(Problem(Location(path), "Another folder has a picture of this name.", "Rename one."))
        elif pictures.tells_place(picture):
            what = "This picture tells where it was taken."
            problems.append(Problem(Location(path), what, "Save it without that.", Severity.WARNING))
    return found
