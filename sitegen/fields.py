"""How a file format is declared: one definition reads, complains and makes the JSON Schema."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, Protocol, TypeVar

import msgspec

from sitegen.problems import Location, Problem, Severity
from sitegen.source import Mapping as MappingNode
from sitegen.source import Node, Scalar
from sitegen.source import Sequence as SequenceNode

T = TypeVar("T")
K = TypeVar("K", bound=str)
T_co = TypeVar("T_co", covariant=True)
Schema = dict[str, Any]


class Vocabulary(msgspec.Struct, frozen=True, kw_only=True):
    """The words that `sitegen.yaml` declares and other files use; empty: any well-formed one will do."""

    languages: tuple[str, ...] = ()
    components: tuple[str, ...] = ()
    causes: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()

    def words(self, name: str) -> tuple[str, ...]:
        """The declared words of one sort, by the sort's name."""
        words: tuple[str, ...] = getattr(self, name)
        return words


class Reading:
    """One file being read: what is declared, and the problems found so far."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.problems: list[Problem] = []
        self.lost = 0

    def refuse(self, where: Location, what: str, hint: str = "") -> None:
        """Note an error by which something that was written is lost to readers."""
        self.lost += 1
        self.complain(where, what, hint)

    def complain(self, where: Location, what: str, hint: str = "") -> None:
        """Note an error in something that is kept all the same."""
        self.problems.append(Problem(where, what, hint))

    def warn(self, where: Location, what: str, hint: str = "") -> None:
        """Note a warning."""
        self.problems.append(Problem(where, what, hint, Severity.WARNING))


class Placed(msgspec.Struct, Generic[T], frozen=True):
    """A value together with where it stands."""

    value: T
    where: Location


class Shape(Protocol[T_co]):
    """What may stand at a place: `read` gives None for what does not fit, having told why."""

    def read(self, node: Node, reading: Reading) -> T_co | None:
        """The value of the node."""

    def schema(self, vocabulary: Vocabulary) -> Schema:
        """The same rule as JSON Schema."""


def nearest(word: str, known: Sequence[str]) -> str:
    """The sentence that names the known word nearest to a wrong one, or all of them."""
    import difflib  # here: most builds find nothing wrong

    if close := difflib.get_close_matches(word, known, n=1, cutoff=0.6):
        return f"Did you mean `{close[0]}`?"
    return f"Known are: {', '.join(known)}." if known else ""


def read_scalar(node: Node, reading: Reading, wanted: str) -> Scalar | None:
    """The node if it is a scalar; otherwise the problem is told and None comes back."""
    if isinstance(node, Scalar):
        return node
    reading.refuse(node.where, f"Here stands a list or map where {wanted} belongs.", "Quote it if it is a text.")
    return None


class ListOf(msgspec.Struct, Generic[T], frozen=True):
    """A list; what does not fit drops out alone. With `lenient`, one value without a list is a list of one."""

    inner: Shape[T]
    lenient: bool = False
    least: int = 1

    def read(self, node: Node, reading: Reading) -> tuple[T, ...] | None:
        """The values that fit."""
        if self.lenient and isinstance(node, Scalar):
            value = self.inner.read(node, reading)
            return None if value is None else (value,)
        if not isinstance(node, SequenceNode):
            reading.refuse(node.where, "A list belongs here.", "Begin each item with `- `.")
            return None
        if len(node.items) < self.least:
            reading.refuse(node.where, "This list is empty.")
        values = (self.inner.read(item, reading) for item in node.items)
        return tuple(value for value in values if value is not None)

    def schema(self, vocabulary: Vocabulary) -> Schema:
        """An array, or one value."""
        inner = self.inner.schema(vocabulary)
        array: Schema = {"type": "array", "items": inner, "minItems": self.least}
        return {"anyOf": [inner, array]} if self.lenient else array


class MapOf(msgspec.Struct, Generic[K, T], frozen=True):
    """A map from words to values."""

    keys: Shape[K]
    values: Shape[T]

    def read(self, node: Node, reading: Reading) -> Mapping[K, T] | None:
        """The entries that fit, in the order written."""
        if not isinstance(node, MappingNode):
            reading.refuse(node.where, "A map belongs here.", "Write `name: value`.")
            return None
        entries: dict[K, T] = {}
        for name, value_node in node.entries:
            key, value = self.keys.read(name, reading), self.values.read(value_node, reading)
            if key is not None and value is not None:
                entries[key] = value
        return entries

    def schema(self, vocabulary: Vocabulary) -> Schema:
        """An object."""
        return {
            "type": "object",
            "propertyNames": self.keys.schema(vocabulary),
            "additionalProperties": self.values.schema(vocabulary),
        }


class Field(msgspec.Struct, Generic[T_co], frozen=True):
    """One key of a record: its shape, whether it must be there, and what it means for the engineer's editor."""

    name: str
    shape: Shape[T_co]
    meaning: str
    required: bool = False


