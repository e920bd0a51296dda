"""The Markdown files beside incidents to Postmortems, one text in each language, with every problem on the way."""

import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import PurePosixPath

import msgspec

from sitegen import entry, moments, pictures, source
from sitegen.config import vocabulary
from sitegen.fields import Reading, Values, nearest
from sitegen.model import Action, Postmortem, Settings, Text
from sitegen.problems import Location, Problem, sort_problems

MAX_BYTES = 512 * 1024
MAX_BODY = 100_000
_FENCE = "---"
_NAME = re.compile(rf"({entry.ID_PATTERN})(?:\.([A-Za-z][A-Za-z0-9-]*))?\.md\Z", re.ASCII)
_FIELD = re.compile(r"^[ \t]*[^#\s]", re.MULTILINE)
_PUBLISHED = re.compile(r"^published[ \t]*:", re.MULTILINE)
# Not `=======`: in Markdown it underlines a heading.
_MERGE_MARKER = re.compile(r"^(?:<{7}|>{7}|\|{7}) ", re.MULTILINE)


class PostmortemEntry(msgspec.Struct, frozen=True):
    """One post-mortem as far as it could be read (none without any text), and what is wrong with its files."""

    postmortem: Postmortem | None
    problems: tuple[Problem, ...]


class _Manuscript(msgspec.Struct, frozen=True):
    """One file split up: `front` is what stands between its `---` lines, on its own line numbers, `body` the rest.

    `where` is the place at which the body begins.
    """

    front: str
    body: str
    where: Location


class _Fields(msgspec.Struct, frozen=True):
    """What the front matter tells."""

    published: datetime | None = None
    image: str = ""
    alt: Text | None = None
    actions: tuple[Action, ...] = ()


def split_name(path: PurePosixPath) -> tuple[str, str] | None:
    """The incident's id and the language that a file's name tells (empty: the site's first); None for other names."""
    match = _NAME.match(path.name)
    return None if match is None else (match[1], match[2] or "")


def read_postmortem(files: Mapping[str, tuple[PurePosixPath, bytes]], settings: Settings) -> PostmortemEntry:
    """The post-mortem in these files, path and content by language; never raises.

    The fields are those of the first language's file; without a readable `published` there it is a draft. Its `where`
    is the place at which the text begins. `image` and `alt` are both there or both absent (SECURITY.md, row 10).
    """
    return _Reader(files, settings).read()


