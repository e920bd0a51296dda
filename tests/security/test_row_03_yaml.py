"""SECURITY.md, row 3: no YAML makes the reader run away; what is wrong with it is told with its place."""

import json
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sitegen import project
from tests.projects import INCIDENT, SETTINGS, build_site, make_project

BYTES = 200 * 1024 * 1024
_LAUGHS = "\n".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9))
BOMBS = {
    "laughs": f"a0: &a0 lol\n{_LAUGHS}\ntitle: *a8\n",
    "merge": "base: &b {title: x}\n<<: *b\n",
    "deep-lists": "title: " + "[" * 30_000,
    "deep-maps": "title: " + "{a: " * 30_000,
    "deep-blocks": "".join(" " * depth + "a:\n" for depth in range(400)),
    "wide": "title: [" + "a," * 120_000 + "]",
    "long": "title: " + "x" * 300_000,
    "many-keys": "".join(f"k{n}: 1\n" for n in range(25_000)),
    "python-tag": "title: !!python/object/apply:os.system ['touch pwned']\n",
    "own-tag": "title: !include /etc/passwd\n",
    "binary-tag": "title: !!binary aGVsbG8=\n",
    "directive": "%YAML 9.9\n%TAG ! tag:evil.invalid,2026:\n---\ntitle: !x y\n",
    "documents": INCIDENT + "---\n" * 5_000,
    "nul": "title: a\0b\n",
    "quote": 'title: "' + "\\x41" * 60_000,
    "anchors": "".join(f"- &a{n} x\n" for n in range(20_000)),
    "numbers": "title: 1e999999999\nupdates: [{at: 9999-99-99 99:99, message: 0o777}]\n",
    "far": "title: Far away\nupdates: [{at: 9999-12-31 23:59, message: x, eta: 99999999999h, next_update_by: 9m}]\n",
    "utf16": "title: Far away\n".encode("utf-16").decode("latin-1"),
}


@pytest.fixture(scope="module")
def bombs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    files = {f"2026-11-01-{name}": bomb for name, bomb in BOMBS.items()}
    return make_project(tmp_path_factory.mktemp("bombs"), incidents={**files, "2026-11-23-fine": INCIDENT})


def test_every_bomb_is_told_with_its_place_and_hides_nothing(bombs: Path) -> None:
    content = project.read(bombs)
    assert content.project is not None
    assert len(content.project.incidents) == len(BOMBS) + 1
    told = {problem.where.path.stem.removeprefix("2026-11-01-") for problem in content.problems}
    assert told == set(BOMBS)
    assert all(problem.what and len(str(problem)) < 600 for problem in content.problems)


def test_bombs_are_built_in_little_memory_and_time(bombs: Path) -> None:
    usage = _build_alone(bombs)
    assert usage.memory < BYTES
    assert usage.seconds < 20
    assert (bombs / "site" / "incidents" / "2026-11-23-fine.html").is_file()
    assert not list(bombs.rglob("pwned"))


@pytest.mark.parametrize("name", ["sitegen.yaml", "incidents/2026-11-01-huge.yaml", "incidents/2026-11-23-fine.md"])
def test_a_huge_file_is_refused_unread(name: str, tmp_path: Path) -> None:
    root = make_project(tmp_path, incidents={"2026-11-23-fine": INCIDENT})
    with (root / name).open("ab") as file:
        file.truncate(2 * BYTES)
    assert _build_alone(root).memory < BYTES


class _Usage(NamedTuple):
    """What a process used: seconds of the processor, and bytes of memory at the most."""

    seconds: float
    memory: int


# A child begins with the memory of whoever starts it, so a small process stands between it and the tests.
_LAUNCHER = """
import json, resource, subprocess, sys
done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
json.dump([done.returncode, done.stderr, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024], sys.stdout)
"""


def _build_alone(root: Path) -> _Usage:
    """What a build in a process of its own used; it ends by itself, with an exit code of ours."""
    words = (sys.executable, "-m", "sitegen", "-C", str(root), "build", "--as-of", "2026-11-23T12:00Z")
    launched = subprocess.run((sys.executable, "-c", _LAUNCHER, *words), capture_output=True, text=True, check=True)
    code, told, seconds, memory = json.loads(launched.stdout)
    assert code in (1, 4), told
    assert "made a mistake" not in told
    return _Usage(seconds, memory)


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_in_the_settings_is_told_too(bomb: str, tmp_path: Path) -> None:
    content = project.read(make_project(tmp_path, SETTINGS + BOMBS[bomb]))
    assert content.problems
    assert all(problem.where.path.name == "sitegen.yaml" for problem in content.problems)


_SCRAPS = st.sampled_from([
    *("[", "]", "{", "}", ":", ",", "-", "&", "*", "!", "|", ">", "%", "@", "`", "#", "'", '"', "\\"),
    *("?", " ", "\t", "\n"),
    *("\n  ", "\n- ", ": ", "title: ", "updates:", "at: 03:09", "message: x", "<<: ", "--- ", "&a ", "*a ", "!!int "),
    *("components: ", "checkout: major_outage", "\0", "\x85", "\ufeff", "3:20", "é", "en: ", "pl: "),
])  # fmt: skip
_WRITTEN = st.lists(_SCRAPS, max_size=60).map("".join)
_ADDED = _WRITTEN.map(lambda text: (INCIDENT + text).encode())


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(st.binary(max_size=200), _WRITTEN.map(str.encode), _ADDED))
def test_any_bytes_give_located_problems_or_an_incident(tmp_path: Path, content: bytes) -> None:
    found = project.read(make_project(tmp_path, incidents={"2026-11-23-any.yaml": content}))
    assert found.project is not None
    assert [incident.id for incident in found.project.incidents] == ["2026-11-23-any"]
    readable = not found.project.incidents[0].gaps
    assert readable or any(problem.where.path.name == "2026-11-23-any.yaml" for problem in found.problems)


@pytest.mark.slow
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(st.binary(max_size=200), _ADDED))
def test_any_bytes_leave_a_whole_site(tmp_path: Path, content: bytes) -> None:
    site = build_site(make_project(tmp_path, incidents={"2026-11-23-any.yaml": content, "2026-11-22-fine": INCIDENT}))
    assert (site / "incidents" / "2026-11-22-fine.html").is_file()
