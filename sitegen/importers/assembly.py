"""Puts a new project together: settings, incidents under free names with their old addresses, post-mortems."""

import re
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import PurePosixPath

import msgspec

from sitegen import author, config, entry, load, postmortem
from sitegen.author.lines import Lines, below, fields, item, line
from sitegen.importers.conversion import Conversion, Findings, Skipped
from sitegen.model import Component, Group, Incident, Settings, Site, Text
from sitegen.problems import Location, sort_problems

_ALIAS = re.compile(entry.ALIAS_PATTERN)


class Account(msgspec.Struct, frozen=True):
    """A post-mortem: its Markdown, when it was published (UTC; None: a draft), and where it stands in the source."""

    body: str
    published: datetime | None
    where: Location


class Assembly:
    """A project in the making; what can't be a part of it is told."""

    def __init__(self, settings_yaml: bytes, settings: Settings, findings: Findings) -> None:
        self.settings_yaml, self.settings, self.findings = settings_yaml, settings, findings
        self.incidents: dict[PurePosixPath, bytes] = {}
        self.postmortems: dict[PurePosixPath, bytes] = {}
        self.origins: dict[PurePosixPath, PurePosixPath] = {}
        self._ids: defaultdict[date, set[str]] = defaultdict(set)
        self._aliases: dict[str, PurePosixPath] = {}

    def add(self, incident: Incident, day: date, aliases: Iterable[str], account: Account | None = None) -> bool:
        """Whether there is a file for the incident now, named by the day and its title, beside its post-mortem."""
        title = incident.title.read(self.settings.site.default_language, self.settings.site.default_language)
        # Ids of other days can't be in the way, and asking for all of them would take ever longer.
        found = author.new_id(day, title, self._ids[day])
        named = msgspec.structs.replace(incident, id=found, aliases=self._free(aliases, incident.where))
        try:
            content = author.dump_incident(named, self.settings)
        except author.Refused as refused:
            self.findings.lose(incident.where, f"No incident was made of “{title}”: {refused}")
            return False
        path = load.FOLDER / f"{found}.yaml"
        self._ids[day].add(found)
        self.incidents[path], self.origins[path] = content, incident.where.path
        if account is not None:
            self._attach(path.with_suffix(".md"), account)
        return True

    def _free(self, aliases: Iterable[str], where: Location) -> tuple[str, ...]:
        """The aliases that can be one here and lead nowhere else; the others are told."""
        kept = []
        for alias in dict.fromkeys(aliases):
            if not _ALIAS.fullmatch(alias) or max(len(part.encode()) for part in alias.split("/")) > 255:
                what = f"The old address `{alias[:80]}` can't be an alias here; links to it will break."
                self.findings.warn(where, what, "Redirect it on the server.")
            elif alias.strip("/").casefold() in self._aliases:
                owner = self._aliases[alias.strip("/").casefold()]
                self.findings.warn(where, f"`{alias}` leads to an entry of {owner} already; it was left out.")
            else:
                self._aliases[alias.strip("/").casefold()] = where.path
                kept.append(alias)
        return tuple(kept)

    def _attach(self, path: PurePosixPath, account: Account) -> None:
        language = self.settings.site.default_language
        content = _dump_account(account)
        read = postmortem.read_postmortem({language: (path, content)}, self.settings)
        if read.problems:
            what = f"The post-mortem does not fit: {read.problems[0].what}"
            self.findings.lose(account.where, what, "Add it by hand.")
        else:
            self.postmortems[path] = content

    def conclude(self, skipped: Iterable[Skipped], files_read: int) -> Conversion:
        """The project and its account."""
        return Conversion(
            settings_yaml=self.settings_yaml,
            incidents=self.incidents,
            origins=self.origins,
            postmortems=self.postmortems,
            skipped=tuple(sorted(skipped, key=lambda one: one.path)),
            problems=sort_problems(self.findings.problems),
            files_read=files_read,
        )


def _dump_account(account: Account) -> bytes:
    at = account.published
    front = "# published: 2026-11-25 10:00" if at is None else f"published: {at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    return f"---\n{front}\n---\n\n{account.body}\n".encode()


def begin(heading: str, site: Site, groups: Iterable[Group], findings: Findings) -> Assembly | None:
    """A project with these settings; None where there is no component. `heading` is the comment at the top."""
    settings_yaml = "".join(f"{one}\n" for one in _settings(heading, site, groups)).encode()
    configuration = config.read(settings_yaml)
    if configuration.settings is None:
        return None
    findings.soften([*configuration.problems])
    return Assembly(settings_yaml, configuration.settings, findings)


def _settings(heading: str, site: Site, groups: Iterable[Group]) -> Lines:
    url = () if site.url else ("  # url: https://status.example.com   (feeds need it)",)
    return (
        f"# {heading}",
        "format: 1",
        "site:",
        f"  name: {line(_read(site, site.name))[0]}",
        *((f"  url: {line(site.url)[0]}",) if site.url else url),
        f"  time_zone: {site.zone.key}   # of times without a zone",
        f"  languages: [{', '.join(site.languages)}]",
        *((f"  source: {line(site.source)[0]}",) if site.source else ()),
        *fields(("components", below(one for group in groups for one in _group(site, group)))),
    )


def _group(site: Site, group: Group) -> Lines:
    components = tuple(one for component in group.components for one in _component(site, component))
    if group.name is None:
        return components
    named = ("group", line(_read(site, group.name))), ("id", line(group.id) if group.id else None)
    return item(fields(*named, ("components", below(components))), 2)


def _component(site: Site, component: Component) -> Lines:
    description, since = component.description, component.since
    return item(
        fields(
            ("key", line(component.key)),
            ("name", line(_read(site, component.name))),
            ("description", None if description is None else line(_read(site, description))),
            ("since", None if since is None else (since.isoformat(),)),
            ("id", line(component.id) if component.id else None),
        ),
        2,
    )


def _read(site: Site, text: Text) -> str:
    return text.read(site.default_language, site.default_language)
