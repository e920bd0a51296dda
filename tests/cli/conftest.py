"""A project for the commands to work on."""

from pathlib import Path

import pytest

from tests.projects import INCIDENT, make_project
from tests.repositories import isolate_git

ID = "2026-11-23-card-payments"


@pytest.fixture(autouse=True)
def _isolated_git(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    isolate_git(monkeypatch, tmp_path / "home")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project with one open incident, ID, at MOMENT."""
    return make_project(tmp_path / "status", incidents={ID: INCIDENT})


@pytest.fixture
def quiet(tmp_path: Path) -> Path:
    """A project without entries."""
    return make_project(tmp_path / "status")
