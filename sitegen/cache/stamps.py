"""What the system says of a file without opening it."""

import os
import stat
from pathlib import Path
from typing import NamedTuple


class Stamp(NamedTuple):
    """A regular file's size, the times (ns) of its content and of its inode, and its inode's number."""

    size: int
    changed: int
    touched: int
    inode: int

    @property
    def newest(self) -> int:
        """The later of its two times; the second one can't be set by programs."""
        return max(self.changed, self.touched)


def make_stamp(found: os.stat_result) -> Stamp | None:
    """The stamp of what was found; None for what is no regular file."""
    if not stat.S_ISREG(found.st_mode):
        return None
    return Stamp(found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)


def find_stamp(place: str | Path) -> Stamp | None:
    """The stamp of the file at the place, links not followed; None where there is no regular file."""
    try:
        return make_stamp(os.lstat(place))
    except OSError:
        return None
