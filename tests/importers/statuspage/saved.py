"""Files as somebody saves them from a Statuspage; the page and its people are made up."""

import json
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from sitegen.importers import IMPORTERS
from sitegen.importers.conversion import Conversion, Refusal
from sitegen.model import Incident
from tests.importers.reading import load_all

STATUSPAGE = IMPORTERS["statuspage"]
Json = dict[str, Any]
PAGE: Json = {
    "id": "p4ge00000001",
    "name": "Harbour",
    "url": "https://status.ferries.example",
    "time_zone": "Europe/Warsaw",
    "updated_at": "2024-03-02T10:00:00.000+01:00",
}


def component(code: str, name: str, group: str | None = None, **changes: Any) -> Json:
    """A component of the public API."""
    fields = {"id": code, "name": name, "status": "operational", "position": 1, "description": None, "group": False}
    return {**fields, "group_id": group, "page_id": PAGE["id"], "start_date": None, **changes}


def group(code: str, name: str, position: int = 1) -> Json:
    """A group as it stands among the components of the public API."""
    return component(code, name, group=None, position=position) | {"group": True, "components": []}


TICKETS, RADIO = component("t1ckets00001", "Tickets"), component("rad100000001", "Radio", position=2)


def touch(code: str, name: str, new: str, old: str = "operational") -> Json:
    """What an update says of a component."""
    return {"code": code, "name": name, "old_status": old, "new_status": new}


def update(status: str, at: str, body: str, *touches: Json, **changes: Any) -> Json:
    """One update, at a time of 2024-03-01 in the page's zone; its id is made of both."""
    moment = f"2024-03-01T{at}:00.123+01:00"
    code = f"{status[:6]}{at.replace(':', '')}".replace("_", "")
    fields = {"id": code, "status": status, "body": body, "created_at": moment, "updated_at": moment}
    return {**fields, "display_at": moment, "affected_components": list(touches) or None, **changes}


def incident(*updates: Json, **changes: Any) -> Json:
    """An incident, its updates newest first as the API has them, resolved where the newest says so."""
    newest = updates[0] if updates else {}
    fields = {
        "id": "c0de00000001",
        "name": "Ticket shop is closed",
        "status": newest.get("status", "investigating"),
        "created_at": "2024-03-01T07:00:00.000+01:00",
        "updated_at": newest.get("updated_at", "2024-03-01T07:00:00.000+01:00"),
        "impact": "critical",
        "page_id": PAGE["id"],
        "incident_updates": list(updates),
    }
    return fields | changes


DOWN = update("investigating", "07:00", "Nobody can buy.", touch("t1ckets00001", "Tickets", "major_outage"))
SOLD = update("resolved", "09:00", "Tickets are sold.", touch("t1ckets00001", "Tickets", "operational", "major_outage"))


def planned(*updates: Json, **changes: Any) -> Json:
    """A maintenance from 12:00 to 14:00."""
    window = {"scheduled_for": "2024-03-01T12:00:00+01:00", "scheduled_until": "2024-03-01T14:00:00+01:00"}
    fields = {"id": "p1an00000001", "name": "A new radio mast", "impact": "maintenance", **window}
    return incident(*updates, **(fields | changes))


def summary(*incidents: Json, planned: Sequence[Json] = (), components: Sequence[Json] = (TICKETS, RADIO)) -> Json:
    """`summary.json`."""
    return {
        "page": PAGE,
        "components": list(components),
        "incidents": list(incidents),
        "scheduled_maintenances": list(planned),
        "status": {"indicator": "none", "description": "All Systems Operational"},
    }


def outcome(files: Mapping[str, object]) -> Conversion | Refusal:
    """What the importer makes of files; what is neither text nor bytes is written as JSON."""
    return STATUSPAGE.convert({PurePosixPath(name): _encode(content) for name, content in files.items()})


def _encode(content: object) -> bytes:
    if isinstance(content, bytes):
        return content
    return content.encode() if isinstance(content, str) else json.dumps(content, indent=1).encode()


def convert(files: Mapping[str, object]) -> Conversion:
    """The project that these files make."""
    made = outcome(files)
    assert isinstance(made, Conversion), made
    return made


def convert_one(entry: Json, *components: Json) -> tuple[Incident, Conversion]:
    """The only incident of a page, and the report; one with a window is a maintenance."""
    lists = {"planned": [entry]} if "scheduled_for" in entry else {}
    entries = () if lists else (entry,)
    made = convert({"summary.json": summary(*entries, components=components or (TICKETS, RADIO), **lists)})
    (found,) = load_all(made)[1].values()
    return found, made
