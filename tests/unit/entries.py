"""Settings and incidents for the tests, made from the texts that an engineer would write."""

from datetime import UTC, datetime
from pathlib import PurePosixPath

from sitegen import config, load
from sitegen.load import Entry
from sitegen.model import Incident, Settings

NAME = "2026-11-23-orders"


def make_settings(zone: str = "UTC", more: str = "", since: str = "") -> Settings:
    """A site of three components; `since` is the first known day of `checkout`, `more` are further settings."""
    first = f"{{key: checkout, name: Checkout{', since: ' + since if since else ''}}}"
    text = f"""\
site: {{name: Example Pay, time_zone: {zone}, languages: [en, pl]}}
components: [{first}, {{key: api, name: API}}, {{key: website, name: Website}}]
{more}
"""
    found = config.read(text.encode())
    assert found.problems == ()
    assert found.settings is not None
    return found.settings


UTC_SETTINGS = make_settings()


def read_entry(text: str | bytes, name: str = NAME, settings: Settings = UTC_SETTINGS) -> Entry:
    """The file as the loader reads it, with its problems."""
    content = text.encode() if isinstance(text, str) else text
    return load.read_incident(PurePosixPath(f"incidents/{name}.yaml"), content, settings)


def make_incident(text: str, name: str = NAME, settings: Settings = UTC_SETTINGS) -> Incident:
    """The incident of a file without any problem."""
    entry = read_entry(text, name, settings)
    assert entry.problems == ()
    return entry.incident


def outage(*updates: str, components: str = "{checkout: major_outage}", more: str = "", name: str = NAME) -> Incident:
    """An incident of these updates, each the inside of a flow map without its message."""
    lines = "".join(f"  - {{{update}, message: Text.}}\n" for update in updates)
    return make_incident(f"title: Orders fail\ncomponents: {components}\n{more}\nupdates:\n{lines}", name)


def at(text: str) -> datetime:
    """A moment in UTC, written `2026-11-23 03:09`."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
