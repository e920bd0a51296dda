"""Plans for the preview: of the files as they stand, over the newest that is known of the ledger."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from sitegen import checks, model, project
from sitegen.cli.ledgers import REMOTE
from sitegen.cli.mirroring import WallClock, find_announcements, plan_channels
from sitegen.compose import channel_language
from sitegen.git import GitError
from sitegen.git.command import Repository
from sitegen.git.fetching import has_remote
from sitegen.ledger import GitLedger, LedgerError, Snapshot
from sitegen.mirror.kit import find_copies
from sitegen.model import Connection, Settings
from sitegen.project import Project
from sitegen.serve import Outlook

PATIENCE = timedelta(seconds=4)
"""So long a page waits for a git host that does not answer, at each of the two questions that it may have."""

PAUSE = timedelta(minutes=1)
"""So long after a vain attempt nobody waits for the next one."""

_BEGINNING = datetime.min.replace(tzinfo=UTC)
_WITHHELD = "withheld"


class Outlooks:
    """Makes an outlook whenever it is called, from any thread; it keeps what it read of the ledger last."""

    def __init__(self, root: Path, now: Callable[[], datetime]) -> None:
        self._root = root
        self._now = now
        self._reader: _Reader | None = None
        self._turn = threading.Lock()

    def __call__(self) -> Outlook | None:
        """What would be said now; None where `sitegen.yaml` can't be used."""
        content = project.read(self._root).project
        if content is None:
            return None
        moment = self._now()
        with self._turn:
            reading = self._read(content, moment)
        return _look(content, reading, moment)

    def _read(self, content: Project, moment: datetime) -> "_Reading":
        if self._reader is None or self._reader.settings != content.settings.ledger:
            self._reader = _Reader(content.root, content.settings.ledger)
        return self._reader.read(moment)


class _Reading(msgspec.Struct, frozen=True):
    """What is known of the ledger: since when (UTC), None where nothing is; `trouble` is why it is not the newest."""

    known: Snapshot | None = None
    at: datetime | None = None
    trouble: str = ""


class _Reader:
    """Reads one ledger with little patience."""

    def __init__(self, root: Path, settings: model.Ledger) -> None:
        self.settings = settings
        self._root = root
        self._ledger: GitLedger | None = None
        self._last = _Reading()
        self._next = _BEGINNING

    def read(self, moment: datetime) -> _Reading:
        """The newest, else what was read last."""
        if moment < self._next:
            return self._last
        try:
            self._ledger = self._ledger or _open(self._root, self.settings)
            self._last = _Reading(self._ledger.read(), moment)
        except (LedgerError, GitError) as error:
            self._last = msgspec.structs.replace(self._last, trouble=checks.redact(str(error)))
            self._next = moment + PAUSE
        return self._last


def _open(root: Path, settings: model.Ledger) -> GitLedger:
    repository = Repository.find(root)
    if repository is None:
        raise LedgerError(f"{root} is not in a git repository, and the ledger of what was said is a branch.")
    quick = msgspec.structs.replace(repository, time_limit=PATIENCE)
    return GitLedger(quick, settings, REMOTE if has_remote(quick, REMOTE) else None)


def _look(content: Project, reading: _Reading, moment: datetime) -> Outlook:
    known = _suppose(content.settings) if reading.known is None else reading.known
    plans = plan_channels(content, known, WallClock(moment))
    copies = find_copies(find_announcements(content, moment), plans, known, content.settings, moment)
    return Outlook(
        settings=checks.withhold_settings(content.settings, _WITHHELD),
        channels=content.settings.channels,
        moment=moment,
        plans=plans,
        copies=copies,
        known=known,
        read=reading.at,
        trouble=reading.trouble,
    )


def _suppose(settings: Settings) -> Snapshot:
    """A ledger that knows of no post, and of every channel as if it had always been connected."""
    return Snapshot(
        connections={
            channel.name: Connection(
                channel=channel.name,
                kind=channel.kind,
                account=channel.account,
                remote_id="",
                language=channel_language(channel, settings),
                since=_BEGINNING,
            )
            for channel in settings.channels
        }
    )
