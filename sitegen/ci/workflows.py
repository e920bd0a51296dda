"""The files of each host's CI, filled in for one project."""

import json
import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path, PurePosixPath

from sitegen import __version__
from sitegen.channels import CHANNELS
from sitegen.channels.credentials import prefix_of
from sitegen.ci.place import Place
from sitegen.languages import language
from sitegen.model import STATUSES, WRITABLE_CONDITIONS, Kind, Settings, Status

PAGES_BRANCH = "gh-pages"

_BLANK = re.compile("__([A-Z]+)__")
_CACHE, _SITE = ".sitegen/cache", "site"


class Host(StrEnum):
    """Whose CI it is."""

    GITHUB = "github"
    GITLAB = "gitlab"


_FILES: dict[Host, dict[str, PurePosixPath]] = {
    Host.GITHUB: {
        "status-check.yml": PurePosixPath(".github/workflows/status-check.yml"),
        "status-publish.yml": PurePosixPath(".github/workflows/status-publish.yml"),
        "status-incident.yml": PurePosixPath(".github/workflows/status-incident.yml"),
        "status-weekly.yml": PurePosixPath(".github/workflows/status-weekly.yml"),
        "status-requirements.txt": PurePosixPath(".github/status-requirements.txt"),
    },
    Host.GITLAB: {
        "gitlab-ci.yml": PurePosixPath(".gitlab-ci.yml"),
        "status-requirements.txt": PurePosixPath(".gitlab/status-requirements.txt"),
    },
}


def workflows(host: Host, settings: Settings, place: Place) -> dict[PurePosixPath, bytes]:
    """The files by their path below the repository's top; the same project and place give the same bytes."""
    folder = Path(__file__).with_name(host.value)
    words = _words(settings, place)
    return {path: _fill((folder / name).read_text("utf-8"), words).encode() for name, path in _FILES[host].items()}


def _words(settings: Settings, place: Place) -> dict[str, tuple[str, ...]]:
    """What fills each blank, as YAML: a key that looks like a number or a truth value stays a text in quotes.

    Only `KEPT` is bare, for it stands in a text of several lines.
    """
    return {
        "BRANCH": (json.dumps(place.branch, ensure_ascii=False),),
        "FOLDER": (json.dumps(str(place.folder), ensure_ascii=False),),
        "CACHE": (json.dumps(str(place.folder / _CACHE), ensure_ascii=False),),
        "KEPT": (str(place.folder / _CACHE), str(place.folder / _SITE)),
        "COMPONENT": tuple(json.dumps(component.key) for component in settings.components),
        "CONDITION": tuple(WRITABLE_CONDITIONS),
        "STATUS": tuple(status for status in STATUSES[Kind.INCIDENT] if status is not Status.RESOLVED),
        "SECRET": tuple(_secrets(settings)),
        "VERSION": (__version__,),
        **{name: (json.dumps(text, ensure_ascii=False),) for name, text in _standard_sentences(settings).items()},
    }


def _standard_sentences(settings: Settings) -> dict[str, str]:
    """What the form says where nothing was typed, in the site's first language: one tap beats silence."""
    gettext = language(settings.site.default_language).gettext
    return {
        "TITLE": gettext("We are looking into a problem"),
        "MESSAGE": gettext("We are investigating, and will tell more as soon as we know it."),
        "END": gettext("It works again."),
    }


def _secrets(settings: Settings) -> Iterator[str]:
    """The variables of every channel that the settings name, and of each other kind under its own name.

    So a channel that is added later finds its secrets without a change of the workflows.
    """
    named = {channel.name: channel.kind for channel in settings.channels}
    for name, kind in ({kind: kind for kind in CHANNELS} | named).items():
        if kind in CHANNELS:
            yield from (prefix_of(name) + secret for secret in CHANNELS[kind].secrets())


def _fill(template: str, words: Mapping[str, tuple[str, ...]]) -> str:
    """The template with its blanks filled: a line with a blank stands once for each value of it."""
    return "".join(filled for line in template.splitlines(keepends=True) for filled in _repeat(line, words))


def _repeat(line: str, words: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    blank = _BLANK.search(line)
    return tuple(line.replace(blank[0], word) for word in words[blank[1]]) if blank else (line,)
