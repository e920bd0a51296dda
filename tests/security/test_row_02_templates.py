"""SECURITY.md, row 2: template code in a text is text."""

from pathlib import Path

from tests.projects import build_site
from tests.security.parsing import files, words
from tests.security.samples import PAYLOADS
from tests.security.writing import make_full_project, places, quote


def test_template_code_appears_as_it_was_written_in_every_field(tmp_path: Path) -> None:
    payload = " ".join(PAYLOADS["templates"])
    site = build_site(make_full_project(tmp_path, lambda place: quote(place, payload)))
    shown = {name: words(name, content) for name, content in files(site).items()}
    for place in places():
        wanted = quote(place, payload)
        for name, text in shown.items():
            assert place.address or place.mark not in text or wanted in text, f"{'.'.join(place.trail)} in {name}"
    assert sum("{{ 7+7 }}" in text for text in shown.values()) > 20


def test_template_code_in_file_names_is_not_run(tmp_path: Path) -> None:
    root = make_full_project(tmp_path, lambda place: quote(place, "some words"))
    (root / "incidents" / "{{7+7}}.yaml").write_text("title: {{ 7+7 }}\n")
    site = build_site(root)
    assert not [name for name in files(site) if "14" in name and "7+7" in name]
