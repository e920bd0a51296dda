"""One night, one page: the story that everything serves, with the installed program, real git and a real browser."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.installed import build_wheel, empty_environment, install
from tests.repositories import isolate_git, make_remote
from tests.simulators.twitter import TwitterSimulator
from tests.stories.one_night.engineer import Engineer

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.slow, pytest.mark.browser]

FIRST = "Most card payments are failing. Orders paid by bank transfer work."
ANAS = "The cause is an expired certificate at our side; a new one is being installed."
JANS = "Refunds are not affected."
LAST = "All card payments work. No payment was taken twice and no order was lost."
ID = "2026-11-23-card-payments-fail"
ACCOUNT = """\
---
published: 2026-11-24 10:00
actions:
  - {text: Watch the dates of all certificates, owner: Operations, due: 2026-12-01}
---
We are sorry. A certificate expired at 23:44 CET and nobody was told.

## What changes
An alarm rings thirty days before a certificate ends.
"""
OLD = """\
---
title: Orders were slow
date: 2026-10-02T08:00:00+02:00
resolved: true
resolvedWhen: 2026-10-02T09:30:00+02:00
severity: disrupted
affected:
  - Website
section: issue
---
Orders took up to a minute. {{< track "2026-10-02 06:10:00" >}}
"""
OLD_CONFIG = """\
title: Old status page
languageCode: en
baseURL: https://old.example.com
params:
  systems:
    - name: Website
      category: Shop
  categories:
    - name: Shop
theme: cstate
"""


@pytest.fixture
def engineer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Engineer]:
    """Makes engineers by name, each with a clone of one remote and the wheel in an empty environment."""
    isolate_git(monkeypatch, tmp_path / "home")
    programs = empty_environment(tmp_path / "environment")
    install(programs, build_wheel(tmp_path / "wheel"))
    remote = make_remote(tmp_path / "remote.git", {"README": "Our status.\n"})
    return lambda name: Engineer(programs, remote, tmp_path / name)


@pytest.fixture
def visit(browser: "Browser") -> Callable[[Engineer, str], "Page"]:
    """Builds an engineer's site and opens a page of it at the engineer's time of day, in their zone."""

    def open_page(engineer: Engineer, path: str) -> "Page":
        engineer.sitegen("build")
        context = browser.new_context(timezone_id="Europe/Warsaw")
        page = context.new_page()
        page.clock.install(time=engineer.clock)
        page.goto((engineer.folder / "site" / path).as_uri())
        return page

    return open_page


@pytest.fixture
def x() -> Iterator[TwitterSimulator]:
    """X as the story meets it: a server on this machine that takes posts by X's rules."""
    with TwitterSimulator(lambda: datetime.now(UTC)) as simulator:
        yield simulator


def test_one_night(
    engineer: Callable[[str], Engineer],
    visit: Callable[[Engineer, str], "Page"],
    x: TwitterSimulator,
    tmp_path: Path,
) -> None:
    ana = make_the_project(engineer("ana"))
    assert_the_page_is_quiet(visit(ana, "index.html"))
    connect_x(ana.at("2026-11-23T23:40+01:00"), x)
    file_the_incident(ana.at("2026-11-23T23:50+01:00"))
    assert_the_page_says_it(visit(ana, "index.html"))
    say_the_first_word(ana, x)
    jan = engineer("jan")
    jan.secrets = ana.secrets
    two_engineers_at_once(ana.at("2026-11-23T23:58+01:00"), jan.at("2026-11-23T23:58+01:00"))
    assert_both_are_on_the_page(visit(ana.pull(), f"incidents/{ID}.html"))
    assert_a_late_promise_is_marked(visit(ana.at("2026-11-24T00:31+01:00"), "index.html"))
    say_both_updates_once(ana, jan, x)
    end_it_after_midnight(jan.pull().at("2026-11-24T00:40+01:00"))
    say_the_end(jan, x)
    assert_it_is_over(visit(jan, "index.html"), visit(jan, f"incidents/{ID}.html"))
    assert_the_record_is_right(jan)
    tell_what_was_learned(ana.pull().at("2026-11-24T10:00+01:00"))
    say_what_was_learned(ana, x)
    assert_the_account_is_there(visit(ana, f"incidents/{ID}.html"))
    bring_in_the_old_history(ana, tmp_path)
    assert_old_links_lead_on(visit(ana, "issues/2026-10-02-slow/index.html"))
    ana.sitegen("check", "--base", "origin/main")


