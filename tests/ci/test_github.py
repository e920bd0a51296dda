"""The workflows for GitHub, their steps replayed: a proposal, the form, publishing, the weekly check."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType

import pytest

from tests.ci.hosts import MESSAGE, NEW, OLD, TITLE, Host, entry
from tests.ci.projects import make_hosted, settings
from tests.ci.replay import Event, Run
from tests.ci.shell import make_programs
from tests.cli.running import sitegen
from tests.repositories import commit_file, git
from tests.simulators.pages_host import PagesHost
from tests.simulators.twitter import TwitterSimulator


def connect(root: Path, x: TwitterSimulator) -> None:
    """Connects the project's channel; what is said in this same minute is new to it."""
    variables = dict(x.environment())
    sitegen(
        root,
        "mirror",
        "connect",
        "twitter",
        code=0,
        at=datetime.now(UTC) - timedelta(minutes=5),
        before=None,
        **variables,
    )
    git(root, "commit", "--quiet", "--all", "--message", "Say it on X")
    git(root, "push", "--quiet", "origin", "main")


def propose(host: Host, name: str, text: str, **secrets: str) -> Run:
    """A pull request that adds the file."""
    git(host.root, "switch", "--quiet", "--create", "proposal")
    commit_file(host.root, name, text)
    git(host.root, "push", "--quiet", "origin", "proposal")
    return host.run(
        "status-check", "check", Event(name="pull_request", branch="proposal", base="main", secrets=secrets)
    )


def test_a_sound_proposal_is_green(host: Host) -> None:
    run = propose(host, OLD, entry())
    assert run.code == 0, run.output
    assert "::error" not in run.output


def test_a_broken_proposal_is_red_at_its_line(host: Host) -> None:
    run = propose(host, OLD, entry().replace("major", "mayor"))
    assert run.code == 1
    assert "::error file=incidents/2026-11-20-a.yaml,line=2," in run.output
    assert run.summary.startswith("~~~text\n"), "the plan is made all the same"


def test_a_published_update_that_a_proposal_changes_is_an_error(host: Host) -> None:
    commit_file(host.root, OLD, entry())
    git(host.root, "push", "--quiet", "origin", "main")
    changed = entry().replace("Most", "Some")
    run = propose(host, OLD, changed)
    assert run.code == 1
    assert "says something else now" in run.output


def test_the_plan_of_a_proposal_stands_in_its_summary_and_nothing_is_posted(tmp_path: Path, programs: Path) -> None:
    with TwitterSimulator(lambda: datetime.now(UTC)) as x:
        channel = f"channels:\n  twitter: {{account: {x.account}, api_url: '{x.url}'}}\n"
        host = Host(make_hosted(tmp_path, "github", settings(channel)), programs)
        connect(host.root, x)
        now = f"{datetime.now(UTC):%Y-%m-%d %H:%M}"
        run = propose(host, f"incidents/{now[:10]}-a.yaml", entry(now), **x.environment())
        assert run.code == 0, run.output
        assert "│ " + TITLE in run.summary
        assert run.summary.splitlines()[0] + run.summary.splitlines()[-1] == "~~~text~~~"
        assert not x.accepted


def test_the_form_files_an_entry_that_everybody_has_and_publishes_it(host: Host, pages: PagesHost) -> None:
    run = host.file(**pages.environment())
    assert run.code == 0, run.output
    assert MESSAGE in host.read("main", "-card-payments-fail.yaml")
    assert "checkout: major_outage" in host.read("main", "-card-payments-fail.yaml")
    assert MESSAGE in host.read("gh-pages", "-card-payments-fail.html")
    assert git(host.remote, "log", "-1", "--format=%an <%ae>", "main") == "ada <1815+ada@users.noreply.github.com>"
    assert f"live at {pages.url}" in run.summary


def test_one_tap_files_a_standard_sentence_and_another_one_ends_it(host: Host, pages: PagesHost) -> None:
    tapped = Event(name="workflow_dispatch", machine=pages.environment())
    run = host.run("status-incident", "incident", tapped)
    assert run.code == 0, run.output
    told = host.read("gh-pages", "-we-are-looking-into-a-problem.html")
    assert "We are investigating, and will tell more as soon as we know it." in told
    ended = Event(name="workflow_dispatch", inputs={"what": "resolve"}, machine=pages.environment())
    assert host.run("status-incident", "incident", ended).code == 0
    assert "It works again." in host.read("gh-pages", "-we-are-looking-into-a-problem.html")


