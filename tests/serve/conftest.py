"""Projects to serve: one to change, one that no test touches."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.projects import INCIDENT, make_project
from tests.serve.asking import ID, served


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project to change."""
    return make_project(tmp_path / "project", incidents={ID: INCIDENT})


@pytest.fixture(scope="session")
def unchanging(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a project that no test touches."""
    with served(make_project(tmp_path_factory.mktemp("unchanging"), incidents={ID: INCIDENT})) as address:
        yield address
