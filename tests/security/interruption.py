"""Builds that end in the middle: killed at, or out of space from, the n-th write to the output folder.

Run as a program: `python -m tests.security.interruption ROOT OLD BASE kill|full EVERY` builds the project ROOT into
copies `BASE/1`, `BASE/2` … of the site OLD; the build in copy n is interrupted at its n-th write. Every EVERY-th write
is tried; it ends with the first copy whose build was not interrupted, and prints its number.
"""

import errno
import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sitegen.output import OutputError
from tests.projects import build_site

_CHANGES = ("os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.link", "os.symlink", "os.truncate")


def _is_write(event: str, args: tuple[Any, ...], out: str) -> bool:
    if event == "open":
        _, mode, flags = args
        writes = bool(set(mode or "") & set("wax+")) or bool((flags or 0) & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))
        return writes and str(args[0]).startswith(out)
    # Removal of a tree names its files relative to a folder.
    return event in _CHANGES and (str(args[0]).startswith(out) or not str(args[0]).startswith("/"))


def interrupt(out: Path, number: int, deed: Callable[[str], None]) -> None:
    """Do the deed at the write of that number (from 1) below `out` and at every later one."""
    seen = 0

    def look(event: str, args: tuple[Any, ...]) -> None:
        nonlocal seen
        if _is_write(event, args, str(out)):
            seen += 1
            if seen >= number:
                deed(event)

    sys.addaudithook(look)


def kill(event: str) -> None:
    """End this process as a power cut would."""
    os.kill(os.getpid(), signal.SIGKILL)


def run_out_of_space(event: str) -> None:
    """What needs room fails; removing and renaming go on."""
    if event in ("open", "os.mkdir"):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


DEEDS = {"kill": kill, "full": run_out_of_space}


def build_interrupted(root: Path, out: Path, how: str, number: int) -> bool:
    """Build in a process of its own; whether it was interrupted."""
    child = os.fork()
    if child == 0:
        code = 70
        try:
            interrupt(out, number, DEEDS[how])
            build_site(root, out=out)
            code = 0
        except OutputError:
            code = 4
        finally:
            os._exit(code)
    ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert ended in (0, {"kill": -signal.SIGKILL, "full": 4}[how]), ended
    return ended != 0


def main(root: Path, old: Path, base: Path, how: str, every: int) -> None:
    """Interrupt one build after the other."""
    number = 1
    while True:
        out = base / str(number)
        if old.is_dir():
            shutil.copytree(old, out, symlinks=True)
        if not build_interrupted(root, out, how, number):
            print(number)  # noqa: T201 - the answer of this program
            return
        number += every


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]), sys.argv[4], int(sys.argv[5]))
