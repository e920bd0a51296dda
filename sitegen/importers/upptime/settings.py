"""An Upptime repository's `.upptimerc.yml` and what it recorded of each site last: the page and its components."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import PurePosixPath
from zoneinfo import ZoneInfo

import msgspec

from sitegen import source
from sitegen.config.shapes import Address
from sitegen.fields import Reading, Vocabulary
from sitegen.importers.conversion import Findings
from sitegen.importers.cstate.document import clean, find
from sitegen.importers.cstate.settings import OTHERS, make_key
from sitegen.importers.records import parse_moment, read_records
from sitegen.model import Component, Group, Site, Text
from sitegen.problems import Location
from sitegen.source import Node, Scalar, Sequence

SETTINGS = PurePosixPath(".upptimerc.yml")
HISTORY = PurePosixPath("history")
SUMMARY = HISTORY / "summary.json"
LANGUAGE = "en"
_MAX_NAME, _MAX_DESCRIPTION = 120, 300


class Last(msgspec.Struct, frozen=True):
    """What `history/<slug>.yml` says: since when the site is watched, and the last measurement; moments are UTC."""

    where: Location
    url: str
    status: str
    code: str
    started: datetime | None
    updated: datetime | None


class Watched(msgspec.Struct, frozen=True):
    """One site that Upptime watches: `slug` is what labels and files call it, `key` our component's."""

    name: str
    slug: str
    url: str
    key: str
    where: Location
    last: Last | None = None

    @property
    def since(self) -> date | None:
        """The first day of which anything is known."""
        return None if self.last is None or self.last.started is None else self.last.started.date()


class Page(msgspec.Struct, frozen=True):
    """Whose page it is: owner and name on the git host, our settings' site, and the form of commit messages."""

    owner: str
    name: str
    site: Site
    template: str
    where: Location


def read_history(files: Mapping[PurePosixPath, bytes], findings: Findings) -> dict[str, Last]:
    """The last measurement of each site, by its slug."""
    return {
        path.stem: _read_last(path, files[path], findings)
        for path in sorted(files)
        if path.parent == HISTORY and path.suffix in (".yml", ".yaml")
    }


def _read_last(path: PurePosixPath, content: bytes, findings: Findings) -> Last:
    # Upptime's first versions wrote each line as an item of a list, and its later ones still read that.
    document = source.read(path, re.sub(rb"(?m)^- ", b"", content))
    findings.soften([*document.problems])
    root = document.root
    return Last(
        where=Location(path, 1, 1),
        url=_text(root, findings, "url"),
        status=_text(root, findings, "status"),
        code=_text(root, findings, "code"),
        started=parse_moment(_text(root, findings, "startTime")),
        updated=parse_moment(_text(root, findings, "lastUpdated")),
    )


def _text(node: Node | None, findings: Findings, *keys: str) -> str:
    found = find(node, *keys)
    return clean(found.text, found.where, findings) if isinstance(found, Scalar) else ""


def read_page(root: Node, findings: Findings) -> Page:
    """The page's name and address, and the form of the commits that record a change."""
    owner, name = _text(root, findings, "owner"), _text(root, findings, "repo")
    title = _text(root, findings, "status-website", "name") or "/".join(part for part in (owner, name) if part)
    if not title:
        findings.warn(root.where, "The settings do not name the page; it is called “Status”.")
    source_url = f"https://github.com/{owner}/{name}" if owner and name else ""
    site = Site(
        name=Text({LANGUAGE: _shorten(title or "Status", _MAX_NAME)}),
        url=_url(root, owner, findings),
        zone=ZoneInfo("UTC"),
        languages=(LANGUAGE,),
        source=source_url if _is_address(source_url, root.where) else "",
    )
    return Page(owner, name, site, _text(root, findings, "commitMessages", "statusChange"), root.where)


