"""A project in a clone of a real remote, hosts on this machine that serve it, and X."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.browser.hosting import Host, host
from tests.projects import INCIDENT, SETTINGS, URL
from tests.publish.hosts import BranchHost, host_branch
from tests.repositories import clone, git, isolate_git, make_remote
from tests.simulators.twitter import TwitterSimulator

ID = "2026-11-23-card-payments"


@pytest.fixture(autouse=True)
def _isolated_git(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    isolate_git(monkeypatch, tmp_path / "home")


@pytest.fixture
def remote(tmp_path: Path) -> Path:
    """A bare repository with the project."""
    files = {"sitegen.yaml": SETTINGS, f"incidents/{ID}.yaml": INCIDENT, ".gitignore": "site/\n"}
    return make_remote(tmp_path / "remote.git", files)


@pytest.fixture
def root(remote: Path, tmp_path: Path) -> Path:
    """A clone of the project."""
    return clone(remote, tmp_path / "clone")


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Host]:
    """A web server that shows the folder `served`."""
    (tmp_path / "served").mkdir()
    with host(tmp_path / "served") as server:
        yield server


@pytest.fixture
def pages(remote: Path) -> Iterator[BranchHost]:
    """A host that shows the branch `gh-pages` of the remote."""
    with host_branch(remote, "gh-pages") as server:
        yield server


@pytest.fixture
def x() -> Iterator[TwitterSimulator]:
    with TwitterSimulator(lambda: datetime.now(UTC)) as simulator:
        yield simulator


@pytest.fixture
def settle(root: Path) -> Callable[..., None]:
    """Writes and pushes the settings: the site's address, targets as lines of YAML, and X where it is given."""

    def write(url: str, *targets: str, x: TwitterSimulator | None = None) -> None:
        text = SETTINGS.replace(URL, url.rstrip("/"))
        text += "publish:\n" + "".join(f"  {line}\n" for line in targets) if targets else ""
        text += f"channels:\n  twitter: {{account: {x.account}, api_url: '{x.url}', settle: 0m}}\n" if x else ""
        (root / "sitegen.yaml").write_text(text)
        git(root, "commit", "--quiet", "--all", "--allow-empty", "--message", "Where it is published")
        git(root, "push", "--quiet")

    return write
