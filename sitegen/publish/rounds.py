"""One publication after another: when files change, and when time alone changes what should be shown or said."""

import threading
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path

from sitegen import history
from sitegen.announce import announce
from sitegen.model import Incident, Settings
from sitegen.serve import SOURCES
from sitegen.watch import watch

QUIET = 1.0  # seconds without a further change: what pulls from git writes many files
NAP = 30.0  # seconds: the clock is read again at least that often, for machines that sleep and clocks that are set
_END_OF_TIME = datetime.max.replace(tzinfo=UTC)


def keep_publishing(
    root: Path,
    publish: Callable[[], datetime],
    now: Callable[[], datetime],
    *,
    poll: bool = False,
    warn: Callable[[str], None] = lambda text: None,
) -> None:
    """Publish at once, after each change of the project's files, and at the moment (UTC) that the last round gave.

    Never two at once; what changes meanwhile is published next. `warn` hears where the system can't tell of changes
    (see watch). Goes on until something raises; WatchError where they can't be noticed at all.
    """
    changed = threading.Event()
    with watch(root, SOURCES, changed.set, poll=poll, quiet=QUIET, warn=warn):
        while True:
            changed.clear()
            due = publish()
            while (rest := (due - now()).total_seconds()) > 0 and not changed.wait(min(rest, NAP)):
                pass


def find_next_moment(incidents: Iterable[Incident], settings: Settings, moment: datetime) -> datetime:
    """The next moment (UTC) at which the pages must say something else or something has to be told."""
    entries = tuple(incidents)
    told = (one.at for one in announce(entries, _END_OF_TIME))
    return min((history.next_change(entries, settings, moment), *(at for at in told if at > moment)))
