"""Targets of kind `folder`: a folder on this machine that a web server shows."""

from functools import partial
from pathlib import Path, PurePosixPath

from sitegen import links, output
from sitegen.pages import Page
from sitegen.publish.job import Job, require


def deploy(job: Job) -> str:
    """The folder is whole at every moment, and only what an earlier run put there is ever removed."""
    folder = job.root / Path(require(job, "folder")).expanduser()
    pages = (Page(str(path), None, partial(job.built.read, path)) for path in sorted(job.built.paths, key=_turn))
    written = output.write(folder, pages)
    return f"{folder} ({len(written.changed)} written, {len(written.removed)} removed)"


def _turn(path: PurePosixPath) -> tuple[bool, bool, PurePosixPath]:
    """What pages need before the pages, and the home page last."""
    return (path.suffix == ".html", path == links.HOME, path)
