"""Every test of faults has a home of its own and a platform on the virtual clock of its night."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.fate import FatefulX
from tests.faults.scene import NIGHT
from tests.repositories import isolate_git
from tests.simulators.base import Clock


@pytest.fixture(autouse=True)
def own_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A home that holds nothing but git's settings for tests."""
    isolate_git(monkeypatch, tmp_path / "home")


@pytest.fixture
def x() -> Iterator[FatefulX]:
    """X, where nothing has happened yet."""
    with FatefulX(Clock(NIGHT)) as simulator:
        yield simulator
