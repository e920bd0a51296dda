"""Secrets in the settings: `sitegen.yaml` is shown on every page, so what holds one is kept out of them."""

from collections.abc import Iterator

import msgspec

from sitegen import config
from sitegen.checks.secrets import find_secrets
from sitegen.model import Component, Group, Settings, Text
from sitegen.problems import Location, Problem

RULE = "secret"
_ADDRESSES = ("support", "subscribe", "source")


def check_settings(settings: Settings) -> Iterator[Problem]:
    """One problem for each text or address of the settings that seems to hold a secret; it is not repeated."""
    hint = "Replace it, and revoke the key: it stands in the history of git from now on."
    for name, text in _written(settings):
        if found := find_secrets(text):
            what = f"The {name} seems to hold {found[0].kind}; it is withheld."
            yield Problem(Location(config.FILE), what, hint, rule=RULE)


def withhold_settings(settings: Settings, note: str) -> Settings:
    """The settings with `note` in place of every text that holds a secret, and without addresses that do."""
    if not any(find_secrets(text) for _, text in _written(settings)):
        return settings
    site = settings.site
    unsafe = {name: "" for name in _ADDRESSES if find_secrets(getattr(site, name))}
    return msgspec.structs.replace(
        settings,
        site=msgspec.structs.replace(site, name=_safe(site.name, note), **unsafe),
        groups=tuple(_safe_group(group, note) for group in settings.groups),
        channels=tuple(channel for channel in settings.channels if not find_secrets(channel.account)),
    )


def _written(settings: Settings) -> Iterator[tuple[str, str]]:
    """Every text that pages show, and what it is."""
    yield from _variants("name of the site", settings.site.name)
    yield from ((f"address under `{name}`", getattr(settings.site, name)) for name in _ADDRESSES)
    for group in settings.groups:
        yield from _variants("name of a group", group.name)
    for component in settings.components:
        yield from _variants(f"name of `{component.key}`", component.name)
        yield from _variants(f"description of `{component.key}`", component.description)
    yield from ((f"account of `{channel.name}`", channel.account) for channel in settings.channels)


def _variants(name: str, text: Text | None) -> Iterator[tuple[str, str]]:
    return ((name, words) for words in (text.variants.values() if text else ()))


def _safe(text: Text, note: str) -> Text:
    return Text({language: note if find_secrets(words) else words for language, words in text.variants.items()})


def _safe_group(group: Group, note: str) -> Group:
    name = None if group.name is None else _safe(group.name, note)
    return Group(name, tuple(_safe_component(component, note) for component in group.components))


def _safe_component(component: Component, note: str) -> Component:
    description = None if component.description is None else _safe(component.description, note)
    return msgspec.structs.replace(component, name=_safe(component.name, note), description=description)
