"""When a file of a host was built, by what it says itself."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import PurePosixPath

from sitegen import links
from sitegen.pages import Scene
from sitegen.pages.reader import Reader

_ISO = re.compile(rb"\b20\d\d-\d\d-\d\dT\d\d:\d\d(?::\d\d)?Z")
_CLOCK = re.compile(r"\b(\d\d):(\d\d)\b")
_MOST = 6
_DAYS = 14
_LEEWAY = timedelta(hours=1)


def find_built(now: bytes, home: bytes, moment: datetime) -> datetime | None:
    """When a host's site was built, from its `now.json`, and to the second from its home page; None: nobody knows.

    The first moment that the home page names is its own.
    """
    told = next(iter(_find_stamps(now, moment)), None)
    stamps = _find_stamps(home, moment)
    if told is None:
        return next(iter(stamps), None)
    return next((stamp for stamp in stamps if told <= stamp < told + timedelta(minutes=1)), told)


def guess_moments(path: PurePosixPath, body: bytes, built: datetime, scene: Scene) -> tuple[datetime, ...]:
    """The moments at which the file may have been built, the likeliest first; `built` is the host's own.

    A page names its moment among others; of those that had come, the latest are the likeliest.
    """
    if path == links.NOW or path.suffix == ".html":
        own = sorted(_find_stamps(body, scene.view.moment), reverse=True)[:_MOST]
    else:
        own = list(_read_clocks(path, body, scene))
    return tuple(dict.fromkeys((built, *own)))


def _find_stamps(body: bytes, moment: datetime) -> list[datetime]:
    """The moments in machine form, in the order of the text, that had come: a host's clock may be ahead a little."""
    found = []
    for stamp in _ISO.findall(body):
        try:
            found.append(datetime.fromisoformat(stamp.decode()))
        except ValueError:
            continue
    return [one for one in dict.fromkeys(found) if one <= moment + _LEEWAY]


def _read_clocks(path: PurePosixPath, body: bytes, scene: Scene) -> Iterator[datetime]:
    """The moment in the second line of `status.txt`, which is written for people: it is tried day by day."""
    site = scene.project.settings.site
    for language in scene.languages:
        if path == links.in_language(links.STATUS_TEXT, language.code, site):
            line = "".join(body.decode(errors="replace").splitlines()[1:2])
            reader = Reader(scene, language, path)
            for hour, minute in _CLOCK.findall(line)[-1:]:
                yield from (at for at in _on_each_day(scene, int(hour), int(minute)) if reader.moment(at) in line)


def _on_each_day(scene: Scene, hour: int, minute: int) -> Iterator[datetime]:
    if hour > 23 or minute > 59:
        return
    today = scene.view.moment.astimezone(scene.project.settings.site.zone)
    clock = today.replace(hour=hour, minute=minute, second=0, microsecond=0)
    for back in range(_DAYS):
        yield (clock - timedelta(days=back)).astimezone(UTC)
