"""`sitegen.yaml` to Settings: the project's one file of settings, and the root of the project."""

import re
from datetime import timedelta
from fractions import Fraction
from pathlib import PurePosixPath
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import msgspec

from sitegen import languages, moments, source
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
    nearest,
    read_scalar,
)
from sitegen.markup.characters import has_invisible
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
    Settings,
    Site,
    Target,
)
from sitegen.problems import Problem, sort_problems
from sitegen.shapes import Choice, Day, Declared, Flag, Line, Span, Translated, Weight
from sitegen.source import Mapping, Node

FILE = PurePosixPath("sitegen.yaml")
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


class Address(msgspec.Struct, frozen=True):
    """A web address without credentials: https, http with a warning.

    `mail` allows `mailto:` as well, `smtp` the address of a mail server.
    """

    mail: bool = False
    smtp: bool = False

    def read(self, node: Node, reading: Reading) -> str | None:
        """The address without a trailing slash."""
        text = Line(1, 500).read(node, reading)
        if text is None or (self.mail and re.fullmatch(r"mailto:[^\s<>\"]+@[^\s<>\"]+", text)):
            return text
        if not self._fits(text):
            reading.refuse(node.where, f"`{text}` is not a web address.", "Write it as `https://example.com/page`.")
            return None
        if text.startswith("http://"):
            reading.warn(node.where, "This address is not encrypted.", "Use https.")
        return text.rstrip("/")

    def _fits(self, text: str) -> bool:
        try:
            parts = urlsplit(text)
            return bool(
                parts.scheme in ("https", "http", *(("smtp",) if self.smtp else ()))
                and parts.hostname
                and "@" not in parts.netloc
                and parts.port != 0
                and not has_invisible(text)
                and not re.search(r"[\s<>\"'\\^`{|}]", text)
            )
        except ValueError:
            return False

    def schema(self, vocabulary: Vocabulary) -> Schema:
        """A URI."""
        return {"type": "string", "format": "uri"}


class Zone(msgspec.Struct, frozen=True):
    """A time zone by its IANA name."""

    def read(self, node: Node, reading: Reading) -> ZoneInfo | None:
        """The zone."""
        scalar = read_scalar(node, reading, "the name of a time zone")
        if scalar is None:
            return None
        if (zone := moments.find_zone(scalar.text)) is not None:
            return zone
        hint = nearest(scalar.text, moments.zone_names()) if len(scalar.text) < 40 else ""
        hint = hint if hint.startswith("Did") else "Write it as `Europe/Warsaw`."
        reading.refuse(scalar.where, f"`{scalar.text}` is not a time zone.", hint)
        return None

    def schema(self, vocabulary: Vocabulary) -> Schema:
        """A text."""
        return {"type": "string"}


class DueShape(msgspec.Struct, frozen=True):
    """A span of time as `3d`, or working days as `5wd`."""

    def read(self, node: Node, reading: Reading) -> Due | None:
        """The time allowed."""
        scalar = read_scalar(node, reading, "a span of time")
        if scalar is None:
            return None
        if (days := moments.parse_working_days(scalar.text)) is not None:
            return Due(working_days=days)
        span = Span().read(scalar, reading)
        return None if span is None else Due(span)

    def schema(self, vocabulary: Vocabulary) -> Schema:
        """A text of that form."""
        return {"type": "string", "pattern": "^[0-9]+(wd|d|h|m)$"}


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
    return Component(key, name, values.get(_DESCRIPTION), values.get(_SINCE))


_WORD = Line(1, 60, "[a-z0-9][a-z0-9_-]*", "a name of small letters, digits, `-` and `_`")
_NAME = Translated(Line(1, 120))
_KEY = Field("key", _WORD, "The name that incidents use; part of the component's address.", required=True)
_COMPONENT_NAME = Field("name", _NAME, "What customers call it.", required=True)
_DESCRIPTION = Field("description", Translated(Line(1, 300)), "What it does for customers.")
_SINCE = Field("since", Day(), "The first day that is known about; before it the page says unknown.")
COMPONENT = Made(Record((_KEY, _COMPONENT_NAME, _DESCRIPTION, _SINCE)), _make_component)


def _make_group(values: Values) -> Group | None:
    components = values.get(_GROUP_COMPONENTS)
    return Group(values.get(_GROUP_NAME), components) if components else None


_GROUP_NAME = Field("group", _NAME, "The heading above these components.", required=True)
_GROUP_COMPONENTS = Field("components", ListOf(COMPONENT), "The components of the group.", required=True)
GROUP = Made(Record((_GROUP_NAME, _GROUP_COMPONENTS)), _make_group)


def _make_site(values: Values) -> Site | None:
    name = values.get(_SITE_NAME)
    if name is None:
        return None
    return Site(
        name=name,
        url=values.get_or(_URL, ""),
        zone=values.get_or(_ZONE, ZoneInfo("UTC")),
        languages=tuple(dict.fromkeys(values.get_or(_LANGUAGES, ()))) or ("en",),
        support=values.get_or(_SUPPORT, ""),
        subscribe=values.get_or(_SUBSCRIBE, ""),
        source=values.get_or(_SOURCE, ""),
    )


_SITE_NAME = Field("name", _NAME, "The name on the page.", required=True)
_URL = Field("url", Address(), "Where the site lives, absolute; feeds and announcements need it.")
_ZONE = Field("time_zone", Zone(), "The IANA zone of times without one, and of the page; default UTC.")
_LANGUAGES = Field(
    "languages",
    ListOf(Choice(languages.available())),
    "Languages of the site; the first is the default and lives at the root.",
)
_SUPPORT = Field("support", Address(mail=True), "Where customers get help.")
_SUBSCRIBE = Field("subscribe", Address(mail=True), "Where customers subscribe: a button on every page.")
_SOURCE = Field("source", Address(), "The repository's web address: a link to the history of each entry.")
SITE = Made(Record((_SITE_NAME, _URL, _ZONE, _LANGUAGES, _SUPPORT, _SUBSCRIBE, _SOURCE)), _make_site)


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


