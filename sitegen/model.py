"""What an incident is: frozen values without files, clock or output."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from typing import Literal, Protocol
from zoneinfo import ZoneInfo

import msgspec

from sitegen.problems import Location


class Kind(StrEnum):
    """What an entry speaks of (`type` in its file)."""

    INCIDENT = "incident"
    MAINTENANCE = "maintenance"
    NOTICE = "notice"


class Status(StrEnum):
    """How far the work on an incident (the first four) or a maintenance (the others) has come."""

    INVESTIGATING = "investigating"
    IDENTIFIED = "identified"
    MONITORING = "monitoring"
    RESOLVED = "resolved"
    SCHEDULED = "scheduled"
    IN_PROGRESS = "in_progress"
    VERIFYING = "verifying"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


STATUSES: dict[Kind, tuple[Status, ...]] = {
    Kind.INCIDENT: (Status.INVESTIGATING, Status.IDENTIFIED, Status.MONITORING, Status.RESOLVED),
    Kind.MAINTENANCE: (
        Status.SCHEDULED,
        Status.IN_PROGRESS,
        Status.VERIFYING,
        Status.COMPLETED,
        Status.CANCELLED,
    ),
    Kind.NOTICE: (Status.RESOLVED,),
}
ENDINGS = frozenset({Status.RESOLVED, Status.COMPLETED, Status.CANCELLED})


class Condition(StrEnum):
    """What a component does for customers, from best to worst; `unknown` yields to every known trouble."""

    OPERATIONAL = "operational"
    UNDER_MAINTENANCE = "under_maintenance"
    UNKNOWN = "unknown"
    DEGRADED_PERFORMANCE = "degraded_performance"
    PARTIAL_OUTAGE = "partial_outage"
    MAJOR_OUTAGE = "major_outage"

    @property
    def rank(self) -> int:
        """The place in the order from best (0) to worst."""
        return _CONDITION_RANKS[self]


_CONDITION_RANKS = {condition: rank for rank, condition in enumerate(Condition)}
WRITABLE_CONDITIONS: tuple[Condition, ...] = tuple(one for one in Condition if one is not Condition.UNKNOWN)


class Impact(StrEnum):
    """How much an incident hurts, from least to most."""

    NONE = "none"
    MINOR = "minor"
    MAJOR = "major"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """The place in the order from least (0) to most."""
        return _IMPACT_RANKS[self]


_IMPACT_RANKS = {impact: rank for rank, impact in enumerate(Impact)}


class Text(msgspec.Struct, frozen=True, gc=False):
    """One text in one or more languages, as written: language code to text, never empty."""

    variants: Mapping[str, str]

    def language(self, wanted: str, default: str) -> str:
        """The language a reader of `wanted` gets: that one, else the site's default, else the first written."""
        for code in (wanted, default):
            if code in self.variants:
                return code
        return next(iter(self.variants))

    def read(self, wanted: str, default: str) -> str:
        """The text for a reader of `wanted`."""
        return self.variants[self.language(wanted, default)]


class Edited(msgspec.Struct, frozen=True):
    """That an update's text was changed after publication: when (UTC), and why."""

    at: datetime
    note: Text


class Window(msgspec.Struct, frozen=True):
    """The planned time of a maintenance, in UTC."""

    start: datetime
    end: datetime


class Update(msgspec.Struct, frozen=True, kw_only=True):
    """One thing said about an incident; `at` is when, in UTC; `components` are changes that carry forward.

    `social` and each of `overrides` (by channel) is another wording, False (stay silent there) or absent.
    """

    id: str
    at: datetime
    message: Text
    where: Location
    status: Status | None = None
    components: Mapping[str, Condition] = {}
    next_update_by: datetime | None = None
    eta: datetime | None = None
    social: Text | Literal[False] | None = None
    overrides: Mapping[str, Text | Literal[False]] = {}
    by: str = ""
    retracted: Text | None = None
    edited: Edited | None = None


class Gap(msgspec.Struct, frozen=True):
    """Since this moment (UTC) part of an entry could not be read, so these components may be anything."""

    since: datetime
    components: tuple[str, ...]


class Action(msgspec.Struct, frozen=True):
    """One promise of a post-mortem: what will be done, by which role, until when, and whether it is."""

    text: Text
    owner: str
    due: date | None = None
    done: date | None = None


class Postmortem(msgspec.Struct, frozen=True, kw_only=True):
    """The long account of an incident, written afterwards, in Markdown; `published` (UTC) absent: a draft."""

    body: Text
    where: Location
    published: datetime | None = None
    image: str = ""
    alt: Text | None = None
    actions: tuple[Action, ...] = ()


class Incident(msgspec.Struct, frozen=True, kw_only=True):
    """One file under `incidents/`: its id is the file's stem; updates stand oldest first."""

    id: str
    where: Location
    title: Text
    kind: Kind = Kind.INCIDENT
    components: Mapping[str, Condition] = {}
    impact: Impact | None = None
    started: datetime | None = None
    workaround: Text | None = None
    updates: tuple[Update, ...] = ()
    causes: tuple[str, ...] = ()
    window: Window | None = None
    until: datetime | None = None
    draft: bool = False
    aliases: tuple[str, ...] = ()
    postmortem: Postmortem | None = None
    gaps: tuple[Gap, ...] = ()