def test_an_update_without_words_files_nothing_and_says_why(host: Host, pages: PagesHost) -> None:
    host.file(**pages.environment())
    run = host.run("status-incident", "incident", Event(name="workflow_dispatch", inputs={"what": "update"}))
    assert run.code != 0
    assert [step.name for step in run.steps] == ["Check out", "File it"]
    assert git(host.remote, "log", "--format=%s", "main").count("Update") == 0


def test_a_late_run_publishes_the_newest_commit(host: Host, pages: PagesHost) -> None:
    """A run of the schedule may have waited for hours while the form published."""
    waiting = Event(name="schedule", commit=git(host.remote, "rev-parse", "main"), machine=pages.environment())
    host.file(**pages.environment())
    run = host.run("status-publish", "publish", waiting)
    assert run.code == 0, run.output
    assert MESSAGE in host.read("gh-pages", "-card-payments-fail.html")


def test_a_bad_file_is_published_around_and_turns_the_run_red(host: Host, pages: PagesHost) -> None:
    commit_file(host.root, OLD, "title: [x")
    git(host.root, "push", "--quiet", "origin", "main")
    run = host.run("status-publish", "publish", Event(name="push", machine=pages.environment()))
    assert run.code == 1
    assert "incidents/2026-11-20-a.yaml" in run.output
    assert "Example Pay" in host.read("gh-pages", "status.txt")


def test_a_fork_publishes_nothing(host: Host) -> None:
    for workflow, job, event in (
        ("status-publish", "publish", "push"),
        ("status-incident", "incident", "workflow_dispatch"),
        ("status-weekly", "check", "schedule"),
        ("status-weekly", "keep-alive", "schedule"),
    ):
        assert host.run(workflow, job, Event(name=event, fork=True)).steps == ()


@pytest.mark.slow
def test_from_the_form_alone_an_incident_is_told_and_its_end(tmp_path: Path, programs: Path) -> None:
    with TwitterSimulator(lambda: datetime.now(UTC)) as x, PagesHost(tmp_path / "remote.git") as pages:
        channel = f"channels:\n  twitter: {{account: {x.account}, api_url: '{x.url}'}}\n"
        host = Host(make_hosted(tmp_path, "github", settings(channel)), programs)
        connect(host.root, x)

        def event(name: str, inputs: Mapping[str, str] = MappingProxyType({})) -> Event:
            return Event(name=name, inputs=inputs, secrets=x.environment(), machine=pages.environment())

        again = {"what": "update", "message": "A certificate has expired.", "status": "identified"}
        end = {"what": "resolve", "message": "All card payments work. No order was lost."}
        for inputs in (NEW, again, end):
            run = host.run("status-incident", "incident", event("workflow_dispatch", inputs))
            assert run.code == 0, run.output
            assert "twitter: " in run.summary, "where the post can be read"
        told = [post.text for post in x.accepted]
        assert [part in text for part, text in zip((TITLE, "certificate", "No order"), told, strict=True)] == [True] * 3
        assert host.run("status-publish", "publish", event("schedule")).code == 0
        assert len(x.accepted) == 3


def test_a_failed_weekly_check_opens_one_issue_and_goes_on_in_it(host: Host, tmp_path: Path) -> None:
    said = tmp_path / "said"
    script = f"""case "$2" in
      list) [ -e {said} ] && echo 12 || true ;;
      *) echo "$1 $2 $3" >> {said}; while [ "$1" != --body-file ]; do shift; done; cat "$2" >> {said} ;;
    esac"""
    programs = make_programs(tmp_path / "weekly", sitegen='echo "the token is dead"; exit 1', gh=script)
    for _ in range(2):
        assert host.run("status-weekly", "check", Event(name="schedule"), programs).code == 1
    lines = said.read_text().splitlines()
    assert [line for line in lines if line.startswith("issue ")] == ["issue create --title", "issue comment 12"]
    assert lines.count("the token is dead") == 2
    assert "https://github.com/example-pay/status/actions/runs/1" in said.read_text()


def test_schedules_are_kept_alive_but_for_those_that_a_person_disabled(host: Host, tmp_path: Path) -> None:
    said = tmp_path / "said"
    script = f"""case "$*" in
      *publish.yml*.state) echo disabled_inactivity ;;
      *weekly.yml*.state) echo disabled_manually ;;
      *) echo "$*" >> {said} ;;
    esac"""
    programs = make_programs(tmp_path / "weekly", gh=script)
    run = host.run("status-weekly", "keep-alive", Event(name="schedule"), programs)
    assert run.code == 0, run.output
    assert said.read_text().splitlines() == [
        "api --method PUT repos/example-pay/status/actions/workflows/status-publish.yml/enable"
    ]
