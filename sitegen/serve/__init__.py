"""A preview on this machine: the site as the project's files stand, rebuilt and shown anew as they change."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path, PurePosixPath

from sitegen import config, load
from sitegen.serve.beginning import Beginning
from sitegen.serve.builder import Builder
from sitegen.serve.listener import PortError, listen
from sitegen.serve.outlook import Look, Outlook
from sitegen.serve.state import State
from sitegen.surroundings import TEMPLATES
from sitegen.watch import watch

__all__ = ["Look", "Outlook", "PortError", "State", "serve"]

SOURCES = (config.FILE, load.FOLDER, PurePosixPath(TEMPLATES))


@contextmanager
def serve(
    root: Path,
    *,
    now: Callable[[], datetime],
    port: int | None = None,
    poll: bool = False,
    report: Callable[[State], None] = lambda state: None,
    warn: Callable[[str], None] = lambda text: None,
    look: Look = lambda: None,
) -> Iterator[str]:
    """Serve the project until the context ends; gives the address. Nothing is written into the project.

    `now` tells the time (aware), `report` hears, in another thread, of each build with something new to see, `warn` of
    changes that the system can't tell of (see watch), `look` is asked, in another thread, for what would be said.
    Without a port it is 8000 or the next free one; 0 is any. Raises PortError and WatchError.
    """
    with tempfile.TemporaryDirectory(prefix="sitegen-serve-") as folder, Beginning(root, Path(folder)) as beginning:
        builder = Builder(root, Path(folder), now, report, beginning.wait)
        watching = watch(root, SOURCES, builder.ask, poll=poll, warn=warn)
        # The builder stops first: it lets go of the requests that wait for it, and the listener waits for those.
        with watching, listen(builder, port, look) as address, builder:
            try:
                yield address
            finally:
                beginning.stop()  # the builder may wait for it