class Named(Protocol):
    """Whatever goes by the names of an incident."""

    @property
    def id(self) -> str:
        """Its id."""

    @property
    def aliases(self) -> tuple[str, ...]:
        """Its former ids and addresses."""


class Picture(msgspec.Struct, frozen=True):
    """A picture beside the incidents that passed inspection: name in the texts, bytes, size in pixels."""

    name: str
    content: bytes
    width: int
    height: int


class Component(msgspec.Struct, frozen=True):
    """One thing customers use; before `since` (a day of the site's zone) nothing is known of it.

    `id` is what the API calls it, where a hosted page did so before; empty: that follows from the key.
    """

    key: str
    name: Text
    description: Text | None = None
    since: date | None = None
    id: str = ""


class Group(msgspec.Struct, frozen=True):
    """Components shown together; a component that stands alone is a group of one without a name. `id` as above."""

    name: Text | None
    components: tuple[Component, ...]
    id: str = ""


class Site(msgspec.Struct, frozen=True, kw_only=True):
    """Whose page it is; `url` is absolute without a trailing slash, or empty; the first language is the default."""

    name: Text
    url: str = ""
    zone: ZoneInfo
    languages: tuple[str, ...]
    support: str = ""
    subscribe: str = ""
    source: str = ""

    @property
    def default_language(self) -> str:
        """The language that lives at the root of the site."""
        return self.languages[0]


class Due(msgspec.Struct, frozen=True):
    """A span of time allowed: plain time, or working days (Monday to Friday)."""

    time: timedelta = timedelta()
    working_days: int = 0


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """What the team promises; the defaults are those of good practice."""

    next_update: Mapping[Impact, timedelta]
    postmortem_due: Mapping[Impact, Due]
    max_age: timedelta
    retraction: str
    uptime_weights: Mapping[Condition, Fraction]


class Channel(msgspec.Struct, frozen=True, kw_only=True):
    """One account through which updates are told; `account` is a handle, page id or address by kind.

    `settle` None stands for the platform's own.
    """

    name: str
    kind: str
    account: str = ""
    language: str = ""
    from_impact: Impact = Impact.MINOR
    link: str = "first-and-last"
    thread: bool = False
    mode: str = "post"
    api_url: str = ""
    settle: timedelta | None = None


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """One place that the site is published to."""

    name: str
    kind: str
    branch: str = ""
    folder: str = ""
    run: str = ""
    url: str = ""


class Ledger(msgspec.Struct, frozen=True):
    """Where it is recorded what was said: a git branch, and the id of its first entry."""

    branch: str = "sitegen-ledger"
    genesis: str = ""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """The whole of `sitegen.yaml`."""

    site: Site
    groups: tuple[Group, ...]
    causes: tuple[str, ...]
    policy: Policy
    channels: tuple[Channel, ...] = ()
    targets: tuple[Target, ...] = ()
    ledger: Ledger = Ledger()

    @property
    def components(self) -> tuple[Component, ...]:
        """Every component in the order of the page."""
        return tuple(component for group in self.groups for component in group.components)


class Part(StrEnum):
    """The parts of an entry that are announced, beside its updates, which go by their ids."""

    POSTMORTEM = "postmortem"
    REMINDER_24H = "reminder-24h"
    REMINDER_1H = "reminder-1h"
    REMINDER_START = "reminder-start"
    REMINDER_END = "reminder-end"


class Saying(StrEnum):
    """What is done about a part on a channel: it is said, corrected, or taken back."""

    POST = "post"
    CORRECTION = "correction"
    RETRACTION = "retraction"


class DeliveryState(StrEnum):
    """Where a delivery stands; `posted`, `rejected` and `skipped` are final, `waiting` was surely not sent yet."""

    CLAIMED = "claimed"
    WAITING = "waiting"
    IN_DOUBT = "in-doubt"
    POSTED = "posted"
    REJECTED = "rejected"
    SKIPPED = "skipped"


class Delivery(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One announcement on one channel, as the ledger knows it; moments are UTC.

    `owner` is the random name of the run that holds the claim until `lease`; `attempt` counts sends; `text`, `title`,
    `link`, `image` (a name) and `alt` were frozen with the first claim; `since` is when that was. What was posted has
    a `remote_id`, and in `reply_to` that of the post above it.
    """

    key: str
    channel: str
    account: str
    language: str
    incident: str
    part: str
    saying: Saying
    state: DeliveryState
    since: datetime
    owner: str = ""
    lease: datetime | None = None
    attempt: int = 0
    text: str = ""
    title: str = ""
    link: str = ""
    image: str = ""
    alt: str = ""
    remote_id: str = ""
    reply_to: str = ""
    url: str = ""
    reason: str = ""
    recorded: datetime | None = None


class Connection(msgspec.Struct, frozen=True, kw_only=True):
    """That a channel was connected by a person: the account it is pinned to, and when (UTC)."""

    channel: str
    kind: str
    account: str
    remote_id: str
    language: str
    since: datetime
