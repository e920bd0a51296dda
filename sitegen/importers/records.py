"""Saved JSON to records that know their place and tell of every value that is not what it should be."""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import PurePosixPath

import msgspec

from sitegen.importers.conversion import Findings
from sitegen.importers.cstate.clock import YEARS
from sitegen.importers.cstate.document import clean
from sitegen.problems import Location

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?([Zz]|[+-]\d{2}:?\d{2})", re.ASCII)
_BLANK = " \t\n\r"


class Source(msgspec.Struct, frozen=True):
    """One file: the report, and where each value of the key that identifies its objects stands."""

    path: PurePosixPath
    findings: Findings
    key: str
    places: Mapping[str, Location]

    @property
    def whole(self) -> Location:
        """The file, without a line."""
        return Location(self.path)


class Record(msgspec.Struct, frozen=True):
    """One JSON object; `where` is its identifying key, or the nearest object around it that has one."""

    fields: Mapping[str, object]
    source: Source
    where: Location

    def text(self, key: str, *, prose: bool = False) -> str:
        """The text under a key without what no page may hold, empty where there is none; without `prose` one line."""
        value = self.fields.get(key)
        if isinstance(value, str):
            return clean(self._whole(value, key), self.where, self.source.findings, prose=prose)
        if value is not None:
            self._tell(key, "text")
        return ""

    def _whole(self, text: str, key: str) -> str:
        """The text; half of a character, which JSON can write and no file can hold, becomes U+FFFD."""
        whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        if whole != text:
            self.source.findings.warn(self.where, f"`{key}` has half a character; U+FFFD stands in its place.")
        return whole

    def name(self, key: str) -> str:
        """What identifies something: a text, or a whole number as one."""
        value = self.fields.get(key)
        return str(value) if isinstance(value, int) and not isinstance(value, bool) else self.text(key)

    def number(self, key: str) -> int:
        """The whole number under a key, 0 where there is none."""
        value = self.fields.get(key)
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        if value is not None:
            self._tell(key, "whole number")
        return 0

    def is_true(self, key: str) -> bool:
        """Whether `true` stands under a key."""
        return self.fields.get(key) is True

    def moment(self, key: str) -> datetime | None:
        """The moment in UTC, to the second; None, and told, for a text that is none."""
        text = self.text(key)
        moment = parse_moment(text)
        if text and moment is None:
            self.source.findings.warn(self.where, f"`{key}` is `{text[:60]}`, which is no moment; it was left out.")
        return moment

    def day(self, key: str) -> date | None:
        """The day of the calendar; None, and told, for a text that is none."""
        text = self.text(key)
        day = _parse_day(text)
        if text and day is None:
            self.source.findings.warn(self.where, f"`{key}` is `{text[:60]}`, which is no day; it was left out.")
        return day

    def values(self, key: str) -> tuple[object, ...]:
        """The items of the list under a key, none where there is none."""
        value = self.fields.get(key)
        if isinstance(value, list):
            return tuple(value)
        if value is not None:
            self._tell(key, "list")
        return ()

    def record(self, key: str) -> "Record | None":
        """The object under a key."""
        value = self.fields.get(key)
        if isinstance(value, dict):
            return self.inner(value)
        if value is not None:
            self._tell(key, "object")
        return None

    def records(self, key: str) -> tuple["Record", ...]:
        """The objects in the list under a key; what is none is told as lost."""
        return tuple(self._inner_objects(key))

    def _inner_objects(self, key: str) -> Iterator["Record"]:
        for value in self.values(key):
            if isinstance(value, dict):
                yield self.inner(value)
            else:
                self.source.findings.lose(self.where, f"In `{key}` stands `{_show(value)}`, which is no object.")

    def inner(self, fields: Mapping[str, object]) -> "Record":
        """An object within this one, at its own place where it has one."""
        return Record(fields, self.source, self.source.places.get(str(fields.get(self.source.key)), self.where))

    def _tell(self, key: str, wanted: str) -> None:
        what = f"`{key}` is `{_show(self.fields[key])}`, which is no {wanted}; it was left out."
        self.source.findings.lose(self.where, what)


def _show(value: object) -> str:
    return json.dumps(value)[:60]


def parse_moment(text: str) -> datetime | None:
    """The moment (UTC, to the second) of an ISO 8601 time with its offset; None for anything else."""
    try:
        moment = datetime.fromisoformat(text.upper()).astimezone(UTC) if _MOMENT.fullmatch(text) else None
    except (ValueError, OverflowError):
        return None
    return None if moment is None or moment.year not in YEARS else moment.replace(microsecond=0)


def _parse_day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None
    return None if day is None or day.year not in YEARS else day


def read_records(path: PurePosixPath, content: bytes, findings: Findings, key: str = "id") -> tuple[Record, ...] | str:
    """The objects at the top of a file, those of lists among them, or why there are none.

    Some tools save page after page into one file, so several JSON texts may follow each other. `key` is what
    identifies an object, by which its place is found again.
    """
    try:
        text = content.decode("utf-8-sig")
        values = list(_decode(text, Source(path, findings, key, {})))
    except UnicodeDecodeError:
        return "It is not UTF-8 text."
    except (ValueError, RecursionError) as error:
        return f"It is not JSON that can be read: {_reason(error)}."
    source = Source(path, findings, key, _find_places(path, text, key))
    top = Record({"top": values}, source, Location(path, 1, 1))
    return tuple(_flatten(top, values))


def _decode(text: str, source: Source) -> Iterator[object]:
    def build(pairs: list[tuple[str, object]]) -> dict[str, object]:
        fields = dict(pairs)
        if len(fields) < len(pairs):
            twice = next(name for name, _ in pairs if sum(name == other for other, _ in pairs) > 1)
            source.findings.lose(source.whole, f"An object has `{twice[:60]}` twice; the last one was taken.")
        return fields

    decoder = json.JSONDecoder(object_pairs_hook=build)
    position = _skip(text, 0)
    while position < len(text):
        value, position = decoder.raw_decode(text, position)
        yield value
        position = _skip(text, position)


def _skip(text: str, position: int) -> int:
    while position < len(text) and text[position] in _BLANK:
        position += 1
    return position


def _reason(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg}, line {error.lineno}"
    return "it is nested too deep" if isinstance(error, RecursionError) else "it has a number that is too long"


def _flatten(top: Record, values: list[object]) -> Iterator[Record]:
    waiting = values[::-1]
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting.extend(reversed(value))
        elif isinstance(value, dict):
            yield top.inner(value)
        else:
            top.source.findings.lose(top.where, f"At the top stands `{_show(value)}`, which is no object.")


def _find_places(path: PurePosixPath, text: str, key: str) -> dict[str, Location]:
    """Where each value of the key stands first; one pass over the text, however long its lines are."""
    places: dict[str, Location] = {}
    line, start = 1, 0
    for match in re.finditer(rf'\n|"{key}"\s{{0,9}}:\s{{0,9}}(?:"([^"\\\n]{{1,80}})"|(\d{{1,20}}))', text):
        if match[0] == "\n":
            line, start = line + 1, match.end()
        else:
            places.setdefault(match[1] or match[2], Location(path, line, match.start() - start + 1))
    return places
