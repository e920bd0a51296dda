"""The program as users have it: the built wheel in an environment that holds nothing else of this repository."""

import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def run(*command: str | Path, folder: Path = ROOT, variables: dict[str, str] | None = None) -> str:
    """What the command prints; the test fails with its complaint when it does."""
    finished = subprocess.run(command, cwd=folder, env=variables, capture_output=True, text=True)
    assert finished.returncode == 0, f"{command} failed:\n{finished.stdout}{finished.stderr}"
    return finished.stdout


def empty_environment(folder: Path) -> Path:
    """A virtual environment that has the dependencies but not sitegen; returns its folder of programs."""
    venv.create(folder, symlinks=True)
    settings = {"base": str(folder), "platbase": str(folder)}
    packages = Path(sysconfig.get_path("purelib", "venv", settings))
    # A folder named in a .pth file is searched, but the .pth files in it are not read: the development
    # environment's own editable sitegen stays out of sight.
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return Path(sysconfig.get_path("scripts", "venv", settings))


def install(programs: Path, *what: str | Path) -> None:
    """Installs into the environment of `programs` with this environment's pip, without the network."""
    pip = (sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "--no-cache-dir")
    run(*pip, "--python", programs / "python", "install", "--no-index", "--no-deps", *what)


def build_wheel(folder: Path) -> Path:
    """Builds the wheel into the empty folder and returns its file."""
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder)
    (built,) = folder.iterdir()
    return built
