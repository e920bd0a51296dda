"""Projects with workflows, committed and pushed."""

from pathlib import Path

from tests.cli.running import sitegen
from tests.repositories import clone, git, make_remote
from tests.simulators.pages_host import PagesHost

_SETTINGS = """\
site: {{name: Example Pay, url: "{url}", time_zone: UTC}}
components:
  - {{key: checkout, name: Checkout}}
  - {{key: "on", name: Switch}}
"""


def settings(channels: str = "", url: str = PagesHost.url) -> str:
    """The `sitegen.yaml` of a project with two components, one with an awkward key."""
    return _SETTINGS.format(url=url) + channels


def write_project(folder: Path, host: str, text: str) -> Path:
    """The folder as a project with its workflows, without git."""
    (folder / "sitegen.yaml").write_text(text, encoding="utf-8")
    sitegen(folder, "init", "--ci", host)
    return folder


def make_hosted(folder: Path, host: str, text: str, place: str = ".") -> Path:
    """A clone, in `folder`, of a remote whose one branch holds the project (at `place` in it) and its workflows."""
    remote = make_remote(folder / "remote.git", {f"{place}/sitegen.yaml": text})
    root = clone(remote, folder / "clone")
    sitegen(root / place, "init", "--ci", host)
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", "Workflows")
    git(root, "push", "--quiet", "origin", "main")
    return root
