"""Whether what was published can be seen already: pages fetched from their addresses, past every cache on the way."""

import secrets
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from time import monotonic
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import HTTPError

PATIENCE = timedelta(minutes=5)
_PAUSE = timedelta(seconds=5)
_TIMEOUT = 10
_MOST_BYTES = 4 * 1024 * 1024

Proof = Callable[[bytes], bool]
"""Whether a page is the one that is waited for."""


def wait_until_live(
    wanted: Mapping[str, Proof],
    now: Callable[[], datetime],
    sleep: Callable[[timedelta], None],
    patience: timedelta = PATIENCE,
) -> tuple[str, ...]:
    """The addresses whose pages are not what is wanted there, after waiting for all of them no longer than `patience`.

    Hosts cache pages for minutes, and platforms read a link when it is posted: told before it is live, the post shows
    an older page for ever (CHANNELS.md, "Live before told").
    """
    deadline, missing = now() + patience, _find_missing(wanted)
    while missing and now() + _PAUSE <= deadline:
        sleep(_PAUSE)
        missing = _find_missing({address: wanted[address] for address in missing})
    return missing


def is_live(link: str) -> bool:
    """Whether the page behind a permalink is there and has the element that its fragment names."""
    return not _find_missing({link: holds(link)})


def holds(link: str) -> Proof:
    """The proof that a page has the element that the link's fragment names."""
    anchor = f'id="{urlsplit(link).fragment}"'.encode()
    return lambda page: anchor in page


def equals(content: bytes) -> Proof:
    """The proof that a page is what was built."""
    return lambda page: page == content


def fetch(address: str) -> bytes | None:
    """The page at the address as its host has it now; None where there is none within ten seconds, or no end to it.

    Asked with a query of its own each time: with the permalink's, a cache would keep the older page for its readers.
    """
    fresh = urlsplit(address)._replace(query=f"live={secrets.token_hex(4)}", fragment="").geturl()
    try:
        with requests.get(fresh, timeout=_TIMEOUT, stream=True, headers={"Cache-Control": "no-cache"}) as answer:
            return _read(answer) if answer.ok else None
    except (requests.RequestException, HTTPError, OSError):
        return None


def _find_missing(wanted: Mapping[str, Proof]) -> tuple[str, ...]:
    return tuple(address for address, proof in wanted.items() if not _shows(address, proof))


def _shows(address: str, proof: Proof) -> bool:
    page = fetch(address)
    return page is not None and proof(page)


def _read(answer: requests.Response) -> bytes:
    """The page; TimeoutError where it does not end in time, or is longer than a page can be."""
    page, end = bytearray(), monotonic() + _TIMEOUT
    while piece := answer.raw.read1(64 * 1024, decode_content=True):
        page += piece
        if len(page) > _MOST_BYTES or monotonic() > end:
            raise TimeoutError
    return bytes(page)
