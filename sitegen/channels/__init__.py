"""The kinds of channels there are: one module and one line each, loaded when a channel of that kind is used."""

from collections.abc import Callable
from datetime import datetime
from importlib import import_module
from typing import Protocol, cast
from urllib.parse import urlsplit

import msgspec

from sitegen.channel import Client, Rejected, Traits
from sitegen.channels.credentials import Credentials
from sitegen.channels.limits import Limits
from sitegen.channels.loopback import is_loopback
from sitegen.model import Channel

Clock = Callable[[], datetime]


class ChannelModule(Protocol):
    """What the module of a kind holds: its traits, and how the variables with its secrets end."""

    TRAITS: Traits
    SECRETS: tuple[str, ...]

    def open_client(self, channel: Channel, credentials: Credentials, *, clock: Clock, limits: Limits) -> Client:
        """A client of the channel's account; reaches nobody yet, raises Rejected where settings or secrets lack."""


class Kind(msgspec.Struct, frozen=True):
    """One kind of channel: the name of its module in this package."""

    module: str

    def traits(self) -> Traits:
        """What composing needs to know; no secrets needed."""
        return self._load().TRAITS

    def secrets(self) -> tuple[str, ...]:
        """How the names of the variables with its secrets end; each begins with the channel's name."""
        return self._load().SECRETS

    def open_client(
        self, channel: Channel, credentials: Credentials, *, clock: Clock, limits: Limits | None = None
    ) -> Client:
        """A client of the channel's account; `clock` tells now (UTC). Raises Rejected where something lacks."""
        module = self._load()
        _check_settle(channel, module.TRAITS)
        return module.open_client(channel, credentials, clock=clock, limits=limits or Limits())

    def _load(self) -> ChannelModule:
        return cast(ChannelModule, import_module(f"sitegen.channels.{self.module}"))


def _check_settle(channel: Channel, traits: Traits) -> None:
    """A platform that is looked at too early seems not to have what it has, and would be told twice."""
    if channel.settle is not None and channel.settle < traits.settle and not _is_simulated(channel):
        shortest = f"{traits.settle.total_seconds():g} s"
        raise Rejected(
            f"`settle` of `{channel.name}` is shorter than {shortest}, what {channel.kind} needs.", stops=True
        )


def _is_simulated(channel: Channel) -> bool:
    return is_loopback(urlsplit(channel.api_url).hostname or "")


CHANNELS: dict[str, Kind] = {
    "email": Kind("email"),
    "facebook": Kind("facebook"),
    "mastodon": Kind("mastodon"),
    "twitter": Kind("twitter"),
    "webhook": Kind("webhook"),
}
