"""One difference between what a host serves and what the files say, for a person to read."""

from enum import StrEnum

import msgspec

from sitegen import checks
from sitegen.problems import Severity

_SHOWN = 3


class Rule(StrEnum):
    """What was found; the words are for scripts."""

    UNSEEN = "unseen"
    MISSING = "missing"
    WRONG = "wrong"
    OLD = "old"
    HALF = "half"
    AHEAD = "ahead"


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong with these files of a host and, as `hint`, what to do: whole sentences.

    `lacks` names what customers can't read there, newest first, as `ID · PART`: the id of an update, `postmortem`,
    `start` or `end`. An error needs a person; a warning may mend itself.
    """

    host: str
    rule: Rule
    files: tuple[str, ...]
    what: str
    hint: str = ""
    lacks: tuple[str, ...] = ()
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        """One line, whatever stands at the host."""
        weight = "" if self.severity is Severity.ERROR else f"{self.severity}:"
        head = ": ".join(filter(None, (self.host, self.rule.value, list_files(self.files))))
        return _on_one_line(" ".join(filter(None, (f"{head}:", weight, self.what, self.hint))))


def list_files(files: tuple[str, ...]) -> str:
    """The first of the files, and how many more there are."""
    more = len(files) - _SHOWN
    return ", ".join(files[:_SHOWN]) + (f" and {more} more" if more > 0 else "")


def quote(text: str) -> str:
    """What stands at a host, for a message; without secrets."""
    return f"“{_on_one_line(checks.redact(text))}”"


def _on_one_line(text: str) -> str:
    return "".join(one if one.isprintable() else "�" for one in " ".join(text.split()))
