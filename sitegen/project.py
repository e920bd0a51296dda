"""A project's folder to settings, incidents and pictures: the only reader of what engineers write."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path, PurePosixPath

import msgspec

from sitegen import config, load, manuscripts, pictures
from sitegen.cache import Cache, digest
from sitegen.entries import Circumstances, Entries, look_up
from sitegen.model import Incident, Named, Picture, Settings
from sitegen.problems import Location, Problem, Severity, sort_problems
from sitegen.scan import Files, scan_file, scan_folder


class Project(msgspec.Struct, frozen=True, kw_only=True):
    """All content of a project: incidents in the order of their ids, pictures by name.

    `unread` are files that look like incidents and can't even be listed, so that nothing is certain (never green).
    `entries` are the same incidents as builds need them, where the project was read with a cache.
    """

    root: Path
    settings: Settings
    incidents: Sequence[Incident]
    pictures: Mapping[str, Picture]
    unread: tuple[PurePosixPath, ...]
    entries: Entries | None = None

    @property
    def named(self) -> Sequence[Named]:
        """Whatever has the names of the incidents."""
        return self.incidents if self.entries is None else self.entries.summaries

    def unsettled(self, moment: datetime) -> Iterable[Incident]:
        """The incidents about which something may still turn at the moment (aware) or later, maybe others as well."""
        return self.incidents if self.entries is None else self.entries.unsettled(moment)

    def read_picture(self, name: str) -> bytes:
        """The bytes of the picture of that name, none where there is no such picture."""
        picture = self.pictures.get(name)
        return picture.content if picture else b""


class Content(msgspec.Struct, frozen=True):
    """A project, or none where `sitegen.yaml` does not give one, and every problem found."""

    project: Project | None
    problems: tuple[Problem, ...]


def read(root: Path, cache: Cache | None = None, jobs: int | None = None) -> Content:
    """The project in the folder; nothing in it raises, and links, pipes and devices are never followed.

    With a cache the content is the same, but files that are as they were when it was kept are not read again, and an
    incident is only loaded when it is asked for. `jobs` is the most processes that share the work (None: see workers).
    """
    name = str(config.FILE)
    own = scan_file(root, name)
    if name not in own.contents:
        return Content(None, own.problems)
    configuration = config.read(own.contents[name])
    if configuration.settings is None:
        return Content(None, configuration.problems)
    files = scan_folder(root, str(load.FOLDER), None if cache is None else cache.seen)
    if cache is None:
        content = assemble(root, files, configuration.settings)
    else:
        origin = digest(cache.program, own.contents[name])
        content = _go_on(root, files, configuration.settings, cache, origin, jobs)
    return Content(content.project, sort_problems((*configuration.problems, *content.problems)))


def assemble(root: Path, files: Files, settings: Settings) -> Content:
    """The project of these files (also as they stood at another commit)."""
    shelf = manuscripts.sort(files, settings)
    readings = [manuscripts.read(one, files.contents, settings) for one in shelf.manuscripts.values()]
    incidents = tuple(reading.incident for reading in readings)
    shown, problems = _read_pictures(files.contents)
    project = Project(root=root, settings=settings, incidents=incidents, pictures=shown, unread=shelf.unread)
    problems += [problem for reading in readings for problem in reading.problems]
    problems += load.find_collisions(incidents)
    return Content(project, (*problems, *_list_problems(files, shelf, settings)))


def _go_on(root: Path, files: Files, settings: Settings, cache: Cache, origin: bytes, jobs: int | None) -> Content:
    """The same, going on from what is known."""
    shelf = manuscripts.sort(files, settings)
    shown, problems = _read_pictures(files.contents)
    circumstances = Circumstances(root, origin, settings, shown, digest_pictures(shown.values()))
    entries = look_up(shelf.manuscripts, files, circumstances, cache, jobs)
    project = Project(
        root=root, settings=settings, incidents=entries, pictures=shown, unread=shelf.unread, entries=entries
    )
    problems += [problem for one in entries.summaries for problem in one.problems]
    problems += load.find_collisions(entries.summaries)
    return Content(project, (*problems, *_list_problems(files, shelf, settings)))


def _list_problems(files: Files, shelf: manuscripts.Shelf, settings: Settings) -> Iterable[Problem]:
    """What is wrong with the files as such, and with post-mortems of nothing."""
    yield from (*files.problems, *shelf.problems)
    for texts in shelf.orphans.values():
        account = manuscripts.read_account(texts, files.contents, settings)
        yield from account.problems
        if account.postmortem is not None:
            hint = "A post-mortem has its incident's name and ends in `.md`."
            yield Problem(account.postmortem.where, "There is no incident of this name.", hint)


def digest_pictures(found: Iterable[Picture]) -> bytes:
    """The digest of the pictures, by name and content."""
    return digest(*(part for picture in found for part in (picture.name, picture.content)))


def _read_pictures(files: Mapping[str, bytes]) -> tuple[dict[str, Picture], list[Problem]]:
    found: dict[str, Picture] = {}
    problems = []
    for name in files:
        if not name.lower().endswith(pictures.SUFFIXES):
            continue
        path = PurePosixPath(name)
        picture = pictures.inspect(path.name, files[name])
        if isinstance(picture, str):
            problems.append(Problem(Location(path), picture))
        elif found.setdefault(path.name, picture) is not picture:
            problems.append(Problem(Location(path), "Another folder has a picture of this name.", "Rename one."))
        elif pictures.tells_place(picture):
            what = "This picture tells where it was taken."
            problems.append(Problem(Location(path), what, "Save it without that.", Severity.WARNING))
    return found, problems
