"""Projects as `init --ci` makes them, on a bare remote that stands for the host."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ci.hosts import Host
from tests.ci.projects import make_hosted, settings
from tests.ci.shell import make_programs
from tests.repositories import isolate_git
from tests.simulators.pages_host import PagesHost


@pytest.fixture(autouse=True)
def _isolated_git(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    isolate_git(monkeypatch, tmp_path / "home")


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """A PATH with sitegen, and with a pip that installs nothing."""
    return make_programs(tmp_path / "programs", pip="exit 0")


@pytest.fixture
def github(tmp_path: Path) -> Path:
    """A clone of a project with the workflows for GitHub; its remote is `remote.git` beside it."""
    return make_hosted(tmp_path, "github", settings())


@pytest.fixture
def gitlab(tmp_path: Path) -> Path:
    """A clone of a project with the pipeline for GitLab; its remote is `remote.git` beside it."""
    return make_hosted(tmp_path, "gitlab", settings())


@pytest.fixture
def host(github: Path, programs: Path) -> Host:
    """That clone, its remote, and the workflows in it."""
    return Host(github, programs)


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[PagesHost]:
    """What serves the pages of that remote."""
    with PagesHost(tmp_path / "remote.git") as served:
        yield served
