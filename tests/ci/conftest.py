"""Projects as `init --ci` makes them, on a bare remote that stands for the host."""

from pathlib import Path

import pytest

from tests.ci.projects import make_hosted, settings
from tests.ci.shell import make_programs
from tests.repositories import isolate_git


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