class Record(msgspec.Struct, frozen=True):
    """A map with known keys: an unknown one is an error that names the nearest, so that no text is lost.

    With `extra`, keys declared under that sort of the vocabulary are allowed as well, of the shape `extra_shape`.
    """

    fields: tuple[Field[Any], ...]
    extra: str = ""
    extra_shape: Shape[Any] | None = None

    def read(self, node: Node, reading: Reading) -> "Values | None":
        """The values of the fields that fit."""
        if not isinstance(node, MappingNode):
            names = ", ".join(field.name for field in self.fields if field.required)
            reading.refuse(node.where, "A map belongs here.", f"Write `key: value`; needed: {names}.")
            return None
        before = reading.lost
        shapes = self.shapes(reading.vocabulary)
        found: dict[str, Placed[Any]] = {}
        damaged = set()
        for key, value in node.entries:
            lost = reading.lost
            if key.text not in shapes:
                reading.refuse(key.where, f"`{key.text}` is not a field here.", nearest(key.text, [*shapes]))
            elif (read := shapes[key.text].read(value, reading)) is not None:
                found[key.text] = Placed(read, value.where)
            if reading.lost > lost:
                damaged.add(key.text)
        self._check_required(node, reading)
        return Values(found, node.where, reading.lost - before, frozenset(damaged))

    def shapes(self, vocabulary: Vocabulary) -> dict[str, Shape[Any]]:
        """What may stand under each key that is allowed here."""
        shapes: dict[str, Shape[Any]] = {field.name: field.shape for field in self.fields}
        if self.extra and self.extra_shape is not None:
            shapes |= dict.fromkeys(vocabulary.words(self.extra), self.extra_shape)
        return shapes

    def _check_required(self, node: MappingNode, reading: Reading) -> None:
        for field in self.fields:
            if field.required and node.get(field.name) is None:
                reading.refuse(node.where, f"`{field.name}` is missing.", field.meaning)

    def schema(self, vocabulary: Vocabulary) -> Schema:
        """An object without other keys."""
        properties = {
            field.name: field.shape.schema(vocabulary) | {"description": field.meaning} for field in self.fields
        }
        shapes = self.shapes(vocabulary)
        properties |= {name: shape.schema(vocabulary) for name, shape in shapes.items() if name not in properties}
        required = [field.name for field in self.fields if field.required]
        return {
            "type": "object",
            "additionalProperties": False,
            "properties": properties,
            "required": required,
        }


class Values(msgspec.Struct, frozen=True):
    """What a record held: ask with the Field itself.

    `lost` counts what was written and did not fit, `damaged` are the keys (as written) where that was.
    """

    found: Mapping[str, Placed[Any]]
    where: Location
    lost: int
    damaged: frozenset[str]

    def get(self, field: Field[T]) -> T | None:
        """The field's value, None where it is absent or did not fit."""
        placed = self.found.get(field.name)
        return None if placed is None else placed.value

    def get_or(self, field: Field[T], default: T) -> T:
        """The field's value or the default."""
        value = self.get(field)
        return default if value is None else value

    def place(self, field: Field[Any]) -> Location:
        """Where the field's value stands; where it is absent, the place of the record."""
        placed = self.found.get(field.name)
        return self.where if placed is None else placed.where

    def extras(self, record: Record) -> dict[str, Any]:
        """The values of keys that are allowed by declaration only."""
        names = {field.name for field in record.fields}
        return {name: placed.value for name, placed in self.found.items() if name not in names}


class Made(msgspec.Struct, Generic[T], frozen=True):
    """A record whose values together make one thing; `make` gives None when what is needed did not fit."""

    record: Record
    make: Callable[[Values], T | None]

    def read(self, node: Node, reading: Reading) -> T | None:
        """The thing."""
        values = self.record.read(node, reading)
        return None if values is None else self.make(values)

    def schema(self, vocabulary: Vocabulary) -> Schema:
        """The record's schema."""
        return self.record.schema(vocabulary)
