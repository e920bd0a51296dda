"""`build`: where the site goes, at which moment, and what stops it."""

from pathlib import Path

import pytest

from tests.cli.running import sitegen
from tests.projects import INCIDENT, MOMENT, SETTINGS, make_project

ID = "2026-11-23-card-payments"


def site(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_the_site_goes_into_the_project(root: Path, tmp_path: Path) -> None:
    told = sitegen(tmp_path, "-C", "status/incidents", "build")
    files = len(site(root / "site")) - 1  # the list of them is none of the pages
    assert told.stdout == f"{files} files in {root / 'site'} ({files} written, 0 removed)\n"
    assert told.stderr == ""
    assert sitegen(root, "build").stdout == f"{files} files in {root / 'site'} (0 written, 0 removed)\n"


def test_another_folder_is_relative_to_the_current_one(root: Path, tmp_path: Path) -> None:
    sitegen(tmp_path, "-C", "status", "build", "--out", "public/status")
    assert (tmp_path / "public/status/index.html").exists()
    assert not (root / "public").exists()


def test_the_moment_is_asked_for_or_the_environments(root: Path) -> None:
    sitegen(root, "build", "--out", "asked", "--as-of", "2026-11-23T12:00Z", at=MOMENT.replace(year=2027))
    sitegen(root, "build", "--out", "clock")
    sitegen(root, "build", "--out", "local", "--as-of", "2026-11-23 13:00", SOURCE_DATE_EPOCH="")
    assert site(root / "asked") == site(root / "clock") == site(root / "local")


def test_a_problem_of_content_needs_a_person_and_stops_nothing(root: Path) -> None:
    (root / "incidents/2026-11-22-search.yaml").write_text("title: [")
    told = sitegen(root, "build", code=1)
    assert "incidents/2026-11-22-search.yaml:1:" in told.stderr
    assert "written" in told.stdout
    assert "Card payments fail at checkout" in (root / "site/index.html").read_text()


def test_a_warning_alone_is_fine(tmp_path: Path) -> None:
    root = make_project(tmp_path / "bare", settings="site: {name: X}\ncomponents: [{key: web, name: Web}]\n")
    assert "warning: " in sitegen(root, "build").stderr


@pytest.mark.parametrize("settings", ["", "site: {name: X}\n", "[", "components: [{key: web, name: Web}]\n"])
def test_settings_that_give_no_site_stop_the_build(settings: str, tmp_path: Path) -> None:
    root = make_project(tmp_path / "status", settings=settings, incidents={ID: INCIDENT})
    told = sitegen(root, "build", code=4)
    assert "sitegen.yaml" in told.stderr
    assert not (root / "site").exists()


def test_a_folder_that_is_not_ours_is_refused(root: Path) -> None:
    (root / "site").mkdir()
    (root / "site/mine.txt").write_text("mine")
    told = sitegen(root, "build", code=4)
    assert "holds files that sitegen did not write" in told.stderr
    assert site(root / "site") == {"mine.txt": b"mine"}


def test_a_folder_that_cannot_be_written_is_told(root: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    told = sitegen(root, "build", "--out", tmp_path / "file/site", code=4).stderr
    assert "Not a directory" in told
    assert "made a mistake" not in told
    assert "is a file" in sitegen(root, "build", "--out", tmp_path / "file", code=2).stderr


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (
            "{% extends 'base.html' %}\n{% block content %}\n{{ nobody.home }}\n{% endblock %}\n",
            "templates/home.html:3",
        ),
        ("<p>\n{% if %}\n", "templates/home.html:2"),
        ("{% extends 'nothing.html' %}", "templates/home.html"),
    ],
)
def test_a_broken_template_is_told_with_its_line_and_the_old_site_stays(text: str, place: str, root: Path) -> None:
    sitegen(root, "build")
    before = site(root / "site")
    (root / "templates").mkdir()
    (root / "templates/home.html").write_text(text)
    told = sitegen(root, "build", code=4)
    assert f"Error: {place}" in told.stderr
    assert "Traceback" not in told.stderr
    assert site(root / "site") == before


def test_the_site_of_a_project_that_is_read_from_elsewhere_is_the_same(root: Path, tmp_path: Path) -> None:
    other = make_project(tmp_path / "elsewhere", SETTINGS, {ID: INCIDENT})
    sitegen(root, "build")
    sitegen(tmp_path, "-C", other, "build", LC_ALL="C", TZ="America/Caracas", PYTHONHASHSEED="7")
    assert site(root / "site") == site(other / "site")
