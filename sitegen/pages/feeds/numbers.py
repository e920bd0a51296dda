"""What `history.atom` calls an incident: a number that stays for ever, as on hosted pages."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from sitegen.model import Incident, Named
from sitegen.pages.api.ids import IncidentIds

# Hosted pages number what they hold from 1 on; an imported incident keeps its number in an alias of this form.
_KEPT = re.compile(r"Incident/([1-9][0-9]{0,11})")
_FIRST_OF_OURS = 10**12


class Numbers(msgspec.Struct, frozen=True):
    """The numbers of incidents; no two share one. `claims` counts who keeps which number."""

    ids: IncidentIds
    claims: Mapping[int, int]

    def incident(self, incident: Incident) -> int:
        """The number of an incident."""
        kept = (one for one in _list_kept(incident) if self.claims[one] == 1)
        return next(kept, None) or _FIRST_OF_OURS + int(self.ids.incident(incident), 36)


def number(incidents: Iterable[Named], ids: IncidentIds) -> Numbers:
    """The numbers of these incidents, which must be all of a project.

    A kept number is that of the alias `Incident/<n>`, unless another incident claims it as well. Any other is the id
    of the API read as a number of base 36, beyond all kept ones: what keeps that id keeps this number.
    """
    known = {incident.id: incident for incident in incidents}
    return Numbers(ids, Counter(kept for incident in known.values() for kept in set(_list_kept(incident))))


def _list_kept(incident: Named) -> Iterator[int]:
    for alias in incident.aliases:
        if found := _KEPT.fullmatch(alias.strip("/")):
            yield int(found[1])
