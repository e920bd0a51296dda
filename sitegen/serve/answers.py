"""A path asked for, to the page of the site that answers it."""

from http import HTTPStatus
from pathlib import PurePosixPath
from urllib.parse import quote, unquote

import msgspec

from sitegen import links
from sitegen.serve.outlook import Look
from sitegen.serve.overlay import cover, stand_in
from sitegen.serve.preview import draw
from sitegen.serve.site import Site
from sitegen.serve.state import State, explain

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


def find(path: str, state: State) -> Answer:
    """The answer to a request for `path`, percent-encoded as it came: a page of the site, and no file on disk."""
    if state.site is None:
        title = "The site can't be built yet" if state.failure else "The site is being built, and will appear here"
        return _page(HTTPStatus.SERVICE_UNAVAILABLE, stand_in(title, state))
    name = _locate(path)
    if name is None:
        return _missing(state.site, state)
    if name not in state.site and state.site.has_folder(name):
        if not path.endswith("/"):  # links of the folder's home page are relative
            return Answer(HTTPStatus.FOUND, TEXT, b"", f"/{quote(name)}/")
        name = f"{name}/{links.HOME}".lstrip("/")
    return _show(name, state.site, state) if name in state.site else _missing(state.site, state)


def foresee(look: Look, state: State) -> Answer:
    """The page of what would be said; whatever goes wrong on the way to it is told in its place."""
    try:
        outlook = look()
        if outlook is None:
            return _page(HTTPStatus.SERVICE_UNAVAILABLE, stand_in("There is no plan yet", state))
        return _page(HTTPStatus.OK, draw(outlook, state))
    except Exception as error:  # the preview outlives mistakes of this program too
        return _page(HTTPStatus.INTERNAL_SERVER_ERROR, stand_in(explain(error), state))


def _locate(path: str) -> str | None:
    """The name of the page that may be meant; None for a path that is none."""
    plain = unquote(path)
    return "/".join(filter(None, plain.split("/"))) if plain.startswith("/") else None


def _show(name: str, site: Site, state: State, status: HTTPStatus = HTTPStatus.OK) -> Answer:
    """The page; where it can't be rendered, the one that it was before, with the reason over it."""
    try:
        content = site.read(name)
    except Exception as error:  # the preview outlives mistakes of this program too
        return _excuse(site.recall(name), _find_media_type(name), error, state)
    media_type = _find_media_type(name)
    return _page(status, cover(content.decode(), state)) if media_type == HTML else Answer(status, media_type, content)


def _excuse(former: bytes | None, media_type: str, error: Exception, state: State) -> Answer:
    failing = msgspec.structs.replace(state, failure=explain(error))
    if media_type == HTML and former is not None:
        return _page(HTTPStatus.OK, cover(former.decode(), failing))
    if media_type == HTML:
        return _page(HTTPStatus.INTERNAL_SERVER_ERROR, stand_in("This page can't be built", failing))
    return say(HTTPStatus.INTERNAL_SERVER_ERROR, failing.failure)


def _missing(site: Site, state: State) -> Answer:
    name = str(links.NOT_FOUND)
    if name in site:
        return _show(name, site, state, HTTPStatus.NOT_FOUND)
    return _page(HTTPStatus.NOT_FOUND, stand_in("There is no such page", state))


def _find_media_type(name: str) -> str:
    return MEDIA_TYPES.get(PurePosixPath(name).suffix.lower(), TEXT)


def _page(status: HTTPStatus, page: str) -> Answer:
    return Answer(status, HTML, page.encode())
