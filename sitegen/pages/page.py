"""What every kind of page is made from, and what it is: a path and its bytes, made on demand."""

from collections.abc import Callable
from pathlib import PurePosixPath

import msgspec

from sitegen.history import View
from sitegen.languages import Language, language
from sitegen.project import Project
from sitegen.render import Theme


class Page(msgspec.Struct, frozen=True):
    """One file of the site: its path in the output folder, and how its bytes are made."""

    path: PurePosixPath
    render: Callable[[], bytes]


class Scene(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that pages show: the project, its view at the moment, and the theme."""

    project: Project
    view: View
    theme: Theme

    @property
    def languages(self) -> tuple[Language, ...]:
        """The languages of the site, the default first."""
        return tuple(language(code) for code in self.project.settings.site.languages)