class _Reader:
    """Reads the files of one post-mortem in the light of the settings."""

    def __init__(self, files: Mapping[str, tuple[PurePosixPath, bytes]], settings: Settings) -> None:
        self.files, self.settings = files, settings
        self.reading = Reading(vocabulary(settings))

    def read(self) -> PostmortemEntry:
        """The post-mortem with all the texts that could be read."""
        self._check_languages()
        main = self.settings.site.default_language
        manuscripts = {code: self._split(*self.files[code]) for code in self._languages()}
        self._check_translations(manuscripts, main)
        fields = self._read_fields(manuscripts.get(main))
        written = {code: text for code, text in manuscripts.items() if text is not None and text.body}
        return PostmortemEntry(_assemble(written, fields), sort_problems(self.reading.problems))

    def _languages(self) -> tuple[str, ...]:
        return tuple(code for code in self.settings.site.languages if code in self.files)

    def _check_languages(self) -> None:
        known = self.settings.site.languages
        for code in sorted(set(self.files) - set(known)):
            what = f"`{code}` is not a language of this site."
            self.reading.refuse(Location(self.files[code][0]), what, nearest(code, known))

    def _check_translations(self, manuscripts: Mapping[str, _Manuscript | None], main: str) -> None:
        for code, text in manuscripts.items():
            path = self.files[code][0]
            name = f"{path.name.partition('.')[0]}.md"
            if code != main and main not in self.files:
                hint = f"Write `{name}`; until then this post-mortem is a draft."
                self.reading.complain(Location(path), "This translates a post-mortem that is missing.", hint)
            if code != main and text is not None and (field := _FIELD.search(text.front)):
                where = Location(path, _line(text.front, field.end()), 1)
                self.reading.warn(where, "Fields in a translation are not read.", f"Write them in `{name}`.")

    def _split(self, path: PurePosixPath, content: bytes) -> _Manuscript | None:
        """The file's parts; None, told, where it is no text of a bearable size."""
        text = self._decode(path, content)
        if text is None:
            return None
        lines = text.split("\n")
        start = _first_written(lines, 0)
        end = self._find_end(Location(path, start + 1, 1), lines)
        front = "" if end is None else "\n" * (start + 1) + "\n".join(lines[start + 1 : end])
        begin = start if end is None else _first_written(lines, end + 1)
        manuscript = _Manuscript(front, "\n".join(lines[begin:]).rstrip(), Location(path, begin + 1, 1))
        self._check_body(manuscript)
        return manuscript

    def _decode(self, path: PurePosixPath, content: bytes) -> str | None:
        if len(content) > MAX_BYTES:
            what = f"The file has more than {MAX_BYTES // 1024} KiB, so it is not read."
            self.reading.refuse(Location(path), what, f"A post-mortem has at most {MAX_BODY:,} characters.")
            return None
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            where = Location(path, content.count(b"\n", 0, error.start) + 1, 1)
            self.reading.refuse(where, "This line is not UTF-8 text, so the file is not read.", "Save it as UTF-8.")
            return None
        return text.replace("\r\n", "\n").replace("\r", "\n")

    def _find_end(self, where: Location, lines: list[str]) -> int | None:
        """The line (from 0) that ends the front matter, None where none begins at `where`, or it has no end."""
        first, *rest = lines[where.line - 1 :] or [""]
        if first.rstrip() != _FENCE:
            return None
        for number, line in enumerate(rest, where.line):
            if line.rstrip() == _FENCE:
                return number
        hint = "Put a line `---` below its last field; until then this post-mortem is a draft."
        self.reading.complain(where, "The fields that this `---` begins do not end.", hint)
        return None

    def _check_body(self, manuscript: _Manuscript) -> None:
        body, where = manuscript.body, manuscript.where
        if not body:
            hint = "Tell what happened, or delete the file."
            self.reading.refuse(Location(where.path), "This post-mortem has no text.", hint)
        if len(body) > MAX_BODY:
            what = f"This text has {len(body):,} characters; {MAX_BODY:,} are allowed."
            self.reading.complain(where, what, "Shorten it.")
        if marker := _MERGE_MARKER.search(body):
            place = Location(where.path, where.line + _line(body, marker.start()) - 1, 1)
            hint = "Keep what is true of both sides, and delete the marker lines."
            self.reading.complain(place, "A merge marker was left over.", hint)

    def _read_fields(self, main: _Manuscript | None) -> _Fields:
        """What the front matter tells; all is in doubt, and the text a draft, where it can't be read to its end."""
        values = None if main is None else self._read_front(main)
        published = None if values is None else self._published(values)
        if main is not None and published is None and (key := _PUBLISHED.search(main.front)):
            where = Location(main.where.path, _line(main.front, key.start()), 1)
            what = "This post-mortem stays a draft as long as its `published` is in doubt."
            self.reading.complain(where, what, "Mend its fields; write `published: 2026-11-25 10:00`.")
        if values is None:
            return _Fields()
        actions = (_make_action(item) for item in values.get_or(entry.ACTIONS, ()))
        return _Fields(published, *self._picture(values), tuple(action for action in actions if action is not None))

    def _read_front(self, main: _Manuscript) -> Values | None:
        if not _FIELD.search(main.front):
            return None
        document = source.read(main.where.path, main.front.encode())
        self.reading.problems += document.problems
        values = None if document.root is None else entry.POSTMORTEM.read(document.root, self.reading)
        return values if document.complete else None

    def _published(self, values: Values) -> datetime | None:
        placed = values.get(entry.PUBLISHED)
        if placed is None:
            return None
        try:
            return moments.resolve(placed.value, self.settings.site.zone)
        except moments.MomentError as error:
            self.reading.refuse(placed.where, error.what, error.hint)
            return None

    def _picture(self, values: Values) -> tuple[str, Text | None]:
        """Name and description of the picture: both, or neither."""
        image, alt = values.get_or(entry.IMAGE, ""), values.get(entry.ALT)
        if image and not pictures.is_name(image):
            hint = f"Write the name of a file beside this one; it ends in {', '.join(pictures.SUFFIXES)}."
            self.reading.refuse(values.place(entry.IMAGE), f"`{image[:80]}` is not the name of a picture.", hint)
        elif image and alt is None:
            hint = "Say in `alt` what it shows, for those who can't see it."
            self.reading.refuse(values.place(entry.IMAGE), "A picture needs a description, so it is left out.", hint)
        elif alt is not None and not image:
            self.reading.warn(values.place(entry.ALT), "`alt` describes no picture.", "Name it in `image`.")
        else:
            return image, alt
        return "", None


def _assemble(written: Mapping[str, _Manuscript], fields: _Fields) -> Postmortem | None:
    if not written:
        return None
    return Postmortem(
        body=Text({code: text.body for code, text in written.items()}),
        where=next(iter(written.values())).where,
        published=fields.published,
        image=fields.image,
        alt=fields.alt,
        actions=fields.actions,
    )


def _make_action(item: Values) -> Action | None:
    text, owner = item.get(entry.ACTION_TEXT), item.get(entry.OWNER)
    if text is None or owner is None:
        return None
    return Action(text, owner, item.get(entry.DUE), item.get(entry.DONE))


def _first_written(lines: list[str], start: int) -> int:
    """The first line from `start` on (from 0) that is not blank; past the last where there is none."""
    return next((number for number in range(start, len(lines)) if lines[number].strip()), len(lines))


def _line(text: str, position: int) -> int:
    """The line (from 1) of a position in the text."""
    return text.count("\n", 0, position) + 1
