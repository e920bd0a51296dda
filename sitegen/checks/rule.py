"""What a rule is: a named look at one incident, in the light of the settings and the moment."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

import msgspec

from sitegen.model import Incident, Settings
from sitegen.problems import Location, Problem, Severity


class Context(msgspec.Struct, frozen=True):
    """What a rule may know beside the incident: the project's settings, and now (aware, UTC)."""

    settings: Settings
    moment: datetime


class Finding(msgspec.Struct, frozen=True):
    """One thing a rule found: `what` is wrong at `where` and, as `hint`, what to do; whole sentences in English."""

    where: Location
    what: str
    hint: str = ""


class Rule(msgspec.Struct, frozen=True):
    """One rule: `name` stands in each of its problems, `severity` weighs all of them; `look` is a pure function.

    `timely`: it looks at the moment; what any other one finds stays true as long as the files stay as they are.
    """

    name: str
    severity: Severity
    look: Callable[[Incident, Context], Iterable[Finding]]
    timely: bool = False

    def __call__(self, incident: Incident, context: Context) -> Iterator[Problem]:
        """Every problem that this rule sees in the incident."""
        for found in self.look(incident, context):
            yield Problem(found.where, found.what, found.hint, self.severity, self.name)


def quote(text: str, most: int = 60) -> str:
    """The beginning of a text on one line, between backticks, for a message."""
    line = " ".join(text[: 4 * most].split()).replace("`", "'")
    return f"`{line if len(line) <= most else line[:most].rstrip() + '…'}`"
