"""What every page of a build depends on beside the entries: program, settings, templates, pictures."""

import os
import re
from pathlib import Path

import msgspec

from sitegen.cache import Cache, digest, digest_folder
from sitegen.project import Project
from sitegen.render import theme_folder

TEMPLATES = "templates"
# The ways in which a template gets hold of more than its page is about: other entries, and the clock.
_FAR_SIGHTED = re.compile(rb"\b(?:view|scene|attr|self|context)\b|\bmoment\b(?!\s*\()|\[")
_STYLES = (".css", ".js")


class Surroundings(msgspec.Struct, frozen=True):
    """The digest of it all, and whether a template of the project's own can look at more than its page is about."""

    digest: bytes
    far_sighted: bool


class _Own(msgspec.Struct, frozen=True):
    """The files of a project's own `templates/`, sorted by name."""

    files: tuple[tuple[str, bytes], ...]

    @property
    def far_sighted(self) -> bool:
        """Whether one of them may ask for more than its page is about."""
        return any(not name.endswith(_STYLES) and _FAR_SIGHTED.search(content) for name, content in self.files)


def survey(content: Project, cache: Cache, *, drafts: bool) -> Surroundings | None:
    """The surroundings of the project's pages; None where they can't be known, and every page has to be rendered."""
    own = _read_own(content.root / TEMPLATES)
    if own is None or content.entries is None:
        return None
    named = (part for name, text in own.files for part in (name, text))
    theme = digest_folder(theme_folder(), cache.seen)
    around = content.entries.circumstances
    return Surroundings(digest(theme, around.origin, around.shown, str(drafts), *named), own.far_sighted)


def _read_own(folder: Path) -> _Own | None:
    """None where a link leads out of the folder: what stands behind it may change unseen."""
    found = []
    for place, folders, names in os.walk(folder):
        if any(Path(place, name).is_symlink() for name in (*folders, *names)):
            return None
        found += [Path(place, name) for name in names]
    try:
        return _Own(tuple((str(path.relative_to(folder)), path.read_bytes()) for path in sorted(found)))
    except OSError:
        return None
