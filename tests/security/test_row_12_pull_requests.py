"""SECURITY.md, row 12: whatever a workflow asks for, nothing is posted, connected or published for a proposal."""

import pytest

from tests.faults.scene import Scene
from tests.repositories import git

PROPOSALS = {
    "a pull request": {"GITHUB_EVENT_NAME": "pull_request"},
    "a pull request, with the secrets of its base": {"GITHUB_EVENT_NAME": "pull_request_target"},
    "a review": {"GITHUB_EVENT_NAME": "pull_request_review"},
    "a comment of a review": {"GITHUB_EVENT_NAME": "pull_request_review_comment"},
    "a queue of merges": {"GITHUB_EVENT_NAME": "merge_group"},
    "a pull request on GitHub, in GitLab's eyes": {"CI_EXTERNAL_PULL_REQUEST_IID": "7"},
    "a merge request, also of a fork": {"CI_MERGE_REQUEST_IID": "7", "CI_PIPELINE_SOURCE": "merge_request_event"},
}
DEEDS = (
    ("mirror", "--no-wait"),
    ("mirror", "connect", "twitter"),
    ("mirror", "settle", "abc", "--not-posted"),
    ("publish",),
    ("publish", "--watch"),
)
TARGET = "publish:\n  shelf: {kind: folder, folder: shelf}\n"


@pytest.mark.parametrize("name", PROPOSALS)
def test_promise_2_nothing_is_said_for_a_proposal(name: str, scene: Scene) -> None:
    settings = scene.root / "sitegen.yaml"
    settings.write_text(settings.read_text("utf-8") + TARGET, "utf-8")
    before = git(scene.root, "ls-remote", "origin")
    for deed in DEEDS:
        assert "pull request" in scene.run(*deed, code=4, variables=PROPOSALS[name]), deed
    assert git(scene.root, "ls-remote", "origin") == before
    assert not (scene.root / "shelf").exists()
    assert not (scene.root / "site").exists()
    assert len(scene.x.heard) == 1, "since the channel was connected"
    assert scene.x.accepted == ()


@pytest.mark.parametrize("event", ["push", "workflow_dispatch", "schedule"])
def test_what_was_merged_is_said(event: str, scene: Scene) -> None:
    scene.run(variables={"GITHUB_EVENT_NAME": event})
    assert len(scene.x.accepted) == 1
