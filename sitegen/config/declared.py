"""The declared format of `sitegen.yaml`: every field, what it means, and its default."""

from datetime import timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import msgspec

from sitegen import languages
from sitegen.config.shapes import Address, DueShape, Zone
from sitegen.fields import (
    Field,
    ListOf,
    Made,
    MapOf,
    Reading,
    Record,
    Schema,
    Values,
    Vocabulary,
)
from sitegen.model import (
    WRITABLE_CONDITIONS,
    Channel,
    Component,
    Condition,
    Due,
    Group,
    Impact,
    Ledger,
    Policy,
    Site,
    Target,
)
from sitegen.shapes import Choice, Day, Declared, Flag, Line, Span, Translated, Weight
from sitegen.source import Mapping, Node

CAUSES: tuple[str, ...] = (
    *("deploy", "config", "capacity", "hardware", "network", "dns", "certificate"),
    *("third_party", "security", "data", "unknown"),
)
POLICY = Policy(
    next_update={
        Impact.CRITICAL: timedelta(minutes=30),
        Impact.MAJOR: timedelta(minutes=30),
        Impact.MINOR: timedelta(minutes=60),
    },
    postmortem_due={Impact.CRITICAL: Due(timedelta(days=3)), Impact.MAJOR: Due(working_days=5)},
    max_age=timedelta(hours=24),
    retraction="correct",
    uptime_weights={
        Condition.MAJOR_OUTAGE: Fraction(1),
        Condition.PARTIAL_OUTAGE: Fraction(3, 10),
        Condition.DEGRADED_PERFORMANCE: Fraction(0),
        Condition.UNDER_MAINTENANCE: Fraction(0),
        Condition.OPERATIONAL: Fraction(0),
    },
)


class Part(msgspec.Struct, frozen=True):
    """One entry of `components`: a group with components of its own (told by its key `group`), or a component."""

    def read(self, node: Node, reading: Reading) -> Group | None:
        """The group; a component that stands alone becomes a group without a name."""
        if isinstance(node, Mapping) and node.get("group") is not None:
            return GROUP.read(node, reading)
        component = COMPONENT.read(node, reading)
        return None if component is None else Group(None, (component,))

    def schema(self, vocabulary: Vocabulary) -> Schema:
        """Either of the two."""
        return {"anyOf": [GROUP.schema(vocabulary), COMPONENT.schema(vocabulary)]}


def _make_component(values: Values) -> Component | None:
    key, name = values.get(_KEY), values.get(_COMPONENT_NAME)
    if key is None or name is None:
        return None
    return Component(key, name, values.get(_DESCRIPTION), values.get(_SINCE), values.get_or(_ID, ""))


_WORD = Line(1, 60, "[a-z0-9][a-z0-9_-]*", "a name of small letters, digits, `-` and `_`")
_NAME = Translated(Line(1, 120))
_KEY = Field("key", _WORD, "The name that incidents use; part of the component's address.", required=True)
_COMPONENT_NAME = Field("name", _NAME, "What customers call it.", required=True)
_DESCRIPTION = Field("description", Translated(Line(1, 300)), "What it does for customers.")
_SINCE = Field("since", Day(), "The first day that is known about; before it the page says unknown.")
_ID = Field(
    "id",
    Line(12, 12, "[0-9a-z]+", "twelve small letters and digits"),
    "Its id in the API, where it had one on a hosted page; default: made of the key.",
)
COMPONENT = Made(Record((_KEY, _COMPONENT_NAME, _DESCRIPTION, _SINCE, _ID)), _make_component)


def _make_group(values: Values) -> Group | None:
    components = values.get(_GROUP_COMPONENTS)
    return Group(values.get(_GROUP_NAME), components, values.get_or(_ID, "")) if components else None


_GROUP_NAME = Field("group", _NAME, "The heading above these components.", required=True)
_GROUP_COMPONENTS = Field("components", ListOf(COMPONENT), "The components of the group.", required=True)
GROUP = Made(Record((_GROUP_NAME, _ID, _GROUP_COMPONENTS)), _make_group)


