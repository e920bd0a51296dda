"""The demo ends as it should: everything was said, and stands as it was said."""

import subprocess
import sys

import pytest

from tests.installed import ROOT


@pytest.mark.slow
def test_the_demo_plays_to_its_end_and_everything_stands_as_it_was_said() -> None:
    command = (sys.executable, "-m", "tests.demo", "--pause", "0", "--end")
    finished = subprocess.run(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=500, check=False
    )

    assert finished.returncode == 0, finished.stdout
    assert "Channels: 4. Posts read back: 12. Differences: 0." in finished.stdout, finished.stdout
