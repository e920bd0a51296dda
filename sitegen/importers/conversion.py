"""What an importer is and gives: a project's files together with an account of every file and every decision."""

from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath

import msgspec

from sitegen import source
from sitegen.problems import Location, Problem, Severity

RULE = "import"


class Skipped(msgspec.Struct, frozen=True):
    """A file that gave no incident, and why, as a whole sentence."""

    path: PurePosixPath
    reason: str


class Conversion(msgspec.Struct, frozen=True, kw_only=True):
    """A new project: the bytes of `sitegen.yaml`, and of every incident and post-mortem by its path in the project.

    The account is complete: `origins` names the source of each incident, and every file read is the settings' source,
    an incident's, or in `skipped`. Where a file holds one incident, files_read = 1 + incidents + skipped; where it may
    hold many, a problem at the file counts them. `unread` are those never opened.
    Places of problems are in the source folder. An error is something that was lost, a warning something that was
    changed, assumed or left out, advice a decision by rule that someone may want to look at.
    """

    settings_yaml: bytes
    incidents: Mapping[PurePosixPath, bytes]
    origins: Mapping[PurePosixPath, PurePosixPath]
    skipped: tuple[Skipped, ...]
    problems: tuple[Problem, ...]
    files_read: int
    unread: tuple[Skipped, ...] = ()
    postmortems: Mapping[PurePosixPath, bytes] = {}


class Refusal(msgspec.Struct, frozen=True):
    """Nothing is made: these files are no history of that tool. `reason` and `hint` are whole sentences."""

    reason: str
    hint: str = ""
    problems: tuple[Problem, ...] = ()


def gather_nothing(root: Path) -> Mapping[PurePosixPath, bytes]:
    """What most folders hold beside their files: nothing."""
    return {}


class Importer(msgspec.Struct, frozen=True):
    """One tool's history: what it is called, the files and folders (by relative path) it reads, what it makes.

    `most` is the size in bytes up to which a file is read. `gather` gives what a folder holds beside its files, as if
    it were files; one that is there goes before. It never raises.
    """

    title: str
    reads: tuple[PurePosixPath, ...]
    convert: Callable[[Mapping[PurePosixPath, bytes]], Conversion | Refusal]
    most: int = source.MAX_BYTES
    gather: Callable[[Path], Mapping[PurePosixPath, bytes]] = gather_nothing


class Findings:
    """The report while it is being written: what was lost, changed or decided, each at its place in the source."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def lose(self, where: Location, what: str, hint: str = "") -> None:
        """Note something that does not arrive in the project."""
        self.problems.append(Problem(where, what, hint, Severity.ERROR, RULE))

    def warn(self, where: Location, what: str, hint: str = "") -> None:
        """Note something that was changed, assumed or left out."""
        self.problems.append(Problem(where, what, hint, Severity.WARNING, RULE))

    def advise(self, where: Location, what: str, hint: str = "") -> None:
        """Note a decision by rule that someone may want to look at."""
        self.problems.append(Problem(where, what, hint, Severity.ADVICE, RULE))

    def soften(self, problems: list[Problem], hint: str = "") -> None:
        """Note as warnings what another reader complained of; what was done about it stands in `hint`."""
        for problem in problems:
            self.warn(problem.where, problem.what, hint or problem.hint)
