"""Real processes at one ledger: each key has one winner, and who is killed in the middle leaves nothing torn."""

import multiprocessing
import os
import random
import signal
import subprocess
import sys
import time
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest

from sitegen.ledger import Snapshot, log, update, verify
from sitegen.model import Delivery
from tests.ledger.samples import BRANCH, begin, claim, ledger_at, record
from tests.repositories import clone, git

RACERS, KEYS = 16, 15
KILLS = 12
RESTLESS = """
import sys
from pathlib import Path
from tests.ledger.samples import claim, ledger_at, record
ledger = ledger_at(Path(sys.argv[1]))
for number in range(int(sys.argv[2]), int(sys.argv[2]) + 1000):
    record(ledger, claim(number))
    print(number, flush=True)
"""


def claim_one(root: Path, number: int, genesis: str, start: Barrier) -> None:
    """One racer, in a process of its own: claims the first key that is free."""
    owner = f"racer-{number}"

    def decide(snapshot: Snapshot) -> dict[str, Delivery] | None:
        if any(entry.owner == owner for entry in snapshot.deliveries.values()):
            return None
        free = (entry for entry in (claim(key, owner) for key in range(KEYS)) if entry.key not in snapshot.deliveries)
        return {entry.key: entry for entry in [*free][:1]}

    ledger = ledger_at(root, genesis)
    start.wait()
    update(ledger, decide)


@pytest.mark.slow
def test_sixteen_race_for_fifteen_keys_and_each_key_is_won_once(remote: Path, root: Path, tmp_path: Path) -> None:
    genesis = begin(ledger_at(root))
    context = multiprocessing.get_context("spawn")
    start = context.Barrier(RACERS)
    roots = [clone(remote, tmp_path / f"racer-{number}") for number in range(RACERS)]
    racers = [
        context.Process(target=claim_one, args=(place, number, genesis, start)) for number, place in enumerate(roots)
    ]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join(timeout=300)
    assert [racer.exitcode for racer in racers] == [0] * RACERS
    records = log(ledger_at(root, genesis))[1:]
    wins = [entry for one in records for entry in one.entries if isinstance(entry, Delivery)]
    assert len(records) == len(wins) == KEYS
    assert {entry.key for entry in wins} == {claim(key).key for key in range(KEYS)}
    assert len({entry.owner for entry in wins}) == KEYS
    assert verify(ledger_at(root, genesis)) == ()


def descendants(process: int) -> list[int]:
    """The processes below this one; without the far side of a push, which stands for another host's."""
    try:
        children = [int(child) for child in Path(f"/proc/{process}/task/{process}/children").read_text().split()]
        names = {child: Path(f"/proc/{child}/cmdline").read_text() for child in children}
    except OSError:
        return []
    ours = [child for child, name in names.items() if "receive-pack" not in name and "upload-pack" not in name]
    return [one for child in ours for one in (child, *descendants(child))]


@pytest.mark.slow
def test_kill_nine_while_pushing_tears_no_ref_and_leaves_no_lock(remote: Path, root: Path) -> None:
    genesis = begin(ledger_at(root))
    order = random.Random(20261123)
    told: list[int] = []
    for attempt in range(KILLS):
        command = (sys.executable, "-c", RESTLESS, root, str(1000 * (attempt + 1)))
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ | {"PYTHONPATH": "."}) as run:
            assert run.stdout is not None
            told.append(int(run.stdout.readline()))  # it is at work
            time.sleep(order.uniform(0, 0.5))
            for process in (run.pid, *descendants(run.pid)):
                try:
                    os.kill(process, signal.SIGKILL)
                except ProcessLookupError:
                    continue
            told += [int(line) for line in run.stdout if line.endswith("\n")]
    ledger = ledger_at(root, genesis)
    after = record(ledger, claim(1))
    assert {claim(number).key for number in told} <= set(after.deliveries)
    assert verify(ledger) == ()
    assert git(remote, "rev-parse", BRANCH) == after.tip
    assert list(remote.rglob("*.lock")) == []
    git(remote, "fsck", "--strict", "--connectivity-only")
