"""Shapes of fields that only the settings have: addresses, time zones, spans in working days."""

import re
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import msgspec

from sitegen import moments
from sitegen.fields import (
    Reading,
    Schema,
    Vocabulary,
    nearest,
    read_scalar,
)
from sitegen.markup.characters import has_invisible
from sitegen.model import (
    Due,
)
from sitegen.shapes import Line, Span
from sitegen.source import Node

_LOOPBACK = ("127.0.0.1", "::1", "localhost")


class Address(msgspec.Struct, frozen=True):
    """A web address without credentials: https, http with a warning unless it stays on this machine.

    `mail` allows `mailto:` as well, `smtp` the address of a mail server.
    """

    mail: bool = False
    smtp: bool = False

    def read(self, node: Node, reading: Reading) -> str | None:
        """The address without a trailing slash."""
        text = Line(1, 500).read(node, reading)
        if text is None or (self.mail and re.fullmatch(r"mailto:[^\s<>\"]+@[^\s<>\"]+", text)):
            return text
        if not self._fits(text):
            reading.refuse(node.where, f"`{text}` is not a web address.", "Write it as `https://example.com/page`.")
            return None
        if text.startswith("http://") and urlsplit(text).hostname not in _LOOPBACK:
            reading.warn(node.where, "This address is not encrypted.", "Use https.")
        return text.rstrip("/")

    def _fits(self, text: str) -> bool:
        try:
            parts = urlsplit(text)
            return bool(
                parts.scheme in ("https", "http", *(("smtp",) if self.smtp else ()))
                and parts.hostname
                and "@" not in parts.netloc
                and parts.port != 0
                and not has_invisible(text)
                and not re.search(r"[\s<>\"'\\^`{|}]", text)
            )
        except ValueError:
            return False

    def schema(self, vocabulary: Vocabulary) -> Schema:
        """A URI."""
        return {"type": "string", "format": "uri"}


class Zone(msgspec.Struct, frozen=True):
    """A time zone by its IANA name."""

    def read(self, node: Node, reading: Reading) -> ZoneInfo | None:
        """The zone."""
        scalar = read_scalar(node, reading, "the name of a time zone")
        if scalar is None:
            return None
        if (zone := moments.find_zone(scalar.text)) is not None:
            return zone
        hint = nearest(scalar.text, moments.zone_names()) if len(scalar.text) < 40 else ""
        hint = hint if hint.startswith("Did") else "Write it as `Europe/Warsaw`."
        reading.refuse(scalar.where, f"`{scalar.text}` is not a time zone.", hint)
        return None

    def schema(self, vocabulary: Vocabulary) -> Schema:
        """A text."""
        return {"type": "string"}


class DueShape(msgspec.Struct, frozen=True):
    """A span of time as `3d`, or working days as `5wd`."""

    def read(self, node: Node, reading: Reading) -> Due | None:
        """The time allowed."""
        scalar = read_scalar(node, reading, "a span of time")
        if scalar is None:
            return None
        if (days := moments.parse_working_days(scalar.text)) is not None:
            return Due(working_days=days)
        span = Span().read(scalar, reading)
        return None if span is None else Due(span)

    def schema(self, vocabulary: Vocabulary) -> Schema:
        """A text of that form."""
        return {"type": "string", "pattern": "^[0-9]+(wd|d|h|m)$"}
