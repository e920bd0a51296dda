"""Work shared out to processes, where there is enough of it; the results are those of one process, in their order."""

import contextlib
import gc
import os
import pickle
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Generic, NoReturn, TypeVar

T = TypeVar("T")
R = TypeVar("R")
# Below this a process costs more than it saves.
_LEAST_EACH = 100
# Small enough that all are done at about the same time, large enough that asking for them costs nothing.
_CHUNKS_EACH = 24
_TICKET = 4


def spread(items: Sequence[T], work: Callable[[T], R], jobs: int | None = None, amount: int | None = None) -> list[R]:
    """What `work` makes of each item, in their order; `jobs` is the most processes, None: as many as there are cores.

    `amount` is how much there is to do, None: one for each item; processes are started where there is enough of it.
    Results are pickled: they should be small. What `work` raises for the first item that fails is raised as it is.
    A process that dies costs time and nothing else: what it has not done is done here.
    """
    count = _choose_count(len(items) if amount is None else amount, jobs)
    if count < 2:
        return [work(item) for item in items]
    size = -(-len(items) // (count * _CHUNKS_EACH))
    chunks = [items[start : start + size] for start in range(0, len(items), size)]
    found = _share(chunks, work, count)
    return [
        result for number, chunk in enumerate(chunks) for result in found.get(number) or [work(item) for item in chunk]
    ]


def may_fork() -> bool:
    """Not where the process has threads, which a fork would lose, nor on a Mac, whose own libraries forbid it."""
    return hasattr(os, "fork") and sys.platform != "darwin" and threading.active_count() == 1


def _choose_count(amount: int, jobs: int | None) -> int:
    if not may_fork():
        return 1
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(jobs or cores, max(1, amount // _LEAST_EACH))


def _share(chunks: Sequence[Sequence[T]], work: Callable[[T], R], count: int) -> dict[int, list[R]]:
    """The results of the chunks that were done, by their numbers; this process does its share."""
    # One from the midst before the others begin: what it sets up, compiled templates for example, they find ready.
    first = len(chunks) // 2
    try:
        found = {first: [work(item) for item in chunks[first]]}
    except Exception:  # an earlier item may fail as well: that is for the one who does all in order
        return {}
    tickets = _issue(number for number in range(len(chunks)) if number != first)
    helpers: list[_Helper[R]] = []
    try:
        gc.freeze()  # looking for garbage in them would copy pages of memory that the processes share
        with contextlib.suppress(OSError):  # no room for another process: it goes on with those that there are
            helpers += (_Helper(chunks, work, tickets) for _ in range(count - 1))
        found |= _do(chunks, work, tickets)
        for helper in helpers:
            found |= helper.join()
        return found
    finally:
        gc.unfreeze()
        os.close(tickets)
        for helper in helpers:
            helper.stop()


def _issue(numbers: Iterable[int]) -> int:
    """A pipe that holds the numbers: each reader takes the next."""
    tickets, end = os.pipe()
    os.write(end, b"".join(number.to_bytes(_TICKET) for number in numbers))
    os.close(end)
    return tickets


def _do(chunks: Sequence[Sequence[T]], work: Callable[[T], R], tickets: int) -> dict[int, list[R]]:
    """What this process made of the chunks that it took; after a failure nobody takes more."""
    found: dict[int, list[R]] = {}
    for number in _take(tickets):
        try:
            found[number] = [work(item) for item in chunks[number]]
        except Exception:  # it is raised again where the chunk is done again
            for _ in _take(tickets):
                continue
    return found


def _take(tickets: int) -> Iterator[int]:
    while ticket := os.read(tickets, _TICKET):
        yield int.from_bytes(ticket)


class _Helper(Generic[R]):
    """A forked process that does its share of the chunks."""

    def __init__(self, chunks: Sequence[Sequence[T]], work: Callable[[T], R], tickets: int) -> None:
        parent = os.getpid()
        self._result, end = os.pipe()
        self._pid = os.fork()
        if self._pid == 0:
            _help(chunks, work, tickets, parent, end)
        os.close(end)

    def join(self) -> dict[int, list[R]]:
        """What it did; nothing where it died."""
        with open(self._result, "rb", closefd=False) as result:
            content = result.read()
        pid, self._pid = self._pid, 0
        if os.waitpid(pid, 0)[1] != 0:
            return {}
        found: dict[int, list[R]] = pickle.loads(content)
        return found

    def stop(self) -> None:
        """End it, where nobody waits for it any more."""
        os.close(self._result)
        if self._pid:
            os.kill(self._pid, signal.SIGKILL)
            os.waitpid(self._pid, 0)


def _help(chunks: Sequence[Sequence[T]], work: Callable[[T], R], tickets: int, parent: int, end: int) -> NoReturn:
    """The life of a helper, which never comes back from here, and does nothing more once its parent is gone."""

    def careful(item: T) -> R:
        if os.getppid() != parent:
            os._exit(1)
        return work(item)

    status = 1
    try:
        content = pickle.dumps(_do(chunks, careful, tickets))
        with open(end, "wb") as result:
            result.write(content)
        status = 0
    finally:
        os._exit(status)
