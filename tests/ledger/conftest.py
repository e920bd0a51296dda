"""Every test of the ledger has a home of its own, a bare remote with a project, and a clone of it."""

from pathlib import Path

import pytest

from tests.repositories import clone, isolate_git, make_remote


@pytest.fixture(autouse=True)
def own_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A home that holds nothing but git's settings for tests."""
    isolate_git(monkeypatch, tmp_path / "home")


@pytest.fixture
def remote(tmp_path: Path) -> Path:
    """A bare repository with a project on its main branch."""
    return make_remote(tmp_path / "remote.git", {"sitegen.yaml": "site: {}\n"})


@pytest.fixture
def root(remote: Path, tmp_path: Path) -> Path:
    """A clone of the remote."""
    return clone(remote, tmp_path / "clone")
