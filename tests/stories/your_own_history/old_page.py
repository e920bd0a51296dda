"""A Statuspage of three hundred incidents, in the likeness of saved ones; the company and all it says are made up.

Seen in captures: the keys and their order of magnitude, offsets of summer and winter, `<br />` and `<b>` in texts, a
kaomoji, `<1%`, one title many times, an incident of 35 updates, one without components, names repeated across groups.
Documented (developer.statuspage.io, 2026-11-23): the paths of the v1 API, 100 entries on a page, the header of the key.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape
from typing import Any
from zoneinfo import ZoneInfo

Json = dict[str, Any]
HOST, PAGE, ZONE = "status.ferries.example", "p4ge00000001", ZoneInfo("Europe/Warsaw")
NEWEST, V1_PAGE = 50, 100
INCIDENTS, PLANS = 300, 40
BEGIN = datetime(2020, 6, 1, 9, 30, 12, 345000, tzinfo=UTC)
GROUPS = {"b0ats0000001": "Boats", "buses0000001": "Buses"}
# Code, name and group; two have one name.
COMPONENTS = (
    ("t1ckets00001", "Tickets", "b0ats0000001"),
    ("rad100000001", "Radio", "b0ats0000001"),
    ("t1ckets00002", "Tickets", "buses0000001"),
    ("map000000001", "Map", None),
)
TITLES = ("Tickets can't be bought", "Slow map", "Radio is silent", "Investigating reports of errors")
TEXTS = (
    "We look into it.<br />More will follow.",
    "Less than <1% of all requests fail, see <b>the map</b>.",
    "A fuse blew ¯\\_(ツ)_/¯\r\nWe change it.",
    "All is well again. No ticket was lost.",
)
ACCOUNT = "<h2>What happened</h2><p>A fuse blew, see <b>above</b>.</p>"
STATUSES = ("investigating", "identified", "monitoring", "resolved")
WORDS = {"investigating": "major_outage", "identified": "partial_outage", "monitoring": "degraded_performance"}


def stamp(moment: datetime) -> str:
    """A moment as the API has it, by the clock of the page."""
    return moment.astimezone(ZONE).isoformat(timespec="milliseconds")


def code(kind: str, number: int) -> str:
    """An id of twelve small letters and digits."""
    return f"{kind}{number:0{12 - len(kind)}}"


class OldPage:
    """The page as it stands: what its owner and its visitors can save of it. Newest first, as everything there."""

    def __init__(self) -> None:
        incidents = [self._incident(number) for number in range(INCIDENTS)]
        plans = [self._plan(number) for number in range(PLANS)]
        self.incidents = sorted(incidents, key=lambda one: str(one["created_at"]), reverse=True)
        self.plans = sorted(plans, key=lambda one: str(one["created_at"]), reverse=True)
        every = (*self.incidents, *self.plans)
        self.entries = sorted(every, key=lambda one: datetime.fromisoformat(one["created_at"]), reverse=True)
        self.newest = sorted(self.entries, key=_changed, reverse=True)[:NEWEST]
        # Feeds number entries in the order in which they were made.
        self.numbers = {one["id"]: 8938000 + number for number, one in enumerate(reversed(self.entries))}

    def _incident(self, number: int) -> Json:
        begin = BEGIN + number * timedelta(days=7, hours=5)
        count = 35 if number == 7 else 4
        words = [*STATUSES[:3], *["monitoring"] * (count - 4), STATUSES[3]]
        touched = () if number % 10 == 9 else (COMPONENTS[number % 4], COMPONENTS[(number + 1) % 4])
        entry = self._entry(code("1nc", number), TITLES[number % len(TITLES)], begin, words, touched)
        has_account = number % 25 == 0
        account = {
            "postmortem_body": ACCOUNT if has_account else None,
            "postmortem_published_at": stamp(begin + timedelta(days=2)) if has_account else None,
        }
        return entry | {"impact": "critical" if touched else "minor"} | account

    def _plan(self, number: int) -> Json:
        begin = BEGIN + number * timedelta(days=53) + timedelta(days=1)
        words = ("scheduled", "in_progress", "verifying", "completed")
        entry = self._entry(code("p1an", number), "A new ferry bridge", begin, words, (COMPONENTS[number % 4],))
        start, end = (stamp(begin + timedelta(hours=hours)) for hours in (1, 9))
        return entry | {"impact": "maintenance", "scheduled_for": start, "scheduled_until": end}

    def _entry(
        self,
        own: str,
        name: str,
        begin: datetime,
        words: Sequence[str],
        touched: Sequence[tuple[str, str, str | None]],
    ) -> Json:
        """What both have; the updates are an hour apart."""
        states = dict.fromkeys((one[0] for one in touched), "operational")
        updates = []
        for number, word in enumerate(words):
            at = begin + number * timedelta(hours=1)
            after = "under_maintenance" if word in ("in_progress", "verifying") else WORDS.get(word, "operational")
            updates.append(self._update(own, number, word, at, [self._touch(one, states, after) for one in touched]))
        return {
            "id": own,
            "name": name,
            "status": words[-1],
            "created_at": stamp(begin),
            "updated_at": updates[-1]["updated_at"],
            "monitoring_at": next((one["display_at"] for one in updates if one["status"] == "monitoring"), None),
            "resolved_at": updates[-1]["display_at"],
            "shortlink": f"https://stspg.io/{own}",
            "started_at": stamp(begin),
            "page_id": PAGE,
            "incident_updates": updates[::-1],
            "components": [component(*one) for one in touched],
        }

    def _update(self, own: str, number: int, word: str, at: datetime, touches: list[Json]) -> Json:
        text = TEXTS[-1] if word in ("resolved", "completed") else TEXTS[number % 3]
        return {
            "id": f"{own[1:4]}{own[-4:]}{number:05}",
            "status": word,
            "body": f"{text} ({own}, {number + 1})",
            "incident_id": own,
            **dict.fromkeys(("created_at", "updated_at", "display_at"), stamp(at)),
            "affected_components": touches or None,
            "deliver_notifications": True,
            "custom_tweet": None,
            "tweet_id": None,
        }

    def _touch(self, one: tuple[str, str, str | None], states: dict[str, str], after: str) -> Json:
        own, name, group = one
        before, states[own] = states[own], after
        full = f"{GROUPS[group]} - {name}" if group else name
        return {"code": own, "name": full, "old_status": before, "new_status": after}

    def answer(self, path: str, number: int, *, has_key: bool) -> object | str | None:
        """What stands at a path of either API; a text is a feed, None is nothing, or nothing without the key."""
        public = {f"/api/v2/{name}.json": content for name, content in self.files().items()}
        if path in public:
            return {"page": self._page(), **public[path]}
        if path in ("/history.atom", "/history.rss"):
            return self.atom() if path.endswith("atom") else self.rss()
        is_listed = has_key and path == f"/v1/pages/{PAGE}/incidents"
        return self.entries[(number - 1) * V1_PAGE : number * V1_PAGE] if is_listed else None

    def _page(self) -> Json:
        newest = max(str(one["updated_at"]) for one in self.entries)
        return {
            "id": PAGE,
            "name": "Ferries",
            "url": f"http://{HOST}",
            "time_zone": ZONE.key,
            "updated_at": newest,
        }

    def files(self) -> dict[str, Json]:
        """What stands in the files of the public API, by their names, beside the page."""
        shown = {"components": [*map(group, GROUPS), *(component(*one) for one in COMPONENTS)]}
        verdict = {"status": {"indicator": "none", "description": "All Systems Operational"}}
        return {
            "summary": {**shown, "incidents": [], "scheduled_maintenances": [], **verdict},
            "status": verdict,
            "components": shown,
            "incidents": {"incidents": [public(one) for one in self.incidents[:NEWEST]]},
            "incidents/unresolved": {"incidents": []},
            "scheduled-maintenances": {"scheduled_maintenances": [public(one) for one in self.plans[:NEWEST]]},
            "scheduled-maintenances/upcoming": {"scheduled_maintenances": []},
            "scheduled-maintenances/active": {"scheduled_maintenances": []},
        }

    def atom(self) -> str:
        """`history.atom`."""
        entries = "".join(
            f"<entry><id>tag:{HOST},2005:Incident/{self.numbers[one['id']]}</id>"
            f"<published>{one['created_at']}</published><updated>{_changed(one).isoformat()}</updated>"
            f'<link rel="alternate" type="text/html" href="https://{HOST}/incidents/{one["id"]}"/>'
            f'<title>{escape(one["name"])}</title><content type="html">{escape("".join(told(one)))}</content></entry>'
            for one in self.newest
        )
        return (
            '<feed xml:lang="en-US" xmlns="http://www.w3.org/2005/Atom">'
            f"<id>tag:{HOST},2005:/history</id>"
            f'<link rel="alternate" type="text/html" href="https://{HOST}"/>'
            f"<title>Ferries Status - Incident History</title>{entries}</feed>"
        )

    def rss(self) -> str:
        """`history.rss`."""
        items = "".join(
            f"<item><title>{escape(one['name'])}</title><description>{escape(''.join(told(one)))}</description>"
            f"<pubDate>{format_datetime(_changed(one))}</pubDate>"
            f"<link>https://{HOST}/incidents/{one['id']}</link><guid>https://{HOST}/incidents/{one['id']}</guid></item>"
            for one in self.newest
        )
        title = "<title>Ferries Status - Incident History</title>"
        return f'<rss version="2.0"><channel>{title}<link>https://{HOST}</link>{items}</channel></rss>'


def component(own: str, name: str, within: str | None) -> Json:
    """A component, as both APIs have it."""
    return {
        "id": own,
        "name": name,
        "status": "operational",
        "created_at": stamp(BEGIN),
        "updated_at": stamp(BEGIN),
        "position": 1 + [one[0] for one in COMPONENTS].index(own),
        "description": None,
        "showcase": True,
        "start_date": None,
        "group_id": within,
        "page_id": PAGE,
        "group": False,
        "only_show_if_degraded": False,
    }


def group(own: str) -> Json:
    """A group."""
    inner = [one[0] for one in COMPONENTS if one[2] == own]
    position = 1 + list(GROUPS).index(own)
    named = {"name": GROUPS[own], "position": position, "group": True, "components": inner}
    return {**component(inner[0], "", None), "id": own, **named}


def public(entry: Json) -> Json:
    """An entry without what only the authenticated API has; its post-mortem stands among the updates."""
    shown = {key: value for key, value in entry.items() if not key.startswith("postmortem")}
    published = entry.get("postmortem_published_at")
    if not published:
        return shown
    newest, *_ = entry["incident_updates"]
    moments = dict.fromkeys(("created_at", "updated_at", "display_at"), published)
    said = {"status": "postmortem", "body": entry["postmortem_body"], "affected_components": None}
    account = {**newest, "id": f"{newest['id'][:7]}99999", **said, **moments}
    return {**shown, "status": "postmortem", "incident_updates": [account, *entry["incident_updates"]]}


def told(entry: Json) -> Iterator[str]:
    """What the feeds say of an entry, newest first; of a maintenance its planned time before that."""
    if "scheduled_for" in entry:
        start, end = (datetime.fromisoformat(entry[key]) for key in ("scheduled_for", "scheduled_until"))
        until = f"<var data-var='time'>{end:%H:%M}</var>" if start.date() == end.date() else _minute(end)
        yield f"<p><strong>THIS IS A SCHEDULED EVENT {_minute(start)} - {until} {start:%Z}</strong></p>"
    for one in public(entry)["incident_updates"]:
        at = datetime.fromisoformat(one["display_at"]).astimezone(ZONE)
        word = one["status"].replace("_", " ").capitalize()
        yield f"<p><small>{_minute(at)} {at:%Z}</small><br><strong>{word}</strong> - {one['body']}</p>"


def _minute(at: datetime) -> str:
    return f"{at:%b} <var data-var='date'>{at.day:2}</var>, <var data-var='time'>{at:%H:%M}</var>"


def _changed(entry: Json) -> datetime:
    """The newest thing that was said of it."""
    moments = (entry["updated_at"], entry.get("postmortem_published_at") or entry["updated_at"])
    return max(map(datetime.fromisoformat, moments))