def _make_site(values: Values) -> Site | None:
    name = values.get(_SITE_NAME)
    if name is None:
        return None
    return Site(
        name=name,
        url=values.get_or(_URL, ""),
        zone=values.get_or(_ZONE, ZoneInfo("UTC")),
        languages=tuple(dict.fromkeys(values.get_or(LANGUAGES, ()))) or ("en",),
        support=values.get_or(_SUPPORT, ""),
        subscribe=values.get_or(_SUBSCRIBE, ""),
        source=values.get_or(_SOURCE, ""),
    )


_SITE_NAME = Field("name", _NAME, "The name on the page.", required=True)
_URL = Field("url", Address(), "Where the site lives, absolute; feeds and announcements need it.")
_ZONE = Field("time_zone", Zone(), "The IANA zone of times without one, and of the page; default UTC.")
LANGUAGES = Field(
    "languages",
    ListOf(Choice(languages.available())),
    "Languages of the site; the first is the default and lives at the root.",
)
_SUPPORT = Field("support", Address(mail=True), "Where customers get help.")
_SUBSCRIBE = Field("subscribe", Address(mail=True), "Where customers subscribe: a button on every page.")
_SOURCE = Field("source", Address(), "The repository's web address: a link to the history of each entry.")
SITE = Made(Record((_SITE_NAME, _URL, _ZONE, LANGUAGES, _SUPPORT, _SUBSCRIBE, _SOURCE)), _make_site)


def _make_policy(values: Values) -> Policy:
    return Policy(
        next_update={**POLICY.next_update, **(values.get(_NEXT_UPDATE) or {})},
        postmortem_due={**POLICY.postmortem_due, **(values.get(_POSTMORTEM_DUE) or {})},
        max_age=values.get_or(_MAX_AGE, POLICY.max_age),
        retraction=values.get_or(_RETRACTION, POLICY.retraction),
        uptime_weights={**POLICY.uptime_weights, **(values.get(_WEIGHTS) or {})},
    )


_IMPACT = Choice(tuple(Impact))
_NEXT_UPDATE = Field("next_update", MapOf(_IMPACT, Span()), "How soon the next update is due, by impact.")
_POSTMORTEM_DUE = Field("postmortem_due", MapOf(_IMPACT, DueShape()), "How soon a post-mortem is due, by impact.")
_MAX_AGE = Field("max_age", Span(), "Updates older than this at first sight stay on the page only.")
_RETRACTION = Field("retraction", Choice(("correct", "delete")), "What becomes of posts that are retracted.")
_WEIGHTS = Field(
    "uptime_weights",
    MapOf(Choice(WRITABLE_CONDITIONS), Weight()),
    "What part of a minute each status counts as down.",
)
POLICY_SHAPE = Made(Record((_NEXT_UPDATE, _POSTMORTEM_DUE, _MAX_AGE, _RETRACTION, _WEIGHTS)), _make_policy)


class ChannelValues(msgspec.Struct, frozen=True):
    """A channel that has not been told its name yet."""

    values: Values

    def named(self, name: str) -> Channel:
        account = self.values.get(_HANDLE) or self.values.get(_PAGE) or self.values.get(_TO) or ""
        kind = self.values.get_or(CHANNEL_KIND, name)
        return Channel(
            name=name,
            kind=kind,
            account=account.removeprefix("@"),
            language=self.values.get_or(_CHANNEL_LANGUAGE, ""),
            from_impact=self.values.get_or(_FROM_IMPACT, Impact.MINOR),
            link=self.values.get_or(_LINK, "first-and-last"),
            thread=self.values.get_or(_THREAD, kind == "email"),
            mode=self.values.get_or(_MODE, "edit" if kind == "facebook" else "post"),
            api_url=self.values.get_or(_API_URL, ""),
            settle=self.values.get(_SETTLE),
        )


