"""Real git repositories in temporary folders, untouched by the settings of the machine that runs the tests."""

import os
import subprocess
from pathlib import Path

import pytest

BRANCH = "main"
SETTINGS = f"""\
[user]
\tname = Test Author
\temail = author@example.com
[init]
\tdefaultBranch = {BRANCH}
"""


def isolate_git(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    """Gives git, and every program started later, an empty `home` of its own with an identity and nothing else."""
    for name in [name for name in os.environ if name.startswith("GIT_") and name != "GIT_ALLOW_PROTOCOL"]:
        monkeypatch.delenv(name)
    home.mkdir(parents=True, exist_ok=True)
    settings = home / "gitconfig"
    settings.write_text(SETTINGS, encoding="utf-8")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.delenv("EMAIL", raising=False)


def git(folder: Path, *words: str) -> str:
    """What git says to the command in the folder; the test fails with git's complaint when the command does."""
    answer = subprocess.run(("git", "-C", folder, *words), capture_output=True, text=True, check=False)
    assert answer.returncode == 0, f"git {' '.join(words)}: {answer.stderr}"
    return answer.stdout.rstrip("\n")


def make_repository(path: Path) -> Path:
    """A new repository with a working tree, a branch and no commit."""
    git(path.parent, "init", "--quiet", str(path))
    return path


def make_remote(path: Path, files: dict[str, str]) -> Path:
    """A new bare repository for others to clone, whose one commit holds the files (name → text)."""
    git(path.parent, "init", "--quiet", "--bare", str(path))
    first = clone(path, path.parent / f"{path.name}-first")
    for name, text in files.items():
        _write(first, name, text)
    git(first, "commit", "--quiet", "--message", "The beginning")
    git(first, "push", "--quiet", "origin", BRANCH)
    return path


def clone(remote: Path, path: Path, *options: str) -> Path:
    """A clone of the remote; by URL, so that `--depth=1` counts."""
    git(remote.parent, "clone", "--quiet", *options, remote.as_uri(), str(path))
    return path


def commit_file(root: Path, name: str, text: str) -> str:
    """Writes the file, commits it with whatever else is staged, and gives the commit's id."""
    _write(root, name, text)
    git(root, "commit", "--quiet", "--message", f"Change {name}")
    return git(root, "rev-parse", "HEAD")


def _write(root: Path, name: str, text: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    git(root, "--literal-pathspecs", "add", "--", name)
