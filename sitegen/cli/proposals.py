"""Whether a run works on a proposal: a pull request, which is checked strictly and from which nothing is posted."""

from collections.abc import Mapping


def runs_on_pull_request(environment: Mapping[str, str]) -> bool:
    """Whether the CI's environment says so (DESIGN.md, "No content problem stops publication")."""
    event = environment.get("GITHUB_EVENT_NAME", "")
    return event.startswith("pull_request") or bool(environment.get("CI_MERGE_REQUEST_IID"))