CHANNEL_KINDS = ("twitter", "facebook", "email", "mastodon", "webhook")
CHANNEL_KIND = Field("kind", Choice(CHANNEL_KINDS), "What sort of channel it is; default: its name.")
_HANDLE = Field("account", Line(1, 200), "The account's handle.")
_PAGE = Field("page", Line(1, 200), "The id of the Facebook page.")
_TO = Field("to", Line(1, 200), "The address of the list, or of the receiver of a webhook.")
_CHANNEL_LANGUAGE = Field("language", Declared("languages"), "The language of this channel; default: the site's first.")
_FROM_IMPACT = Field("from_impact", _IMPACT, "Incidents below this impact stay off this channel.")
_LINK = Field("link", Choice(("first", "first-and-last", "every", "never")), "Which posts link to the page.")
_THREAD = Field("thread", Flag(), "Whether later posts reply to the one before; default: by e-mail.")
_MODE = Field(
    "mode", Choice(("edit", "post")), "One post per incident, edited (default on Facebook), or one post per update."
)
_API_URL = Field("api_url", Address(smtp=True), "The platform's interface; another one on loopback only.")
_SETTLE = Field("settle", Span(), "How long after a post it surely shows; default: by platform.")
CHANNEL = Made(
    Record(
        (CHANNEL_KIND, _HANDLE, _PAGE, _TO, _CHANNEL_LANGUAGE, _FROM_IMPACT, _LINK, _THREAD, _MODE, _API_URL, _SETTLE)
    ),
    ChannelValues,
)

_TARGET_KIND = Field("kind", Choice(("branch", "folder", "command")), "How the site gets there.", required=True)
_BRANCH = Field("branch", Line(1, 200), "The branch that the host serves.")
_FOLDER = Field("folder", Line(1, 500), "The folder that the host serves.")
_RUN = Field("run", Line(1, 2000), "The command; `{site}` is the built folder.")
_TARGET_URL = Field("url", Address(), "Where that copy is read; default: the site's url.")
TARGET = Record((_TARGET_KIND, _BRANCH, _FOLDER, _RUN, _TARGET_URL))


def make_target(name: str, values: Values) -> Target:
    """The target of the name as it was declared; whether it has what its kind needs is checked elsewhere."""
    return Target(
        name=name,
        kind=values.get_or(_TARGET_KIND, "folder"),
        branch=values.get_or(_BRANCH, ""),
        folder=values.get_or(_FOLDER, ""),
        run=values.get_or(_RUN, ""),
        url=values.get_or(_TARGET_URL, ""),
    )


def _make_ledger(values: Values) -> Ledger:
    return Ledger(values.get_or(_LEDGER_BRANCH, Ledger().branch), values.get_or(_GENESIS, ""))


_LEDGER_BRANCH = Field("branch", Line(1, 200), "The branch that records what was said.")
_GENESIS = Field("genesis", Line(7, 64, "[0-9a-f]+", "a commit id"), "The id of the record's first entry.")
LEDGER = Made(Record((_LEDGER_BRANCH, _GENESIS)), _make_ledger)

_FORMAT = Field("format", Choice(("1",)), "The version of this format: 1.")
SITE_FIELD = Field("site", SITE, "Whose page this is.", required=True)
COMPONENTS = Field("components", ListOf(Part()), "What customers use, alone or in groups.", required=True)
CAUSES_FIELD = Field("causes", ListOf(_WORD), "The words for causes that incidents may use.")
POLICY_FIELD = Field("policy", POLICY_SHAPE, "What the team promises.")
CHANNELS = Field("channels", MapOf(_WORD, CHANNEL), "Accounts through which updates are told, by name.")
TARGETS = Field("publish", MapOf(_WORD, TARGET), "Places that the site is published to, by name.")
LEDGER_FIELD = Field("ledger", LEDGER, "Where it is recorded what was said; written by the tool.")
SETTINGS = Record((_FORMAT, SITE_FIELD, COMPONENTS, CAUSES_FIELD, POLICY_FIELD, CHANNELS, TARGETS, LEDGER_FIELD))
