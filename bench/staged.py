"""`python -m bench.staged PROJECT MOMENT`: a build, and the CPU milliseconds that each of its stages took.

The build runs as ever; the functions at which its stages begin and end are wrapped, and what is left is named as such.
"""

import json
import sys
from collections import defaultdict
from collections.abc import Callable
from pkgutil import resolve_name
from time import process_time
from typing import Any

# Each stage, and the functions that it consists of, where they are called from.
_STAGES: dict[str, tuple[tuple[str, str], ...]] = {
    "stamps of all sources": (("cli.build_command", "list_source"), ("cli.build_command", "find_finished")),
    "files of incidents": (("project", "scan_folder"), ("manuscripts", "sort")),
    "entries": (("project", "look_up"), ("load", "find_collisions")),
    "state and bars": (("build", "_go_on"),),
    "pages and their keys": (("pages", "collect"),),
    "which pages stand": (("output", "write"),),
    "rendering": (("output", "spread"),),
    "keeping it": (("cache.kept:Cache", "save"), ("cache.kept:Cache", "finish")),
}


class _Clock:
    """The CPU time of each stage, without that of the stages inside it."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = defaultdict(float)
        self._stage, self._since = "start", 0.0

    def enter(self, stage: str) -> str:
        """From now on time belongs to the stage; gives the one that it belonged to."""
        now = process_time()
        self.spent[self._stage] += now - self._since
        before, self._stage, self._since = self._stage, stage, now
        return before

    def time(self, stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, its time booked."""

        def timed(*args: Any, **kwargs: Any) -> Any:
            before = self.enter(stage)
            try:
                return function(*args, **kwargs)
            finally:
                self.enter(before)

        return timed


def _main(project: str, moment: str) -> None:
    clock = _Clock()
    clock.enter("imports")
    main = resolve_name("sitegen.cli:main")
    for stage, functions in _STAGES.items():
        for owner, name in functions:
            holder = resolve_name(f"sitegen.{owner}")
            setattr(holder, name, clock.time(stage, getattr(holder, name)))
    clock.enter("all else")
    sys.argv = ["sitegen", "-C", project, "build", "--as-of", moment]
    try:
        main()
    except SystemExit:
        clock.enter("all else")
    sys.stdout.write(json.dumps({stage: 1000 * spent for stage, spent in clock.spent.items()}) + "\n")


if __name__ == "__main__":
    _main(*sys.argv[1:])
