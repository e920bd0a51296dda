"""What is wrong, where it stands, and what to do about it: mistakes are values here, never exceptions."""

from collections.abc import Iterable
from enum import StrEnum
from pathlib import PurePosixPath

import msgspec


class Severity(StrEnum):
    """How much a problem weighs: an error fails `check`, a warning and advice do not."""

    ERROR = "error"
    WARNING = "warning"
    ADVICE = "advice"


class Location(msgspec.Struct, frozen=True, order=True):
    """A place in a file of the project: `path` relative to its root, `line` and `column` from 1 (0: the whole file)."""

    path: PurePosixPath
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        # A line break in a file's name must not look like a line of its own.
        path = "".join(one if one.isprintable() else repr(one)[1:-1] for one in str(self.path))
        return f"{path}:{self.line}:{self.column}" if self.line else path


class Problem(msgspec.Struct, frozen=True):
    """One mistake: `what` is wrong at `where` and, as `hint`, what to do; both are whole sentences in English."""

    where: Location
    what: str
    hint: str = ""
    severity: Severity = Severity.ERROR
    rule: str = "format"

    def __str__(self) -> str:
        label = "" if self.severity is Severity.ERROR else f"{self.severity}: "
        return f"{self.where}: {label}{self.what}" + (f" {self.hint}" if self.hint else "")


def sort_problems(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The problems without repetition, ordered by file, line, column and wording."""
    return tuple(sorted(set(problems), key=lambda problem: (problem.where, problem.what, problem.hint)))


def has_errors(problems: Iterable[Problem]) -> bool:
    """Whether any of the problems is an error."""
    return any(problem.severity is Severity.ERROR for problem in problems)
