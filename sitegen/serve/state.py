"""How things stand in the preview: what can be looked at, and what is wrong."""

import msgspec

from sitegen.problems import Problem
from sitegen.render import TemplateError
from sitegen.serve.site import Site


class State(msgspec.Struct, frozen=True, kw_only=True):
    """What a making came to: `stamp` differs from every other one exactly when there is something new to see.

    `site` is the last one that could be made, `failure` why it is not the newest, in a sentence, else empty.
    """

    stamp: str
    site: Site | None = None
    failure: str = ""
    problems: tuple[Problem, ...] = ()


def explain(error: Exception) -> str:
    """What went wrong, in a sentence for those who look at the preview."""
    if isinstance(error, TemplateError):
        return str(error)
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}." if error.filename else f"{error.strerror}."
    return f"sitegen made a mistake: {type(error).__name__}: {error}"
