"""Whether what will be linked to can be seen already: the page at its address, with the update's anchor in it."""

from collections.abc import Callable
from datetime import datetime, timedelta

import requests

PATIENCE = timedelta(minutes=5)
_PAUSE = timedelta(seconds=5)
_TIMEOUT = 10
_MOST_BYTES = 4 * 1024 * 1024


def wait_until_live(
    link: str, now: Callable[[], datetime], sleep: Callable[[timedelta], None], patience: timedelta = PATIENCE
) -> bool:
    """Whether the page behind a permalink shows its anchor, waited for at most as long as `patience`.

    Hosts cache pages for minutes, and platforms read a link when it is posted: told before it is live, the post shows
    an older page for ever (CHANNELS.md, "Live before told").
    """
    deadline = now() + patience
    while not is_live(link):
        if now() + _PAUSE > deadline:
            return False
        sleep(_PAUSE)
    return True


def is_live(link: str) -> bool:
    """Whether the page is there and has the element that the link's fragment names."""
    address, _, fragment = link.partition("#")
    try:
        with requests.get(address, timeout=_TIMEOUT, stream=True, headers={"Cache-Control": "no-cache"}) as answer:
            body = answer.raw.read(_MOST_BYTES, decode_content=True) if answer.ok else b""
    except (requests.RequestException, OSError):
        return False
    return f'id="{fragment}"'.encode() in body