def _url(root: Node, owner: str, findings: Findings) -> str:
    """Where the old page is: its own domain, else the git host's."""
    domain, base = (_text(root, findings, "status-website", key) for key in ("cname", "baseUrl"))
    url = f"https://{domain}" if domain else f"https://{owner}.github.io/{base.strip('/')}".rstrip("/")
    if (domain or owner) and _is_address(url, root.where):
        findings.advise(root.where, f"`site.url` is {url}, where the old page is.", "Change it if the new one moves.")
        return url
    findings.warn(root.where, "The site's address is not known.", "Set `site.url` in sitegen.yaml.")
    return ""


def _is_address(text: str, where: Location) -> bool:
    reading = Reading(Vocabulary())
    return bool(text) and Address().read(Scalar(text, where, where.line), reading) == text and not reading.problems


def _shorten(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rsplit(' ', 1)[0]}…"


class Sites:
    """The sites that are watched, found by what labels, commits and titles call them."""

    def __init__(self, root: Node, files: Mapping[PurePosixPath, bytes], findings: Findings) -> None:
        self.findings = findings
        self.history = read_history(files, findings)
        self.slugs = _read_slugs(files, findings)
        self.keys: set[str] = set()
        self.declared = tuple(self._read(root))
        self.named: list[Watched] = []

    def _read(self, root: Node) -> Iterator[Watched]:
        nodes = find(root, "sites")
        for node in nodes.items if isinstance(nodes, Sequence) else ():
            name, url = (_text(node, self.findings, key) for key in ("name", "url"))
            if not name:
                self.findings.warn(node.where, "This site has no name; it was left out.")
                continue
            slug = _text(node, self.findings, "slug") or self._slug(name, url)
            yield self._watch(name, slug, url, node.where)

    def _slug(self, name: str, url: str) -> str:
        """The name of the site's file: Upptime's summary tells it, or its address, or its letters."""
        by_url = [slug for slug, last in self.history.items() if last.url == url]
        by_letters = (slug for slug in (*self.history, *self.slugs.values()) if _letters(slug) == _letters(name))
        return self.slugs.get(name) or (by_url[0] if len(by_url) == 1 else next(by_letters, _letters(name)))

    def _watch(self, name: str, slug: str, url: str, where: Location) -> Watched:
        key = make_key(name, self.keys)
        self.keys.add(key)
        return Watched(name, slug, url, key, where, self.history.get(slug))

    def find(self, name: str, where: Location) -> Watched:
        """The site of a name or slug; one that the settings lack becomes a component in a last group."""
        every = (*self.declared, *self.named)
        found = next((one for one in every if name in (one.slug, one.name)), None)
        found = found or next(
            (one for one in every if _letters(name) in (_letters(one.slug), _letters(one.name))), None
        )
        if found is None:
            what = f"`{name}` is not among the sites of the settings; it became a component under “{OTHERS}”."
            self.findings.warn(where, what, "Keep it, or name a declared component in the entries.")
            found = self._watch(name, name, "", where)
            self.named.append(found)
        return found

    def knows(self, slug: str) -> bool:
        """Whether a label is the slug of a site that the settings declare."""
        return any(slug == one.slug for one in self.declared)

    def make_groups(self) -> Iterator[Group]:
        """Each site alone, as on the old page, and last what the settings lack."""
        for one in self.declared:
            yield Group(None, (_component(one),))
        if self.named:
            yield Group(Text({LANGUAGE: OTHERS}), tuple(_component(one) for one in self.named))


def _component(site: Watched) -> Component:
    # An address that is a secret of the repository has a name in its place, which tells customers nothing.
    description = site.url if site.url and "$" not in site.url and len(site.url) <= _MAX_DESCRIPTION else ""
    name = Text({LANGUAGE: _shorten(site.name, _MAX_NAME)})
    return Component(site.key, name, Text({LANGUAGE: description}) if description else None, site.since)


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).casefold()


def _read_slugs(files: Mapping[PurePosixPath, bytes], findings: Findings) -> dict[str, str]:
    """The slug of each site by its name, as Upptime's own summary has them."""
    records = read_records(SUMMARY, files[SUMMARY], findings, "slug") if SUMMARY in files else ()
    if isinstance(records, str):
        findings.warn(Location(SUMMARY), records)
        return {}
    return {one.text("name"): one.text("slug") for one in records if one.text("name") and one.text("slug")}
