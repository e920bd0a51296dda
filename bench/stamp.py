"""`python stamp.py LOG COMMAND…`: runs the command, and notes in LOG when it began, printed each line, and ended."""

import subprocess
import sys
from pathlib import Path
from time import time


def _main(log: Path, command: list[str]) -> int:
    with log.open("a", encoding="utf-8") as notes:
        notes.write(f"{time()} begun\n")
        with subprocess.Popen(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
            for line in process.stdout or ():
                notes.write(f"{time()} {line}")
                sys.stdout.write(line)
        notes.write(f"{time()} ended\n")
    return int(process.returncode)


if __name__ == "__main__":
    sys.exit(_main(Path(sys.argv[1]), sys.argv[2:]))
