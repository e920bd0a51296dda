"""`python -m bench.planning FOLDER`: the CPU seconds of a plan, and of what it needs first, in a process of its own."""

import gc
import json
import sys
from pathlib import Path
from time import process_time

from bench.story import END
from sitegen import project
from sitegen.cli import SELDOM
from sitegen.cli.mirroring import WallClock, open_ledger, plan_channels


def _main(folder: Path) -> None:
    gc.set_threshold(SELDOM)  # as the command does
    moments = [process_time()]
    content = project.read(folder).project
    assert content is not None
    moments.append(process_time())
    snapshot = open_ledger(content).read()
    moments.append(process_time())
    plan_channels(content, snapshot, WallClock(END))
    moments.append(process_time())
    steps = zip(("files read", "ledger read", "plan"), moments[:-1], moments[1:], strict=True)
    sys.stdout.write(json.dumps({name: after - before for name, before, after in steps}))


if __name__ == "__main__":
    _main(Path(sys.argv[1]))
