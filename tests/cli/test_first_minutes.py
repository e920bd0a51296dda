"""A stranger's first minutes: the installed program, an empty environment, and an incident from first word to last."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.installed import build_wheel, empty_environment, install
from tests.repositories import git, make_remote

SCRIPT = """\
git clone --quiet "$REMOTE" acme && cd acme
sitegen init status --name "Acme" --url https://status.acme.example --zone Europe/Warsaw
cd status
sitegen build
git add . && git commit --quiet -m "A status page" && git push --quiet
sitegen new "Website is down" -c website=major_outage --next-update-by 30m --push \\
  -m "No page opens. The API is not affected."
sitegen update --status identified --push -m "A load balancer has failed. We are moving to the other one."
sitegen status
sitegen update -c website=degraded --status monitoring --push -m "Pages open again; they take ten seconds."
sitegen resolve --push -m "Pages open as fast as before. No data was lost."
sitegen check --base origin/main
sitegen build
"""


@pytest.mark.slow
def test_a_stranger_has_a_page_and_an_incident_within_minutes(tmp_path: Path) -> None:
    programs = empty_environment(tmp_path / "environment")
    install(programs, build_wheel(tmp_path / "wheel"))
    remote = make_remote(tmp_path / "remote.git", {"README": "Acme.\n"})
    kept = {name: os.environ[name] for name in ("HOME", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_NOSYSTEM")}
    finished = subprocess.run(
        ("sh", "-euc", SCRIPT),
        cwd=tmp_path,
        env={**kept, "PATH": f"{programs}:{os.defpath}", "REMOTE": str(remote)},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert finished.returncode == 0, finished.stdout + finished.stderr
    assert "Website: Major outage" in finished.stdout
    home = (tmp_path / "acme/status/site/index.html").read_text()
    assert "No incidents reported" in home
    assert "Website is down" in home
    paths = git(remote, "ls-tree", "-r", "--name-only", "main", "status/incidents/").split()
    (filed,) = (path for path in paths if path.endswith("website-is-down.yaml"))
    assert git(remote, "show", f"main:{filed}").count("- at:") == 4
