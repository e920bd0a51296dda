"""A cState page's `config.yml` to our `sitegen.yaml`: name, address, zone, language and components."""

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath
from zoneinfo import ZoneInfo

import msgspec

from sitegen import languages, moments
from sitegen.config.shapes import Address
from sitegen.fields import Reading, Vocabulary
from sitegen.importers.conversion import Findings
from sitegen.importers.cstate.document import clean, find, is_true
from sitegen.problems import Location
from sitegen.source import Mapping, Node, Scalar, Sequence

# The word that cState itself shows above a resolved issue, in the languages that our pages have or will have.
RESOLVED = {"en": "Resolved.", "de": "Gelöst.", "pl": "Rozwiązano."}
OTHERS = "Other"
_MAX_NAME, _MAX_DESCRIPTION, _MAX_KEY = 120, 300, 60
# Hugo's settings that move pages to other addresses than those of `addresses`.
_MOVING = ("permalinks", "uglyURLs", "disablePathToLower", "removePathAccents", "languages")
_CARRIED = {"systems", "categories"}
# Other readers of YAML take these words for something else than text.
_NOT_TEXT = frozenset(("true", "false", "yes", "no", "on", "off", "y", "n", "null"))
_UNDECOMPOSED = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe"})


class System(msgspec.Struct, frozen=True):
    """One of cState's systems: `name` is what posts call it, `title` what customers read, `key` our component's."""

    name: str
    title: str
    key: str
    category: str
    description: str = ""


class Page(msgspec.Struct, frozen=True):
    """What the settings say of the site; `language` is the texts' own, `interface` the one our pages speak."""

    title: str
    url: str
    zone: ZoneInfo
    language: str
    interface: str

    @property
    def resolved(self) -> str:
        """What an added last update says."""
        return RESOLVED.get(self.language, RESOLVED["en"])


class Systems:
    """The systems that are declared, and those that posts turn out to name beside them."""

    def __init__(self, declared: Iterable[System], findings: Findings) -> None:
        self.declared, self.findings = tuple(declared), findings
        self.named: list[System] = []

    def find_key(self, name: str, where: Location) -> str | None:
        """The component's key for a name in a post; an unknown one becomes a component of its own."""
        wanted = clean(name, where, self.findings)
        if not wanted:
            return None
        if found := next((one for one in self.declared if one.name == wanted), None):
            return found.key
        if found := next((one for one in self.declared if one.name.casefold() == wanted.casefold()), None):
            self.findings.warn(where, f"`{wanted}` is written `{found.name}` in the settings; it was taken for that.")
            return found.key
        what = f"`{wanted}` is not among the systems of the settings; it became a component under “{OTHERS}”."
        self.findings.warn(where, what, "Keep it, or name a declared component in the incident.")
        return self._find_named(wanted).key

    def _find_named(self, name: str) -> System:
        if found := next((one for one in self.named if one.name.casefold() == name.casefold()), None):
            return found
        taken = {one.key for one in (*self.declared, *self.named)}
        self.named.append(System(name, _shorten(name, _MAX_NAME), make_key(name, taken), OTHERS))
        return self.named[-1]


