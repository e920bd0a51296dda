"""The pipeline for GitLab, its jobs replayed: a proposal, the form, publishing, the weekly check."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.ci.pipeline import Pipeline, replay_pipeline
from tests.ci.projects import make_hosted, settings
from tests.ci.shell import Step, make_programs
from tests.cli.running import sitegen
from tests.repositories import commit_file, git
from tests.simulators.pages_host import PagesHost
from tests.simulators.twitter import TwitterSimulator

TITLE, MESSAGE = "Card payments fail", "Most card payments are failing. Orders paid by bank transfer work."
NEW = {"what": "new", "component": "on", "condition": "major_outage", "title": TITLE, "message": MESSAGE}


class KeptPages(PagesHost):
    """Serves what the job `pages` of the first pipeline kept, as GitLab does."""

    def find(self, path: str) -> bytes | None:
        """The file under a path of the site; None where there is none."""
        file = self.remote.parent / "pipeline-0/kept/public" / (path.strip("/") or "index.html")
        return file.read_bytes() if file.is_file() else None


def run(root: Path, pipeline: Pipeline, programs: Path) -> dict[str, Step]:
    """The jobs that ran, by name."""
    number = sum(one.name.startswith("pipeline-") for one in root.parent.iterdir())
    file, folder = root / ".gitlab-ci.yml", root.parent / f"pipeline-{number}"
    return {step.name: step for step in replay_pipeline(file, pipeline, root.parent / "remote.git", folder, programs)}


def failures(steps: dict[str, Step]) -> list[tuple[str, str]]:
    return [(name, step.output) for name, step in steps.items() if step.code]


@pytest.fixture
def x() -> Iterator[TwitterSimulator]:
    with TwitterSimulator(lambda: datetime.now(UTC)) as simulator:
        yield simulator


@pytest.fixture
def telling(tmp_path: Path, x: TwitterSimulator) -> Path:
    """A clone of a project that tells X; the address of its page has nothing behind it."""
    channel = f"channels:\n  twitter: {{account: {x.account}, api_url: '{x.url}'}}\n"
    root = make_hosted(tmp_path, "gitlab", settings(channel))
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
    return root


def propose(root: Path, text: str) -> None:
    git(root, "switch", "--quiet", "--create", "proposal")
    commit_file(root, "incidents/2026-11-20-a.yaml", text)
    git(root, "push", "--quiet", "origin", "proposal")


def test_a_proposal_is_checked_and_does_nothing_else(gitlab: Path, programs: Path) -> None:
    propose(gitlab, "title: [x")
    steps = run(gitlab, Pipeline(source="merge_request_event", branch="proposal"), programs)
    assert list(steps) == ["check"]
    assert steps["check"].code == 1
    assert "incidents/2026-11-20-a.yaml:1" in steps["check"].output


def test_a_proposal_with_a_filled_in_form_files_nothing(gitlab: Path, programs: Path) -> None:
    propose(gitlab, "title: [x")
    steps = run(gitlab, Pipeline(source="merge_request_event", branch="proposal", inputs=NEW), programs)
    assert list(steps) == ["check"]


def test_another_branch_runs_nothing(gitlab: Path, programs: Path) -> None:
    propose(gitlab, "title: [x")
    assert run(gitlab, Pipeline(source="web", branch="proposal", inputs=NEW), programs) == {}


@pytest.mark.slow
def test_the_form_files_publishes_and_says_it_in_that_order(telling: Path, programs: Path, x: TwitterSimulator) -> None:
    with KeptPages(telling.parent / "remote.git") as pages:
        machine = {**x.environment(), **pages.environment()}
        steps = run(telling, Pipeline(source="web", inputs=NEW, machine=machine), programs)
    assert failures(steps) == []
    assert list(steps) == ["file", "pages", "mirror"]
    assert '{"on": major_outage}' in git(
        telling.parent / "remote.git", "grep", "-h", "major", "main", "--", "incidents"
    )
    assert [TITLE in post.text for post in x.accepted] == [True]
    assert "is not live" not in steps["mirror"].output


def test_a_file_that_needs_a_person_turns_the_end_red_and_not_the_page(gitlab: Path, programs: Path) -> None:
    commit_file(gitlab, "incidents/2026-11-20-a.yaml", "title: [x")
    git(gitlab, "push", "--quiet", "origin", "main")
    steps = run(gitlab, Pipeline(), programs)
    assert [(name, step.code) for name, step in steps.items()] == [("pages", 0), ("mirror", 1)]
    assert "Example Pay" in (gitlab.parent / "pipeline-0/kept/public/index.html").read_text()


def test_an_update_without_words_files_nothing_and_publishes_nothing(gitlab: Path, programs: Path) -> None:
    steps = run(gitlab, Pipeline(source="web", inputs={"what": "update"}), programs)
    assert [name for name, step in steps.items() if step.code] == ["file"]
    assert list(steps) == ["file"]


def test_the_weekly_schedule_looks_at_the_accounts_and_publishes_nothing(gitlab: Path, tmp_path: Path) -> None:
    dead = make_programs(tmp_path / "dead", pip="exit 0", sitegen='echo "$@"; exit 1')
    steps = run(gitlab, Pipeline(source="schedule", inputs={"what": "check"}), dead)
    assert [(name, step.code) for name, step in steps.items()] == [("live", 1)]
    assert steps["live"].output == "check --live\n"
