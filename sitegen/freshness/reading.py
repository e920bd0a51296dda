"""One file of a host, told apart: what the files say, what they said earlier, or something else."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import PurePosixPath

import msgspec

from sitegen import links
from sitegen.freshness.builds import Builds
from sitegen.freshness.dating import guess_moments
from sitegen.freshness.events import Event
from sitegen.freshness.fetching import Answer, Outcome
from sitegen.freshness.finding import quote

EARLIER = 8
"""So many of the newest words are left out, together and each, before a file counts as wrong."""

_INSTANT = timedelta(seconds=1)
_MOMENTS = 4
_PAGE = re.compile(rb"\s*(?:<!doctype html|<html)\b", re.IGNORECASE)
_PASSWORD = re.compile(rb"<input\b[^>]*type=[\"']?password", re.IGNORECASE)
_PERMALINK = re.compile(rb"incidents/([A-Za-z0-9._-]+)\.html(?:\?u=[^#\"'<]*)?#u-([A-Za-z0-9._-]+)")
_AROUND = 30


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """A file as a host serves it.

    It is what a build makes at the `moment`, and `lacks` is what it lacks of now. Where no build makes it, there is no
    `moment` and `told` says what it is; of a file that is gone `lacks` is what had not happened before there was one.
    `cached`: only a cache on the way has it, the host itself has what the files say.
    """

    path: PurePosixPath
    answer: Answer
    moment: datetime | None = None
    lacks: frozenset[Event] = frozenset()
    told: str = ""
    cached: bool = False

    @property
    def known(self) -> bool:
        """Whether a build makes it, now or earlier."""
        return self.moment is not None

    @property
    def is_fresh(self) -> bool:
        """Whether it is what the files say now."""
        return self.known and not self.lacks and not self.cached


def read(path: PurePosixPath, answer: Answer, builds: Builds, built: datetime) -> Reading:
    """What the answer to a request for the file is; `built` is when the host's site was built."""
    if answer.outcome is Outcome.PAGE and (stranger := _recognise(path, answer.body, builds, built)):
        answer = stranger
    match answer.outcome:
        case Outcome.PAGE:
            moments = guess_moments(path, answer.body, built, builds.scene(builds.moment))
            return _read_page(path, answer, builds, moments)
        case Outcome.GONE:
            match = _find_state(path, None, builds, (built,))
            return Reading(path=path, answer=answer, told=answer.told, lacks=match[1] if match else frozenset())
    return Reading(path=path, answer=answer, told=answer.told)


def _read_page(path: PurePosixPath, answer: Answer, builds: Builds, moments: tuple[datetime, ...]) -> Reading:
    if match := _find_state(path, answer.body, builds, moments):
        return Reading(path=path, answer=answer, moment=match[0], lacks=match[1])
    wanted = builds.render(path, moments[0]) or b""
    return Reading(path=path, answer=answer, told=_tell_difference(path, wanted, answer.body))


def _find_state(
    path: PurePosixPath, body: bytes | None, builds: Builds, moments: tuple[datetime, ...]
) -> tuple[datetime, frozenset[Event]] | None:
    """The moment of the likeliest build that makes this of the file (None: no such file), and what it lacks of now."""
    for moment, without in _list_states(builds, moments):
        if builds.render(path, moment, without) == body:
            later = (event for event in builds.events if event in without or event.at > moment)
            return moment, frozenset(event for event in later if builds.concerns(path, event))
    return None


def find_words(body: bytes) -> frozenset[str]:
    """The updates that a page or feed links to, as `ID · PART`."""
    return frozenset(f"{entry.decode()} · {part.decode()}" for entry, part in _PERMALINK.findall(body))


def list_earlier(builds: Builds) -> tuple[tuple[Event, ...], ...]:
    """What earlier builds may not have had: the newest words, one after the other, and each alone."""
    words = tuple(event for event in builds.events[:EARLIER] if event.is_word)
    together = tuple(words[:count] for count in range(1, len(words) + 1))
    return (*together, *((word,) for word in words[1:]))


def _list_states(builds: Builds, moments: tuple[datetime, ...]) -> Iterator[tuple[datetime, tuple[Event, ...]]]:
    """The moments and left-out words of the builds that a file may come from, the likeliest first."""
    yield from ((moment, ()) for moment in moments)
    for moment in moments[:_MOMENTS]:
        yield from ((moment, words) for words in list_earlier(builds))
    yield from ((event.at - _INSTANT, ()) for event in builds.events[:EARLIER])


def _recognise(path: PurePosixPath, body: bytes, builds: Builds, built: datetime) -> Answer | None:
    """What hosts like to serve in place of a file, in plain words; None where it may be the file."""
    if body.startswith(b"\x1f\x8b"):
        return Answer(Outcome.BARRED, told="It is compressed, and the host does not say so: readers see signs.")
    if not body.strip():
        return Answer(Outcome.BARRED, told="It is empty.")
    if _PASSWORD.search(body):
        return Answer(Outcome.BARRED, told="A page to log in stands there instead.")
    if body == builds.render(links.NOT_FOUND, built):
        return Answer(Outcome.GONE, told="The page for addresses that lead nowhere stands there.")
    if path.suffix != ".html" and _PAGE.match(body):
        return Answer(Outcome.BARRED, told="A web page stands there instead: the host's own, or one to log in.")
    return None


def _tell_difference(path: PurePosixPath, wanted: bytes, found: bytes) -> str:
    """Where a file departs from the build, with the words around it."""
    pairs = enumerate(zip(wanted, found, strict=False))
    place = next((at for at, (one, other) in pairs if one != other), min(len(wanted), len(found)))
    says, said = (quote(_cut(text, place)) for text in (found, wanted))
    return f"This differs from the build: {path} says {says} where {said} belongs (byte {place + 1})."


def _cut(text: bytes, place: int) -> str:
    return text[max(0, place - _AROUND) : place + _AROUND].decode(errors="replace")
