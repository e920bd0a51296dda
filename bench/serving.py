"""The row about `sitegen serve`: from the moment a file is saved to the moment the new page has been delivered."""

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from urllib.request import urlopen

from bench.figures import Figure, Unit
from bench.ground import SITEGEN, Ground, Pen
from bench.measure import expect

_ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+/")
_STAMP = re.compile(r'data-stamp="([^"]+)"')
_PATIENCE = 600.0
_PAUSE = 2.0  # seconds: nobody saves faster


def serve(ground: Ground) -> Iterator[Figure]:
    """What a browser does that shows the page of an incident: it waits for news, then loads the page anew."""
    for size in ground.sizes:
        project = ground.project(size)
        pen = Pen(project, size)
        try:
            with _preview(project) as address:
                page = f"{address}incidents/{pen.entry.id}.html"
                _wait_until_ready(page)
                values = [_save_and_wait(address, page, pen) for _ in range(max(ground.pairs, 5))]
        finally:
            pen.undo()
        what = "saved → delivered"
        yield Figure(row="serve", who="sitegen", what=what, size=size, unit=Unit.MILLISECONDS, values=tuple(values))


@contextmanager
def _preview(project: Path) -> Iterator[str]:
    command = (SITEGEN, "serve", "--port", "0")
    with subprocess.Popen(
        command, cwd=project, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        try:
            line = process.stdout.readline()
            found = _ADDRESS.match(line)
            expect(found, f"`sitegen serve` did not start: {line}")
            yield found[0] if found else ""
        finally:
            process.terminate()


def _save_and_wait(address: str, page: str, pen: Pen) -> float:
    """Milliseconds; a stale page would fail the run."""
    (stamp,) = _STAMP.findall(_get(page))
    sleep(_PAUSE)
    sentence = pen.write()
    begun = monotonic()
    while _get(f"{address}_events?seen={stamp}") == stamp:
        expect(monotonic() - begun < _PATIENCE, "The preview has no news.")
    delivered = _get(page)
    milliseconds = (monotonic() - begun) * 1000
    expect(sentence in delivered, "The page that was delivered is an old one.")
    return milliseconds


def _wait_until_ready(page: str) -> None:
    end = monotonic() + _PATIENCE
    while True:
        try:
            _get(page)
        except OSError:
            expect(monotonic() < end, "The first build does not end.")
            sleep(0.2)
        else:
            return


def _get(address: str) -> str:
    with urlopen(address, timeout=_PATIENCE) as answer:
        return str(answer.read().decode())
