"""Which folder is a project: the one that holds its settings."""

from pathlib import Path, PurePosixPath

FILE = PurePosixPath("sitegen.yaml")


def find_root(start: Path) -> Path | None:
    """The nearest folder at or above `start` that holds `sitegen.yaml`."""
    start = start.resolve()
    return next((folder for folder in (start, *start.parents) if (folder / FILE).is_file()), None)
