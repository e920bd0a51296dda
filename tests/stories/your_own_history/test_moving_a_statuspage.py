"""A reader of the guide moves a Statuspage with 300 incidents, and no old link is lost."""

import json
import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import datetime
from html import unescape
from pathlib import Path
from typing import Any

import feedparser
import pytest

from sitegen import load, project
from sitegen.model import Kind
from tests.docs.documents import Document
from tests.docs.terminal import RUN, Terminal
from tests.stories.your_own_history.hosting import KEY, old_host, static_host
from tests.stories.your_own_history.old_page import (
    COMPONENTS,
    HOST,
    INCIDENTS,
    PAGE,
    PLANS,
    Json,
    OldPage,
    public,
)

pytestmark = pytest.mark.slow
GUIDE = Document("docs/how-to/import-statuspage.md")
API = (
    *("summary", "status", "components", "incidents", "incidents/unresolved", "scheduled-maintenances"),
    *("scheduled-maintenances/upcoming", "scheduled-maintenances/active"),
)


class Moved:
    """The old page, the folder in which the guide was followed, what it printed, and where the new page is served."""

    def __init__(self, old: OldPage, home: Path, said: str, address: str) -> None:
        self.old, self.home, self.said, self.address = old, home, said, address

    def get(self, path: str) -> str:
        """What a visitor gets at a path, wherever the host redirects to."""
        with urllib.request.urlopen(self.address + path, timeout=30) as answer:
            text: str = answer.read().decode()
            return text

    def api(self, name: str) -> Any:
        """One file of the public API."""
        return json.loads(self.get(f"/api/v2/{name}.json"))


def follow(address: str, home: Path) -> str:
    """Run the guide's commands with the three lines changed that it says to change; gives what they print."""
    terminal, said = Terminal(home), []
    for _, command in GUIDE.blocks(RUN):
        if command.startswith("mkdir -p example"):
            continue  # The small page to try it on.
        changed = (
            command.replace("page=file://$PWD/example ", f"page={address} ")
            .replace("api=file://$PWD/example/v1 ", f"api={address}/v1/pages/{PAGE} ")
            .replace("key=none ", f"key={KEY} ")
        )
        assert "file://" not in changed
        if "grep -q c0de00000001" not in command:  # It looks for what the small page says.
            said.append(terminal.run(changed))
    return "".join(said)


@pytest.fixture(scope="module")
def moved(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Moved]:
    home, old = tmp_path_factory.mktemp("home"), OldPage()
    with old_host(old) as address:
        said = follow(address, home)
    with static_host(home / "status/site") as address:
        yield Moved(old, home, said, address)


def visible(text: str) -> str:
    """A text without tags, marks and line breaks: its words as people see them."""
    return " ".join(re.findall(r"[^\W_]+", unescape(re.sub(r"</?(?:b|p|h2|br)\b[^<>]*>", " ", text))))


def body(page: str) -> str:
    """The words of a page."""
    return visible(re.sub(r"<[^<>]+>", " ", page))


def test_every_entry_that_goes_in_comes_out(moved: Moved) -> None:
    found = project.read(moved.home / "status").project
    assert found is not None
    kinds = [one.kind for one in found.incidents]
    assert (kinds.count(Kind.INCIDENT), kinds.count(Kind.MAINTENANCE)) == (INCIDENTS, PLANS)
    assert len(kinds) == INCIDENTS + PLANS
    accounts = sum(one["postmortem_body"] is not None for one in moved.old.incidents)
    assert sum(one.postmortem is not None for one in found.incidents) == accounts > 1
    assert f"{INCIDENTS + PLANS} entries written" in moved.said
    assert re.search(r"^0 losses", moved.said, re.MULTILINE)
    assert "may be more" not in moved.said


def test_the_guide_itself_finds_a_page_for_every_code(moved: Moved) -> None:
    assert "No page for" not in moved.said
    assert re.search(rf"^ *{INCIDENTS + PLANS}$", moved.said, re.MULTILINE)


def test_every_old_link_answers_with_its_incident_and_all_that_was_said(moved: Moved) -> None:
    canonical = set()
    for entry in moved.old.entries:
        page = moved.get(f"/incidents/{entry['id']}")
        words = body(page)
        assert visible(entry["name"]) in words
        for update in entry["incident_updates"]:
            assert visible(update["body"]) in words, (entry["id"], update["body"])
        assert visible(entry.get("postmortem_body") or "") in words
        (own,) = re.findall(rf'<link rel="canonical" href="https://{HOST}(/incidents/[^"]+)">', page)
        assert body(moved.get(own)) == words
        canonical.add(own)
    assert len(canonical) == INCIDENTS + PLANS


