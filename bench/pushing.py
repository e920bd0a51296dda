"""The row from push to visible: the shipped workflow's steps, replayed here with a real git remote and a page host."""

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from time import time

from bench import stamp
from bench.figures import Figure, Unit
from bench.gen import write_project
from bench.ground import SITEGEN, Ground, Pen
from bench.measure import expect, run
from bench.story import END, URL, invent
from tests.ci.replay import Event, replay
from tests.ci.shell import make_programs
from tests.repositories import SETTINGS, clone, git, make_remote
from tests.simulators.pages_host import PagesHost

_TARGET = "publish:\n  pages: {kind: branch, branch: gh-pages}\n"
_WORKFLOW = ".github/workflows/status-publish.yml"
# What `sitegen publish` prints when a step of it is over.
_MARKS = {"build": " files in ", "deploy": "pages: ", "wait": "pages: live at"}
STEPS = ("commit and push", "check out and fetch", "build", "deploy", "wait")
OURS = ("build", "deploy", "wait")


def push(ground: Ground) -> Iterator[Figure]:
    """One update committed and pushed, then the job `publish` until the page shows it; the host itself adds nothing.

    Each run is a fresh clone that fetches what the run before kept, as the workflow does; the first is not measured.
    """
    for size in ground.sizes:
        with own_git(ground.folder / f"push-{size}") as folder:
            project, programs = _make(folder, size), _make_programs(folder)
            pen = Pen(project, size)
            with PagesHost(folder / "remote.git") as host:
                _publish(folder, programs, host, "first")
                runs = [_push_and_publish(folder, programs, host, pen, number) for number in range(ground.pairs)]
        for step in (*STEPS, "together", "our share"):
            yield _figure(step, size, [_length(one, step) for one in runs])


def _length(run: Mapping[str, float], step: str) -> float:
    parts = {"together": STEPS, "our share": OURS}.get(step, (step,))
    return sum(run[part] for part in parts)


def _figure(what: str, size: int, values: list[float]) -> Figure:
    return Figure(row="push", who="sitegen", what=what, size=size, unit=Unit.WALL, values=tuple(values))


def _push_and_publish(folder: Path, programs: Path, host: PagesHost, pen: Pen, number: int) -> Mapping[str, float]:
    """The seconds of each step."""
    pen.write()
    begun = time()
    git(folder / "clone", "commit", "--quiet", "--all", "--message", "An update")
    git(folder / "clone", "push", "--quiet", "origin", "main")
    return {"commit and push": time() - begun, **_publish(folder, programs, host, str(number))}


def _publish(folder: Path, programs: Path, host: PagesHost, name: str) -> Mapping[str, float]:
    log = folder / "log"
    log.unlink(missing_ok=True)
    machine = {**host.environment(), "SOURCE_DATE_EPOCH": f"{END.timestamp():.0f}"}
    begun = time()
    event = Event(name="push", machine=machine)
    done = replay(folder / "clone" / _WORKFLOW, "publish", event, folder / "remote.git", folder / name, programs)
    expect(done.code == 0, done.output)
    return _split(begun, log.read_text("utf-8").splitlines())


def _split(begun: float, notes: list[str]) -> Mapping[str, float]:
    """The lengths of the steps, from the lines that ended them."""
    moments = [begun, float(notes[0].split()[0])]
    for mark in _MARKS.values():
        moments.append(next(float(note.split()[0]) for note in notes if mark in note))
    names = ("check out and fetch", *_MARKS)
    return {name: after - before for name, before, after in zip(names, moments[:-1], moments[1:], strict=True)}


def _make(folder: Path, size: int) -> Path:
    """A clone with the history and the workflows, pushed."""
    root = clone(make_remote(folder / "remote.git", {"README.md": "Status\n"}), folder / "clone")
    write_project(invent(size), root)
    settings = root / "sitegen.yaml"
    settings.write_text(settings.read_text("utf-8").replace(URL, PagesHost.url) + _TARGET, encoding="utf-8")
    run((SITEGEN, "init", "--ci", "github"), root)
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", "A history")
    git(root, "push", "--quiet", "origin", "main")
    return root


def _make_programs(folder: Path) -> Path:
    """A PATH on which `sitegen` notes when it printed what."""
    script = f'exec {sys.executable} -S -E {stamp.__file__} {folder / "log"} {SITEGEN} "$@"'
    return make_programs(folder / "programs", sitegen=script)


@contextmanager
def own_git(folder: Path) -> Iterator[Path]:
    """A new folder, and git without the settings of this machine."""
    folder.mkdir()
    settings = folder / "gitconfig"
    settings.write_text(SETTINGS, encoding="utf-8")
    before = dict(os.environ)
    os.environ.update(GIT_CONFIG_GLOBAL=str(settings), GIT_CONFIG_NOSYSTEM="1", HOME=str(folder))
    try:
        yield folder
    finally:
        os.environ.clear()
        os.environ.update(before)
