"""The pages of the preview as they stand: each is rendered when somebody looks at it first."""

import threading
from collections.abc import Iterable, Iterator
from itertools import groupby, islice

from sitegen.pages import Page

_LOOKED_AT = 4  # a window or two, and what their pages ask for
_REMEMBERED = 200
_FEW = 20


class Site:
    """All pages of one state of the project, by path; what an earlier one rendered is taken over where it still holds.

    `turn` is held while a page is rendered: what renders it is made for one thread.
    """

    def __init__(self, pages: Iterable[Page], turn: threading.RLock, earlier: "Site | None" = None) -> None:
        self._pages = {page.name: page for page in pages}
        self._turn = turn
        self._rendered: dict[str, bytes] = {}
        self._former: dict[str, bytes] = {}
        self._looked_at: dict[str, None] = {}  # in the order of the last look
        if earlier is not None:
            self._take_over(earlier)

    def __contains__(self, name: str) -> bool:
        return name in self._pages

    def has_folder(self, name: str) -> bool:
        """Whether pages stand in the folder; the empty name is the folder of all."""
        return not name or any(path.startswith(f"{name}/") for path in self._pages)

    def read(self, name: str) -> bytes:
        """The bytes of a page that is there; raises TemplateError, and whatever goes wrong by mistake."""
        with self._turn:
            self._looked_at.pop(name, None)
            self._looked_at[name] = None
            return self._render(name)

    def recall(self, name: str) -> bytes | None:
        """The page as it was when it could be rendered last, if somebody looked at it then."""
        return self._former.get(name)

    def rehearse(self, *, every_kind: bool) -> None:
        """Render what was looked at last, and pages of every kind where that is wanted; raises like `read`."""
        with self._turn:
            for name in islice(reversed(self._looked_at), _LOOKED_AT):
                if name in self._pages:
                    self._render(name)
            for name in self._find_kinds() if every_kind else ():
                self._render(name)

    def _render(self, name: str) -> bytes:
        if name not in self._rendered:
            self._rendered[name] = self._pages[name].render()
        return self._rendered[name]

    def _find_kinds(self) -> Iterator[str]:
        """Pages that together use every template: where there are many in a folder, they are of one kind."""
        for _, group in groupby(sorted(self._pages, key=_name_kind), key=_name_kind):
            names = list(group)
            yield from names if len(names) <= _FEW else names[:1]

    def _take_over(self, earlier: "Site") -> None:
        with self._turn:
            known = earlier._former | earlier._rendered
            self._former = dict(islice(known.items(), max(0, len(known) - _REMEMBERED), None))
            self._looked_at = dict(earlier._looked_at)
            self._rendered = {
                name: content for name, content in earlier._rendered.items() if self._is_same(name, earlier)
            }

    def _is_same(self, name: str, earlier: "Site") -> bool:
        page = self._pages.get(name)
        return page is not None and page.key is not None and page.key == earlier._pages[name].key


def _name_kind(name: str) -> tuple[str, str]:
    """The folder and the suffix."""
    folder, _, own = name.rpartition("/")
    return folder, own.rpartition(".")[2]
