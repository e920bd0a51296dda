"""A connected channel on a simulated platform, for the threats to what is posted."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.fate import FatefulX
from tests.faults.scene import FIRST, NIGHT, Scene
from tests.repositories import isolate_git
from tests.simulators.base import Clock


@pytest.fixture
def scene(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Scene]:
    """A project whose one incident is not yet said on its connected channel."""
    isolate_git(monkeypatch, tmp_path / "home")
    with FatefulX(Clock(NIGHT)) as x:
        yield Scene.build(tmp_path / "scene", x, FIRST)
