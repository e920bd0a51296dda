"""Where the cache of a project lies."""

import os
from pathlib import Path

from sitegen.cache.digests import digest

_PARTS = (".sitegen", "cache")


def find_folder(root: Path) -> Path | None:
    """The folder, which need not exist; None where a link stands in the way, for it could lead out of the project."""
    parts = [root.joinpath(*_PARTS[:count]) for count in range(1, len(_PARTS) + 1)]
    return None if any(part.is_symlink() for part in parts) else parts[-1]


def name_output(root: Path, out: Path) -> str:
    """What the files about an output folder are called; it may move together with the project."""
    return digest(os.path.relpath(out.resolve(), root.resolve())).hex()