def make_key(name: str, taken: set[str]) -> str:
    """A free component key: the name in small ASCII letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", name.casefold().translate(_UNDECOMPOSED))
    words = re.findall("[a-z0-9]+", "".join(one for one in plain if not unicodedata.combining(one)))
    stem = "-".join(words)[: _MAX_KEY - 4].strip("-") or "component"
    return next(key for number in range(1, 10_000) if (key := stem if number == 1 else f"{stem}-{number}") not in taken)


def _shorten(text: str, most: int) -> str:
    """The text, or as many of its words as fit, with an ellipsis."""
    return text if len(text) <= most else f"{text[: most - 1].rsplit(' ', 1)[0]}…"


def read_page(root: Node, findings: Findings) -> Page:
    """Name, address, zone and language."""
    language = _text(root, "languageCode") or _text(root, "defaultContentLanguage") or "en"
    code = language.replace("_", "-").split("-")[0].lower()
    interface = code if code in languages.available() else languages.SOURCE_LANGUAGE
    if interface != code:
        what = f"Pages do not speak `{code}` yet, so everything around the texts is in English."
        findings.warn(_place(root, "languageCode"), what, f"Set `languages: [{code}]` as soon as they do.")
    for name in _MOVING:
        if (node := find(root, name)) is not None and not (isinstance(node, Scalar) and not is_true(node)):
            findings.warn(node.where, f"`{name}` moves pages; aliases are the addresses without it.", "Check some.")
    return Page(_title(root, findings), _url(root, findings), _zone(root, findings), code, interface)


def _title(root: Node, findings: Findings) -> str:
    where = _place(root, "title")
    title = clean(_text(root, "title"), where, findings)
    if not title:
        findings.warn(where, "The page has no `title`; it is called “Status”.")
    return _shorten(title or "Status", _MAX_NAME)


def _url(root: Node, findings: Findings) -> str:
    node = find(root, "baseURL")
    reading = Reading(Vocabulary())
    url = Address().read(node, reading) if isinstance(node, Scalar) else None
    findings.soften(reading.problems)
    if url is None:
        findings.warn(_place(root, "baseURL"), "The site's address is not known.", "Set `site.url` in sitegen.yaml.")
    return url or ""


def _zone(root: Node, findings: Findings) -> ZoneInfo:
    name = _text(root, "timeZone")
    zone = moments.find_zone(name) if name else None
    if name and zone is None:
        findings.warn(_place(root, "timeZone"), f"`{name}` is not a time zone; times are read as UTC.")
    if not name and "UTC" not in _text(find(root, "params") or root, "dateFormat"):
        what = "No `timeZone` is set, so times without a zone are read as UTC, as Hugo does."
        findings.advise(_place(root), what, "If they are meant otherwise, set it (`timeZone: Europe/Berlin`), repeat.")
    return zone or ZoneInfo("UTC")


def read_systems(root: Node, findings: Findings) -> Systems:
    """The systems in the order of their categories, as cState shows them; what is not carried over is told."""
    nodes = find(root, "params", "systems")
    found: list[System] = []
    for node in nodes.items if isinstance(nodes, Sequence) else ():
        system = _system(node, {one.key for one in found}, findings)
        if system is not None:
            found.append(system)
    _tell_unused(root, found, findings)
    categories = [name for name, _ in _categories(root)]
    for system in found:
        if system.category not in categories:
            what = f"`{system.name}` has no category that exists, so cState hid it; here it is shown."
            findings.warn(_place(root, "params", "systems"), what)
    order = [*categories, *(one.category for one in found)]
    return Systems(sorted(found, key=lambda one: order.index(one.category)), findings)


def _system(node: Node, taken: set[str], findings: Findings) -> System | None:
    name = clean(_text(node, "name"), node.where, findings)
    if not name:
        findings.warn(node.where, "This system has no name; it was left out.")
        return None
    for key in ("link", "partial"):
        if (other := find(node, key)) is not None:
            findings.warn(other.where, f"`{key}` of a system has no counterpart; it was left out.")
    description = clean(_text(node, "description"), _place(node, "description"), findings)
    title = clean(_text(node, "displayName"), node.where, findings) or name
    if len(title) > _MAX_NAME or len(description) > _MAX_DESCRIPTION:
        findings.warn(node.where, "Its name or description was too long and was cut.")
    return System(
        name=name,
        title=_shorten(title, _MAX_NAME),
        key=make_key(name, taken),
        category=clean(_text(node, "category"), node.where, findings),
        description=_shorten(description, _MAX_DESCRIPTION),
    )


def _categories(root: Node) -> Iterator[tuple[str, bool]]:
    """The name of each category, as systems refer to it, and whether it is shown."""
    nodes = find(root, "params", "categories")
    for node in nodes.items if isinstance(nodes, Sequence) else ():
        yield clean(_text(node, "name"), node.where, Findings()), not is_true(find(node, "untitled"))


def _tell_unused(root: Node, found: Iterable[System], findings: Findings) -> None:
    """What of the settings does not arrive."""
    used = {system.category for system in found}
    categories = find(root, "params", "categories")
    for node in categories.items if isinstance(categories, Sequence) else ():
        if (name := _text(node, "name")) not in used:
            findings.advise(node.where, f"The category `{name}` has no system; it was left out.")
        if (description := find(node, "description")) is not None:
            findings.warn(description.where, "A group has no description here; it was left out.")
    params = find(root, "params")
    if isinstance(params, Mapping):
        unused = [name.text for name, _ in params.entries if name.text.casefold() not in _CARRIED]
        if unused:
            findings.advise(params.where, f"Settings of cState's own look were left out: {', '.join(unused)}.")


def _text(node: Node | None, *keys: str) -> str:
    found = find(node, *keys)
    return found.text.strip() if isinstance(found, Scalar) else ""


def _place(node: Node, *keys: str) -> Location:
    found = find(node, *keys)
    return node.where if found is None else found.where


def write_settings(page: Page, systems: Systems, root: Node, source: PurePosixPath) -> bytes:
    """The text of `sitegen.yaml`, small and with comments."""
    shown = {name for name, is_shown in _categories(root) if is_shown and name}
    lines = [
        f"# Made from {source} of a cState page.",
        "format: 1",
        "site:",
        f"  name: {_quote(page.title)}",
        f"  url: {_quote(page.url)}" if page.url else "  # url: https://status.example.com   (feeds need it)",
        f"  time_zone: {page.zone.key}   # of times without a zone",
        f"  languages: [{page.interface}]",
        "components:",
    ]
    group = ""
    for system in systems.declared:
        if system.category in shown and system.category != group:
            lines += [f"  - group: {_quote(_shorten(system.category, _MAX_NAME))}", "    components:"]
        group = system.category
        lines += _indented(_component(system), 6 if group in shown else 2)
    if systems.named:
        lines += ["  # Named in incidents only; the old settings did not declare them."]
        lines += [f"  - group: {OTHERS}", "    components:"]
        lines += [line for system in systems.named for line in _indented(_component(system), 6)]
    return "".join(f"{line}\n" for line in lines).encode()


def _component(system: System) -> tuple[str, ...]:
    described = (f"  description: {_quote(system.description)}",) if system.description else ()
    return (f"- key: {system.key}", f"  name: {_quote(system.title)}", *described)


def _indented(lines: Iterable[str], by: int) -> list[str]:
    return [f"{' ' * by}{line}" for line in lines]


def _quote(text: str) -> str:
    """The text as one YAML value: as it is where nothing in it means something to YAML, else in double quotes."""
    if (
        text.casefold() not in _NOT_TEXT
        and re.fullmatch(r"[A-Za-z][\w /.()+-]*(?::[\w/.-]+)*", text)
        and text == text.strip()
    ):
        return text
    return json.dumps(text, ensure_ascii=any(mark in text for mark in "\x85\u2028\u2029"))
