"""The row about `sitegen mirror`: the plan over a long history of which nearly all was said long ago."""

import json
import subprocess
import sys
from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import islice, product
from pathlib import Path

from bench.figures import Figure, Unit
from bench.gen import write_project
from bench.ground import SITEGEN, Ground
from bench.measure import run
from bench.story import BEGIN, END, invent
from sitegen import project
from sitegen.announce import announce, delivery_key
from sitegen.ledger.entries import Entry, encode, path_of
from sitegen.model import Connection, Delivery, DeliveryState
from sitegen.project import Project

_CHANNELS = """\
channels:
  email: {to: status@lists.example.com, from_impact: none}
  mastodon: {account: "@status@social.example.com", from_impact: none}
"""
_PER_INCIDENT = 5  # deliveries: 50,000 for 10,000 incidents
_AT_THE_END = {"SOURCE_DATE_EPOCH": f"{END.timestamp():.0f}"}
_WHO = ("-c", "user.name=Bench", "-c", "user.email=bench@example.com", "-c", "init.defaultBranch=main")


def mirror(ground: Ground) -> Iterator[Figure]:
    """The plan alone, in a process that has read files and ledger; and the whole command with a ledger in git."""
    for size in ground.sizes:
        folder = _make(ground, size)
        alone = [_plan_alone(folder) for _ in range(ground.pairs)]
        for what in ("files read", "ledger read", "plan"):
            yield _figure(what, size, Unit.CPU, [one[what] for one in alone])
        whole = [run((SITEGEN, "mirror", "plan"), folder, _AT_THE_END) for _ in range(ground.pairs)]
        yield _figure("whole command", size, Unit.CPU, [one.cpu for one in whole])
        yield _figure("whole command", size, Unit.WALL, [one.wall for one in whole])


def _figure(what: str, size: int, unit: Unit, values: Iterable[float]) -> Figure:
    return Figure(row="mirror", who="sitegen", what=what, size=size, unit=unit, values=tuple(values))


def _plan_alone(folder: Path) -> dict[str, float]:
    told = run((sys.executable, "-m", "bench.planning", folder), Path(__file__).parents[1], _AT_THE_END)
    return dict(json.loads(told.output))


def _make(ground: Ground, size: int) -> Path:
    """A project in a repository whose own ledger knows five deliveries for each incident."""
    folder = ground.folder / f"mirror-{size}"
    if folder.exists():
        return folder
    write_project(invent(size), folder)
    with (folder / "sitegen.yaml").open("a", encoding="utf-8") as settings:
        settings.write(_CHANNELS)
    content = project.read(folder).project
    assert content is not None, "The generated project can't be read."
    _git(folder, "init", "--quiet")
    _git(folder, "fast-import", "--quiet", given=b"".join(_import(content, size * _PER_INCIDENT)))
    return folder


def _import(content: Project, count: int) -> Iterator[bytes]:
    """The ledger's branch as git takes it in at once; the shipped way is a commit for each delivery."""
    yield f"commit refs/heads/{content.settings.ledger.branch}\n".encode()
    yield b"committer Bench <bench@example.com> 1700000000 +0000\ndata 5\nbench"
    for entry in (*_connect(content), *islice(_deliver(content), count)):
        told = encode(entry)
        yield f"\nM 100644 inline {path_of(entry)}\ndata {len(told)}\n".encode() + told
    yield b"\ndone\n"


def _connect(content: Project) -> Iterator[Entry]:
    for channel in content.settings.channels:
        yield Connection(
            channel=channel.name,
            kind=channel.kind,
            account=channel.account,
            remote_id="1",
            language=content.settings.site.default_language,
            since=BEGIN - timedelta(days=1),
        )


def _deliver(content: Project) -> Iterator[Delivery]:
    """Everything that was due, told on the first channel and then on the second."""
    language = content.settings.site.default_language
    told = announce(content.incidents, END)
    for number, (channel, one) in enumerate(product(content.settings.channels, told)):
        yield Delivery(
            key=delivery_key(channel, language, one.incident.id, one.part, one.saying),
            channel=channel.name,
            account=channel.account,
            language=language,
            incident=one.incident.id,
            part=one.part,
            saying=one.saying,
            state=DeliveryState.POSTED,
            since=one.at,
            attempt=1,
            text="The queue is shorter than before. We look at the cause and say more here.",
            link=f"{content.settings.site.url}/incidents/{one.incident.id}.html",
            remote_id=str(number),
            recorded=one.at,
        )


def _git(folder: Path, *words: str, given: bytes = b"") -> None:
    subprocess.run(("git", *_WHO, "-C", folder, *words), input=given, check=True, stdout=subprocess.DEVNULL)
