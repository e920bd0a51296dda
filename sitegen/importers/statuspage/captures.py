"""Saved files to captures: what each one has of the page, its components and its entries."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import PurePosixPath

import msgspec

from sitegen.importers.conversion import Findings
from sitegen.importers.records import Record, read_records
from sitegen.importers.statuspage.elements import read_elements
from sitegen.importers.statuspage.feeds import Feed, read_feed
from sitegen.importers.statuspage.stories import Story, part_groups, read_story, tell_touched

# Where entries stand in the files of the public API, and whether they are planned.
_LISTS: Mapping[str, bool] = {"incidents": False, "scheduled_maintenances": True}
_SINGLE: Mapping[str, bool] = {"incident": False, "scheduled_maintenance": True}
# Together they are the keys of `summary.json` alone, whose lists are of what is open.
_SUMMARY = frozenset(("page", "status", "components", "incidents", "scheduled_maintenances"))
_HOLDERS = frozenset(("page", "status", "components", "component_groups", *_LISTS, *_SINGLE))


class Capture(msgspec.Struct, frozen=True, kw_only=True):
    """One file: `taken` is how new the page says it is; `found` is how many entries stand in it, lost ones too.

    `has_roster` says that it lists the components of the page, not only those of an entry; `is_private` that it was
    saved from the authenticated API, which has no page around it; `lists_open` that all that was open stands in it.
    """

    path: PurePosixPath
    taken: datetime | None = None
    page: Record | None = None
    feed: Feed | None = None
    components: tuple[Record, ...] = ()
    groups: tuple[Record, ...] = ()
    stories: tuple[Story, ...] = ()
    found: int = 0
    has_roster: bool = False
    is_private: bool = False
    lists_open: bool = False


def read_capture(path: PurePosixPath, content: bytes, findings: Findings) -> Capture | str:
    """What a file has, or why it is none of Statuspage's."""
    begin = content.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if begin == b"<":
        return _read_feed(path, content, findings)
    if begin not in (b"{", b"["):
        return "It is neither JSON nor a feed."
    records = read_records(path, content, findings)
    return records if isinstance(records, str) else _Sorter(path, findings).sort(records)


def _read_feed(path: PurePosixPath, content: bytes, findings: Findings) -> Capture | str:
    root = read_elements(path, content)
    feed = root if isinstance(root, str) else read_feed(root, findings)
    if isinstance(feed, str):
        return feed
    return Capture(path=path, feed=feed, stories=feed.stories, found=feed.found)


class _Sorter:
    """Sorts the objects of one file by what they are, which their keys tell."""

    def __init__(self, path: PurePosixPath, findings: Findings) -> None:
        self.path, self.findings = path, findings
        self.page: Record | None = None
        self.components: list[Record] = []
        self.groups: list[Record] = []
        self.entries: list[tuple[Record, bool]] = []
        self.listed = self.private = self.lists_open = False
        self.strange = 0

    def sort(self, records: tuple[Record, ...]) -> Capture | str:
        """The capture, or why these objects are none."""
        for record in records:
            self._take(record)
        if not records:
            return "It is an empty list, as the authenticated API sends it after its last page."
        if not (self.page or self.components or self.groups or self.entries):
            return "Nothing in it is Statuspage's."
        if self.strange:
            self.findings.lose(records[0].source.whole, f"{self.strange} objects in it are not Statuspage's.")
        within = (part_groups(entry.records("components")) for entry, _ in self.entries)
        components, groups = part_groups(self.components)
        tell_touched(tuple(record for record, _ in self.entries), self.findings)
        return Capture(
            path=self.path,
            taken=None if self.page is None else self.page.moment("updated_at"),
            page=self.page,
            components=components,
            groups=(*(one for _, known in within for one in known), *groups, *self.groups),
            stories=tuple(read_story(record, is_planned=planned) for record, planned in self.entries),
            found=len(self.entries),
            has_roster=self.listed,
            is_private=self.private,
            lists_open=self.lists_open,
        )

    def _take(self, record: Record) -> None:
        fields = record.fields
        if "incident_updates" in fields:
            self.entries.append((record, False))
        elif _is_group(fields):
            self.groups.append(record)
        elif "group_id" in fields and "name" in fields:
            self.components.append(record)
            self.listed = self.private = True
        elif _HOLDERS & fields.keys():
            self._open(record)
        elif "name" in fields and ("subdomain" in fields or "time_zone" in fields):
            self.page = record
        else:
            self.strange += 1

    def _open(self, holder: Record) -> None:
        """What stands under the keys of an answer of the public API."""
        self.page = holder.record("page") or self.page
        self.lists_open = self.lists_open or holder.fields.keys() >= _SUMMARY
        for key, planned in _LISTS.items():
            self.entries += ((one, planned) for one in holder.records(key))
        for key, planned in _SINGLE.items():
            if (one := holder.record(key)) is not None:
                self.entries.append((one, planned))
        components = holder.records("components")
        self.listed = self.listed or bool(components)
        self.components += components
        self.groups += holder.records("component_groups")


def _is_group(fields: Mapping[str, object]) -> bool:
    """Whether it is a group of the authenticated API: it has the ids of its components, or no state of its own."""
    inner = fields.get("components")
    return "name" in fields and isinstance(inner, list) and not any(isinstance(one, dict) for one in inner)
