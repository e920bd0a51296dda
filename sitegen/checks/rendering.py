"""What is wrong with texts as Markdown: links that deceive, pictures that are missing, brackets without end."""

from collections.abc import Collection, Iterable, Iterator

import msgspec

from sitegen import markup
from sitegen.checks.texts import Part, PlacedText, texts
from sitegen.model import Incident, Picture
from sitegen.problems import Location, Problem

RULE = "markdown"
_MARKDOWN = frozenset({Part.WORKAROUND, Part.MESSAGE, Part.RETRACTION, Part.EDIT, Part.POSTMORTEM})


def check_rendering(incidents: Iterable[Incident], pictures: Collection[Picture]) -> Iterator[Problem]:
    """Every concern about the texts that are Markdown; only these pictures are there to be shown."""
    for incident in incidents:
        shown = [placed for placed in texts(incident) if placed.part in _MARKDOWN]
        known = _name(pictures) if any("![" in placed.text for placed in shown) else {}
        for placed in shown:
            yield from _problems(placed, known)


def _name(pictures: Iterable[Picture]) -> dict[str, markup.Picture]:
    return {one.name: markup.Picture(one.name, one.width, one.height) for one in pictures}


def _problems(placed: PlacedText, known: dict[str, markup.Picture]) -> Iterator[Problem]:
    for concern in markup.render(placed.text, pictures=known).concerns:
        what = f"{concern.what} (line {concern.line + 1} of the {placed.name})"
        where = placed.where
        if placed.part is Part.POSTMORTEM:
            what, where = concern.what, msgspec.structs.replace(where, line=where.line + concern.line)
        yield Problem(Location(where.path, where.line, where.column), what, concern.hint, concern.severity, RULE)
