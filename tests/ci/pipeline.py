"""Replays a pipeline of GitLab on this machine: its jobs in the order of the stages, each in a clone of its own."""

import re
import shutil
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
import yaml

from tests.ci.shell import Step, run_script
from tests.repositories import git

_INPUT = re.compile(r"\$\[\[ inputs\.([a-z]+) \]\]")
_SIDE = r"""(\$[A-Z_]+|"[^"]*")"""
_COMPARISON = re.compile(f"{_SIDE} == {_SIDE}")


class Pipeline(msgspec.Struct, frozen=True, kw_only=True):
    """Why it runs: the `source` (push, web, schedule, merge_request_event), on which `branch`.

    `inputs` are those that were filled in; `machine` is what every job finds in its environment, secrets included.
    """

    source: str = "push"
    branch: str = "main"
    inputs: Mapping[str, str] = {}
    machine: Mapping[str, str] = {}


def replay_pipeline(file: Path, pipeline: Pipeline, remote: Path, folder: Path, programs: Path) -> tuple[Step, ...]:
    """Run the jobs whose rules want them, in the new `folder`, up to the first that fails.

    `programs` needs a `pip`, which installs nothing here. What a job keeps is there for the later ones, and what it
    caches lies beside the remote for later pipelines.
    """
    header, body = yaml.safe_load_all(file.read_text("utf-8"))
    inputs = {name: given["default"] for name, given in header["spec"]["inputs"].items()}
    assert set(pipeline.inputs) <= set(inputs), "The form has no such field."
    configuration = _fill(body, {**inputs, **pipeline.inputs})
    return tuple(_run_jobs(configuration, pipeline, remote, folder, programs))


def _run_jobs(configuration: Any, pipeline: Pipeline, remote: Path, folder: Path, programs: Path) -> Iterator[Step]:
    folder.mkdir()
    (folder / "kept").mkdir()
    commit = git(remote, "rev-parse", pipeline.branch)
    jobs = {name: job for name, job in configuration.items() if isinstance(job, dict) and "stage" in job}
    for name in sorted(jobs, key=lambda name: configuration["stages"].index(jobs[name]["stage"])):
        variables = _predefined(pipeline, remote, folder / name)
        if _wants(configuration["workflow"], variables) and _wants(jobs[name], variables):
            _check_out(remote, commit, folder / name, folder / "kept")
            cache = _Cache(jobs[name].get("cache", {}), folder / name, remote.with_name("caches"))
            cache.unpack()
            step = _run(name, configuration, variables, folder / name, programs)
            yield step
            if step.code:
                return
            cache.pack()
            _keep(jobs[name], folder / name, folder / "kept")


def _predefined(pipeline: Pipeline, remote: Path, checkout: Path) -> dict[str, str]:
    proposal = pipeline.source == "merge_request_event"
    base = git(remote, "merge-base", "main", pipeline.branch)
    return {
        "CI": "true",
        "CI_DEFAULT_BRANCH": "main",
        "CI_PIPELINE_SOURCE": pipeline.source,
        "CI_PROJECT_DIR": str(checkout),
        "CI_SERVER_HOST": "gitlab.com",
        "GITLAB_USER_ID": "1815",
        "GITLAB_USER_LOGIN": "ada",
        "GITLAB_USER_NAME": "Ada",
        "HOME": str(checkout.parent),
        **({"CI_MERGE_REQUEST_IID": "7", "CI_MERGE_REQUEST_DIFF_BASE_SHA": base} if proposal else {}),
        **({} if proposal else {"CI_COMMIT_BRANCH": pipeline.branch}),
        **pipeline.machine,
    }


def _wants(job: Any, variables: Mapping[str, str]) -> bool:
    """What the first rule says that holds; none: no."""
    held = next((rule for rule in job["rules"] if _holds(rule["if"], variables)), {"when": "never"})
    return bool(held.get("when") != "never")


def _holds(condition: str, variables: Mapping[str, str]) -> bool:
    pairs = [_COMPARISON.fullmatch(part) for part in condition.split(" && ")]
    assert all(pairs), f"This replay does not know {condition!r}."
    return all(_value(pair[1], variables) == _value(pair[2], variables) for pair in pairs if pair)


def _value(side: str, variables: Mapping[str, str]) -> str | None:
    return side.strip('"') if side.startswith('"') else variables.get(side[1:])


def _check_out(remote: Path, commit: str, checkout: Path, kept: Path) -> None:
    git(remote.parent, "clone", "--quiet", remote.as_uri(), str(checkout))
    git(checkout, "checkout", "--quiet", "--detach", commit)
    shutil.copytree(kept, checkout, dirs_exist_ok=True)


class _Cache:
    """What a job finds of earlier pipelines, and keeps: one zip for a key, replaced each time (documented)."""

    def __init__(self, job: Any, checkout: Path, folder: Path) -> None:
        assert set(job) in (set(), {"key", "paths"}), f"This replay does not know all of {job}."
        self._paths, self._checkout = job.get("paths", ()), checkout
        self._archive = folder / f"{job.get('key', '')}.zip"

    def unpack(self) -> None:
        if self._paths and self._archive.exists():
            shutil.unpack_archive(self._archive, self._checkout)

    def pack(self) -> None:
        if self._paths:
            self._archive.parent.mkdir(exist_ok=True)
            with zipfile.ZipFile(self._archive, "w") as archive:
                for place in (place for path in self._paths for place in (self._checkout / path).rglob("*")):
                    archive.write(place, place.relative_to(self._checkout))


def _run(name: str, configuration: Any, variables: Mapping[str, str], checkout: Path, programs: Path) -> Step:
    job = configuration[name]
    own = {**configuration["variables"], **job.get("variables", {})}
    # Here nothing is expanded: a text in which GitLab would expand something is a mistake of the file.
    given = {key: value["value"] if isinstance(value, dict) else str(value) for key, value in own.items()}
    script = "\n".join((*configuration["default"]["before_script"], *job["script"]))
    return run_script(name, script, checkout, programs, {**given, **variables})


def _keep(job: Any, checkout: Path, kept: Path) -> None:
    for name in job.get("artifacts", {}).get("paths", ()):
        place = checkout / name
        if place.is_dir():
            shutil.copytree(place, kept / name)
        else:
            shutil.copy(place, kept / name)


def _fill(value: Any, inputs: Mapping[str, str]) -> Any:
    """The configuration with the inputs in their places, which are whole values and can't become anything else."""
    match value:
        case dict():
            return {key: _fill(inner, inputs) for key, inner in value.items()}
        case list():
            return [_fill(inner, inputs) for inner in value]
        case str():
            return _INPUT.sub(lambda found: inputs[found[1]], value)
        case _:
            return value
