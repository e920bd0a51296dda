"""The entries of the ledger: as values in a snapshot, and as small files that a person can read on a phone."""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import PurePosixPath

import msgspec

from sitegen.model import Connection, Delivery

Entry = Delivery | Connection

_DELIVERIES, _CONNECTIONS = "deliveries", "connections"
_KEY = re.compile("[0-9a-f]{8,64}")
_CHANNEL = re.compile("[a-z0-9][a-z0-9_-]{0,59}")
_TYPES: Mapping[str, type[Entry]] = {_DELIVERIES: Delivery, _CONNECTIONS: Connection}
_DECODERS = {folder: msgspec.json.Decoder(entry) for folder, entry in _TYPES.items()}
_ENCODER = msgspec.json.Encoder(order="sorted")


class LedgerError(Exception):
    """The ledger can't be reached or can't be trusted, so nothing may be posted: `what` is wrong, and what to do."""

    def __init__(self, what: str, hint: str = "") -> None:
        super().__init__(f"{what} {hint}".rstrip())
        self.what, self.hint = what, hint


class Snapshot(msgspec.Struct, frozen=True):
    """What the ledger knew at one moment: deliveries by key, connections by the name of their channel.

    `tip` is the id of its newest commit, `genesis` that of its first; both are empty while there is no ledger.
    """

    deliveries: Mapping[str, Delivery] = {}
    connections: Mapping[str, Connection] = {}
    genesis: str = ""
    tip: str = ""

    def find(self, entry: Entry) -> Entry | None:
        """What is known under the name that the entry goes by."""
        match entry:
            case Delivery(key=key):
                return self.deliveries.get(key)
            case Connection(channel=channel):
                return self.connections.get(channel)

    def following(self, entries: Iterable[Entry], tip: str) -> "Snapshot":
        """The snapshot at the commit `tip`, which put these entries in place of older ones of their names."""
        deliveries, connections = dict(self.deliveries), dict(self.connections)
        for entry in entries:
            match entry:
                case Delivery(key=key):
                    deliveries[key] = entry
                case Connection(channel=channel):
                    connections[channel] = entry
        return Snapshot(deliveries, connections, self.genesis or tip, tip)


def name_of(entry: Entry) -> str:
    """The key of a delivery, the channel of a connection."""
    return entry.key if isinstance(entry, Delivery) else entry.channel


def path_of(entry: Entry) -> PurePosixPath:
    """The file of an entry on the branch; deliveries in folders by the start of their key, so that none grows long.

    Raises ValueError for a name that can be no file's.
    """
    return PurePosixPath(_place(entry))


def encode(entry: Entry) -> bytes:
    """The file of the entry: JSON, sorted, a line for each fact; equal entries give equal bytes."""
    return msgspec.json.format(_ENCODER.encode(entry), indent=2) + b"\n"


def decode(path: str, content: bytes) -> Entry:
    """The entry in a file of the branch; LedgerError for anything that `encode` would not have written there."""
    decoder = _DECODERS.get(path.partition("/")[0])
    if decoder is None:
        raise _unreadable(path, "is no entry")
    try:
        entry = decoder.decode(content)
        sound = _place(entry) == path and encode(entry) == content and has_utc_moments(entry)
    except ValueError as error:
        raise _unreadable(path, f"can't be read: {error}") from error
    if not sound:
        raise _unreadable(path, "was not written like this by this program")
    return entry


def has_utc_moments(entry: Entry) -> bool:
    """Whether every moment of the entry is aware and in UTC."""
    moments = (entry.since, entry.lease, entry.recorded) if isinstance(entry, Delivery) else (entry.since,)
    return all(map(_is_utc, moments))


def _is_utc(moment: datetime | None) -> bool:
    return moment is None or moment.tzinfo is UTC or moment.utcoffset() == timedelta()


def _place(entry: Entry) -> str:
    match entry:
        case Delivery(key=key) if _KEY.fullmatch(key):
            return f"{_DELIVERIES}/{key[:2]}/{key}.json"
        case Connection(channel=channel) if _CHANNEL.fullmatch(channel):
            return f"{_CONNECTIONS}/{channel}.json"
    raise ValueError(f"`{name_of(entry)}` can't name an entry of the ledger")


def _unreadable(path: str, what: str) -> LedgerError:
    hint = "Somebody changed the ledger by hand, or a newer sitegen did: look at the history of its branch."
    return LedgerError(f"{path} on the ledger's branch {what}.", hint)
