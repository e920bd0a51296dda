"""What a rendered text consists of, and what may be said against it."""

import msgspec

from sitegen.problems import Severity


class Concern(msgspec.Struct, frozen=True, array_like=True):
    """One mistake in a text: `line` counts from 0 within the text, `what` and `hint` are whole sentences in English."""

    line: int
    what: str
    hint: str = ""
    severity: Severity = Severity.ERROR


class Picture(msgspec.Struct, frozen=True):
    """A picture of the site: `path` relative to the site's root, `width` and `height` in pixels."""

    path: str
    width: int
    height: int


class Rendered(msgspec.Struct, frozen=True, array_like=True):
    """One text as `html` (sanitised, only tags of the allow-list) and as `plain` text (no markup, no entities).

    `concerns` are ordered by line; `pictures` names the pictures used, as written, in order, each once.
    """

    html: str
    plain: str
    concerns: tuple[Concern, ...] = ()
    pictures: tuple[str, ...] = ()
