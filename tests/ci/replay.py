"""Replays one job of a workflow for GitHub on this machine: its steps in order, with bash and a real git remote.

    form = Event(name="workflow_dispatch", inputs={"title": "…", "message": "…"}, secrets={…}, machine={…})
    run = replay(root / ".github/workflows/status-incident.yml", "incident", form, remote, tmp_path / "run", programs)
    assert run.code == 0, run.output

A checkout is a clone of the bare `remote`; the step that installs is left out, because `programs` (a folder, see
`make_programs`) has `sitegen` already. What runs keep between them lies beside the remote. Expressions are filled in
where they may stand. What is not understood fails.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import yaml

from tests.ci.caches import Caches
from tests.ci.shell import Step, run_script
from tests.repositories import BRANCH, git

REPOSITORY = "example-pay/status"
ACTOR = "ada"
INSTALL = "Install sitegen"
_EXPRESSION = re.compile(r"\$\{\{\s*(.*?)\s*\}\}")
_NAME = re.compile(r"(!?)([a-z_]+(?:\.[A-Za-z_-]+)+)")
_DIFFERS = re.compile(r"([a-z._]+) != '([a-z]*)'")


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """Why a workflow runs, and on which `branch`: that of a push, of the form, or of the proposal (against `base`).

    `commit` is the one that it was about, by default the branch's newest; a checkout with `ref` asks for another.

    `inputs` are those that were filled in; the others have the defaults of the form. `machine` is what every step
    finds in its environment: the moment, a proxy.
    """

    name: str
    branch: str = "main"
    commit: str = ""
    base: str = ""
    fork: bool = False
    inputs: Mapping[str, str] = {}
    secrets: Mapping[str, str] = {}
    machine: Mapping[str, str] = {}


class Run(msgspec.Struct, frozen=True):
    """A job that ran: the `steps` that were not skipped, the `summary` that it wrote, and its `workspace`."""

    steps: tuple[Step, ...]
    summary: str
    workspace: Path

    @property
    def code(self) -> int:
        """Of the first step that failed, 0 where none did."""
        return next((step.code for step in self.steps if step.code), 0)

    @property
    def output(self) -> str:
        """What all steps printed."""
        return "\n".join(f"--- {step.name}\n{step.output}" for step in self.steps)


def replay(file: Path, job: str, event: Event, remote: Path, folder: Path, programs: Path) -> Run:
    """Run the job of the workflow `file` in the new `folder`."""
    workflow = yaml.safe_load(file.read_text("utf-8"))
    replayed = _Job(workflow, workflow["jobs"][job], event, remote, folder, programs)
    return replayed.run()


class _Job:
    def __init__(self, workflow: Any, job: Any, event: Event, remote: Path, folder: Path, programs: Path) -> None:
        self._job, self._event, self._remote, self._programs = job, event, remote, programs
        self._workspace, self._temp = folder / "workspace", folder / "temp"
        for made in (self._workspace, self._temp):
            made.mkdir(parents=True)
        self._summary = folder / "summary.md"
        self._summary.touch()
        self._failed = False
        self._caches = Caches(remote.with_name("caches"))
        # `on` is a truth value to readers of YAML 1.1.
        self._contexts = _contexts(event, workflow[True], self._workspace, self._caches.count + 1)
        self._variables = {**self._runner(), **self._fill_all(workflow.get("env", {})), **event.machine}

    def run(self) -> Run:
        """The steps in their order, as far as their conditions let them."""
        ran: list[Step | None] = []
        if "if" not in self._job or self._holds(self._job["if"]):
            ran = [self._step(step) for step in self._job["steps"]]
        return Run(tuple(step for step in ran if step is not None), self._summary.read_text("utf-8"), self._workspace)

    def _runner(self) -> dict[str, str]:
        github = self._contexts["github"]
        return {
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_EVENT_NAME": self._event.name,
            "GITHUB_REPOSITORY": github["repository"],
            "GITHUB_STEP_SUMMARY": str(self._summary),
            "GITHUB_WORKSPACE": str(self._workspace),
            "HOME": str(self._temp),
            "RUNNER_TEMP": str(self._temp),
        }

    def _wants(self, step: Any) -> bool:
        if step["name"] == INSTALL:
            return False
        condition = _EXPRESSION.fullmatch(step.get("if", "${{ success() }}"))
        assert condition is not None, step["if"]
        return all(self._is(part) for part in condition[1].split(" && "))

    def _is(self, part: str) -> bool:
        states = {"success()": not self._failed, "failure()": self._failed, "!cancelled()": True}
        if part in states:
            return states[part]
        compared = _DIFFERS.fullmatch(part)
        assert compared is not None, f"This replay does not know {part!r}."
        return bool(self._look_up(compared[1]) != compared[2])

    def _step(self, step: Any) -> Step | None:
        if not self._wants(step):
            self._note(step, "skipped", {})
            return None
        done = self._use(step) if "uses" in step else self._run(step)
        self._failed = self._failed or (done.code != 0 and not step.get("continue-on-error", False))
        return done

    def _note(self, step: Any, outcome: str, outputs: Mapping[str, str]) -> None:
        if "id" in step:
            self._contexts["steps"][step["id"]] = {"outcome": outcome, "outputs": outputs}

    def _use(self, step: Any) -> Step:
        action = step["uses"].partition("@")[0]
        known = {
            "actions/checkout": self._check_out,
            "actions/cache/restore": self._fetch,
            "actions/cache/save": self._keep,
        }
        assert action in known, f"This replay does not know {action}."
        return known[action](step)

    def _fetch(self, step: Any) -> Step:
        options = {name: self._fill(text) for name, text in step["with"].items()}
        branches = (self._event.branch, BRANCH)
        found = self._caches.fetch(branches, options["key"], options["restore-keys"], self._workspace)
        self._note(step, "success", {"cache-matched-key": found})
        return Step(step["name"], 0, f"restored from {found}" if found else "not found")

    def _keep(self, step: Any) -> Step:
        places = step["with"]["path"].splitlines()
        told = self._caches.keep(self._event.branch, self._fill(step["with"]["key"]), self._workspace, places)
        return Step(step["name"], 0, told)

    def _check_out(self, step: Any) -> Step:
        options = step.get("with", {})
        depth = int(options.get("fetch-depth", 1))
        shallow = (f"--depth={depth}",) if depth else ()
        branch = self._fill(options.get("ref", self._event.branch))
        git(self._workspace, "clone", "--quiet", *shallow, "--branch", branch, self._remote.as_uri(), ".")
        if "ref" not in options and self._event.commit:
            git(self._workspace, "fetch", "--quiet", *shallow, "origin", self._event.commit)
            git(self._workspace, "reset", "--quiet", "--hard", "FETCH_HEAD")
        if self._event.name == "pull_request":
            git(self._workspace, "checkout", "--quiet", "--detach")
        return Step(step["name"], 0, "")

    def _run(self, step: Any) -> Step:
        assert "${{" not in step["run"], "An expression in a script is text that a shell reads."
        variables = {**self._variables, **self._fill_all(step.get("env", {}))}
        folder = self._workspace / self._job["defaults"]["run"].get("working-directory", ".")
        done = run_script(step["name"], step["run"], folder, self._programs, variables)
        self._note(step, "failure" if done.code else "success", {})
        return done

    def _fill_all(self, values: Mapping[str, str]) -> dict[str, str]:
        return {name: self._fill(value) for name, value in values.items()}

    def _fill(self, text: str) -> str:
        return _EXPRESSION.sub(lambda found: _as_text(self._look_up(found[1])), text)

    def _holds(self, condition: str) -> bool:
        found = _EXPRESSION.fullmatch(condition)
        assert found is not None, condition
        return bool(self._look_up(found[1]))

    def _look_up(self, expression: str) -> Any:
        """The value of `context.name…` or of its opposite; like GitHub's, what does not exist is empty."""
        found = _NAME.fullmatch(expression)
        assert found is not None, f"This replay does not know {expression!r}."
        value: Any = self._contexts
        for name in found[2].split("."):
            value = value.get(name, "") if isinstance(value, Mapping) else ""
        return not value if found[1] else value


def _as_text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _contexts(event: Event, triggers: Any, workspace: Path, number: int) -> dict[str, Any]:
    assert event.name in triggers, f"It does not run on {event.name}."
    form = triggers[event.name] or {} if event.name == "workflow_dispatch" else {}
    defaults = {name: given["default"] for name, given in form.get("inputs", {}).items()}
    assert set(event.inputs) <= set(defaults), "The form has no such field."
    return {
        "github": {
            "actor": ACTOR,
            "actor_id": "1815",
            "base_ref": event.base,
            "event": {"repository": {"fork": event.fork}},
            "event_name": event.name,
            "ref_name": event.branch,
            "repository": REPOSITORY,
            "run_attempt": "1",
            "run_id": str(number),
            "server_url": "https://github.com",
            "token": "token-of-the-run",
            "workspace": str(workspace),
        },
        "inputs": {**defaults, **event.inputs},
        "secrets": event.secrets,
        "steps": {},
    }
