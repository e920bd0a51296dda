"""The simple shapes that a field's value can have: a line, a word, a time, a text in several languages."""

import re
from datetime import date, timedelta
from fractions import Fraction
from typing import Generic, Literal, TypeVar

import msgspec

from sitegen import moments
from sitegen.fields import Placed, Reading, Schema, Shape, Vocabulary, nearest, read_scalar
from sitegen.markup.characters import has_invisible
from sitegen.model import Text
from sitegen.source import Mapping, Node, Scalar

T = TypeVar("T")
W = TypeVar("W", bound=str)
LANGUAGE = r"[a-z]{2,3}(?:-[A-Z][A-Za-z]{1,3})?"
# Controls that YAML escapes can smuggle in, and those that turn the reading direction of what follows.
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")


class Line(msgspec.Struct, frozen=True):
    """A text of `least` to `most` characters; with `pattern`, of that form; without `prose`, on one line."""

    least: int = 1
    most: int = 200
    pattern: str = ""
    form: str = ""
    prose: bool = False

    def read(self, node: Node, reading: Reading) -> str | None:
        """The text, stripped at its ends; one that is merely too long or has invisible characters is kept."""
        scalar = read_scalar(node, reading, "a text")
        if scalar is None:
            return None
        if scalar.comment:
            reading.warn(scalar.where, f"`{scalar.comment}` is lost: a ` #` begins a comment.", "Quote the text.")
        self._check_characters(scalar, reading)
        text = _UNFIT.sub("", scalar.text).strip()
        if self.pattern and not re.fullmatch(self.pattern, text):
            reading.refuse(scalar.where, f"`{text[:80]}` is not {self.form}.")
            return None
        if len(text) < self.least:
            what = f"This text has {len(text)} characters; {self.least} to {self.most} are allowed."
            (reading.complain if text else reading.refuse)(scalar.where, what, "Say what customers see.")
            return text or None
        return self._check_size(text, scalar, reading)

    def _check_characters(self, scalar: Scalar, reading: Reading) -> None:
        if unfit := _UNFIT.search(scalar.text):
            what = f"The invisible character U+{ord(unfit[0]):04X} stands in this text."
            reading.complain(scalar.where, what, "Delete it.")

    def _check_size(self, text: str, scalar: Scalar, reading: Reading) -> str:
        if len(text) > self.most:
            what = f"This text has {len(text)} characters; {self.least} to {self.most} are allowed."
            reading.complain(scalar.where, what, "Shorten it.")
        if not self.prose and "\n" in text:
            reading.complain(scalar.where, "This text must stand on one line.", "Delete the line break.")
        return text if self.prose else " ".join(text.splitlines())

    def schema(self, vocabulary: Vocabulary) -> Schema:
        """Length and form."""
        rule: Schema = {"type": "string", "minLength": self.least, "maxLength": self.most}
        return rule | ({"pattern": f"^(?:{self.pattern})$"} if self.pattern else {})


class SitePath(msgspec.Struct, frozen=True):
    """A path inside the site, as it looks: no part has invisible characters or is too long for a file system."""

    inner: Line

    def read(self, node: Node, reading: Reading) -> str | None:
        """The path."""
        text = self.inner.read(node, reading)
        if text is None or (not has_invisible(text) and max(len(part.encode()) for part in text.split("/")) <= 255):
            return text
        reading.refuse(node.where, f"`{text[:80]}` can't be the name of a file.")
        return None

    def schema(self, vocabulary: Vocabulary) -> Schema:
        """Length and form."""
        return self.inner.schema(vocabulary)


class Choice(msgspec.Struct, Generic[W], frozen=True):
    """One word of a few: members of an enumeration, or plain text."""

    words: tuple[W, ...]

    def read(self, node: Node, reading: Reading) -> W | None:
        """The word's value."""
        scalar = read_scalar(node, reading, "one word")
        if scalar is None:
            return None
        for word in self.words:
            if str(word) == scalar.text:
                return word
        reading.refuse(
            scalar.where,
            f"`{scalar.text}` is not known here.",
            nearest(scalar.text, [str(word) for word in self.words]),
        )
        return None

    def schema(self, vocabulary: Vocabulary) -> Schema:
        """The words."""
        return {"enum": [str(word) for word in self.words]}


class Declared(msgspec.Struct, frozen=True):
    """A word that `sitegen.yaml` declares; `sort` names the field of Vocabulary."""

    sort: str

    def read(self, node: Node, reading: Reading) -> str | None:
        """The word."""
        scalar = read_scalar(node, reading, "one word")
        if scalar is None:
            return None
        known = reading.vocabulary.words(self.sort)
        if scalar.text in known:
            return scalar.text
        what = f"`{scalar.text}` is not among the {self.sort} of sitegen.yaml."
        reading.refuse(scalar.where, what, nearest(scalar.text, known))
        return None

    def schema(self, vocabulary: Vocabulary) -> Schema:
        """The declared words."""
        words = vocabulary.words(self.sort)
        return {"enum": list(words)} if words else {"type": "string"}


