"""Whether a run works on a proposal: a pull request, which is checked strictly and from which nothing is posted."""

from collections.abc import Mapping


def runs_on_pull_request(environment: Mapping[str, str]) -> bool:
    """Whether the CI's environment says so (DESIGN.md, "No content problem stops publication").

    A queue of merges tries out proposals as well; GitLab tells of those that stand on GitHub by a name of their own.
    """
    event = environment.get("GITHUB_EVENT_NAME", "")
    on_gitlab = ("CI_MERGE_REQUEST_IID", "CI_EXTERNAL_PULL_REQUEST_IID")
    return event.startswith("pull_request") or event == "merge_group" or any(map(environment.get, on_gitlab))
