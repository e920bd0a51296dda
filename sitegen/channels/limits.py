"""How long a channel's requests may take, and how much they may bring back."""

from datetime import timedelta

import msgspec


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """Bounds of one request, however the other side behaves.

    `connect` is for each address of the host, `answer` for each wait on an open connection, `total` for everything.
    A request leaves at most `total - answer` after it was begun, or never: the lease that was looked at before it
    still stands then. `total` lies under every `Traits.send_timeout`. `size` is in bytes, after unpacking.
    """

    connect: timedelta = timedelta(seconds=5)
    answer: timedelta = timedelta(seconds=10)
    total: timedelta = timedelta(seconds=25)
    size: int = 4 * 1024 * 1024