class Flag(msgspec.Struct, frozen=True):
    """Yes or no, written `true` or `false`; `unclear` is what another word counts as, having been told."""

    unclear: bool | None = None

    def read(self, node: Node, reading: Reading) -> bool | None:
        """The answer."""
        scalar = read_scalar(node, reading, "`true` or `false`")
        if scalar is None:
            return self.unclear
        if scalar.text.lower() in ("true", "false"):
            return scalar.text.lower() == "true"
        reading.refuse(scalar.where, f"`{scalar.text}` is neither `true` nor `false`.")
        return self.unclear

    def schema(self, vocabulary: Vocabulary) -> Schema:
        """A boolean."""
        return {"type": "boolean"}


class Moment(msgspec.Struct, frozen=True):
    """A time as FORMAT.md allows it, still to be resolved; `relative` forms only where something stands before."""

    relative: bool = False

    def read(self, node: Node, reading: Reading) -> "Placed[moments.Written] | None":
        """The time as written, and where."""
        scalar = read_scalar(node, reading, "a time")
        if scalar is None:
            return None
        try:
            written = moments.parse(scalar.text.strip())
        except moments.MomentError as error:
            reading.refuse(scalar.where, error.what, error.hint)
            return None
        if not self.relative and (written.clock or written.duration is not None):
            reading.refuse(scalar.where, f"`{written.text}` lacks its date.", "Write `2026-11-23 03:09`.")
            return None
        return Placed(written, scalar.where)

    def schema(self, vocabulary: Vocabulary) -> Schema:
        """A text; its form is told in the description."""
        return {"type": "string"}


class Day(msgspec.Struct, frozen=True):
    """A day of the calendar."""

    def read(self, node: Node, reading: Reading) -> date | None:
        """The day."""
        scalar = read_scalar(node, reading, "a day")
        if scalar is None:
            return None
        try:
            return moments.parse_date(scalar.text)
        except moments.MomentError as error:
            reading.refuse(scalar.where, error.what, error.hint)
            return None

    def schema(self, vocabulary: Vocabulary) -> Schema:
        """A date."""
        return {"type": "string", "format": "date"}


class Span(msgspec.Struct, frozen=True):
    """A span of time, as `30m`, `2h` or `3d`."""

    def read(self, node: Node, reading: Reading) -> timedelta | None:
        """The span."""
        scalar = read_scalar(node, reading, "a span of time")
        if scalar is None:
            return None
        try:
            return moments.parse_duration(scalar.text)
        except moments.MomentError as error:
            reading.refuse(scalar.where, error.what, error.hint)
            return None

    def schema(self, vocabulary: Vocabulary) -> Schema:
        """A text of that form."""
        return {"type": "string", "pattern": "^[0-9]+[dhm]([0-9]+[hm])*$"}


class Weight(msgspec.Struct, frozen=True):
    """A number from 0 to 1, exact."""

    def read(self, node: Node, reading: Reading) -> Fraction | None:
        """The number."""
        scalar = read_scalar(node, reading, "a number")
        if scalar is None:
            return None
        if re.fullmatch(r"0(\.\d{1,6})?|1(\.0{1,6})?", scalar.text, re.ASCII):
            return Fraction(scalar.text)
        reading.refuse(scalar.where, f"`{scalar.text}` is not a number from 0 to 1.", "Write it as `0.3`.")
        return None

    def schema(self, vocabulary: Vocabulary) -> Schema:
        """A number in its bounds."""
        return {"type": "number", "minimum": 0, "maximum": 1}


class Translated(msgspec.Struct, frozen=True):
    """A text, or a map from language to text; plain text is in the site's first language."""

    inner: Line

    def read(self, node: Node, reading: Reading) -> Text | None:
        """The text in every language written."""
        if not isinstance(node, Mapping):
            text = self.inner.read(node, reading)
            return None if text is None else Text({(reading.vocabulary.languages or ("en",))[0]: text})
        variants: dict[str, str] = {}
        for language, value in node.entries:
            if self._knows(language, reading) and (text := self.inner.read(value, reading)) is not None:
                variants[language.text] = text
        if not node.entries:
            reading.refuse(node.where, "This text is empty.", "Write it, or a map from language to text.")
        return Text(variants) if variants else None

    def _knows(self, language: Scalar, reading: Reading) -> bool:
        known = reading.vocabulary.languages
        if language.text in known or (not known and re.fullmatch(LANGUAGE, language.text)):
            return True
        what = f"`{language.text}` is not a language of this site."
        reading.refuse(language.where, what, nearest(language.text, known))
        return False

    def schema(self, vocabulary: Vocabulary) -> Schema:
        """The text, or the map of texts."""
        text = self.inner.schema(vocabulary)
        languages: Schema = {"type": "object", "minProperties": 1, "additionalProperties": text}
        if vocabulary.languages:
            languages["additionalProperties"] = False
            languages["properties"] = dict.fromkeys(vocabulary.languages, text)
        return {"anyOf": [text, languages]}


class OrFalse(msgspec.Struct, Generic[T], frozen=True):
    """What the inner shape allows, or `false`."""

    inner: Shape[T]

    def read(self, node: Node, reading: Reading) -> T | Literal[False] | None:
        """The value, or False."""
        if isinstance(node, Scalar) and node.text.lower() == "false":
            return False
        return self.inner.read(node, reading)

    def schema(self, vocabulary: Vocabulary) -> Schema:
        """Either of the two."""
        return {"anyOf": [{"const": False}, self.inner.schema(vocabulary)]}
