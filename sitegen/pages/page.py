"""What every kind of page is made from, and what it is: a path and its bytes, made on demand."""

from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import PurePosixPath

import msgspec

from sitegen.history import View
from sitegen.languages import Language, language
from sitegen.project import Project
from sitegen.render import Theme
from sitegen.surroundings import Surroundings

Key = bytes | None


class Page(msgspec.Struct, frozen=True):
    """One file of the site: its path in the output folder, what it shows (`keys`), and how its bytes are made.

    The path is kept as its `name`: of most pages no more is asked, and there are very many.
    """

    name: str
    key: Key
    render: Callable[[], bytes]

    @property
    def path(self) -> PurePosixPath:
        """The path in the output folder."""
        return PurePosixPath(self.name)


class Scene(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """Everything that pages show: the project, its view at the moment, and the theme.

    What keys are made of is there where an earlier build is to be gone on from: `surroundings`, by the id of each
    visible incident the digest of its files and of how far it has come, and the digest of all there is (`whole`).
    """

    project: Project
    view: View
    theme: Theme
    surroundings: Surroundings | None = None
    states: Mapping[str, bytes] = {}
    whole: bytes = b""

    @cached_property
    def languages(self) -> tuple[Language, ...]:
        """The languages of the site, the default first."""
        return tuple(language(code) for code in self.project.settings.site.languages)
