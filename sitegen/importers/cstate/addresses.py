"""The addresses that Hugo gave cState's files, so that old links lead on.

Hugo takes the path below `content/` without its suffix, drops what is not a letter, digit, mark or one of `._-#+~@`,
makes one hyphen of blanks, lower-cases the rest, keeps dots, underscores and accents, and serves it as a folder
(https://gohugo.io/content-management/urls/). `slug` replaces the last part; `url` all of it, untouched.
"""

import re
import unicodedata
from collections.abc import Iterator
from pathlib import PurePosixPath
from urllib.parse import unquote

from sitegen import entry
from sitegen.importers.conversion import Findings
from sitegen.importers.cstate.document import Document
from sitegen.problems import Location
from sitegen.source import Scalar, Sequence

CONTENT = PurePosixPath("content")
_ALIAS = re.compile(entry.ALIAS_PATTERN)


def old_addresses(document: Document, language: str, findings: Findings) -> tuple[str, ...]:
    """Every path, relative to the site, at which Hugo served the file or led to it; unfit ones are told.

    `language` is the site's own: Hugo takes `name.en.md` for the English version of `name.md`.
    """
    found: dict[str, None] = {}
    for address, where in _addresses(document, language):
        alias = unquote(address).lstrip("/")
        if _ALIAS.fullmatch(alias):
            found[alias] = None
        else:
            what = f"The old address `{address}` can't be an alias here; links to it will break."
            findings.warn(where, what, "Redirect it on the server.")
    return tuple(found)


def _addresses(document: Document, language: str) -> Iterator[tuple[str, Location]]:
    if url := document.scalar("url"):
        yield url.text, url.where
    else:
        yield _default_address(document, language), document.place("slug")
    aliases = document.node("aliases")
    items = aliases.items if isinstance(aliases, Sequence) else (aliases,)
    for item in items:
        if isinstance(item, Scalar) and item.text:
            yield item.text, item.where


def _default_address(document: Document, language: str) -> str:
    path = document.path.relative_to(CONTENT)
    folder = path.parent.parent if path.stem == "index" else path.parent
    slug = document.scalar("slug")
    name = slug.text if slug else page_name(document.path, language)
    return "".join(f"{_sanitise(part)}/" for part in (*folder.parts, name))


def page_name(path: PurePosixPath, language: str) -> str:
    """The file's name as a page: without suffix and language; of a bundle (`name/index.md`) the folder's."""
    name = path.parent.name if path.stem == "index" else path.stem
    return unicodedata.normalize("NFC", name.removesuffix(f".{language}"))


def _sanitise(part: str) -> str:
    kept = "".join(character if _is_kept(character) else "" for character in part.strip())
    return re.sub(r"\s*-\s+|\s+-\s*|\s+", "-", kept).lower()


def _is_kept(character: str) -> bool:
    category = unicodedata.category(character)
    return character in "._-#+~@" or character.isspace() or category[0] in "LM" or category == "Nd"
