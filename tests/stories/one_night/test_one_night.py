"""One night, one page: the story that everything serves, with the installed program, real git and a real browser."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.installed import build_wheel, empty_environment, install
from tests.repositories import isolate_git, make_remote
from tests.simulators.base import Trouble
from tests.simulators.pages_host import PagesHost
from tests.stories.one_night.engineer import Engineer
from tests.stories.one_night.team import Platforms, Team, running_team

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.slow, pytest.mark.browser]

TITLE = "Card payments fail"
TITLE_PL = "Płatności kartą nie działają"
FIRST = "Most card payments are failing. Orders paid by bank transfer work."
ANAS = "The cause is an expired certificate at our side; a new one is being installed."
JANS = "Refunds are not affected."
LAST = "All card payments work. No payment was taken twice and no order was lost."
LAST_PL = "Wszystkie płatności kartą działają. Żadnej nie pobrano dwa razy."
ID = "2026-11-23-card-payments-fail"
CHANNELS = ("twitter", "twitter-pl", "facebook", "email")
LOST_ANSWERS = (Trouble.DROPPED_AFTER, Trouble.TRUNCATED, Trouble.BROKEN_AFTER, Trouble.DROPPED_AFTER)
ANSWERS = {
    "# published: YYYY-MM-DD HH:MM": "published: 2026-11-24 10:00",
    '"[What will be done?]"': "Watch the dates of all certificates",
    '"[Which role does it?]"': "Operations",
    "# due: YYYY-MM-DD": "due: 2026-12-01",
    "[For what are we sorry, and to whom?]": "We are sorry. A certificate expired at 23:44 CET and nobody was told.",
    "[What is different already, and what will be?]": "An alarm rings thirty days before a certificate ends.",
}
"""What the team writes into the draft; the other questions it deletes."""
QUESTION = re.compile(r"^(?:\| )?\[.*\?\].*\n", re.MULTILINE)
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
def team(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Team]:
    """A team with one remote, and the wheel in an empty environment."""
    isolate_git(monkeypatch, tmp_path / "home")
    programs = empty_environment(tmp_path / "environment")
    install(programs, build_wheel(tmp_path / "wheel"))
    remote = make_remote(tmp_path / "remote.git", {"README": "Our status.\n"})
    with running_team(programs, remote, datetime.fromisoformat("2026-11-23T23:40+01:00")) as running:
        yield running


@pytest.fixture
def visit(browser: "Browser", team: Team) -> Callable[[Engineer, str], "Page"]:
    """Opens a page of the site where customers read it, in the engineer's time of day and zone."""

    def open_page(engineer: Engineer, path: str) -> "Page":
        proxy = {"server": team.host.environment()["http_proxy"]}
        context = browser.new_context(timezone_id="Europe/Warsaw", proxy=proxy)  # type: ignore[arg-type]
        page = context.new_page()
        page.clock.install(time=engineer.clock)
        page.goto(f"{team.host.url}/{path}")
        return page

    return open_page


def test_one_night(team: Team, visit: Callable[[Engineer, str], "Page"], tmp_path: Path) -> None:
    ana = make_the_project(team.engineer("ana").at("2026-11-23T23:40+01:00"), team.platforms)
    connect_the_channels(ana)
    assert team.publish(ana).code == 0
    assert_the_page_is_quiet(visit(ana, "index.html"))
    file_it_from_a_phone(ana.at("2026-11-23T23:50+01:00"), team)
    assert_the_page_says_it(visit(ana.pull(), "index.html"))
    find_what_was_said_in_doubt(ana.at("2026-11-23T23:54+01:00"), team)
    jan = team.engineer("jan")
    two_engineers_at_once(ana.at("2026-11-23T23:58+01:00"), jan.at("2026-11-23T23:58+01:00"))
    say_both_updates_once(ana.pull(), team)
    assert_both_are_on_the_page(visit(ana, f"incidents/{ID}.html"))
    assert_a_late_promise_is_marked(visit(ana.at("2026-11-24T00:31+01:00"), "index.html"))
    end_it_after_midnight(jan.pull().at("2026-11-24T00:40+01:00"))
    say_the_end(jan, team)
    assert_it_is_over(visit(jan, "index.html"), visit(jan, f"incidents/{ID}.html"))
    assert_it_is_over_in_polish(visit(jan, f"pl/incidents/{ID}.html"))
    assert_the_record_is_right(jan)
    tell_what_was_learned(ana.pull().at("2026-11-24T10:00+01:00"))
    say_what_was_learned(ana, team)
    assert_the_account_is_there(visit(ana, f"incidents/{ID}.html"))
    bring_in_the_old_history(ana, tmp_path)
    assert team.publish(ana).code == 0
    assert_old_links_lead_on(visit(ana, "issues/2026-10-02-slow/index.html"))
    ana.sitegen("check", "--base", "origin/main")
    assert_everything_stands_as_it_was_said(ana, team)