def make_the_project(ana: Engineer) -> Engineer:
    ana.sitegen("init", "--name", "Example Pay", "--zone", "Europe/Warsaw", "--url", "https://status.example.com")
    (example,) = (ana.folder / "incidents").glob("*.yaml")
    example.unlink()
    settings = ana.folder / "sitegen.yaml"
    settings.write_text(settings.read_text().replace("key: api, name: API", "key: checkout, name: Checkout"))
    ana.sitegen("check")
    ana.share("A status page")
    return ana


def assert_the_page_is_quiet(page: "Page") -> None:
    assert page.get_by_role("heading", level=1).inner_text() == ("No incidents reported as of 23 Nov 2026, 23:50 CET")


def connect_x(ana: Engineer, x: TwitterSimulator) -> None:
    channel = x.channel()
    ana.secrets = dict(x.environment())
    settings = ana.folder / "sitegen.yaml"
    line = f"channels:\n  twitter: {{account: {channel.account}, api_url: '{channel.api_url}'}}\n"
    settings.write_text(settings.read_text() + line)
    told = ana.sitegen("mirror", "connect", "twitter")
    assert told.startswith(f"twitter is connected as {channel.account}")
    assert "genesis:" in settings.read_text()
    ana.share("Tell it on X as well")


def say_the_first_word(ana: Engineer, x: TwitterSimulator) -> None:
    planned = json.loads(ana.sitegen("mirror", "plan", "--format", "json"))["twitter"]["items"]
    assert not list(x.accepted), "a plan says nothing"
    ana.sitegen("mirror", "--no-wait")
    ana.sitegen("mirror", "--no-wait")
    posts = list(x.accepted)
    assert len(posts) == 1
    post = posts[0]
    assert [item["text"] for item in planned if item["decision"] == "deliver"] == [post.text]
    assert post.text.startswith(f"Card payments fail. {FIRST}")
    assert f"https://status.example.com/incidents/{ID}.html?u=20261123T2250Z#u-20261123T2250Z" in post.text


def say_both_updates_once(ana: Engineer, jan: Engineer, x: TwitterSimulator) -> None:
    """Two machines deliver the same at once; each update is said once."""
    runs = [ana.pull().start("mirror", "--no-wait"), jan.pull().start("mirror", "--no-wait")]
    for running in runs:
        output, _ = running.communicate(timeout=120)
        assert running.returncode == 0, output
    texts = [post.text for post in x.accepted]
    assert len(texts) == 3
    assert sum(ANAS in text for text in texts) == sum(JANS in text for text in texts) == 1


def say_the_end(jan: Engineer, x: TwitterSimulator) -> None:
    jan.sitegen("mirror", "--no-wait")
    assert len(x.accepted) == 4
    assert x.accepted[-1].text.startswith("Resolved: Card payments fail.")


def say_what_was_learned(ana: Engineer, x: TwitterSimulator) -> None:
    ana.sitegen("mirror", "--no-wait")
    ana.sitegen("mirror", "--no-wait")
    assert len(x.accepted) == 5
    assert x.accepted[-1].text.startswith("Post-mortem: Card payments fail.")
    assert "#postmortem" in x.accepted[-1].text


def file_the_incident(ana: Engineer) -> None:
    told = ana.sitegen(
        "new", "Card payments fail", "-c", "checkout=major_outage", "--next-update-by", "30m", "-m", FIRST
    )
    path, address = told.splitlines()
    assert path == f"incidents/{ID}.yaml"
    assert address == f"https://status.example.com/incidents/{ID}.html?u=20261123T2250Z#u-20261123T2250Z"
    ana.share("Card payments fail")


