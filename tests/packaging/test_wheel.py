"""What is shipped: exactly the package and its theme, working in an empty environment without the network."""

import os
import sys
import tarfile
import zipfile
from pathlib import Path, PurePosixPath

import pytest

from sitegen import __version__
from tests.installed import ROOT, build_wheel, empty_environment, install, run

DISTRIBUTION = f"sitegen_status-{__version__}"

pytestmark = pytest.mark.slow


def files_below(name: str) -> set[PurePosixPath]:
    """The files of a folder of the repository, relative to it, without what Python leaves behind."""
    found = (path.relative_to(ROOT / name) for path in (ROOT / name).rglob("*") if path.is_file())
    return {PurePosixPath(path.as_posix()) for path in found if "__pycache__" not in path.parts}


def build_a_new_project(programs: Path, folder: Path) -> str:
    """Runs the installed program's `init` and `build` in an empty folder, with next to no environment."""
    folder.mkdir()
    variables = {"PATH": os.defpath, "HOME": str(folder)}
    run(programs / "sitegen", "init", "demo", folder=folder, variables=variables)
    run(programs / "sitegen", "-C", "demo", "build", folder=folder, variables=variables)
    return (folder / "demo" / "site" / "index.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_wheel(tmp_path_factory.mktemp("wheel"))


def test_the_wheel_holds_the_package_and_the_theme_and_nothing_else(wheel: Path) -> None:
    about = PurePosixPath(f"{DISTRIBUTION}.dist-info")
    expected = {PurePosixPath("sitegen") / path for path in files_below("sitegen")}
    expected |= {PurePosixPath("sitegen/templates") / path for path in files_below("templates")}
    expected |= {about / name for name in ("METADATA", "RECORD", "WHEEL", "entry_points.txt", "licenses/LICENSE")}
    with zipfile.ZipFile(wheel) as archive:
        assert {PurePosixPath(name) for name in archive.namelist()} == expected
    assert any(path.match("sitegen/templates/*.html") for path in expected)
    assert PurePosixPath("sitegen/locale/pl/messages.po") in expected


def test_the_source_archive_holds_what_a_wheel_is_made_of_and_nothing_else(tmp_path: Path) -> None:
    run(sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", tmp_path)
    expected = {PurePosixPath(top) / path for top in ("sitegen", "templates") for path in files_below(top)}
    # .gitignore comes along so that a wheel made from the archive leaves the same files out.
    tops = (".gitignore", "CHANGELOG.md", "LICENSE", "PKG-INFO", "README.md", "pyproject.toml")
    expected |= {PurePosixPath(name) for name in tops}
    with tarfile.open(tmp_path / f"{DISTRIBUTION}.tar.gz") as archive:
        names = {PurePosixPath(member.name) for member in archive if member.isfile()}
    assert {name.relative_to(DISTRIBUTION) for name in names} == expected


def test_the_wheel_builds_a_new_project_in_an_empty_environment(wheel: Path, tmp_path: Path) -> None:
    programs = empty_environment(tmp_path / "environment")
    install(programs, wheel)
    assert "<html" in build_a_new_project(programs, tmp_path / "empty")


def test_an_editable_install_builds_a_new_project(tmp_path: Path) -> None:
    programs = empty_environment(tmp_path / "environment")
    install(programs, "--no-build-isolation", "--editable", ROOT)
    assert "<html" in build_a_new_project(programs, tmp_path / "empty")