def make_the_project(ana: Engineer, platforms: Platforms) -> Engineer:
    ana.sitegen("init", "--name", "Example Pay", "--zone", "Europe/Warsaw", "--url", PagesHost.url)
    (example,) = (ana.folder / "incidents").glob("*.yaml")
    example.unlink()
    settings = ana.folder / "sitegen.yaml"
    text = settings.read_text().replace("key: api, name: API", "key: checkout, name: Checkout")
    settings.write_text(text.replace("languages: [en]", "languages: [en, pl]") + platforms.settings())
    ana.sitegen("init", "--ci", "github")
    ana.sitegen("check")
    ana.share("A status page")
    return ana


def connect_the_channels(ana: Engineer) -> None:
    for name in CHANNELS:
        assert ana.sitegen("mirror", "connect", name).startswith(f"{name} is connected as ")
    assert "genesis:" in (ana.folder / "sitegen.yaml").read_text()
    ana.share("Tell it on every channel as well")


def assert_the_page_is_quiet(page: "Page") -> None:
    assert page.get_by_role("heading", level=1).inner_text() == "No incidents reported as of 23 Nov 2026, 23:40 CET"


def file_it_from_a_phone(ana: Engineer, team: Team) -> None:
    """The form of the workflow, while every platform takes the post and its answer gets lost."""
    for platform, trouble in zip(team.platforms.all, LOST_ANSWERS, strict=True):
        platform.arm(trouble)
    form = {"what": "new", "component": "checkout", "condition": "major_outage", "title": TITLE, "message": FIRST}
    run = team.run(ana, "status-incident", "incident", "workflow_dispatch", **form)
    assert run.code == 1, "published, and red: every post is in doubt"
    assert "in-doubt" in run.output
    assert team.platforms.counts() == [1, 1, 1, 1]


def find_what_was_said_in_doubt(ana: Engineer, team: Team) -> None:
    """The next run finds each post where it stands, and says nothing twice."""
    planned = json.loads(ana.sitegen("mirror", "plan", "--format", "json"))
    run = team.publish(ana)
    assert run.code == 0, run.output
    assert team.platforms.counts() == [1, 1, 1, 1]
    for name, platform in zip(CHANNELS, team.platforms.all, strict=True):
        assert [item["text"] for item in planned[name]["items"]] == [post.text for post in platform.accepted]
    (post,) = team.platforms.x.accepted
    assert post.text.startswith(f"{TITLE}. {FIRST}")
    assert f"{PagesHost.url}/incidents/{ID}.html?u=20261123T2250Z#u-20261123T2250Z" in post.text


def say_both_updates_once(ana: Engineer, team: Team) -> None:
    """Two machines deliver the same at once; each update is said once on every channel."""
    for run in team.publish_twice_at_once(ana):
        assert run.code == 0, run.output
    assert team.platforms.counts() == [3, 3, 3, 3]
    for platform in team.platforms.all:
        texts = [post.text for post in platform.accepted]
        assert sum(ANAS in text for text in texts) == sum(JANS in text for text in texts) == 1


