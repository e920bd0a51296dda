"""A path asked for, to the file of the site that answers it."""

from http import HTTPStatus
from pathlib import Path
from urllib.parse import quote, unquote

import msgspec

from sitegen import links
from sitegen.serve.builder import State
from sitegen.serve.outlook import Look
from sitegen.serve.overlay import cover, stand_in
from sitegen.serve.preview import draw

HTML = "text/html; charset=utf-8"
TEXT = "text/plain; charset=utf-8"
MEDIA_TYPES = {
    ".atom": "application/atom+xml",
    ".avif": "image/avif",
    ".htm": HTML,
    ".html": HTML,
    ".ics": "text/calendar; charset=utf-8",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".rss": "application/rss+xml",
    ".svg": "image/svg+xml",
    ".webp": "image/webp",
    ".xml": "application/xml",
}


class Answer(msgspec.Struct, frozen=True):
    """What is sent; `location` only where the status leads elsewhere."""

    status: HTTPStatus
    media_type: str
    content: bytes
    location: str = ""


def say(status: HTTPStatus, text: str) -> Answer:
    """An answer of plain text."""
    return Answer(status, TEXT, text.encode())


def find(path: str, folder: Path, state: State) -> Answer:
    """The answer to a request for `path`, percent-encoded as it came: from the site in the folder, nothing outside it.

    Pages carry the preview's additions; files on disk stay as they are.
    """
    if not state.ready:
        title = "The site can't be built yet" if state.failure else "The site is being built"
        return _page(HTTPStatus.SERVICE_UNAVAILABLE, stand_in(title, state))
    place = _locate(path, folder)
    try:
        return _missing(folder, state) if place is None else _open(place, path, folder, state)
    except OSError:  # no such file, or a name too long for one
        return _missing(folder, state)


def foresee(look: Look, state: State) -> Answer:
    """The page of what would be said; whatever goes wrong on the way to it is told in its place."""
    try:
        outlook = look()
        if outlook is None:
            return _page(HTTPStatus.SERVICE_UNAVAILABLE, stand_in("There is no plan yet", state))
        return _page(HTTPStatus.OK, draw(outlook, state))
    except Exception as error:  # the preview outlives mistakes of this program too
        title = f"sitegen made a mistake: {type(error).__name__}: {error}"
        return _page(HTTPStatus.INTERNAL_SERVER_ERROR, stand_in(title, state))


def _open(place: Path, path: str, folder: Path, state: State) -> Answer:
    """The file, or a folder's home page; links on that are relative, so its address has to end in a slash."""
    if place.is_dir():
        if not path.endswith("/"):
            return Answer(HTTPStatus.FOUND, TEXT, b"", f"/{quote(place.relative_to(folder).as_posix())}/")
        place = place / links.HOME
    content = place.read_bytes()
    media_type = MEDIA_TYPES.get(place.suffix.lower(), TEXT)
    if media_type == HTML:
        return _page(HTTPStatus.OK, cover(content.decode(), state))
    return Answer(HTTPStatus.OK, media_type, content)


def _locate(path: str, folder: Path) -> Path | None:
    """The place below the folder; None for a path that climbs, is hidden or is none."""
    plain = unquote(path)
    parts = plain.split("/")
    is_ours = plain.startswith("/") and "\0" not in plain and not any(part.startswith(".") for part in parts)
    return folder.joinpath(*parts[1:]) if is_ours else None


def _missing(folder: Path, state: State) -> Answer:
    try:
        page = cover((folder / links.NOT_FOUND).read_text("utf-8"), state)
    except OSError:
        page = stand_in("There is no such page", state)
    return _page(HTTPStatus.NOT_FOUND, page)


def _page(status: HTTPStatus, page: str) -> Answer:
    return Answer(status, HTML, page.encode())
