"""The commands in the documents do what they say, run as they stand in a home with next to nothing in it."""

import json
from pathlib import Path

import pytest

from tests.docs.documents import PATHS, Document
from tests.docs.terminal import COMPARE, RUN, SERVE, Terminal

# What the README's reader has saved of a page before the first command.
SAVED = {
    "page": {"id": "p4ge00000001", "name": "Harbour", "url": "https://status.ferries.example", "time_zone": "UTC"},
    "incidents": [
        {
            "id": "c0de00000001",
            "name": "Nobody can buy tickets",
            "status": "resolved",
            "impact": "critical",
            "incident_updates": [
                {
                    "id": "s0ld00000001",
                    "status": "resolved",
                    "body": "Sold again.",
                    "display_at": "2026-10-02T08:00:00Z",
                }
            ],
        }
    ],
}
RUNNABLE = tuple(path for path in PATHS if Document(path).blocks(RUN, COMPARE, SERVE))


@pytest.mark.slow
@pytest.mark.parametrize("path", RUNNABLE, ids=str)
def test_the_commands_of_a_document_work_as_they_stand(path: Path, tmp_path: Path) -> None:
    (tmp_path / "incidents.json").write_text(json.dumps(SAVED))
    Terminal(tmp_path).follow(Document(path))


@pytest.mark.parametrize("name", ["cstate", "statuspage", "upptime"])
def test_a_guide_for_moving_has_no_command_that_is_not_run(name: str) -> None:
    assert Document(f"docs/how-to/import-{name}.md").infos == {RUN}


def test_the_documents_that_teach_commands_are_among_them() -> None:
    expected = {
        *("README.md", "docs/tutorial/first-incident.md", "docs/how-to/theme.md", "docs/how-to/import-cstate.md"),
        *("docs/how-to/import-statuspage.md", "docs/how-to/import-upptime.md"),
    }
    assert expected <= set(map(str, RUNNABLE))
