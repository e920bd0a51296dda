"""`python bench/gen.py N FOLDER`: a whole sitegen project with an invented history of N incidents.

The same N and seed give the same bytes. It prints the moment at which the history ends: `sitegen build --as-of …`.
"""

import argparse
import json
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from textwrap import indent

from bench.story import COMPONENTS, END, NAME, URL, Entry, Postmortem, Update, invent

MOMENT = f"{END:%Y-%m-%dT%H:%MZ}"


def write_project(entries: Iterable[Entry], folder: Path) -> None:
    """Settings and incidents into the folder, which may exist."""
    incidents = folder / "incidents"
    incidents.mkdir(parents=True, exist_ok=True)
    (folder / "sitegen.yaml").write_text("\n".join(_settings()) + "\n", encoding="utf-8")
    for entry in entries:
        (incidents / f"{entry.id}.yaml").write_text(write_entry(entry), encoding="utf-8")
        if entry.postmortem:
            (incidents / f"{entry.id}.md").write_text(_write_postmortem(entry.postmortem), encoding="utf-8")


def write_entry(entry: Entry) -> str:
    """The incident's file, as `sitegen new` and `sitegen update` would have left it."""
    return "".join(f"{line}\n" for line in _entry(entry))


def write_update(update: Update) -> str:
    """One item of `updates`, to be appended to an incident's file (which ends with them or with `cause`)."""
    return "".join(f"{line}\n" for line in _update(update))


def _settings() -> Iterator[str]:
    yield from ("format: 1", "site:", f"  name: {NAME}", f"  url: {URL}", "components:")
    for group, members in groupby(COMPONENTS, key=lambda component: component.group):
        yield from (f"  - group: {group}", "    components:")
        yield from (f"      - {{key: {one.key}, name: {one.name}}}" for one in members)


def _entry(entry: Entry) -> Iterator[str]:
    yield f"title: {_quote(entry.title)}"
    if entry.window:
        start, end = (_moment(moment) for moment in entry.window)
        yield from ("type: maintenance", f"window: {{start: {start}, end: {end}}}")
    yield f"components: {_map(entry.components.items())}"
    if entry.cause:
        yield f"cause: {entry.cause}"
    yield "updates:"
    for update in entry.updates:
        yield from _update(update)


def _update(update: Update) -> Iterator[str]:
    yield from (f"  - at: {_moment(update.at)}", f"    status: {update.status}")
    if update.components:
        yield f"    components: {_map(update.components.items())}"
    if update.next_update_by:
        yield f"    next_update_by: {update.next_update_by.seconds // 60}m"
    yield from ("    message: |", indent(update.message, " " * 6))


def _write_postmortem(account: Postmortem) -> str:
    head = ["---", f"published: {_moment(account.published)}", "actions:"]
    for action in account.actions:
        done = f", done: {action.done}" if action.done else ""
        head.append(f"  - {{text: {_quote(action.text)}, owner: {action.owner}, due: {action.due}{done}}}")
    return "\n".join((*head, "---", account.body, ""))


def _map(pairs: Iterable[tuple[str, str]]) -> str:
    return "{" + ", ".join(f"{key}: {value}" for key, value in pairs) + "}"


def _quote(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M}"


def _main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int, metavar="N", help="how many incidents")
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args()
    write_project(invent(chosen.count, chosen.seed), chosen.folder)
    sys.stdout.write(f"{MOMENT}\n")


if __name__ == "__main__":
    _main()
