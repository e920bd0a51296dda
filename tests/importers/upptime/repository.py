"""Upptime repositories as a clone of one lies there; its sites and people are made up."""

import json
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

from sitegen.importers import IMPORTERS
from sitegen.importers.conversion import Conversion, Refusal
from sitegen.model import Incident
from tests.importers.reading import load_all

UPPTIME = IMPORTERS["upptime"]
Json = dict[str, Any]
SETTINGS = """\
owner: ferries
repo: uptime
sites:
  - name: Ticket Shop
    url: https://ferries.example/tickets
    __dangerous__body_down_if_text_missing: <title>Tickets</title>
  - name: Map (beta)
    url: $MAP_URL
    slug: map
status-website:
  cname: up.ferries.example
  name: Ferries Status
"""
LAST = """\
url: https://ferries.example/tickets
status: up
code: 200
responseTime: 138
lastUpdated: 2024-03-27T23:10:55.100Z
startTime: 2024-01-05T21:44:14.000Z
generator: Upptime <https://github.com/upptime/upptime>
"""
HOME = "https://github.com/ferries/uptime"


def commits(*lines: str) -> str:
    """`status-commits.tsv`: each line is a time of 2024-03-01 in UTC and what Upptime found, `07:00 down 503`."""
    return "commit\tdate\tsubject\n" + "".join(f"{commit(number, line)}\n" for number, line in enumerate(lines, 1))


def commit(number: int, line: str) -> str:
    """One line of it; the hash is its number, repeated."""
    at, state, code, *name = line.split(" ", 3)
    sign = {"up": "🟩", "down": "🟥", "degraded": "🟨"}[state]
    subject = f"{sign} {name[0] if name else 'Ticket Shop'} is {state} ({code} in 42 ms) [skip ci] [upptime]"
    return f"{str(number) * 40}\t2024-03-01T{at}:00+00:00\t{subject}"


def automatic(number: int = 7, commit: str = "1" * 40, **changes: Any) -> Json:
    """The issue that Upptime opens for a measurement, as the API of GitHub gives it."""
    body = (
        f"In [`{commit[:7]}`]({HOME}/commit/{commit}\n), Ticket Shop (https://ferries.example/tickets) was **down**:\n"
    )
    return issue(number, "🛑 Ticket Shop is down", f"{body}- HTTP code: 503\n- Response time: 42 ms\n", **changes)


def issue(number: int, title: str, body: str, *labels: str, **changes: Any) -> Json:
    """An issue as the API of GitHub gives it, closed at 09:00."""
    fields = {
        "number": number,
        "html_url": f"{HOME}/issues/{number}",
        "title": title,
        "body": body,
        "state": "closed",
        "user": {"login": "upptime-bot", "type": "User"},
        "labels": [{"name": name} for name in labels or ("status", "ticket-shop")],
        "created_at": "2024-03-01T07:00:05Z",
        "closed_at": "2024-03-01T09:00:00Z",
        "comments": 0,
    }
    return fields | changes


def comment(number: int, at: str, body: str, user: str = "kim", relation: str = "OWNER") -> Json:
    """A comment as the API of GitHub gives it."""
    return {
        "issue_url": f"https://api.github.com/repos/ferries/uptime/issues/{number}",
        "body": body,
        "user": {"login": user, "type": "User"},
        "created_at": f"2024-03-01T{at}:00Z",
        "author_association": relation,
    }


def outcome(files: Mapping[str, object], settings: str = SETTINGS) -> Conversion | Refusal:
    """What the importer makes of a repository with these files; what is no text is written as JSON."""
    every = {".upptimerc.yml": settings, "history/ticket-shop.yml": LAST, **files}
    return UPPTIME.convert({PurePosixPath(name): _encode(content) for name, content in every.items() if content})


def _encode(content: object) -> bytes:
    return content.encode() if isinstance(content, str) else json.dumps(content, indent=1).encode()


def convert(files: Mapping[str, object], settings: str = SETTINGS) -> Conversion:
    """The project that these files make."""
    made = outcome(files, settings)
    assert isinstance(made, Conversion), made
    return made


def only(made: Conversion) -> Incident:
    """The only entry of a project."""
    (found,) = load_all(made)[1].values()
    return found