def test_a_link_with_a_query_answers_as_well(moved: Moved) -> None:
    entry = moved.old.entries[-1]
    assert visible(entry["name"]) in body(moved.get(f"/incidents/{entry['id']}?u=5kzv0qwrc1hn"))
    assert moved.get(f"/history?page=2&filter={COMPONENTS[0][0]}") == moved.get("/history")


def test_the_old_history_leads_to_every_incident(moved: Moved) -> None:
    months = set(re.findall(r'href="(?:\.\./)?(history/\d{4}-\d{2}\.html)"', moved.get("/history")))
    pages = "".join(moved.get(f"/{month}") for month in months)
    linked = set(re.findall(r'href="\.\./(incidents/[^"#?]+)"', pages))
    stems = {path.stem for path in (moved.home / "status" / load.FOLDER).glob("*.yaml")}
    assert linked >= {f"incidents/{stem}.html" for stem in stems}


def test_the_home_page_names_every_component_and_each_has_a_page(moved: Moved) -> None:
    home = moved.get("/")
    pages = set(re.findall(r'href="(components/[^"#?]+\.html)"', home))
    assert len(pages) == len(COMPONENTS)
    for _, name, _ in COMPONENTS:
        assert name in home
    for path in pages:
        assert any(name in moved.get(f"/{path}") for _, name, _ in COMPONENTS)


def test_readers_of_the_old_atom_feed_see_no_entry_twice(moved: Moved) -> None:
    before, after = (feedparser.parse(text) for text in (moved.old.atom(), moved.get("/history.atom")))
    assert after.feed.id == before.feed.id
    assert {one.id: one.link for one in after.entries} == {one.id: one.link for one in before.entries}
    assert {one.id: one.title for one in after.entries} == {one.id: one.title for one in before.entries}
    for one in after.entries:
        assert moved.get(one.link.removeprefix(f"https://{HOST}"))


def test_readers_of_the_old_rss_feed_see_no_item_twice(moved: Moved) -> None:
    before, after = (feedparser.parse(text) for text in (moved.old.rss(), moved.get("/history.rss")))
    assert {one.id for one in after.entries} == {one.id for one in before.entries}
    assert {one.id: one.link for one in after.entries} == {one.id: one.link for one in before.entries}


@pytest.mark.parametrize("name", API)
def test_every_file_of_the_api_answers_for_the_same_page(name: str, moved: Moved) -> None:
    told = moved.api(name)
    assert (told["page"]["name"], told["page"]["url"]) == ("Ferries", f"https://{HOST}")
    assert told.keys() == {"page", *moved.old.files()[name]}


def test_the_api_lists_the_same_components_with_the_same_ids(moved: Moved) -> None:
    told, listed = (one["components"] for one in (moved.api("components"), moved.old.files()["components"]))
    same = ("id", "name", "status", "group", "group_id", "components")
    assert sorted([one.get(key) for key in same] for one in told) == sorted(
        [one.get(key) for key in same] for one in listed
    )


@pytest.mark.parametrize(
    ("name", "key"), [("incidents", "incidents"), ("scheduled-maintenances", "scheduled_maintenances")]
)
def test_the_api_lists_the_same_entries_with_the_same_ids_words_and_times(name: str, key: str, moved: Moved) -> None:
    listed = moved.old.incidents if key == "incidents" else moved.old.plans
    assert [essence(one) for one in moved.api(name)[key]] == [essence(public(one)) for one in listed[:50]]


def essence(entry: Json) -> object:
    """What consumers compare; the API tells full seconds."""
    steps = [(step["status"], second(step["display_at"])) for step in entry["incident_updates"]]
    said = [step for step in entry["incident_updates"] if step["status"] != "postmortem"]
    ids = [(step["id"], visible(step["body"])) for step in said]
    names = sorted((one["id"], one["name"]) for one in entry["components"])
    own = {key: entry[key] for key in ("id", "name", "status", "impact")}
    moments = [second(entry[key]) for key in ("created_at", "resolved_at", "scheduled_for") if entry.get(key)]
    return own, steps, ids, names, moments


def second(stamp: str) -> datetime:
    """The moment, to the second."""
    return datetime.fromisoformat(stamp).replace(microsecond=0)


def test_what_never_was_there_is_not_there_now(moved: Moved) -> None:
    with pytest.raises(urllib.error.HTTPError, match="404"):
        moved.get("/incidents/n0b0dyknows1")
