"""One difference between the files, the ledger, the page and what stands on the platforms, for a person to read."""

from enum import StrEnum

import msgspec

from sitegen import checks
from sitegen.model import Delivery
from sitegen.problems import Severity

ON_THE_LEDGER, ON_THE_PAGE = "ledger", "page"
"""Where a finding is that belongs to no channel."""

AGAIN = "Try again later."


class Rule(StrEnum):
    """What was found; the words are for scripts."""

    UNSEEN = "unseen"
    NOT_READ = "not-read"
    CREDENTIALS = "credentials"
    ACCOUNT = "account"
    WARNING = "warning"
    NOTE = "note"
    NOT_CONNECTED = "not-connected"
    ABANDONED = "abandoned"
    IN_DOUBT = "in-doubt"
    STOPPED = "stopped"
    REJECTED = "rejected"
    UNSAID = "unsaid"
    LATE = "late"
    HAND_MADE = "hand-made"
    DELETED = "deleted"
    EDITED = "edited"
    ENTRY_GONE = "entry-gone"
    UPDATE_GONE = "update-gone"
    TAMPERED = "tampered"
    NOT_PINNED = "not-pinned"
    NOT_MERGED = "not-merged"
    LINK = "link"
    STALE = "stale"


_SEVERITIES = {Rule.NOT_READ: Severity.ADVICE, Rule.LATE: Severity.ADVICE, Rule.NOTE: Severity.WARNING}


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong at `where` (a channel's name, `ledger` or `page`) and, as `hint`, what to do: whole sentences.

    `incident` and `part` tell of which word it speaks, `url` where that stands, `key` is its delivery; each may be
    empty. An error needs a person; advice only tells what can't be compared.
    """

    where: str
    rule: Rule
    what: str
    hint: str = ""
    severity: Severity = Severity.ERROR
    incident: str = ""
    part: str = ""
    url: str = ""
    key: str = ""

    def __str__(self) -> str:
        """One line, whatever stands on the platform."""
        place = " · ".join(filter(None, (self.incident, self.part)))
        weight = "" if self.severity is Severity.ERROR else f"{self.severity}:"
        key = f"(key {self.key})" if self.key else ""
        head = ": ".join(filter(None, (self.where, place)))
        return _on_one_line(" ".join(filter(None, (f"{head}:", weight, self.what, self.hint, self.url, key))))


def note(where: str, rule: Rule, what: str, hint: str = "", entry: Delivery | None = None, **more: str) -> Finding:
    """A finding as heavy as its rule; `entry` tells of which word it speaks, unless `more` does."""
    if entry is not None:
        more = {"incident": entry.incident, "part": entry.part, "url": entry.url, "key": entry.key, **more}
    severity = _SEVERITIES.get(rule, Severity.ERROR)
    return Finding(where=where, rule=rule, what=what, hint=hint, severity=severity, **more)


def end(reason: str) -> str:
    """What a platform or the ledger said, as the end of a sentence."""
    return f"{reason.rstrip('.')}."


def quote(text: str, most: int = 60) -> str:
    """The beginning of what somebody wrote, for a message; without secrets, which a cut would make unknowable."""
    line = _on_one_line(checks.redact(text))
    return f"“{line if len(line) <= most else line[:most].rstrip() + '…'}”"


def _on_one_line(text: str) -> str:
    return "".join(one if one.isprintable() else "�" for one in " ".join(text.split()))
