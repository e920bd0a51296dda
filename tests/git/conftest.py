"""Every test of git works at a home of its own."""

from pathlib import Path

import pytest

from tests.repositories import isolate_git


@pytest.fixture(autouse=True)
def own_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A home that holds nothing but git's settings for tests."""
    home = tmp_path / "home"
    isolate_git(monkeypatch, home)
    return home
