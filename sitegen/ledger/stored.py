"""The ledger on a git branch: of a remote, where several machines meet, or of the repository itself."""

import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from sitegen import model
from sitegen.git import GitError, Repository, branch, chain, sending
from sitegen.ledger.entries import Entry, LedgerError, Snapshot, decode, encode, path_of
from sitegen.ledger.rules import check_all
from sitegen.model import Delivery

_MOVED = "Somebody rewrote or replaced the branch: find out who, and put back the commit that was there."


class GitLedger:
    """The ledger on the branch that the settings name; `remote` None is that branch of the repository itself.

    Nothing but objects comes into the repository: no checkout, no ref of the user's moves. One of these may serve
    several threads. What it has read it holds on to: only what is new is brought and read again, and a branch that
    no longer contains it is refused, like one that does not begin with the configured genesis.
    """

    def __init__(self, repository: Repository, settings: model.Ledger, remote: str | None) -> None:
        self.repository, self.settings, self.remote = repository, settings, remote
        self._newest = Snapshot()
        self._turn = threading.Lock()

    def read(self) -> Snapshot:
        """The newest snapshot, empty where there is no branch and no genesis is configured.

        Raises LedgerError where the remote can't be reached, the branch is gone or not the one that it was, or holds
        anything that was not written by this program.
        """
        with self._turn, _told():
            tip = branch.find_tip(self.repository, self.remote, self.settings.branch, self._newest.tip or None)
            if tip is None:
                self._refuse_absence()
            elif tip != self._newest.tip:
                self._newest = self._follow(tip)
            return self._newest

    def append(self, snapshot: Snapshot, changes: Mapping[str, Entry]) -> Snapshot | None:
        """Put the changes after the snapshot in one commit, the branch's first where it is empty; None: not the newest.

        Raises LedgerError where the remote can't be reached or refuses, or nobody can tell whether it was done (it
        says so; then the entries are there or not), and ValueError for what `rules.check` forbids.
        """
        check_all(snapshot, changes)
        files = {path_of(entry): encode(entry) for entry in changes.values()}
        with self._turn, _told():
            if snapshot.tip != self._newest.tip:
                return None  # another thread has read on since then: no need to ask the remote
            where = (self.repository, self.remote, self.settings.branch)
            commit = branch.append(*where, snapshot.tip or None, files, summarize(changes))
            if commit is None:
                return None
            self._newest = snapshot.following(changes.values(), commit)
            return self._newest

    def walk(self) -> tuple[chain.Step, ...]:
        """Every commit of what `read` gave last, oldest first."""
        with self._turn, _told():
            return chain.walk(self.repository, self._newest.tip) if self._newest.tip else ()

    def _refuse_absence(self) -> None:
        if self._newest.tip or self.settings.genesis:
            raise LedgerError(f"The ledger's branch {self.settings.branch} is gone{self._place}.", _MOVED)

    def _follow(self, tip: str) -> Snapshot:
        known = self._newest.tip
        if known and not sending.contains(self.repository, tip, known):
            what = f"The ledger's branch {self.settings.branch}{self._place} no longer holds what it held before."
            raise LedgerError(what, _MOVED)
        genesis = self._newest.genesis or self._find_genesis(tip)
        return self._read(Snapshot(self._newest.deliveries, self._newest.connections, genesis, known), tip)

    def _read(self, since: Snapshot, tip: str) -> Snapshot:
        """What the commit knows, of which `since` is known already."""
        entries = []
        for path, content in chain.changed_files(self.repository, since.tip or None, tip).items():
            if content is None:
                raise LedgerError(f"{path} was deleted from the ledger's branch {self.settings.branch}.", _MOVED)
            entries.append(decode(path, content))
        return since.following(entries, tip)

    def _find_genesis(self, tip: str) -> str:
        roots = branch.find_roots(self.repository, self.remote, tip)
        if len(roots) != 1 or not roots[0].startswith(self.settings.genesis):
            wanted = (
                f"{self.settings.genesis[:12]}, the genesis in sitegen.yaml" if self.settings.genesis else "one commit"
            )
            began = " and ".join(root[:12] for root in roots)
            what = f"The ledger's branch {self.settings.branch}{self._place} begins with {began} instead of {wanted}."
            raise LedgerError(what, _MOVED)
        return roots[0]

    @property
    def _place(self) -> str:
        return f" on {self.remote}" if self.remote else ""


class LocalLedger(GitLedger):
    """The repository's own ledger; beside a remote one it stands in while that can't be reached."""

    def __init__(self, repository: Repository, settings: model.Ledger) -> None:
        super().__init__(repository, settings, None)

    def start(self, remote: str) -> None:
        """Begin it with what the last fetch brought of the remote's ledger, or bring it forward to that.

        Raises LedgerError where nothing was fetched, or where it has to be merged first.
        """
        with self._turn, _told():
            if not branch.start_copy(self.repository, remote, self.settings.branch):
                raise LedgerError(
                    f"The repository's own ledger lacks what is known of the one on {remote}, so it can't stand in.",
                    "Merge it first, or fetch the ledger's branch while the remote can be reached.",
                )

    def fork(self, other: Snapshot) -> Snapshot:
        """What both this ledger, as read last, and the other snapshot have come from; empty where that is nothing."""
        with self._turn, _told():
            commit = chain.find_fork(self.repository, self._newest.tip, other.tip)
            return self._read(Snapshot(), commit) if commit else Snapshot()

    def drop(self, snapshot: Snapshot) -> None:
        """Delete it; LedgerError where it has grown beyond the snapshot."""
        with self._turn, _told():
            branch.drop_copy(self.repository, self.settings.branch, snapshot.tip)
            self._newest = Snapshot()


def summarize(changes: Mapping[str, Entry]) -> str:
    """What the changes do, in one line for `git log`: the whole of a single one, else how many of each kind."""
    match tuple(changes.values()):
        case (Delivery() as one,):
            return f"{one.state}: {one.channel}, {one.incident}, {one.part}"
        case entries:
            kinds = Counter(one.state.value if isinstance(one, Delivery) else "connected" for one in entries)
            return ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except GitError as error:
        raise LedgerError(f"The ledger can't be used now, so nothing can be posted: {error}") from error
