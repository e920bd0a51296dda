"""The example is this repository's own project: `site/` is what it renders to, byte for byte."""

import re
from pathlib import Path

from sitegen import moments, output, project
from sitegen.build import build
from tests.installed import ROOT


def example_moment() -> str:
    """The fixed moment of the example, where the Makefile says it."""
    found = re.search(r"^EXAMPLE_MOMENT\s*:?\??=\s*(\S+)", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert found is not None
    return found[1]


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below the folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_committed_site_is_what_the_example_renders_to(tmp_path: Path) -> None:
    found = project.read(ROOT).project
    assert found is not None
    moment = moments.resolve(moments.parse(example_moment()), found.settings.site.zone)
    build(found, tmp_path / "site", moment)
    rendered, committed = contents(tmp_path / "site"), contents(ROOT / "site")
    changed = sorted(name for name in {*rendered, *committed} if rendered.get(name) != committed.get(name))
    assert not changed, f"`make site` and commit: {', '.join(changed[:10])}"
    assert str(output.MANIFEST) in committed


def test_the_example_has_no_problems_and_shows_every_kind_of_entry() -> None:
    content = project.read(ROOT)
    assert content.problems == ()
    assert content.project is not None
    assert {incident.kind.value for incident in content.project.incidents} == {"incident", "maintenance", "notice"}
    assert len(content.project.incidents) <= 6
