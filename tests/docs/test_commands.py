"""The commands in the documents do what they say, run as they stand in an empty home."""

from pathlib import Path

import pytest

from tests.docs.documents import PATHS, Document
from tests.docs.terminal import COMPARE, RUN, SERVE, Terminal

RUNNABLE = tuple(path for path in PATHS if Document(path).blocks(RUN, COMPARE, SERVE))


@pytest.mark.slow
@pytest.mark.parametrize("path", RUNNABLE, ids=str)
def test_the_commands_of_a_document_work_as_they_stand(path: Path, tmp_path: Path) -> None:
    Terminal(tmp_path).follow(Document(path))


def test_the_documents_that_teach_commands_are_among_them() -> None:
    expected = {"README.md", "docs/tutorial/first-incident.md", "docs/how-to/theme.md", "docs/how-to/import-cstate.md"}
    assert expected <= set(map(str, RUNNABLE))