class _ChannelValues(msgspec.Struct, frozen=True):
    """A channel that has not been told its name yet."""

    values: Values

    def named(self, name: str) -> Channel:
        account = self.values.get(_HANDLE) or self.values.get(_PAGE) or self.values.get(_TO) or ""
        kind = self.values.get_or(_CHANNEL_KIND, name)
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


_CHANNEL_KINDS = ("twitter", "facebook", "email", "mastodon", "webhook")
_CHANNEL_KIND = Field("kind", Choice(_CHANNEL_KINDS), "What sort of channel it is; default: its name.")
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
        (_CHANNEL_KIND, _HANDLE, _PAGE, _TO, _CHANNEL_LANGUAGE, _FROM_IMPACT, _LINK, _THREAD, _MODE, _API_URL, _SETTLE)
    ),
    _ChannelValues,
)

_TARGET_KIND = Field("kind", Choice(("branch", "folder", "command")), "How the site gets there.", required=True)
_BRANCH = Field("branch", Line(1, 200), "The branch that the host serves.")
_FOLDER = Field("folder", Line(1, 500), "The folder that the host serves.")
_RUN = Field("run", Line(1, 2000), "The command; `{site}` is the built folder.")
_TARGET_URL = Field("url", Address(), "Where that copy is read; default: the site's url.")
TARGET = Record((_TARGET_KIND, _BRANCH, _FOLDER, _RUN, _TARGET_URL))


def _make_target(name: str, values: Values) -> Target:
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
_SITE_FIELD = Field("site", SITE, "Whose page this is.", required=True)
_COMPONENTS = Field("components", ListOf(Part()), "What customers use, alone or in groups.", required=True)
_CAUSES = Field("causes", ListOf(_WORD), "The words for causes that incidents may use.")
_POLICY = Field("policy", POLICY_SHAPE, "What the team promises.")
_CHANNELS = Field("channels", MapOf(_WORD, CHANNEL), "Accounts through which updates are told, by name.")
_TARGETS = Field("publish", MapOf(_WORD, TARGET), "Places that the site is published to, by name.")
_LEDGER = Field("ledger", LEDGER, "Where it is recorded what was said; written by the tool.")
SETTINGS = Record((_FORMAT, _SITE_FIELD, _COMPONENTS, _CAUSES, _POLICY, _CHANNELS, _TARGETS, _LEDGER))


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
    values = SETTINGS.read(document.root, reading)
    settings = None if values is None else _settle(values, reading)
    return Configuration(settings, sort_problems((*document.problems, *reading.problems)))


def _languages(root: Node) -> tuple[str, ...]:
    """The languages of the site, read ahead: every text of the file is read in their light."""
    site = root.get("site") if isinstance(root, Mapping) else None
    node = site.get("languages") if isinstance(site, Mapping) else None
    return (node and _LANGUAGES.shape.read(node, Reading(Vocabulary()))) or ("en",)


def _settle(values: Values, reading: Reading) -> Settings | None:
    site, groups = values.get(_SITE_FIELD), values.get(_COMPONENTS)
    if site is None or not groups:
        return None
    given = values.get_or(_CHANNELS, {})
    channels = {name: one for name, one in given.items() if _has_kind(name, one.values, reading)}
    _refuse_shared_secrets(channels, values, reading)
    return Settings(
        site=site,
        groups=_unique(groups, values, reading),
        causes=values.get_or(_CAUSES, CAUSES),
        policy=values.get_or(_POLICY, POLICY),
        channels=tuple(channel.named(name) for name, channel in channels.items()),
        targets=tuple(_make_target(name, target) for name, target in values.get_or(_TARGETS, {}).items()),
        ledger=values.get_or(_LEDGER, Ledger()),
    )


def _has_kind(name: str, channel: Values, reading: Reading) -> bool:
    """Whether it is known what sort of channel this is; one that is not drops out."""
    if _CHANNEL_KIND.name in channel.damaged:
        return False
    if name in _CHANNEL_KINDS or channel.get(_CHANNEL_KIND) is not None:
        return True
    reading.refuse(channel.where, f"`{name}` needs a `kind`.", f"Known are: {', '.join(_CHANNEL_KINDS)}.")
    return False


def _refuse_shared_secrets(channels: dict[str, _ChannelValues], values: Values, reading: Reading) -> None:
    """The secrets of `a-b` and `a_b` would have the same names in the environment: the later one drops out."""
    seen: dict[str, str] = {}
    for name in tuple(channels):
        other = seen.setdefault(name.replace("-", "_"), name)
        if other != name:
            what = f"The channels `{other}` and `{name}` would share their secrets."
            reading.refuse(values.place(_CHANNELS), what, "Give one of them another name.")
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
                reading.refuse(values.place(_COMPONENTS), what, "Give each its own.")
            else:
                fresh.append(component)
            seen.add(component.key)
        kept.append(Group(group.name, tuple(fresh)))
    return tuple(group for group in kept if group.components)


def vocabulary(settings: Settings) -> Vocabulary:
    """The words that incidents may use."""
    return Vocabulary(
        languages=settings.site.languages,
        components=tuple(component.key for component in settings.components),
        causes=settings.causes,
        channels=tuple(sorted({channel.name for channel in settings.channels} | set(_CHANNEL_KINDS))),
    )
