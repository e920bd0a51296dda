"""The site of the project in `readers`, built once."""

from pathlib import Path

import pytest

from tests.feeds.readers import INCIDENTS, MOMENT, SETTINGS
from tests.projects import build_site, make_project


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built site, to be read only."""
    return build_site(make_project(tmp_path_factory.mktemp("feeds"), SETTINGS, INCIDENTS), MOMENT)
