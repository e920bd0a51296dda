"""Samples of files in the documents are read without a problem."""

from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import pytest
import yaml

from sitegen import config, load, postmortem
from sitegen.model import Settings
from tests.docs.documents import PATHS, ROOT, Document

ID = "2026-11-23-sample"


def samples(marker: str) -> Iterator[object]:
    for path in PATHS:
        for number, (_, body) in enumerate(Document(path).blocks(marker), 1):
            yield pytest.param(body, id=f"{path}-{number}")


def example_settings() -> Settings:
    settings = config.read((ROOT / "sitegen.yaml").read_bytes()).settings
    assert settings is not None
    return settings


@pytest.mark.parametrize("text", tuple(samples("yaml settings")))
def test_settings_in_the_documents_have_no_problem(text: str) -> None:
    configuration = config.read(text.encode())
    assert configuration.problems == ()
    assert configuration.settings is not None


@pytest.mark.parametrize("text", tuple(samples("yaml incident")))
def test_incidents_in_the_documents_have_no_problem(text: str) -> None:
    entry = load.read_incident(PurePosixPath(f"incidents/{ID}.yaml"), text.encode(), example_settings())
    assert entry.problems == ()
    assert entry.incident.updates


@pytest.mark.parametrize("text", tuple(samples("markdown postmortem")))
def test_post_mortems_in_the_documents_have_no_problem(text: str) -> None:
    files = {"en": (PurePosixPath(f"incidents/{ID}.md"), text.encode())}
    entry = postmortem.read_postmortem(files, example_settings())
    assert entry.problems == ()
    assert entry.postmortem is not None
    assert entry.postmortem.published is not None


@pytest.mark.parametrize("text", tuple(samples("yaml workflow")))
def test_workflows_in_the_documents_have_few_rights_and_run_no_text_of_strangers(text: str) -> None:
    workflow = yaml.safe_load(text)
    assert workflow["permissions"] == {"contents": "read"}
    assert "pull_request_target" not in text
    steps = [step for job in workflow["jobs"].values() for step in job["steps"]]
    assert [step["run"] for step in steps if "${{" in step.get("run", "")] == []
    assert [step for step in steps if "checkout" in step.get("uses", "") and step["with"]["persist-credentials"]] == []


def test_there_is_a_sample_of_every_format() -> None:
    found = frozenset[str]().union(*(Document(Path(path)).infos for path in PATHS))
    assert {"yaml settings", "yaml incident", "markdown postmortem", "yaml workflow"} <= found
