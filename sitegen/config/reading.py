"""Reads the bytes of `sitegen.yaml`; what does not fit is told and takes its default."""

from collections import Counter

import msgspec

from sitegen import source
from sitegen.config import declared
from sitegen.fields import (
    Reading,
    Values,
    Vocabulary,
)
from sitegen.model import (
    Group,
    Ledger,
    Settings,
)
from sitegen.problems import Problem, sort_problems
from sitegen.root import FILE
from sitegen.source import Mapping, Node


class Configuration(msgspec.Struct, frozen=True):
    """What `sitegen.yaml` gave: no settings when the site's name or every component is missing."""

    settings: Settings | None
    problems: tuple[Problem, ...]


def read(content: bytes) -> Configuration:
    """The settings in the bytes of `sitegen.yaml`; what does not fit is told and takes its default."""
    document = source.read(FILE, content)
    if document.root is None:
        return Configuration(None, document.problems)
    reading = Reading(Vocabulary(languages=_languages(document.root)))
    values = declared.SETTINGS.read(document.root, reading)
    settings = None if values is None else _settle(values, reading)
    return Configuration(settings, sort_problems((*document.problems, *reading.problems)))


def _languages(root: Node) -> tuple[str, ...]:
    """The languages of the site, read ahead: every text of the file is read in their light."""
    site = root.get("site") if isinstance(root, Mapping) else None
    node = site.get("languages") if isinstance(site, Mapping) else None
    return (node and declared.LANGUAGES.shape.read(node, Reading(Vocabulary()))) or ("en",)


def _settle(values: Values, reading: Reading) -> Settings | None:
    site, groups = values.get(declared.SITE_FIELD), values.get(declared.COMPONENTS)
    if site is None or not groups:
        return None
    given = values.get_or(declared.CHANNELS, {})
    channels = {name: one for name, one in given.items() if _has_kind(name, one.values, reading)}
    _refuse_shared_secrets(channels, values, reading)
    return Settings(
        site=site,
        groups=_unique(groups, values, reading),
        causes=values.get_or(declared.CAUSES_FIELD, declared.CAUSES),
        policy=values.get_or(declared.POLICY_FIELD, declared.POLICY),
        channels=tuple(channel.named(name) for name, channel in channels.items()),
        targets=tuple(
            declared.make_target(name, target) for name, target in values.get_or(declared.TARGETS, {}).items()
        ),
        ledger=values.get_or(declared.LEDGER_FIELD, Ledger()),
    )


def _has_kind(name: str, channel: Values, reading: Reading) -> bool:
    """Whether it is known what sort of channel this is; one that is not drops out."""
    if declared.CHANNEL_KIND.name in channel.damaged:
        return False
    if name in declared.CHANNEL_KINDS or channel.get(declared.CHANNEL_KIND) is not None:
        return True
    reading.refuse(channel.where, f"`{name}` needs a `kind`.", f"Known are: {', '.join(declared.CHANNEL_KINDS)}.")
    return False


def _refuse_shared_secrets(channels: dict[str, declared.ChannelValues], values: Values, reading: Reading) -> None:
    """The secrets of `a-b` and `a_b` would have the same names in the environment: the later one drops out."""
    seen: dict[str, str] = {}
    for name in tuple(channels):
        other = seen.setdefault(name.replace("-", "_"), name)
        if other != name:
            what = f"The channels `{other}` and `{name}` would share their secrets."
            reading.refuse(values.place(declared.CHANNELS), what, "Give one of them another name.")
            del channels[name]


def _unique(groups: tuple[Group, ...], values: Values, reading: Reading) -> tuple[Group, ...]:
    """The groups with each component's key once; the later of two drops out."""
    seen: set[str] = set()
    kept = []
    for group in groups:
        fresh = []
        for component in group.components:
            if component.key in seen:
                what = f"Two components have the key `{component.key}`."
                reading.refuse(values.place(declared.COMPONENTS), what, "Give each its own.")
            else:
                fresh.append(component)
            seen.add(component.key)
        kept.append(msgspec.structs.replace(group, components=tuple(fresh)))
    _refuse_shared_ids(kept, values, reading)
    return tuple(group for group in kept if group.components)


def _refuse_shared_ids(groups: list[Group], values: Values, reading: Reading) -> None:
    """Programs that read the API could not tell the two apart."""
    components = (component for group in groups for component in group.components)
    counted = Counter((*(group.id for group in groups), *(component.id for component in components)))
    for shared in sorted(own for own, count in counted.items() if own and count > 1):
        what = f"{counted[shared]} components or groups have the id `{shared}`."
        reading.refuse(values.place(declared.COMPONENTS), what, "Keep it where it was, take it out elsewhere.")


def vocabulary(settings: Settings) -> Vocabulary:
    """The words that incidents may use."""
    return Vocabulary(
        languages=settings.site.languages,
        components=tuple(component.key for component in settings.components),
        causes=settings.causes,
        channels=tuple(sorted({channel.name for channel in settings.channels} | set(declared.CHANNEL_KINDS))),
    )
