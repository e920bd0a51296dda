"""The ids of the API: twelve small letters and digits, for ever the same for the same thing."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache
from hashlib import sha256
from string import ascii_lowercase, digits

import msgspec

from sitegen.entry import ID_PATTERN
from sitegen.model import Component, Group, Incident, Named, Update

_LETTERS = digits + ascii_lowercase
_LENGTH = 12
# Several files of the API name the same entries, and each entry names its components.
_MOST = 4096
_ID = re.compile(f"[{_LETTERS}]{{{_LENGTH}}}")
# Where a hosted Statuspage keeps an incident: an imported one has this path among its aliases.
_OLD_ADDRESS = re.compile(f"incidents/({_ID.pattern})")


@lru_cache(_MOST)
def derive(*names: str) -> str:
    """The id that follows from these names, in their order."""
    number, letters = int.from_bytes(sha256("\0".join(names).encode()).digest()), ""
    for _ in range(_LENGTH):
        number, place = divmod(number, len(_LETTERS))
        letters += _LETTERS[place]
    return letters


def component_id(component: Component) -> str:
    """The one that it had on a hosted page, else what follows from the key: both survive every other change."""
    return component.id or derive("component", component.key)


def group_id(group: Group) -> str:
    """The one that it had on a hosted page, else what follows from the first component's key: its name may change."""
    return group.id or derive("group", group.components[0].key)


class IncidentIds(msgspec.Struct, frozen=True):
    """The ids of incidents and of their updates; no two incidents share one. `claims` counts who has which name."""

    claims: Mapping[str, int]

    def incident(self, incident: Named) -> str:
        """The id of an incident."""
        return _identify(incident, self.claims)

    def update(self, incident: Incident, update: Update) -> str:
        """The id of one of its updates; what was imported with its incident's old id keeps its own as well."""
        own = self.incident(incident)
        if f"incidents/{own}" in _names(incident) and _ID.fullmatch(update.id):
            return update.id
        return derive("update", own, update.id)

    def note(self, incident: Incident, about: str) -> str:
        """The id of what stands among its updates without being one."""
        return derive(about, self.incident(incident))


def identify(incidents: Iterable[Named]) -> IncidentIds:
    """The ids of these incidents, which must be all of a project: none depends on what is visible."""
    known = {incident.id: incident for incident in incidents}
    others = [name for one in known.values() if one.aliases for name in _names(one) - {one.id}]
    return IncidentIds(Counter((*known, *others)))


def _identify(incident: Named, claims: Mapping[str, int]) -> str:
    """The old code of an imported incident, else what follows from the first name that its file ever had.

    An alias that another incident claims as well identifies neither.
    """
    aliases = [alias for name in incident.aliases if claims[alias := name.strip("/")] == 1]
    codes = (found[1] for alias in aliases if (found := _OLD_ADDRESS.fullmatch(alias)))
    former = (alias for alias in aliases if re.fullmatch(ID_PATTERN, alias))
    return next(codes, None) or derive("incident", next(former, incident.id))


def _names(incident: Named) -> frozenset[str]:
    return frozenset((incident.id, *(alias.strip("/") for alias in incident.aliases)))