def assert_the_page_says_it(page: "Page") -> None:
    assert page.get_by_role("heading", level=1).inner_text() == "1 incident is open as of 23 Nov 2026, 23:50 CET"
    entry = page.get_by_role("article")
    assert FIRST in entry.inner_text()
    assert "Next update by 24 Nov 2026, 00:20 CET" in entry.inner_text()
    assert not page.get_by_text("overdue").is_visible()
    row = page.locator(".row", has_text="Checkout").inner_text()
    assert row.split("\n")[:2] == ["Checkout", "Major outage"]


def two_engineers_at_once(ana: Engineer, jan: Engineer) -> None:
    (jan.folder / "notes.txt").write_text("not committed")
    first = ana.start("update", "-m", ANAS, "--status", "identified", "--next-update-by", "30m", "--push")
    second = jan.start("update", "card", "-m", JANS, "--next-update-by", "30m", "--push")
    for running in (first, second):
        output, _ = running.communicate(timeout=120)
        assert running.returncode == 0, output
    assert (jan.folder / "notes.txt").read_text() == "not committed"
    (jan.folder / "notes.txt").unlink()


def assert_both_are_on_the_page(page: "Page") -> None:
    said = page.locator(".update").all_inner_texts()
    assert len(said) == 3
    assert sum(ANAS in text for text in said) == sum(JANS in text for text in said) == 1
    anchors = page.locator(".update").evaluate_all("all => all.map(one => one.id)")
    assert len(set(anchors)) == 3


def assert_a_late_promise_is_marked(page: "Page") -> None:
    # Promised for 00:28; five minutes of grace are not over at 00:31, and nothing is built again afterwards.
    assert not page.get_by_text("overdue").is_visible()
    page.clock.fast_forward("03:00")
    assert page.get_by_text("overdue").is_visible()


def end_it_after_midnight(jan: Engineer) -> None:
    jan.sitegen("resolve", "-m", LAST, "--push")
    jan.pull()


def assert_it_is_over(home: "Page", incident: "Page") -> None:
    assert home.get_by_role("heading", level=1).inner_text() == "No incidents reported as of 24 Nov 2026, 00:40 CET"
    assert "lasted 50 minutes" in home.locator(".list").inner_text()
    newest = incident.locator(".update").first.inner_text()
    assert newest.startswith("Resolved")
    assert LAST in newest


def assert_the_record_is_right(jan: Engineer) -> None:
    """Ten minutes of the 23rd and forty of the 24th: the days of the site's zone, not of UTC."""
    status = json.loads(jan.sitegen("status", "--json"))
    assert status["overall"] == "clear"
    assert [owed["what"] for owed in status["owed"]] == ["a post-mortem"]
    page = (jan.folder / "site" / "components" / "checkout.html").read_text()
    assert "Major outage: 40 minutes" in page
    assert "Major outage: 10 minutes" in page


def tell_what_was_learned(ana: Engineer) -> None:
    (ana.folder / "incidents" / f"{ID}.md").write_text(ACCOUNT)
    ana.sitegen("check")
    ana.share("What was learned")


def assert_the_account_is_there(page: "Page") -> None:
    account = page.locator("#postmortem")
    assert "We are sorry." in account.inner_text()
    assert account.get_by_role("cell", name="Operations").is_visible()


def bring_in_the_old_history(ana: Engineer, folder: Path) -> None:
    old = folder / "old"
    (old / "content" / "issues").mkdir(parents=True)
    (old / "config.yml").write_text(OLD_CONFIG)
    (old / "content" / "issues" / "2026-10-02-slow.md").write_text(OLD)
    (folder / "imported").mkdir()
    report = json.loads(ana.sitegen("-C", str(folder / "imported"), "import", "cstate", str(old), "--format", "json"))
    assert report["incidents_written"] == 1
    (imported,) = (folder / "imported" / "incidents").glob("*.yaml")
    (ana.folder / "incidents" / imported.name).write_bytes(imported.read_bytes())
    ana.sitegen("check")
    ana.share("The old history")


def assert_old_links_lead_on(page: "Page") -> None:
    assert page.get_by_role("heading", level=1).inner_text() == "Orders were slow"
    canonical = page.locator("link[rel=canonical]").get_attribute("href")
    assert canonical == "https://status.example.com/incidents/2026-10-02-slow.html"