def say_the_end(jan: Engineer, team: Team) -> None:
    """The first try gets lost on the way; the second run looks, and says it then."""
    team.platforms.x.arm(Trouble.DROPPED)
    assert team.publish(jan).code == 1
    assert team.publish(jan).code == 0
    assert team.platforms.counts() == [4, 4, 4, 4]
    x, x_pl, facebook, mail = team.platforms.all
    assert x.accepted[-1].text.startswith("Resolved: Card payments fail.")
    assert x_pl.accepted[-1].text.startswith(f"Rozwiązane: {TITLE_PL}. {LAST_PL}")
    assert mail.accepted[-1].text.startswith("Resolved: Card payments fail.")
    first = facebook.accepted[0].remote_id
    assert facebook.standing()[first].startswith("Resolved: Card payments fail.")
    assert [post.reply_to for post in facebook.accepted] == ["", first, first, first]


def say_what_was_learned(ana: Engineer, team: Team) -> None:
    assert [team.publish(ana).code for _ in range(2)] == [0, 0]
    assert team.platforms.counts() == [5, 5, 5, 5]
    x, _, facebook, mail = team.platforms.all
    assert x.accepted[-1].text.startswith("Post-mortem: Card payments fail.")
    assert "#postmortem" in x.accepted[-1].text
    for platform in (facebook, mail):
        assert "An alarm rings thirty days before a certificate ends." in platform.accepted[-1].text


def assert_everything_stands_as_it_was_said(ana: Engineer, team: Team) -> None:
    run = team.run(ana, "status-weekly", "check", "workflow_dispatch")
    assert run.code == 0, run.output
    ana.sitegen("check", "--live")


def assert_the_page_says_it(page: "Page") -> None:
    assert page.get_by_role("heading", level=1).inner_text() == "1 incident is open as of 23 Nov 2026, 23:50 CET"
    assert FIRST in page.get_by_role("article").inner_text()
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
    """The words in the other language are written into the file, as everything can be."""
    jan.sitegen("resolve", "-m", LAST)
    file = jan.folder / "incidents" / f"{ID}.yaml"
    text = file.read_text()
    text = text.replace(f"title: {TITLE}\n", f"title: {{en: {TITLE}, pl: {TITLE_PL}}}\n")
    text = text.replace(f"message: {LAST}\n", f"message:\n      en: {LAST}\n      pl: {LAST_PL}\n")
    file.write_text(text)
    jan.sitegen("check", "--base", "origin/main")
    jan.share("It is over")


def assert_it_is_over(home: "Page", incident: "Page") -> None:
    assert home.get_by_role("heading", level=1).inner_text() == "No incidents reported as of 24 Nov 2026, 00:40 CET"
    assert "lasted 50 minutes" in home.locator(".list").inner_text()
    newest = incident.locator(".update").first.inner_text()
    assert newest.startswith("Resolved")
    assert LAST in newest


def assert_it_is_over_in_polish(incident: "Page") -> None:
    assert incident.get_by_role("heading", level=1).inner_text() == TITLE_PL
    assert LAST_PL in incident.locator(".update").first.inner_text()


def assert_the_record_is_right(jan: Engineer) -> None:
    """Ten minutes of the 23rd and forty of the 24th: the days of the site's zone, not of UTC."""
    status = json.loads(jan.sitegen("status", "--json"))
    assert status["overall"] == "clear"
    assert [owed["what"] for owed in status["owed"]] == ["a post-mortem"]
    jan.sitegen("build")
    page = (jan.folder / "site" / "components" / "checkout.html").read_text()
    assert "Major outage: 40 minutes" in page
    assert "Major outage: 10 minutes" in page


def tell_what_was_learned(ana: Engineer) -> None:
    """The draft knows from the updates and from every channel's record when customers were told."""
    assert ana.sitegen("postmortem") == f"incidents/{ID}.md\n"
    file = ana.folder / "incidents" / f"{ID}.md"
    text = file.read_text()
    assert f"| 24 Nov 2026, 00:40 CET | Resolved: {LAST} |" in text
    assert text.count("Customers are first told on ") == 1 + len(CHANNELS)
    for question, answer in ANSWERS.items():
        assert question in text
        text = text.replace(question, answer)
    file.write_text(QUESTION.sub("", text))
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
    assert canonical == f"{PagesHost.url}/incidents/2026-10-02-slow.html"
